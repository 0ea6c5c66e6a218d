#include "config/dockerfile/field.h"

DOCKERFILE_FIELD(stage_name)
{
    (void)use;
    return dockerfile_text_or_none(e->stage->name, scratch);
}

DOCKERFILE_FIELD(stage_index)
{
    (void)use;
    return values_number((int64_t)e->stage->index, NULL, scratch);
}

DOCKERFILE_FIELD(stage_final)
{
    (void)use;
    return values_bool(e->stage->final, NULL, scratch);
}

DOCKERFILE_FIELD(stage_used)
{
    (void)use;
    return values_bool(e->stage->used || e->stage->final || e->build->from_unknown, NULL, scratch);
}

DOCKERFILE_FIELD(stage_duplicate)
{
    (void)use;
    return values_bool(e->stage->duplicate, NULL, scratch);
}

DOCKERFILE_FIELD(stage_windows)
{
    (void)use;
    return values_bool(e->stage->windows, NULL, scratch);
}

DOCKERFILE_FIELD(stage_scratch)
{
    (void)use;
    return values_bool(e->stage->scratch, NULL, scratch);
}

DOCKERFILE_FIELD(stage_platform)
{
    (void)use;
    return e->stage->platform.text.len ? dockerfile_known(e->stage->platform, scratch)
                                       : values_none();
}

DOCKERFILE_FIELD(stage_instructions)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < e->stage->step_count; i++)
        dockerfile_list_add(
            &list, view_of(dockerfile_command_name(e->stage->steps[i]->instruction->command)), true,
            VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(stage_programs)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (size_t i = 0; i < e->stage->step_count; i++) {
        const struct shell_script *script = e->stage->steps[i]->script;

        for (size_t j = 0; script && j < script->command_count; j++)
            if (script->commands[j]->name.len)
                dockerfile_list_add(&list, script->commands[j]->name, true, VIEW_EMPTY);
    }
    return dockerfile_list_values(&list);
}

/* ---- base ---- */

DOCKERFILE_FIELD(stage_base)
{
    (void)use;
    return dockerfile_known(e->stage->base, scratch);
}

DOCKERFILE_FIELD(stage_base_written)
{
    (void)use;
    return dockerfile_text_or_none(e->stage->base.text, scratch);
}

DOCKERFILE_FIELD(stage_base_known)
{
    (void)use;
    return values_bool(e->stage->base.known, NULL, scratch);
}

DOCKERFILE_FIELD(stage_base_stage)
{
    (void)use;
    return e->stage->parent ? dockerfile_text_or_none(e->stage->parent->name, scratch)
                            : values_none();
}

/* The image below all stages it is built on. */
static const struct dockerfile_stage *root_of(const struct dockerfile_stage *stage)
{
    while (stage->parent)
        stage = stage->parent;
    return stage;
}

static struct rule_values image_part(const struct dockerfile_event *e, struct view part,
                                     struct arena *scratch)
{
    const struct dockerfile_stage *root = root_of(e->stage);

    return root->scratch || view_find(part, '$') >= 0 ? values_none()
                                                      : dockerfile_text_or_none(part, scratch);
}

DOCKERFILE_FIELD(stage_base_image)
{
    (void)use;
    return dockerfile_known(root_of(e->stage)->base, scratch);
}

DOCKERFILE_FIELD(stage_base_registry)
{
    (void)use;
    return image_part(e, root_of(e->stage)->image.registry, scratch);
}

DOCKERFILE_FIELD(stage_base_repository)
{
    (void)use;
    return image_part(e, root_of(e->stage)->image.repository, scratch);
}

DOCKERFILE_FIELD(stage_base_name)
{
    (void)use;
    return image_part(e, root_of(e->stage)->image.name, scratch);
}

DOCKERFILE_FIELD(stage_base_tag)
{
    (void)use;
    return image_part(e, root_of(e->stage)->image.tag, scratch);
}

DOCKERFILE_FIELD(stage_base_digest)
{
    (void)use;
    return image_part(e, root_of(e->stage)->image.digest, scratch);
}

/* ---- in effect at its end ---- */

static struct dockerfile_value user_of(const struct dockerfile_stage *stage)
{
    if (!stage->user || stage->user->instruction->word_count == 0)
        return (struct dockerfile_value){VIEW_EMPTY, false};
    return stage->user->words[0];
}

DOCKERFILE_FIELD(stage_user)
{
    (void)use;
    return dockerfile_known(user_of(e->stage), scratch);
}

DOCKERFILE_FIELD(stage_user_set)
{
    (void)use;
    return values_bool(e->stage->user != NULL, NULL, scratch);
}

DOCKERFILE_FIELD(stage_user_name)
{
    struct dockerfile_value user = user_of(e->stage);

    (void)use;
    user.text = view_cut(&user.text, ':');
    return dockerfile_known(user, scratch);
}

DOCKERFILE_FIELD(stage_user_group)
{
    struct dockerfile_value user = user_of(e->stage);

    (void)use;
    view_cut(&user.text, ':');
    return user.text.ptr ? dockerfile_known(user, scratch) : values_none();
}

DOCKERFILE_FIELD(stage_user_numeric)
{
    struct dockerfile_value user = user_of(e->stage);
    uint64_t number;

    (void)use;
    if (!user.known)
        return values_none();
    return values_bool(view_to_u64(view_cut(&user.text, ':'), &number), NULL, scratch);
}

DOCKERFILE_FIELD(stage_workdir)
{
    const struct dockerfile_step *step = e->stage->workdir;

    (void)use;
    return step && step->instruction->word_count ? dockerfile_known(step->words[0], scratch)
                                                 : values_none();
}

DOCKERFILE_FIELD(stage_healthcheck)
{
    const struct dockerfile_step *step = e->stage->healthcheck;

    (void)use;
    if (!step || step->instruction->word_count == 0)
        return values_none();
    return values_text(view_eq_nocase(step->instruction->words[0].text, VIEW("none")) ? VIEW("NONE")
                                                                                      : VIEW("CMD"),
                       NULL, scratch);
}

static struct rule_values form_of(const struct dockerfile_step *step, struct arena *scratch)
{
    if (!step)
        return values_none();
    return values_text(step->instruction->exec ? VIEW("exec") : VIEW("shell"), NULL, scratch);
}

DOCKERFILE_FIELD(stage_cmd)
{
    (void)use;
    return form_of(e->stage->cmd, scratch);
}

DOCKERFILE_FIELD(stage_entrypoint)
{
    (void)use;
    return form_of(e->stage->entrypoint, scratch);
}

DOCKERFILE_FIELD(stage_shell)
{
    const struct dockerfile_step *step = e->stage->shell;

    (void)use;
    return step && step->instruction->word_count
               ? values_text(step->instruction->words[0].text, NULL, scratch)
               : values_none();
}

DOCKERFILE_FIELD(stage_exposes)
{
    struct dockerfile_list list = {.scratch = scratch};

    (void)use;
    for (const struct dockerfile_stage *stage = e->stage; stage; stage = stage->parent)
        for (size_t i = 0; i < stage->step_count; i++)
            if (stage->steps[i]->instruction->command == DOCKERFILE_EXPOSE)
                for (size_t j = 0; j < stage->steps[i]->instruction->word_count; j++)
                    dockerfile_list_add(&list, stage->steps[i]->words[j].text,
                                        stage->steps[i]->words[j].known, VIEW_EMPTY);
    return dockerfile_list_values(&list);
}

DOCKERFILE_FIELD(stage_env)
{
    const struct dockerfile_variable *variable =
        dockerfile_scope_find(&e->stage->scope, use->argument);

    return variable && variable->set && !variable->argument
               ? values_text(variable->value.text, NULL, scratch)
               : values_none();
}
