#include "match/match.h"

#include <stdlib.h>

#include "match/finding-maker.h"
#include "match/kernel-code.h"
#include "match/pending.h"
#include "match/source-name.h"
#include "match/tally.h"
#include "match/verdict.h"

enum { SCRATCH_LIMIT = 256 << 20 }; /* bytes of what is said of one package */

struct matching {
    const struct os_info *os;
    const struct match_options *options;
    struct vulndb_reader *reader;
    struct arena *arena;
    struct ecosystem_lookup lookups[ECOSYSTEM_OF_OS_LIMIT];
    const struct ecosystem *ecosystems[ECOSYSTEM_OF_OS_LIMIT];
    size_t lookup_count;
    struct finding_maker maker;
    struct verdicts verdicts;
    struct arena *scratch; /* for one package */
    struct pending_list pending;
    struct hash_map *places; /* name and place -> size_t, how many packages are there */
    struct finding *findings;
    size_t finding_count;
    struct match_tally tally;
};

static int init(struct matching *m, struct error *err)
{
    int r;

    m->lookup_count = ecosystems_of_os(m->os, m->lookups);
    for (size_t i = 0; i < m->lookup_count; i++) {
        m->ecosystems[i] = ecosystem_find(ecosystem_name_view(&m->lookups[i].name));
        if (!m->ecosystems[i])
            return error_set(err, ERROR_INTERNAL, "an ecosystem without a family");
    }
    m->scratch = arena_new(SCRATCH_LIMIT);
    m->places = hash_map_new();
    if (!m->scratch || !m->places)
        return error_memory(err);
    r = finding_maker_init(&m->maker, m->os, m->reader, m->options, m->arena, err);
    return r < 0 ? r : pending_init(&m->pending, m->arena, err);
}

static void done(struct matching *m)
{
    finding_maker_done(&m->maker);
    pending_done(&m->pending);
    hash_map_free(m->places);
    arena_free(m->scratch);
}

/* ---- One package ---- */

static int take_statements(struct matching *m, const struct subject *subject, struct view ecosystem,
                           struct view name, struct error *err)
{
    char room[ECOSYSTEM_PACKAGE_LIMIT];
    struct vulndb_statements statements;
    struct vulndb_statement statement;
    int r;

    if (!ecosystem_package_name(subject->ecosystem, name, room, &name))
        return 0;
    r = vulndb_lookup(m->reader, ecosystem, name, &statements, err);
    if (r <= 0)
        return r;
    while ((r = vulndb_next_statement(&statements, &statement, err)) > 0) {
        r = verdicts_take(&m->verdicts, subject, statement, err);
        if (r < 0)
            break;
    }
    return r;
}

/* By the source package's name and by the package's own: statements say which
 * of the two they mean. */
static int look_up(struct matching *m, const struct package *package, struct source source,
                   size_t at, struct error *err)
{
    struct view ecosystem = ecosystem_name_view(&m->lookups[at].name);
    struct subject subject = {
        .package = package,
        .ecosystem = m->ecosystems[at],
        .role = m->lookups[at].role,
        .subscribed = m->os->ubuntu_pro,
        .as_source = true,
        .version = source.version,
    };
    int r = take_statements(m, &subject, ecosystem, source.name, err);

    subject.as_source = false;
    subject.version = package->version;
    return r < 0 ? r : take_statements(m, &subject, ecosystem, package->name, err);
}

static int look_up_pending(struct matching *m, const struct package *package, struct source source,
                           size_t at, struct error *err)
{
    struct vulndb_statements statements;
    int r = vulndb_lookup(m->reader, ecosystem_name_view(&m->lookups[at].name), source.name,
                          &statements, err);

    return r <= 0 ? r
                  : pending_take(&m->pending, package, source, m->ecosystems[at], statements, err);
}

static int add_finding(struct matching *m, const struct verdict *verdict, struct source source,
                       struct error *err)
{
    struct finding *slot = arena_push(m->arena, &m->findings, &m->finding_count, sizeof(*slot));
    int r;

    if (!slot)
        return arena_failed(m->arena, "the scan", err);
    m->tally.for_subscribers += verdict->for_subscribers;
    r = finding_make(&m->maker, verdict, slot, err);
    if (r < 0 || verdict->fixed.len == 0)
        return r;
    return pending_name_fix(&m->pending, source.name, slot->fixed_version, m->ecosystems[0]->scheme,
                            err);
}

static int judge(struct matching *m, struct source source, bool codeless, struct error *err)
{
    const struct verdict *verdicts;
    size_t count;
    int r = verdicts_judge(&m->verdicts, &verdicts, &count, err);

    if (r < 0)
        return r;
    if (codeless) {
        m->tally.kernel += count;
        return 0;
    }
    for (size_t i = 0; r == 0 && i < count; i++)
        r = add_finding(m, &verdicts[i], source, err);
    return r;
}

/* What sets a package apart from others, but for its version. */
static struct view place_key(const struct package *package, struct arena *arena)
{
    return arena_printf(arena, "%.*s\n%.*s\n%.*s", VIEW_ARG(package->name), VIEW_ARG(package->arch),
                        VIEW_ARG(package->db_path));
}

static bool has_twin(const struct matching *m, const struct package *package)
{
    const size_t *count = hash_map_get(m->places, place_key(package, m->scratch));

    return count && *count > 1;
}

static int match_package(struct matching *m, const struct package *package, struct error *err)
{
    char room[SOURCE_NAME_LIMIT];
    struct source source = source_of(package, room);
    bool codeless = !m->options->kernel_everywhere && kernel_code_is_absent(package, source.name);
    int r = 0;

    verdicts_clear(&m->verdicts, m->scratch);
    finding_maker_turn_to(&m->maker, package, has_twin(m, package));
    for (size_t i = 0; r == 0 && i < m->lookup_count; i++) {
        if (m->lookups[i].role != ECOSYSTEM_PENDING)
            r = look_up(m, package, source, i, err);
        else if (!codeless)
            r = look_up_pending(m, package, source, i, err);
    }
    return r < 0 ? r : judge(m, source, codeless, err);
}

/* ---- All packages ---- */

static int count_places(struct matching *m, const struct package *packages, size_t count,
                        struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        size_t **slot = (size_t **)hash_map_slot(m->places, place_key(&packages[i], m->arena));

        if (slot && !*slot)
            *slot = arena_alloc(m->arena, sizeof(**slot));
        if (!slot || !*slot)
            return error_memory(err);
        ++**slot;
    }
    return arena_failed(m->arena, "the scan", err);
}

static int match_all(struct matching *m, const struct package *packages, size_t count,
                     struct error *err)
{
    int r = count_places(m, packages, count, err);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (packages[i].version.len == 0)
            m->tally.versionless++;
        else if (m->options->is_foreign && m->options->is_foreign(&packages[i], m->os))
            m->tally.foreign++;
        else
            r = match_package(m, &packages[i], err);
    }
    return r;
}

static int add_pending(struct matching *m, struct error *err)
{
    const struct pending *pending;
    size_t at = 0;
    int r = 0;

    while (r == 0 && (pending = pending_next(&m->pending, &at))) {
        struct finding *slot = arena_push(m->arena, &m->findings, &m->finding_count, sizeof(*slot));

        if (!slot)
            return arena_failed(m->arena, "the scan", err);
        finding_maker_turn_to(&m->maker, pending->package, false);
        r = finding_make_pending(&m->maker, pending->family, pending->source, pending->version,
                                 slot, err);
    }
    return r;
}

static int compare_packages(const struct finding *x, const struct finding *y)
{
    int order = view_cmp(x->package->name, y->package->name);

    if (order == 0)
        order = view_cmp(x->package->arch, y->package->arch);
    if (order == 0)
        order = view_cmp(x->package->version, y->package->version);
    return order ? order : view_cmp(x->location.path, y->location.path);
}

static int by_package_then_worst(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int order = x->package == y->package ? 0 : compare_packages(x, y);

    if (order == 0)
        order = (x->severity < y->severity) - (x->severity > y->severity);
    return order ? order : view_cmp(x->id, y->id);
}

static int run(struct matching *m, const struct package *packages, size_t count, struct error *err)
{
    int r = init(m, err);

    if (r == 0)
        r = match_all(m, packages, count, err);
    if (r == 0)
        r = add_pending(m, err);
    if (r == 0 && m->finding_count)
        qsort(m->findings, m->finding_count, sizeof(*m->findings), by_package_then_worst);
    return r;
}

int match_packages(const struct os_info *os, const struct package *packages, size_t count,
                   struct vulndb_reader *reader, const struct match_options *options,
                   struct arena *arena, struct match_result *ret, struct error *err)
{
    struct matching m = {.os = os, .options = options, .reader = reader, .arena = arena};
    struct match_result result;
    int r = run(&m, packages, count, err);

    done(&m);
    if (r < 0)
        return r;
    result.findings = m.findings;
    result.finding_count = m.finding_count;
    result.diagnostics = match_tally_tell(&m.tally, arena, &result.diagnostic_count);
    r = arena_failed(arena, "the scan", err);
    if (r == 0)
        *ret = result;
    return r;
}
