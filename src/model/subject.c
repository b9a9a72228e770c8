/* SPDX-License-Identifier: Apache-2.0 */
#include "model/subject.h"

struct dw_subject *dw_subject_new(enum dw_subject_kind kind, struct dw_slice name)
{
    struct dw_subject *subject = dw_alloc(1, sizeof(*subject));
    subject->kind = kind;
    subject->name = dw_arena_copy(&subject->arena, name);
    return subject;
}

void dw_subject_free(struct dw_subject *subject)
{
    if (subject == NULL)
        return;
    dw_vector_free(&subject->packages);
    dw_vector_free(&subject->notes);
    dw_vector_free(&subject->special_files);
    dw_vector_free(&subject->accounts);
    dw_vector_free(&subject->leftovers);
    dw_arena_free(&subject->arena);
    free(subject);
}

void dw_subject_note(struct dw_subject *subject, enum dw_note_kind kind, int layer, struct dw_slice path,
                     struct dw_slice message)
{
    struct dw_note *note = dw_vector_push(&subject->notes);
    note->kind = kind;
    note->layer = layer;
    note->path = dw_arena_copy(&subject->arena, path);
    note->message = dw_arena_copy(&subject->arena, message);
}

struct dw_place dw_subject_place(const struct dw_subject *subject, const struct dw_package *package)
{
    struct dw_place place = {.path = package->path};
    if (package->layer >= 0 && (size_t)package->layer < subject->image.layer_count) {
        const struct dw_layer_summary *layer = &subject->image.layers[package->layer];
        place.layer = layer->diff_id;
        place.instruction = layer->instruction;
        place.instruction_uncertain = layer->instruction_uncertain;
    }
    return place;
}
