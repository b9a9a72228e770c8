/* SPDX-License-Identifier: Apache-2.0
 *
 * The floor of a cold scan, on one core: what any scanner that verifies digests must do with these gzip blobs, and
 * nothing else: inflate (ISA-L, or zlib where it is missing), SHA-256 of the packed and of the unpacked bytes. Prints
 * one JSON object with the seconds of each and the sizes.
 *
 *   bench-floor BLOB… */
#include "base/digest.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef DW_HAVE_ISAL
#include <isa-l.h>
#else
#include <zlib.h>
#endif

#define PIECE (256 * 1024)

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static struct {
    double inflate, packed, unpacked;
    uint64_t packed_bytes, unpacked_bytes;
} total;

static unsigned char piece[PIECE];

/* What comes out of the inflater is hashed at once, as long as it is in the cache, and timed apart. */
static void take(struct dw_hasher *hasher, size_t len)
{
    double start = now();
    dw_hasher_update(hasher, dw_slice_make(piece, len));
    total.unpacked += now() - start;
    total.unpacked_bytes += len;
}

#ifdef DW_HAVE_ISAL
static bool inflate_all(unsigned char *bytes, size_t size, struct dw_hasher *hasher)
{
    static struct inflate_state state;
    isal_inflate_init(&state);
    state.crc_flag = ISAL_GZIP;
    state.next_in = bytes;
    state.avail_in = (uint32_t)size;
    do {
        double start = now();
        state.next_out = piece;
        state.avail_out = PIECE;
        int result = isal_inflate(&state);
        total.inflate += now() - start;
        if (result != ISAL_DECOMP_OK)
            return false;
        take(hasher, PIECE - state.avail_out);
    } while (state.block_state != ISAL_BLOCK_FINISH && (state.avail_in > 0 || state.avail_out == 0));
    return state.block_state == ISAL_BLOCK_FINISH;
}
#else
static bool inflate_all(unsigned char *bytes, size_t size, struct dw_hasher *hasher)
{
    z_stream state = {.next_in = bytes, .avail_in = (uInt)size};
    if (inflateInit2(&state, 31) != Z_OK)
        return false;
    int result;
    do {
        double start = now();
        state.next_out = piece;
        state.avail_out = PIECE;
        result = inflate(&state, Z_NO_FLUSH);
        total.inflate += now() - start;
        take(hasher, PIECE - state.avail_out);
    } while (result == Z_OK);
    inflateEnd(&state);
    return result == Z_STREAM_END;
}
#endif

static bool measure(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0 || status.st_size <= 0 || status.st_size >= UINT32_MAX) {
        fprintf(stderr, "bench-floor: %s: not a file of 1 byte to 4 GiB\n", path);
        return false;
    }
    size_t size = (size_t)status.st_size;
    unsigned char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED)
        return false;
    struct dw_digest digest;
    double start = now();
    dw_sha256(dw_slice_make(bytes, size), &digest);
    total.packed += now() - start;
    total.packed_bytes += size;
    struct dw_hasher hasher;
    dw_hasher_start(&hasher, DW_DIGEST_SHA256);
    bool good = inflate_all(bytes, size, &hasher);
    dw_hasher_finish(&hasher, &digest);
    munmap(bytes, size);
    if (!good)
        fprintf(stderr, "bench-floor: %s: not one gzip member\n", path);
    return good;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!measure(argv[i]))
            return 1;
    printf("{\"inflate\": %.6f, \"packed\": %.6f, \"unpacked\": %.6f, \"packed_bytes\": %" PRIu64
           ", \"unpacked_bytes\": %" PRIu64 "}\n",
           total.inflate, total.packed, total.unpacked, total.packed_bytes, total.unpacked_bytes);
    return 0;
}
