/* OVAL definitions to advisories.
 *
 * A definition is a tree of criteria over tests. Of that tree three kinds of
 * leaf are read: package tests (a package and a bound of its version, or just
 * that it is installed), product tests (which release) and module tests. A
 * package belongs to the products named beside it in the nearest group that
 * names any; where no criterion tells, the definition's platform, its CPE, or
 * the version's own release tag does. Tests of the running kernel, of
 * signatures and of files are no facts about packages and are left out, as
 * are negated criteria.
 *
 * The logic of the tree is not evaluated further: publishers use it only for
 * "in this release, one of these packages", and not always soundly (Rocky
 * writes an OR where an AND belongs). */
#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "vulndb/import/cve-name.h"
#include "vulndb/import/importer.h"
#include "vulndb/import/oval-affected.h"
#include "vulndb/import/oval-document.h"
#include "vulndb/import/title.h"

enum { REFERENCES_KEPT = 16 };

static bool sniff(const struct import_input *input, struct view head)
{
    (void)input;
    return view_starts(view_trim(head), VIEW("<")) &&
           view_find_view(head, VIEW("oval_definitions")) >= 0;
}

/* "RHSA-2023:0446: go-toolset:rhel8 security update (Moderate)" begins with
 * the advisory's name, in every publisher's titles. */
static struct view id_in_title(struct view title)
{
    struct view word = view_strip_suffix(view_word(&title), VIEW(":"));
    ptrdiff_t dash = view_find(word, '-');
    bool digit = false;

    if (dash < 2)
        return VIEW_EMPTY;
    for (size_t i = 0; i < (size_t)dash; i++)
        if (!((word.ptr[i] >= 'A' && word.ptr[i] <= 'Z') ||
              (i && word.ptr[i] >= '0' && word.ptr[i] <= '9')))
            return VIEW_EMPTY;
    for (size_t i = (size_t)dash; i < word.len; i++)
        digit = digit || (word.ptr[i] >= '0' && word.ptr[i] <= '9');
    return digit ? word : VIEW_EMPTY;
}

static void add_name(struct view name, struct arena *arena, struct view **names, size_t *count)
{
    struct view *added;

    for (size_t i = 0; i < *count; i++)
        if (view_eq((*names)[i], name))
            return;
    added = name.len ? arena_push(arena, names, count, sizeof(*added)) : NULL;
    if (added)
        *added = name;
}

/* From references and <cve>; the text only where neither is given. */
static void read_cves(const struct oval_definition *definition, struct arena *arena,
                      struct advisory *to)
{
    struct view *names = NULL, rest = definition->cves_in_text;

    for (const struct oval_reference *r = definition->references; r; r = r->next) {
        struct view id = r->id;

        if (view_eq_nocase(r->source, VIEW("CVE")))
            add_name(cve_name_next(&id), arena, &names, &to->upstream_count);
    }
    for (const struct oval_cve *cve = definition->cves; cve; cve = cve->next)
        add_name(cve->id, arena, &names, &to->upstream_count);
    if (!to->upstream_count)
        while (rest.len)
            add_name(cve_name_next(&rest), arena, &names, &to->upstream_count);
    to->upstream = names;
}

static struct view find_id(const struct oval_definition *definition,
                           const struct advisory *advisory)
{
    struct view id = id_in_title(definition->title);

    if (id.len)
        return id;
    for (const struct oval_reference *r = definition->references; r; r = r->next)
        if (r->id.len && !view_eq_nocase(r->source, VIEW("CVE")))
            return r->id;
    return advisory->upstream_count == 1 ? advisory->upstream[0] : definition->id;
}

/* Debian's and Microsoft's titles say no more than the name and the package. */
static struct view find_title(const struct oval_definition *definition, enum severity *rating)
{
    struct view title = title_clean(definition->title, id_in_title(definition->title), rating);

    if (view_eq(title, definition->product) || view_starts(title, VIEW("affecting package ")))
        return VIEW_EMPTY;
    return title;
}

static int64_t read_date(struct view text)
{
    int64_t seconds;

    return clock_parse_rfc3339(text, &seconds) && seconds > 0 ? seconds : 0;
}

static void read_references(const struct oval_definition *definition, struct arena *arena,
                            struct advisory *to)
{
    struct view *urls = arena_array(arena, REFERENCES_KEPT, sizeof(*urls));

    for (const struct oval_reference *r = definition->references; urls && r; r = r->next)
        if (r->url.len && to->reference_count < REFERENCES_KEPT)
            urls[to->reference_count++] = r->url;
    to->references = urls;
}

static void read_vectors(const struct oval_cve *cve, struct arena *arena, struct advisory *to)
{
    const struct view given[] = {cve->cvss4, cve->cvss3, cve->cvss2};
    struct view *vectors = arena_array(arena, 3, sizeof(*vectors));

    for (size_t i = 0; vectors && i < 3; i++)
        if (given[i].len)
            vectors[to->cvss_count++] = given[i];
    to->cvss = vectors;
}

static void read_metadata(const struct oval_definition *definition, struct arena *arena,
                          struct advisory *to)
{
    to->source = view_of(importer_oval.name);
    read_cves(definition, arena, to);
    to->id = find_id(definition, to);
    if (to->upstream_count == 1 && view_eq(to->id, to->upstream[0]))
        to->upstream_count = 0;
    severity_parse(definition->severity, &to->severity);
    to->title = find_title(definition, &to->severity);
    if (!to->title.len)
        to->details = definition->description;
    to->published = read_date(definition->issued);
    to->modified = definition->updated.len ? read_date(definition->updated) : to->published;
    read_references(definition, arena, to);
    /* several CVEs have a vector each, and an advisory has none */
    if (definition->cves && !definition->cves->next)
        read_vectors(definition->cves, arena, to);
}

static int import_definition(const struct oval_definition *definition, struct oval_places *places,
                             struct arena *arena, struct import_sink *sink, struct error *err)
{
    struct advisory advisory = {0};
    int r;

    if (!view_eq(definition->class_name, VIEW("patch")) &&
        !view_eq(definition->class_name, VIEW("vulnerability")))
        return 0;
    import_note(sink, definition->id);
    arena_reset(arena);
    read_metadata(definition, arena, &advisory);
    r = oval_read_affected(definition, places, arena, &sink->tally, &advisory, err);
    if (r < 0)
        return r;
    if (!advisory.affected_count) {
        sink->tally.unusable++;
        return 0;
    }
    return import_advisory(sink, &advisory, err);
}

static int run(const struct import_input *input, struct import_sink *sink, struct error *err)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    _cleanup_arena_ struct arena *document_arena = arena_new(OVAL_ARENA_LIMIT);
    _cleanup_arena_ struct arena *arena = arena_new(OVAL_ARENA_LIMIT);
    _cleanup_(oval_places_free_p) struct oval_places *places = oval_places_new();
    struct oval_document document;
    int r = document_arena && arena && places ? 0 : error_memory(err);

    if (r == 0)
        r = import_open(input, &stream, err);
    if (r == 0)
        r = oval_document_read(stream, document_arena, &document, err);
    if (r < 0)
        return r;
    sink->tally.bytes += document.bytes;
    for (const struct oval_definition *d = document.definitions; r == 0 && d; d = d->next)
        r = import_definition(d, places, arena, sink, err);
    return r;
}

const struct importer importer_oval = {
    "oval",
    "OVAL patch and vulnerability definitions (Red Hat style, Rocky, Azure Linux, Debian, Ubuntu)",
    sniff,
    run,
};
