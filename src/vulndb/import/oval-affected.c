#include "vulndb/import/oval-affected.h"

#include <stdlib.h>

#include "base/hash.h"

enum {
    PLACES_LIMIT = 16,  /* releases that one package test is for */
    ARCHES_LIMIT = 512, /* bytes of a list of architectures */
};

/* What holds for a part of the tree. */
struct context {
    struct place places[PLACES_LIMIT];
    size_t count;
    struct view module;
};

/* The affected package while its tests are gathered. */
struct entry {
    struct advisory_affected affected;
    struct advisory_range *ranges;
    struct view *versions;
};

struct converter {
    const struct oval_definition *definition;
    struct oval_places *places;
    struct arena *arena;
    struct import_tally *tally;
    struct hash_map *entries; /* "ecosystem\nmodule\npackage" -> struct entry */
    enum severity severity;
    size_t unread; /* package tests that say nothing a range can */
};

/* ---- Products ---- */

static void add_place(struct context *context, const struct place *place)
{
    for (size_t i = 0; i < context->count; i++)
        if (view_eq(context->places[i].ecosystem, place->ecosystem))
            return;
    if (context->count < PLACES_LIMIT)
        context->places[context->count++] = *place;
}

static bool is_release_package(struct view name)
{
    return view_ends(name, VIEW("-release"));
}

/* "redhat-release" with the version pattern "^8[^\d]". */
static bool release_in_test(const struct oval_test *test, struct oval_release *ret)
{
    static const struct {
        struct view package, id;
    } packages[] = {
        {VIEW("redhat-release"), VIEW("rhel")},
        {VIEW("rocky-release"), VIEW("rocky")},
        {VIEW("oraclelinux-release"), VIEW("ol")},
        {VIEW("almalinux-release"), VIEW("almalinux")},
        {VIEW("centos-release"), VIEW("centos")},
        {VIEW("photon-release"), VIEW("photon")},
        {VIEW("openSUSE-release"), VIEW("opensuse-leap")},
    };
    struct view version = VIEW_EMPTY;

    if (!test->object || test->kind != OVAL_RPM)
        return false;
    for (size_t i = 0; i < test->state_count; i++)
        if (test->states[i] && test->states[i]->version.len)
            version = view_strip_prefix(test->states[i]->version, VIEW("^"));
    for (size_t end = 0; end <= version.len; end++)
        if (end == version.len || version.ptr[end] < '0' || version.ptr[end] > '9') {
            version = view_sub(version, 0, end);
            break;
        }
    for (size_t i = 0; i < sizeof(packages) / sizeof(packages[0]); i++) {
        if (!view_eq(test->object->name, packages[i].package))
            continue;
        *ret = (struct oval_release){packages[i].id, version};
        return true;
    }
    return false;
}

/* A package test names a package by a version bound, or just as installed. */
static bool is_package_test(const struct oval_test *test)
{
    bool other = false;

    if (!test || !test->object || test->none_satisfy ||
        (test->kind != OVAL_RPM && test->kind != OVAL_DPKG) ||
        is_release_package(test->object->name))
        return false;
    for (size_t i = 0; i < test->state_count; i++) {
        if (test->states[i] && test->states[i]->evr.len)
            return true;
        other = other ||
                (test->states[i] && (test->states[i]->signature || test->states[i]->version.len));
    }
    return !other;
}

static void read_leaf(struct converter *converter, const struct oval_node *node,
                      struct context *context)
{
    struct oval_release release;
    struct view comment = node->comment;
    const struct place *place = NULL;

    if (!comment.len && node->test)
        comment = node->test->comment;
    if (!comment.len && node->extended)
        comment = node->extended->title;
    if (!context->module.len)
        context->module = oval_module_in_text(comment);
    if (oval_release_in_text(comment, &release) ||
        (node->test && release_in_test(node->test, &release)))
        place = oval_places_find(converter->places, &release);
    if (place)
        add_place(context, place);
}

static bool has_packages(const struct oval_node *node)
{
    if (node->type == OVAL_CRITERION)
        return is_package_test(node->test);
    for (const struct oval_node *child = node->first; child; child = child->next)
        if (has_packages(child))
            return true;
    return false;
}

/* Products and modules among the children, and in groups that hold nothing else. */
static void read_products(struct converter *converter, const struct oval_node *node,
                          struct context *context)
{
    for (const struct oval_node *child = node->first; child; child = child->next) {
        if (child->negate || has_packages(child))
            continue;
        if (child->type == OVAL_CRITERION || child->type == OVAL_EXTEND)
            read_leaf(converter, child, context);
        else
            read_products(converter, child, context);
    }
}

/* ---- Packages ---- */

static struct entry *find_entry(struct converter *converter, const struct place *place,
                                struct view module, struct view package)
{
    struct view key = arena_printf(converter->arena, "%.*s\n%.*s\n%.*s", VIEW_ARG(place->ecosystem),
                                   VIEW_ARG(module), VIEW_ARG(package));
    struct entry *entry = hash_map_get(converter->entries, key);

    if (entry || !key.len)
        return entry;
    entry = arena_alloc(converter->arena, sizeof(*entry));
    if (!entry || !hash_map_put(converter->entries, key, entry))
        return NULL;
    entry->affected.ecosystem = place->ecosystem;
    entry->affected.package = package;
    entry->affected.module = module;
    return entry;
}

static struct view strip_zero_epoch(struct view evr)
{
    return view_strip_prefix(evr, VIEW("0:"));
}

static bool is_zero(struct view evr)
{
    return view_eq(evr, VIEW("0:0")) || view_eq(evr, VIEW("0:0-0")) || view_eq(evr, VIEW("0"));
}

static void add_range(struct converter *converter, struct entry *entry, struct advisory_range range)
{
    struct advisory_range *added;

    for (size_t i = 0; i < entry->affected.range_count; i++)
        if (view_eq(entry->ranges[i].fixed, range.fixed) &&
            view_eq(entry->ranges[i].last_affected, range.last_affected))
            return;
    added =
        arena_push(converter->arena, &entry->ranges, &entry->affected.range_count, sizeof(*added));
    if (added)
        *added = range;
}

static void add_version(struct converter *converter, struct entry *entry, struct view version)
{
    struct view *added = arena_push(converter->arena, &entry->versions,
                                    &entry->affected.version_count, sizeof(*added));

    if (added)
        *added = version;
}

/* The bound as a range. "Earlier than 0" is Debian's way to say not affected;
 * "greater than 0" SUSE's to say affected in every version. */
static void add_bound(struct converter *converter, struct entry *entry,
                      const struct oval_state *state)
{
    struct view evr = strip_zero_epoch(state->evr);

    switch (state->evr_operation) {
    case OVAL_LESS:
        if (is_zero(state->evr))
            entry->affected.status = ADVISORY_NOT_AFFECTED;
        else
            add_range(converter, entry, (struct advisory_range){.fixed = evr});
        return;
    case OVAL_LESS_OR_EQUAL:
        add_range(converter, entry, (struct advisory_range){.last_affected = evr});
        return;
    case OVAL_EQUALS:
        add_version(converter, entry, evr);
        return;
    case OVAL_GREATER:
    case OVAL_GREATER_OR_EQUAL:
        if (is_zero(state->evr)) {
            add_range(converter, entry, (struct advisory_range){0});
            return;
        }
        break;
    default:
        break;
    }
    converter->unread++;
}

/* "aarch64|i686|src|x86_64" as a blank-separated list without sources; empty,
 * for all, when the pattern is more than that. */
static struct view read_arches(struct view pattern, struct arena *arena)
{
    _cleanup_(buf_done) struct buf list = BUF_INIT(ARCHES_LIMIT);

    pattern = view_strip_suffix(view_strip_prefix(pattern, VIEW("^")), VIEW("$"));
    pattern = view_strip_suffix(view_strip_prefix(pattern, VIEW("(")), VIEW(")"));
    while (pattern.ptr) {
        struct view arch = view_cut(&pattern, '|');

        for (size_t i = 0; i < arch.len; i++)
            if (!((arch.ptr[i] >= 'a' && arch.ptr[i] <= 'z') || arch.ptr[i] == '_' ||
                  (arch.ptr[i] >= '0' && arch.ptr[i] <= '9')))
                return VIEW_EMPTY;
        if (!arch.len || view_eq(arch, VIEW("src")) || view_eq(arch, VIEW("nosrc")))
            continue;
        if (list.len)
            buf_add_char(&list, ' ');
        buf_add(&list, arch);
    }
    return list.failed ? VIEW_EMPTY : arena_copy(arena, buf_view(&list));
}

/* Red Hat's word for what is not fixed; a component may be "nodejs:18/nodejs". */
static void read_resolution(const struct oval_definition *definition, struct entry *entry)
{
    static const struct {
        struct view word;
        enum advisory_status status;
    } states[] = {
        {VIEW("Affected"), ADVISORY_AFFECTED},
        {VIEW("Fix deferred"), ADVISORY_AFFECTED},
        {VIEW("New"), ADVISORY_INVESTIGATING},
        {VIEW("Under investigation"), ADVISORY_INVESTIGATING},
        {VIEW("Will not fix"), ADVISORY_WILL_NOT_FIX},
        {VIEW("Out of support scope"), ADVISORY_END_OF_LIFE},
        {VIEW("Not affected"), ADVISORY_NOT_AFFECTED},
    };

    for (const struct oval_resolution *r = definition->resolutions; r; r = r->next) {
        bool named = r->component_count == 0;

        for (size_t i = 0; i < r->component_count && !named; i++) {
            ptrdiff_t slash = view_rfind(r->components[i], '/');

            named = view_eq(view_sub(r->components[i], (size_t)(slash + 1), SIZE_MAX),
                            entry->affected.package);
        }
        for (size_t i = 0; named && i < sizeof(states) / sizeof(states[0]); i++)
            if (view_eq_nocase(r->state, states[i].word))
                entry->affected.status = states[i].status;
    }
}

/* Whose package names are source packages in their OVAL. */
static bool names_sources(const struct place *place)
{
    static const struct view families[] = {VIEW("debian"), VIEW("azurelinux")};

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (view_eq(place->family->name, families[i]))
            return true;
    return false;
}

static void add_package(struct converter *converter, const struct place *place,
                        const struct context *context, const struct oval_test *test,
                        struct view name)
{
    struct view package = place_package(place, name, converter->arena);
    struct entry *entry =
        package.len ? find_entry(converter, place, context->module, package) : NULL;
    bool bounded = false;

    if (!entry)
        return;
    entry->affected.flags = names_sources(place) ? AFFECTED_BY_SOURCE : 0;
    entry->affected.severity = place->family->vendor.len ? converter->severity : SEVERITY_UNKNOWN;
    if (entry->affected.severity != SEVERITY_UNKNOWN)
        entry->affected.severity_source = place->family->vendor;
    for (size_t i = 0; i < test->state_count; i++) {
        const struct oval_state *state = test->states[i];

        if (!state || !state->evr.len)
            continue;
        bounded = true;
        add_bound(converter, entry, state);
        entry->affected.arch = read_arches(state->arch, converter->arena);
    }
    if (bounded)
        return;
    add_range(converter, entry, (struct advisory_range){0});
    read_resolution(converter->definition, entry);
}

static struct view find_evr(const struct oval_test *test)
{
    for (size_t i = 0; i < test->state_count; i++)
        if (test->states[i] && test->states[i]->evr.len)
            return test->states[i]->evr;
    return VIEW_EMPTY;
}

/* Where no criterion names a release. A platform may name a distribution and
 * leave the release to the version's tag ("Azure Linux", ".azl3"). */
static void guess_places(struct converter *converter, const struct oval_test *test,
                         struct context *context)
{
    struct oval_release release = {0}, tagged = {0};
    bool known = oval_release_in_text(converter->definition->platform, &release) ||
                 oval_release_in_cpe(converter->definition->from, &release);
    const struct place *place;

    if (!release.version.len && oval_release_in_evr(find_evr(test), &tagged)) {
        if (known)
            tagged.id = release.id;
        release = tagged;
    }
    place = release.id.len ? oval_places_find(converter->places, &release) : NULL;
    if (place)
        add_place(context, place);
    else
        tally_unknown(converter->tally, converter->definition->platform, 1);
}

/* Ubuntu's fixes for subscribers carry "esm" in their version. */
static const struct place *subscriber_place(struct converter *converter, const struct place *place,
                                            const struct oval_test *test, struct place *pro)
{
    struct view release = place->ecosystem, evr = find_evr(test);

    if (!view_eq(place->family->name, VIEW("ubuntu")) ||
        (view_find_view(evr, VIEW("+esm")) < 0 && view_find_view(evr, VIEW("~esm")) < 0))
        return place;
    view_cut(&release, ':');
    return place_of_osv(arena_printf(converter->arena, "Ubuntu:Pro:%.*s:LTS", VIEW_ARG(release)),
                        converter->arena, pro)
               ? pro
               : place;
}

static void read_package(struct converter *converter, const struct oval_test *test,
                         struct context context)
{
    const struct oval_object *object = test->object;

    if (!context.count)
        guess_places(converter, test, &context);
    if (object->name_operation != OVAL_EQUALS && object->name.len)
        converter->unread++; /* a pattern of names */
    for (size_t i = 0; i < context.count; i++) {
        struct place pro;
        const struct place *place = subscriber_place(converter, &context.places[i], test, &pro);

        if (object->name.len && object->name_operation == OVAL_EQUALS)
            add_package(converter, place, &context, test, object->name);
        for (size_t k = 0; object->names && k < object->names->count; k++)
            add_package(converter, place, &context, test, object->names->values[k]);
    }
}

static void walk(struct converter *converter, const struct oval_node *node, struct context context)
{
    struct context inner = {.module = context.module};

    if (node->negate)
        return;
    if (node->type == OVAL_CRITERION) {
        if (is_package_test(node->test))
            read_package(converter, node->test, context);
        return;
    }
    read_products(converter, node, &inner);
    /* the nearest group that names products has the say */
    if (!inner.count) {
        memcpy(inner.places, context.places, sizeof(inner.places));
        inner.count = context.count;
    }
    for (const struct oval_node *child = node->first; child; child = child->next)
        walk(converter, child, inner);
}

static void collect(struct converter *converter, struct advisory *to)
{
    size_t count = hash_map_count(converter->entries);
    struct advisory_affected *list = arena_array(converter->arena, count, sizeof(*list));

    for (size_t i = 0; list && i < count; i++) {
        struct entry *entry = hash_map_at(converter->entries, i, NULL);

        entry->affected.ranges = entry->ranges;
        entry->affected.versions = entry->versions;
        if (entry->affected.status == ADVISORY_NOT_AFFECTED)
            entry->affected.range_count = entry->affected.version_count = 0;
        else if (!entry->affected.range_count && !entry->affected.version_count)
            continue;
        list[to->affected_count++] = entry->affected;
    }
    to->affected = list;
}

int oval_read_affected(const struct oval_definition *definition, struct oval_places *places,
                       struct arena *arena, struct import_tally *tally, struct advisory *to,
                       struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *entries = hash_map_new();
    struct converter converter = {.definition = definition,
                                  .places = places,
                                  .arena = arena,
                                  .tally = tally,
                                  .entries = entries,
                                  .severity = to->severity};

    if (!entries)
        return error_memory(err);
    if (definition->criteria)
        walk(&converter, definition->criteria, (struct context){0});
    collect(&converter, to);
    if (converter.unread)
        tally_problem(tally, "%.*s: %zu package tests say more than a version range can",
                      VIEW_ARG(definition->id), converter.unread);
    return arena_failed(arena, "an OVAL definition", err);
}
