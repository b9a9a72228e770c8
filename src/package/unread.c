/* SPDX-License-Identifier: Apache-2.0
 *
 * Package databases, installed packages and lock files of kinds that no reader understands yet: each is told as
 * UNSUPPORTED, so that what is not scanned is never taken for what has no findings. Nothing of the files is read. */
#include "package/lines.h"
#include "package/registry.h"

/* By the last component of the path: NAME, or what ends with it; and the folders above, matched from the last one back, where a
 * '*' stands for one byte or more. */
static const struct kind {
    struct dw_slice name;
    bool ending;        /* any name that ends so */
    const char *folder; /* NULL: any */
    const char *what;
    bool lock; /* what would be installed: npm's tools, below node_modules, bring the lock files of other projects */
} kinds[] = {
    {DW_SLICE_INIT("rpmdb.sqlite"), false, "rpm", "rpm package databases", false},
    {DW_SLICE_INIT("Packages.db"), false, "rpm", "rpm package databases", false},
    {DW_SLICE_INIT("Packages"), false, "rpm", "rpm package databases", false},
    {DW_SLICE_INIT("container-manifest-2"), false, "rpmmanifest", "rpm package databases", false},
    {DW_SLICE_INIT("desc"), false, "lib/pacman/local/*", "pacman packages", false},
    {DW_SLICE_INIT("CONTENTS"), false, "var/db/pkg/*/*", "Portage packages", false},
    {DW_SLICE_INIT("status"), false, "lib/opkg", "opkg package databases", false},
    {DW_SLICE_INIT("manifest.wall"), false, "lib/chisel", "Chisel manifests", false},
    {DW_SLICE_INIT("db.sqlite"), false, "nix/var/nix/db", "Nix package databases", false},
    {DW_SLICE_INIT("METADATA"), false, "*.dist-info", "Python packages", false},
    {DW_SLICE_INIT("PKG-INFO"), false, "*.egg-info", "Python packages", false},
    {DW_SLICE_INIT("PKG-INFO"), false, "EGG-INFO", "Python packages", false},
    {DW_SLICE_INIT(".egg-info"), true, NULL, "Python packages", false},
    {DW_SLICE_INIT(".egg"), true, NULL, "Python packages", false},
    {DW_SLICE_INIT(".json"), true, "conda-meta", "Conda packages", false},
    {DW_SLICE_INIT(".gemspec"), true, "specifications", "Ruby gems", false},
    {DW_SLICE_INIT(".gemspec"), true, "specifications/default", "Ruby gems", false},
    {DW_SLICE_INIT("installed.json"), false, "vendor/composer", "Composer packages", false},
    {DW_SLICE_INIT(".deps.json"), true, NULL, ".NET packages", false},
    {DW_SLICE_INIT(".jar"), true, NULL, "Java archives", false},
    {DW_SLICE_INIT(".war"), true, NULL, "Java archives", false},
    {DW_SLICE_INIT(".ear"), true, NULL, "Java archives", false},
    {DW_SLICE_INIT(".pnp.cjs"), false, NULL, "packages of Yarn Plug'n'Play", false},
    {DW_SLICE_INIT("yarn.lock"), false, NULL, "lock files of Yarn", true},
    {DW_SLICE_INIT("pnpm-lock.yaml"), false, NULL, "lock files of pnpm", true},
    {DW_SLICE_INIT("bun.lock"), false, NULL, "lock files of Bun", true},
    {DW_SLICE_INIT("bun.lockb"), false, NULL, "lock files of Bun", true},
    {DW_SLICE_INIT("deno.lock"), false, NULL, "lock files of Deno", true},
    {DW_SLICE_INIT("poetry.lock"), false, NULL, "Python lock files", true},
    {DW_SLICE_INIT("uv.lock"), false, NULL, "Python lock files", true},
    {DW_SLICE_INIT("pdm.lock"), false, NULL, "Python lock files", true},
    {DW_SLICE_INIT("pylock.toml"), false, NULL, "Python lock files", true},
    {DW_SLICE_INIT("Pipfile.lock"), false, NULL, "Python lock files", true},
    {DW_SLICE_INIT("requirements.txt"), false, NULL, "Python lock files", true},
    {DW_SLICE_INIT("Gemfile.lock"), false, NULL, "Ruby lock files", true},
    {DW_SLICE_INIT("composer.lock"), false, NULL, "Composer lock files", true},
    {DW_SLICE_INIT("Cargo.lock"), false, NULL, "Rust lock files", true},
    {DW_SLICE_INIT("go.mod"), false, NULL, "Go module files", true},
    {DW_SLICE_INIT("packages.lock.json"), false, NULL, ".NET lock files", true},
    {DW_SLICE_INIT("gradle.lockfile"), false, NULL, "Gradle lock files", true},
    {DW_SLICE_INIT("pom.xml"), false, NULL, "Maven project files", true},
    {DW_SLICE_INIT("mix.lock"), false, NULL, "Elixir lock files", true},
    {DW_SLICE_INIT("pubspec.lock"), false, NULL, "Dart lock files", true},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool component_matches(struct dw_slice component, struct dw_slice pattern)
{
    size_t star = dw_slice_find(pattern, '*');
    if (star == SIZE_MAX)
        return dw_slice_equal(component, pattern);
    return component.len >= pattern.len && dw_slice_starts(component, dw_slice_part(pattern, 0, star)) &&
           dw_slice_ends(component, dw_slice_from(pattern, star + 1));
}

static bool folder_matches(struct dw_slice folder, const char *text)
{
    struct dw_slice pattern = dw_slice_of(text);
    while (component_matches(dw_path_base(folder), dw_path_base(pattern))) {
        if (dw_slice_find(pattern, '/') == SIZE_MAX)
            return true;
        if (dw_slice_find(folder, '/') == SIZE_MAX)
            return false;
        folder = dw_path_parent(folder);
        pattern = dw_path_parent(pattern);
    }
    return false;
}

/* Called for every entry of every layer: the name first, since it tells nearly all apart. */
static bool name_matches(struct dw_slice name, const struct kind *kind)
{
    if (kind->ending ? name.len <= kind->name.len : name.len != kind->name.len)
        return false;
    return name.at[name.len - 1] == kind->name.at[kind->name.len - 1] && dw_slice_ends(name, kind->name);
}

static bool below_node_modules(struct dw_slice path)
{
    return dw_slice_starts_with(path, "node_modules/") ||
           dw_slice_find_slice(path, DW_SLICE("/node_modules/")) != SIZE_MAX;
}

static const struct kind *find_kind(struct dw_slice path)
{
    struct dw_slice name = dw_path_base(path);
    for (size_t i = 0; i < KINDS; i++)
        if (name_matches(name, &kinds[i]) &&
            (kinds[i].folder == NULL || folder_matches(dw_path_parent(path), kinds[i].folder)))
            return kinds[i].lock && below_node_modules(path) ? NULL : &kinds[i];
    return NULL;
}

static bool wants(struct dw_slice path)
{
    return find_kind(path) != NULL;
}

/* Databases, whose names are known whole: their folder may be a link. */
static bool wants_name(struct dw_slice name)
{
    for (size_t i = 0; i < KINDS; i++)
        if (!kinds[i].lock && !kinds[i].ending && kinds[i].folder != NULL && dw_slice_equal(name, kinds[i].name))
            return strchr(kinds[i].folder, '*') == NULL;
    return false;
}

struct state {
    const struct dw_reader_file *file;
};

static void *open_file(const struct dw_reader_file *file, struct dw_error *error)
{
    (void)error;
    struct state *state = dw_alloc(1, sizeof(*state));
    state->file = file;
    return state;
}

static bool feed(void *context, struct dw_slice bytes, struct dw_error *error)
{
    (void)context;
    (void)bytes;
    (void)error;
    return true;
}

static bool finish(void *context, struct dw_error *error)
{
    const struct dw_reader_file *file = ((struct state *)context)->file;
    const struct kind *kind = find_kind(file->path);
    (void)error;
    if (kind != NULL) /* the path may be another than the one that was asked for */
        file->sink->note(file->sink->context, DW_NOTE_UNSUPPORTED,
                         dw_arena_printf(file->arena, "%s are not read: what they list is not scanned", kind->what));
    return true;
}

static void close_file(void *context)
{
    free(context);
}

const struct dw_package_reader dw_reader_unread = {
    .name = "unread",
    .version = 1,
    .wants = wants,
    .wants_name = wants_name,
    .open = open_file,
    .feed = feed,
    .finish = finish,
    .close = close_file,
};
