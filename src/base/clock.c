/* SPDX-License-Identifier: Apache-2.0
 * Days from civil dates: proleptic Gregorian calendar, eras of 400 years. */
#include "base/clock.h"

#include <stdio.h>

static int64_t days_from_civil(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void civil_from_days(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

static bool digits(struct dw_slice text, size_t at, size_t count, int64_t *value)
{
    uint64_t number;
    if (text.len < at + count || !dw_parse_u64(dw_slice_part(text, at, count), &number))
        return false;
    *value = (int64_t)number;
    return true;
}

static bool byte_is(struct dw_slice text, size_t at, char c)
{
    return at < text.len && text.at[at] == c;
}

bool dw_time_parse(struct dw_slice text, bool date_too, int64_t *time)
{
    static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year, month, day, hour, minute, second;
    if (!digits(text, 0, 4, &year) || !byte_is(text, 4, '-') || !digits(text, 5, 2, &month) ||
        !byte_is(text, 7, '-') || !digits(text, 8, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > lengths[month - 1] + (leap && month == 2))
        return false;
    int64_t base = days_from_civil(year, month, day) * DW_DAY;
    if (text.len == 10) {
        *time = base;
        return date_too;
    }
    if (text.len < 20 || (text.at[10] != 'T' && text.at[10] != 't' && text.at[10] != ' ') ||
        !digits(text, 11, 2, &hour) || !byte_is(text, 13, ':') || !digits(text, 14, 2, &minute) ||
        !byte_is(text, 16, ':') || !digits(text, 17, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    size_t at = 19;
    if (byte_is(text, at, '.')) {
        size_t start = ++at;
        while (at < text.len && dw_is_digit(text.at[at]))
            at++;
        if (at == start)
            return false;
    }
    int64_t offset = 0;
    struct dw_slice zone = dw_slice_from(text, at);
    if (zone.len == 1 && (zone.at[0] == 'Z' || zone.at[0] == 'z')) {
        /* UTC */
    } else {
        int64_t off_hour, off_minute;
        if (zone.len != 6 || (zone.at[0] != '+' && zone.at[0] != '-') || !digits(zone, 1, 2, &off_hour) ||
            zone.at[3] != ':' || !digits(zone, 4, 2, &off_minute) || off_hour > 23 || off_minute > 59)
            return false;
        offset = (off_hour * 60 + off_minute) * 60;
        if (zone.at[0] == '-')
            offset = -offset;
    }
    *time = base + hour * 3600 + minute * 60 + second - offset;
    return true;
}

static bool in_range(int64_t time)
{
    return time >= -62135596800 && time <= 253402300799;
}

static int64_t floor_days(int64_t time)
{
    return (time >= 0 ? time : time - (DW_DAY - 1)) / DW_DAY;
}

const char *dw_time_format(int64_t time, char text[DW_TIME_TEXT])
{
    if (!in_range(time)) {
        snprintf(text, DW_TIME_TEXT, "unknown");
        return text;
    }
    int year, month, day;
    int64_t days = floor_days(time);
    int second = (int)(time - days * DW_DAY);
    civil_from_days(days, &year, &month, &day);
    snprintf(text, DW_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year % 10000, (unsigned)month % 100,
             (unsigned)day % 100, (unsigned)second / 3600 % 24, (unsigned)second / 60 % 60, (unsigned)second % 60);
    return text;
}

const char *dw_date_format(int64_t time, char text[DW_TIME_TEXT])
{
    dw_time_format(time, text);
    if (text[0] != 'u')
        text[10] = '\0';
    return text;
}

bool dw_duration_parse(struct dw_slice text, int64_t *seconds)
{
    static const struct {
        char unit;
        uint64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', DW_DAY}, {'w', 7 * DW_DAY}};
    uint64_t count, total;
    if (text.len < 2 || !dw_parse_u64(dw_slice_part(text, 0, text.len - 1), &count))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (units[i].unit != text.at[text.len - 1])
            continue;
        if (!dw_checked_multiply(count, units[i].seconds, &total) || total > (uint64_t)INT64_MAX)
            return false;
        *seconds = (int64_t)total;
        return true;
    }
    return false;
}
