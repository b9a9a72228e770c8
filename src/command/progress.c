/* SPDX-License-Identifier: Apache-2.0 */
#include "command/progress.h"

#include "base/encoding.h"

#include <inttypes.h>
#include <time.h>

#define BAR_COLUMNS 30

static int64_t milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void dw_progress_start(struct dw_progress *progress, struct dw_context *context, const char *what)
{
    *progress = (struct dw_progress){.context = context, .what = what, .started = milliseconds()};
}

/* Is it time to draw? */
static bool due(struct dw_progress *progress, int64_t *now)
{
    *now = milliseconds();
    if (!progress->context->progress || *now - progress->started < 300 || *now - progress->drawn < 100)
        return false;
    progress->drawn = *now;
    progress->visible = true;
    return true;
}

void dw_progress_bytes(void *context, uint64_t done, uint64_t total)
{
    struct dw_progress *progress = context;
    int64_t now;
    if (!due(progress, &now) || total == 0)
        return;
    double share = (double)done / (double)total, seconds = (double)(now - progress->started) / 1000;
    double rate = (double)done / 1048576 / seconds, left = share > 0 ? seconds / share - seconds : 0;
    char bar[BAR_COLUMNS + 1];
    for (size_t i = 0; i < BAR_COLUMNS; i++)
        bar[i] = (double)i < share * BAR_COLUMNS ? '#' : '.';
    bar[BAR_COLUMNS] = '\0';
    fprintf(progress->context->err, "\r%s [%s] %3.0f %%  %.0f MiB/s  %.0f s left \033[K", progress->what, bar,
            share * 100, rate, left);
    fflush(progress->context->err);
}

void dw_progress_records(void *context, struct dw_slice name, uint64_t records)
{
    struct dw_progress *progress = context;
    int64_t now;
    if (!due(progress, &now))
        return;
    DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0};
    dw_escape_terminal(&text, name, false);
    fprintf(progress->context->err, "\r%s: %.40s, %" PRIu64 " records\033[K", progress->what,
            text.at ? text.at : "", records);
    fflush(progress->context->err);
}

void dw_progress_end(struct dw_progress *progress)
{
    if (progress->visible)
        fputs("\r\033[K", progress->context->err);
    progress->visible = false;
}
