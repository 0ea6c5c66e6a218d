/* What BuildKit refuses about instructions that could be split. */
#include <ctype.h>

#include "base/text.h"
#include "config/dockerfile/syntax.h"

static const struct dockerfile_flag_rule *find_flag(const struct dockerfile_flag_rule *rules,
                                                    struct view name)
{
    for (; rules && rules->name; rules++)
        if (view_eq(name, view_of(rules->name)))
            return rules;
    return NULL;
}

static bool is_bool(struct view value)
{
    return view_eq_nocase(value, VIEW("true")) || view_eq_nocase(value, VIEW("false"));
}

static void validate_flag(struct dockerfile_reader *reader,
                          const struct dockerfile_instruction *instruction, size_t at)
{
    const struct dockerfile_flag *flag = &instruction->flags[at];
    const char *name = dockerfile_syntax[instruction->command].name;
    const struct dockerfile_flag_rule *rule =
        find_flag(dockerfile_syntax[instruction->command].flags, flag->name);

    if (!rule) {
        dockerfile_report(reader, flag->span, NULL, "%s has no flag --%.*s", name,
                          VIEW_ARG(flag->name));
        return;
    }
    for (size_t i = 0; i < at && rule->type != DOCKERFILE_FLAG_TEXTS; i++) {
        if (view_eq(instruction->flags[i].name, flag->name)) {
            dockerfile_report(reader, flag->span, tr("remove one of them"),
                              "the flag --%s is given twice", rule->name);
            return;
        }
    }
    if (rule->type == DOCKERFILE_FLAG_BOOL && flag->has_value && !is_bool(flag->value))
        dockerfile_report(reader, flag->span, tr("write true or false"),
                          "the flag --%s can't be \"%.*s\"", rule->name, VIEW_ARG(flag->value));
    if (rule->type != DOCKERFILE_FLAG_BOOL && !flag->has_value)
        dockerfile_report(reader, flag->span, tr("write --FLAG=VALUE, without a space"),
                          "the flag --%s has no value", rule->name);
}

static bool valid_stage_name(struct view name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];

        if (i == 0 ? !isalpha(c) || c >= 0x80 : !isalnum(c) && !strchr("-_.", c))
            return false;
    }
    return name.len;
}

static void validate_from(struct dockerfile_reader *reader,
                          const struct dockerfile_instruction *instruction)
{
    const struct dockerfile_word *words = instruction->words;
    bool named = instruction->word_count == 3 && view_eq_nocase(words[1].text, VIEW("as"));

    if (instruction->word_count != 1 && !named)
        dockerfile_report(reader, instruction->span, tr("write FROM IMAGE or FROM IMAGE AS NAME"),
                          "FROM takes an image, and a name behind AS");
    else if (named && !valid_stage_name(words[2].text))
        dockerfile_report(reader, words[2].span,
                          tr("begin it with a letter; letters, digits, \"-\", \"_\" and "
                             "\".\" may follow"),
                          "\"%.*s\" can't be the name of a stage", VIEW_ARG(words[2].text));
}

/* A Go duration: "1h30m", "500ms", "0". */
static bool is_duration(struct view text)
{
    static const struct view units[] = {VIEW("ns"),        VIEW("us"), VIEW("\xc2\xb5s"),
                                        VIEW("\xce\xbcs"), VIEW("ms"), VIEW("s"),
                                        VIEW("m"),         VIEW("h")};

    if (text.len && (text.ptr[0] == '+' || text.ptr[0] == '-'))
        text = view_sub(text, 1, text.len);
    if (view_eq(text, VIEW("0")))
        return true;
    if (text.len == 0)
        return false;
    while (text.len) {
        size_t digits = 0, at = 0, unit = 0;

        while (at < text.len && (isdigit((unsigned char)text.ptr[at]) || text.ptr[at] == '.'))
            digits += text.ptr[at++] != '.';
        text = view_sub(text, at, text.len);
        while (unit < 8 && !view_starts(text, units[unit]))
            unit++;
        if (digits == 0 || digits + 1 < at || unit == 8)
            return false;
        text = view_sub(text, units[unit].len, text.len);
    }
    return true;
}

static void validate_health_flag(struct dockerfile_reader *reader,
                                 const struct dockerfile_flag *flag)
{
    uint64_t count;

    if (!flag->has_value || flag->value.len == 0)
        return;
    if (view_eq(flag->name, VIEW("retries"))) {
        if (!view_to_u64(view_strip_prefix(flag->value, VIEW("+")), &count) || count > INT32_MAX)
            dockerfile_report(reader, flag->span, tr("write a number"),
                              "\"%.*s\" is no number of retries", VIEW_ARG(flag->value));
    } else if (!is_duration(flag->value) || flag->value.ptr[0] == '-') {
        dockerfile_report(reader, flag->span, tr("write a duration such as 30s or 1m30s"),
                          "\"%.*s\" is no duration", VIEW_ARG(flag->value));
    }
}

static void validate_health(struct dockerfile_reader *reader,
                            const struct dockerfile_instruction *instruction)
{
    struct view type = instruction->word_count ? instruction->words[0].text : VIEW_EMPTY;

    if (view_eq_nocase(type, VIEW("none"))) {
        if (instruction->word_count > 1)
            dockerfile_report(reader, instruction->words[1].span, NULL,
                              "HEALTHCHECK NONE takes no arguments");
        return;
    }
    if (!view_eq_nocase(type, VIEW("cmd")))
        dockerfile_report(reader, instruction->span, tr("write HEALTHCHECK CMD COMMAND"),
                          "HEALTHCHECK takes CMD or NONE");
    else if (instruction->word_count < 2)
        dockerfile_report(reader, instruction->span, tr("write HEALTHCHECK CMD COMMAND"),
                          "HEALTHCHECK CMD has no command");
    for (size_t i = 0; i < instruction->flag_count; i++)
        validate_health_flag(reader, &instruction->flags[i]);
}

static void validate_files(struct dockerfile_reader *reader,
                           const struct dockerfile_instruction *instruction)
{
    const struct dockerfile_word *last;
    struct dockerfile_heredoc heredoc;

    if (instruction->word_count < 2) {
        dockerfile_report(reader, instruction->span,
                          tr("name at least one source, and the destination"),
                          "%s has no destination", dockerfile_syntax[instruction->command].name);
        return;
    }
    last = &instruction->words[instruction->word_count - 1];
    if (dockerfile_heredoc_word(last->text, &heredoc, reader->arena))
        dockerfile_report(reader, last->span, tr("name the destination behind it"),
                          "a here-document can't be the destination");
}

static void validate_pairs(struct dockerfile_reader *reader,
                           const struct dockerfile_instruction *instruction)
{
    for (size_t i = 0; i < instruction->pair_count; i++)
        if (instruction->pairs[i].name.text.len == 0)
            dockerfile_report(reader, instruction->pairs[i].value.span, tr("write NAME=VALUE"),
                              "a name is empty");
}

static void validate_arguments(struct dockerfile_reader *reader,
                               const struct dockerfile_instruction *instruction)
{
    const struct dockerfile_syntax *syntax = &dockerfile_syntax[instruction->command];
    bool takes_none = instruction->command == DOCKERFILE_RUN ||
                      instruction->command == DOCKERFILE_CMD ||
                      instruction->command == DOCKERFILE_ENTRYPOINT ||
                      (instruction->exec && instruction->command != DOCKERFILE_SHELL &&
                       instruction->command != DOCKERFILE_VOLUME);
    bool lacks = instruction->word_count + instruction->pair_count == 0 && !instruction->trigger &&
                 (instruction->exec || dockerfile_arguments(instruction).len == 0);

    if (syntax->shape == DOCKERFILE_SHAPE_HEALTH)
        validate_health(reader, instruction);
    else if (instruction->command == DOCKERFILE_ADD || instruction->command == DOCKERFILE_COPY)
        validate_files(reader, instruction);
    else if (instruction->command == DOCKERFILE_FROM)
        validate_from(reader, instruction);
    else if (lacks && !takes_none)
        dockerfile_report(reader, instruction->span, NULL, "%s has no arguments", syntax->name);
    else if (instruction->command == DOCKERFILE_SHELL && !instruction->exec)
        dockerfile_report(reader, instruction->span, tr("write SHELL [\"/bin/sh\", \"-c\"]"),
                          "SHELL takes a JSON array only");
    validate_pairs(reader, instruction);
}

static struct view nearest_command(struct view keyword)
{
    struct view best = VIEW_EMPTY;

    for (unsigned i = 0; i < DOCKERFILE_COMMAND_COUNT; i++) {
        struct view name = view_of(dockerfile_syntax[i].name);
        size_t same = 0, tail = 0;

        while (same < name.len && same < keyword.len &&
               name.ptr[same] == toupper((unsigned char)keyword.ptr[same]))
            same++;
        while (tail < name.len - same && tail < keyword.len - same &&
               name.ptr[name.len - tail - 1] ==
                   toupper((unsigned char)keyword.ptr[keyword.len - tail - 1]))
            tail++;
        if (same + tail + 2 >= name.len && same + tail + 2 >= keyword.len && same + tail > 1 &&
            same > 0)
            best = name;
    }
    return best;
}

static void validate_unknown(struct dockerfile_reader *reader,
                             const struct dockerfile_instruction *instruction)
{
    struct view near = nearest_command(instruction->keyword);

    if (near.len)
        dockerfile_report(reader, instruction->keyword_span, NULL,
                          "there is no instruction %.*s; did you mean %.*s?",
                          VIEW_ARG(instruction->keyword), VIEW_ARG(near));
    else
        dockerfile_report(reader, instruction->keyword_span, NULL, "there is no instruction %.*s",
                          VIEW_ARG(instruction->keyword));
}

void dockerfile_validate(struct dockerfile_reader *reader,
                         const struct dockerfile_instruction *instruction)
{
    if (instruction->command == DOCKERFILE_UNKNOWN) {
        validate_unknown(reader, instruction);
        return;
    }
    /* The builder does not look at those of ARG and STOPSIGNAL. */
    for (size_t i = 0; i < instruction->flag_count; i++)
        if (instruction->command != DOCKERFILE_ARG && instruction->command != DOCKERFILE_STOPSIGNAL)
            validate_flag(reader, instruction, i);
    validate_arguments(reader, instruction);
    if (instruction->trigger)
        dockerfile_validate(reader, instruction->trigger);
}
