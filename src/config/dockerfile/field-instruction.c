#include "config/dockerfile/field.h"

DOCKERFILE_FIELD(instruction_name)
{
    (void)use;
    return values_text(view_of(dockerfile_command_name(e->step->instruction->command)), NULL,
                       scratch);
}

DOCKERFILE_FIELD(instruction_keyword)
{
    (void)use;
    return values_text(e->step->instruction->keyword, NULL, scratch);
}

DOCKERFILE_FIELD(instruction_text)
{
    (void)use;
    return values_text(dockerfile_arguments(e->step->instruction), NULL, scratch);
}

DOCKERFILE_FIELD(instruction_args)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < e->step->instruction->word_count; i++)
        dockerfile_list_add(&list, e->step->words[i].text, e->step->words[i].known, VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(instruction_flags)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < e->step->instruction->flag_count; i++)
        dockerfile_list_add(&list, e->step->instruction->flags[i].name, e->step->flags[i].known,
                            e->step->flags[i].text);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(instruction_flag)
{
    const struct dockerfile_instruction *instruction = e->step->instruction;
    const struct dockerfile_flag *flag = dockerfile_flag(instruction, use->argument);

    return flag ? dockerfile_known(e->step->flags[flag - instruction->flags], scratch)
                : values_none();
}

DOCKERFILE_FIELD(instruction_exec)
{
    (void)use;
    return values_bool(e->step->instruction->exec, NULL, scratch);
}

DOCKERFILE_FIELD(instruction_onbuild)
{
    (void)use;
    return values_bool(e->step->onbuild, NULL, scratch);
}

DOCKERFILE_FIELD(instruction_second)
{
    (void)use;
    return values_bool(e->step->second, NULL, scratch);
}

DOCKERFILE_FIELD(instruction_replaced)
{
    (void)use;
    return values_bool(e->step->replaced, NULL, scratch);
}

DOCKERFILE_FIELD(instruction_previous)
{
    (void)use;
    return e->step->previous
               ? values_text(
                     view_of(dockerfile_command_name(e->step->previous->instruction->command)),
                     NULL, scratch)
               : values_none();
}

DOCKERFILE_FIELD(instruction_blank_line)
{
    (void)use;
    return values_bool(e->step->instruction->blank_line, NULL, scratch);
}

DOCKERFILE_FIELD(instruction_user)
{
    (void)use;
    return dockerfile_known(e->step->user, scratch);
}

DOCKERFILE_FIELD(instruction_workdir)
{
    (void)use;
    return dockerfile_known(e->step->workdir, scratch);
}
