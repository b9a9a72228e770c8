/* SPDX-License-Identifier: Apache-2.0
 *
 * E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), on lines. Texts that differ in more than
 * DISTANCE_MOST lines are shown as one change of everything between their common ends. */
#include "report/diff.h"

#include "base/encoding.h"

#define DISTANCE_MOST 1000
#define AROUND        3

struct side {
    DW_VECTOR(struct dw_slice) lines; /* with their line ends */
};

/* A run of lines: the same on both sides, only before, or only after. */
struct piece {
    char sign; /* ' ', '-', '+' */
    struct dw_slice line;
};

struct diff {
    struct side before, after;
    DW_VECTOR(struct piece) pieces;
};

static void split(struct side *side, struct dw_slice text)
{
    while (text.len > 0) {
        size_t feed = dw_slice_find(text, '\n');
        size_t length = feed == SIZE_MAX ? text.len : feed + 1;
        *dw_vector_push(&side->lines) = dw_slice_part(text, 0, length);
        text = dw_slice_from(text, length);
    }
}

static void add(struct diff *diff, char sign, const struct side *side, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        *dw_vector_push(&diff->pieces) = (struct piece){sign, side->lines.at[i]};
}

/* Where the furthest way of DISTANCE edits on diagonal K (before minus after) ends, counted in lines of before. */
struct ways {
    DW_VECTOR(ptrdiff_t) ends; /* of distance 0, then the three of 1, … */
};

static ptrdiff_t *end_of(struct ways *ways, ptrdiff_t distance, ptrdiff_t k)
{
    return &ways->ends.at[distance * distance + distance + k];
}

/* Best of the two ways that lead to (DISTANCE, K), before its run of equal lines. */
static ptrdiff_t best_before(struct ways *ways, ptrdiff_t distance, ptrdiff_t k, bool *inserts)
{
    if (distance == 0)
        return 0;
    ptrdiff_t last = distance - 1;
    bool has_up = k + 1 <= last, has_left = k - 1 >= -last;
    ptrdiff_t up = has_up ? *end_of(ways, last, k + 1) : -1, left = has_left ? *end_of(ways, last, k - 1) + 1 : -1;
    *inserts = has_up && (!has_left || up >= left);
    return *inserts ? up : left;
}

/* The lines between the common ends, before [FROM, N) and after [FROM, M) of them; false when they differ too much. */
static bool find_distance(struct diff *diff, size_t from, ptrdiff_t n, ptrdiff_t m, struct ways *ways, ptrdiff_t *distance)
{
    for (*distance = 0; *distance <= n + m && *distance <= DISTANCE_MOST; ++*distance) {
        for (ptrdiff_t k = -*distance; k <= *distance; k++)
            *dw_vector_push(&ways->ends) = -1;
        for (ptrdiff_t k = -*distance; k <= *distance; k += 2) {
            bool inserts = false;
            ptrdiff_t x = best_before(ways, *distance, k, &inserts);
            while (x >= 0 && x < n && x - k >= 0 && x - k < m &&
                   dw_slice_equal(diff->before.lines.at[from + (size_t)x], diff->after.lines.at[from + (size_t)(x - k)]))
                x++;
            if (x > n || x - k > m || x - k < 0)
                x = -1;
            *end_of(ways, *distance, k) = x;
            if (x == n && x - k == m)
                return true;
        }
    }
    return false;
}

static void reverse(struct piece *pieces, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct piece kept = pieces[i];
        pieces[i] = pieces[count - 1 - i];
        pieces[count - 1 - i] = kept;
    }
}

static void compare(struct diff *diff, size_t from, size_t before_end, size_t after_end)
{
    DW_CLEANUP(dw_cleanup_free) void *memory = NULL;
    struct ways ways = {0};
    ptrdiff_t x = (ptrdiff_t)(before_end - from), y = (ptrdiff_t)(after_end - from), distance;
    bool found = find_distance(diff, from, x, y, &ways, &distance);
    memory = ways.ends.at;
    if (!found) {
        add(diff, '-', &diff->before, from, before_end);
        add(diff, '+', &diff->after, from, after_end);
        return;
    }
    size_t first = diff->pieces.len;
    for (; distance >= 0; distance--) {
        bool inserts = false;
        ptrdiff_t start = best_before(&ways, distance, x - y, &inserts);
        for (; x > start; x--, y--)
            add(diff, ' ', &diff->before, from + (size_t)x - 1, from + (size_t)x);
        if (distance == 0)
            break;
        if (inserts) {
            add(diff, '+', &diff->after, from + (size_t)y - 1, from + (size_t)y);
            y--;
        } else {
            add(diff, '-', &diff->before, from + (size_t)x - 1, from + (size_t)x);
            x--;
        }
    }
    reverse(diff->pieces.at + first, diff->pieces.len - first);
}

static void print_piece(struct dw_buffer *out, const struct dw_diff_options *options, const struct piece *piece)
{
    struct dw_slice line = piece->line;
    bool ended = dw_slice_ends_with(line, "\n");
    if (ended)
        line.len--;
    if (options->color && piece->sign != ' ')
        dw_buffer_append_string(out, piece->sign == '-' ? "\033[31m" : "\033[32m");
    dw_buffer_append_byte(out, piece->sign);
    if (options->terminal && dw_slice_ends_with(line, "\r"))
        line.len--;
    if (options->terminal)
        dw_escape_terminal(out, line, false);
    else
        dw_buffer_append(out, line);
    if (options->color && piece->sign != ' ')
        dw_buffer_append_string(out, "\033[0m");
    dw_buffer_append_byte(out, '\n');
    if (!ended)
        dw_buffer_append_string(out, "\\ No newline at end of file\n");
}

/* "start,count"; of nothing, the line before it. */
static void print_range(struct dw_buffer *out, char sign, size_t start, size_t count)
{
    dw_buffer_printf(out, "%c%zu", sign, count == 0 ? start : start + 1);
    if (count != 1)
        dw_buffer_printf(out, ",%zu", count);
}

static void print_hunk(struct dw_buffer *out, const struct dw_diff_options *options, const struct diff *diff, size_t from, size_t to,
                       size_t before, size_t after)
{
    size_t removed = 0, added = 0;
    for (size_t i = from; i < to; i++) {
        removed += diff->pieces.at[i].sign != '+';
        added += diff->pieces.at[i].sign != '-';
    }
    dw_buffer_append_string(out, options->color ? "\033[36m@@ " : "@@ ");
    print_range(out, '-', before, removed);
    dw_buffer_append_byte(out, ' ');
    print_range(out, '+', after, added);
    dw_buffer_append_string(out, options->color ? " @@\033[0m\n" : " @@\n");
    for (size_t i = from; i < to; i++)
        print_piece(out, options, &diff->pieces.at[i]);
}

/* The end of the hunk that begins with the change at START: changes with no more than twice AROUND equal lines between. */
static size_t end_of_hunk(const struct diff *diff, size_t start)
{
    size_t last = start;
    for (size_t i = start; i < diff->pieces.len && i <= last + 2 * AROUND + 1; i++)
        if (diff->pieces.at[i].sign != ' ')
            last = i;
    return last + 1 + AROUND < diff->pieces.len ? last + 1 + AROUND : diff->pieces.len;
}

static void print(struct dw_buffer *out, const struct dw_diff_options *options, const struct diff *diff)
{
    const char *path = options->path;
    while (*path == '/')
        path++;
    dw_buffer_append_string(out, options->color ? "\033[1m--- a/" : "--- a/");
    dw_escape_terminal(out, dw_slice_of(path), false);
    dw_buffer_append_string(out, "\n+++ b/");
    dw_escape_terminal(out, dw_slice_of(path), false);
    dw_buffer_append_string(out, options->color ? "\033[0m\n" : "\n");
    size_t before = 0, after = 0, counted = 0;
    for (size_t i = 0; i < diff->pieces.len;) {
        if (diff->pieces.at[i].sign == ' ') {
            i++;
            continue;
        }
        size_t from = i > AROUND ? i - AROUND : 0, to = end_of_hunk(diff, i);
        if (from < counted)
            from = counted;
        for (; counted < from; counted++) {
            before += diff->pieces.at[counted].sign != '+';
            after += diff->pieces.at[counted].sign != '-';
        }
        print_hunk(out, options, diff, from, to, before, after);
        i = to;
    }
}

void dw_diff_unified(struct dw_buffer *out, const struct dw_diff_options *options, struct dw_slice before, struct dw_slice after)
{
    struct diff diff = {0};
    if (dw_slice_equal(before, after))
        return;
    split(&diff.before, before);
    split(&diff.after, after);
    size_t n = diff.before.lines.len, m = diff.after.lines.len, head = 0, tail = 0;
    while (head < n && head < m && dw_slice_equal(diff.before.lines.at[head], diff.after.lines.at[head]))
        head++;
    while (tail < n - head && tail < m - head &&
           dw_slice_equal(diff.before.lines.at[n - 1 - tail], diff.after.lines.at[m - 1 - tail]))
        tail++;
    add(&diff, ' ', &diff.before, 0, head);
    compare(&diff, head, n - tail, m - tail);
    add(&diff, ' ', &diff.before, n - tail, n);
    print(out, options, &diff);
    dw_vector_free(&diff.before.lines);
    dw_vector_free(&diff.after.lines);
    dw_vector_free(&diff.pieces);
}
