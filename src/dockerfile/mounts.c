/* SPDX-License-Identifier: Apache-2.0
 *
 * RUN --mount and --device: comma-separated keys in CSV (Dockerfile reference, RUN --mount; moby/buildkit
 * frontend/dockerfile/instructions/commands_runmount.go). Values are checked only where no variable can still change them. */
#include "dockerfile/parse.h"

#include "base/encoding.h"

bool dw_csv_field(struct dw_arena *arena, struct dw_slice *rest, bool *more, struct dw_slice *field, struct dw_error *error)
{
    if (!*more)
        return false;
    if (!dw_slice_starts_with(*rest, "\"")) {
        size_t comma = dw_slice_find(*rest, ',');
        *field = dw_slice_part(*rest, 0, comma);
        *more = comma != SIZE_MAX;
        *rest = dw_slice_from(*rest, *more ? comma + 1 : rest->len);
        if (dw_slice_find(*field, '"') != SIZE_MAX)
            return dw_fail(error, DW_ERROR_INPUT, "a quote within an unquoted field: put the whole field in quotes");
        return true;
    }
    char *out = dw_arena_alloc(arena, rest->len + 1, 1);
    size_t length = 0, i = 1;
    for (; i < rest->len; i++) {
        if (rest->at[i] == '"' && (i + 1 == rest->len || rest->at[i + 1] != '"'))
            break;
        i += rest->at[i] == '"';
        out[length++] = rest->at[i];
    }
    if (i >= rest->len)
        return dw_fail(error, DW_ERROR_INPUT, "a quoted field is not closed");
    *field = dw_slice_make(out, length);
    struct dw_slice after = dw_slice_from(*rest, i + 1);
    if (after.len > 0 && after.at[0] != ',')
        return dw_fail(error, DW_ERROR_INPUT, "a quoted field does not end at its quote");
    *more = after.len > 0;
    *rest = dw_slice_from(after, 1);
    return true;
}

/* Go's strconv.ParseBool. */
static bool parse_bool(struct dw_slice text, bool *value)
{
    static const char *const names[] = {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"};
    for (size_t i = 0; i < 12; i++)
        if (dw_slice_is(text, names[i])) {
            *value = i < 6;
            return true;
        }
    return false;
}

static bool parse_number(struct dw_slice text, unsigned base, uint32_t *value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] >= (char)('0' + (int)base))
            return false;
        number = number * base + (uint64_t)(text.at[i] - '0');
        if (number > UINT32_MAX)
            return false;
    }
    *value = (uint32_t)number;
    return text.len > 0;
}

/* Docker's units.RAMInBytes: "64m", "1.5 GiB", "100". */
static bool parse_size(struct dw_slice text, uint64_t *size)
{
    static const char letters[] = "bkmgtp";
    double value = 0, scale = 1;
    size_t i = 0, digits = 0;
    for (; i < text.len && (dw_is_digit(text.at[i]) || (text.at[i] == '.' && scale == 1)); i++) {
        if (text.at[i] == '.') {
            scale = 0.1;
            continue;
        }
        digits++;
        if (scale == 1) {
            value = value * 10 + (text.at[i] - '0');
        } else {
            value += (text.at[i] - '0') * scale;
            scale /= 10;
        }
    }
    if (digits == 0)
        return false;
    struct dw_slice unit = dw_slice_from(text, i);
    if (dw_slice_starts_with(unit, " "))
        unit = dw_slice_from(unit, 1);
    const char *letter = unit.len == 0 ? letters : strchr(letters, dw_to_lower(unit.at[0]));
    if (letter == NULL || (unit.len > 0 && unit.at[0] == '\0'))
        return false;
    struct dw_slice tail = dw_slice_from(unit, 1);
    if (tail.len > 0 && !(letter != letters && (dw_slice_equal_nocase(tail, DW_SLICE("b")) ||
                                                dw_slice_equal_nocase(tail, DW_SLICE("ib")))))
        return false;
    for (const char *at = letters; at < letter; at++)
        value *= 1024;
    if (value >= 9.2e18)
        return false;
    *size = (uint64_t)value;
    return true;
}

enum key {
    KEY_TYPE, KEY_FROM, KEY_SOURCE, KEY_TARGET, KEY_READ_ONLY, KEY_READ_WRITE, KEY_REQUIRED, KEY_SIZE, KEY_ID, KEY_SHARING,
    KEY_MODE, KEY_UID, KEY_GID, KEY_ENVIRONMENT, KEY_COUNT
};
static const struct {
    const char *name;
    enum key key;
} keys[] = {
    {"type", KEY_TYPE},     {"from", KEY_FROM},         {"source", KEY_SOURCE},     {"src", KEY_SOURCE},
    {"target", KEY_TARGET}, {"dst", KEY_TARGET},        {"destination", KEY_TARGET}, {"readonly", KEY_READ_ONLY},
    {"ro", KEY_READ_ONLY},  {"readwrite", KEY_READ_WRITE}, {"rw", KEY_READ_WRITE},  {"required", KEY_REQUIRED},
    {"size", KEY_SIZE},     {"id", KEY_ID},             {"sharing", KEY_SHARING},   {"mode", KEY_MODE},
    {"uid", KEY_UID},       {"gid", KEY_GID},           {"env", KEY_ENVIRONMENT},
};
#define KEY_NAMES (sizeof(keys) / sizeof(keys[0]))
static const char *const type_names[] = {"bind", "cache", "tmpfs", "secret", "ssh"};
static const char *const sharing_names[] = {"shared", "private", "locked"};

struct reader {
    struct dw_run_mount *mount;
    struct dw_error *error;
    bool variable;     /* one of the values holds a variable: what depends on it is not checked */
    bool read_only_written;
};

static bool bad_value(struct reader *reader, const char *key, struct dw_slice value)
{
    return dw_fail(reader->error, DW_ERROR_INPUT, "--mount: %s cannot be \"%.*s\"", key,
                   DW_SLICE_ARG(dw_slice_part(value, 0, 80)));
}

static bool bad_name(struct reader *reader, const char *what, struct dw_slice value, const char *const *names, size_t count)
{
    const char *nearest = dw_nearest_name(value, names, count);
    return dw_fail(reader->error, DW_ERROR_INPUT, "--mount: unknown %s \"%.*s\"%s%s%s", what,
                   DW_SLICE_ARG(dw_slice_part(value, 0, 80)), nearest == NULL ? "" : " (did you mean ",
                   nearest == NULL ? "" : nearest, nearest == NULL ? "" : "?)");
}

static bool not_for_type(struct reader *reader, const char *key)
{
    return dw_fail(reader->error, DW_ERROR_INPUT, "--mount: a mount of type %s has no %s", type_names[reader->mount->type], key);
}

static bool is_one_of(struct dw_slice value, const char *const *names, size_t count, size_t *index)
{
    for (*index = 0; *index < count; ++*index)
        if (dw_slice_equal_nocase(value, dw_slice_of(names[*index])))
            return true;
    return false;
}

/* A key with a literal value. */
static bool set(struct reader *reader, enum key key, const char *name, struct dw_slice value, bool has_value)
{
    struct dw_run_mount *mount = reader->mount;
    size_t index;
    bool flag = true;
    bool file = mount->type == DW_RUN_MOUNT_SECRET || mount->type == DW_RUN_MOUNT_SSH || mount->type == DW_RUN_MOUNT_VARIABLE;
    switch (key) {
    case KEY_TYPE:
        if (!is_one_of(value, type_names, 5, &index))
            return bad_name(reader, "type", value, type_names, 5);
        mount->type = (enum dw_run_mount_type)index;
        return true;
    case KEY_FROM:
        mount->from = value;
        return true;
    case KEY_SOURCE:
        mount->source = value;
        return true;
    case KEY_TARGET:
        mount->target = value;
        return true;
    case KEY_ENVIRONMENT:
        if (!file || mount->type == DW_RUN_MOUNT_SSH)
            return not_for_type(reader, name);
        mount->environment = value;
        return true;
    case KEY_READ_ONLY:
    case KEY_READ_WRITE:
        if (has_value && !parse_bool(value, &flag))
            return bad_value(reader, name, value);
        mount->read_only = flag == (key == KEY_READ_ONLY);
        reader->read_only_written = true;
        return true;
    case KEY_REQUIRED:
        if (!file)
            return not_for_type(reader, name);
        if (has_value && !parse_bool(value, &flag))
            return bad_value(reader, name, value);
        mount->required = flag;
        mount->required_written = true;
        return true;
    case KEY_SIZE:
        if (mount->type != DW_RUN_MOUNT_TMPFS && mount->type != DW_RUN_MOUNT_VARIABLE)
            return not_for_type(reader, name);
        return parse_size(value, &mount->size) || bad_value(reader, name, value);
    case KEY_ID:
        mount->id = value;
        mount->id_written = true;
        return true;
    case KEY_SHARING:
        if (!is_one_of(value, sharing_names, 3, &index))
            return bad_name(reader, "sharing", value, sharing_names, 3);
        mount->sharing = dw_slice_of(sharing_names[index]);
        return true;
    case KEY_MODE:
        mount->mode_written = true;
        return parse_number(value, 8, &mount->mode) || bad_value(reader, name, value);
    case KEY_UID:
    case KEY_GID:
        mount->owner_written = true;
        return parse_number(value, 10, key == KEY_UID ? &mount->uid : &mount->gid) || bad_value(reader, name, value);
    case KEY_COUNT:
        break;
    }
    return true;
}

/* A key whose value only the build knows: what is written is kept, and nothing is made of it. */
static void set_variable(struct reader *reader, enum key key, struct dw_slice value)
{
    struct dw_run_mount *mount = reader->mount;
    reader->variable = true;
    if (key == KEY_TYPE)
        mount->type = DW_RUN_MOUNT_VARIABLE;
    else if (key == KEY_SOURCE)
        mount->source = value;
    else if (key == KEY_TARGET)
        mount->target = value;
    else if (key == KEY_ENVIRONMENT)
        mount->environment = value;
    else if (key == KEY_SHARING)
        mount->sharing = value;
    else if (key == KEY_ID)
        mount->id = value;
    mount->id_written |= key == KEY_ID;
    mount->required_written |= key == KEY_REQUIRED;
    mount->mode_written |= key == KEY_MODE;
    mount->owner_written |= key == KEY_UID || key == KEY_GID;
    reader->read_only_written |= key == KEY_READ_ONLY || key == KEY_READ_WRITE;
}

static bool read_field(struct reader *reader, struct dw_slice field)
{
    size_t equal = dw_slice_find(field, '='), index = 0;
    struct dw_slice key = dw_slice_part(field, 0, equal), value = dw_slice_from(field, equal == SIZE_MAX ? field.len : equal + 1);
    bool has_value = equal != SIZE_MAX;
    while (index < KEY_NAMES && !dw_slice_equal_nocase(key, dw_slice_of(keys[index].name)))
        index++;
    if (index == KEY_NAMES) {
        const char *names[KEY_NAMES];
        for (size_t i = 0; i < KEY_NAMES; i++)
            names[i] = keys[i].name;
        return bad_name(reader, "key", key, names, KEY_NAMES);
    }
    enum key known = keys[index].key;
    if (!has_value && known != KEY_READ_ONLY && known != KEY_READ_WRITE && known != KEY_REQUIRED)
        return dw_fail(reader->error, DW_ERROR_INPUT, "--mount: %s needs a value: %s=…", keys[index].name, keys[index].name);
    size_t dollar = dw_slice_find(value, '$');
    if (dollar == SIZE_MAX)
        return set(reader, known, keys[index].name, value, has_value);
    if (known == KEY_FROM)
        return dollar + 1 == value.len
                   ? set(reader, known, keys[index].name, value, true)
                   : dw_fail(reader->error, DW_ERROR_INPUT,
                             "--mount: no variable can stand in from: give the image a stage of its own, and name that");
    set_variable(reader, known, value);
    return true;
}

static bool check_whole(struct reader *reader)
{
    struct dw_run_mount *mount = reader->mount;
    bool owner = mount->type == DW_RUN_MOUNT_SECRET || mount->type == DW_RUN_MOUNT_SSH || mount->type == DW_RUN_MOUNT_CACHE;
    if (mount->type == DW_RUN_MOUNT_VARIABLE)
        return true;
    if (!owner && (mount->mode_written || mount->owner_written))
        return not_for_type(reader, mount->mode_written ? "mode" : "uid or gid");
    if (mount->sharing.len > 0 && mount->type != DW_RUN_MOUNT_CACHE)
        return not_for_type(reader, "sharing");
    if (mount->type != DW_RUN_MOUNT_SECRET)
        return true;
    if (mount->from.len > 0)
        return not_for_type(reader, "from");
    if (mount->source.len == 0 && mount->target.len == 0 && mount->id.len == 0)
        return dw_fail(reader->error, DW_ERROR_INPUT, "--mount: a secret needs an id");
    return mount->source.len == 0 || mount->id.len == 0 ||
           dw_fail(reader->error, DW_ERROR_INPUT, "--mount: a secret has an id or a source, not both");
}

static void set_defaults(struct reader *reader)
{
    struct dw_run_mount *mount = reader->mount;
    if (!reader->read_only_written)
        mount->read_only = mount->type != DW_RUN_MOUNT_CACHE && mount->type != DW_RUN_MOUNT_TMPFS;
    if (mount->type == DW_RUN_MOUNT_SECRET && mount->id.len == 0)
        mount->id = mount->source.len > 0 ? mount->source : dw_path_base(mount->target);
    if (mount->type == DW_RUN_MOUNT_CACHE && mount->id.len == 0)
        mount->id = mount->target;
    if (mount->type == DW_RUN_MOUNT_SSH && mount->id.len == 0)
        mount->id = DW_SLICE("default");
    if (mount->type == DW_RUN_MOUNT_CACHE && mount->sharing.len == 0)
        mount->sharing = DW_SLICE("shared");
    if (!mount->mode_written)
        mount->mode = mount->type == DW_RUN_MOUNT_SECRET ? 0400 : mount->type == DW_RUN_MOUNT_SSH ? 0600 : 0755;
}

static bool read_mount(struct dw_dockerfile *dockerfile, struct dw_slice flag, struct dw_run_mount *mount,
                       struct dw_error *error)
{
    struct dw_slice none = DW_SLICE(""), field, rest = dw_slice_from(flag, strlen("--mount="));
    *mount = (struct dw_run_mount){.flag = flag, .id = none, .source = none, .target = none, .from = none, .sharing = none,
                                   .environment = none};
    struct reader reader = {.mount = mount, .error = error};
    if (rest.len == 0)
        return dw_fail(error, DW_ERROR_INPUT, "--mount is empty");
    /* The type decides what keys behind it may be, as in BuildKit. That substitutes variables before it looks at anything but from. */
    for (bool more = true; more;)
        if (!dw_csv_field(&dockerfile->arena, &rest, &more, &field, error) ||
            ((!dockerfile->tree || dw_slice_equal_nocase(dw_slice_part(field, 0, 5), DW_SLICE("from="))) &&
             !read_field(&reader, field)))
            return false;
    if (!dockerfile->tree && !check_whole(&reader))
        return false;
    set_defaults(&reader);
    return true;
}

bool dw_instruction_check_mounts(struct dw_dockerfile *dockerfile, struct dw_instruction *instruction, struct dw_error *error)
{
    size_t count = 0;
    for (size_t i = 0; i < instruction->flag_count; i++)
        count += dw_slice_starts_with(instruction->flags[i], "--mount=");
    if (count == 0)
        return true;
    instruction->mounts = dw_arena_alloc(&dockerfile->arena, count, sizeof(*instruction->mounts));
    for (size_t i = 0; i < instruction->flag_count; i++)
        if (dw_slice_starts_with(instruction->flags[i], "--mount=") &&
            !read_mount(dockerfile, instruction->flags[i], &instruction->mounts[instruction->mount_count++], error))
            return false;
    return true;
}

bool dw_instruction_check_device(struct dw_dockerfile *dockerfile, struct dw_slice value, struct dw_error *error)
{
    bool named = false, required, first = true;
    for (bool more = true; more; first = false) {
        struct dw_slice field;
        if (!dw_csv_field(&dockerfile->arena, &value, &more, &field, error))
            return false;
        size_t equal = dw_slice_find(field, '=');
        struct dw_slice key = dw_slice_part(field, 0, equal);
        if (equal == SIZE_MAX && dw_slice_equal_nocase(key, DW_SLICE("required")))
            continue;
        if (equal == SIZE_MAX && first && field.len > 0)
            named = true;
        else if (equal != SIZE_MAX && dw_slice_equal_nocase(key, DW_SLICE("name")) && equal + 1 < field.len)
            named = true;
        /* A CDI name may hold "=": vendor.com/class=name. */
        else if (equal != SIZE_MAX && first && dw_slice_find(key, '/') != SIZE_MAX)
            named = true;
        else if (!(equal != SIZE_MAX && dw_slice_equal_nocase(key, DW_SLICE("required")) &&
                   parse_bool(dw_slice_from(field, equal + 1), &required)))
            return dw_fail(error, DW_ERROR_INPUT, "--device: \"%.*s\" is no name, and not \"required\"",
                           DW_SLICE_ARG(dw_slice_part(field, 0, 80)));
    }
    return named || dw_fail(error, DW_ERROR_INPUT, "--device names no device");
}
