#include "cmd/cli/harden-answers.h"

#include "cmd/cli/cluster-option.h"

struct reading {
    const struct invocation *invocation;
    struct fix_answer *list;
    size_t count;
};

static int add_answer(struct reading *reading, const char *question, struct view text,
                      struct error *err)
{
    struct fix_answer answer, *slot;
    int r = answer_parse(question_find(view_of(question)), text, &answer, err);

    if (r < 0)
        return r;
    slot = arena_push(reading->invocation->arena, &reading->list, &reading->count, sizeof(*slot));
    if (!slot)
        return error_memory(err);
    *slot = answer;
    return 0;
}

static int add_answers(struct reading *reading, const char *question,
                       const struct option_texts *texts, struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < texts->count; i++)
        r = add_answer(reading, question, view_of(texts->items[i]), err);
    return r;
}

/* --answer QUESTION=VALUE */
static int add_named(struct reading *reading, struct error *err)
{
    const struct option_texts *texts = &settings_of(reading->invocation)->answers;
    int r = 0;

    for (size_t i = 0; r == 0 && i < texts->count; i++) {
        struct view value = view_of(texts->items[i]), name = view_cut(&value, '=');
        const struct question *question = question_find(name);

        if (!question) {
            error_set(err, ERROR_USAGE, "--answer: nobody asks '%.*s'", VIEW_ARG(name));
            error_hint(err, "what is asked is told where it is missing");
            return ERROR_USAGE;
        }
        r = add_answer(reading, question->name.ptr, value, err);
    }
    return r;
}

int harden_answers_read(const struct invocation *invocation, struct plan_options *ret,
                        struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const struct {
        const char *question;
        const struct option_texts *texts;
    } lists[] = {
        {"run-as-user", &s->run_as_user},
        {"run-as-group", &s->run_as_group},
        {"fs-group", &s->fs_group},
        {"cpu-limit", &s->cpu_limit},
        {"memory-limit", &s->memory_limit},
        {"cpu-request", &s->cpu_request},
        {"memory-request", &s->memory_request},
        {"writable-paths", &s->writable},
        {"image-tag", &s->image_tags},
        {"image-digest", &s->image_digests},
    };
    const struct {
        const char *question, *text;
    } single[] = {
        {"apparmor-profile", s->apparmor_profile},
        {"selinux-level", s->selinux_level},
        {"selinux-type", s->selinux_type},
    };
    struct reading reading = {.invocation = invocation};
    int r = cluster_option_read(invocation, &ret->target, err);

    for (size_t i = 0; r == 0 && i < sizeof(lists) / sizeof(lists[0]); i++)
        r = add_answers(&reading, lists[i].question, lists[i].texts, err);
    for (size_t i = 0; r == 0 && i < sizeof(single) / sizeof(single[0]); i++)
        if (single[i].text)
            r = add_answer(&reading, single[i].question, view_of(single[i].text), err);
    if (r == 0)
        r = add_named(&reading, err);
    ret->answers = (struct answers){reading.list, reading.count};
    return r;
}
