/* SPDX-License-Identifier: Apache-2.0
 *
 * An OCI image layout that lies in a folder. Nothing outside the folder is ever opened: openat2(2) with RESOLVE_BENEATH
 * where the kernel has it, else one component after the other without following symbolic links. */
#include "image/internal.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct folder {
    struct dw_store store;
    int root;
};

static int open_by_components(int root, const char *name)
{
    int folder = -1;
    for (const char *at = name;;) {
        const char *slash = strchr(at, '/');
        int parent = folder >= 0 ? folder : root;
        if (slash == NULL) {
            int fd = openat(parent, at, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
            int saved = errno;
            dw_cleanup_close(&folder);
            errno = saved;
            return fd;
        }
        DW_CLEANUP(dw_cleanup_free) char *component = dw_copy_string(dw_slice_make(at, (size_t)(slash - at)));
        int next = openat(parent, component, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        int saved = errno;
        dw_cleanup_close(&folder);
        errno = saved;
        if (next < 0)
            return -1;
        folder = next;
        at = slash + 1;
    }
}

static int open_beneath(int root, const char *name)
{
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    for (unsigned attempt = 0;; attempt++) {
        int fd = (int)syscall(SYS_openat2, root, name, &how, sizeof(how));
        /* EAGAIN: something was renamed meanwhile. EPERM: old container sandboxes answer so to unknown calls. */
        if (fd >= 0 || (errno == EAGAIN && attempt == 8))
            return fd;
        if (errno == ENOSYS || errno == EPERM)
            return open_by_components(root, name);
        if (errno != EAGAIN && errno != EINTR)
            return -1;
    }
}

/* A descriptor of the regular file, or -1 with errno (ENOENT: nothing there) and ERROR set otherwise. */
static int open_file(struct folder *folder, struct dw_slice name, uint64_t *size, struct dw_error *error)
{
    DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(name);
    int fd = open_beneath(folder->root, path);
    struct stat status;
    if (fd < 0) {
        int saved = errno;
        if (saved == EXDEV)
            dw_fail(error, DW_ERROR_INPUT, "%s: a symbolic link leads out of the layout", path);
        else if (saved == ELOOP)
            dw_fail(error, DW_ERROR_INPUT, "%s: is a symbolic link that is not followed", path);
        else if (saved != ENOENT)
            dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be opened", path);
        else
            dw_fail(error, DW_ERROR_INPUT, "%s: no such file", path);
        errno = saved;
        return -1;
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        dw_cleanup_close(&fd);
        dw_fail(error, DW_ERROR_INPUT, "%s: is not a regular file", path);
        errno = EINVAL;
        return -1;
    }
    *size = (uint64_t)status.st_size;
    return fd;
}

static int folder_find(struct dw_store *store, struct dw_slice name, uint64_t *size, struct dw_error *error)
{
    DW_CLEANUP(dw_cleanup_close) int fd = open_file((struct folder *)store, name, size, error);
    return fd >= 0 ? 1 : errno == ENOENT ? 0 : -1;
}

static bool folder_read(struct dw_store *store, struct dw_slice name, uint64_t limit, struct dw_buffer *out,
                        struct dw_error *error)
{
    uint64_t size;
    DW_CLEANUP(dw_cleanup_close) int fd = open_file((struct folder *)store, name, &size, error);
    if (fd < 0)
        return false;
    DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(name);
    return dw_file_read_fd(fd, path, limit, out, error);
}

static struct dw_stream *folder_open(struct dw_store *store, struct dw_slice name, struct dw_error *error)
{
    uint64_t size;
    int fd = open_file((struct folder *)store, name, &size, error);
    if (fd < 0)
        return NULL;
    DW_CLEANUP(dw_cleanup_free) char *path = dw_copy_string(name);
    return dw_stream_of_file(fd, true, 0, size, path);
}

static uint64_t folder_position(struct dw_store *store, struct dw_slice name)
{
    (void)store;
    (void)name;
    return 0;
}

static void folder_close(struct dw_store *store)
{
    struct folder *folder = (struct folder *)store;
    dw_cleanup_close(&folder->root);
    free(folder);
}

static const struct dw_store_operations folder_operations = {folder_find, folder_read, folder_open, folder_position,
                                                             folder_close};

struct dw_store *dw_store_of_folder(const char *path, struct dw_error *error)
{
    int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        dw_fail_errno(error, DW_ERROR_INPUT, "%s: cannot be opened as a folder", path);
        return NULL;
    }
    struct folder *folder = dw_alloc(1, sizeof(*folder));
    folder->store = (struct dw_store){&folder_operations, "layout", true};
    folder->root = root;
    return &folder->store;
}

void dw_store_close(struct dw_store *store)
{
    if (store != NULL)
        store->operations->close(store);
}
