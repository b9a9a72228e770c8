/* SPDX-License-Identifier: Apache-2.0
 *
 * Package databases, installed packages and lock files of kinds that no reader understands yet: each is told as
 * UNSUPPORTED, so that what is not scanned is never taken for what has no findings. Nothing of the files is read. */
#include "package/lines.h"
#include "package/registry.h"

/* Patterns are matched from the end of the path, component by component; one '*' in a component stands for one byte
 * or more. */
static const struct kind {
    const char *pattern;
    const char *what;
    bool lock; /* what would be installed: npm's tools, below node_modules, bring the lock files of other projects */
} kinds[] = {
    {"rpm/rpmdb.sqlite", "rpm package databases", false},
    {"rpm/Packages.db", "rpm package databases", false},
    {"rpm/Packages", "rpm package databases", false},
    {"rpmmanifest/container-manifest-2", "rpm package databases", false},
    {"lib/pacman/local/*/desc", "pacman packages", false},
    {"var/db/pkg/*/*/CONTENTS", "Portage packages", false},
    {"lib/opkg/status", "opkg package databases", false},
    {"lib/chisel/manifest.wall", "Chisel manifests", false},
    {"nix/var/nix/db/db.sqlite", "Nix package databases", false},
    {"*.dist-info/METADATA", "Python packages", false},
    {"*.egg-info/PKG-INFO", "Python packages", false},
    {"EGG-INFO/PKG-INFO", "Python packages", false},
    {"*.egg-info", "Python packages", false},
    {"*.egg", "Python packages", false},
    {"conda-meta/*.json", "Conda packages", false},
    {"specifications/*.gemspec", "Ruby gems", false},
    {"specifications/default/*.gemspec", "Ruby gems", false},
    {"vendor/composer/installed.json", "Composer packages", false},
    {"*.deps.json", ".NET packages", false},
    {"*.jar", "Java archives", false},
    {"*.war", "Java archives", false},
    {"*.ear", "Java archives", false},
    {".pnp.cjs", "packages of Yarn Plug'n'Play", false},
    {"yarn.lock", "lock files of Yarn", true},
    {"pnpm-lock.yaml", "lock files of pnpm", true},
    {"bun.lock", "lock files of Bun", true},
    {"bun.lockb", "lock files of Bun", true},
    {"deno.lock", "lock files of Deno", true},
    {"poetry.lock", "Python lock files", true},
    {"uv.lock", "Python lock files", true},
    {"pdm.lock", "Python lock files", true},
    {"pylock.toml", "Python lock files", true},
    {"Pipfile.lock", "Python lock files", true},
    {"requirements.txt", "Python lock files", true},
    {"Gemfile.lock", "Ruby lock files", true},
    {"composer.lock", "Composer lock files", true},
    {"Cargo.lock", "Rust lock files", true},
    {"go.mod", "Go module files", true},
    {"packages.lock.json", ".NET lock files", true},
    {"gradle.lockfile", "Gradle lock files", true},
    {"pom.xml", "Maven project files", true},
    {"mix.lock", "Elixir lock files", true},
    {"pubspec.lock", "Dart lock files", true},
};

static bool component_matches(struct dw_slice component, struct dw_slice pattern)
{
    size_t star = dw_slice_find(pattern, '*');
    if (star == SIZE_MAX)
        return dw_slice_equal(component, pattern);
    return component.len >= pattern.len && dw_slice_starts(component, dw_slice_part(pattern, 0, star)) &&
           dw_slice_ends(component, dw_slice_from(pattern, star + 1));
}

static bool path_matches(struct dw_slice path, const char *text)
{
    struct dw_slice pattern = dw_slice_of(text);
    while (component_matches(dw_path_base(path), dw_path_base(pattern))) {
        if (dw_slice_find(pattern, '/') == SIZE_MAX)
            return true;
        if (dw_slice_find(path, '/') == SIZE_MAX)
            return false;
        path = dw_path_parent(path);
        pattern = dw_path_parent(pattern);
    }
    return false;
}

static bool below_node_modules(struct dw_slice path)
{
    return dw_slice_starts_with(path, "node_modules/") ||
           dw_slice_find_slice(path, DW_SLICE("/node_modules/")) != SIZE_MAX;
}

static const struct kind *find_kind(struct dw_slice path)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (path_matches(path, kinds[i].pattern))
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
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (!kinds[i].lock && strchr(kinds[i].pattern, '*') == NULL &&
            dw_slice_equal(name, dw_path_base(dw_slice_of(kinds[i].pattern))))
            return true;
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
