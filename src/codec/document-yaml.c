/* YAML through libyaml's events.
 *
 * libyaml reads one stretch of the text at a time: from a document's start to
 * the next fault, or to bytes that no YAML may hold. Its marks count code
 * points from the start of the stretch; as long as the text is ASCII these are
 * bytes, else a walk turns them into bytes.
 */
#include <yaml.h>

#include "codec/document-fault.h"
#include "codec/document-read.h"
#include "codec/document-scalar.h"
#include "codec/document-stretch.h"

/* Bytes that libyaml gets at once: few at first, so that text of many broken
 * documents isn't read ahead over and over. */
enum { FIRST_PIECE = 2048, LARGEST_PIECE = 1 << 20 };

struct yaml_reader {
    struct document_set *set;
    struct arena *arena;
    struct document_builder builder;
    struct document_stretch stretch;
    struct document_place place;
    size_t start, fed, piece;      /* of the stretch that libyaml reads now */
    uint32_t start_line;           /* lines before it */
    size_t start_index;            /* of the walk */
    struct document *document;     /* open now, or NULL */
    size_t own_line;               /* where the line with its "---" or first byte starts */
    size_t first_document;         /* of the stretch */
    struct document_mark behind;   /* the last document */
    bool ended_explicitly;         /* by "..." */
    bool fatal;                    /* reading ends, not only a document */
    size_t broken;                 /* documents so far */
    struct document_mark last_end; /* of the last value */
};

static int feed(void *data, unsigned char *out, size_t size, size_t *ret_len)
{
    struct yaml_reader *r = data;
    size_t left = r->stretch.end - r->fed;

    size = size < r->piece ? size : r->piece;
    *ret_len = size < left ? size : left;
    memcpy(out, r->set->text.ptr + r->fed, *ret_len);
    r->fed += *ret_len;
    if (r->piece < LARGEST_PIECE)
        r->piece *= 2;
    return 1;
}

static struct document_mark mark_of(struct yaml_reader *r, yaml_mark_t mark)
{
    /* At the end of the text libyaml counts a line break that isn't there. */
    if (!r->stretch.ascii || (mark.column == 0 && r->start + mark.index >= r->stretch.end)) {
        document_place_to_index(&r->place, r->start_index + mark.index);
        return r->place.mark;
    }
    r->place.index = r->start_index + mark.index;
    r->place.mark = (struct document_mark){
        r->start + mark.index, r->start_line + (uint32_t)mark.line + 1, (uint32_t)mark.column + 1};
    return r->place.mark;
}

static struct view tag_of(struct yaml_reader *r, const yaml_char_t *tag)
{
    static const struct view prefix = VIEW("tag:yaml.org,2002:");
    struct view name = view_of((const char *)tag);

    if (!name.ptr)
        return VIEW_EMPTY;
    if (view_starts(name, prefix))
        return arena_printf(r->arena, "!!%s", (const char *)tag + prefix.len);
    return arena_copy(r->arena, name);
}

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

/* libyaml ends a block scalar where the next token stands: behind the lines
 * that follow it. */
static void trim_block_scalar(struct yaml_reader *r, struct document_node *node)
{
    const char *text = r->set->text.ptr;
    size_t end = node->end.offset;

    for (size_t at = end; at > node->start.offset; at--) {
        if (is_break(text[at - 1]))
            end = at - 1;
        else if (text[at - 1] != ' ')
            break;
    }
    document_place_to_offset(&r->place, end);
    node->end = r->place.mark;
}

/* A value as written is a part of the text; one that was folded or unescaped
 * is copied. */
static struct view scalar_text(struct yaml_reader *r, const struct document_node *node,
                               struct view value)
{
    size_t quote = node->style == DOCUMENT_SINGLE_QUOTED || node->style == DOCUMENT_DOUBLE_QUOTED;
    const char *written = r->set->text.ptr + node->end.offset - quote - value.len;

    if (node->style > DOCUMENT_DOUBLE_QUOTED ||
        node->end.offset - node->start.offset < value.len + 2 * quote ||
        memcmp(written, value.ptr, value.len) != 0)
        return value.len ? arena_copy(r->arena, value) : view_from("", 0);
    return view_from(written, value.len);
}

/* An empty value of a key without a colon stands where the next token does;
 * its place is behind the key. */
static void place_empty(struct yaml_reader *r, struct document_node *node)
{
    if (node->end.offset > node->start.offset || !document_builder_wants_value(&r->builder))
        return;
    if (node->start.offset > r->last_end.offset && r->set->text.ptr[node->start.offset - 1] != ':')
        node->start = node->end = r->last_end;
}

static enum document_style style_of(const yaml_event_t *event)
{
    static const enum document_style styles[] = {
        [YAML_ANY_SCALAR_STYLE] = DOCUMENT_PLAIN,
        [YAML_PLAIN_SCALAR_STYLE] = DOCUMENT_PLAIN,
        [YAML_SINGLE_QUOTED_SCALAR_STYLE] = DOCUMENT_SINGLE_QUOTED,
        [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = DOCUMENT_DOUBLE_QUOTED,
        [YAML_LITERAL_SCALAR_STYLE] = DOCUMENT_LITERAL,
        [YAML_FOLDED_SCALAR_STYLE] = DOCUMENT_FOLDED,
    };

    if (event->type == YAML_SCALAR_EVENT)
        return styles[event->data.scalar.style];
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ? DOCUMENT_FLOW
                                                                            : DOCUMENT_BLOCK;
    return event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? DOCUMENT_FLOW
                                                                      : DOCUMENT_BLOCK;
}

static int name_node(struct yaml_reader *r, const yaml_char_t *anchor, struct document_node *node,
                     struct error *err)
{
    if (!anchor)
        return 0;
    return document_builder_anchor(&r->builder, view_of((const char *)anchor), node, err);
}

/* "! 12": the tag that makes a string of any scalar, which libyaml does not tell. */
static bool has_bare_tag(const struct yaml_reader *r, const struct document_node *node)
{
    const char *at = r->set->text.ptr + node->start.offset;
    const char *end = r->set->text.ptr + node->end.offset;

    if (at < end && *at == '&')
        while (at < end && !strchr(" \t\r\n", *at))
            at++;
    while (at < end && strchr(" \t\r\n", *at))
        at++;
    return at < end && *at == '!';
}

static bool is_plain(const struct yaml_reader *r, const yaml_event_t *event,
                     const struct document_node *node)
{
    return event->data.scalar.plain_implicit && node->style == DOCUMENT_PLAIN &&
           !has_bare_tag(r, node);
}

static int read_scalar(struct yaml_reader *r, const yaml_event_t *event, struct error *err)
{
    struct view value = view_from(event->data.scalar.value, event->data.scalar.length);
    struct document_node *node = document_builder_node(&r->builder, err);

    if (!node)
        return ERROR_LIMIT;
    node->style = style_of(event);
    node->start = mark_of(r, event->start_mark);
    node->end = mark_of(r, event->end_mark);
    if (node->style == DOCUMENT_LITERAL || node->style == DOCUMENT_FOLDED)
        trim_block_scalar(r, node);
    if (value.len == 0)
        place_empty(r, node);
    node->tag = tag_of(r, event->data.scalar.tag);
    node->text = scalar_text(r, node, value);
    r->last_end = node->end;
    if (!node->text.ptr)
        return arena_failed(r->arena, "the document", err);
    if (document_scalar_resolve(node, is_plain(r, event, node), r->arena, err) < 0 ||
        name_node(r, event->data.scalar.anchor, node, err) < 0)
        return err->kind;
    return document_builder_add(&r->builder, node, err);
}

/* "{{ .Values.image }}" is YAML by its letters: a mapping as the key of one. */
static int refuse_template(const struct yaml_reader *r, const struct document_node *node,
                           struct error *err)
{
    const struct document_builder *b = &r->builder;
    const struct document_node *outer = b->depth ? b->frames[b->depth - 1].node : NULL;

    if (!outer || outer->kind != DOCUMENT_MAPPING || outer->style != DOCUMENT_FLOW ||
        node->kind != DOCUMENT_MAPPING || node->style != DOCUMENT_FLOW ||
        node->start.offset != outer->start.offset + 1)
        return 0;
    error_set(err, ERROR_INPUT, "braces in braces, as templates have them");
    document_fault_hint_template(err);
    return ERROR_INPUT;
}

static int open_collection(struct yaml_reader *r, const yaml_event_t *event, struct error *err)
{
    bool mapping = event->type == YAML_MAPPING_START_EVENT;
    struct document_node *node = document_builder_node(&r->builder, err);

    if (!node)
        return ERROR_LIMIT;
    node->kind = mapping ? DOCUMENT_MAPPING : DOCUMENT_SEQUENCE;
    node->style = style_of(event);
    node->start = mark_of(r, event->start_mark);
    if (refuse_template(r, node, err) < 0)
        return ERROR_INPUT;
    node->tag = tag_of(r, mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag);
    if (name_node(r, mapping ? event->data.mapping_start.anchor : event->data.sequence_start.anchor,
                  node, err) < 0)
        return err->kind;
    return document_builder_open(&r->builder, node, err);
}

static int close_collection(struct yaml_reader *r, const yaml_event_t *event, struct error *err)
{
    struct document_node *node = r->builder.frames[r->builder.depth - 1].node;

    if (node->style == DOCUMENT_FLOW)
        r->last_end = mark_of(r, event->end_mark);
    node->end = r->last_end;
    return document_builder_close(&r->builder, err);
}

static int read_alias(struct yaml_reader *r, const yaml_event_t *event, struct error *err)
{
    r->last_end = mark_of(r, event->end_mark);
    return document_builder_alias(&r->builder, view_of((const char *)event->data.alias.anchor),
                                  err);
}

static size_t line_start(const struct yaml_reader *r, size_t at)
{
    while (at > r->start && !is_break(r->set->text.ptr[at - 1]))
        at--;
    return at;
}

static int start_document(struct yaml_reader *r, struct document_mark start, size_t own,
                          struct error *err)
{
    r->document = document_set_add(r->set, r->arena, err);
    r->fatal = !r->document;
    if (r->fatal)
        return err->kind;
    r->document->start = start;
    r->own_line = line_start(r, own);
    r->last_end = start;
    r->ended_explicitly = false;
    document_builder_reset(&r->builder);
    return 0;
}

static int on_document_start(struct yaml_reader *r, const yaml_event_t *event, struct error *err)
{
    struct document_mark own = mark_of(r, event->start_mark);

    if (event->data.document_start.implicit)
        return start_document(r, r->behind, own.offset, err);
    return start_document(r, mark_of(r, event->end_mark), own.offset, err);
}

static bool is_nothing(const struct document_node *root)
{
    return root->kind == DOCUMENT_NULL && root->start.offset == root->end.offset;
}

static int on_document_end(struct yaml_reader *r, const yaml_event_t *event, struct error *err)
{
    const struct document_node *root = r->builder.root;

    (void)err;
    r->behind = mark_of(r, event->end_mark);
    r->ended_explicitly = !event->data.document_end.implicit;
    if (root && !is_nothing(root))
        r->document->root = root;
    r->document = NULL;
    return 0;
}

static int on_event(struct yaml_reader *r, const yaml_event_t *event, struct error *err)
{
    static int (*const actions[])(struct yaml_reader *, const yaml_event_t *, struct error *) = {
        [YAML_DOCUMENT_START_EVENT] = on_document_start,
        [YAML_DOCUMENT_END_EVENT] = on_document_end,
        [YAML_ALIAS_EVENT] = read_alias,
        [YAML_SCALAR_EVENT] = read_scalar,
        [YAML_SEQUENCE_START_EVENT] = open_collection,
        [YAML_SEQUENCE_END_EVENT] = close_collection,
        [YAML_MAPPING_START_EVENT] = open_collection,
        [YAML_MAPPING_END_EVENT] = close_collection,
    };

    return actions[event->type] ? actions[event->type](r, event, err) : 0;
}

/* The document that a fault is blamed on: the open one; else the last one, when
 * the fault is in what follows it; else one of its own. */
static int blame(struct yaml_reader *r, struct document_mark mark, const struct error *fault,
                 struct error *err)
{
    struct document *last = r->set->count > r->first_document && !r->ended_explicitly
                                ? &r->set->list[r->set->count - 1]
                                : NULL;

    if (!r->document && last && !last->error)
        r->document = last;
    if (!r->document && start_document(r, r->behind, r->behind.offset, err) < 0)
        return err->kind;
    document_break(r->document, mark, fault, r->arena);
    r->document = NULL;
    r->broken++;
    return 0;
}

static struct document_mark describe(struct yaml_reader *r, const yaml_parser_t *parser,
                                     struct error *ret)
{
    struct document_mark mark = mark_of(r, parser->problem_mark);
    bool unclosed = parser->context && strstr(parser->context, "quoted scalar") &&
                    strstr(parser->problem, "unexpected");
    size_t from = r->document ? r->document->start.offset : r->start;
    size_t end = document_stretch_line_end(r->set->text, mark.offset);

    document_fault_describe(parser->problem, parser->context,
                            view_sub(r->set->text, from, end - from), mark.offset - from, ret);
    /* Where the quote was opened says more than where the text ended. */
    return unclosed ? mark_of(r, parser->context_mark) : mark;
}

/* An event's effect; 1 when it was the last one. */
static int take_event(struct yaml_reader *r, yaml_parser_t *parser, struct document_mark *ret_mark,
                      struct error *fault)
{
    _cleanup_(yaml_event_delete) yaml_event_t event;
    int failed;

    if (!yaml_parser_parse(parser, &event)) {
        if (parser->error == YAML_MEMORY_ERROR)
            return error_memory(fault);
        *ret_mark = describe(r, parser, fault);
        return fault->kind;
    }
    failed = on_event(r, &event, fault);
    if (failed < 0)
        *ret_mark = event.type == YAML_MAPPING_END_EVENT
                        ? r->builder.frames[r->builder.depth - 1].node->start
                        : mark_of(r, event.start_mark);
    return failed < 0 ? failed : event.type == YAML_STREAM_END_EVENT;
}

/* Reads up to the stretch's end or to a fault, behind which `*ret_next` is the
 * line to look for the next document from. */
static int read_events(struct yaml_reader *r, yaml_parser_t *parser, size_t *ret_next,
                       struct error *err)
{
    struct error fault = ERROR_INIT;
    struct document_mark mark = {0};
    size_t at;
    int taken = 0;

    while (taken == 0)
        taken = take_event(r, parser, &mark, &fault);
    if (taken > 0)
        return 0;
    if (r->fatal || document_is_fatal(&fault, r->arena)) {
        *err = fault;
        return fault.kind;
    }
    at = line_start(r, parser->error ? mark_of(r, parser->problem_mark).offset : mark.offset);
    if (blame(r, mark, &fault, err) < 0)
        return err->kind;
    if (at <= r->own_line)
        at = document_stretch_line_end(r->set->text, r->own_line);
    *ret_next = at;
    return 0;
}

static int read_stretch(struct yaml_reader *r, size_t *ret_next, struct error *err)
{
    yaml_parser_t parser;
    int failed;

    if (!yaml_parser_initialize(&parser))
        return error_memory(err);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&parser, feed, r);
    failed = read_events(r, &parser, ret_next, err);
    yaml_parser_delete(&parser);
    return failed;
}

/* The stretch ends at bytes that no YAML may hold: they break the document
 * that they are in. */
static int blame_stop(struct yaml_reader *r, struct error *err)
{
    struct error fault = ERROR_INIT;

    if (r->stretch.stop == DOCUMENT_STOP_UTF8) {
        error_set(&fault, ERROR_INPUT, "the text is not UTF-8");
        error_hint(&fault, "save the file as UTF-8");
    } else {
        error_set(&fault, ERROR_INPUT, "a control character, which YAML does not allow");
        error_hint(&fault, "remove it, or write it as an escape in double quotes");
    }
    if (!r->document && r->set->count > r->first_document && !r->ended_explicitly)
        r->document = &r->set->list[r->set->count - 1];
    document_place_to_offset(&r->place, r->stretch.end);
    return blame(r, r->place.mark, &fault, err);
}

static void start_stretch(struct yaml_reader *r, size_t start)
{
    document_place_to_offset(&r->place, start);
    if (view_starts(view_sub(r->set->text, start, 3), VIEW("\xef\xbb\xbf"))) {
        start += 3;
        document_place_to_offset(&r->place, start);
    }
    r->start = r->fed = start;
    r->piece = FIRST_PIECE;
    r->start_line = r->place.mark.line - 1;
    r->start_index = r->place.index;
    r->behind = r->place.mark;
    r->ended_explicitly = false;
    r->own_line = start;
    r->document = NULL;
    r->first_document = r->set->count;
    if (r->stretch.end <= start)
        r->stretch = document_stretch_from(r->set->text, start);
}

/* Where reading goes on, or SIZE_MAX. */
static int next_stretch(struct yaml_reader *r, size_t next, size_t *ret, struct error *err)
{
    struct view text = r->set->text;
    size_t stop = r->stretch.end;

    if (next != SIZE_MAX)
        next = document_stretch_next_document(view_sub(text, 0, stop), next);
    if (next == SIZE_MAX && r->stretch.stop == DOCUMENT_STOP_BOM) {
        next = stop;
    } else if (next == SIZE_MAX && r->stretch.stop != DOCUMENT_STOP_END) {
        if (blame_stop(r, err) < 0)
            return err->kind;
        next = document_stretch_next_document(text, document_stretch_line_end(text, stop));
    }
    *ret = next;
    return 0;
}

/* libyaml looks far ahead for some faults, so that thousands of them take minutes. */
static int give_up(struct yaml_reader *r, size_t start, struct error *err)
{
    struct error fault = ERROR_INIT;

    document_place_to_offset(&r->place, start);
    error_set(&fault, ERROR_LIMIT, "more than %d documents are broken: the rest is not read",
              DOCUMENT_BROKEN_LIMIT);
    if (start_document(r, r->place.mark, start, err) < 0)
        return err->kind;
    document_break(r->document, r->place.mark, &fault, r->arena);
    return 0;
}

int document_read_yaml(struct document_set *set, struct arena *arena, struct error *err)
{
    struct yaml_reader r = {
        .set = set, .arena = arena, .place = document_place_at_start(set->text)};
    size_t start = 0;
    int failed = 0;

    document_builder_init(&r.builder, arena);
    r.builder.merges_win = set->format == DOCUMENT_MANIFEST;
    while (failed == 0 && start < set->text.len) {
        size_t next = SIZE_MAX;

        start_stretch(&r, start);
        failed = read_stretch(&r, &next, err);
        if (failed == 0)
            failed = next_stretch(&r, next, &start, err);
        if (failed == 0 && r.broken > DOCUMENT_BROKEN_LIMIT && start < set->text.len) {
            failed = give_up(&r, start, err);
            break;
        }
    }
    document_builder_done(&r.builder);
    return failed;
}
