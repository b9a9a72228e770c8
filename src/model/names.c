/* SPDX-License-Identifier: Apache-2.0
 * The words of the vocabulary: one table each. */
#include "model/verdict.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const severities[] = {
    [DW_SEVERITY_UNKNOWN] = "unknown", [DW_SEVERITY_NEGLIGIBLE] = "negligible", [DW_SEVERITY_LOW] = "low",
    [DW_SEVERITY_MEDIUM] = "medium",   [DW_SEVERITY_HIGH] = "high",             [DW_SEVERITY_CRITICAL] = "critical",
};

const char *dw_severity_name(enum dw_severity severity)
{
    return severities[severity];
}

bool dw_severity_parse(struct dw_slice word, enum dw_severity *severity)
{
    static const struct {
        const char *word;
        enum dw_severity severity;
    } others[] = {{"info", DW_SEVERITY_NEGLIGIBLE},
                  {"none", DW_SEVERITY_NEGLIGIBLE},
                  {"moderate", DW_SEVERITY_MEDIUM},
                  {"important", DW_SEVERITY_HIGH}};
    for (size_t i = 0; i < COUNT(severities); i++)
        if (dw_slice_equal_nocase(word, dw_slice_of(severities[i]))) {
            *severity = (enum dw_severity)i;
            return true;
        }
    for (size_t i = 0; i < COUNT(others); i++)
        if (dw_slice_equal_nocase(word, dw_slice_of(others[i].word))) {
            *severity = others[i].severity;
            return true;
        }
    return false;
}

enum dw_severity dw_severity_of_score(unsigned score_tenths)
{
    static const struct {
        unsigned below;
        enum dw_severity severity;
    } bands[] = {{1, DW_SEVERITY_NEGLIGIBLE},
                 {40, DW_SEVERITY_LOW},
                 {70, DW_SEVERITY_MEDIUM},
                 {90, DW_SEVERITY_HIGH}};
    for (size_t i = 0; i < COUNT(bands); i++)
        if (score_tenths < bands[i].below)
            return bands[i].severity;
    return DW_SEVERITY_CRITICAL;
}

const char *dw_package_type_name(enum dw_package_type type)
{
    static const char *const names[] = {[DW_PACKAGE_APK] = "apk",
                                        [DW_PACKAGE_DEB] = "deb",
                                        [DW_PACKAGE_NPM] = "npm",
                                        [DW_PACKAGE_GENERIC] = "generic",
                                        [DW_PACKAGE_OTHER] = "other"};
    return names[type];
}

bool dw_package_is_os(enum dw_package_type type)
{
    return type == DW_PACKAGE_APK || type == DW_PACKAGE_DEB;
}

bool dw_package_owner_judges(const struct dw_package *package)
{
    return package->owner != NULL && (package->owner->flags & (DW_PACKAGE_FOREIGN | DW_PACKAGE_NO_VERSION)) == 0;
}

static const struct {
    const char *name;
    int exit_code;
} notes[] = {
    [DW_NOTE_INFORMATION] = {"information", 0}, [DW_NOTE_NOT_SCANNED] = {"not-scanned", 4},
    [DW_NOTE_UNSUPPORTED] = {"unsupported", 4}, [DW_NOTE_UNAVAILABLE] = {"unavailable", 4},
    [DW_NOTE_UNREADABLE] = {"unreadable", 3},   [DW_NOTE_LIMIT] = {"limit", 3},
    [DW_NOTE_CRASH] = {"crash", 3},
};

const char *dw_note_kind_name(enum dw_note_kind kind)
{
    return notes[kind].name;
}

int dw_note_exit_code(enum dw_note_kind kind)
{
    return notes[kind].exit_code;
}

enum dw_note_kind dw_note_kind_of_error(enum dw_error_kind kind)
{
    static const enum dw_note_kind kinds[] = {
        [DW_ERROR_NONE] = DW_NOTE_INFORMATION,        [DW_ERROR_USAGE] = DW_NOTE_UNREADABLE,
        [DW_ERROR_INPUT] = DW_NOTE_UNREADABLE,        [DW_ERROR_LIMIT] = DW_NOTE_LIMIT,
        [DW_ERROR_CRASH] = DW_NOTE_CRASH,             [DW_ERROR_SYSTEM] = DW_NOTE_UNREADABLE,
        [DW_ERROR_UNSUPPORTED] = DW_NOTE_UNSUPPORTED, [DW_ERROR_UNAVAILABLE] = DW_NOTE_UNAVAILABLE,
    };
    return kinds[kind];
}

const char *dw_subject_kind_name(enum dw_subject_kind kind)
{
    static const char *const names[] = {
        [DW_SUBJECT_IMAGE] = "image",           [DW_SUBJECT_FOLDER] = "folder",
        [DW_SUBJECT_PURL] = "purl",             [DW_SUBJECT_DOCKERFILE] = "dockerfile",
        [DW_SUBJECT_COMPOSE] = "compose",       [DW_SUBJECT_KUBERNETES] = "kubernetes",
        [DW_SUBJECT_REPOSITORY] = "repository",
    };
    return names[kind];
}

const char *dw_status_name(enum dw_status status)
{
    static const char *const names[] = {
        [DW_STATUS_PASS] = "pass",
        [DW_STATUS_FAIL] = "fail",
        [DW_STATUS_EXCEPTED] = "excepted",
        [DW_STATUS_NOT_APPLICABLE] = "not-applicable",
        [DW_STATUS_NOT_DUE] = "not-due",
        [DW_STATUS_NOT_EVALUATED] = "not-evaluated",
    };
    return names[status];
}

const char *dw_finding_kind_name(enum dw_finding_kind kind)
{
    static const char *const names[] = {[DW_FINDING_VULNERABILITY] = "vulnerability",
                                        [DW_FINDING_CONFIGURATION] = "configuration",
                                        [DW_FINDING_EXCEPTION] = "exception"};
    return names[kind];
}

const char *dw_fix_state_name(enum dw_fix_state state)
{
    static const char *const names[] = {
        [DW_FIX_UNKNOWN] = "unknown",         [DW_FIX_FIXED] = "fixed",
        [DW_FIX_AFFECTED] = "affected",       [DW_FIX_WONT_FIX] = "will-not-fix",
        [DW_FIX_DEFERRED] = "fix-deferred",   [DW_FIX_END_OF_LIFE] = "end-of-life",
    };
    return names[state];
}

const char *dw_exception_state_name(enum dw_exception_state state)
{
    static const char *const names[] = {
        [DW_EXCEPTION_ACTIVE] = "active",       [DW_EXCEPTION_EXPIRING] = "expiring",
        [DW_EXCEPTION_EXPIRED] = "expired",     [DW_EXCEPTION_UNUSED] = "unused",
        [DW_EXCEPTION_MALFORMED] = "malformed", [DW_EXCEPTION_TOO_BROAD] = "too-broad",
    };
    return names[state];
}

static const char *const stages[] = {
    [DW_STAGE_BUILD] = "build", [DW_STAGE_RELEASE] = "release", [DW_STAGE_DEPLOY] = "deploy"};

const char *dw_stage_name(enum dw_stage stage)
{
    return stages[stage];
}

bool dw_stage_parse(struct dw_slice word, enum dw_stage *stage)
{
    for (size_t i = 0; i < COUNT(stages); i++)
        if (dw_slice_is(word, stages[i])) {
            *stage = (enum dw_stage)i;
            return true;
        }
    return false;
}

const char *dw_level_name(enum dw_level level)
{
    return level == DW_LEVEL_REQUIRED ? "required" : "preferred";
}

const struct dw_chapter dw_chapters[8] = {
    {1, "Base images"}, {2, "Vulnerability scanning"}, {3, "Signing"},         {4, "Runtime policies"},
    {5, "Secrets"},     {6, "Checklist"},              {7, "Do and don't"},    {8, "Troubleshooting"},
};
