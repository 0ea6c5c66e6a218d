#include "config/dockerfile/build.h"

#include "config/dockerfile/builder.h"

static bool names_windows(struct view base, struct view platform)
{
    static const struct view marks[] = {VIEW("windows"), VIEW("nanoserver"), VIEW("servercore")};

    if (view_starts(platform, VIEW("windows")))
        return true;
    for (size_t i = 0; i < 3; i++)
        if (view_find_view(base, marks[i]) >= 0)
            return true;
    return false;
}

/* ---- expansion ---- */

static struct dockerfile_value as_written(struct view text)
{
    return (struct dockerfile_value){text, view_find(text, '$') < 0};
}

/* A value of the scope; a malformed word stays as written and is not known. */
static struct dockerfile_value expand(struct builder *b, struct view word,
                                      const struct dockerfile_scope *scope)
{
    struct dockerfile_value value = {word, false};

    if (!memchr(word.ptr ? word.ptr : "", '$', word.len) && view_find(word, '"') < 0 &&
        view_find(word, '\'') < 0 && view_find(word, b->file->escape) < 0)
        return (struct dockerfile_value){word, true};
    dockerfile_expand(word, b->file->escape, scope, b->arena, &value, NULL);
    return value;
}

static bool expands_words(enum dockerfile_command command)
{
    return command == DOCKERFILE_ADD || command == DOCKERFILE_COPY ||
           command == DOCKERFILE_EXPOSE || command == DOCKERFILE_FROM ||
           command == DOCKERFILE_STOPSIGNAL || command == DOCKERFILE_USER ||
           command == DOCKERFILE_VOLUME || command == DOCKERFILE_WORKDIR;
}

static int expand_words(struct builder *b, struct dockerfile_step *step,
                        const struct dockerfile_scope *scope)
{
    const struct dockerfile_instruction *instruction = step->instruction;
    struct dockerfile_value *words = arena_array(b->arena, instruction->word_count, sizeof(*words));
    struct dockerfile_value *flags = arena_array(b->arena, instruction->flag_count, sizeof(*flags));
    struct dockerfile_value *pairs = arena_array(b->arena, instruction->pair_count, sizeof(*pairs));
    bool expanded = expands_words(instruction->command) && !step->onbuild;

    if (arena_failed(b->arena, "a Dockerfile", b->err) < 0)
        return ERROR_MEMORY;
    for (size_t i = 0; i < instruction->word_count; i++)
        words[i] = expanded ? expand(b, instruction->words[i].text, scope)
                            : as_written(instruction->words[i].text);
    for (size_t i = 0; i < instruction->flag_count; i++)
        flags[i] = step->onbuild ? as_written(instruction->flags[i].value)
                                 : expand(b, instruction->flags[i].value, scope);
    for (size_t i = 0; i < instruction->pair_count; i++)
        pairs[i] = step->onbuild ? as_written(instruction->pairs[i].value.text)
                                 : expand(b, instruction->pairs[i].value.text, scope);
    step->words = words;
    step->flags = flags;
    step->pairs = pairs;
    return arena_failed(b->arena, "a Dockerfile", b->err);
}

/* ---- variables ---- */

/* The builder gives these itself, when they are declared. */
static bool is_platform_argument(struct view name)
{
    static const struct view names[] = {
        VIEW("TARGETPLATFORM"), VIEW("TARGETOS"),      VIEW("TARGETARCH"),
        VIEW("TARGETVARIANT"),  VIEW("BUILDPLATFORM"), VIEW("BUILDOS"),
        VIEW("BUILDARCH"),      VIEW("BUILDVARIANT"),  VIEW("TARGETSTAGE"),
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (view_eq(name, names[i]))
            return true;
    return false;
}

static struct dockerfile_argument *add_argument(struct builder *b, struct dockerfile_step *step,
                                                size_t pair)
{
    struct dockerfile_argument *argument = arena_alloc(b->arena, sizeof(*argument));
    struct dockerfile_argument **slot =
        arena_push(b->arena, &b->arguments, &b->build->argument_count, sizeof(*slot));

    if (!argument || !slot)
        return NULL;
    *argument = (struct dockerfile_argument){step, pair, false, false};
    *slot = argument;
    return argument;
}

static void set_argument(struct builder *b, struct dockerfile_variable *variable,
                         struct dockerfile_value value, bool has_default)
{
    struct dockerfile_variable *global =
        b->stage ? dockerfile_scope_find(&b->global, variable->name) : NULL;

    variable->argument = true;
    variable->set = has_default;
    variable->value = value;
    if (global && global->used)
        *global->used = true;
    if (!has_default && global && global->set) {
        variable->set = true;
        variable->value = global->value;
    }
    if (is_platform_argument(variable->name)) {
        variable->set = true;
        variable->value.known = false;
        variable->value.text = arena_printf(b->arena, "${%.*s}", VIEW_ARG(variable->name));
    }
}

static int declare_argument(struct builder *b, struct dockerfile_step *step, size_t i)
{
    const struct dockerfile_pair *pair = &step->instruction->pairs[i];
    struct dockerfile_scope *scope = b->stage ? &b->stage->scope : &b->global;
    struct dockerfile_argument *argument = add_argument(b, step, i);
    struct dockerfile_variable *variable = dockerfile_scope_add(scope, pair->name.text, b->arena);

    if (!argument || !variable)
        return error_memory(b->err);
    if (variable->set && !variable->argument)
        return 0; /* ENV goes before ARG */
    variable->used = &argument->used;
    set_argument(b, variable, step->pairs[i], pair->has_value);
    return 0;
}

static int set_variable(struct builder *b, struct dockerfile_step *step, size_t i)
{
    struct dockerfile_value name =
        expand(b, step->instruction->pairs[i].name.text, builder_scope(b));
    struct dockerfile_variable *variable =
        dockerfile_scope_add(&b->stage->scope, name.text, b->arena);

    if (!variable)
        return error_memory(b->err);
    variable->set = true;
    variable->argument = false;
    variable->value = step->pairs[i];
    return 0;
}

/* ---- stages ---- */

static struct dockerfile_stage *find_stage(struct builder *b, struct view name)
{
    uint64_t number;

    for (size_t i = b->build->stage_count; i-- > 0;)
        if (b->stages[i] != b->stage && b->stages[i]->name.len &&
            view_eq_nocase(b->stages[i]->name, name))
            return b->stages[i];
    if (view_to_u64(name, &number) && number < b->build->stage_count &&
        b->stages[number] != b->stage)
        return b->stages[number];
    return NULL;
}

static void end_stage(struct builder *b)
{
    struct dockerfile_stage *stage = b->stage;
    const struct dockerfile_step *last[DOCKERFILE_COMMAND_COUNT] = {NULL};

    if (!stage)
        return;
    for (size_t i = b->build->step_count; i-- > b->first_step;) {
        struct dockerfile_step *step = b->steps[i];
        enum dockerfile_command command = step->instruction->command;

        if (command >= DOCKERFILE_COMMAND_COUNT || step->onbuild)
            continue;
        step->replaced = last[command] != NULL;
        last[command] = last[command] ? last[command] : step;
    }
    for (size_t i = b->first_step, seen = 0; i < b->build->step_count; i++) {
        enum dockerfile_command command = b->steps[i]->instruction->command;

        if (command >= DOCKERFILE_COMMAND_COUNT || b->steps[i]->onbuild)
            continue;
        b->steps[i]->second = seen & (1u << command);
        seen |= 1u << command;
    }
    stage->user = last[DOCKERFILE_USER];
    stage->workdir = last[DOCKERFILE_WORKDIR];
    stage->shell = last[DOCKERFILE_SHELL];
    stage->cmd = last[DOCKERFILE_CMD];
    stage->entrypoint = last[DOCKERFILE_ENTRYPOINT];
    stage->healthcheck = last[DOCKERFILE_HEALTHCHECK];
    if (stage->parent) {
        const struct dockerfile_stage *parent = stage->parent;

        stage->user = stage->user ? stage->user : parent->user;
        stage->workdir = stage->workdir ? stage->workdir : parent->workdir;
        stage->shell = stage->shell ? stage->shell : parent->shell;
        /* An own ENTRYPOINT takes the parent's CMD away. */
        if (!stage->cmd && !stage->entrypoint)
            stage->cmd = parent->cmd;
        stage->entrypoint = stage->entrypoint ? stage->entrypoint : parent->entrypoint;
        stage->healthcheck = stage->healthcheck ? stage->healthcheck : parent->healthcheck;
    }
}

static void inherit(struct builder *b, struct dockerfile_stage *stage)
{
    b->pipefail = false;
    b->posix = !stage->windows;
    if (!stage->parent)
        return;
    stage->scope.outer = &stage->parent->scope;
    if (stage->parent->shell)
        builder_follow_shell(b, stage->parent->shell);
}

static void set_base(struct builder *b, struct dockerfile_stage *stage,
                     struct dockerfile_step *step)
{
    const struct dockerfile_instruction *from = step->instruction;
    const struct dockerfile_flag *platform = dockerfile_flag(from, VIEW("platform"));
    struct dockerfile_stage *parent = NULL;

    if (platform)
        stage->platform = step->flags[platform - from->flags];
    if (from->word_count == 0)
        return;
    stage->base = step->words[0];
    if (from->word_count > 2)
        stage->name = from->words[2].text;
    for (size_t i = b->build->stage_count; stage->base.known && i-- > 0;)
        if (!parent && b->stages[i]->name.len &&
            view_eq_nocase(b->stages[i]->name, stage->base.text))
            parent = b->stages[i];
    if (parent)
        parent->used = true;
    b->build->from_unknown = b->build->from_unknown || !stage->base.known;
    stage->parent = parent;
    stage->scratch =
        parent ? parent->scratch : stage->base.known && view_eq(stage->base.text, VIEW("scratch"));
    stage->image = dockerfile_image(stage->base.text);
    stage->windows =
        parent ? parent->windows : names_windows(stage->base.text, stage->platform.text);
}

static int begin_stage(struct builder *b, struct dockerfile_step *step)
{
    struct dockerfile_stage *stage = arena_alloc(b->arena, sizeof(*stage)), **slot;

    if (!stage)
        return error_memory(b->err);
    if (b->build->stage_count >= DOCKERFILE_STAGE_LIMIT)
        return error_set(b->err, ERROR_LIMIT, "it has more than %d stages", DOCKERFILE_STAGE_LIMIT);
    end_stage(b);
    stage->from = step;
    set_base(b, stage, step);
    for (size_t i = 0; stage->name.len && i < b->build->stage_count; i++)
        stage->duplicate = stage->duplicate || view_eq_nocase(b->stages[i]->name, stage->name);
    stage->index = b->build->stage_count;
    slot = arena_push(b->arena, &b->stages, &b->build->stage_count, sizeof(*slot));
    if (!slot)
        return error_memory(b->err);
    *slot = stage;
    b->stage = stage;
    b->first_step = b->build->step_count;
    b->previous = NULL;
    inherit(b, stage);
    step->stage = stage;
    return 0;
}

/* ---- what --from names ---- */

static void link_source(struct builder *b, struct dockerfile_step *step,
                        struct dockerfile_value from)
{
    struct dockerfile_stage *source = from.known ? find_stage(b, from.text) : NULL;

    b->build->from_unknown = b->build->from_unknown || !from.known;
    if (source)
        source->used = true;
    step->source = source;
    step->from = from;
}

/* RUN --mount=type=bind,from=stage */
static void link_mounts(struct builder *b, struct dockerfile_step *step)
{
    for (size_t i = 0; i < step->instruction->flag_count; i++) {
        struct view rest = step->flags[i].text;

        while (view_eq(step->instruction->flags[i].name, VIEW("mount")) && rest.ptr) {
            struct view value = view_cut(&rest, ','), key = view_cut(&value, '=');

            if (view_eq_nocase(key, VIEW("from")) && value.ptr)
                link_source(b, step, (struct dockerfile_value){value, view_find(value, '$') < 0});
        }
    }
}

/* ---- steps ---- */

static int follow(struct builder *b, struct dockerfile_step *step)
{
    const struct dockerfile_instruction *instruction = step->instruction;
    const struct dockerfile_flag *from;
    int r = 0;

    if (instruction->command == DOCKERFILE_RUN) {
        link_mounts(b, step);
        return builder_read_run(b, step);
    }
    if (instruction->command == DOCKERFILE_COPY) {
        from = dockerfile_flag(instruction, VIEW("from"));
        if (from)
            link_source(b, step, step->flags[from - instruction->flags]);
    }
    if (step->onbuild)
        return 0;
    if (instruction->command == DOCKERFILE_SHELL)
        builder_follow_shell(b, step);
    for (size_t i = 0; r == 0 && i < instruction->pair_count; i++) {
        if (instruction->command == DOCKERFILE_ARG)
            r = declare_argument(b, step, i);
        else if (instruction->command == DOCKERFILE_ENV && b->stage)
            r = set_variable(b, step, i);
    }
    return r;
}

/* The user and the working directory an instruction runs with. */
static void inherit_step(struct builder *b, struct dockerfile_step *step)
{
    const struct dockerfile_step *before = b->previous;
    const struct dockerfile_stage *parent = b->stage ? b->stage->parent : NULL;

    if (before) {
        bool user = before->instruction->command == DOCKERFILE_USER && !before->onbuild,
             folder = before->instruction->command == DOCKERFILE_WORKDIR && !before->onbuild;

        step->user = user && before->instruction->word_count ? before->words[0] : before->user;
        step->workdir =
            folder && before->instruction->word_count ? before->words[0] : before->workdir;
    } else if (parent) {
        if (parent->user && parent->user->instruction->word_count)
            step->user = parent->user->words[0];
        if (parent->workdir && parent->workdir->instruction->word_count)
            step->workdir = parent->workdir->words[0];
    }
    step->previous = before;
}

static int add_step(struct builder *b, const struct dockerfile_instruction *instruction)
{
    struct dockerfile_step *step = arena_alloc(b->arena, sizeof(*step)), **slot;
    bool from = instruction->command == DOCKERFILE_FROM;
    int r;

    if (!step)
        return error_memory(b->err);
    step->onbuild = instruction->trigger != NULL;
    step->instruction = step->onbuild ? instruction->trigger : instruction;
    r = expand_words(b, step, from ? &b->global : builder_scope(b));
    if (r == 0 && from)
        r = begin_stage(b, step);
    if (r < 0)
        return r;
    step->stage = b->stage;
    if (!from)
        inherit_step(b, step);
    slot = arena_push(b->arena, &b->steps, &b->build->step_count, sizeof(*slot));
    if (!slot)
        return error_memory(b->err);
    *slot = step;
    if (from) {
        b->first_step = b->build->step_count;
        return 0;
    }
    b->previous = step;
    return follow(b, step);
}

/* A RUN's programs see arguments that no one can see them read. */
static void note_runs(struct builder *b)
{
    size_t last[DOCKERFILE_STAGE_LIMIT] = {0};

    for (size_t i = 0; i < b->build->step_count; i++)
        if (b->steps[i]->stage && b->steps[i]->instruction->command == DOCKERFILE_RUN)
            last[b->steps[i]->stage->index] = b->steps[i]->instruction->span.start;
    for (size_t i = 0; i < b->build->argument_count; i++) {
        const struct dockerfile_step *step = b->arguments[i]->step;

        if (step->stage)
            b->arguments[i]->run_follows = last[step->stage->index] > step->instruction->span.start;
    }
}

int dockerfile_build(const struct dockerfile *file, struct arena *arena,
                     struct dockerfile_build *ret, struct error *err)
{
    struct dockerfile_build build = {.file = file};
    struct builder b = {.file = file, .arena = arena, .err = err, .build = &build, .posix = true};
    int r = 0;

    for (size_t i = 0; r == 0 && i < file->instruction_count; i++)
        if (file->instructions[i].command != DOCKERFILE_UNKNOWN)
            r = add_step(&b, &file->instructions[i]);
    if (r < 0)
        return r;
    end_stage(&b);
    if (b.stage)
        b.stage->final = true;
    build.stages = (const struct dockerfile_stage *const *)b.stages;
    build.steps = b.steps;
    build.arguments = b.arguments;
    for (size_t i = 0, step = 0; i < build.stage_count; i++) {
        struct dockerfile_stage *stage = b.stages[i];

        while (step < build.step_count && b.steps[step]->stage != stage)
            step++;
        step++; /* its FROM */
        stage->steps = (const struct dockerfile_step *const *)b.steps + step;
        while (step < build.step_count && b.steps[step]->stage == stage)
            step++, stage->step_count++;
    }
    note_runs(&b);
    *ret = build;
    return arena_failed(arena, "a Dockerfile", err);
}
