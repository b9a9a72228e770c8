/* SPDX-License-Identifier: Apache-2.0
 * The table of readers: one row each. */
#include "package/registry.h"

const struct dw_package_reader *const dw_package_readers[] = {
    &dw_reader_apk,
    &dw_reader_dpkg,
    &dw_reader_dpkg_files,
    &dw_reader_node_package,
    &dw_reader_node_lock,
    &dw_reader_os_release,
    &dw_reader_accounts,
    &dw_reader_node_runtime,
    &dw_reader_node_header,
    &dw_reader_unread, /* what is understood goes before what is not read, and that before guesses */
    &dw_reader_programs,
};
const size_t dw_package_reader_count = sizeof(dw_package_readers) / sizeof(dw_package_readers[0]);

const struct dw_package_reader *dw_package_wants(struct dw_slice path)
{
    for (size_t i = 0; i < dw_package_reader_count; i++)
        if (dw_package_readers[i]->wants(path))
            return dw_package_readers[i];
    return NULL;
}

bool dw_package_wants_name(struct dw_slice name)
{
    for (size_t i = 0; i < dw_package_reader_count; i++)
        if (dw_package_readers[i]->wants_name(name))
            return true;
    return false;
}
