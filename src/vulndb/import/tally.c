#include "vulndb/import/tally.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "vulndb/import/cut-text.h"

/* Copies what fits, made printable. */
static void copy_text(char *to, size_t size, struct view from)
{
    struct view kept = cut_text(from, size - 1);

    if (kept.len)
        memcpy(to, kept.ptr, kept.len);
    to[kept.len] = '\0';
    error_make_printable(to);
}

void tally_problem(struct import_tally *tally, const char *format, ...)
{
    char message[TALLY_PROBLEM_SIZE];
    va_list args;

    if (tally->problem_count == TALLY_PROBLEMS)
        return;
    va_start(args, format);
    vsnprintf(message, sizeof(message), tr(format), args);
    va_end(args);
    copy_text(tally->problems[tally->problem_count++], TALLY_PROBLEM_SIZE, view_of(message));
}

void tally_broken(struct import_tally *tally, struct view where, const struct error *why)
{
    tally->broken++;
    tally_problem(tally, "%.*s: %s", VIEW_ARG(where), why->message);
}

void tally_unknown(struct import_tally *tally, struct view ecosystem, uint64_t count)
{
    char name[TALLY_UNKNOWN_SIZE];

    tally->unknown += count;
    copy_text(name, sizeof(name), ecosystem);
    for (size_t i = 0; i < tally->unknown_name_count; i++) {
        if (strcmp(tally->unknown_names[i].name, name) == 0) {
            tally->unknown_names[i].count += count;
            return;
        }
    }
    if (tally->unknown_name_count < TALLY_UNKNOWN) {
        struct tally_unknown *added = &tally->unknown_names[tally->unknown_name_count++];

        memcpy(added->name, name, sizeof(name));
        added->count = count;
    }
}

void tally_merge(struct import_tally *to, const struct import_tally *from)
{
    uint64_t named = 0;

    to->records += from->records;
    to->withdrawn += from->withdrawn;
    to->unusable += from->unusable;
    to->broken += from->broken;
    to->bytes += from->bytes;
    for (size_t i = 0; i < from->unknown_name_count; i++) {
        tally_unknown(to, view_of(from->unknown_names[i].name), from->unknown_names[i].count);
        named += from->unknown_names[i].count;
    }
    to->unknown += from->unknown - named;
    for (size_t i = 0; i < from->problem_count; i++)
        if (to->problem_count < TALLY_PROBLEMS)
            memcpy(to->problems[to->problem_count++], from->problems[i], TALLY_PROBLEM_SIZE);
}

void tally_encode(const struct import_tally *tally, struct buf *to)
{
    const uint64_t counts[] = {tally->records, tally->withdrawn, tally->unusable,
                               tally->broken,  tally->unknown,   tally->bytes};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        buf_add_varint(to, counts[i]);
    buf_add_varint(to, tally->unknown_name_count);
    for (size_t i = 0; i < tally->unknown_name_count; i++) {
        buf_add_bytes(to, view_of(tally->unknown_names[i].name));
        buf_add_varint(to, tally->unknown_names[i].count);
    }
    buf_add_varint(to, tally->problem_count);
    for (size_t i = 0; i < tally->problem_count; i++)
        buf_add_bytes(to, view_of(tally->problems[i]));
}

void tally_decode(struct cursor *from, struct import_tally *ret)
{
    uint64_t *const counts[] = {&ret->records, &ret->withdrawn, &ret->unusable,
                                &ret->broken,  &ret->unknown,   &ret->bytes};
    uint64_t named = 0;

    *ret = (struct import_tally){0};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        *counts[i] = cursor_varint(from);
    ret->unknown_name_count = (size_t)cursor_count(from, TALLY_UNKNOWN);
    for (size_t i = 0; i < ret->unknown_name_count; i++) {
        copy_text(ret->unknown_names[i].name, TALLY_UNKNOWN_SIZE, cursor_bytes(from));
        ret->unknown_names[i].count = cursor_varint(from);
        named += ret->unknown_names[i].count;
    }
    ret->problem_count = (size_t)cursor_count(from, TALLY_PROBLEMS);
    for (size_t i = 0; i < ret->problem_count; i++)
        copy_text(ret->problems[i], TALLY_PROBLEM_SIZE, cursor_bytes(from));
    if (named > ret->unknown)
        cursor_fail(from);
}
