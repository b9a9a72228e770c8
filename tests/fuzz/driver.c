/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target without a fuzzer: every seed as it is, truncated at every byte (at most 4,096 places), and with one
 * bit flipped at many places. */
#include "base/file.h"

#include <dirent.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The target sees a heap copy of exactly SIZE bytes, so that a sanitizer notices one byte too many. */
static void run(const char *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void run_seed(struct dw_buffer *seed)
{
    size_t step = seed->len / 4096 + 1;
    run(seed->at, seed->len);
    for (size_t length = 0; length < seed->len; length += step)
        run(seed->at, length);
    size_t bits = seed->len * 8, stride = bits / 4096 + 1;
    for (size_t bit = 0; bit < bits; bit += stride) {
        seed->at[bit / 8] = (char)(seed->at[bit / 8] ^ (1 << bit % 8));
        run(seed->at, seed->len);
        seed->at[bit / 8] = (char)(seed->at[bit / 8] ^ (1 << bit % 8));
    }
}

int main(int argc, char **argv)
{
    size_t seeds = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (folder == NULL)
            continue;
        for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
            if (entry->d_name[0] == '.')
                continue;
            struct dw_error error = DW_ERROR_INIT;
            struct dw_buffer seed = {0};
            char *path = dw_path_join(argv[i], entry->d_name);
            if (!dw_file_read(path, 64 << 20, &seed, &error)) {
                fprintf(stderr, "%s\n", error.text);
                return 1;
            }
            run_seed(&seed);
            seeds++;
            dw_buffer_free(&seed);
            free(path);
        }
        closedir(folder);
    }
    printf("%zu seeds\n", seeds);
    return seeds == 0;
}
