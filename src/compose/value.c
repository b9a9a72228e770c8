/* SPDX-License-Identifier: Apache-2.0
 *
 * The small languages within values: booleans, durations, sizes, and the short forms of volumes and ports (compose-spec,
 * 05-services.md and 11-extension.md). */
#include "compose/internal.h"

bool compose_bool(const struct dw_node *node, bool *value)
{
    static const char *const yes[] = {"true", "t", "y", "yes", "on", "1"}, *const no[] = {"false", "f", "n", "no", "off", "0"};
    if (node->kind != DW_NODE_SCALAR)
        return false;
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        *value = dw_slice_equal_nocase(node->text, dw_slice_of(yes[i]));
        if (*value || dw_slice_equal_nocase(node->text, dw_slice_of(no[i])))
            return true;
    }
    return false;
}

/* Digits with a point; the number of bytes, 0 for none. */
static size_t decimal(struct dw_slice text, double *value)
{
    size_t at = 0, digits = 0;
    double scale = 1;
    *value = 0;
    for (bool point = false; at < text.len && at < 64; at++) {
        if (text.at[at] == '.' && !point) {
            point = true;
        } else if (dw_is_digit(text.at[at])) {
            scale = point ? scale / 10 : scale;
            *value = point ? *value + scale * (text.at[at] - '0') : *value * 10 + (text.at[at] - '0');
            digits++;
        } else {
            break;
        }
    }
    return digits > 0 ? at : 0;
}

bool compose_is_duration(struct dw_slice text)
{
    static const char *const units[] = {"ns", "us", "µs", "μs", "ms", "s", "m", "h", "d", "w"};
    if (text.len > 0 && (text.at[0] == '-' || text.at[0] == '+'))
        text = dw_slice_from(text, 1);
    if (dw_slice_is(text, "0"))
        return true;
    bool any = false;
    while (text.len > 0) {
        double value;
        size_t length = decimal(text, &value), unit = 0;
        if (length == 0)
            return false;
        text = dw_slice_from(text, length);
        for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
            if (dw_slice_starts_with(text, units[i]) && strlen(units[i]) > unit)
                unit = strlen(units[i]);
        if (unit == 0)
            return false;
        text = dw_slice_from(text, unit);
        any = true;
    }
    return any;
}

bool compose_size(struct dw_slice text, double *bytes)
{
    static const char units[] = "bkmgtp";
    text = dw_slice_trim(text);
    bool negative = text.len > 0 && text.at[0] == '-';
    text = dw_slice_from(text, negative);
    size_t length = decimal(text, bytes);
    if (length == 0)
        return false;
    struct dw_slice unit = dw_slice_trim(dw_slice_from(text, length));
    if (unit.len > 0) {
        const char *found = strchr(units, dw_to_lower(unit.at[0]));
        if (found == NULL || unit.at[0] == '\0')
            return false;
        struct dw_slice rest = dw_slice_from(unit, 1);
        if (found != units && rest.len > 0 && dw_to_lower(rest.at[0]) == 'i')
            rest = dw_slice_from(rest, 1);
        if (rest.len > 0 && (found == units || !dw_slice_equal_nocase(rest, DW_SLICE("b"))))
            return false;
        for (const char *step = units; step < found; step++)
            *bytes *= 1024;
    }
    if (negative)
        *bytes = -*bytes;
    return true;
}

static bool has_drive(struct dw_slice text)
{
    return text.len >= 3 && dw_is_alpha(text.at[0]) && text.at[1] == ':' && (text.at[2] == '\\' || text.at[2] == '/');
}

bool compose_is_path(struct dw_slice source)
{
    return source.len > 0 && (source.at[0] == '.' || source.at[0] == '/' || source.at[0] == '~' || has_drive(source) ||
                              dw_slice_starts_with(source, "\\\\"));
}

/* The next part up to ':'; the colon of a drive letter is part of it. */
static bool next_part(struct dw_slice *rest, bool *more, struct dw_slice *part)
{
    if (*more && has_drive(*rest)) {
        struct dw_slice whole = *rest, tail = dw_slice_from(*rest, 2), ignored;
        bool good = dw_slice_split(&tail, ':', more, &ignored);
        *part = dw_slice_part(whole, 0, 2 + ignored.len);
        *rest = tail;
        return good;
    }
    return dw_slice_split(rest, ':', more, part);
}

bool compose_volume_split(struct dw_slice text, struct compose_volume *volume)
{
    struct dw_slice rest = text, parts[3], part;
    bool more = true;
    size_t count = 0;
    *volume = (struct compose_volume){.source = DW_SLICE(""), .target = DW_SLICE(""), .mode = DW_SLICE("")};
    while (next_part(&rest, &more, &part)) {
        if (count == 3)
            return false;
        parts[count++] = part;
    }
    if (count == 0 || parts[0].len == 0)
        return false;
    if (count == 1) {
        volume->target = parts[0];
        return true;
    }
    volume->source = parts[0];
    volume->target = parts[1];
    if (count == 3)
        volume->mode = parts[2];
    return parts[1].len > 0;
}

bool compose_port_range(struct dw_slice text, unsigned *first, unsigned *last)
{
    size_t dash = dw_slice_find(text, '-');
    uint64_t a, b;
    if (!dw_parse_u64(dw_slice_part(text, 0, dash), &a) || a > 65535)
        return false;
    b = a;
    if (dash != SIZE_MAX && (!dw_parse_u64(dw_slice_from(text, dash + 1), &b) || b > 65535 || b < a))
        return false;
    *first = (unsigned)a;
    *last = (unsigned)b;
    return true;
}

bool compose_port_parse(struct dw_slice text, struct compose_port *port)
{
    *port = (struct compose_port){.address = DW_SLICE(""), .protocol = DW_SLICE("tcp")};
    size_t slash = dw_slice_find_last(text, '/');
    if (slash != SIZE_MAX) {
        port->protocol = dw_slice_from(text, slash + 1);
        text = dw_slice_part(text, 0, slash);
        if (!dw_slice_equal_nocase(port->protocol, DW_SLICE("tcp")) && !dw_slice_equal_nocase(port->protocol, DW_SLICE("udp")) &&
            !dw_slice_equal_nocase(port->protocol, DW_SLICE("sctp")))
            return false;
    }
    size_t colon = dw_slice_find_last(text, ':');
    if (!compose_port_range(colon == SIZE_MAX ? text : dw_slice_from(text, colon + 1), &port->container_first,
                            &port->container_last) ||
        port->container_first == 0)
        return false;
    port->published = true; /* a container port alone gets a host port that the engine chooses */
    if (colon == SIZE_MAX)
        return true;
    text = dw_slice_part(text, 0, colon);
    colon = dw_slice_find_last(text, ':');
    struct dw_slice host = colon == SIZE_MAX || (text.len > 0 && text.at[text.len - 1] == ']') ? text
                                                                                                  : dw_slice_from(text, colon + 1);
    if (host.len < text.len)
        port->address = dw_slice_part(text, 0, text.len - host.len - 1);
    if (host.len > 0 && !compose_port_range(host, &port->host_first, &port->host_last))
        return false;
    if (port->address.len > 1 && port->address.at[0] == '[' && port->address.at[port->address.len - 1] == ']')
        port->address = dw_slice_part(port->address, 1, port->address.len - 2);
    unsigned hosts = port->host_last - port->host_first, containers = port->container_last - port->container_first;
    /* A range of the host for one container port: one of them is chosen. */
    return host.len == 0 || hosts == containers || containers == 0;
}
