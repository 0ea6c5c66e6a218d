#include "vulndb/enrich.h"

#include <stdlib.h>

#include "base/cursor.h"
#include "vulndb/cve.h"
#include "vulndb/room.h"

enum {
    COUNT_SIZE = 4,
    KEY_SIZE = 4,
    SCORE_SIZE = 6,
    EXPLOIT_SIZE = KEY_SIZE + 1 + 2 * ENRICH_DATE_SIZE,
    UNITS = 10000000, /* of a score of 1 */
};

/* ---- Building ---- */

void enrich_done(struct enrich *enrich)
{
    free(enrich->scores);
    free(enrich->exploits);
    *enrich = (struct enrich){0};
}

static int make_room(void *array, size_t *room, size_t count, size_t size, struct error *err)
{
    if (count >= ENRICH_ROWS_LIMIT)
        return error_set(err, ERROR_LIMIT, "more than %d scores", ENRICH_ROWS_LIMIT);
    return room_for(array, room, count + 1, size, err);
}

static bool to_units(double value, uint32_t *ret)
{
    if (!(value >= 0.0 && value <= 1.0))
        return false;
    *ret = (uint32_t)(value * UNITS + 0.5);
    return true;
}

int enrich_add_score(struct enrich *enrich, struct view cve, double score, double percentile,
                     struct error *err)
{
    struct enrich_score row = {.cve = cve_key(cve), .order = (uint32_t)enrich->score_count};
    int r;

    if (!row.cve)
        return error_set(err, ERROR_INPUT, "%.*s is no CVE", VIEW_ARG(cve));
    if (!to_units(score, &row.score) || !to_units(percentile, &row.percentile))
        return error_set(err, ERROR_INPUT, "%.*s: a score is between 0 and 1", VIEW_ARG(cve));
    r = make_room(&enrich->scores, &enrich->score_room, enrich->score_count, sizeof(row), err);
    if (r == 0)
        enrich->scores[enrich->score_count++] = row;
    return r;
}

static void copy_date(struct view date, char to[static ENRICH_DATE_SIZE])
{
    if (date.len == ENRICH_DATE_SIZE)
        memcpy(to, date.ptr, ENRICH_DATE_SIZE);
}

int enrich_add_exploit(struct enrich *enrich, struct view cve, const struct finding_kev *kev,
                       struct error *err)
{
    struct enrich_exploit row = {.cve = cve_key(cve),
                                 .order = (uint32_t)enrich->exploit_count,
                                 .ransomware = kev->ransomware};
    int r;

    if (!row.cve)
        return error_set(err, ERROR_INPUT, "%.*s is no CVE", VIEW_ARG(cve));
    copy_date(kev->date_added, row.date_added);
    copy_date(kev->due_date, row.due_date);
    r = make_room(&enrich->exploits, &enrich->exploit_room, enrich->exploit_count, sizeof(row),
                  err);
    if (r == 0)
        enrich->exploits[enrich->exploit_count++] = row;
    return r;
}

/* Rows of both kinds begin with their key and their order of arrival. */
static int compare_rows(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    if (a[0] != b[0])
        return a[0] < b[0] ? -1 : 1;
    return a[1] < b[1] ? -1 : a[1] > b[1];
}

void enrich_pack_scores(struct enrich *enrich, struct buf *to)
{
    struct enrich_score *rows = enrich->scores;
    size_t kept = 0;

    if (enrich->score_count)
        qsort(rows, enrich->score_count, sizeof(*rows), compare_rows);
    for (size_t i = 0; i < enrich->score_count; i++) {
        if (kept && rows[kept - 1].cve == rows[i].cve)
            kept--;
        rows[kept++] = rows[i];
    }
    enrich->score_count = kept;
    buf_add_u32(to, (uint32_t)kept);
    for (size_t i = 0; i < kept; i++)
        buf_add_u32(to, rows[i].cve);
    for (size_t i = 0; i < kept; i++) {
        buf_add_u16(to, (uint16_t)rows[i].score);
        buf_add_u8(to, (uint8_t)(rows[i].score >> 16));
        buf_add_u16(to, (uint16_t)rows[i].percentile);
        buf_add_u8(to, (uint8_t)(rows[i].percentile >> 16));
    }
}

void enrich_pack_exploits(struct enrich *enrich, struct buf *to)
{
    struct enrich_exploit *rows = enrich->exploits;
    size_t kept = 0;

    if (enrich->exploit_count)
        qsort(rows, enrich->exploit_count, sizeof(*rows), compare_rows);
    for (size_t i = 0; i < enrich->exploit_count; i++) {
        if (kept && rows[kept - 1].cve == rows[i].cve)
            kept--;
        rows[kept++] = rows[i];
    }
    enrich->exploit_count = kept;
    buf_add_u32(to, (uint32_t)kept);
    for (size_t i = 0; i < kept; i++) {
        buf_add_u32(to, rows[i].cve);
        buf_add_u8(to, rows[i].ransomware);
        buf_add(to, view_from(rows[i].date_added, ENRICH_DATE_SIZE));
        buf_add(to, view_from(rows[i].due_date, ENRICH_DATE_SIZE));
    }
}

/* ---- Reading ---- */

static size_t row_count(struct view table, size_t row_size)
{
    struct cursor at = cursor_of(table);
    size_t count = cursor_u32(&at);

    return count <= ENRICH_ROWS_LIMIT && table.len == COUNT_SIZE + count * row_size ? count : 0;
}

size_t enrich_score_count(struct view table)
{
    return row_count(table, KEY_SIZE + SCORE_SIZE);
}

size_t enrich_exploit_count(struct view table)
{
    return row_count(table, EXPLOIT_SIZE);
}

static uint32_t number_at(struct view table, size_t at, size_t size)
{
    uint32_t value = 0;

    for (size_t i = 0; i < size; i++)
        value |= (uint32_t)(unsigned char)table.ptr[at + i] << (8 * i);
    return value;
}

/* The row with a key, in keys that lie `stride` bytes apart; false when there
 * is none. */
static bool find_key(struct view table, size_t count, size_t stride, uint32_t key, size_t *ret_row)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t found = number_at(table, COUNT_SIZE + middle * stride, KEY_SIZE);

        if (found == key) {
            *ret_row = middle;
            return true;
        }
        if (found < key)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

struct finding_epss enrich_find_score(struct view table, struct view cve)
{
    struct finding_epss epss = {.known = false};
    size_t count = enrich_score_count(table), row, at;
    uint32_t key = cve_key(cve);

    if (!key || !find_key(table, count, KEY_SIZE, key, &row))
        return epss;
    at = COUNT_SIZE + count * KEY_SIZE + row * SCORE_SIZE;
    epss.known = true;
    epss.score = (double)number_at(table, at, 3) / UNITS;
    epss.percentile = (double)number_at(table, at + 3, 3) / UNITS;
    return epss;
}

static struct view date_at(struct view table, size_t at)
{
    return table.ptr[at] ? view_sub(table, at, ENRICH_DATE_SIZE) : VIEW_EMPTY;
}

struct finding_kev enrich_find_exploit(struct view table, struct view cve)
{
    struct finding_kev kev = {.listed = false};
    size_t count = enrich_exploit_count(table), row, at;
    uint32_t key = cve_key(cve);

    if (!key || !find_key(table, count, EXPLOIT_SIZE, key, &row))
        return kev;
    at = COUNT_SIZE + row * EXPLOIT_SIZE + KEY_SIZE;
    kev.listed = true;
    kev.ransomware = table.ptr[at] != 0;
    kev.date_added = date_at(table, at + 1);
    kev.due_date = date_at(table, at + 1 + ENRICH_DATE_SIZE);
    return kev;
}
