#include "config/harden/plan.h"

#include "base/text.h"
#include "config/checks.h"
#include "config/harden/plan-state.h"

enum { TWIN_WINDOW = 256 /* edits among which equal ones are looked for: those of one pod */ };

int plan_new(const struct plan_options *options, struct arena *arena, struct plan **ret,
             struct error *err)
{
    struct plan *plan = arena_alloc(arena, sizeof(*plan));

    if (!plan)
        return error_memory(err);
    *plan = (struct plan){.options = *options, .arena = arena};
    *ret = plan;
    return 0;
}

/* ---- Which rules ---- */

static bool has_tag(const struct rule *rule, struct view tag)
{
    for (size_t i = 0; i < rule->tag_count; i++)
        if (view_eq(rule->tags[i], tag))
            return true;
    return false;
}

static bool is_answered(const struct answers *answers, const struct rule *rule)
{
    for (size_t i = 0; i < document_count(rule->fix); i++) {
        struct view question = document_get_text(document_item(rule->fix, i), VIEW("ask"));

        for (size_t k = 0; question.len && k < answers->count; k++)
            if (view_eq(answers->list[k].question->name, question))
                return true;
    }
    return false;
}

bool plan_concerns(const struct plan_options *options, const struct rule *rule)
{
    enum severity severity = rule_priority_severity(rule->priority);

    if (options->chosen || options->level == PLAN_ALL || is_answered(&options->answers, rule))
        return true;
    if (has_tag(rule, VIEW("PSS:baseline")) || severity >= SEVERITY_HIGH)
        return true;
    return options->level == PLAN_RESTRICTED &&
           (has_tag(rule, VIEW("PSS:restricted")) || severity >= SEVERITY_MEDIUM);
}

/* ---- Edits ---- */

static struct plan_file *file_of(struct plan *plan, const struct config_file *file)
{
    while (plan->file_count <= file->number)
        if (!arena_push(plan->arena, &plan->files, &plan->file_count, sizeof(*plan->files)))
            return NULL;
    plan->files[file->number].file = file;
    return &plan->files[file->number];
}

static bool is_same_step(const struct document_step *a, const struct document_step *b)
{
    return a->index == b->index && (a->key.ptr != NULL) == (b->key.ptr != NULL) &&
           view_eq(a->key, b->key);
}

static bool is_twin(const struct document_edit *edit, enum document_edit_verb verb,
                    const struct address *at, const struct document_node *value)
{
    if (edit->verb != verb || edit->document != at->document || edit->length != at->length ||
        (edit->value == NULL) != (value == NULL))
        return false;
    for (size_t i = at->length; i-- > 0;)
        if (!is_same_step(&edit->path[i], &at->steps[i]))
            return false;
    return !value || document_equal(edit->value, value);
}

static struct view title_of(const struct plan_work *work)
{
    const struct rule_text *title;

    if (!work->finding)
        return arena_printf(work->plan->arena, tr("asked for by %s"), work->wish->option);
    title = &work->finding->rule->title;
    if (title->in[text_language()].len)
        return title->in[text_language()];
    return title->in[TEXT_ENGLISH].len ? title->in[TEXT_ENGLISH] : work->finding->rule->name;
}

int plan_note_change(struct plan_work *work, struct view what, struct error *err)
{
    struct plan *plan = work->plan;
    struct plan_change *change =
        arena_push(plan->arena, &plan->changes, &plan->change_count, sizeof(*change));

    if (!change)
        return error_memory(err);
    *change = (struct plan_change){
        .path = work->event->file->path,
        .resource = work->event->resource,
        .part = work->event->part,
        .line = work->line,
        .why = title_of(work),
        .what = what,
        .severity = SEVERITY_NEGLIGIBLE,
    };
    if (work->finding) {
        change->id = work->finding->rule->id;
        change->severity = rule_priority_severity(work->finding->rule->priority);
    }
    work->covered = true;
    return 0;
}

int plan_edit(struct plan_work *work, enum document_edit_verb verb, const struct address *at,
              const struct document_node *value, struct view what, struct error *err)
{
    struct plan_file *file = work->file;
    struct document_edit *edit;

    for (size_t i = file->edit_count; i > 0 && i + TWIN_WINDOW > file->edit_count; i--)
        if (is_twin(&file->edits[i - 1], verb, at, value)) {
            work->covered = true;
            return 0;
        }
    if (file->edit_count >= PLAN_EDIT_LIMIT)
        return error_set(err, ERROR_LIMIT, "there is more to repair than %d edits",
                         PLAN_EDIT_LIMIT);
    edit = arena_push(work->plan->arena, &file->edits, &file->edit_count, sizeof(*edit));
    if (!edit)
        return error_memory(err);
    *edit = (struct document_edit){verb, at->document, at->steps, at->length, value};
    return plan_note_change(work, what, err);
}

/* ---- Findings ---- */

static int leave(struct plan *plan, const struct plan_finding *finding, enum plan_reason reason,
                 struct view detail, struct error *err)
{
    const struct rule_text *remediation = &finding->rule->remediation;
    struct plan_left *left = arena_push(plan->arena, &plan->left, &plan->left_count, sizeof(*left));

    if (!left)
        return error_memory(err);
    *left = (struct plan_left){
        .path = finding->event.file->path,
        .resource = finding->event.resource,
        .part = finding->event.part,
        .line = finding->line,
        .id = finding->rule->id,
        .message = finding->message,
        .remediation = remediation->in[text_language()].len ? remediation->in[text_language()]
                                                            : remediation->in[TEXT_ENGLISH],
        .severity = rule_priority_severity(finding->rule->priority),
        .reason = reason,
        .detail = detail,
    };
    return 0;
}

int plan_open(struct plan_work *work, struct error *err)
{
    struct plan_file *file = file_of(work->plan, work->event->file);
    struct plan_group *group =
        file ? arena_push(work->plan->arena, &file->groups, &file->group_count, sizeof(*group))
             : NULL;

    work->file = file;
    if (!group)
        return error_memory(err);
    *group = (struct plan_group){
        .finding = work->finding,
        .first_edit = file->edit_count,
        .first_change = work->plan->change_count,
    };
    return 0;
}

void plan_close(struct plan_work *work)
{
    struct plan_group *group = &work->file->groups[work->file->group_count - 1];

    group->edit_count = work->file->edit_count - group->first_edit;
    group->change_count = work->plan->change_count - group->first_change;
    if (group->edit_count == 0)
        work->file->group_count--;
}

static int add_to_document(struct plan_work *work, struct error *err)
{
    const struct document_node *at;
    struct fix fix;
    int r = fix_parse(work->finding->rule, work->plan->arena, &fix, &at, err);

    for (size_t i = 0; r == 0 && i < fix.count; i++)
        r = plan_step(work, &fix.steps[i], err);
    return r;
}

/* ---- Dockerfiles ---- */

static bool answer_dockerfile(void *ctx, struct view question, struct view *ret)
{
    const struct plan_work *work = ctx;
    const struct answers *answers = &work->plan->options.answers;
    const struct dockerfile_event *event = work->event->event;
    struct view user, group;

    if (view_eq(question, VIEW("user"))) {
        if (!answers_get(answers, VIEW("run-as-user"), VIEW_EMPTY, &user))
            return false;
        if (!answers_get(answers, VIEW("run-as-group"), VIEW_EMPTY, &group))
            group = user;
        *ret = arena_printf(work->plan->arena, "%.*s:%.*s", VIEW_ARG(user), VIEW_ARG(group));
        return true;
    }
    if (view_eq(question, VIEW("tag")))
        return event->stage && answers_get(answers, VIEW("image-tag"),
                                           plan_image_name(event->stage->base.text), ret);
    return answers_get(answers, question, VIEW_EMPTY, ret);
}

/* One line of a text, not too long to be read. */
static struct view brief(struct view text, struct arena *arena)
{
    struct view trimmed = view_trim(text), rest = trimmed, line = view_line(&rest);
    struct view cut = text_prefix(line, 60);

    return cut.len < trimmed.len ? arena_printf(arena, "%.*s...", VIEW_ARG(cut)) : cut;
}

static struct view describe(const struct dockerfile_edit *edit, struct view text,
                            struct arena *arena)
{
    struct view old =
        brief(view_sub(text, edit->span.start, edit->span.end - edit->span.start), arena);
    struct view new = brief(edit->text, arena);

    if (old.len == 0)
        return arena_printf(arena, tr("write '%.*s'"), VIEW_ARG(new));
    if (new.len == 0)
        return arena_printf(arena, tr("take out '%.*s'"), VIEW_ARG(old));
    return arena_printf(arena, tr("write '%.*s' for '%.*s'"), VIEW_ARG(new), VIEW_ARG(old));
}

static int add_to_dockerfile(struct plan_work *work, struct error *err)
{
    const struct dockerfile_answers answers = {work, answer_dockerfile};
    struct dockerfile_edits *edits = work->file->dockerfile;
    size_t before;
    int r;

    if (!edits) {
        edits = arena_alloc(work->plan->arena, sizeof(*edits));
        if (!edits)
            return error_memory(err);
        *edits = (struct dockerfile_edits){.arena = work->plan->arena};
        work->file->dockerfile = edits;
    }
    before = edits->count;
    edits->asked = NULL;
    edits->asked_count = 0;
    r = dockerfile_edits_add(edits, work->event->event, work->finding->rule->fix, &answers, err);
    if (edits->asked_count) {
        const struct dockerfile_event *event = work->event->event;

        work->asked = edits->asked[0];
        if (view_eq(work->asked, VIEW("tag")) && event->stage)
            work->asked_of = plan_image_name(event->stage->base.text);
    }
    for (size_t i = before; r == 0 && i < edits->count; i++)
        r = plan_note_change(
            work, describe(&edits->list[i], work->event->file->text, work->plan->arena), err);
    return r;
}

int plan_add(struct plan *plan, const struct plan_finding *finding, struct error *err)
{
    struct plan_work work = {
        .plan = plan,
        .kind = config_kinds[finding->kind],
        .event = &finding->event,
        .finding = finding,
        .line = finding->line,
    };
    size_t changes = plan->change_count;
    int r;

    if (!finding->rule->fix)
        return leave(plan, finding, PLAN_NO_FIX, VIEW_EMPTY, err);
    r = plan_open(&work, err);
    if (r == 0)
        r = work.kind == &config_dockerfile ? add_to_dockerfile(&work, err)
                                            : add_to_document(&work, err);
    if (r == 0)
        plan_close(&work);
    if (r == 0 && work.open && plan->change_count > changes) {
        plan->changes[plan->change_count - 1].asks = work.open->question;
        plan->changes[plan->change_count - 1].open = view_of(tr(work.open->open));
    }
    if (r < 0 || work.covered)
        return r;
    if (work.asked.len)
        r = leave(plan, finding, PLAN_ASKS, work.asked, err);
    else if (work.too_new.len)
        r = leave(plan, finding, PLAN_TOO_NEW, work.too_new, err);
    else
        r = leave(plan, finding, PLAN_NO_EFFECT, VIEW_EMPTY, err);
    if (r == 0)
        plan->left[plan->left_count - 1].of = work.asked_of;
    return r;
}

/* ---- Writing ---- */

static void drop_changes(struct plan *plan, const struct plan_group *group)
{
    for (size_t i = 0; i < group->change_count; i++)
        plan->changes[group->first_change + i].what = VIEW_EMPTY;
}

/* Not all edits can be written: those of each finding are tried in turn. */
static int write_one_by_one(struct plan *plan, struct plan_file *file, struct view *ret,
                            struct error *err)
{
    struct document_edit *kept = arena_array(plan->arena, file->edit_count, sizeof(*kept));
    size_t count = 0;

    if (!kept)
        return error_memory(err);
    *ret = file->file->text;
    for (size_t i = 0; i < file->group_count; i++) {
        struct plan_group *group = &file->groups[i];
        struct error why = ERROR_INIT;
        int r = i < PLAN_RETRY_LIMIT
                    ? 0
                    : error_set(&why, ERROR_LIMIT, "too much of this file can't be changed");

        memcpy(kept + count, file->edits + group->first_edit, group->edit_count * sizeof(*kept));
        if (r == 0)
            r = document_edit_apply(file->file->documents, kept, count + group->edit_count,
                                    plan->arena, ret, &why);
        if (r == ERROR_MEMORY)
            return error_memory(err);
        if (r == 0) {
            count += group->edit_count;
            continue;
        }
        drop_changes(plan, group);
        if (group->finding && leave(plan, group->finding, PLAN_NOT_WRITTEN,
                                    arena_copy(plan->arena, view_of(why.message)), err) < 0)
            return error_memory(err);
    }
    return 0;
}

static int write_dockerfile(struct plan *plan, const struct plan_file *file, struct view *ret,
                            struct error *err)
{
    struct buf text = BUF_INIT(file->file->text.len + (size_t)(64 << 20));
    int r = dockerfile_edits_write(file->dockerfile, file->file->text, &text, err);

    if (r == 0)
        *ret = arena_copy(plan->arena, buf_view(&text));
    buf_done(&text);
    return r;
}

int plan_write(struct plan *plan, const struct config_file *file, struct view *ret,
               struct error *err)
{
    struct plan_file *edits = file->number < plan->file_count ? &plan->files[file->number] : NULL;
    struct error why = ERROR_INIT;
    int r = 0;

    *ret = file->text;
    if (!edits || !edits->file)
        return 0;
    if (edits->dockerfile)
        r = write_dockerfile(plan, edits, ret, err);
    if (r == 0 && edits->edit_count) {
        r = document_edit_apply(file->documents, edits->edits, edits->edit_count, plan->arena, ret,
                                &why);
        if (r < 0)
            r = r == ERROR_MEMORY ? error_memory(err) : write_one_by_one(plan, edits, ret, err);
    }
    return r < 0 ? r : arena_failed(plan->arena, "the plan", err);
}

struct plan_outcome plan_outcome(const struct plan *plan)
{
    return (struct plan_outcome){plan->changes, plan->change_count, plan->left, plan->left_count};
}
