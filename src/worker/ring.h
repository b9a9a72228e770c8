/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory that a parent shares with one worker; private to this room. Two rings of slots: compressed bytes to the
 * worker, unpacked bytes back. Counters only rise; slot number = counter modulo slots. The parent trusts nothing that the
 * worker can write: it reads each value once and checks it. */
#ifndef DW_WORKER_RING_H
#define DW_WORKER_RING_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define DW_RING_INPUT_SLOTS  8
#define DW_RING_INPUT_BYTES  (64 * 1024)
#define DW_RING_OUTPUT_SLOTS 6
#define DW_RING_OUTPUT_BYTES (256 * 1024)

struct dw_ring {
    _Atomic uint64_t input_head;  /* slots the parent has filled */
    _Atomic uint64_t input_tail;  /* slots the worker has used */
    _Atomic uint32_t input_end;   /* 1: no more slots will come; 2: the input failed */
    _Atomic uint64_t output_head; /* slots the worker has published */
    _Atomic uint64_t output_tail; /* slots the parent is done with */
    _Atomic uint32_t input_length[DW_RING_INPUT_SLOTS];
    _Atomic uint32_t output_length[DW_RING_OUTPUT_SLOTS];
    _Alignas(4096) char input[DW_RING_INPUT_SLOTS][DW_RING_INPUT_BYTES];
    _Alignas(4096) char output[DW_RING_OUTPUT_SLOTS][DW_RING_OUTPUT_BYTES];
};

/* Descriptors of a worker, by the numbers they have there. */
enum {
    DW_WORKER_FD_CONTROL = 3, /* seqpacket: requests come in */
    DW_WORKER_FD_RECORDS = 4, /* pipe: records go out */
    DW_WORKER_FD_RING = 5,    /* memfd */
    DW_WORKER_FD_WAKE = 6,    /* eventfd: the parent did something */
    DW_WORKER_FD_DONE = 7,    /* eventfd: the worker did something */
    DW_WORKER_FD_END
};
#define DW_WORKER_FD_COUNT (DW_WORKER_FD_END - DW_WORKER_FD_CONTROL)

/* A request on the control socket; at most one descriptor goes with it. */
struct dw_wire_request {
    uint32_t kind;
    uint32_t has_input, has_fd;
    uint32_t argument_length;
    char argument[4096];
};

/* Record types below this belong to the worker room itself. */
#define DW_RECORD_JOB_END 0 /* u8 error kind (0: good), bytes text */

/* Exit statuses of a worker that ends by itself. */
#define DW_WORKER_EXIT_MEMORY  77
#define DW_WORKER_EXIT_SANDBOX 78

#endif
