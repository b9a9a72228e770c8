/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "sbom/cyclonedx.h"
#include "sbom/graph.h"
#include "sbom/uuid.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#define DIGEST "sha256:4f1c2ab0d3e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f"
#define DIFF_ID "sha256:2222222222222222222222222222222222222222222222222222222222222222"

/* A subject with one layer of a distribution. */
static struct dw_subject *new_subject(const char *distribution, const char *version)
{
    struct dw_subject *subject = dw_subject_new(DW_SUBJECT_IMAGE, DW_SLICE("oci:build/Service:v1"));
    subject->id = DW_SLICE("image:1");
    subject->digest = DW_SLICE(DIGEST);
    subject->image.architecture = DW_SLICE("amd64");
    subject->image.os = DW_SLICE("linux");
    subject->image.image_id = DW_SLICE(DIFF_ID);
    subject->image.created = DW_SLICE("2026-11-01T10:20:30.5Z");
    subject->image.layers = dw_arena_alloc(&subject->arena, 1, sizeof(subject->image.layers[0]));
    subject->image.layer_count = 1;
    subject->image.layers[0].digest = DW_SLICE(DIGEST);
    subject->image.layers[0].diff_id = DW_SLICE(DIFF_ID);
    if (distribution != NULL) {
        subject->distribution.known = true;
        subject->distribution.id = dw_slice_of(distribution);
        subject->distribution.version_id = subject->distribution.release = dw_slice_of(version);
        subject->distribution.path = DW_SLICE("etc/os-release");
    }
    return subject;
}

/* A package with its dependencies and what it provides, each as words separated by spaces. */
static struct dw_package *add(struct dw_subject *subject, enum dw_package_type type, const char *name,
                              const char *version, const char *path, const char *depends, const char *provides)
{
    struct dw_package *package = dw_arena_alloc(&subject->arena, 1, sizeof(*package));
    const char *texts[] = {depends, provides};
    package->type = type;
    package->name = dw_slice_of(name);
    package->version = dw_slice_of(version);
    package->path = dw_slice_of(path);
    package->purl = dw_arena_printf(&subject->arena, "pkg:%s/%s@%s", dw_package_type_name(type), name, version);
    for (size_t i = 0; i < 2; i++) {
        struct dw_slice rest = dw_slice_of(texts[i]), word, *words = dw_arena_alloc(&subject->arena, 16, sizeof(*words));
        size_t count = 0;
        bool more = true;
        while (rest.len > 0 && dw_slice_split(&rest, ' ', &more, &word))
            words[count++] = word;
        *(i == 0 ? &package->depends : &package->provides) = words;
        *(i == 0 ? &package->depend_count : &package->provide_count) = count;
    }
    *dw_vector_push(&subject->packages) = package;
    return package;
}

static struct dw_buffer write_bytes(const struct dw_subject *subject, enum dw_cyclonedx_version version)
{
    struct dw_error error = DW_ERROR_INIT;
    struct dw_buffer out = {0};
    struct dw_sbom_options options = {.version = version, .source_date_epoch = DW_TIME_UNKNOWN};
    assert_true(dw_cyclonedx_write(&out, subject, &options, &error));
    return out;
}

static json_t *write_document(const struct dw_subject *subject)
{
    struct dw_buffer out = write_bytes(subject, DW_CYCLONEDX_1_6);
    json_t *document = json_loadb(out.at, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(document);
    dw_buffer_free(&out);
    return document;
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static json_t *component(const json_t *document, const char *ref)
{
    size_t i;
    json_t *each;
    json_array_foreach(json_object_get(document, "components"), i, each)
        if (strcmp(text_of(each, "bom-ref"), ref) == 0)
            return each;
    return NULL;
}

static const char *property(const json_t *object, const char *name)
{
    size_t i;
    json_t *each;
    json_array_foreach(json_object_get(object, "properties"), i, each)
        if (strcmp(text_of(each, "name"), name) == 0)
            return text_of(each, "value");
    return NULL;
}

static void assert_property(const json_t *object, const char *name, const char *value)
{
    const char *found = property(object, name);
    if (found == NULL)
        fail_msg("no property %s", name);
    assert_string_equal(found, value);
}

/* "a b": what REF depends on, in the document's order. */
static void assert_depends(const json_t *document, const char *ref, const char *expected)
{
    size_t i, j;
    json_t *each, *on;
    struct dw_buffer found = {0};
    bool seen = false;
    json_array_foreach(json_object_get(document, "dependencies"), i, each) {
        if (strcmp(text_of(each, "ref"), ref) != 0)
            continue;
        assert_false(seen);
        seen = true;
        json_array_foreach(json_object_get(each, "dependsOn"), j, on) {
            if (j > 0)
                dw_buffer_append_byte(&found, ' ');
            dw_buffer_append_string(&found, json_string_value(on));
        }
    }
    assert_true(seen);
    assert_string_equal(dw_buffer_slice(&found).at, expected);
    dw_buffer_free(&found);
}

#define ROOT "pkg:oci/service@sha256%3A4f1c2ab0d3e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f?arch=amd64"

static void test_debian(void **state)
{
    (void)state;
    struct dw_subject *subject = new_subject("debian", "12");
    struct dw_package *libc = add(subject, DW_PACKAGE_DEB, "libc6", "2.36-9+deb12u4", "var/lib/dpkg/status",
                                  "libgcc-s1", "");
    /* libc6 and libgcc-s1 need each other: nothing else needs the pair. */
    add(subject, DW_PACKAGE_DEB, "libgcc-s1", "12.2.0-14", "var/lib/dpkg/status", "gcc-12-base libc6", "");
    add(subject, DW_PACKAGE_DEB, "gcc-12-base", "12.2.0-14", "var/lib/dpkg/status", "", "");
    add(subject, DW_PACKAGE_DEB, "mailer", "1:2.0-1", "var/lib/dpkg/status", "libc6 mail-transport-agent nothing", "");
    add(subject, DW_PACKAGE_DEB, "exim4", "4.96-15", "var/lib/dpkg/status", "", "mail-transport-agent");
    libc->source_name = DW_SLICE("glibc");
    libc->source_version = DW_SLICE("1:2.36-9+deb12u4");
    libc->supplier = DW_SLICE("GNU Libc Maintainers <debian-glibc@lists.debian.org>");
    libc->architecture = DW_SLICE("amd64");
    libc->checksum = DW_SLICE("md5:0123456789abcdef0123456789abcdef");
    json_t *document = write_document(subject);

    assert_string_equal(text_of(document, "bomFormat"), "CycloneDX");
    assert_string_equal(text_of(document, "specVersion"), "1.6");
    json_t *metadata = json_object_get(document, "metadata"), *root = json_object_get(metadata, "component");
    assert_string_equal(text_of(metadata, "timestamp"), "2026-11-01T10:20:30Z");
    assert_string_equal(text_of(root, "type"), "container");
    assert_string_equal(text_of(root, "bom-ref"), ROOT);
    assert_string_equal(text_of(root, "purl"), ROOT);
    assert_string_equal(text_of(root, "name"), "oci:build/Service:v1");
    assert_string_equal(text_of(root, "version"), DIGEST);
    assert_property(root, "aquasecurity:trivy:SchemaVersion", "2");
    assert_property(root, "aquasecurity:trivy:ImageID", DIFF_ID);
    assert_property(root, "aquasecurity:trivy:DiffID", DIFF_ID);

    json_t *system = component(document, "os:debian@12");
    assert_string_equal(text_of(system, "type"), "operating-system");
    assert_string_equal(text_of(system, "name"), "debian");
    assert_string_equal(text_of(system, "version"), "12");
    assert_property(system, "aquasecurity:trivy:Class", "os-pkgs");
    assert_property(system, "aquasecurity:trivy:Type", "debian");
    assert_property(system, "syft:distro:id", "debian");
    assert_property(system, "syft:distro:versionID", "12");

    json_t *c = component(document, "pkg:deb/libc6@2.36-9+deb12u4");
    assert_string_equal(text_of(c, "type"), "library");
    assert_string_equal(text_of(c, "name"), "libc6");
    assert_string_equal(text_of(json_object_get(c, "supplier"), "name"),
                        "GNU Libc Maintainers <debian-glibc@lists.debian.org>");
    json_t *hash = json_array_get(json_object_get(c, "hashes"), 0);
    assert_string_equal(text_of(hash, "alg"), "MD5");
    assert_string_equal(text_of(hash, "content"), "0123456789abcdef0123456789abcdef");
    assert_property(c, "aquasecurity:trivy:PkgID", "libc6@2.36-9+deb12u4");
    assert_property(c, "aquasecurity:trivy:PkgType", "debian");
    assert_property(c, "aquasecurity:trivy:SrcName", "glibc");
    assert_property(c, "aquasecurity:trivy:SrcVersion", "2.36");
    assert_property(c, "aquasecurity:trivy:SrcRelease", "9+deb12u4");
    assert_property(c, "aquasecurity:trivy:SrcEpoch", "1");
    assert_property(c, "aquasecurity:trivy:LayerDiffID", DIFF_ID);
    assert_property(c, "aquasecurity:trivy:LayerDigest", DIGEST);
    assert_property(c, "syft:package:type", "deb");
    assert_property(c, "syft:metadata:source", "glibc");
    assert_property(c, "syft:location:0:path", "/var/lib/dpkg/status");
    json_t *occurrences = json_object_get(json_object_get(c, "evidence"), "occurrences");
    assert_string_equal(text_of(json_array_get(occurrences, 0), "location"), "var/lib/dpkg/status");

    assert_int_equal(json_array_size(json_object_get(document, "dependencies")), 7);
    assert_depends(document, ROOT, "os:debian@12");
    assert_depends(document, "os:debian@12", "pkg:deb/mailer@1:2.0-1");
    assert_depends(document, "pkg:deb/mailer@1:2.0-1", "pkg:deb/exim4@4.96-15 pkg:deb/libc6@2.36-9+deb12u4");
    assert_depends(document, "pkg:deb/libc6@2.36-9+deb12u4", "pkg:deb/libgcc-s1@12.2.0-14");
    assert_depends(document, "pkg:deb/libgcc-s1@12.2.0-14",
                   "pkg:deb/gcc-12-base@12.2.0-14 pkg:deb/libc6@2.36-9+deb12u4");
    assert_depends(document, "pkg:deb/gcc-12-base@12.2.0-14", "");
    json_decref(document);
    dw_subject_free(subject);
}

/* A cycle that nothing needs hangs below the operating system. */
static void test_lonely_cycle(void **state)
{
    (void)state;
    struct dw_subject *subject = new_subject("debian", "12");
    add(subject, DW_PACKAGE_DEB, "a", "1", "s", "b", "");
    add(subject, DW_PACKAGE_DEB, "b", "1", "s", "a", "");
    add(subject, DW_PACKAGE_DEB, "self", "1", "s", "self", "");
    json_t *document = write_document(subject);
    assert_depends(document, "os:debian@12", "pkg:deb/a@1 pkg:deb/self@1");
    assert_depends(document, "pkg:deb/self@1", "");
    json_decref(document);
    dw_subject_free(subject);
}

/* Multi-Arch: the same name in two architectures. */
static void test_same_architecture(void **state)
{
    (void)state;
    struct dw_subject *subject = new_subject("debian", "12");
    static const char *const architectures[] = {"amd64", "i386"};
    for (size_t i = 0; i < 2; i++) {
        struct dw_package *library = add(subject, DW_PACKAGE_DEB, "libx", "1", "s", "", "");
        struct dw_package *user = add(subject, DW_PACKAGE_DEB, i == 0 ? "user" : "user32", "1", "s", "libx (>= 1)", "");
        user->depends[0] = DW_SLICE("libx:any (>= 1)");
        user->depend_count = 1;
        library->architecture = user->architecture = dw_slice_of(architectures[i]);
        library->purl = dw_arena_printf(&subject->arena, "pkg:deb/libx@1?arch=%s", architectures[i]);
    }
    json_t *document = write_document(subject);
    assert_depends(document, "pkg:deb/user@1", "pkg:deb/libx@1?arch=amd64");
    assert_depends(document, "pkg:deb/user32@1", "pkg:deb/libx@1?arch=i386");
    json_decref(document);
    dw_subject_free(subject);
}

static void test_apk(void **state)
{
    (void)state;
    struct dw_subject *subject = new_subject("alpine", "3.18.9");
    const char *path = "lib/apk/db/installed";
    add(subject, DW_PACKAGE_APK, "musl", "1.2.4-r2", path, "", "so:libc.musl-x86_64.so.1");
    add(subject, DW_PACKAGE_APK, "busybox", "1.36.1-r5", path, "so:libc.musl-x86_64.so.1 !conflict", "cmd:sh");
    struct dw_package *ssl = add(subject, DW_PACKAGE_APK, "ssl_client", "1.36.1-r5", path,
                                 "cmd:sh>=1 musl so:libc.musl-x86_64.so.1", "");
    add(subject, DW_PACKAGE_APK, "conflict", "1-r0", path, "", "");
    ssl->source_name = DW_SLICE("busybox");
    ssl->license = DW_SLICE("MPL-2.0 GPL-2.0-or-later");
    ssl->checksum = DW_SLICE("sha1:0123456789abcdef0123456789abcdef01234567");
    json_t *document = write_document(subject);
    assert_depends(document, "os:alpine@3.18.9", "pkg:apk/conflict@1-r0 pkg:apk/ssl_client@1.36.1-r5");
    assert_depends(document, "pkg:apk/ssl_client@1.36.1-r5", "pkg:apk/busybox@1.36.1-r5 pkg:apk/musl@1.2.4-r2");
    assert_depends(document, "pkg:apk/busybox@1.36.1-r5", "pkg:apk/musl@1.2.4-r2");
    json_t *c = component(document, "pkg:apk/ssl_client@1.36.1-r5");
    assert_property(c, "aquasecurity:trivy:SrcName", "busybox");
    assert_property(c, "aquasecurity:trivy:SrcVersion", "1.36.1-r5");
    assert_null(property(c, "aquasecurity:trivy:SrcRelease"));
    assert_property(c, "syft:metadata:originPackage", "busybox");
    assert_int_equal(json_array_size(json_object_get(c, "licenses")), 2);
    assert_string_equal(text_of(json_array_get(json_object_get(c, "hashes"), 0), "alg"), "SHA-1");
    json_decref(document);
    dw_subject_free(subject);
}

/* Node.js, "Loading from node_modules folders": the nearest one upwards. */
static void test_npm_nesting(void **state)
{
    (void)state;
    struct dw_subject *subject = new_subject(NULL, NULL);
    add(subject, DW_PACKAGE_NPM, "service", "1.0.0", "app/package.json", "express @corp/x", "");
    add(subject, DW_PACKAGE_NPM, "express", "4.0.0", "app/node_modules/express/package.json", "debug ms", "");
    add(subject, DW_PACKAGE_NPM, "debug", "2.0.0", "app/node_modules/debug/package.json", "ms", "");
    add(subject, DW_PACKAGE_NPM, "ms", "1.0.0", "app/node_modules/ms/package.json", "", "");
    add(subject, DW_PACKAGE_NPM, "debug", "4.0.0", "app/node_modules/express/node_modules/debug/package.json", "ms",
        "");
    add(subject, DW_PACKAGE_NPM, "ms", "2.0.0",
        "app/node_modules/express/node_modules/debug/node_modules/ms/package.json", "", "");
    add(subject, DW_PACKAGE_NPM, "@corp/x", "1.0.0", "app/node_modules/@corp/x/package.json", "debug", "");
    add(subject, DW_PACKAGE_NPM, "other", "1.0.0", "srv/node_modules/other/package.json", "ms", "");
    json_t *document = write_document(subject);
    assert_depends(document, ROOT, "pkg:npm/other@1.0.0 pkg:npm/service@1.0.0");
    assert_depends(document, "pkg:npm/service@1.0.0", "pkg:npm/@corp/x@1.0.0 pkg:npm/express@4.0.0");
    assert_depends(document, "pkg:npm/express@4.0.0", "pkg:npm/debug@4.0.0 pkg:npm/ms@1.0.0");
    assert_depends(document, "pkg:npm/debug@4.0.0", "pkg:npm/ms@2.0.0");
    assert_depends(document, "pkg:npm/debug@2.0.0", "pkg:npm/ms@1.0.0");
    assert_depends(document, "pkg:npm/@corp/x@1.0.0", "pkg:npm/debug@2.0.0");
    assert_depends(document, "pkg:npm/other@1.0.0", "");
    json_t *c = component(document, "pkg:npm/@corp/x@1.0.0");
    assert_string_equal(text_of(c, "group"), "@corp");
    assert_string_equal(text_of(c, "name"), "x");
    assert_property(c, "aquasecurity:trivy:PkgType", "node-pkg");
    assert_property(c, "aquasecurity:trivy:FilePath", "app/node_modules/@corp/x/package.json");
    assert_property(c, "syft:package:language", "javascript");
    json_decref(document);
    dw_subject_free(subject);
}

static void test_lock_file(void **state)
{
    (void)state;
    struct dw_subject *subject = new_subject(NULL, NULL);
    static const char *const names[] = {"a", "b", "c"};
    for (size_t i = 0; i < 3; i++)
        add(subject, DW_PACKAGE_NPM, names[i], "1.0.0", "app/package-lock.json", i == 0 ? "b c" : "", "")->evidence =
            DW_EVIDENCE_LOCK;
    add(subject, DW_PACKAGE_NPM, "b", "2.0.0", "app/package-lock.json", "", "")->evidence = DW_EVIDENCE_LOCK;
    subject->packages.at[2]->flags = DW_PACKAGE_DEVELOPMENT;
    json_t *document = write_document(subject);
    assert_depends(document, ROOT, "file:app/package-lock.json");
    assert_depends(document, "file:app/package-lock.json", "pkg:npm/a@1.0.0");
    assert_depends(document, "pkg:npm/a@1.0.0", "pkg:npm/b@1.0.0 pkg:npm/b@2.0.0 pkg:npm/c@1.0.0");
    json_t *c = component(document, "file:app/package-lock.json");
    assert_string_equal(text_of(c, "type"), "application");
    assert_property(c, "aquasecurity:trivy:Type", "npm");
    assert_property(c, "aquasecurity:trivy:Class", "lang-pkgs");
    assert_property(component(document, "pkg:npm/c@1.0.0"), "cdx:npm:package:development", "true");
    json_decref(document);
    dw_subject_free(subject);
}

/* The same package at two places, and twice at one: each its own component. */
static void test_refs_are_unique(void **state)
{
    (void)state;
    struct dw_subject *subject = new_subject(NULL, NULL);
    static const char *const paths[] = {"a/node_modules/x/package.json", "b/node_modules/x/package.json",
                                        "b/node_modules/x/package.json", "b/node_modules/x/package.json"};
    for (size_t i = 0; i < 4; i++)
        add(subject, DW_PACKAGE_NPM, "x", "1.0.0", paths[i], "", "");
    subject->packages.at[3]->purl = DW_SLICE("");
    json_t *document = write_document(subject), *each;
    size_t i, j;
    json_array_foreach(json_object_get(document, "components"), i, each) {
        json_t *other;
        json_array_foreach(json_object_get(document, "components"), j, other)
            assert_true((strcmp(text_of(each, "bom-ref"), text_of(other, "bom-ref")) == 0) == (i == j));
    }
    assert_int_equal(json_array_size(json_object_get(document, "components")), 4);
    assert_int_equal(json_array_size(json_object_get(document, "dependencies")), 5);
    json_decref(document);
    dw_subject_free(subject);
}

static const char *aggregate(const json_t *document, size_t which);

/* A hostile lock file: 2,000 versions of one name, which all need that name. Edges stay few, and the document says so. */
static void test_ambiguous_names(void **state)
{
    (void)state;
    struct dw_subject *subject = new_subject(NULL, NULL);
    for (size_t i = 0; i < 2000; i++) {
        struct dw_slice version = dw_arena_printf(&subject->arena, "1.0.%zu", i);
        add(subject, DW_PACKAGE_NPM, "x", version.at, "package-lock.json", "x", "")->evidence = DW_EVIDENCE_LOCK;
    }
    json_t *document = write_document(subject), *each;
    size_t i, edges = 0;
    json_array_foreach(json_object_get(document, "dependencies"), i, each)
        edges += json_array_size(json_object_get(each, "dependsOn"));
    assert_int_equal(json_array_size(json_object_get(document, "dependencies")), 2002);
    assert_true(edges < 2002 * 18);
    assert_string_equal(aggregate(document, 0), "complete");
    assert_string_equal(aggregate(document, 1), "incomplete");
    json_decref(document);
    dw_subject_free(subject);
}

static const char *aggregate(const json_t *document, size_t which)
{
    return text_of(json_array_get(json_object_get(document, "compositions"), which), "aggregate");
}

static void test_incomplete(void **state)
{
    (void)state;
    for (int kind = 0; kind < DW_NOTE_KIND_COUNT; kind++) {
        struct dw_subject *subject = new_subject(NULL, NULL);
        bool takes = kind != DW_NOTE_INFORMATION && kind != DW_NOTE_NOT_SCANNED;
        dw_subject_note(subject, (enum dw_note_kind)kind, 0, DW_SLICE("etc/x"), DW_SLICE("what happened"));
        json_t *document = write_document(subject), *metadata = json_object_get(document, "metadata");
        assert_string_equal(aggregate(document, 0), takes ? "incomplete" : "complete");
        assert_string_equal(aggregate(document, 1), takes ? "incomplete" : "complete");
        if (kind == DW_NOTE_LIMIT)
            assert_property(metadata, "dockworthy:incomplete", "limit: layer 1: etc/x: what happened");
        json_decref(document);
        dw_subject_free(subject);
    }
}

static void test_refused(void **state)
{
    (void)state;
    struct dw_buffer out = {0};
    struct dw_error error = DW_ERROR_INIT;
    struct dw_sbom_options options = {.source_date_epoch = DW_TIME_UNKNOWN};
    enum dw_cyclonedx_version version;
    struct dw_subject *subject = dw_subject_new(DW_SUBJECT_DOCKERFILE, DW_SLICE("Dockerfile"));
    assert_false(dw_cyclonedx_write(&out, subject, &options, &error));
    assert_int_equal(error.kind, DW_ERROR_USAGE);
    subject->kind = DW_SUBJECT_IMAGE;
    subject->unreadable = true;
    assert_false(dw_cyclonedx_write(&out, subject, &options, &error));
    assert_int_equal(error.kind, DW_ERROR_INPUT);
    assert_int_equal(out.len, 0);
    dw_subject_free(subject);
    assert_true(dw_cyclonedx_version_parse(DW_SLICE("1.7"), &version, &error));
    assert_int_equal(version, DW_CYCLONEDX_1_7);
    assert_false(dw_cyclonedx_version_parse(DW_SLICE("1.4"), &version, &error));
    assert_int_equal(error.kind, DW_ERROR_USAGE);
}

/* "id" only for a name of the SPDX list, "expression" alone, everything else in its own words. */
static void test_licenses(void **state)
{
    (void)state;
    static const struct {
        enum dw_package_type type;
        const char *words, *json;
    } rows[] = {
        {DW_PACKAGE_NPM, "MIT", "[{\"license\":{\"id\":\"MIT\"}}]"},
        {DW_PACKAGE_NPM, "(MIT OR Apache-2.0)", "[{\"expression\":\"(MIT OR Apache-2.0)\"}]"},
        {DW_PACKAGE_NPM, "UNLICENSED", "[{\"license\":{\"name\":\"UNLICENSED\"}}]"},
        {DW_PACKAGE_NPM, "my own words", "[{\"license\":{\"name\":\"my own words\"}}]"},
        {DW_PACKAGE_APK, "MPL-2.0 custom", "[{\"license\":{\"id\":\"MPL-2.0\"}},{\"license\":{\"name\":\"custom\"}}]"},
        {DW_PACKAGE_APK, "GPL-2.0-or-later AND MIT", "[{\"expression\":\"GPL-2.0-or-later AND MIT\"}]"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dw_subject *subject = new_subject(NULL, NULL);
        add(subject, rows[i].type, "a", "1", "p", "", "")->license = dw_slice_of(rows[i].words);
        json_t *document = write_document(subject);
        char *text = json_dumps(json_object_get(json_array_get(json_object_get(document, "components"), 0), "licenses"),
                                JSON_COMPACT);
        assert_string_equal(text, rows[i].json);
        free(text);
        json_decref(document);
        dw_subject_free(subject);
    }
}

static void test_timestamp(void **state)
{
    (void)state;
    struct dw_subject *subject = new_subject(NULL, NULL);
    struct dw_error error = DW_ERROR_INIT;
    struct dw_buffer out = {0};
    struct dw_sbom_options options = {.source_date_epoch = 86400};
    assert_true(dw_cyclonedx_write(&out, subject, &options, &error));
    assert_non_null(strstr(out.at, "\"timestamp\": \"1970-01-02T00:00:00Z\""));
    dw_buffer_clear(&out);
    options.source_date_epoch = DW_TIME_UNKNOWN;
    subject->image.created = DW_SLICE("yesterday");
    assert_true(dw_cyclonedx_write(&out, subject, &options, &error));
    assert_null(strstr(out.at, "timestamp"));
    dw_buffer_free(&out);
    dw_subject_free(subject);
}

/* RFC 4122 version 5, the example of Python's uuid module documentation:
 * uuid5(NAMESPACE_DNS, "python.org"). */
static void test_uuid(void **state)
{
    (void)state;
    static const unsigned char dns[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                          0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
    char text[DW_UUID_TEXT];
    assert_string_equal(dw_uuid_of_name_in(dns, DW_SLICE("python.org"), text), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
}

static struct dw_subject *everything(struct dw_slice hostile)
{
    struct dw_subject *subject = new_subject("debian", "12");
    struct dw_slice *values = dw_arena_alloc(&subject->arena, 1, sizeof(*values));
    values[0] = hostile;
    subject->image.label_names = subject->image.label_values = values;
    subject->image.label_count = 1;
    subject->distribution.pretty_name = subject->distribution.id_like = hostile;
    struct dw_package *package = add(subject, DW_PACKAGE_DEB, "a", "1", "p", "", "");
    package->name = package->license = package->supplier = package->checksum = package->path = hostile;
    package->depends = package->provides = values;
    package->depend_count = package->provide_count = 1;
    package = add(subject, DW_PACKAGE_GENERIC, "node", "22.0.0", "usr/bin/node", "", "");
    package->owner = subject->packages.at[0];
    package->license = DW_SLICE("MIT");
    add(subject, DW_PACKAGE_NPM, "l", "1.0.0", "package-lock.json", "", "")->evidence = DW_EVIDENCE_LOCK;
    package = add(subject, DW_PACKAGE_NPM, "n", "1.0.0", "", "n", "");
    package->path = hostile;
    package = add(subject, DW_PACKAGE_OTHER, "n", "1.0.0", "", "", "");
    package->purl = hostile;
    dw_subject_note(subject, DW_NOTE_UNREADABLE, 0, hostile, hostile);
    return subject;
}

/* Every version, with hostile text at every place, holds to the official schema. */
static void test_schemas(void **state)
{
    (void)state;
    static const enum dw_cyclonedx_version all[] = {DW_CYCLONEDX_1_5, DW_CYCLONEDX_1_6, DW_CYCLONEDX_1_7};
    struct dw_slice texts[] = {DW_SLICE("plain"), DW_SLICE(""), DW_SLICE("\033[31m\xff \"q\" \xe2\x80\xae\n"),
                               DW_SLICE("a\0b"), DW_SLICE("urn:cdx:x"), DW_SLICE("sha256:zz")};
    const char *source = getenv("DOCKWORTHY_SOURCE"), *data = getenv("DOCKWORTHY_TEST_DATA");
    char folder[] = "/tmp/dockworthy-sbom-XXXXXX", command[8192], schemas[2048], path[512];
    struct dw_error error = DW_ERROR_INIT;
    snprintf(schemas, sizeof(schemas), "%s/schemas", data != NULL ? data : "");
    if (data == NULL && source != NULL)
        snprintf(schemas, sizeof(schemas), "%s/../shared/data/schemas", source);
    if (source == NULL || !dw_is_folder(schemas) || system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0) {
        print_message("skipped: no test data\n");
        skip();
    }
    assert_non_null(mkdtemp(folder));
    for (size_t v = 0; v < 3; v++) {
        const char *name = dw_cyclonedx_version_name(all[v]);
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
            struct dw_subject *subject = everything(texts[i]);
            struct dw_buffer out = write_bytes(subject, all[v]), again = write_bytes(subject, all[v]);
            assert_string_equal(out.at, again.at);
            snprintf(path, sizeof(path), "%s/%s-%zu.json", folder, name, i);
            assert_true(dw_file_write(path, dw_buffer_slice(&out), 0600, &error));
            dw_buffer_free(&out);
            dw_buffer_free(&again);
            dw_subject_free(subject);
        }
        snprintf(command, sizeof(command), "%s/tests/validate-json %s/bom-%s.schema.json %s/%s-*.json", source, schemas,
                 name, folder, name);
        assert_int_equal(system(command), 0);
    }
    snprintf(command, sizeof(command), "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_debian),     cmocka_unit_test(test_lonely_cycle),
        cmocka_unit_test(test_same_architecture), cmocka_unit_test(test_ambiguous_names),
        cmocka_unit_test(test_apk),        cmocka_unit_test(test_npm_nesting),
        cmocka_unit_test(test_lock_file),  cmocka_unit_test(test_refs_are_unique),
        cmocka_unit_test(test_incomplete), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_licenses),  cmocka_unit_test(test_timestamp),  cmocka_unit_test(test_uuid),
        cmocka_unit_test(test_schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
