/* The kind dockerfile: which files it is, and the events of one. */
#include "config/kind.h"
#include "base/path.h"
#include "base/text.h"
#include "config/dockerfile/event.h"

struct entry {
    const struct config_file *file;
    bool ignore; /* a .dockerignore */
};

struct config_reader {
    struct arena *arena;
    struct entry *entries;
    size_t count;
};

static int kind_open(struct arena *arena, const struct config_target *target,
                     struct config_reader **ret, struct error *err)
{
    struct config_reader *reader = arena_alloc(arena, sizeof(*reader));

    (void)target;
    if (!reader)
        return error_memory(err);
    reader->arena = arena;
    *ret = reader;
    return 0;
}

/* ---- which files ---- */

static bool ends_nocase(struct view name, struct view end)
{
    return name.len >= end.len && view_eq_nocase(view_sub(name, name.len - end.len, end.len), end);
}

static bool starts_nocase(struct view name, struct view start)
{
    return view_eq_nocase(view_sub(name, 0, start.len), start);
}

/* Endings of what is made into a Dockerfile, or is about one. */
static bool is_other(struct view name)
{
    static const struct view endings[] = {
        VIEW(".j2"),   VIEW(".jinja"), VIEW(".jinja2"), VIEW(".tmpl"), VIEW(".tpl"),
        VIEW(".erb"),  VIEW(".in"),    VIEW(".m4"),     VIEW(".md"),   VIEW(".template"),
        VIEW(".orig"), VIEW(".rej"),   VIEW(".bak"),    VIEW(".swp"),  VIEW(".go"),
        VIEW(".py"),   VIEW(".js"),    VIEW(".ts"),     VIEW(".json"), VIEW(".yaml"),
        VIEW(".yml"),  VIEW(".sh"),    VIEW(".gz"),     VIEW(".lock"), VIEW("~"),
        VIEW(".vim"),  VIEW(".html"),  VIEW(".css"),    VIEW(".rb"),   VIEW(".java"),
        VIEW(".rs"),   VIEW(".c"),     VIEW(".h"),      VIEW(".pyc"),  VIEW(".svg"),
        VIEW(".png"),  VIEW(".xml"),   VIEW(".toml"),
    };

    for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
        if (ends_nocase(name, endings[i]))
            return true;
    return false;
}

/* Dockerfile, Dockerfile.dev, web.Dockerfile, Containerfile, ... */
static bool is_dockerfile(struct view path)
{
    static const struct view names[] = {VIEW("dockerfile"), VIEW("containerfile")};
    struct view name = path_name(path);

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        size_t len = names[i].len;

        if (view_eq_nocase(name, names[i]))
            return true;
        if (starts_nocase(name, names[i]) && name.len > len + 1 && strchr(".-_", name.ptr[len]) &&
            !is_other(name))
            return true;
        if (ends_nocase(name, names[i]) && name.len > len + 1 &&
            strchr(".-_", name.ptr[name.len - len - 1]))
            return true;
    }
    return false;
}

static int kind_add(struct config_reader *reader, const struct config_file *file, bool *ret_claimed,
                    struct error *err)
{
    bool ignore = view_ends(path_name(file->path), VIEW(".dockerignore"));
    struct entry *entry;

    if (!ignore && !is_dockerfile(file->path))
        return 0;
    entry = arena_push(reader->arena, &reader->entries, &reader->count, sizeof(*entry));
    if (!entry)
        return error_memory(err);
    *entry = (struct entry){file, ignore};
    *ret_claimed = true;
    return 0;
}

/* A .dockerignore of the folder, or of one above it (the build's context), or
 * one named for the Dockerfile. */
static bool has_ignore(const struct config_reader *reader, const struct config_file *file)
{
    for (size_t i = 0; i < reader->count; i++) {
        struct view path = reader->entries[i].file->path;

        if (!reader->entries[i].ignore)
            continue;
        if (view_eq(view_strip_suffix(path, VIEW(".dockerignore")), file->path))
            return true;
        if (view_eq(path_name(path), VIEW(".dockerignore")) &&
            path_is_below(file->path, path_directory(path)))
            return true;
    }
    return false;
}

/* ---- events ---- */

struct visit {
    struct config_reader *reader;
    const struct config_visitor *visitor;
    const struct config_file *file;
    struct dockerfile_event event;
    struct error *err;
};

static struct view resource_of(struct visit *v)
{
    const struct dockerfile_stage *stage = v->event.stage;

    if (!stage)
        return VIEW_EMPTY;
    if (stage->name.len)
        return arena_printf(v->reader->arena, "stage %.*s", VIEW_ARG(stage->name));
    return arena_printf(v->reader->arena, "stage %zu", stage->index);
}

static int tell(struct visit *v, enum dockerfile_subject subject, struct dockerfile_span span)
{
    struct config_event told;

    v->event.subject = subject;
    told = (struct config_event){
        .event = &v->event,
        .subject = subject,
        .file = v->file,
        .resource = resource_of(v),
        .place = dockerfile_place(v->event.build->file, span),
    };
    return v->visitor->visit(v->visitor->ctx, &told, v->err);
}

static int tell_script(struct visit *v, const struct dockerfile_step *step)
{
    const struct shell_script *script = step->script;
    int r = 0;

    for (size_t i = 0; script && r == 0 && i < script->command_count; i++) {
        v->event.command = script->commands[i];
        v->event.before = i ? script->commands[i - 1] : NULL;
        r = tell(
            v, DOCKERFILE_SUBJECT_COMMAND,
            dockerfile_script_span(step, script->commands[i]->start, script->commands[i]->end));
    }
    v->event.command = v->event.before = NULL;
    for (size_t i = 0; script && r == 0 && i < script->pipeline_count; i++) {
        v->event.pipeline = script->pipelines[i];
        r = tell(
            v, DOCKERFILE_SUBJECT_PIPELINE,
            dockerfile_script_span(step, script->pipelines[i]->start, script->pipelines[i]->end));
    }
    v->event.pipeline = NULL;
    return r;
}

static struct dockerfile_span pair_span(const struct dockerfile_pair *pair)
{
    return (struct dockerfile_span){pair->name.span.start,
                                    pair->has_value ? pair->value.span.end : pair->name.span.end};
}

static int tell_pairs(struct visit *v, const struct dockerfile_step *step)
{
    enum dockerfile_command command = step->instruction->command;
    enum dockerfile_subject subject = command == DOCKERFILE_ENV   ? DOCKERFILE_SUBJECT_ENV
                                      : command == DOCKERFILE_ARG ? DOCKERFILE_SUBJECT_ARG
                                                                  : DOCKERFILE_SUBJECT_LABEL;
    int r = 0;

    for (size_t i = 0; r == 0 && i < step->instruction->pair_count; i++) {
        v->event.at = i;
        r = tell(v, subject, pair_span(&step->instruction->pairs[i]));
    }
    return r;
}

static int tell_ports(struct visit *v, const struct dockerfile_step *step)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < step->instruction->word_count; i++) {
        v->event.at = i;
        r = tell(v, DOCKERFILE_SUBJECT_EXPOSE, step->instruction->words[i].span);
    }
    return r;
}

static int tell_step(struct visit *v, const struct dockerfile_step *step)
{
    const struct dockerfile_instruction *instruction = step->instruction;
    int r;

    v->event.step = step;
    v->event.stage = step->stage;
    r = tell(v, DOCKERFILE_SUBJECT_INSTRUCTION, instruction->span);
    if (r < 0)
        return r;
    switch (instruction->command) {
    case DOCKERFILE_RUN:
        r = tell(v, DOCKERFILE_SUBJECT_RUN, instruction->span);
        return r == 0 ? tell_script(v, step) : r;
    case DOCKERFILE_ADD:
    case DOCKERFILE_COPY:
        return tell(v, DOCKERFILE_SUBJECT_COPY, instruction->span);
    case DOCKERFILE_ENV:
    case DOCKERFILE_LABEL:
        return tell_pairs(v, step);
    case DOCKERFILE_EXPOSE:
        return tell_ports(v, step);
    default:
        return 0;
    }
}

static int tell_arguments(struct visit *v)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < v->event.build->argument_count; i++) {
        const struct dockerfile_argument *argument = v->event.build->arguments[i];

        v->event.argument = argument;
        v->event.step = argument->step;
        v->event.stage = argument->step->stage;
        v->event.at = argument->pair;
        r = tell(v, DOCKERFILE_SUBJECT_ARG,
                 pair_span(&argument->step->instruction->pairs[argument->pair]));
    }
    v->event.argument = NULL;
    return r;
}

static int tell_problem(struct visit *v, const char *code, enum diagnostic_level level,
                        struct view message, struct view hint, struct dockerfile_span span)
{
    struct config_place place = dockerfile_place(v->event.build->file, span);
    const struct diagnostic diagnostic = {.level = level,
                                          .code = view_of(code),
                                          .message = message,
                                          .hint = hint,
                                          .path = v->file->path};

    return v->visitor->problem(v->visitor->ctx, v->file, &place, &diagnostic, v->err);
}

/* A script that can't be read, for which the checks of RUN see only a part. */
static int tell_fault(struct visit *v, const struct dockerfile_step *step)
{
    const struct shell_script *script = step->script;

    if (!script || script->fault.kind == 0)
        return 0;
    return tell_problem(v, "shell-syntax", DIAGNOSTIC_WARNING, view_of(script->fault.message),
                        view_of(tr("the checks see the commands before this place only")),
                        dockerfile_script_span(step, script->fault_at, script->fault_at));
}

static int visit_build(struct visit *v)
{
    const struct dockerfile_build *build = v->event.build;
    const struct dockerfile *file = build->file;
    int r = 0;

    for (size_t i = 0; r == 0 && i < file->problem_count; i++)
        r = tell_problem(v, "dockerfile-syntax", DIAGNOSTIC_ERROR, file->problems[i].message,
                         file->problems[i].hint, file->problems[i].span);
    for (size_t i = 0; r == 0 && i < build->step_count; i++)
        r = tell_fault(v, build->steps[i]);
    if (r == 0)
        r = tell(v, DOCKERFILE_SUBJECT_FILE, (struct dockerfile_span){0, 0});
    for (size_t i = 0; r == 0 && i < build->stage_count; i++) {
        v->event.stage = build->stages[i];
        v->event.step = build->stages[i]->from;
        r = tell(v, DOCKERFILE_SUBJECT_STAGE, build->stages[i]->from->instruction->span);
    }
    for (size_t i = 0; r == 0 && i < build->step_count; i++)
        r = tell_step(v, build->steps[i]);
    return r == 0 ? tell_arguments(v) : r;
}

static int visit_file(struct config_reader *reader, const struct config_visitor *visitor,
                      const struct config_file *file, struct error *err)
{
    struct dockerfile *parsed = arena_alloc(reader->arena, sizeof(*parsed));
    struct dockerfile_build *build = arena_alloc(reader->arena, sizeof(*build));
    struct visit v = {reader, visitor, file, {.build = build, .path = file->path}, err};
    int r;

    if (!parsed || !build)
        return error_memory(err);
    r = dockerfile_parse(file->text, reader->arena, parsed, err);
    if (r == 0)
        r = dockerfile_build(parsed, reader->arena, build, err);
    if (r < 0)
        return r;
    v.event.dockerignore = has_ignore(reader, file);
    return visit_build(&v);
}

static int kind_visit(struct config_reader *reader, const struct config_visitor *visitor,
                      struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < reader->count; i++)
        if (!reader->entries[i].ignore)
            r = visit_file(reader, visitor, reader->entries[i].file, err);
    return r;
}

const struct config_kind config_dockerfile = {
    .name = "dockerfile",
    .source = &dockerfile_source,
    .open = kind_open,
    .add = kind_add,
    .visit = kind_visit,
    .locate = dockerfile_locate,
};
