/* SPDX-License-Identifier: Apache-2.0 */
#include "command/frame.h"
#include "document/json_writer.h"
#include "worker/worker.h"

#include <archive.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <seccomp.h>
#include <yaml.h>
#include <zlib.h>
#include <zstd.h>
#ifdef DW_HAVE_ISAL
#include <isa-l.h>
#define TEXT_OF(number)  #number
#define VERSION_OF(a, b, c) TEXT_OF(a) "." TEXT_OF(b) "." TEXT_OF(c)
#endif

struct library {
    const char *name, *version;
};

#define LIBRARIES 7

static void find_libraries(struct dw_context *context, struct library libraries[LIBRARIES])
{
    const struct scmp_version *seccomp = seccomp_version();
    const struct library found[LIBRARIES] = {
#ifdef DW_HAVE_ISAL
        {"isa-l", VERSION_OF(ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION)},
#else
        {"zlib", zlibVersion()},
#endif
        {"libarchive", archive_version_string() + strcspn(archive_version_string(), "0123456789")},
        {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
        {"jansson", jansson_version_str()},
        {"libyaml", yaml_get_version_string()},
        {"libzstd", ZSTD_versionString()},
        {"libseccomp",
         dw_arena_printf(&context->arena, "%u.%u.%u", seccomp->major, seccomp->minor, seccomp->micro).at},
    };
    memcpy(libraries, found, sizeof(found));
}

static void write_json(struct dw_buffer *out, const struct library libraries[LIBRARIES])
{
    struct dw_json_writer json = {.out = out, .indent = true};
    dw_json_object_begin(&json, NULL);
    dw_json_text(&json, "schema", "dockworthy/version/1");
    dw_json_text(&json, "name", "dockworthy");
    dw_json_text(&json, "version", DW_VERSION);
    dw_json_text(&json, "sandbox", dw_sandbox_describe());
    dw_json_object_begin(&json, "libraries");
    for (size_t i = 0; i < LIBRARIES; i++)
        dw_json_text(&json, libraries[i].name, libraries[i].version);
    dw_json_object_end(&json);
    dw_json_object_end(&json);
}

static void write_text(struct dw_buffer *out, const struct library libraries[LIBRARIES])
{
    dw_buffer_printf(out, "dockworthy %s\nsandbox    %s\nlibraries  ", DW_VERSION, dw_sandbox_describe());
    for (size_t i = 0; i < LIBRARIES; i++)
        dw_buffer_printf(out, "%s%s %s", i > 0 ? ", " : "", libraries[i].name, libraries[i].version);
    dw_buffer_append_byte(out, '\n');
}

static int run(struct dw_context *context)
{
    struct library libraries[LIBRARIES];
    find_libraries(context, libraries);
    for (size_t i = 0; i < context->outputs.len; i++) {
        DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
        if (strcmp(context->outputs.at[i].format, "json") == 0)
            write_json(&text, libraries);
        else
            write_text(&text, libraries);
        struct dw_error error = DW_ERROR_INIT;
        if (!dw_context_write(context, &context->outputs.at[i], dw_buffer_slice(&text), &error))
            return dw_context_error(context, &error);
    }
    return 0;
}

static const char *const formats[] = {"text", "json", NULL};

const struct dw_command dw_command_version = {
    .name = "version",
    .summary = "prints the version, the sandbox of this machine and the libraries",
    .description = "Prints the version of dockworthy, how its parser processes are confined on this machine, and the "
                   "versions of the libraries it works with.\n",
    .examples = "$ dockworthy version\n"
                "$ dockworthy version --format json\n",
    .formats = formats,
    .run = run,
};
