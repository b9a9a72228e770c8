/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static dw_memory_handler *exhausted;

void dw_memory_set_handler(dw_memory_handler *handler)
{
    exhausted = handler;
}

static void *checked(void *memory, size_t size)
{
    if (memory == NULL) {
        if (exhausted != NULL)
            exhausted(size);
        abort();
    }
    return memory;
}

void *dw_alloc(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1), size);
}

void *dw_realloc(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        checked(NULL, SIZE_MAX);
    return checked(realloc(old, bytes ? bytes : 1), bytes);
}

char *dw_copy_string(struct dw_slice text)
{
    char *copy = dw_alloc(text.len + 1, 1);
    if (text.len > 0)
        memcpy(copy, text.at, text.len);
    return copy;
}

void dw_buffer_reserve(struct dw_buffer *buffer, size_t more)
{
    size_t need;
    if (__builtin_add_overflow(buffer->len, more, &need) || need == SIZE_MAX)
        checked(NULL, SIZE_MAX);
    need++;
    if (need <= buffer->capacity)
        return;
    size_t grown = buffer->capacity < 32 ? 64 : buffer->capacity + buffer->capacity / 2;
    if (grown < need)
        grown = need;
    buffer->at = dw_realloc(buffer->at, grown, 1);
    buffer->capacity = grown;
}

void dw_buffer_append(struct dw_buffer *buffer, struct dw_slice bytes)
{
    dw_buffer_reserve(buffer, bytes.len);
    if (bytes.len > 0)
        memcpy(buffer->at + buffer->len, bytes.at, bytes.len);
    buffer->len += bytes.len;
    buffer->at[buffer->len] = '\0';
}

void dw_buffer_append_string(struct dw_buffer *buffer, const char *string)
{
    dw_buffer_append(buffer, dw_slice_of(string));
}

void dw_buffer_append_byte(struct dw_buffer *buffer, char byte)
{
    dw_buffer_append(buffer, (struct dw_slice){&byte, 1});
}

void dw_buffer_printf(struct dw_buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length > 0) {
        dw_buffer_reserve(buffer, (size_t)length);
        vsnprintf(buffer->at + buffer->len, (size_t)length + 1, format, again);
        buffer->len += (size_t)length;
    }
    va_end(again);
}

void dw_buffer_clear(struct dw_buffer *buffer)
{
    buffer->len = 0;
    if (buffer->at != NULL)
        buffer->at[0] = '\0';
}

void dw_buffer_free(struct dw_buffer *buffer)
{
    free(buffer->at);
    *buffer = (struct dw_buffer){0};
}

struct dw_arena_block {
    struct dw_arena_block *next;
    size_t size;
    _Alignas(max_align_t) char data[];
};

#define ARENA_FIRST 2048
#define ARENA_BLOCK (64 * 1024)

static void *arena_take(struct dw_arena *arena, size_t bytes, size_t align)
{
    struct dw_arena_block *block = arena->blocks;
    size_t start = (arena->used + align - 1) / align * align;
    if (block == NULL || start > block->size || block->size - start < bytes) {
        /* A large piece gets a block of its own behind the newest, which stays in use. */
        bool large = bytes > ARENA_BLOCK / 4;
        /* Blocks grow with the arena: a short-lived one stays small. */
        size_t capacity = arena->total < ARENA_FIRST ? ARENA_FIRST : arena->total < ARENA_BLOCK ? arena->total : ARENA_BLOCK;
        if (large || capacity < bytes)
            capacity = bytes;
        struct dw_arena_block *fresh = checked(calloc(1, sizeof(*fresh) + capacity), capacity);
        fresh->size = capacity;
        arena->total += capacity;
        if (large && block != NULL) {
            fresh->next = block->next;
            block->next = fresh;
            return fresh->data;
        }
        fresh->next = block;
        arena->blocks = fresh;
        block = fresh;
        start = 0;
    }
    arena->used = start + bytes;
    return block->data + start;
}

void *dw_arena_alloc(struct dw_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        checked(NULL, SIZE_MAX);
    return arena_take(arena, bytes ? bytes : 1, _Alignof(max_align_t));
}

struct dw_slice dw_arena_copy(struct dw_arena *arena, struct dw_slice bytes)
{
    char *copy = arena_take(arena, bytes.len + 1, 1);
    if (bytes.len > 0)
        memcpy(copy, bytes.at, bytes.len);
    return (struct dw_slice){copy, bytes.len};
}

struct dw_slice dw_arena_printf(struct dw_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t len = length > 0 ? (size_t)length : 0;
    char *text = arena_take(arena, len + 1, 1);
    vsnprintf(text, len + 1, format, again);
    va_end(again);
    return (struct dw_slice){text, len};
}

void dw_arena_adopt(struct dw_arena *to, struct dw_arena *from)
{
    struct dw_arena_block *last = from->blocks;
    if (last == NULL)
        return;
    if (to->blocks == NULL) {
        *to = *from;
    } else {
        /* Behind the newest block, which stays the one in use. */
        while (last->next != NULL)
            last = last->next;
        last->next = to->blocks->next;
        to->blocks->next = from->blocks;
        to->total += from->total;
    }
    *from = (struct dw_arena){0};
}

void dw_arena_free(struct dw_arena *arena)
{
    struct dw_arena_block *block = arena->blocks;
    while (block != NULL) {
        struct dw_arena_block *next = block->next;
        free(block);
        block = next;
    }
    *arena = (struct dw_arena){0};
}

void dw_vector_grow(void **at, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return;
    size_t grown = *capacity < 4 ? 8 : *capacity * 2;
    if (grown < need)
        grown = need;
    *at = dw_realloc(*at, grown, size);
    *capacity = grown;
}

void dw_cleanup_free(void *pointer_to_pointer)
{
    free(*(void **)pointer_to_pointer);
}

void dw_cleanup_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
