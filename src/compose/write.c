/* SPDX-License-Identifier: Apache-2.0 */
#include "compose/compose.h"
#include "container/write.h"

void dw_compose_write_facts(const struct dw_compose *project, struct dw_buffer *out)
{
    struct dw_json_writer writer = {.out = out, .indent = true}, *json = &writer;
    dw_json_object_begin(json, NULL);
    dw_json_text(json, "schema", "dockworthy/compose/1");
    dw_json_text(json, "kind", "compose");
    dw_json_string(json, "name", project->name);
    dw_json_array_begin(json, "files");
    for (size_t i = 0; i < project->documents.len; i++)
        dw_json_string(json, NULL, project->documents.at[i]->name);
    dw_json_array_end(json);
    dw_json_array_begin(json, "services");
    for (size_t i = 0; i < project->services.len; i++)
        dw_container_write(&project->services.at[i], json, NULL);
    dw_json_array_end(json);
    dw_json_object_end(json);
}
