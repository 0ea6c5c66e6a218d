#include "cmd/cli/harden-dialog.h"

#include <stdio.h>

#include "base/text.h"
#include "cmd/cli/harden-output.h"

enum { LINE_LIMIT = 4096, MESSAGE_LIMIT = 64 << 10 };

/* What was typed, without blanks around it; false at the end of the input. */
static bool read_reply(char line[static LINE_LIMIT], struct view *ret)
{
    fflush(stderr);
    if (!fgets(line, LINE_LIMIT, stdin))
        return false;
    *ret = view_trim(view_of(line));
    return true;
}

static bool is_listed(const struct view *list, size_t count, struct view key)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq(list[i], key))
            return true;
    return false;
}

static int add(struct harden_dialog *dialog, struct view **list, size_t *count, struct view key,
               struct error *err)
{
    struct view *slot = arena_push(dialog->arena, list, count, sizeof(*slot));

    if (!slot)
        return error_memory(err);
    *slot = key;
    return 0;
}

/* ---- Changes ---- */

static int put_change(struct harden_dialog *dialog, const struct plan_change *change,
                      struct view key, enum harden_reply *ret, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(MESSAGE_LIMIT);
    char line[LINE_LIMIT];
    struct view reply;

    harden_output_change(&text, change);
    fputs(buf_cstr(&text), stderr);
    for (;;) {
        fputs(tr("Change it? [y]es, [n]o, [a]ll, [q]uit: "), stderr);
        if (!read_reply(line, &reply) || view_eq_nocase(view_sub(reply, 0, 1), VIEW("q"))) {
            *ret = HARDEN_QUIT;
            return 0;
        }
        if (view_eq_nocase(view_sub(reply, 0, 1), VIEW("n"))) {
            *ret = HARDEN_AGAIN;
            return add(dialog, &dialog->declined, &dialog->declined_count, key, err);
        }
        dialog->all |= view_eq_nocase(view_sub(reply, 0, 1), VIEW("a"));
        if (dialog->all || view_eq_nocase(view_sub(reply, 0, 1), VIEW("y")))
            return 0;
    }
}

/* Changes of one finding are one: they are decided together. */
static int put_changes(struct harden_dialog *dialog, const struct harden_result *result,
                       enum harden_reply *ret, struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && *ret != HARDEN_QUIT && !dialog->all && i < result->change_count;
         i++) {
        const struct plan_change *change = &result->changes[i];
        struct view key =
            harden_key(change->id, change->path, change->resource, change->part, dialog->arena);

        if (is_listed(dialog->decided, dialog->decided_count, key) ||
            is_listed(dialog->decided, dialog->decided_count, change->id))
            continue;
        r = add(dialog, &dialog->decided, &dialog->decided_count, key, err);
        if (r == 0)
            r = put_change(dialog, change, key, ret, err);
    }
    return r;
}

/* ---- Questions ---- */

static int take_answer(struct harden_dialog *dialog, const struct question *question,
                       struct view of, struct view text, bool *ret_taken, struct error *err)
{
    struct error why = ERROR_INIT;
    struct fix_answer answer, *slot;
    struct view kept = of.len
                           ? arena_printf(dialog->arena, "%.*s=%.*s", VIEW_ARG(of), VIEW_ARG(text))
                           : arena_copy(dialog->arena, text);

    if (answer_parse(question, kept, &answer, &why) < 0) {
        fprintf(stderr, "%s\n", why.message);
        return 0;
    }
    slot = arena_push(dialog->arena, &dialog->answers, &dialog->answer_count, sizeof(*slot));
    if (!slot)
        return error_memory(err);
    *slot = answer;
    *ret_taken = true;
    return 0;
}

/* What a person is asked, and why. */
struct asking {
    const struct question *question;
    struct view of, message;
    struct view id; /* of the check that asks */
};

static int put_question(struct harden_dialog *dialog, const struct asking *asking,
                        enum harden_reply *ret, struct error *err)
{
    const struct question *question = asking->question;
    char line[LINE_LIMIT];
    bool taken = false;
    int r = 0;

    fprintf(stderr, "%.*s\n", VIEW_ARG(asking->message));
    while (r == 0 && !taken) {
        struct view reply;

        fprintf(stderr, "%s", tr(question->text));
        if (asking->of.len)
            fprintf(stderr, " %.*s", VIEW_ARG(asking->of));
        if (question->offer.len)
            fprintf(stderr, " [%.*s]", VIEW_ARG(question->offer));
        fprintf(stderr, tr(" (- leaves it open): "));
        if (!read_reply(line, &reply)) {
            *ret = HARDEN_QUIT;
            return 0;
        }
        if (reply.len == 0)
            reply = question->offer;
        if (reply.len == 0 || view_eq(reply, VIEW("-")))
            return 0;
        r = take_answer(dialog, question, asking->of, reply, &taken, err);
    }
    *ret = HARDEN_AGAIN;
    /* Who answered wants the change. */
    return r < 0 ? r : add(dialog, &dialog->decided, &dialog->decided_count, asking->id, err);
}

/* Once for each question and image. */
static int put_once(struct harden_dialog *dialog, const struct asking *asking,
                    enum harden_reply *ret, struct error *err)
{
    struct view key = arena_printf(dialog->arena, "%.*s %.*s", VIEW_ARG(asking->question->name),
                                   VIEW_ARG(asking->of));
    int r;

    if (is_listed(dialog->asked, dialog->asked_count, key))
        return 0;
    r = add(dialog, &dialog->asked, &dialog->asked_count, key, err);
    return r < 0 ? r : put_question(dialog, asking, ret, err);
}

static int put_left(struct harden_dialog *dialog, const struct plan_left *left,
                    enum harden_reply *ret, struct error *err)
{
    const struct asking asking = {question_find(left->detail), left->of, left->message, left->id};

    return left->reason == PLAN_ASKS ? put_once(dialog, &asking, ret, err) : 0;
}

/* What a change leaves open, unless the change was declined. The answer makes a
 * change of its own, which no check asks for. */
static int put_open(struct harden_dialog *dialog, const struct plan_change *change,
                    enum harden_reply *ret, struct error *err)
{
    const struct asking asking = {question_find(change->asks), VIEW_EMPTY, change->open,
                                  VIEW_EMPTY};
    struct view key =
        harden_key(change->id, change->path, change->resource, change->part, dialog->arena);

    if (!change->asks.len || is_listed(dialog->declined, dialog->declined_count, key))
        return 0;
    return put_once(dialog, &asking, ret, err);
}

static int put_questions(struct harden_dialog *dialog, const struct harden_result *result,
                         enum harden_reply *ret, struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && *ret != HARDEN_QUIT && i < result->change_count; i++)
        r = put_open(dialog, &result->changes[i], ret, err);
    for (size_t i = 0; r == 0 && *ret != HARDEN_QUIT && i < result->left_count; i++)
        r = put_left(dialog, &result->left[i], ret, err);
    return r;
}

int harden_dialog_put(struct harden_dialog *dialog, const struct harden_report *report,
                      enum harden_reply *ret, struct error *err)
{
    enum harden_reply reply = HARDEN_SETTLED;
    int r = put_changes(dialog, &report->result, &reply, err);

    if (r == 0 && reply != HARDEN_QUIT)
        r = put_questions(dialog, &report->result, &reply, err);
    if (r == 0)
        *ret = reply;
    return r;
}
