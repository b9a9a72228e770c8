/* SPDX-License-Identifier: Apache-2.0
 *
 * BASE-001 to BASE-003: one reference, wherever it stands. */
#include "rule/reference.h"

#include "rule/repair.h"

/* ---- one reference ------------------------------------------------------------------------------------------------ */

struct dw_slice dw_reference_locked(struct dw_judge *judge, const struct dw_image_name *name)
{
    struct dw_image_name wanted = *name, locked;
    wanted.tag = name->tag.len > 0 ? name->tag : DW_SLICE("latest");
    for (size_t i = 0; name->digest.len == 0 && i < judge->settings->locked_count; i++) {
        const struct dw_locked_image *image = &judge->settings->locked[i];
        if (!dw_image_name_parse(&judge->verdict->arena, image->reference, &locked, NULL))
            continue;
        struct dw_slice tag = locked.tag.len > 0 ? locked.tag : DW_SLICE("latest");
        if (dw_slice_equal(locked.registry, wanted.registry) && dw_slice_equal(locked.repository, wanted.repository) &&
            dw_slice_equal(tag, wanted.tag))
            return image->digest;
    }
    return DW_SLICE("");
}

static bool ends_with(struct dw_slice text, struct dw_slice end)
{
    return text.len >= end.len && dw_slice_equal(dw_slice_from(text, text.len - end.len), end);
}

static void repair_pinned(struct dw_judge *judge, const struct dw_image_name *name, const struct dw_reference_place *place,
                          struct dw_judge_finding *at)
{
    struct dw_slice digest = judge->settings->repairs ? dw_reference_locked(judge, name) : DW_SLICE("");
    if (digest.len == 0)
        return;
    at->repair_note = DW_SLICE("the image is the one of the lock file from now on, whatever its tag comes to mean");
    if (!dw_slice_equal(place->text, place->written)) {
        dw_repair_refuse(judge, at, "the reference is made of variables: write the digest where they get their values");
        return;
    }
    if (place->node != NULL && place->node->kind == DW_NODE_SCALAR && ends_with(place->node->text, place->text))
        dw_repair_replace(judge, at, place->node,
                          dw_judge_text(judge, "%.*s@%.*s", DW_SLICE_ARG(place->node->text), DW_SLICE_ARG(digest)));
    else if (place->dockerfile != NULL)
        dw_repair_after_part(judge, at, place->dockerfile, place->instruction, place->written,
                             dw_judge_text(judge, "@%.*s", DW_SLICE_ARG(digest)));
}

static void judge_pinned(struct dw_judge *judge, const struct dw_image_name *name, const struct dw_reference_place *place,
                         struct dw_slice shown)
{
    struct dw_judge_finding at = place->at;
    if (name->pinned) {
        dw_judge_pass(judge, "file", at.path, at.line, place->text);
        return;
    }
    at.message = dw_judge_text(judge, "%.*s: %.*s is not pinned by a sha256 digest", DW_SLICE_ARG(place->what),
                               DW_SLICE_ARG(shown));
    at.fix = dw_judge_text(judge, "write %.*s@sha256:<digest>; docker buildx imagetools inspect %.*s shows it",
                           DW_SLICE_ARG(place->text), DW_SLICE_ARG(place->text));
    repair_pinned(judge, name, place, &at);
    dw_judge_fail(judge, at);
}

static void judge_tagged(struct dw_judge *judge, const struct dw_image_name *name, const struct dw_reference_place *place,
                         struct dw_slice shown)
{
    struct dw_judge_finding at = place->at;
    if (name->pinned) {
        dw_judge_pass_quietly(judge); /* BASE-001 shows it */
        return;
    }
    if (name->digest.len > 0 || (name->tag.len > 0 && !dw_slice_is(name->tag, "latest"))) {
        dw_judge_pass(judge, "file", at.path, at.line, place->text);
        return;
    }
    bool latest = name->tag.len > 0;
    at.variant = latest ? "latest" : "missing";
    at.message = latest ? dw_judge_text(judge, "%.*s: %.*s takes the mutable tag \"latest\"", DW_SLICE_ARG(place->what),
                                        DW_SLICE_ARG(shown))
                        : dw_judge_text(judge, "%.*s: %.*s has neither tag nor digest, which means \"latest\"",
                                        DW_SLICE_ARG(place->what), DW_SLICE_ARG(shown));
    at.fix = DW_SLICE("choose a version: its tag, and its digest behind it");
    dw_judge_fail(judge, at);
}

/* TEXT against PATTERN, in which "*" stands for any text; linear but for one way back. */
static bool wildcard(struct dw_slice pattern, struct dw_slice text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, again = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.at[p] == '*') {
            star = p++;
            again = t;
        } else if (p < pattern.len && pattern.at[p] == text.at[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++again;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.at[p] == '*')
        p++;
    return p == pattern.len;
}

static bool names_registry(struct dw_slice component)
{
    return dw_slice_is(component, "localhost") || dw_slice_find(component, '.') != SIZE_MAX ||
           dw_slice_find(component, ':') != SIZE_MAX || dw_slice_find(component, '*') != SIZE_MAX;
}

bool dw_reference_matches(struct dw_slice pattern, struct dw_slice registry, struct dw_slice repository, struct dw_slice tag)
{
    size_t slash = dw_slice_find(pattern, '/');
    struct dw_slice first = dw_slice_part(pattern, 0, slash), place = DW_SLICE("docker.io"), path = pattern;
    if (names_registry(first)) {
        /* "node:22" names an image, "example.com:5000" a registry. */
        size_t colon = dw_slice_find(first, ':');
        bool image = slash == SIZE_MAX && colon != SIZE_MAX && dw_slice_find(dw_slice_part(first, 0, colon), '.') == SIZE_MAX &&
                     !dw_slice_is(dw_slice_part(first, 0, colon), "localhost");
        if (!image) {
            place = first;
            path = slash == SIZE_MAX ? DW_SLICE("") : dw_slice_from(pattern, slash + 1);
        }
    }
    if (dw_slice_is(place, "index.docker.io"))
        place = DW_SLICE("docker.io");
    if (!wildcard(place, registry))
        return false;
    if (path.len == 0)
        return true;
    size_t colon = dw_slice_find_last(path, ':'), last = dw_slice_find_last(path, '/');
    if (colon != SIZE_MAX && (last == SIZE_MAX || colon > last)) {
        if (!wildcard(dw_slice_from(path, colon + 1), tag.len > 0 ? tag : DW_SLICE("latest")))
            return false;
        path = dw_slice_part(path, 0, colon);
    }
    struct dw_slice library = DW_SLICE("library/");
    if (dw_slice_is(registry, "docker.io") && dw_slice_find(path, '/') == SIZE_MAX && dw_slice_starts(repository, library) &&
        wildcard(path, dw_slice_from(repository, library.len)))
        return true;
    return wildcard(path, repository);
}

static void judge_allowed(struct dw_judge *judge, const struct dw_image_name *name, const struct dw_reference_place *place,
                          struct dw_slice shown)
{
    const struct dw_rule_settings *settings = judge->settings;
    struct dw_judge_finding at = place->at;
    for (size_t i = 0; i < settings->registry_count; i++)
        if (dw_reference_matches(settings->registries[i], name->registry, name->repository, name->tag)) {
            dw_judge_pass_quietly(judge);
            return;
        }
    DW_CLEANUP(dw_buffer_free) struct dw_buffer allowed = {0};
    for (size_t i = 0; i < settings->registry_count && i < 8; i++)
        dw_buffer_printf(&allowed, "%s%.*s", i > 0 ? ", " : "", DW_SLICE_ARG(settings->registries[i]));
    at.message = dw_judge_text(judge, "%.*s: %.*s comes from %.*s/%.*s, which the policy does not allow",
                               DW_SLICE_ARG(place->what), DW_SLICE_ARG(shown), DW_SLICE_ARG(name->registry),
                               DW_SLICE_ARG(name->repository));
    at.fix = dw_judge_text(judge, "take the image from an allowed place (%.*s%s), or add its registry to registries.allow",
                           DW_SLICE_ARG(dw_buffer_slice(&allowed)), settings->registry_count > 8 ? ", …" : "");
    dw_judge_fail(judge, at);
}

void dw_reference_aspect_judge(struct dw_judge *judge, enum dw_reference_aspect aspect,
                               const struct dw_reference_place *place)
{
    struct dw_image_name name;
    struct dw_error error = DW_ERROR_INIT;
    if (!dw_image_name_parse(&judge->verdict->arena, place->text, &name, &error)) {
        dw_judge_unknown(judge, place->at.path, place->at.line,
                         dw_judge_text(judge, "%.*s: %s", DW_SLICE_ARG(place->what), error.text));
        return;
    }
    struct dw_slice shown = dw_slice_equal(place->text, place->written)
                                ? dw_judge_text(judge, "\"%.*s\"", DW_SLICE_ARG(place->text))
                                : dw_judge_text(judge, "\"%.*s\" (written \"%.*s\")", DW_SLICE_ARG(place->text),
                                                DW_SLICE_ARG(place->written));
    if (aspect == DW_REFERENCE_PINNED)
        judge_pinned(judge, &name, place, shown);
    else if (aspect == DW_REFERENCE_TAGGED)
        judge_tagged(judge, &name, place, shown);
    else
        judge_allowed(judge, &name, place, shown);
}

/* ---- a Dockerfile's ----------------------------------------------------------------------------------------------- */

static const char *const use_names[] = {[DW_USE_FROM] = "FROM",
                                        [DW_USE_COPY] = "COPY --from",
                                        [DW_USE_MOUNT] = "RUN --mount from",
                                        [DW_USE_ONBUILD_COPY] = "ONBUILD COPY --from",
                                        [DW_USE_ONBUILD_MOUNT] = "ONBUILD RUN --mount from"};

/* The reference of a "from=" as it stands in the line itself: flags are unquoted copies. WRITTEN where it is not found, or twice. */
static struct dw_slice in_line(const struct dw_image_use *use)
{
    struct dw_slice line = use->instruction->logical, found = use->written, from = DW_SLICE("from=");
    size_t count = 0;
    for (size_t at; (at = dw_slice_find_slice(line, from)) != SIZE_MAX;) {
        line = dw_slice_from(line, at + from.len);
        struct dw_slice value = dw_slice_part(line, 0, use->written.len), rest = dw_slice_from(line, value.len);
        if (!dw_slice_equal(value, use->written) || (rest.len > 0 && rest.at[0] != ' ' && rest.at[0] != '\t' && rest.at[0] != ','))
            continue;
        found = value;
        count++;
    }
    return count == 1 ? found : use->written;
}

void dw_reference_aspect_judge_dockerfile(struct dw_judge *judge, enum dw_reference_aspect aspect,
                                          const struct dw_dockerfile *dockerfile)
{
    for (size_t i = 0; i < dockerfile->uses.len; i++) {
        const struct dw_image_use *use = &dockerfile->uses.at[i];
        if (!dockerfile->stages.at[use->stage].reachable)
            continue; /* not built on the way to the shipped stage */
        bool from = use->use == DW_USE_FROM;
        struct dw_judge_finding at = from ? dw_judge_at_part(dockerfile, use->instruction, use->written)
                                                             : dw_judge_at_instruction(dockerfile, use->instruction);
        struct dw_reference_place place = {
            .text = use->resolved, .what = dw_slice_of(use_names[use->use]), .at = at,
            .written = from || !judge->settings->repairs ? use->written : in_line(use),
            .dockerfile = dockerfile, .instruction = use->instruction};
        if (use->kind == DW_BASE_IMAGE)
            dw_reference_aspect_judge(judge, aspect, &place);
        else if (use->kind == DW_BASE_UNRESOLVED)
            dw_judge_unknown(judge, at.path, at.line,
                             dw_judge_text(judge, "%s \"%.*s\": %.*s", use_names[use->use], DW_SLICE_ARG(use->written),
                                           DW_SLICE_ARG(use->problem)));
    }
}
