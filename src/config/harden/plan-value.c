#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"
#include "config/harden/plan-state.h"
#include "config/kubernetes/image-name.h"
#include "config/values.h"

enum { VALUE_TEXT_LIMIT = 200 /* bytes of a value that is told */ };

/* ---- Values as text ---- */

static void write_value(struct buf *to, const struct document_node *node)
{
    bool list = node->kind == DOCUMENT_SEQUENCE;

    if (node->kind < DOCUMENT_SEQUENCE) {
        buf_add(to, node->text);
        return;
    }
    buf_add_char(to, list ? '[' : '{');
    for (size_t i = 0; i < document_count(node) && !to->failed; i++) {
        if (i)
            buf_add_str(to, ", ");
        if (!list) {
            write_value(to, node->mapping.pairs[i].key);
            buf_add_str(to, ": ");
        }
        write_value(to, list ? node->sequence.items[i] : node->mapping.pairs[i].value);
    }
    buf_add_char(to, list ? ']' : '}');
}

struct view plan_value_text(const struct document_node *node, struct arena *arena)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(VALUE_TEXT_LIMIT);
    struct view rest, line;

    write_value(&text, node);
    if (text.failed)
        return VIEW("...");
    rest = buf_view(&text);
    line = view_line(&rest);
    return arena_copy(arena, line);
}

/* ---- Answers as values ---- */

struct view plan_image_name(struct view image)
{
    struct view rest = image, name = view_cut(&rest, '@');
    ptrdiff_t slash = view_rfind(name, '/'), colon = view_rfind(name, ':');

    return colon > slash ? view_sub(name, 0, (size_t)colon) : name;
}

/* The answer for an image, by its name as written or in full. */
static bool get_for_image(const struct plan_work *work, struct view question, struct view image,
                          struct view *ret)
{
    const struct answers *answers = &work->plan->options.answers;
    struct arena *arena = work->plan->arena;
    struct image_name full;

    if (answers_get(answers, question, plan_image_name(image), ret))
        return true;
    if (!image_name_parse(image, arena, &full))
        return false;
    return answers_get(answers, question, full.repository, ret) ||
           answers_get(
               answers, question,
               arena_printf(arena, "%.*s/%.*s", VIEW_ARG(full.registry), VIEW_ARG(full.repository)),
               ret);
}

static const struct document_node *image_value(struct plan_work *work, struct view question,
                                               const struct document_node *now)
{
    struct arena *arena = work->plan->arena;
    struct view image = document_text(now), rest = image, name = view_cut(&rest, '@'), answer;
    bool digest = view_eq(question, VIEW("image-digest"));

    if (!image.len || !get_for_image(work, question, image, &answer))
        return NULL;
    if (digest)
        return values_new_text(
            arena, arena_printf(arena, "%.*s@%.*s", VIEW_ARG(name), VIEW_ARG(answer)), now);
    return values_new_text(
        arena, arena_printf(arena, "%.*s:%.*s", VIEW_ARG(plan_image_name(image)), VIEW_ARG(answer)),
        now);
}

/* Compose has cores as a decimal number, and bytes with units of one letter. */
static struct view compose_quantity(struct view question, struct view answer, struct arena *arena)
{
    uint64_t thousandths;

    if (!view_eq(question, VIEW("cpu-limit")))
        return view_strip_suffix(answer, VIEW("i"));
    if (!view_ends(answer, VIEW("m")) ||
        !view_to_u64(view_strip_suffix(answer, VIEW("m")), &thousandths))
        return answer;
    return arena_printf(arena, "%llu.%03llu", (unsigned long long)(thousandths / 1000),
                        (unsigned long long)(thousandths % 1000));
}

/* A compose service's user, with the group where that was answered too. */
static struct view compose_user(const struct plan_work *work, struct view user, struct view service)
{
    struct view group;

    if (!answers_get(&work->plan->options.answers, VIEW("run-as-group"), service, &group))
        return user;
    return arena_printf(work->plan->arena, "%.*s:%.*s", VIEW_ARG(user), VIEW_ARG(group));
}

/* Whom an answer can be for: a container, or a service. */
static struct view subject_of(const struct plan_work *work)
{
    static const struct view service = VIEW("service ");

    if (work->kind == &config_compose)
        return view_strip_prefix(work->event->resource, service);
    return work->event->part;
}

static const struct document_node *plain_value(struct view text, struct arena *arena)
{
    const struct document_node *node;

    return document_edit_value(text, arena, &node, NULL) < 0 ? NULL : node;
}

const struct document_node *plan_answer(struct plan_work *work, struct view question,
                                        const struct document_node *now)
{
    const struct question *asked = question_find(question);
    struct arena *arena = work->plan->arena;
    const struct document_node *value = NULL;
    struct view answer;

    if (asked->per_image) {
        value = image_value(work, question, now);
    } else if (answers_get(&work->plan->options.answers, question, subject_of(work), &answer)) {
        bool compose = work->kind == &config_compose;

        if (compose && asked->type == QUESTION_QUANTITY)
            value = values_new_text(arena, compose_quantity(question, answer, arena), NULL);
        else if (compose && asked->type == QUESTION_ID)
            value = values_new_text(arena, compose_user(work, answer, subject_of(work)), NULL);
        else if (asked->type == QUESTION_ID || asked->type == QUESTION_QUANTITY)
            value = plain_value(answer, arena);
        else
            value = values_new_text(arena, answer, NULL);
    }
    if (!value && !work->asked.len) {
        work->asked = question;
        work->asked_of = asked->per_image ? plan_image_name(document_text(now)) : VIEW_EMPTY;
    }
    return value;
}
