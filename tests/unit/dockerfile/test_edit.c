/* SPDX-License-Identifier: Apache-2.0 */
#include "dockerfile/edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct dw_limits limits;

struct change {
    struct dw_arena arena;
    struct dw_dockerfile *dockerfile;
    struct dw_edits edits;
};

static const struct dw_instruction *begin(struct change *change, const char *text, size_t index)
{
    struct dw_error error = DW_ERROR_INIT;
    *change = (struct change){0};
    change->dockerfile = dw_dockerfile_parse(dw_slice_of(text), "Dockerfile", &limits, &error);
    if (change->dockerfile == NULL)
        fail_msg("%s", error.text);
    change->edits = (struct dw_edits){.arena = &change->arena, .problem = DW_SLICE("")};
    return &change->dockerfile->instructions.at[index];
}

static void end(struct change *change, const char *expected)
{
    struct dw_buffer out = {0};
    if (expected == NULL) {
        assert_true(change->edits.problem.len > 0);
    } else {
        if (change->edits.problem.len > 0)
            fail_msg("%.*s", DW_SLICE_ARG(change->edits.problem));
        dw_edits_apply(change->dockerfile->source, change->edits.list.at, change->edits.list.len, &out);
        if (!dw_slice_is(dw_buffer_slice(&out), expected))
            fail_msg("\n%s\n is not\n%s", out.at, expected);
    }
    dw_buffer_free(&out);
    dw_edits_free(&change->edits);
    dw_dockerfile_free(change->dockerfile);
    dw_arena_free(&change->arena);
}

static void lines_before_and_behind(void **state)
{
    (void)state;
    struct change c;
    const struct dw_instruction *i = begin(&c, "FROM a\n# start\n  CMD x\n", 1);
    dw_edits_line_before(&c.edits, c.dockerfile, i, DW_SLICE("USER 1\nENV a=b"));
    end(&c, "FROM a\n# start\nUSER 1\nENV a=b\n  CMD x\n");
    i = begin(&c, "\xef\xbb\xbf" "FROM a\r\nCMD x", 0);
    dw_edits_line_before(&c.edits, c.dockerfile, i, DW_SLICE("ARG A\nARG B"));
    end(&c, "\xef\xbb\xbf" "ARG A\r\nARG B\r\nFROM a\r\nCMD x");
    i = begin(&c, "FROM a\r\nRUN b \\\r\n  # why\r\n  c", 1);
    dw_edits_line_after(&c.edits, c.dockerfile, i, DW_SLICE("USER 1"));
    end(&c, "FROM a\r\nRUN b \\\r\n  # why\r\n  c\r\nUSER 1");
    i = begin(&c, "FROM a\nRUN <<E\nx\nE\nCMD y\n", 1);
    dw_edits_line_after(&c.edits, c.dockerfile, i, DW_SLICE("USER 1"));
    end(&c, "FROM a\nRUN <<E\nx\nE\nUSER 1\nCMD y\n");
    i = begin(&c, "FROM a\nRUN x \\", 1);
    dw_edits_line_after(&c.edits, c.dockerfile, i, DW_SLICE("USER 1"));
    end(&c, NULL);
}

static void parts_and_flags(void **state)
{
    (void)state;
    struct change c;
    const struct dw_instruction *i = begin(&c, "FROM a\nCOPY --link --from=b \\\n  x \\\n  /y # no comment\n", 1);
    dw_edits_part(&c.edits, c.dockerfile, i, i->arguments[1], DW_SLICE("/z"));
    dw_edits_flag(&c.edits, c.dockerfile, i, DW_SLICE("--chmod=0644"));
    dw_edits_remove_flag(&c.edits, c.dockerfile, i, "from");
    end(&c, "FROM a\nCOPY --chmod=0644 --link \\\n  x \\\n  /z # no comment\n");
    i = begin(&c, "FROM a\nONBUILD COPY x /y\n", 1);
    dw_edits_flag(&c.edits, c.dockerfile, i->inner, DW_SLICE("--link"));
    end(&c, "FROM a\nONBUILD COPY --link x /y\n");
    /* A word that is broken over lines, and a string of the JSON form, are not where they seem. */
    i = begin(&c, "FROM a\nWORKDIR /a\\\nb\n", 1);
    dw_edits_part(&c.edits, c.dockerfile, i, i->arguments[0], DW_SLICE("/c"));
    end(&c, NULL);
    i = begin(&c, "FROM a\nCMD [\"x\\ty\"]\n", 1);
    dw_edits_part(&c.edits, c.dockerfile, i, i->arguments[0], DW_SLICE("/c"));
    end(&c, NULL);
    i = begin(&c, "FROM a\nWORKDIR b\n", 1);
    dw_edits_before_part(&c.edits, c.dockerfile, i, i->rest, DW_SLICE("/"));
    end(&c, "FROM a\nWORKDIR /b\n");
}

static void whole_instructions(void **state)
{
    (void)state;
    struct change c;
    const struct dw_instruction *i = begin(&c, "FROM a\n\n# one\n# two\nCMD x \\\n  y\n\nCMD z\n", 1);
    dw_edits_instruction(&c.edits, c.dockerfile, i, DW_SLICE(""));
    end(&c, "FROM a\n\n\nCMD z\n");
    i = begin(&c, "# syntax=docker/dockerfile:1\nARG A\nFROM a\n", 0);
    dw_edits_instruction(&c.edits, c.dockerfile, i, DW_SLICE(""));
    end(&c, "# syntax=docker/dockerfile:1\nFROM a\n");
    i = begin(&c, "FROM a\nMAINTAINER me\r\nCMD z", 1);
    dw_edits_instruction(&c.edits, c.dockerfile, i, DW_SLICE("LABEL a=me"));
    end(&c, "FROM a\nLABEL a=me\r\nCMD z");
}

int main(void)
{
    limits = dw_limits_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_before_and_behind),
        cmocka_unit_test(parts_and_flags),
        cmocka_unit_test(whole_instructions),
    };
    return cmocka_run_group_tests_name("dockerfile: edits", tests, NULL, NULL);
}
