#include "config/image/history.h"

#include "config/kubernetes/secret-value.h"

static const struct view instructions[] = {
    VIEW("RUN"),     VIEW("COPY"),       VIEW("ADD"),         VIEW("ENV"),        VIEW("CMD"),
    VIEW("EXPOSE"),  VIEW("ENTRYPOINT"), VIEW("HEALTHCHECK"), VIEW("USER"),       VIEW("VOLUME"),
    VIEW("LABEL"),   VIEW("WORKDIR"),    VIEW("ARG"),         VIEW("STOPSIGNAL"), VIEW("SHELL"),
    VIEW("ONBUILD"), VIEW("MAINTAINER"), VIEW("FROM"),
};

/* The instruction off the front, or an empty view. */
static struct view cut_instruction(struct view *text)
{
    struct view rest = *text, word = view_word(&rest);

    for (size_t i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++)
        if (view_eq(word, instructions[i])) {
            *text = view_trim(rest);
            return word;
        }
    return VIEW_EMPTY;
}

static bool is_shell(struct view word)
{
    return view_starts(word, VIEW("/")) || view_eq(word, VIEW("sh")) ||
           view_eq(word, VIEW("bash")) || view_eq(word, VIEW("cmd")) ||
           view_eq(word, VIEW("powershell"));
}

static bool is_name(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!((text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') ||
              (text.ptr[i] >= 'a' && text.ptr[i] <= 'z') || text.ptr[i] == '_' ||
              (i > 0 && text.ptr[i] >= '0' && text.ptr[i] <= '9')))
            return false;
    return text.len > 0;
}

static void push(struct image_texts *texts, struct view text, struct arena *arena)
{
    struct view *list = (struct view *)texts->list;
    struct view *slot = arena_push(arena, &list, &texts->count, sizeof(*slot));

    if (slot)
        *slot = text;
    texts->list = list;
}

/* "|2 A=1 B=2 " off the front. */
static void cut_arguments(struct view *text, struct image_subject_history *ret, struct arena *arena)
{
    struct view rest = *text, after, before;
    uint64_t count;

    if (!view_starts(rest, VIEW("|")))
        return;
    rest = view_sub(rest, 1, rest.len);
    if (!view_to_u64(view_word(&rest), &count) || count > HISTORY_ARGUMENTS_LIMIT)
        return;
    while (ret->arguments.count < count && rest.len) {
        struct view word = view_word(&rest), value = word, name = view_cut(&value, '=');

        if (!value.ptr || !is_name(name))
            continue; /* of the value before */
        push(&ret->arguments, name, arena);
        if (secret_named(name, value))
            push(&ret->secret_arguments, name, arena);
    }
    /* The last value goes on to the shell. */
    for (after = rest; after.len;) {
        before = view_trim(after);
        if (is_shell(view_word(&after))) {
            rest = before;
            break;
        }
    }
    *text = view_trim(rest);
}

static struct view cut_shell(struct view text)
{
    struct view rest = text, shell = view_word(&rest), option = view_word(&rest);

    if (is_shell(shell) && option.len >= 2 && (option.ptr[0] == '-' || option.ptr[0] == '/') &&
        option.ptr[option.len - 1] == 'c')
        return view_trim(rest);
    return text;
}

void history_parse(struct view created_by, struct arena *arena, struct image_subject_history *ret)
{
    struct view text = view_trim(view_strip_suffix(view_trim(created_by), VIEW("# buildkit")));
    ptrdiff_t nothing = view_find_view(text, VIEW("#(nop)"));

    if (nothing >= 0 && nothing < 64) {
        text = view_trim(view_sub(text, (size_t)nothing + 6, text.len));
        ret->instruction = cut_instruction(&text);
        ret->text = text;
        return;
    }
    ret->instruction = cut_instruction(&text);
    cut_arguments(&text, ret, arena);
    ret->text = cut_shell(text);
    if (ret->instruction.len == 0 && ret->text.ptr != text.ptr)
        ret->instruction = VIEW("RUN");
}
