/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory: allocation that cannot fail from the caller's view, buffers, arenas, vectors, cleanup.
 * When the system gives no memory, the process ends through the handler: in a worker with the exit status that
 * its parent reports as "out of memory", elsewhere by abort. No caller can carry on from there. */
#ifndef DW_BASE_MEMORY_H
#define DW_BASE_MEMORY_H

#include "base/slice.h"

#include <stdlib.h>

/* Called when an allocation fails; must not return. */
typedef void dw_memory_handler(size_t size);
void dw_memory_set_handler(dw_memory_handler *handler);

/* Zeroed memory of COUNT × SIZE bytes; overflow counts as "no memory". Freed with free(). */
void *dw_alloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
/* As realloc; new bytes are not zeroed. */
void *dw_realloc(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
/* A NUL-terminated copy, freed with free(). */
char *dw_copy_string(struct dw_slice text) __attribute__((returns_nonnull));

/* --- buffer: a growing run of bytes; always has a NUL after its last byte once it is not empty --- */
struct dw_buffer {
    char *at;
    size_t len;
    size_t capacity;
};

void dw_buffer_reserve(struct dw_buffer *buffer, size_t more);
void dw_buffer_append(struct dw_buffer *buffer, struct dw_slice bytes);
void dw_buffer_append_string(struct dw_buffer *buffer, const char *string);
void dw_buffer_append_byte(struct dw_buffer *buffer, char byte);
void dw_buffer_printf(struct dw_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void dw_buffer_clear(struct dw_buffer *buffer); /* keeps the memory */
void dw_buffer_free(struct dw_buffer *buffer);
static inline struct dw_slice dw_buffer_slice(const struct dw_buffer *buffer)
{
    return (struct dw_slice){buffer->at ? buffer->at : "", buffer->len};
}

/* --- arena: many small things that live and die together --- */
struct dw_arena {
    struct dw_arena_block *blocks;
    size_t used;      /* in the newest block */
    size_t total;     /* bytes of all blocks */
};

/* Zeroed, aligned for any type. */
void *dw_arena_alloc(struct dw_arena *arena, size_t count, size_t size) __attribute__((returns_nonnull));
/* A copy of the bytes, with a NUL behind them that the length does not count. */
struct dw_slice dw_arena_copy(struct dw_arena *arena, struct dw_slice bytes);
struct dw_slice dw_arena_printf(struct dw_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Moves everything of FROM to TO: what points into it stays valid as long as TO. FROM is empty then. */
void dw_arena_adopt(struct dw_arena *to, struct dw_arena *from);
void dw_arena_free(struct dw_arena *arena);

/* --- vector: DW_VECTOR(struct x) things = {0}; *dw_vector_push(&things) = …; dw_vector_free(&things); --- */
#define DW_VECTOR(type)                                                                                      \
    struct {                                                                                                 \
        type *at;                                                                                            \
        size_t len, capacity;                                                                                \
    }
void dw_vector_grow(void **at, size_t *capacity, size_t need, size_t size);
/* A pointer to a new last element, zeroed. */
#define dw_vector_push(v)                                                                                    \
    (dw_vector_grow((void **)&(v)->at, &(v)->capacity, (v)->len + 1, sizeof(*(v)->at)),                      \
     memset(&(v)->at[(v)->len], 0, sizeof(*(v)->at)), &(v)->at[(v)->len++])
#define dw_vector_free(v) (free((v)->at), (v)->at = NULL, (v)->len = (v)->capacity = 0)

/* --- cleanup: DW_CLEANUP(dw_buffer_free) struct dw_buffer text = {0}; --- */
#define DW_CLEANUP(function) __attribute__((cleanup(function)))
void dw_cleanup_free(void *pointer_to_pointer); /* for DW_CLEANUP(dw_cleanup_free) char *x = NULL; */
void dw_cleanup_close(int *fd);                 /* closes if >= 0 */

#endif
