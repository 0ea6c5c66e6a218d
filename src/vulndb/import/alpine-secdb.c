/* Alpine's security database: one JSON document for each branch and repository
 * that lists, for each source package, versions and what each of them fixed.
 * Wolfi and Chainguard publish the same form without a branch.
 *
 * Version "0" means that the package was never affected. The identifiers are
 * written by hand: several in one string, remarks in parentheses, "CVE 2025-1",
 * "CVE_2019-1", a patch's file name. */
#include "base/arena.h"
#include "base/hash.h"
#include "codec/json.h"
#include "vulndb/import/cve-name.h"
#include "vulndb/import/importer.h"
#include "vulndb/import/place.h"

enum {
    ARENA_LIMIT = 16 << 20, /* bytes for one package */
    NAMES_LIMIT = 16,       /* identifiers of one string */
};

/* What one package says of one vulnerability. */
struct fix {
    struct view id;
    struct view version; /* the highest; empty: not affected */
    struct view *aliases;
    size_t alias_count;
};

struct secdb {
    struct import_sink *sink;
    struct arena *arena; /* reset for each package */
    struct place place;
    struct error *err;
};

static bool sniff(const struct import_input *input, struct view head)
{
    (void)input;
    return view_starts(view_trim(head), VIEW("{")) &&
           view_find_view(head, VIEW("\"packages\"")) >= 0 &&
           (view_find_view(head, VIEW("\"secfixes\"")) >= 0 ||
            view_find_view(head, VIEW("\"reponame\"")) >= 0);
}

/* "CVE-2021-35940.patch" is the CVE; "XSA-297", "GHSA-...", "VSV00010" are
 * names; "N/A", "XPTI" and "CVE-2022-?????" are not. */
static struct view clean_name(struct view word, struct arena *arena)
{
    struct view rest = word, cve;
    bool digit = false;

    if (view_starts(word, VIEW("CVE_")))
        word = rest = arena_printf(arena, "CVE-%.*s", VIEW_ARG(view_sub(word, 4, word.len)));
    cve = cve_name_next(&rest);
    if (cve.len)
        return cve;
    if (view_starts(word, VIEW("CVE")) || !word.len || word.ptr[0] < 'A' || word.ptr[0] > 'Z')
        return VIEW_EMPTY;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '-' || c == ':' || c == '.' || c == '_'))
            return VIEW_EMPTY;
        digit = digit || (c >= '0' && c <= '9');
    }
    return digit ? word : VIEW_EMPTY;
}

/* The identifiers of one string, without remarks. "CVE 2025-48379" is one. */
static size_t split_names(struct view text, struct arena *arena, struct view names[NAMES_LIMIT])
{
    ptrdiff_t remark = view_find(text, '(');
    struct view rest = view_sub(text, 0, remark < 0 ? text.len : (size_t)remark), word;
    size_t count = 0;
    bool broken_cve = false;

    while (count < NAMES_LIMIT && (word = view_word(&rest)).len) {
        struct view name;

        word = view_strip_suffix(word, VIEW(","));
        if (broken_cve)
            word = arena_printf(arena, "CVE-%.*s", VIEW_ARG(word));
        broken_cve = view_eq(word, VIEW("CVE"));
        name = clean_name(word, arena);
        if (name.len)
            names[count++] = name;
    }
    return count;
}

static bool is_newer(struct view version, const struct fix *fix, enum version_scheme scheme)
{
    return version.len && (!fix->version.len || version_compare(scheme, version, fix->version) > 0);
}

/* A name that is listed under two versions was not wholly fixed by the first. */
static void add_fix(struct secdb *db, struct hash_map *fixes, struct view id, struct view version,
                    const struct view *others, size_t other_count)
{
    struct fix *fix = hash_map_get(fixes, id);

    if (!fix) {
        fix = arena_alloc(db->arena, sizeof(*fix));
        if (!fix)
            return;
        *fix = (struct fix){.id = id, .version = version};
        if (!hash_map_put(fixes, id, fix))
            return;
    } else if (is_newer(version, fix, db->place.family->scheme)) {
        fix->version = version;
    }
    for (size_t i = 0; i < other_count; i++) {
        struct view *alias = NULL;

        if (!view_eq(others[i], id) && !cve_name_is(others[i]))
            alias = arena_push(db->arena, &fix->aliases, &fix->alias_count, sizeof(*alias));
        if (alias)
            *alias = others[i];
    }
}

/* The CVEs of one string each stand for themselves. With one CVE the other
 * names are its aliases; with several, nobody says whose they are. */
static void add_names(struct secdb *db, struct hash_map *fixes, struct view text,
                      struct view version)
{
    struct view names[NAMES_LIMIT];
    size_t count = split_names(text, db->arena, names), cves = 0;

    for (size_t i = 0; i < count; i++)
        cves += cve_name_is(names[i]);
    for (size_t i = 0; i < count; i++) {
        if (cve_name_is(names[i]))
            add_fix(db, fixes, names[i], version, names, cves == 1 ? count : 0);
        else if (cves == 0)
            add_fix(db, fixes, names[i], version, NULL, 0);
    }
}

static int hand_over(struct secdb *db, struct view package, const struct fix *fix)
{
    struct advisory_range range = {.fixed = fix->version};
    struct advisory_affected affected = {
        .ecosystem = db->place.ecosystem,
        .package = package,
        .status = fix->version.len ? ADVISORY_AFFECTED : ADVISORY_NOT_AFFECTED,
        .flags = AFFECTED_BY_SOURCE,
        .ranges = &range,
        .range_count = fix->version.len ? 1 : 0,
    };
    struct advisory advisory = {
        .id = fix->id,
        .source = view_of(importer_alpine_secdb.name),
        .aliases = fix->aliases,
        .alias_count = fix->alias_count,
        .affected = &affected,
        .affected_count = 1,
    };

    return import_advisory(db->sink, &advisory, db->err);
}

static void collect(struct secdb *db, struct json_value secfixes, struct hash_map *fixes)
{
    for (struct json_iter i = json_iter(secfixes); json_next(&i);) {
        struct view version = view_eq(i.key, VIEW("0")) ? VIEW_EMPTY : i.key;

        for (struct json_iter k = json_iter(i.value); json_next(&k);)
            add_names(db, fixes, json_string(k.value), version);
    }
}

static int import_package(struct secdb *db, struct json_value package)
{
    _cleanup_(hash_map_free_p) struct hash_map *fixes = hash_map_new();
    struct view name = json_get_string(package, VIEW("name"));
    struct json_value secfixes = json_get(package, VIEW("secfixes"));
    int r = 0;

    if (!fixes)
        return error_memory(db->err);
    if (!name.len || (json_type(secfixes) != JSON_OBJECT && json_type(secfixes) != JSON_NULL)) {
        db->sink->tally.broken++;
        tally_problem(&db->sink->tally, "a package lacks name or secfixes: %.*s", VIEW_ARG(name));
        return 0;
    }
    import_note(db->sink, name);
    arena_reset(db->arena);
    name = place_package(&db->place, name, db->arena);
    if (!name.len)
        return 0;
    collect(db, secfixes, fixes);
    r = arena_failed(db->arena, "the fixes of a package", db->err);
    for (size_t i = 0; r == 0 && i < hash_map_count(fixes); i++)
        r = hand_over(db, name, hash_map_at(fixes, i, NULL));
    return r;
}

/* "v3.20" and "edge" name a branch of Alpine; without one the address of the
 * packages tells whose list it is. */
static bool find_place(struct json_value document, struct arena *arena, struct place *ret)
{
    struct view branch = json_get_string(document, VIEW("distroversion"));
    struct view prefix = json_get_string(document, VIEW("urlprefix"));

    if (branch.len)
        return place_of_release(VIEW("alpine"), view_strip_prefix(branch, VIEW("v")), arena, ret);
    if (view_find_view(prefix, VIEW("wolfi")) >= 0)
        return place_of_release(VIEW("wolfi"), VIEW_EMPTY, arena, ret);
    if (view_find_view(prefix, VIEW("chainguard")) >= 0 ||
        view_find_view(prefix, VIEW("cgr.dev")) >= 0)
        return place_of_release(VIEW("chainguard"), VIEW_EMPTY, arena, ret);
    return false;
}

static int import_document(struct json_value document, struct import_sink *sink, struct error *err)
{
    _cleanup_arena_ struct arena *names = arena_new(1 << 16);
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct secdb db = {.sink = sink, .arena = arena, .err = err};
    struct json_value packages = json_get(document, VIEW("packages"));
    int r = 0;

    if (!arena || !names)
        return error_memory(err);
    if (json_type(packages) != JSON_ARRAY && json_type(packages) != JSON_NULL)
        return error_set(err, ERROR_INPUT, "Alpine secdb: no array \"packages\"");
    if (!find_place(document, names, &db.place))
        return error_set(err, ERROR_INPUT,
                         "Alpine secdb: neither distroversion nor urlprefix tells the branch");
    for (struct json_iter i = json_iter(packages); r == 0 && json_next(&i);)
        r = import_package(&db, json_get(i.value, VIEW("pkg")));
    return r;
}

static int run(const struct import_input *input, struct import_sink *sink, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct json_value document;
    int r = import_json(input, sink, &parser, &document, err);

    return r < 0 ? r : import_document(document, sink, err);
}

const struct importer importer_alpine_secdb = {
    "alpine-secdb",
    "fix lists of Alpine, Wolfi and Chainguard (JSON, one document a branch)",
    sniff,
    run,
};
