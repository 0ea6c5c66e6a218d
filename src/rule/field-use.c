#include "base/nearest-name.h"
#include "rule/source.h"

enum { STEP_LIMIT = 64 };

static bool can_follow(unsigned flags, char next)
{
    unsigned any = RULE_FIELD_TREE | RULE_FIELD_KEY;

    return (next == '.' && (flags & any)) || (next == '[' && (flags & (any | RULE_FIELD_INDEX)));
}

/* The longest field that is `text` or, by its flags, may begin it; NULL: none. */
static const struct rule_field *find_field(const struct rule_source *source, struct view text)
{
    const struct rule_field *best = NULL;
    size_t best_length = 0;

    for (size_t i = 0; i < source->field_count; i++) {
        const struct rule_field *field = &source->fields[i];
        struct view name = view_of(field->name);

        if (name.len <= best_length || !view_starts(text, name))
            continue;
        if (name.len == text.len || can_follow(field->flags, text.ptr[name.len])) {
            best = field;
            best_length = name.len;
        }
    }
    return best;
}

static struct view without_argument(struct view text)
{
    ptrdiff_t bracket = view_find(text, '[');

    return bracket < 0 ? text : view_sub(text, 0, (size_t)bracket);
}

static int unknown_field(const struct rule_source *source, struct view text, struct error *err)
{
    struct nearest_name nearest = nearest_name_for(without_argument(text));

    for (size_t i = 0; i < source->field_count; i++) {
        struct view name = view_of(source->fields[i].name);

        if (view_eq(name, nearest.name)) {
            error_set(err, ERROR_INPUT, "%s takes no argument in brackets", source->fields[i].name);
            return ERROR_INPUT;
        }
        nearest_name_offer(&nearest, name);
    }
    error_set(err, ERROR_NOT_FOUND, "the source %s has no field %.*s", source->name,
              VIEW_ARG(text));
    if (nearest.best.len)
        error_hint(err, "did you mean %.*s?", VIEW_ARG(nearest.best));
    else
        error_hint(err, "\"plimsoll rules fields %s\" lists them", source->name);
    return ERROR_NOT_FOUND;
}

/* Cuts "[argument]" off the front of `*rest`; quotes are taken off. */
static int cut_argument(struct view *rest, struct arena *arena, struct view *ret, bool *ret_quoted,
                        struct error *err)
{
    char quote = rest->len > 1 ? rest->ptr[1] : '\0';
    size_t at = 1;

    *ret_quoted = quote == '"' || quote == '\'';
    if (*ret_quoted) {
        char *text = arena_alloc(arena, rest->len);
        size_t length = 0;

        if (!text)
            return arena_failed(arena, "field", err);
        for (at = 2; at < rest->len && rest->ptr[at] != quote; at++) {
            if (rest->ptr[at] == '\\' && at + 1 < rest->len)
                at++;
            text[length++] = rest->ptr[at];
        }
        at++;
        *ret = view_from(text, length);
    } else {
        while (at < rest->len && rest->ptr[at] != ']')
            at++;
        *ret = view_sub(*rest, 1, at - 1);
    }
    if (at >= rest->len || rest->ptr[at] != ']')
        return error_set(err, ERROR_INPUT, "a bracket is not closed in %.*s", VIEW_ARG(*rest));
    *rest = view_sub(*rest, at + 1, rest->len);
    return 0;
}

/* One step of a path, off the front of `*rest`. */
static int cut_step(struct view *rest, struct arena *arena, struct rule_step *ret,
                    struct error *err)
{
    uint64_t index;
    bool quoted;
    size_t end = 1;
    int kind;

    if (rest->ptr[0] == '.') {
        while (end < rest->len && rest->ptr[end] != '.' && rest->ptr[end] != '[')
            end++;
        *ret = (struct rule_step){RULE_STEP_KEY, view_sub(*rest, 1, end - 1), 0};
        *rest = view_sub(*rest, end, rest->len);
        return ret->key.len ? 0 : error_set(err, ERROR_INPUT, "a key is missing behind a \".\"");
    }
    if (rest->ptr[0] != '[')
        return error_set(err, ERROR_INPUT, "\"%.*s\" can't follow a bracket", VIEW_ARG(*rest));
    *ret = (struct rule_step){RULE_STEP_KEY, VIEW_EMPTY, 0};
    kind = cut_argument(rest, arena, &ret->key, &quoted, err);
    if (kind || quoted)
        return kind;
    if (view_eq(ret->key, VIEW("*"))) {
        ret->kind = RULE_STEP_EACH;
    } else if (view_to_u64(ret->key, &index)) {
        ret->kind = RULE_STEP_INDEX;
        ret->index = index;
    }
    return ret->key.len ? 0 : error_set(err, ERROR_INPUT, "the argument in brackets is empty");
}

static int resolve_steps(struct view rest, struct arena *arena, struct rule_use *use,
                         struct error *err)
{
    struct rule_step *steps = NULL;
    size_t count = 0;

    while (rest.len) {
        struct rule_step step, *added;
        int kind = cut_step(&rest, arena, &step, err);

        if (kind)
            return kind;
        if (count == STEP_LIMIT)
            return error_set(err, ERROR_LIMIT, "a path of more than %d steps", STEP_LIMIT);
        added = arena_push(arena, &steps, &count, sizeof(*steps));
        if (!added)
            return arena_failed(arena, "field", err);
        *added = step;
    }
    use->steps = steps;
    use->step_count = count;
    return 0;
}

static int resolve_argument(struct view rest, struct arena *arena, struct rule_use *use,
                            struct error *err)
{
    bool quoted = false;

    use->has_argument = true;
    if (rest.ptr[0] == '.') {
        use->argument = view_sub(rest, 1, rest.len);
    } else {
        int kind = cut_argument(&rest, arena, &use->argument, &quoted, err);

        if (kind)
            return kind;
        if (rest.len)
            return error_set(err, ERROR_INPUT, "%s has no fields below it", use->field->name);
    }
    if (!(use->field->flags & RULE_FIELD_INDEX) || view_to_u64(use->argument, &use->index) ||
        (use->field->flags & RULE_FIELD_KEY))
        return 0;
    error_set(err, ERROR_INPUT, "the argument of %s is a number, not \"%.*s\"", use->field->name,
              VIEW_ARG(use->argument));
    return ERROR_INPUT;
}

static int resolve_rest(struct view rest, struct arena *arena, struct rule_use *use,
                        struct error *err)
{
    if (rest.len && !use->of_item && !(use->field->flags & RULE_FIELD_TREE))
        return resolve_argument(rest, arena, use, err);
    if (rest.len)
        return resolve_steps(rest, arena, use, err);
    if (!use->of_item && (use->field->flags & RULE_FIELD_NEEDS_ARGUMENT)) {
        error_set(err, ERROR_INPUT, "%s needs an argument", use->field->name);
        error_hint(err, "write %s[...]", use->field->name);
        return ERROR_INPUT;
    }
    return 0;
}

static bool is_item(struct view text)
{
    return view_starts(text, VIEW("item")) &&
           (text.len == 4 || text.ptr[4] == '.' || text.ptr[4] == '[');
}

int rule_use_resolve(const struct rule_source *source, struct view text, struct arena *arena,
                     struct rule_use *ret, struct error *err)
{
    struct rule_use use = {.text = arena_copy(arena, text)};
    size_t length = 4;
    int kind;

    if (text.len && !use.text.ptr)
        return arena_failed(arena, "field", err);
    use.of_item = is_item(use.text);
    if (!use.of_item) {
        use.field = find_field(source, use.text);
        if (!use.field)
            return unknown_field(source, text, err);
        length = strlen(use.field->name);
    }
    kind = resolve_rest(view_sub(use.text, length, use.text.len), arena, &use, err);
    if (kind == 0)
        *ret = use;
    return kind;
}
