/* SPDX-License-Identifier: Apache-2.0
 * ustar and pax interchange formats: POSIX.1-2017, pax, "pax Interchange Format". openat(2) with O_NOFOLLOW at every step:
 * the walk never leaves the folder, whatever links it holds. */
#include "scan/folder.h"

#include "package/reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct level {
    int fd;
    size_t path_length; /* of the folder's own path in PATH */
    char **names;
    size_t count, next;
};

struct folder_stream {
    struct dw_stream base;
    const struct dw_limits *limits;
    struct dw_folder_notes *notes;
    DW_VECTOR(struct level) levels;
    struct dw_buffer path;    /* of the entry at hand, relative */
    struct dw_buffer pending; /* bytes to give out first */
    size_t pending_used;
    int file;                 /* whose content comes after PENDING, or -1 */
    uint64_t file_left;
    uint64_t padding;         /* zero bytes after the file */
    uint64_t entries;
    bool ended;
};

static void add_note(struct folder_stream *folder, enum dw_note_kind kind, const char *message)
{
    struct dw_folder_note *note = dw_vector_push(&folder->notes->list);
    note->kind = kind;
    note->path = dw_copy_string(dw_buffer_slice(&folder->path));
    note->message = dw_copy_string(dw_slice_of(message));
}

void dw_folder_notes_free(struct dw_folder_notes *notes)
{
    for (size_t i = 0; i < notes->list.len; i++) {
        free(notes->list.at[i].path);
        free(notes->list.at[i].message);
    }
    dw_vector_free(&notes->list);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_level(struct level *level)
{
    for (size_t i = 0; i < level->count; i++)
        free(level->names[i]);
    free(level->names);
    close(level->fd);
}

/* Takes FD; lists it in byte order, so that the same folder gives the same stream. */
static bool push_level(struct folder_stream *folder, int fd, struct dw_error *error)
{
    struct level level = {.fd = fd, .path_length = folder->path.len};
    size_t capacity = 0;
    int again = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    DIR *list = again < 0 ? NULL : fdopendir(again);
    if (list == NULL) {
        if (again >= 0)
            close(again);
        close(fd);
        return dw_fail_errno(error, DW_ERROR_INPUT, "%.*s: cannot be listed",
                             DW_SLICE_ARG(dw_buffer_slice(&folder->path)));
    }
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        dw_vector_grow((void **)&level.names, &capacity, level.count + 1, sizeof(*level.names));
        level.names[level.count++] = dw_copy_string(dw_slice_of(entry->d_name));
    }
    closedir(list);
    if (level.count > 1)
        qsort(level.names, level.count, sizeof(*level.names), compare_names);
    *dw_vector_push(&folder->levels) = level;
    return dw_limit_check(folder->limits, DW_LIMIT_PATH_COMPONENTS, folder->levels.len, error);
}

static void put_octal(char *field, size_t size, uint64_t value)
{
    snprintf(field, size, "%0*" PRIo64, (int)size - 1, value);
}

static void put_header(struct folder_stream *folder, char type, const char *name, uint64_t size, unsigned mode)
{
    char block[512] = {0};
    snprintf(block, 100, "%s", name);
    put_octal(block + 100, 8, mode & 07777);
    put_octal(block + 108, 8, 0);
    put_octal(block + 116, 8, 0);
    /* Past 8 GiB the pax record says the size. */
    put_octal(block + 124, 12, size < (UINT64_C(1) << 33) ? size : 0);
    put_octal(block + 136, 12, 0);
    memset(block + 148, ' ', 8);
    block[156] = type;
    memcpy(block + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof(block); i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
    dw_buffer_append(&folder->pending, dw_slice_make(block, sizeof(block)));
}

/* "LENGTH key=value\n", where LENGTH counts itself. */
static void put_pax(struct dw_buffer *out, const char *key, struct dw_slice value)
{
    size_t rest = strlen(key) + value.len + 3, length = rest + 1;
    for (size_t digits = 1, power = 10; length >= power; power *= 10)
        length = rest + ++digits;
    dw_buffer_printf(out, "%zu %s=", length, key);
    dw_buffer_append(out, value);
    dw_buffer_append_byte(out, '\n');
}

static void pad(struct dw_buffer *out)
{
    while (out->len % 512 != 0)
        dw_buffer_append_byte(out, '\0');
}

/* Every entry gets a pax header with its path: no name is too long or too strange for it. */
static void put_entry(struct folder_stream *folder, char type, uint64_t size, unsigned mode, struct dw_slice link)
{
    struct dw_buffer records = {0};
    char digits[24];
    snprintf(digits, sizeof(digits), "%" PRIu64, size);
    put_pax(&records, "path", dw_buffer_slice(&folder->path));
    if (link.len > 0)
        put_pax(&records, "linkpath", link);
    if (size > 0)
        put_pax(&records, "size", dw_slice_of(digits));
    put_header(folder, 'x', "pax", records.len, 0644);
    dw_buffer_append(&folder->pending, dw_buffer_slice(&records));
    pad(&folder->pending);
    put_header(folder, type, "entry", size, mode);
    dw_buffer_free(&records);
}

static void put_file(struct folder_stream *folder, int at, const char *name, const struct stat *status)
{
    const struct dw_package_reader *reader = dw_package_wants(dw_buffer_slice(&folder->path));
    bool wanted = reader != NULL;
    int fd = wanted ? openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK) : -1;
    struct stat opened;
    if (wanted && (fd < 0 || fstat(fd, &opened) != 0 || !S_ISREG(opened.st_mode))) {
        int trouble = errno;
        if (fd >= 0)
            close(fd);
        if (!reader->guess) {
            char message[256];
            snprintf(message, sizeof(message), "cannot be read: %s", strerror(trouble));
            add_note(folder, DW_NOTE_UNREADABLE, message);
            return;
        }
        fd = -1;
        wanted = false;
    }
    uint64_t size = wanted ? (uint64_t)opened.st_size : 0;
    put_entry(folder, '0', size, status->st_mode, DW_SLICE(""));
    if (size == 0 && fd >= 0)
        close(fd);
    folder->file = size == 0 ? -1 : fd;
    folder->file_left = size;
    folder->padding = (512 - size % 512) % 512;
}

static void put_symlink(struct folder_stream *folder, int at, const char *name, const struct stat *status)
{
    char target[4097];
    ssize_t length = readlinkat(at, name, target, sizeof(target));
    if (length > 0 && length < (ssize_t)sizeof(target))
        put_entry(folder, '2', 0, status->st_mode, dw_slice_make(target, (size_t)length));
    else
        add_note(folder, DW_NOTE_UNREADABLE, "a symbolic link that cannot be read");
}

/* Overlayfs's own form of a removed file, in exported root file systems: a character device 0/0. */
static void put_overlay_whiteout(struct folder_stream *folder)
{
    struct dw_slice whole = dw_buffer_slice(&folder->path);
    struct dw_slice kept = dw_slice_make(dw_copy_string(whole), whole.len);
    struct dw_slice parent = dw_path_parent(kept), name = dw_path_base(kept);
    dw_buffer_clear(&folder->path);
    dw_buffer_append(&folder->path, parent);
    if (parent.len > 0)
        dw_buffer_append_byte(&folder->path, '/');
    dw_buffer_append_string(&folder->path, ".wh.");
    dw_buffer_append(&folder->path, name);
    put_entry(folder, '0', 0, 0, DW_SLICE(""));
    free((void *)(uintptr_t)kept.at);
}

static bool put_folder(struct folder_stream *folder, int at, const char *name, const struct stat *status,
                       struct dw_error *error)
{
    int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        char message[256];
        snprintf(message, sizeof(message), "a folder that cannot be opened: %s", strerror(errno));
        add_note(folder, DW_NOTE_UNREADABLE, message);
        return true;
    }
    put_entry(folder, '5', 0, status->st_mode, DW_SLICE(""));
    return push_level(folder, fd, error);
}

/* Puts the next entry, or the end marker, into PENDING. */
static bool next_entry(struct folder_stream *folder, struct dw_error *error)
{
    while (folder->levels.len > 0) {
        struct level *level = &folder->levels.at[folder->levels.len - 1];
        folder->path.len = level->path_length;
        if (level->next == level->count) {
            free_level(level);
            folder->levels.len--;
            continue;
        }
        const char *name = level->names[level->next++];
        if (folder->path.len > 0)
            dw_buffer_append_byte(&folder->path, '/');
        dw_buffer_append_string(&folder->path, name);
        struct stat status;
        if (!dw_limit_check(folder->limits, DW_LIMIT_FOLDER_ENTRIES, ++folder->entries, error))
            return false;
        if (fstatat(level->fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            add_note(folder, DW_NOTE_UNREADABLE, "cannot be read");
            continue;
        }
        if (S_ISDIR(status.st_mode))
            return put_folder(folder, level->fd, name, &status, error);
        if (S_ISREG(status.st_mode))
            put_file(folder, level->fd, name, &status);
        else if (S_ISLNK(status.st_mode))
            put_symlink(folder, level->fd, name, &status);
        else if (S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0))
            put_overlay_whiteout(folder);
        return true;
    }
    dw_buffer_reserve(&folder->pending, 1024);
    memset(folder->pending.at + folder->pending.len, 0, 1024);
    folder->pending.len += 1024;
    folder->ended = true;
    return true;
}

static ssize_t give_pending(struct folder_stream *folder, char *bytes, size_t size)
{
    struct dw_slice piece = dw_slice_part(dw_buffer_slice(&folder->pending), folder->pending_used, size);
    memcpy(bytes, piece.at, piece.len);
    folder->pending_used += piece.len;
    if (folder->pending_used == folder->pending.len) {
        dw_buffer_clear(&folder->pending);
        folder->pending_used = 0;
    }
    return (ssize_t)piece.len;
}

/* The file was measured when it was opened; one that has shrunk since is filled up with zeros and named. */
static ssize_t give_file(struct folder_stream *folder, char *bytes, size_t size)
{
    if (size > folder->file_left)
        size = (size_t)folder->file_left;
    ssize_t got = read(folder->file, bytes, size);
    if (got <= 0) {
        add_note(folder, DW_NOTE_UNREADABLE, "changed or could not be read while it was scanned");
        memset(bytes, 0, size);
        got = (ssize_t)size;
    }
    folder->file_left -= (uint64_t)got;
    if (folder->file_left == 0) {
        close(folder->file);
        folder->file = -1;
        for (; folder->padding > 0; folder->padding--)
            dw_buffer_append_byte(&folder->pending, '\0');
    }
    return got;
}

static ssize_t folder_read(struct dw_stream *stream, char *bytes, size_t size, struct dw_error *error)
{
    struct folder_stream *folder = (struct folder_stream *)stream;
    for (;;) {
        if (folder->pending.len > folder->pending_used)
            return give_pending(folder, bytes, size);
        if (folder->file >= 0)
            return give_file(folder, bytes, size);
        if (folder->ended)
            return 0;
        if (!next_entry(folder, error))
            return -1;
    }
}

static void folder_close(struct dw_stream *stream)
{
    struct folder_stream *folder = (struct folder_stream *)stream;
    for (size_t i = 0; i < folder->levels.len; i++)
        free_level(&folder->levels.at[i]);
    dw_vector_free(&folder->levels);
    if (folder->file >= 0)
        close(folder->file);
    dw_buffer_free(&folder->path);
    dw_buffer_free(&folder->pending);
    free(folder);
}

struct dw_stream *dw_stream_of_folder(const char *path, const struct dw_limits *limits, struct dw_folder_notes *notes,
                                      struct dw_error *error)
{
    static const struct dw_stream_operations operations = {folder_read, folder_close};
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be opened as a folder", path);
        return NULL;
    }
    struct folder_stream *folder = dw_alloc(1, sizeof(*folder));
    folder->base.operations = &operations;
    folder->limits = limits;
    folder->notes = notes;
    folder->file = -1;
    if (push_level(folder, fd, error))
        return &folder->base;
    folder_close(&folder->base);
    return NULL;
}
