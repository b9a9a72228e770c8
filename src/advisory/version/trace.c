/* SPDX-License-Identifier: Apache-2.0 */
#include "advisory/version/trace.h"

/* More than a real version has; a hostile one must not fill the screen. */
#define PIECES_MAX 24
#define PIECE_MAX  80

int dw_digits_compare(struct dw_slice a, struct dw_slice b)
{
    while (a.len > 0 && a.at[0] == '0')
        a = dw_slice_from(a, 1);
    while (b.len > 0 && b.at[0] == '0')
        b = dw_slice_from(b, 1);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return dw_text_compare(a, b);
}

struct dw_slice dw_digits_prefix(struct dw_slice text)
{
    size_t len = 0;
    while (len < text.len && dw_is_digit(text.at[len]))
        len++;
    return dw_slice_part(text, 0, len);
}

bool dw_digits_only(struct dw_slice text)
{
    return text.len > 0 && dw_digits_prefix(text).len == text.len;
}

int dw_text_compare(struct dw_slice a, struct dw_slice b)
{
    int order = dw_slice_compare(a, b);
    return (order > 0) - (order < 0);
}

static void append_piece(struct dw_buffer *out, struct dw_slice piece)
{
    dw_buffer_append(out, dw_slice_part(piece, 0, PIECE_MAX));
    if (piece.len > PIECE_MAX)
        dw_buffer_append_string(out, "…");
}

void dw_trace_equal(struct dw_version_trace *trace, struct dw_slice piece)
{
    if (trace == NULL || piece.len == 0)
        return;
    trace->equal++;
    if (trace->equal > PIECES_MAX) {
        if (trace->equal == PIECES_MAX + 1)
            dw_buffer_append_string(trace->out, ", …");
        return;
    }
    dw_buffer_append_string(trace->out, trace->equal == 1 ? "equal " : ", ");
    append_piece(trace->out, piece);
}

int dw_trace_decide(struct dw_version_trace *trace, const char *kind, struct dw_slice a, struct dw_slice b, int result)
{
    if (trace == NULL || result == 0)
        return result;
    dw_buffer_printf(trace->out, "%s%s ", trace->equal > 0 ? "; " : "", kind);
    append_piece(trace->out, a.len > 0 ? a : DW_SLICE("nothing"));
    dw_buffer_append_string(trace->out, result < 0 ? " < " : " > ");
    append_piece(trace->out, b.len > 0 ? b : DW_SLICE("nothing"));
    return result;
}

void dw_trace_explain(int (*walk)(struct dw_slice a, struct dw_slice b, struct dw_version_trace *trace),
                      struct dw_slice a, struct dw_slice b, struct dw_buffer *out)
{
    int result = walk(a, b, NULL);
    struct dw_version_trace trace = {.out = out};
    append_piece(out, a);
    dw_buffer_append_string(out, result < 0 ? " < " : result > 0 ? " > " : " = ");
    append_piece(out, b);
    dw_buffer_append_string(out, ": ");
    walk(a, b, &trace);
    if (result == 0 && trace.equal == 0)
        dw_buffer_append_string(out, "nothing differs");
}
