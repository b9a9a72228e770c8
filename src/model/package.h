/* SPDX-License-Identifier: Apache-2.0
 *
 * A package as a reader finds it, and the distribution it belongs to. */
#ifndef DW_MODEL_PACKAGE_H
#define DW_MODEL_PACKAGE_H

#include "base/memory.h"

enum dw_package_type {
    DW_PACKAGE_APK,
    DW_PACKAGE_DEB,
    DW_PACKAGE_NPM,
    DW_PACKAGE_GENERIC, /* a runtime that no package manager installed: Node.js */
    DW_PACKAGE_OTHER,   /* from a purl: of a type without a reader; other_type says which */
    DW_PACKAGE_TYPE_COUNT
};

/* The purl type: "apk", "deb", "npm", "generic". */
const char *dw_package_type_name(enum dw_package_type type);
/* apk and deb: matched against the distribution's feed only. */
bool dw_package_is_os(enum dw_package_type type);

struct dw_package;
/* Is the package's file judged as a part of the OS package that owns it? Not where the distribution's feed does not judge
 * the owner either. */
bool dw_package_owner_judges(const struct dw_package *package);

enum dw_package_evidence {
    DW_EVIDENCE_INSTALLED, /* a package database or an installed tree */
    DW_EVIDENCE_LOCK,      /* a lock file: what would be installed */
    DW_EVIDENCE_BINARY,    /* found inside a binary */
};

enum dw_package_flag {
    DW_PACKAGE_VIRTUAL = 1,    /* apk's virtual packages: listed, never matched */
    DW_PACKAGE_NO_VERSION = 2, /* without a version: reported as not scanned */
    DW_PACKAGE_DEVELOPMENT = 4,/* a lock file marks it as for development only */
    DW_PACKAGE_FOREIGN = 8,    /* an OS package of a third party, which the distribution's feed does not judge */
};

/* All slices belong to the arena of whoever made the package; an empty one means "not given". Text as read: bytes,
 * UTF-8 not promised. */
struct dw_package {
    enum dw_package_type type;
    enum dw_package_evidence evidence;
    unsigned flags; /* enum dw_package_flag */
    struct dw_slice other_type;   /* DW_PACKAGE_OTHER: the purl type */
    struct dw_slice name;         /* npm: with its scope, "@corp/x" */
    struct dw_slice version;      /* deb: with its epoch */
    struct dw_slice architecture;
    struct dw_slice source_name;    /* deb Source, apk origin; empty: the same as name */
    struct dw_slice source_version; /* empty: the same as version */
    struct dw_slice license;        /* as the package says it */
    struct dw_slice supplier;       /* maintainer, author or vendor */
    struct dw_slice checksum;       /* "sha1:<hex>", "sha512:<hex>"; of the package, if its database tells it */
    struct dw_slice path;           /* the file it was read from, in the image, without a leading '/' */
    struct dw_slice *depends;       /* names of packages (deb, npm) or provided tokens (apk: "so:…", "cmd:…") */
    size_t depend_count;
    struct dw_slice *provides;      /* apk p: and deb Provides: tokens, without versions */
    size_t provide_count;

    /* Set when layers are merged: */
    int layer;                       /* index of the layer that brought it; -1: no layers (folder, purl) */
    const struct dw_package *owner;  /* the OS package that owns its file; then it is listed, not matched */
    struct dw_slice purl;            /* its package URL, by dw_purl_of_package */
};

/* os-release(5), merged view; empty slices where a key is absent. */
struct dw_distribution {
    bool known;                  /* an os-release file, or the purl's distro, was there */
    struct dw_slice id, id_like, version_id, version_codename, pretty_name;
    struct dw_slice release;     /* the part advisories are kept by: "3.18", "12", "edge", "sid" */
    struct dw_slice path;        /* the file it was read from */
    bool distroless;             /* Debian without a shell and without dpkg, or labelled so */
};

/* A line of etc/passwd, etc/group or etc/shadow. */
enum dw_account_kind { DW_ACCOUNT_USER, DW_ACCOUNT_GROUP, DW_ACCOUNT_SHADOW, DW_ACCOUNT_KIND_COUNT };
struct dw_account {
    enum dw_account_kind kind;
    struct dw_slice name;
    struct dw_slice id, group; /* as written; user: uid and gid; group: gid */
    bool no_password;          /* the password field is empty: whoever asks gets in */
    struct dw_slice path;      /* the file, set when layers are merged */
};

#endif
