/* SPDX-License-Identifier: Apache-2.0
 *
 * Sandboxed parser processes (architecture.md, sections 2, 3 and 6).
 *
 * A zygote is forked before threads, network and credentials exist. On request it forks a worker, which enters its
 * sandbox (no new privileges, resource limits, Landlock where the kernel has it, seccomp) and runs one job after the
 * other for one parent. A job's input comes as descriptors or through shared rings; its results go back as records.
 * A worker that dies, hangs or outgrows its memory costs its own job a clear error of kind DW_ERROR_CRASH. */
#ifndef DW_WORKER_WORKER_H
#define DW_WORKER_WORKER_H

#include "base/limits.h"
#include "stream/stream.h"
#include "worker/record.h"

/* ---- inside the worker ------------------------------------------------------------------------------------- */

/* Every kind of job there is; the table given to dw_zygote_start is indexed by it (check/jobs.c). */
enum dw_job_kind {
    DW_JOB_SCAN_LAYER,    /* scan/: one layer, tar or compressed tar → raw facts, unpacked bytes */
    DW_JOB_ARCHIVE_INDEX, /* image/: an outer archive → its members */
    DW_JOB_DECOMPRESS,    /* image/: compressed bytes → unpacked bytes */
    DW_JOB_FEED,          /* advisory/: a feed's archive → advisory records */
    DW_JOB_CUSTOM_RULES,  /* check/: a jq program over the facts of subjects → its outputs */
    DW_JOB_COUNT
};

struct dw_job; /* what a running job has: its input, its output */

/* One kind of job. RUN returns false with ERROR set when the input is bad; the error (kind and text) reaches the
 * parent as the job's result. Whatever RUN allocates it frees: a worker may run many jobs. */
struct dw_job_type {
    const char *name;
    bool (*run)(struct dw_job *job, struct dw_error *error);
};

const struct dw_limits *dw_job_limits(const struct dw_job *job);
/* The bytes that the parent gave with the request (a file name, options). */
struct dw_slice dw_job_argument(const struct dw_job *job);
/* The descriptor that the parent passed (read only), or -1. */
int dw_job_fd(const struct dw_job *job);
/* What the parent pumps in (NULL if the job was started without input). Belongs to the job. */
struct dw_stream *dw_job_input(struct dw_job *job);
/* The buffer that records are written to with dw_record_begin … dw_record_finish. */
struct dw_buffer *dw_job_records(struct dw_job *job);
/* Sends the buffer when it holds more than 64 KiB. Call after each record. */
bool dw_job_flush(struct dw_job *job, struct dw_error *error);
/* The next free slot for unpacked bytes, which the parent will see in order; waits until one is free. */
char *dw_job_output_slot(struct dw_job *job, size_t *capacity, struct dw_error *error);
/* Publishes the first LEN bytes of the slot last got. They stay readable for the worker until it asks for another slot
 * after as many as the ring holds, less one: a reader may keep one published slot while it fills the next. */
bool dw_job_output_publish(struct dw_job *job, size_t len, struct dw_error *error);

/* Runs a job in the calling process, without sandbox or rings: for fuzzing and measuring alone. INPUT may be NULL, FD -1.
 * *RECORDS gets all records (freed with dw_buffer_free, also on failure). */
bool dw_job_run_local(const struct dw_job_type *type, struct dw_stream *input, int fd, struct dw_slice argument,
                      const struct dw_limits *limits, struct dw_buffer *records, struct dw_error *error);

/* ---- the parent's side --------------------------------------------------------------------------------------- */

struct dw_zygote;

/* Forks the zygote. TYPES (a static table) is what workers can run, by index. Must be called before threads are
 * started. A worker that cannot enter its sandbox refuses to run. */
struct dw_zygote *dw_zygote_start(const struct dw_job_type *types, size_t count, const struct dw_limits *limits,
                                  struct dw_error *error);
void dw_zygote_stop(struct dw_zygote *zygote);

/* How workers are confined on this machine, for `version` and `doctor`: "seccomp, landlock 7, rlimits". */
const char *dw_sandbox_describe(void);

struct dw_worker;

/* A new worker, sandboxed, waiting for a job. Safe to call from several threads. */
struct dw_worker *dw_worker_start(struct dw_zygote *zygote, struct dw_error *error);
/* Ends it (kills it if it still works) and frees it; NULL is allowed. */
void dw_worker_stop(struct dw_worker *worker);

enum dw_worker_event {
    DW_WORKER_ERROR,    /* ERROR says what: the job's own, or CRASH/LIMIT; after a CRASH the worker is of no use */
    DW_WORKER_RECORD,   /* event->record; its slices hold until the next call */
    DW_WORKER_UNPACKED, /* event->unpacked: bytes the job published; hold until the next call */
    DW_WORKER_END,      /* the job is done, everything was delivered; the worker can take another */
};

struct dw_worker_result {
    struct dw_record record;
    struct dw_slice unpacked;
};

struct dw_job_request {
    enum dw_job_kind kind;
    struct dw_slice argument; /* at most 4 KiB */
    int fd;                   /* passed to the worker, or -1; stays the caller's */
    struct dw_stream *input;  /* pumped to the job's input, or NULL; stays the caller's */
    bool unpacked;            /* the job publishes unpacked bytes */
    enum dw_limit time;       /* the limit of its seconds; 0: DW_LIMIT_WORKER_SECONDS */
    /* Called with every piece of input as it is sent (to hash it); may be NULL. */
    void (*tap)(void *context, struct dw_slice bytes);
    void *tap_context;
};

/* Gives the worker a job; then call dw_worker_next until it returns END or ERROR. */
bool dw_worker_submit(struct dw_worker *worker, const struct dw_job_request *request, struct dw_error *error);
/* Moves input to the worker and waits for what comes back. An error of the input stream is returned as ERROR as it is.
 * If the job ends by itself before the input does, the rest of the input is still read and tapped. */
enum dw_worker_event dw_worker_next(struct dw_worker *worker, struct dw_worker_result *result, struct dw_error *error);

#endif
