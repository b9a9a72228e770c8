/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dw_shell_scripts *scripts = dw_shell_text_read(dw_slice_make(data, size));
    for (size_t i = 0; i < scripts->commands.len; i++) {
        const struct dw_shell_command *command = &scripts->commands.at[i];
        if (command->segment >= scripts->segments.len || (command->parent != SIZE_MAX && command->parent >= i))
            abort();
        dw_shell_input(scripts, command);
        for (size_t j = 0; j < command->word_count; j++) {
            struct dw_slice name;
            for (size_t at = 0; dw_shell_variable_next(&command->words[j], &at, &name);)
                if (name.len == 0)
                    abort();
        }
    }
    dw_shell_scripts_free(scripts);
    return 0;
}
