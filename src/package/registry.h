/* SPDX-License-Identifier: Apache-2.0
 *
 * The readers there are; each is one file that defines one of these. Private to the room. */
#ifndef DW_PACKAGE_REGISTRY_H
#define DW_PACKAGE_REGISTRY_H

#include "package/reader.h"

extern const struct dw_package_reader dw_reader_accounts;
extern const struct dw_package_reader dw_reader_apk;
extern const struct dw_package_reader dw_reader_dpkg;
extern const struct dw_package_reader dw_reader_dpkg_files;
extern const struct dw_package_reader dw_reader_node_package;
extern const struct dw_package_reader dw_reader_node_lock;
extern const struct dw_package_reader dw_reader_os_release;
extern const struct dw_package_reader dw_reader_node_runtime;
extern const struct dw_package_reader dw_reader_node_header;
extern const struct dw_package_reader dw_reader_unread;
extern const struct dw_package_reader dw_reader_programs;

#endif
