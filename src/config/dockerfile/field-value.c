/* Fields of COPY and ADD, ENV, ARG, LABEL and EXPOSE. */
#include "config/dockerfile/field.h"

/* ---- COPY and ADD ---- */

DOCKERFILE_FIELD(copy_sources)
{
    struct dockerfile_list list = {.scratch = scratch};
    struct dockerfile_heredoc heredoc;

    (void)use;
    for (size_t i = 0; i + 1 < e->step->instruction->word_count; i++)
        if (!dockerfile_heredoc_word(e->step->instruction->words[i].text, &heredoc, scratch))
            dockerfile_list_add(&list, e->step->words[i].text, e->step->words[i].known, VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(copy_destination)
{
    const struct dockerfile_instruction *instruction = e->step->instruction;

    (void)use;
    return instruction->word_count > 1
               ? dockerfile_known(e->step->words[instruction->word_count - 1], scratch)
               : values_none();
}

DOCKERFILE_FIELD(copy_from)
{
    (void)use;
    return e->step->from.text.len ? dockerfile_known(e->step->from, scratch) : values_none();
}

/* A stage that comes later, or the own one. */
static const struct dockerfile_stage *stage_ahead(const struct dockerfile_event *e)
{
    uint64_t number;
    bool is_number = view_to_u64(e->step->from.text, &number);

    for (size_t i = e->stage->index; i < e->build->stage_count; i++) {
        const struct dockerfile_stage *stage = e->build->stages[i];

        if ((stage->name.len && view_eq_nocase(stage->name, e->step->from.text)) ||
            (is_number && number == i))
            return stage;
    }
    return NULL;
}

DOCKERFILE_FIELD(copy_from_kind)
{
    const struct dockerfile_stage *ahead;
    uint64_t number;

    (void)use;
    if (!e->stage || !e->step->from.text.len || !e->step->from.known)
        return values_none();
    if (e->step->source)
        return values_text(VIEW("stage"), NULL, scratch);
    ahead = stage_ahead(e);
    if (ahead)
        return values_text(ahead == e->stage ? VIEW("itself") : VIEW("later"), NULL, scratch);
    return values_text(view_to_u64(e->step->from.text, &number) ? VIEW("none") : VIEW("image"),
                       NULL, scratch);
}

static struct rule_values flag_value(const struct dockerfile_event *e, struct view name,
                                     struct arena *scratch)
{
    const struct dockerfile_instruction *instruction = e->step->instruction;
    const struct dockerfile_flag *flag = dockerfile_flag(instruction, name);

    return flag ? dockerfile_known(e->step->flags[flag - instruction->flags], scratch)
                : values_none();
}

DOCKERFILE_FIELD(copy_chown)
{
    (void)use;
    return flag_value(e, VIEW("chown"), scratch);
}

DOCKERFILE_FIELD(copy_chmod)
{
    (void)use;
    return flag_value(e, VIEW("chmod"), scratch);
}

DOCKERFILE_FIELD(copy_checksum)
{
    (void)use;
    return flag_value(e, VIEW("checksum"), scratch);
}

DOCKERFILE_FIELD(copy_heredoc)
{
    (void)use;
    return values_bool(e->step->instruction->heredoc_count != 0, NULL, scratch);
}

/* ---- pairs ---- */

static const struct dockerfile_pair *pair_of(const struct dockerfile_event *e)
{
    return &e->step->instruction->pairs[e->at];
}

DOCKERFILE_FIELD(pair_name)
{
    (void)use;
    return values_text(pair_of(e)->name.text, NULL, scratch);
}

DOCKERFILE_FIELD(pair_value)
{
    (void)use;
    return pair_of(e)->has_value ? values_text(e->step->pairs[e->at].text, NULL, scratch)
                                 : values_none();
}

DOCKERFILE_FIELD(pair_known)
{
    (void)use;
    return values_bool(pair_of(e)->has_value && e->step->pairs[e->at].known, NULL, scratch);
}

DOCKERFILE_FIELD(pair_legacy)
{
    (void)use;
    return values_bool(pair_of(e)->legacy, NULL, scratch);
}

DOCKERFILE_FIELD(arg_global)
{
    (void)use;
    return values_bool(!e->step->stage, NULL, scratch);
}

DOCKERFILE_FIELD(arg_used)
{
    (void)use;
    return values_bool(e->argument && e->argument->used, NULL, scratch);
}

DOCKERFILE_FIELD(arg_run_follows)
{
    (void)use;
    return values_bool(e->argument && e->argument->run_follows, NULL, scratch);
}

/* ---- EXPOSE ---- */

static bool parse_number(struct view text, uint32_t *ret)
{
    uint64_t number;

    if (!view_to_u64(text, &number) || number > UINT32_MAX)
        return false;
    *ret = (uint32_t)number;
    return true;
}

struct dockerfile_port dockerfile_port(struct dockerfile_value word)
{
    struct dockerfile_port port = {.known = word.known};
    struct view ports = view_cut(&word.text, '/'), last = ports, first = view_cut(&last, '-');
    bool range = last.ptr;

    port.protocol = word.text;
    port.valid = parse_number(first, &port.first);
    port.last = port.first;
    if (port.valid && range)
        port.valid = parse_number(last, &port.last);
    port.valid =
        port.valid && port.first > 0 && port.last <= 65535 && port.first <= port.last &&
        (!word.text.ptr || view_eq_nocase(word.text, VIEW("tcp")) ||
         view_eq_nocase(word.text, VIEW("udp")) || view_eq_nocase(word.text, VIEW("sctp")));
    return port;
}

static struct dockerfile_port port_of(const struct dockerfile_event *e)
{
    return dockerfile_port(e->step->words[e->at]);
}

DOCKERFILE_FIELD(expose_port)
{
    struct dockerfile_port port = port_of(e);

    (void)use;
    return port.known && port.valid ? values_number(port.first, NULL, scratch) : values_none();
}

DOCKERFILE_FIELD(expose_last)
{
    struct dockerfile_port port = port_of(e);

    (void)use;
    return port.known && port.valid ? values_number(port.last, NULL, scratch) : values_none();
}

DOCKERFILE_FIELD(expose_protocol)
{
    struct dockerfile_port port = port_of(e);

    (void)use;
    if (!port.known || !port.valid)
        return values_none();
    return values_text(port.protocol.len ? port.protocol : VIEW("tcp"), NULL, scratch);
}

DOCKERFILE_FIELD(expose_valid)
{
    struct dockerfile_port port = port_of(e);

    (void)use;
    return port.known ? values_bool(port.valid, NULL, scratch) : values_none();
}

DOCKERFILE_FIELD(expose_text)
{
    (void)use;
    return values_text(e->step->words[e->at].text, NULL, scratch);
}
