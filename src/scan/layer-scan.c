#include "scan/layer-scan.h"

#include <pthread.h>
#include <stdlib.h>

#include "scan/deadly-files.h"
#include "scan/layer-worker.h"

struct state {
    struct layer_outcome outcome;
    bool read_again; /* in the next round */
};

/* What one worker said; provisional until the source vouches for the bytes. */
struct pending {
    struct pending *next; /* all of a round, freed together */
    struct layer_result result;
};

struct layer_scan {
    struct image *image;
    struct layer_scan_options options;
    bool once;            /* a stream: its manifest comes with its layers, and never again */
    pthread_mutex_t lock; /* of everything below, while layers stream */
    struct state *states;
    struct layer_outcome *outcomes;
    size_t count;
    struct pending *results;
    /* Of the round that runs: all its layers are read with the same ones. */
    unsigned sections;
    struct layer_rule *rules;
    size_t rule_count;
    struct deadly_files skips;
};

int layer_scan_new(struct image *image, const struct layer_scan_options *options,
                   struct layer_scan **ret, struct error *err)
{
    struct layer_scan *scan = calloc(1, sizeof(*scan));

    if (!scan)
        return error_memory(err);
    scan->image = image;
    scan->options = *options;
    scan->once = !image_manifest(image);
    pthread_mutex_init(&scan->lock, NULL);
    *ret = scan;
    return 0;
}

static void free_results(struct layer_scan *scan)
{
    while (scan->results) {
        struct pending *next = scan->results->next;

        layer_result_done(&scan->results->result);
        free(scan->results);
        scan->results = next;
    }
}

bool layer_scan_can_read_again(const struct layer_scan *scan)
{
    return !scan->once;
}

void layer_scan_free(struct layer_scan *scan)
{
    if (!scan)
        return;
    free_results(scan);
    pthread_mutex_destroy(&scan->lock);
    free(scan);
}

/* The manifest of a stream is known only once its layers have passed. */
static bool have_states(struct layer_scan *scan)
{
    const struct image_manifest *manifest = image_manifest(scan->image);

    if (scan->states || !manifest)
        return scan->states;
    scan->states = arena_array(scan->options.arena, manifest->layer_count, sizeof(*scan->states));
    scan->count = scan->states ? manifest->layer_count : 0;
    return scan->states;
}

/* Under the lock: a round's rules and skips are complete when it starts, but
 * the next round's skips are being collected. */
static struct sandbox_job *start_worker(struct layer_scan *scan, const struct layer_bytes *bytes,
                                        struct layer_result *result)
{
    struct layer_request request = {
        .form = LAYER_OF_IMAGE,
        .offset = bytes->offset,
        .length = bytes->length,
        .limit = scan->options.layer_limit,
        .sections = scan->sections,
        .rules = scan->rules,
        .rule_count = scan->rule_count,
        .skipped = scan->skips.paths,
        .skipped_count = scan->skips.active,
    };

    return layer_worker_start(scan->options.sandbox, &request, bytes->fd,
                              scan->options.layer_seconds, result);
}

static void *consume(void *ctx, const struct layer_bytes *bytes)
{
    struct layer_scan *scan = ctx;
    struct pending *pending = calloc(1, sizeof(*pending));
    struct sandbox_job *job;

    if (!pending)
        return NULL;
    layer_result_init(&pending->result);
    pthread_mutex_lock(&scan->lock);
    pending->next = scan->results;
    scan->results = pending;
    job = start_worker(scan, bytes, &pending->result);
    pthread_mutex_unlock(&scan->lock);
    layer_worker_finish(job, &pending->result);
    return pending;
}

static bool decode_facts(struct layer_scan *scan, struct layer_outcome *outcome, struct error *err)
{
    return layer_decode(outcome->sections[LAYER_SECTION_FACTS], scan->options.arena,
                        &outcome->facts, err) == 0;
}

/* Keeps what a worker read; the arena's copy outlives the result. Sections of
 * earlier rounds stay. */
static void keep_sections(struct layer_scan *scan, struct layer_outcome *outcome,
                          const struct layer_result *result)
{
    struct error err = ERROR_INIT;

    for (size_t i = 0; i < LAYER_SECTION_COUNT; i++) {
        if (!result->sections[i].ptr)
            continue;
        outcome->sections[i] = arena_copy(scan->options.arena, result->sections[i]);
        outcome->known = true;
    }
    if (result->sections[LAYER_SECTION_FACTS].ptr && !decode_facts(scan, outcome, &err) &&
        !error_is_set(&outcome->error))
        outcome->error = err;
}

static void cache_sections(struct layer_scan *scan, const struct image_layer *known,
                           const struct layer_result *result, enum layer_proof proof)
{
    for (unsigned i = 0; i < LAYER_SECTION_COUNT; i++) {
        char generation[LAYER_GENERATION_SIZE];

        if (result->sections[i].ptr)
            layer_cache_put(scan->options.cache,
                            layer_section_generation(i, scan->options.rules, generation),
                            known->diff_id, known->digest, proof, result->sections[i]);
    }
}

/* What a round for some of the sections says anew; the others stay. */
static void forget_round(struct layer_scan *scan, struct state *state)
{
    state->read_again = false;
    state->outcome.error = (struct error)ERROR_INIT;
    state->outcome.cached = false;
    for (unsigned i = 0; i < LAYER_SECTION_COUNT; i++)
        if (scan->sections & LAYER_SECTION_BIT(i))
            state->outcome.sections[i] = VIEW_EMPTY;
    if (scan->sections & LAYER_SECTION_BIT(LAYER_SECTION_FACTS))
        state->outcome.facts = (struct layer_facts){0};
    state->outcome.known = false;
    for (unsigned i = 0; i < LAYER_SECTION_COUNT; i++)
        state->outcome.known |= state->outcome.sections[i].ptr != NULL;
}

static void accept(struct layer_scan *scan, size_t layer, const struct layer_result *result,
                   enum layer_proof proof)
{
    const struct image_layer *known = &image_manifest(scan->image)->layers[layer];
    struct state *state = &scan->states[layer];

    forget_round(scan, state);
    if (!result) {
        error_memory(&state->outcome.error);
        return;
    }
    if (!scan->once && deadly_files_add(&scan->skips, result->status, result->note,
                                        LAYER_OP_SKIP_LIMIT, scan->options.arena)) {
        state->read_again = true;
        state->outcome.error = result->error;
        error_wrap(&state->outcome.error, "%s", result->note);
        return;
    }
    if (result->status < 0)
        state->outcome.error = result->error;
    keep_sections(scan, &state->outcome, result);
    if (result->status == 0 && state->outcome.known && scan->options.cache &&
        !error_is_set(&state->outcome.error) && scan->skips.active == 0)
        cache_sections(scan, known, result, proof);
}

static void done(void *ctx, size_t layer, void *result, enum layer_proof proof)
{
    struct layer_scan *scan = ctx;

    pthread_mutex_lock(&scan->lock);
    if (have_states(scan) && layer < scan->count)
        accept(scan, layer, result ? &((struct pending *)result)->result : NULL, proof);
    pthread_mutex_unlock(&scan->lock);
}

static void failed(void *ctx, size_t layer, void *result, const struct error *err)
{
    struct layer_scan *scan = ctx;

    (void)result; /* bytes that are not the image's say nothing about it */
    pthread_mutex_lock(&scan->lock);
    if (have_states(scan) && layer < scan->count) {
        forget_round(scan, &scan->states[layer]);
        scan->states[layer].outcome.error = *err;
    }
    pthread_mutex_unlock(&scan->lock);
}

static void drop(void *ctx, void *result)
{
    (void)ctx; /* results are freed together */
    (void)result;
}

static int stream_layers(struct layer_scan *scan, const bool *wanted, struct error *err)
{
    struct layer_sink sink = {scan, consume, done, failed, drop};
    int r;

    scan->skips.active = scan->skips.count;
    r = image_read_layers(scan->image, wanted, &sink, err);

    free_results(scan);
    return r;
}

static bool take_section(struct layer_scan *scan, const struct image_layer *known,
                         struct layer_outcome *outcome, enum layer_section section)
{
    char generation[LAYER_GENERATION_SIZE];

    if (!layer_cache_get(
            scan->options.cache, layer_section_generation(section, scan->options.rules, generation),
            known->diff_id, known->digest, scan->options.arena, &outcome->sections[section]))
        return false;
    if (section != LAYER_SECTION_FACTS || decode_facts(scan, outcome, NULL))
        return true;
    outcome->sections[section] = VIEW_EMPTY;
    return false;
}

/* The sections that the cache does not know. */
static unsigned take_from_cache(struct layer_scan *scan, size_t layer)
{
    const struct image_layer *known = &image_manifest(scan->image)->layers[layer];
    struct layer_outcome *outcome = &scan->states[layer].outcome;
    unsigned missing = scan->options.sections;

    for (unsigned i = 0; i < LAYER_SECTION_COUNT; i++)
        if (scan->options.cache && known->diff_id.len && missing & LAYER_SECTION_BIT(i) &&
            take_section(scan, known, outcome, i))
            missing &= ~LAYER_SECTION_BIT(i);
    outcome->known = missing != scan->options.sections || !missing;
    outcome->cached = !missing;
    return missing;
}

/* Rounds for the layers whose worker died of a file, until none did. */
static int read_without_deadly_files(struct layer_scan *scan, struct error *err)
{
    for (int round = 1; round < LAYER_SCAN_ROUNDS; round++) {
        bool *wanted = arena_array(scan->options.arena, scan->count, sizeof(*wanted));
        bool any = false;
        int r;

        if (!wanted)
            return arena_failed(scan->options.arena, "the scan", err);
        for (size_t i = 0; i < scan->count; i++)
            any |= wanted[i] = scan->states[i].read_again;
        if (!any)
            return 0;
        r = stream_layers(scan, wanted, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int publish(struct layer_scan *scan, struct error *err)
{
    if (!scan->outcomes)
        scan->outcomes = arena_array(scan->options.arena, scan->count, sizeof(*scan->outcomes));
    if (!scan->outcomes)
        return arena_failed(scan->options.arena, "the scan", err);
    for (size_t i = 0; i < scan->count; i++)
        scan->outcomes[i] = scan->states[i].outcome;
    return 0;
}

/* Reads what is wanted (NULL: everything), then again without deadly files. */
static int read_rounds(struct layer_scan *scan, const bool *wanted, struct error *err)
{
    int r = stream_layers(scan, wanted, err);

    if (r == 0 && !have_states(scan))
        r = error_set(err, ERROR_INPUT, "the image has no manifest");
    if (r == 0)
        r = read_without_deadly_files(scan, err);
    return r < 0 ? r : publish(scan, err);
}

int layer_scan_read(struct layer_scan *scan, struct error *err)
{
    bool *wanted;

    scan->sections = scan->options.sections;
    if (!have_states(scan))
        return read_rounds(scan, NULL, err);
    scan->sections = 0;
    wanted = arena_array(scan->options.arena, scan->count, sizeof(*wanted));
    if (!wanted)
        return arena_failed(scan->options.arena, "the scan", err);
    for (size_t i = 0; i < scan->count; i++) {
        unsigned missing = take_from_cache(scan, i);

        wanted[i] = missing;
        scan->sections |= missing;
    }
    return scan->sections ? read_rounds(scan, wanted, err) : publish(scan, err);
}

static bool has_rule(const struct layer_scan *scan, const struct layer_rule *rule)
{
    for (size_t i = 0; i < scan->rule_count; i++)
        if (view_eq(scan->rules[i].target, rule->target) &&
            view_eq(scan->rules[i].alias, rule->alias))
            return true;
    return false;
}

static bool add_rule(struct layer_scan *scan, const struct layer_rule *rule)
{
    struct layer_rule *slot;

    if (has_rule(scan, rule) || scan->rule_count == LAYER_RULE_LIMIT)
        return true;
    slot = arena_push(scan->options.arena, &scan->rules, &scan->rule_count, sizeof(*slot));
    if (slot)
        *slot = *rule;
    return slot;
}

/* All layers of a round are read with the rules of all: more than a layer
 * needs does no harm. */
int layer_scan_read_again(struct layer_scan *scan, const struct inventory_ask *asks, size_t count,
                          struct error *err)
{
    bool *wanted = arena_array(scan->options.arena, scan->count, sizeof(*wanted));
    bool ok = wanted;

    scan->sections = LAYER_SECTION_BIT(LAYER_SECTION_FACTS);
    for (size_t i = 0; ok && i < count; i++) {
        wanted[asks[i].layer] = true;
        for (size_t k = 0; ok && k < asks[i].rule_count; k++)
            ok = add_rule(scan, &asks[i].rules[k]);
    }
    return ok ? read_rounds(scan, wanted, err) : arena_failed(scan->options.arena, "the scan", err);
}

const struct layer_outcome *layer_scan_outcomes(const struct layer_scan *scan, size_t *ret_count)
{
    *ret_count = scan->outcomes ? scan->count : 0;
    return scan->outcomes;
}
