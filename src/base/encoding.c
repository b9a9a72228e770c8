/* SPDX-License-Identifier: Apache-2.0
 * RFC 4648 (base64), RFC 3629 (UTF-8). */
#include "base/encoding.h"

void dw_hex_encode(struct dw_buffer *out, struct dw_slice bytes)
{
    static const char digits[] = "0123456789abcdef";
    dw_buffer_reserve(out, bytes.len * 2);
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.at[i];
        dw_buffer_append_byte(out, digits[byte >> 4]);
        dw_buffer_append_byte(out, digits[byte & 15]);
    }
}

static int hex_value(char c)
{
    if (dw_is_digit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool dw_hex_decode(struct dw_slice text, unsigned char *bytes, size_t len)
{
    if (text.len != len * 2)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = hex_value(text.at[2 * i]), low = hex_value(text.at[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (dw_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool dw_base64_decode(struct dw_slice text, struct dw_buffer *out)
{
    if (text.len % 4 != 0)
        return false;
    size_t before = out->len;
    for (size_t i = 0; i < text.len; i += 4) {
        bool last = i + 4 == text.len;
        size_t pad = last && text.at[i + 3] == '=' ? (text.at[i + 2] == '=' ? 2 : 1) : 0;
        uint32_t word = 0;
        for (size_t j = 0; j < 4; j++) {
            int value = j >= 4 - pad ? 0 : base64_value(text.at[i + j]);
            if (value < 0)
                goto bad;
            word = word << 6 | (uint32_t)value;
        }
        if ((pad == 2 && (word & 0xffff) != 0) || (pad == 1 && (word & 0xff) != 0))
            goto bad;
        char bytes[3] = {(char)(word >> 16), (char)(word >> 8), (char)word};
        dw_buffer_append(out, dw_slice_make(bytes, 3 - pad));
    }
    return true;
bad:
    out->len = before;
    if (out->at != NULL)
        out->at[before] = '\0';
    return false;
}

void dw_base64_encode(struct dw_buffer *out, struct dw_slice bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = bytes.len - i;
        uint32_t word = (uint32_t)(unsigned char)bytes.at[i] << 16;
        if (left > 1)
            word |= (uint32_t)(unsigned char)bytes.at[i + 1] << 8;
        if (left > 2)
            word |= (uint32_t)(unsigned char)bytes.at[i + 2];
        char text[4] = {digits[word >> 18], digits[word >> 12 & 63], left > 1 ? digits[word >> 6 & 63] : '=',
                        left > 2 ? digits[word & 63] : '='};
        dw_buffer_append(out, dw_slice_make(text, 4));
    }
}

/* Length of the well-formed character at the start of TEXT, or 0. */
static size_t utf8_length(struct dw_slice text)
{
    const unsigned char *s = (const unsigned char *)text.at;
    if (text.len == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || text.len < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return length;
}

size_t dw_utf8_valid_prefix(struct dw_slice text)
{
    size_t at = 0;
    while (at < text.len) {
        /* Runs of ASCII eight bytes at a time. */
        uint64_t word;
        while (at + 8 <= text.len && (memcpy(&word, text.at + at, 8), (word & 0x8080808080808080u) == 0))
            at += 8;
        size_t length = utf8_length(dw_slice_from(text, at));
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

bool dw_utf8_valid(struct dw_slice text)
{
    return dw_utf8_valid_prefix(text) == text.len;
}

size_t dw_utf8_decode(struct dw_slice text, uint32_t *code_point)
{
    const unsigned char *s = (const unsigned char *)text.at;
    size_t length = utf8_length(text);
    if (length <= 1) {
        *code_point = text.len > 0 ? s[0] : 0;
        return 1;
    }
    uint32_t value = (uint32_t)s[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++)
        value = value << 6 | (s[i] & 0x3fu);
    *code_point = value;
    return length;
}

void dw_utf8_encode(struct dw_buffer *out, uint32_t c)
{
    char bytes[4];
    size_t length;
    if (c < 0x80) {
        bytes[0] = (char)c;
        length = 1;
    } else if (c < 0x800) {
        bytes[0] = (char)(0xc0 | c >> 6);
        bytes[1] = (char)(0x80 | (c & 0x3f));
        length = 2;
    } else if (c < 0x10000) {
        bytes[0] = (char)(0xe0 | c >> 12);
        bytes[1] = (char)(0x80 | (c >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (c & 0x3f));
        length = 3;
    } else {
        bytes[0] = (char)(0xf0 | c >> 18);
        bytes[1] = (char)(0x80 | (c >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (c >> 6 & 0x3f));
        bytes[3] = (char)(0x80 | (c & 0x3f));
        length = 4;
    }
    dw_buffer_append(out, dw_slice_make(bytes, length));
}

static bool dangerous(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0x2028 || c == 0x2029;
}

void dw_escape_terminal(struct dw_buffer *out, struct dw_slice text, bool keep_lines)
{
    for (size_t at = 0; at < text.len;) {
        struct dw_slice rest = dw_slice_from(text, at);
        size_t length = utf8_length(rest);
        if (length == 0) {
            dw_buffer_printf(out, "\\x%02x", (unsigned)(unsigned char)rest.at[0]);
            at++;
            continue;
        }
        uint32_t c;
        dw_utf8_decode(rest, &c);
        if (!dangerous(c) || (keep_lines && (c == '\n' || c == '\t')))
            dw_buffer_append(out, dw_slice_part(rest, 0, length));
        else if (c < 0x80)
            dw_buffer_printf(out, "\\x%02x", c);
        else
            dw_buffer_printf(out, "\\u{%04x}", c);
        at += length;
    }
}

size_t dw_display_width(struct dw_slice text)
{
    static const struct {
        uint32_t first, last;
        unsigned width;
    } ranges[] = {
        {0x0300, 0x036f, 0}, {0x1100, 0x115f, 2}, {0x200b, 0x200f, 0}, {0x20d0, 0x20ff, 0},
        {0x2e80, 0xa4cf, 2}, {0xac00, 0xd7a3, 2}, {0xf900, 0xfaff, 2}, {0xfe00, 0xfe0f, 0},
        {0xfe30, 0xfe6f, 2}, {0xff00, 0xff60, 2}, {0xffe0, 0xffe6, 2}, {0x1f300, 0x1faff, 2},
        {0x20000, 0x3fffd, 2},
    };
    size_t width = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t c;
        if ((unsigned char)text.at[at] < 0x80) {
            width++;
            at++;
            continue;
        }
        at += dw_utf8_decode(dw_slice_from(text, at), &c);
        unsigned columns = 1;
        for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
            if (c >= ranges[i].first && c <= ranges[i].last)
                columns = ranges[i].width;
        width += columns;
    }
    return width;
}

/* Optimal string alignment distance, of names up to 63 bytes. */
static size_t distance(struct dw_slice a, struct dw_slice b)
{
    enum { MOST = 64 };
    size_t rows[3][MOST];
    if (a.len >= MOST || b.len >= MOST)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = rows[i % 3], *one = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t best = one[j - 1] + (a.at[i - 1] != b.at[j - 1]);
            if (one[j] + 1 < best)
                best = one[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1] &&
                two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[a.len % 3][b.len];
}

const char *dw_nearest_name(struct dw_slice text, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = text.len / 3 < 1 ? 1 : text.len / 3;
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(text, dw_slice_of(names[i]));
        if (d >= text.len)
            continue; /* nothing of it is left */
        if (d < best || (d == best && nearest == NULL)) {
            best = d;
            nearest = names[i];
        }
    }
    return nearest;
}
