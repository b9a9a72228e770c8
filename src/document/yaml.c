/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML 1.2 (yaml.org/spec/1.2.2) as libyaml 0.2.5 reads it: its event parser, our composer. go-yaml, which Compose and
 * Kubernetes use, follows the same code. Its marks count characters, hence the position table. Limits beside the
 * composer's: %TAG directives and the length of a tag, where libyaml's work or memory would grow with their square. */
#include "document/compose.h"

#include <yaml.h>

#define TAG_DIRECTIVES 100
#define TAG_BYTES      256

struct reader {
    struct dw_composer *composer;
    const struct dw_position_table *positions;
    yaml_parser_t parser;
};

static struct dw_position position(const struct reader *reader, yaml_mark_t mark)
{
    return dw_position_of_character(reader->positions, mark.index);
}

static struct dw_slice text_of(const yaml_char_t *string)
{
    return dw_slice_of((const char *)string);
}

/* libyaml compares every %TAG with all before it. */
static bool check_directives(struct reader *reader)
{
    struct dw_slice rest = reader->positions->text, line;
    size_t count = 0;
    for (unsigned number = 1; dw_slice_line(&rest, &line); number++)
        if (dw_slice_starts_with(line, "%TAG") && ++count > TAG_DIRECTIVES)
            return dw_composer_fail(reader->composer, (struct dw_position){0, number, 1}, DW_ERROR_LIMIT,
                                    "more than %d %%TAG directives", TAG_DIRECTIVES);
    return true;
}

/* The reader stage of libyaml has no mark, only a byte offset. */
static bool fail_parser(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem == NULL ? "malformed YAML" : parser->problem;
    if (parser->error == YAML_MEMORY_ERROR)
        return dw_fail(reader->composer->error, DW_ERROR_SYSTEM, "%.*s: not enough memory to read the file",
                       DW_SLICE_ARG(reader->composer->document->name));
    if (parser->error == YAML_READER_ERROR)
        return dw_composer_fail(reader->composer, dw_position_of_byte(reader->positions, parser->problem_offset),
                                DW_ERROR_INPUT, "%s", problem);
    struct dw_position at = position(reader, parser->problem_mark);
    if (parser->context == NULL)
        return dw_composer_fail(reader->composer, at, DW_ERROR_INPUT, "%s", problem);
    return dw_composer_fail(reader->composer, at, DW_ERROR_INPUT, "%s %s that begins at line %u", problem,
                            parser->context, position(reader, parser->context_mark).line);
}

/* Bytes of the line break that begins at AT, 0 if none does: libyaml breaks lines at CR, LF, NEL, LS and PS. */
static size_t break_length(struct dw_slice text, size_t at)
{
    static const char *const breaks[] = {"\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
    for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++)
        if (dw_slice_starts_with(dw_slice_from(text, at), breaks[i]))
            return strlen(breaks[i]);
    return 0;
}

/* An event's start mark is that of its anchor or tag; the node's own text begins after them. */
static struct dw_position after_properties(const struct reader *reader, const struct dw_composer_node *node,
                                           size_t end)
{
    unsigned properties = (node->anchor.len > 0 ? 1u : 0u) + (node->tag.len > 0 ? 1u : 0u);
    if (properties == 0)
        return node->start;
    struct dw_slice text = reader->positions->text;
    size_t at = node->start.byte - reader->positions->before, stop = end - reader->positions->before;
    while (at < stop) {
        char c = text.at[at];
        if (c == '#') { /* a comment between the properties and the node */
            while (at < stop && break_length(text, at) == 0)
                at++;
        } else if (break_length(text, at) > 0) {
            at += break_length(text, at);
        } else if (strchr(" \t", c) != NULL) {
            at++;
        } else if (properties > 0 && (c == '&' || c == '!')) {
            properties--;
            const char *until = dw_slice_starts_with(dw_slice_from(text, at), "!<") ? ">" : " \t\r\n,[]{}";
            while (at < stop && strchr(until, text.at[at]) == NULL && break_length(text, at) == 0)
                at++;
            if (at < stop && *until == '>')
                at++;
        } else {
            break;
        }
    }
    return dw_position_of_byte(reader->positions, at);
}

static bool describe(struct reader *reader, const yaml_event_t *event, const yaml_char_t *anchor,
                     const yaml_char_t *tag, struct dw_composer_node *node)
{
    *node = (struct dw_composer_node){.start = position(reader, event->start_mark),
                                      .end = position(reader, event->end_mark).byte,
                                      .anchor = text_of(anchor),
                                      .tag = text_of(tag)};
    if (node->tag.len > TAG_BYTES)
        return dw_composer_fail(reader->composer, node->start, DW_ERROR_LIMIT, "a tag of more than %d bytes",
                                TAG_BYTES);
    return true;
}

static bool read_scalar(struct reader *reader, const yaml_event_t *event)
{
    struct dw_composer_node node;
    if (!describe(reader, event, event->data.scalar.anchor, event->data.scalar.tag, &node))
        return false;
    node.start = after_properties(reader, &node, node.end);
    enum dw_scalar_style style = DW_SCALAR_QUOTED;
    switch (event->data.scalar.style) {
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        style = DW_SCALAR_PLAIN;
        break;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
        style = DW_SCALAR_BLOCK;
        break;
    default:
        break;
    }
    return dw_composer_scalar(reader->composer, node, style,
                              dw_slice_make(event->data.scalar.value, event->data.scalar.length));
}

static bool read_collection(struct reader *reader, const yaml_event_t *event, enum dw_node_kind kind,
                            const yaml_char_t *anchor, const yaml_char_t *tag)
{
    struct dw_composer_node node;
    if (!describe(reader, event, anchor, tag, &node))
        return false;
    /* A block collection's event ends where its first item is looked for, so the text's end bounds the search. */
    node.start = after_properties(reader, &node, reader->positions->before + reader->positions->text.len);
    return dw_composer_begin(reader->composer, node, kind);
}

/* A block collection's end event stands at the next token; its text ends with its last child. */
static bool read_end(struct reader *reader, const yaml_event_t *event)
{
    bool flow = event->end_mark.index > event->start_mark.index;
    return dw_composer_end(reader->composer, flow ? position(reader, event->end_mark).byte : 0);
}

static bool read_alias(struct reader *reader, const yaml_event_t *event)
{
    struct dw_composer_node node;
    return describe(reader, event, event->data.alias.anchor, NULL, &node) &&
           dw_composer_alias(reader->composer, node);
}

static bool read_event(struct reader *reader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(reader, event);
    case YAML_SEQUENCE_START_EVENT:
        return read_collection(reader, event, DW_NODE_SEQUENCE, event->data.sequence_start.anchor,
                               event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return read_collection(reader, event, DW_NODE_MAPPING, event->data.mapping_start.anchor,
                               event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return read_end(reader, event);
    case YAML_ALIAS_EVENT:
        return read_alias(reader, event);
    case YAML_DOCUMENT_START_EVENT:
        dw_composer_next_document(reader->composer);
        return true;
    default:
        return true;
    }
}

static bool read_events(struct reader *reader)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&reader->parser, &event))
            return fail_parser(reader);
        more = event.type != YAML_STREAM_END_EVENT;
        bool good = read_event(reader, &event);
        yaml_event_delete(&event);
        if (!good)
            return false;
    }
    return true;
}

bool dw_yaml_read(struct dw_composer *composer, const struct dw_position_table *positions)
{
    struct reader reader = {.composer = composer, .positions = positions};
    if (!check_directives(&reader))
        return false;
    if (!yaml_parser_initialize(&reader.parser))
        return fail_parser(&reader);
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)positions->text.at, positions->text.len);
    bool good = read_events(&reader);
    yaml_parser_delete(&reader.parser);
    return good;
}
