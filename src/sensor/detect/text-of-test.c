#include "sensor/detect/text-of-test.h"

#include "base/buf.h"
#include "rule/program/literal.h"

enum { LITERAL_LIMIT = 1 << 16 }; /* bytes of a literal; longer ones are not pushed down */

enum part { PART_WHOLE, PART_DIRECTORY, PART_FILENAME };

struct shown {
    enum literal_text text;
    enum part part;
};

/* ---- which field shows what ---- */

static bool captures(const struct syscall *call, enum capture_argument capture)
{
    for (size_t i = 0; call->arguments && call->arguments[i].name; i++)
        if (call->arguments[i].capture == capture)
            return true;
    return false;
}

/* All its path arguments are looked up. */
static bool has_paths(const struct syscall *call)
{
    return (captures(call, CAPTURE_PATH) || captures(call, CAPTURE_PATH_CWD)) &&
           !captures(call, CAPTURE_PATH_RAW);
}

/* What a mount takes for its source is a text of its own. */
static bool has_source(const struct syscall *call)
{
    return has_paths(call) && !captures(call, CAPTURE_TEXT);
}

static bool opens(const struct syscall *call)
{
    return call->shape == SHAPE_OPEN && has_paths(call);
}

static bool any_call(const struct syscall *call)
{
    (void)call;
    return true;
}

static const struct {
    const char *field;
    bool (*of)(const struct syscall *call);
    struct shown shown;
} fields[] = {
    {"fd.name", opens, {LITERAL_PATH, PART_WHOLE}},
    {"fd.directory", opens, {LITERAL_PATH, PART_DIRECTORY}},
    {"fd.filename", opens, {LITERAL_PATH, PART_FILENAME}},
    {"fd.nameraw", opens, {LITERAL_RAW, PART_WHOLE}},
    {"fs.path.name", has_paths, {LITERAL_PATH, PART_WHOLE}},
    {"fs.path.source", has_source, {LITERAL_PATH, PART_WHOLE}},
    {"fs.path.target", has_paths, {LITERAL_PATH, PART_WHOLE}},
    {"fs.path.nameraw", has_paths, {LITERAL_RAW, PART_WHOLE}},
    {"fs.path.sourceraw", has_source, {LITERAL_RAW, PART_WHOLE}},
    {"fs.path.targetraw", has_paths, {LITERAL_RAW, PART_WHOLE}},
    {"proc.name", any_call, {LITERAL_NAME, PART_WHOLE}},
};

/* evt.arg.NAME */
static bool argument_shows(const struct syscall *call, struct view name, struct shown *ret)
{
    const struct syscall_argument *argument = syscall_argument(call, name);
    bool path, raw;

    if (!argument)
        return false;
    path = argument->capture == CAPTURE_PATH || argument->capture == CAPTURE_PATH_CWD;
    raw = path || argument->capture == CAPTURE_PATH_RAW;
    *ret = (struct shown){path && argument->notation == NOTATION_PATH ? LITERAL_PATH : LITERAL_RAW,
                          PART_WHOLE};
    return (path && argument->notation == NOTATION_PATH) ||
           (raw && argument->notation == NOTATION_RAW_PATH);
}

static bool shows(const struct rule_use *use, const struct syscall *call, struct shown *ret)
{
    if (strcmp(use->field->name, "evt.arg") == 0)
        return use->has_argument && argument_shows(call, use->argument, ret);
    for (size_t i = 0; !use->has_argument && i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcmp(use->field->name, fields[i].field) != 0)
            continue;
        *ret = fields[i].shown;
        return fields[i].of(call);
    }
    return false;
}

/* ---- from a test's literal to what the whole text has ---- */

struct wanted {
    enum literal_how how;
    struct view literal;
};

static struct view without_slashes(struct view path)
{
    while (path.len && path.ptr[path.len - 1] == '/')
        path.len--;
    return path;
}

/* The components of a path of globs before the first glob. */
static struct view before_globs(struct view path)
{
    size_t end = 0;

    if (!path.len || path.ptr[0] != '/' || view_find_view(path, VIEW("//")) >= 0)
        return VIEW_EMPTY;
    for (size_t i = 0; i < path.len && !strchr("*?[\\", path.ptr[i]); i++)
        if (path.ptr[i] == '/')
            end = i;
    return view_sub(path, 0, end);
}

static bool want_whole(enum rule_condition_test test, struct view literal, struct wanted *ret)
{
    switch (test) {
    case RULE_TEST_EQUAL:
    case RULE_TEST_PREFIX:
        *ret = (struct wanted){LITERAL_STARTS, literal};
        return literal.len >= 1;
    case RULE_TEST_SUFFIX:
        *ret = (struct wanted){LITERAL_ENDS, literal};
        return literal.len >= 1;
    case RULE_TEST_CONTAINS:
        *ret = (struct wanted){LITERAL_CONTAINS, literal};
        return literal.len >= 2;
    case RULE_TEST_PATH:
        *ret = (struct wanted){LITERAL_STARTS, without_slashes(literal)};
        return ret->literal.len >= 1;
    case RULE_TEST_COMPONENTS:
        *ret = (struct wanted){LITERAL_STARTS, before_globs(literal)};
        return ret->literal.len >= 2;
    default:
        return false;
    }
}

/* The directory is what the path begins with, and a slash comes behind it. */
static bool want_directory(enum rule_condition_test test, struct view literal, struct buf *room,
                           struct wanted *ret)
{
    switch (test) {
    case RULE_TEST_EQUAL:
        *ret = (struct wanted){LITERAL_TOP, VIEW_EMPTY};
        if (view_eq(literal, VIEW("/")))
            return true;
        buf_reset(room);
        buf_add(room, without_slashes(literal));
        buf_add_char(room, '/');
        *ret = (struct wanted){LITERAL_STARTS, buf_view(room)};
        return !room->failed;
    case RULE_TEST_SUFFIX:
        return want_whole(RULE_TEST_CONTAINS, literal, ret);
    default:
        return want_whole(test, literal, ret);
    }
}

/* The file's name is what the path ends with, behind a slash. */
static bool want_filename(enum rule_condition_test test, struct view literal, struct buf *room,
                          struct wanted *ret)
{
    bool begins = test == RULE_TEST_EQUAL || test == RULE_TEST_PREFIX;

    if (!literal.len || view_find(literal, '/') >= 0)
        return false;
    if (begins) {
        buf_reset(room);
        buf_add_char(room, '/');
        buf_add(room, literal);
        literal = buf_view(room);
        test = test == RULE_TEST_EQUAL ? RULE_TEST_SUFFIX : RULE_TEST_CONTAINS;
    }
    if (room->failed || (test != RULE_TEST_SUFFIX && test != RULE_TEST_CONTAINS))
        return false;
    return want_whole(test, literal, ret);
}

static bool want(const struct shown *shown, enum rule_condition_test test, struct view literal,
                 struct buf *room, struct wanted *ret)
{
    if (shown->text == LITERAL_NAME) {
        *ret = (struct wanted){LITERAL_IS, literal};
        return test == RULE_TEST_EQUAL;
    }
    if (!(shown->part == PART_DIRECTORY  ? want_directory(test, literal, room, ret)
          : shown->part == PART_FILENAME ? want_filename(test, literal, room, ret)
                                         : want_whole(test, literal, ret)))
        return false;
    /* every path begins with a slash */
    return shown->text != LITERAL_PATH || ret->how != LITERAL_STARTS ||
           !view_eq(ret->literal, VIEW("/"));
}

/* basename() of a path is the file's name; other transformers are not seen through. */
static bool see_through(const struct rule_condition *condition, struct shown *shown)
{
    if (!condition->transformed)
        return true;
    if (condition->transformer != RULE_BASENAME || shown->text != LITERAL_PATH ||
        shown->part != PART_WHOLE)
        return false;
    shown->part = PART_FILENAME;
    return true;
}

uint32_t text_of_test(struct literal_sets *sets, const struct rule_program *program,
                      const struct rule_condition *condition, const struct syscall *call)
{
    _cleanup_(buf_done) struct buf room = BUF_INIT(LITERAL_LIMIT);
    _cleanup_free_ uint32_t *literals = NULL;
    struct shown shown;

    if (!condition->use || !shows(condition->use, call, &shown) || !see_through(condition, &shown))
        return LITERAL_NO_SET;
    literals = calloc(condition->literal_count + 1, sizeof(*literals));
    for (size_t i = 0; i < condition->literal_count; i++) {
        struct view literal = rule_condition_literal(program, condition, i)->text;
        struct wanted wanted;

        if (!literals || literal.len >= LITERAL_LIMIT ||
            !want(&shown, condition->test, literal, &room, &wanted))
            return LITERAL_NO_SET;
        literals[i] = literal_of(sets, shown.text, wanted.how, wanted.literal);
    }
    return literals ? literal_set_of(sets, literals, condition->literal_count) : LITERAL_NO_SET;
}
