#include "scan/image-check.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/text.h"
#include "config/checks.h"
#include "inventory/eol.h"
#include "scan/image-check-op.h"
#include "scan/malware-section.h"
#include "scan/rule-finding.h"

/* Malware of one layer. */
struct hit {
    struct malware_record record;
    size_t layer;
    size_t gone_in; /* from 1; 0: it lives */
};

struct check {
    struct session *s;
    const struct image_manifest *manifest;
    const struct layer_outcome *outcomes;
    size_t layer_count;
    const struct rule_program *program; /* NULL: no checks were asked for */
    struct hit *hits;
    size_t hit_count;
};

/* ---- The request ---- */

static struct view *watched_paths(struct check *check)
{
    struct view *paths = arena_array(check->s->arena, check->hit_count + 1, sizeof(*paths));

    for (size_t i = 0; paths && i < check->hit_count; i++)
        paths[i] = check->hits[i].record.match.path;
    return paths;
}

static struct image_subject_os describe_os(const struct os_info *os)
{
    struct os_lifetime lifetime = {0};
    enum os_support support = os_end_of_life(os, clock_unix_seconds(), &lifetime);

    return (struct image_subject_os){.id = os->id,
                                     .version = os->version_id,
                                     .name = os->pretty_name,
                                     .eol = support == OS_SUPPORT_ENDED,
                                     .eol_date = lifetime.end};
}

static struct image_check_layer *describe_layers(struct check *check)
{
    struct image_check_layer *layers =
        arena_array(check->s->arena, check->layer_count + 1, sizeof(*layers));

    for (size_t i = 0; layers && i < check->layer_count; i++)
        layers[i] = (struct image_check_layer){check->manifest->layers[i].created_by,
                                               check->outcomes[i].sections[LAYER_SECTION_CENSUS],
                                               check->manifest->layers[i].size};
    return layers;
}

static struct image_subject_package *describe_packages(struct check *check)
{
    const struct inventory *inventory = &check->s->inventory;
    struct image_subject_package *packages =
        arena_array(check->s->arena, inventory->package_count + 1, sizeof(*packages));

    for (size_t i = 0; packages && i < inventory->package_count; i++)
        packages[i] = (struct image_subject_package){
            inventory->packages[i].name, inventory->packages[i].version,
            view_of(package_type_name(inventory->packages[i].type))};
    return packages;
}

/* A name by which a registry or an engine was asked; that of a file is none. */
static struct view name_of(const struct check *check)
{
    struct view source = check->s->report.artifact.source;

    return view_eq(source, VIEW("registry")) || view_eq(source, VIEW("docker")) ||
                   view_eq(source, VIEW("podman")) || view_eq(source, VIEW("containerd"))
               ? check->s->report.artifact.name
               : VIEW_EMPTY;
}

static int make_input(struct check *check, int *ret_fd, struct error *err)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(IMAGE_CHECK_INPUT_LIMIT);
    _cleanup_close_ int fd = memfd_create("image", MFD_CLOEXEC);
    struct image_check_input input = {
        .judge = check->program,
        .name = name_of(check),
        .config_json = check->manifest->config_json,
        .now = clock_unix_seconds(),
        .os = describe_os(&check->s->inventory.os),
        .layers = describe_layers(check),
        .layer_count = check->layer_count,
        .packages = describe_packages(check),
        .package_count = check->s->inventory.package_count,
        .watched = watched_paths(check),
        .watched_count = check->hit_count,
    };
    int r = arena_failed(check->s->arena, "the image", err);

    if (r < 0)
        return r;
    if (fd < 0)
        return error_errno(err, "cannot make a memory file");
    image_check_input_add(&bytes, &input);
    r = buf_failed(&bytes, "what is known of the image", err);
    if (r == 0)
        r = fd_write_all(fd, buf_view(&bytes), err);
    if (r == 0)
        *ret_fd = take_fd(&fd);
    return r;
}

/* ---- The answer ---- */

static struct view fingerprint(struct session *s, const struct finding *f, struct view more)
{
    struct view text =
        arena_printf(s->arena, "image\n%.*s\n%.*s\n%.*s\n%.*s", VIEW_ARG(f->id),
                     VIEW_ARG(f->location.path), VIEW_ARG(f->resource), VIEW_ARG(more));

    return finding_fingerprint(hash_stable(text), hash_stable(view_sub(text, 1, text.len)),
                               s->arena);
}

/* Control characters of names from outside must not drive a terminal. */
static struct view printable(struct session *s, struct view text)
{
    char *copy = arena_cstr(s->arena, text);

    if (!copy)
        return VIEW_EMPTY;
    error_make_printable(copy);
    return view_of(copy);
}

/* `layer` from 1; 0: none. */
static struct finding_location place_of(struct check *check, struct view path, size_t layer,
                                        uint32_t line)
{
    struct finding_location location = {.path = printable(check->s, path), .line = line};

    if (layer && layer <= check->layer_count && check->s->report.artifact.layers) {
        location.layer_index = layer - 1;
        location.layer = check->s->report.artifact.layers[layer - 1].diff_id;
    }
    return location;
}

static int add_finding(struct check *check, const struct image_check_record *record,
                       struct error *err)
{
    struct session *s = check->s;
    struct finding *f;
    char line[24];

    if (!check->program || record->rule >= rule_program_rule_count(check->program))
        return error_set(err, ERROR_INTERNAL, "a worker named a check that does not exist");
    f = arena_push(s->arena, &s->extra, &s->extra_count, sizeof(*f));
    if (!f)
        return error_memory(err);
    rule_finding_describe(f, rule_program_rule(check->program, record->rule));
    f->message = printable(s, record->message);
    f->resource = printable(s, record->resource);
    f->location = place_of(check, record->path, record->layer, record->line);
    snprintf(line, sizeof(line), "%u", record->line);
    f->fingerprint = fingerprint(s, f, view_of(line));
    return 0;
}

static void take_fate(struct check *check, const struct image_check_record *record)
{
    for (size_t i = 0; i < check->hit_count; i++)
        if (check->hits[i].layer + 1 == record->layer &&
            view_eq(check->hits[i].record.match.path, record->path))
            check->hits[i].gone_in = record->gone_in;
}

static int take_reply(struct check *check, struct view reply, struct error *err)
{
    struct cursor c = cursor_of(reply);
    struct image_check_record record;
    int r = 0;

    while (r == 0 && image_check_record_next(&c, &record)) {
        if (record.kind == IMAGE_CHECK_FINDING)
            r = add_finding(check, &record, err);
        else if (record.kind == IMAGE_CHECK_FATE)
            take_fate(check, &record);
        else {
            struct diagnostic *d = session_tell(check->s, DIAGNOSTIC_WARNING, "files-left-out");

            if (d)
                d->message = printable(check->s, record.message);
        }
    }
    if (r == 0 && !cursor_at_end(&c))
        r = error_set(err, ERROR_INTERNAL, "a worker's answer is malformed");
    return r;
}

/* ---- Malware ---- */

static void tell_left_out(struct check *check, const struct malware_record *record, size_t layer)
{
    struct diagnostic *d = session_tell(check->s, DIAGNOSTIC_NOTE, "malware-left-out");

    if (!d)
        return;
    d->message = printable(check->s, record->reason);
    d->path = printable(check->s, record->match.path);
    d->layer = place_of(check, VIEW_EMPTY, layer + 1, 0).layer;
}

static void collect_hits(struct check *check, size_t rule_count)
{
    for (size_t i = 0; i < check->layer_count; i++) {
        struct view section = check->outcomes[i].sections[LAYER_SECTION_MALWARE];
        struct malware_record record;
        struct cursor c;

        if (!section.ptr || !malware_section_open(section, &c))
            continue;
        while (malware_section_next(&c, rule_count, &record)) {
            struct hit *hit;

            if (record.kind == MALWARE_RECORD_LEFT_OUT) {
                tell_left_out(check, &record, i);
                continue;
            }
            hit = arena_push(check->s->arena, &check->hits, &check->hit_count, sizeof(*hit));
            if (hit)
                *hit = (struct hit){record, i, 0};
        }
    }
}

static struct view malware_message(struct check *check, const struct hit *hit)
{
    const struct malware_match *match = &hit->record.match;
    struct arena *arena = check->s->arena;
    struct view what =
        match->name.len ? arena_printf(arena, tr("the list calls it %.*s"), VIEW_ARG(match->name))
        : match->context.len
            ? arena_printf(arena, tr("\"%.*s\" at byte %llu"), VIEW_ARG(match->context),
                           (unsigned long long)match->offset)
            : view_of(tr("the whole file matches"));

    if (hit->gone_in)
        what =
            arena_printf(arena, tr("%.*s; layer %zu hides the file, but it is still in the image"),
                         VIEW_ARG(what), hit->gone_in);
    return printable(check->s, what);
}

static int add_malware(struct check *check, const struct hit *hit, struct error *err)
{
    const struct malware_rules *rules = check->s->options->rules->malware;
    const struct malware_rule *rule = malware_rules_get(rules, hit->record.match.rule);
    enum text_language language = text_language();
    struct session *s = check->s;
    struct finding *f = arena_push(s->arena, &s->extra, &s->extra_count, sizeof(*f));
    char layer[24];

    if (!f)
        return error_memory(err);
    *f = (struct finding){
        .kind = view_of(finding_kind_name(FINDING_MALWARE)),
        .id = rule->id,
        .severity = rule->severity,
        .severity_source = rule->origin.len ? VIEW("rule") : VIEW("plimsoll"),
        .title = rule->title[language],
        .description = rule->description[language],
        .remediation = rule->remediation[language],
        .tags = rule->tags,
        .tag_count = rule->tag_count,
        .references = &rule->reference,
        .reference_count = rule->reference.len > 0,
        .message = malware_message(check, hit),
        .location = place_of(check, hit->record.match.path, hit->layer + 1, 0),
    };
    snprintf(layer, sizeof(layer), "%zu", hit->layer);
    f->fingerprint = fingerprint(s, f, f->location.layer.len ? f->location.layer : view_of(layer));
    return 0;
}

/* ---- */

static int ask_worker(struct check *check, struct error *err)
{
    _cleanup_(buf_done) struct buf reply = BUF_INIT(IMAGE_CHECK_REPLY_LIMIT + 1);
    _cleanup_close_ int fd = -1;
    int r = make_input(check, &fd, err);

    if (r == 0)
        r = sandbox_call(check->s->sandbox, image_check_op.name, VIEW_EMPTY, &fd, 1,
                         check->s->options->layer_seconds, &reply, err);
    return r < 0 ? r : take_reply(check, arena_copy(check->s->arena, buf_view(&reply)), err);
}

static const struct rule_program *program_of(const struct session *s)
{
    size_t kind = 0;

    if (!(s->options->scanners & SCAN_CONFIG) || !s->options->rules || !s->options->rules->checks)
        return NULL;
    while (config_kinds[kind] != &config_image)
        kind++;
    return checks_program(s->options->rules->checks, kind);
}

int image_check(struct session *s, const struct image *image, const struct layer_outcome *outcomes,
                size_t count, struct error *err)
{
    struct check check = {s, image_manifest(image), outcomes, count, program_of(s), NULL, 0};
    struct error why = ERROR_INIT;
    int r = 0;

    if (s->options->scanners & SCAN_MALWARE && s->options->rules && s->options->rules->malware)
        collect_hits(&check, malware_rules_count(s->options->rules->malware));
    if (!check.program && !check.hit_count)
        return arena_failed(s->arena, "the scan", err);
    if (ask_worker(&check, &why) < 0) {
        error_wrap(&why, "checks of the image");
        session_tell_error(s, DIAGNOSTIC_ERROR, "image-unchecked", &why, VIEW_EMPTY, VIEW_EMPTY);
    }
    if (check.program)
        s->report.checks_run += rule_program_rule_count(check.program);
    for (size_t i = 0; r == 0 && i < check.hit_count; i++)
        r = add_malware(&check, &check.hits[i], err);
    session_end_span(s, "checks");
    return r < 0 ? r : arena_failed(s->arena, "the scan", err);
}
