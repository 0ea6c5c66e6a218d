#include "scan/harden.h"

#include "base/text.h"
#include "config/judge.h"
#include "policy/suppression-index.h"
#include "policy/suppression.h"

struct run {
    struct harden_file *files;
    size_t file_count;
    const struct checks *checks;
    const struct harden_options *options;
    struct arena *arena; /* of the result */
    struct plan_change *changes;
    struct plan_left *left;
    struct diagnostic *problems;
    size_t change_count, left_count, problem_count;
    unsigned number; /* of the round, from 0 */
};

/* One look at all files. */
struct round {
    struct run *run;
    struct arena *arena;
    struct config_file *files;
    struct config_reader *readers[CONFIG_KINDS];
    struct judge *judge;
    struct plan *plan;
    size_t kind;
    struct suppressions *comments; /* of all files */
    size_t comment_count;
    struct suppression_index by_comment;
    struct suppression_index by_annotation;  /* of the object that is looked at */
    const struct document_node *annotations; /* that were read last */
};

struct view harden_key(struct view id, struct view path, struct view resource, struct view part,
                       struct arena *arena)
{
    return arena_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s", VIEW_ARG(id), VIEW_ARG(path),
                        VIEW_ARG(resource), VIEW_ARG(part));
}

bool harden_looks_like_dockerfile(struct view text)
{
    struct view rest = text;

    while (rest.ptr) {
        struct view line = view_trim(view_line(&rest)), word = view_word(&line);

        if (word.len == 0 || word.ptr[0] == '#')
            continue;
        return view_eq_nocase(word, VIEW("FROM")) || view_eq_nocase(word, VIEW("ARG"));
    }
    return false;
}

/* ---- Problems ---- */

static int add_problem(struct run *run, const struct diagnostic *problem, struct error *err)
{
    struct diagnostic *slot =
        arena_push(run->arena, &run->problems, &run->problem_count, sizeof(*slot));

    if (!slot)
        return error_memory(err);
    *slot = *problem;
    slot->message = arena_copy(run->arena, problem->message);
    slot->hint = arena_copy(run->arena, problem->hint);
    slot->path = arena_copy(run->arena, problem->path);
    return 0;
}

/* Told once, though every round finds it. */
static int add_problems(struct round *round, const struct diagnostic *list, size_t count,
                        struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && round->run->number == 0 && i < count; i++)
        r = add_problem(round->run, &list[i], err);
    return r;
}

static int on_problem(void *ctx, const struct config_file *file, const struct config_place *place,
                      const struct diagnostic *diagnostic, struct error *err)
{
    struct diagnostic told = *diagnostic;

    (void)place;
    told.path = file->path;
    return add_problems(ctx, &told, 1, err);
}

/* ---- Files ---- */

static void note(const struct run *run, struct view path)
{
    if (run->options->note)
        run->options->note(run->options->note_ctx, path);
}

static bool looks_like_json(struct view path, struct view text)
{
    struct view trimmed = view_trim(text);

    return view_ends(path, VIEW(".json")) ||
           (!view_ends(path, VIEW(".yaml")) && !view_ends(path, VIEW(".yml")) && trimmed.len &&
            trimmed.ptr[0] == '{');
}

/* Expressions that only a chart has. */
static bool is_chart_template(struct view text)
{
    static const struct view names[] = {VIEW(".Values"), VIEW(".Release"), VIEW(".Chart"),
                                        VIEW(".Capabilities")};
    static const struct view opening = VIEW("{{");
    ptrdiff_t at;

    while ((at = view_find_view(text, opening)) >= 0) {
        struct view line;

        text = view_sub(text, (size_t)at + opening.len, text.len);
        line = view_sub(text, 0, text.len);
        line = view_cut(&line, '\n');
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            if (view_find_view(line, names[i]) >= 0)
                return true;
    }
    return false;
}

static void refuse_template(struct harden_file *file)
{
    error_set(&file->error, ERROR_INPUT, "a template: what it becomes is not known");
    error_hint(&file->error, "harden what it renders to: helm template CHART | plimsoll harden -; "
                             "or as helm's post-renderer");
}

/* A broken document is told as the file's own error, though others in it may
 * be repaired. */
static void note_broken(struct harden_file *file, const struct document_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->list[i].error && !error_is_set(&file->error))
            file->error = *set->list[i].error;
}

static bool is_broken(const struct document_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->list[i].error)
            return true;
    return false;
}

/* A text that begins as JSON does may be YAML in flow style. */
static int parse_text(struct view path, struct view text, struct arena *arena,
                      struct document_set *ret, struct error *err)
{
    int r;

    if (looks_like_json(path, text)) {
        r = document_parse(text, DOCUMENT_JSON, arena, ret, err);
        if (r < 0 || view_ends(path, VIEW(".json")) || !is_broken(ret))
            return r;
    }
    return document_parse(text, DOCUMENT_YAML, arena, ret, err);
}

static int parse(struct round *round, struct harden_file *from, struct config_file *file,
                 struct error *err)
{
    struct document_set *set = arena_alloc(round->arena, sizeof(*set));
    int r;

    if (!set)
        return error_memory(err);
    if (round->run->number == 0 && is_chart_template(from->text)) {
        refuse_template(from);
        return 0;
    }
    r = parse_text(from->path, from->hardened, round->arena, set, err);
    if (r < 0)
        return r;
    file->text = set->text;
    file->documents = set;
    if (round->run->number == 0)
        note_broken(from, set);
    return 0;
}

static int offer(struct round *round, const struct config_file *file, bool *ret_claimed,
                 struct error *err)
{
    for (size_t i = 0; i < CONFIG_KINDS; i++) {
        bool claimed = false;
        int r =
            round->readers[i] ? config_kinds[i]->add(round->readers[i], file, &claimed, err) : 0;

        if (r < 0)
            return r;
        *ret_claimed |= claimed;
    }
    return 0;
}

static int read_comments(struct round *round, const struct config_file *file, struct error *err)
{
    struct suppressions found = {0}, *slot;
    struct diagnostic *problems = NULL;
    size_t count = 0;
    int r = suppressions_scan_comments(file->path, file->text, round->arena, &found, &problems,
                                       &count, err);

    if (r == 0)
        r = add_problems(round, problems, count, err);
    if (r < 0)
        return r;
    slot = arena_push(round->arena, &round->comments, &round->comment_count, sizeof(*slot));
    if (!slot)
        return error_memory(err);
    *slot = found;
    return 0;
}

static int add_file(struct round *round, size_t i, struct error *err)
{
    struct harden_file *from = &round->run->files[i];
    struct config_file *file = &round->files[i];
    struct error why = ERROR_INIT;
    bool claimed = false;
    int r = 0;

    if (round->run->number > 0 && !from->claimed)
        return 0;
    note(round->run, from->path);
    *file = (struct config_file){from->path, (uint32_t)i, from->hardened, NULL};
    if (!from->dockerfile)
        r = parse(round, from, file, &why);
    if (r == 0 && (file->documents || from->dockerfile))
        r = offer(round, file, &claimed, &why);
    if (r < 0 && r != ERROR_MEMORY && round->run->number == 0) {
        from->error = why;
        return 0;
    }
    if (r < 0 && err)
        *err = why;
    from->claimed = claimed;
    return r == 0 && claimed ? read_comments(round, file, err) : r;
}

static int add_files(struct round *round, struct error *err)
{
    struct run *run = round->run;
    int r = 0;

    round->files = arena_array(round->arena, run->file_count, sizeof(*round->files));
    if (!round->files)
        return error_memory(err);
    for (size_t i = 0; r == 0 && i < CONFIG_KINDS; i++)
        if (checks_program(run->checks, i))
            r = config_kinds[i]->open(round->arena, &run->options->plan.target, &round->readers[i],
                                      err);
    for (size_t i = 0; r == 0 && i < run->file_count; i++)
        r = add_file(round, i, err);
    note(run, VIEW_EMPTY);
    return r;
}

/* ---- Findings ---- */

static bool is_declined(const struct round *round, struct view id, const struct config_event *event)
{
    const struct harden_options *options = round->run->options;
    struct view key;

    if (options->declined_count == 0)
        return false;
    key = harden_key(id, event->file->path, event->resource, event->part, round->arena);
    for (size_t i = 0; i < options->declined_count; i++)
        if (view_eq(options->declined[i], key))
            return true;
    return false;
}

static bool is_accepted(const struct round *round, const struct rule *rule,
                        const struct verdict_of_check *verdict)
{
    const struct config_event *event = verdict->event;
    const struct finding finding = {
        .id = rule->id,
        .location = {.path = event->file->path,
                     .line = verdict->place.line,
                     .end_line = verdict->place.end_line},
        .resource = event->resource,
        .part = event->part,
    };

    return suppression_index_find(&round->by_comment, &finding) ||
           (round->annotations && suppression_index_find(&round->by_annotation, &finding));
}

/* Planned at once: events live only while they are told. */
static int on_verdict(void *ctx, const struct verdict_of_check *verdict, struct error *err)
{
    struct round *round = ctx;
    const struct rule *rule =
        rule_program_rule(checks_program(round->run->checks, verdict->kind), verdict->rule);
    struct plan_finding *finding;

    if (!plan_concerns(&round->run->options->plan, rule) ||
        is_declined(round, rule->id, verdict->event) || is_accepted(round, rule, verdict))
        return 0;
    finding = arena_alloc(round->arena, sizeof(*finding));
    if (!finding)
        return error_memory(err);
    *finding = (struct plan_finding){
        .kind = verdict->kind,
        .rule = rule,
        .event = *verdict->event,
        .line = verdict->place.line,
        .message = arena_copy(round->arena, verdict->message),
    };
    return plan_add(round->plan, finding, err);
}

static int index_suppressions(struct round *round, struct suppression_index *index,
                              const struct suppressions *lists, size_t count, struct error *err)
{
    int r;

    suppression_index_done(index);
    *index = (struct suppression_index){0};
    r = suppression_index_init(index, round->run->options->now, round->arena, err);
    return r < 0 ? r : suppression_index_fill(index, lists, count, err);
}

/* The events of one object follow each other. */
static int read_annotations(struct round *round, const struct config_event *event,
                            struct error *err)
{
    struct suppressions found = {0};
    struct diagnostic *problems = NULL;
    size_t count = 0;
    int r;

    if (event->annotations == round->annotations)
        return 0;
    round->annotations = event->annotations;
    if (!event->annotations)
        return 0;
    r = suppressions_read_annotations(event->file->path, event->resource, event->annotations,
                                      round->arena, &found, &problems, &count, err);
    if (r == 0)
        r = add_problems(round, problems, count, err);
    return r < 0 ? r : index_suppressions(round, &round->by_annotation, &found, 1, err);
}

static int on_event(void *ctx, const struct config_event *event, struct error *err)
{
    struct round *round = ctx;
    int r;

    note(round->run, event->file->path);
    r = read_annotations(round, event, err);
    if (r == 0)
        r = judge_event(round->judge, round->kind, event, on_verdict, round, err);
    if (r == 0 && !is_declined(round, VIEW_EMPTY, event))
        r = plan_wish(round->plan, round->kind, event, err);
    return r;
}

static int look(struct round *round, struct error *err)
{
    const struct config_visitor visitor = {round, on_event, on_problem};
    int r = judge_new(round->run->checks, &round->judge, err);

    for (size_t i = 0; r == 0 && i < CONFIG_KINDS; i++) {
        round->kind = i;
        if (round->readers[i])
            r = config_kinds[i]->visit(round->readers[i], &visitor, err);
    }
    note(round->run, VIEW_EMPTY);
    return r;
}

/* ---- What a round found, kept for the result ---- */

static struct view keep(struct run *run, struct view text)
{
    return arena_copy(run->arena, text);
}

static bool is_known(const struct run *run, const struct plan_change *change)
{
    for (size_t i = run->change_count; i > 0; i--) {
        const struct plan_change *known = &run->changes[i - 1];

        if (view_eq(known->what, change->what) && view_eq(known->id, change->id) &&
            view_eq(known->part, change->part) && view_eq(known->resource, change->resource) &&
            view_eq(known->path, change->path))
            return true;
    }
    return false;
}

static int keep_change(struct run *run, const struct plan_change *change, struct error *err)
{
    struct plan_change *slot;

    if (change->what.len == 0 || (run->number > 0 && is_known(run, change)))
        return 0;
    slot = arena_push(run->arena, &run->changes, &run->change_count, sizeof(*slot));
    if (!slot)
        return error_memory(err);
    *slot = *change;
    /* Lines of later rounds are those of a text that nobody has seen. */
    if (run->number > 0)
        slot->line = 0;
    slot->path = keep(run, change->path);
    slot->resource = keep(run, change->resource);
    slot->part = keep(run, change->part);
    slot->why = keep(run, change->why);
    slot->what = keep(run, change->what);
    slot->asks = keep(run, change->asks);
    slot->open = keep(run, change->open);
    return 0;
}

static int keep_left(struct run *run, const struct plan_left *left, struct error *err)
{
    struct plan_left *slot = arena_push(run->arena, &run->left, &run->left_count, sizeof(*slot));

    if (!slot)
        return error_memory(err);
    *slot = *left;
    slot->path = keep(run, left->path);
    slot->resource = keep(run, left->resource);
    slot->part = keep(run, left->part);
    slot->message = keep(run, left->message);
    slot->detail = keep(run, left->detail);
    slot->of = keep(run, left->of);
    return 0;
}

/* What is left is what the last round leaves. */
static int keep_outcome(struct run *run, const struct plan *plan, struct error *err)
{
    struct plan_outcome outcome = plan_outcome(plan);
    int r = 0;

    run->left_count = 0;
    run->left = NULL;
    for (size_t i = 0; r == 0 && i < outcome.change_count; i++)
        r = keep_change(run, &outcome.changes[i], err);
    for (size_t i = 0; r == 0 && i < outcome.left_count; i++)
        r = keep_left(run, &outcome.left[i], err);
    return r;
}

/* ---- Rounds ---- */

static int write_files(struct round *round, bool *ret_changed, struct error *err)
{
    for (size_t i = 0; i < round->run->file_count; i++) {
        struct harden_file *file = &round->run->files[i];
        struct view text;
        int r;

        if (!file->claimed)
            continue;
        r = plan_write(round->plan, &round->files[i], &text, err);
        if (r < 0)
            return error_wrap(err, "%.*s", VIEW_ARG(file->path));
        if (view_eq(text, file->hardened))
            continue;
        file->hardened = keep(round->run, text);
        *ret_changed = true;
    }
    return 0;
}

static int run_round(struct run *run, bool *ret_changed, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(HARDEN_ARENA_LIMIT);
    struct round round = {.run = run, .arena = arena};
    int r;

    if (!arena)
        return error_memory(err);
    r = plan_new(&run->options->plan, arena, &round.plan, err);
    if (r == 0)
        r = add_files(&round, err);
    if (r == 0)
        r = index_suppressions(&round, &round.by_comment, round.comments, round.comment_count, err);
    if (r == 0)
        r = look(&round, err);
    if (r == 0)
        r = write_files(&round, ret_changed, err);
    if (r == 0)
        r = keep_outcome(run, round.plan, err);
    judge_free(round.judge);
    suppression_index_done(&round.by_comment);
    suppression_index_done(&round.by_annotation);
    return r;
}

int harden_run(struct harden_file *files, size_t count, const struct checks *checks,
               const struct harden_options *options, struct arena *arena, struct harden_result *ret,
               struct error *err)
{
    struct run run = {files, count, checks, options, arena, NULL, NULL, NULL, 0, 0, 0, 0};
    bool changed = count > 0;

    for (size_t i = 0; i < count; i++)
        files[i].hardened = files[i].text;
    for (; changed && run.number < HARDEN_ROUND_LIMIT; run.number++) {
        int r;

        changed = false;
        r = run_round(&run, &changed, err);
        if (r < 0)
            return r;
    }
    *ret = (struct harden_result){run.changes,    run.change_count, run.left,
                                  run.left_count, run.problems,     run.problem_count};
    return arena_failed(arena, "what was repaired", err);
}
