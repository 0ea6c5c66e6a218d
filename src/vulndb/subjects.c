#include "vulndb/subjects.h"

#include "vulndb/ecosystem.h"
#include "vulndb/room.h"

struct row {
    uint32_t first, count; /* in `names` */
    uint32_t name;
    bool direct;
};

struct subjects {
    struct merge *merge;
    struct row *rows;
    size_t row_count, row_room;
    uint32_t *names; /* groups when finished */
    size_t name_count, name_room;
};

struct subjects *subjects_new(struct merge *merge)
{
    struct subjects *subjects = calloc(1, sizeof(*subjects));

    if (subjects)
        subjects->merge = merge;
    return subjects;
}

void subjects_free(struct subjects *subjects)
{
    if (!subjects)
        return;
    free(subjects->rows);
    free(subjects->names);
    free(subjects);
}

/* Adds a name to the record being taken. */
static int add_name(struct subjects *subjects, uint32_t name, struct error *err)
{
    struct row *row = &subjects->rows[subjects->row_count];
    int r = room_for(&subjects->names, &subjects->name_room, subjects->name_count + 1,
                     sizeof(*subjects->names), err);

    if (r < 0 || !name)
        return r;
    subjects->names[subjects->name_count++] = name;
    row->count++;
    return 0;
}

static bool is_system(const struct advisory *record)
{
    for (size_t i = 0; i < record->affected_count; i++) {
        const struct ecosystem *ecosystem = ecosystem_find(record->affected[i].ecosystem);

        if (!ecosystem || !ecosystem->system)
            return false;
    }
    return record->affected_count > 0;
}

/* The different CVEs among the aliases: how many (0, 1 or more), and the first. */
static int count_cves(struct subjects *subjects, const struct advisory *record, size_t *ret,
                      uint32_t *ret_first, struct error *err)
{
    uint32_t first = 0, name;

    *ret = 0;
    for (size_t i = 0; i < record->alias_count; i++) {
        int r = merge_name(subjects->merge, record->aliases[i], &name, err);

        if (r < 0)
            return r;
        if (!merge_is_cve(subjects->merge, name) || name == first)
            continue;
        first = first ? first : name;
        ++*ret;
    }
    *ret_first = first;
    return 0;
}

/* `cve`: the one it is, or 0. The record is about that, even where others have
 * drawn its own name to another one. */
static int take_direct(struct subjects *subjects, const struct advisory *record, uint32_t own,
                       uint32_t cve, struct error *err)
{
    int r = add_name(subjects, cve ? cve : own, err);

    for (size_t i = 0; i < record->alias_count && r == 0; i++) {
        uint32_t name;

        r = merge_name(subjects->merge, record->aliases[i], &name, err);
        if (r == 0)
            r = merge_alias(subjects->merge, own, name, err);
    }
    return r;
}

static int take_names(struct subjects *subjects, const struct view *ids, size_t count,
                      struct error *err)
{
    int r = 0;

    for (size_t i = 0; i < count && r == 0; i++) {
        uint32_t name;

        r = merge_name(subjects->merge, ids[i], &name, err);
        if (r == 0)
            r = add_name(subjects, name, err);
    }
    return r;
}

static int take_summary(struct subjects *subjects, const struct advisory *record, bool cves,
                        struct error *err)
{
    int r = 0;

    if (cves)
        r = take_names(subjects, record->aliases, record->alias_count, err);
    if (r == 0)
        r = take_names(subjects, record->upstream, record->upstream_count, err);
    return r;
}

int subjects_take(struct subjects *subjects, const struct advisory *record, struct error *err)
{
    struct row *row;
    size_t cves = 0;
    uint32_t own, first = 0;
    int r = room_for(&subjects->rows, &subjects->row_room, subjects->row_count + 1,
                     sizeof(*subjects->rows), err);

    if (r == 0)
        r = merge_name(subjects->merge, record->id, &own, err);
    if (r == 0)
        r = count_cves(subjects, record, &cves, &first, err);
    if (r < 0)
        return r;
    row = &subjects->rows[subjects->row_count];
    *row = (struct row){.first = (uint32_t)subjects->name_count, .name = own, .direct = true};
    if (!merge_is_cve(subjects->merge, own) &&
        (cves > 1 || (cves == 0 && record->upstream_count && is_system(record))))
        row->direct = false;
    r = row->direct ? take_direct(subjects, record, own,
                                  merge_is_cve(subjects->merge, own) ? own : first, err)
                    : take_summary(subjects, record, cves > 0, err);
    if (r == 0)
        subjects->row_count++;
    return r;
}

static int compare_groups(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return a < b ? -1 : a > b;
}

/* Names become groups, sorted, each once; those without a CVE leave when others
 * have one. */
static void finish_row(struct subjects *subjects, struct row *row)
{
    uint32_t *names = subjects->names + row->first;
    size_t cves = 0, kept = 0;

    for (size_t i = 0; i < row->count; i++) {
        names[i] = merge_group(subjects->merge, names[i]);
        cves += merge_is_cve(subjects->merge, names[i]);
    }
    qsort(names, row->count, sizeof(*names), compare_groups);
    for (size_t i = 0; i < row->count; i++) {
        if ((kept && names[kept - 1] == names[i]) ||
            (cves && !merge_is_cve(subjects->merge, names[i])))
            continue;
        names[kept++] = names[i];
    }
    row->count = (uint32_t)kept;
}

void subjects_finish(struct subjects *subjects)
{
    for (size_t i = 0; i < subjects->row_count; i++)
        if (subjects->rows[i].count)
            finish_row(subjects, &subjects->rows[i]);
}

struct subject subjects_of(const struct subjects *subjects, size_t record)
{
    const struct row *row = &subjects->rows[record];

    return (struct subject){subjects->names + row->first, row->count, row->name, row->direct};
}
