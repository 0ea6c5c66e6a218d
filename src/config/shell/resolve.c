/* Expansion of drafts (XCU 2.6), wrappers, and scripts inside scripts. */
#include "base/buf.h"
#include "base/hash.h"
#include "config/shell/draft.h"

enum {
    BRACE_LIMIT = 1000,         /* words one brace expansion may give */
    VARIABLE_DEPTH_LIMIT = 10,  /* a=$b, b=$c, ... */
    INNER_COMMAND_LIMIT = 4096, /* commands of all inner scripts */
};

/* Variables the script assigns itself. */
struct assigned {
    size_t times;
    bool unknown;
    const struct shell_draft_word *value;
};

struct resolver {
    struct arena *arena;
    const struct shell_options *options;
    struct hash_map *variables; /* name -> struct assigned */
    struct error *err;
    unsigned depth; /* of inner scripts */
};

static int out_of_memory(struct resolver *r)
{
    return error_memory(r->err);
}

/* ---- variables ---- */

static int note(struct resolver *r, struct view name, const struct shell_draft_word *value)
{
    void **slot = hash_map_slot(r->variables, name);
    struct assigned *assigned;

    if (!slot)
        return out_of_memory(r);
    if (!*slot) {
        *slot = arena_alloc(r->arena, sizeof(*assigned));
        if (!*slot)
            return out_of_memory(r);
    }
    assigned = *slot;
    assigned->times++;
    assigned->unknown = assigned->unknown || !value;
    assigned->value = value;
    return 0;
}

static int note_assignments(struct resolver *r, const struct shell_draft *draft)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < draft->assigned_count; i++)
        e = note(r, draft->assigned[i], NULL);
    for (size_t i = 0; e == 0 && i < draft->command_count; i++) {
        const struct shell_draft_command *command = draft->commands[i];
        bool sometimes = command->context & (SHELL_IN_BRANCH | SHELL_IN_FUNCTION);

        for (size_t j = 0; e == 0 && command->count == 0 && j < command->assignment_count; j++) {
            const struct shell_draft_assignment *a = &command->assignments[j];

            e = note(r, a->name, a->append || a->array || sometimes ? NULL : &a->value);
        }
    }
    return e;
}

static bool find_value(struct resolver *r, struct view name, unsigned depth, struct buf *to);

/* The value of an assignment's word: no splitting. */
static bool word_value(struct resolver *r, const struct shell_draft_word *word, unsigned depth,
                       struct buf *to)
{
    for (size_t i = 0; i < word->count; i++) {
        const struct shell_part *part = &word->parts[i];

        if (part->kind == SHELL_PART_TEXT)
            buf_add(to, part->text);
        else if (part->kind == SHELL_PART_UNKNOWN || !find_value(r, part->name, depth, to))
            return false;
    }
    return !to->failed;
}

static bool find_value(struct resolver *r, struct view name, unsigned depth, struct buf *to)
{
    const struct shell_environment *environment = r->options->environment;
    const struct assigned *assigned = hash_map_get(r->variables, name);
    struct view value;

    if (assigned)
        return assigned->times == 1 && !assigned->unknown && depth < VARIABLE_DEPTH_LIMIT &&
               word_value(r, assigned->value, depth + 1, to);
    if (!environment || !environment->get || !environment->get(environment->ctx, name, &value))
        return false;
    buf_add(to, value);
    return !to->failed;
}

/* ---- words ---- */

struct words {
    struct shell_word *list;
    size_t count;
};

/* A word while it grows; `begun` even when it is empty but quoted. */
struct growing {
    struct buf text;
    bool begun, known, pattern;
};

static int finish_word(struct resolver *r, const struct shell_draft_word *draft,
                       struct growing *growing, struct words *to)
{
    struct shell_word *word;

    if (!growing->begun)
        return 0;
    if (to->count >= SHELL_WORD_LIMIT)
        return 0;
    word = arena_push(r->arena, &to->list, &to->count, sizeof(*word));
    if (!word)
        return out_of_memory(r);
    word->text = arena_copy(r->arena, buf_view(&growing->text));
    word->raw = draft->raw;
    word->known = growing->known && !growing->text.failed;
    word->quoted = draft->quoted;
    word->pattern = growing->pattern;
    word->start = draft->start;
    word->end = draft->end;
    buf_reset(&growing->text);
    growing->begun = growing->pattern = false;
    growing->known = true;
    return arena_failed(r->arena, "a script", r->err);
}

static bool has_pattern(struct view text)
{
    return view_find(text, '*') >= 0 || view_find(text, '?') >= 0 || view_find(text, '[') >= 0;
}

/* Adds an unquoted value: blanks in it end words. */
static int add_split(struct resolver *r, const struct shell_draft_word *draft, struct view value,
                     struct growing *growing, struct words *to)
{
    int e = 0;

    for (size_t i = 0; e == 0 && i < value.len; i++) {
        char c = value.ptr[i];

        if (c == ' ' || c == '\t' || c == '\n') {
            e = finish_word(r, draft, growing, to);
        } else {
            buf_add_char(&growing->text, c);
            growing->begun = true;
            growing->pattern = growing->pattern || has_pattern(view_from(&c, 1));
        }
    }
    return e;
}

static int add_part(struct resolver *r, const struct shell_draft_word *draft,
                    const struct shell_part *part, struct growing *growing, struct words *to)
{
    _cleanup_(buf_done) struct buf value = BUF_INIT(SHELL_VALUE_LIMIT);

    if (part->kind == SHELL_PART_VARIABLE && find_value(r, part->name, 0, &value)) {
        if (!part->quoted)
            return add_split(r, draft, buf_view(&value), growing, to);
        buf_add(&growing->text, buf_view(&value));
    } else {
        buf_add(&growing->text, part->text);
        growing->known = growing->known && part->kind == SHELL_PART_TEXT;
        growing->pattern = growing->pattern || (!part->quoted && part->kind == SHELL_PART_TEXT &&
                                                has_pattern(part->text));
    }
    growing->begun = true;
    return 0;
}

static int expand_word(struct resolver *r, const struct shell_draft_word *draft, struct words *to)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(SHELL_VALUE_LIMIT);
    struct growing growing = {text, draft->quoted, true, false};
    int e = 0;

    for (size_t i = 0; e == 0 && i < draft->count; i++)
        e = add_part(r, draft, &draft->parts[i], &growing, to);
    if (e == 0)
        e = finish_word(r, draft, &growing, to);
    text = growing.text;
    return e;
}

/* ---- braces ---- */

/* Text with a mark for each byte that quotes protect. */
struct marked {
    char *text;
    bool *quoted;
    size_t len;
};

static bool flatten(struct resolver *r, const struct shell_draft_word *draft, struct marked *ret)
{
    struct marked m = {NULL, NULL, 0};
    bool brace = false;
    size_t len = 0;

    for (size_t i = 0; i < draft->count; i++) {
        if (draft->parts[i].kind != SHELL_PART_TEXT)
            return false;
        len += draft->parts[i].text.len;
        brace = brace || (!draft->parts[i].quoted && view_find(draft->parts[i].text, '{') >= 0);
    }
    if (!brace || len > SHELL_VALUE_LIMIT)
        return false;
    m.text = arena_alloc(r->arena, len);
    m.quoted = arena_alloc(r->arena, len);
    for (size_t i = 0; m.text && m.quoted && i < draft->count; i++) {
        struct view text = draft->parts[i].text;

        for (size_t j = 0; j < text.len; j++, m.len++) {
            m.text[m.len] = text.ptr[j];
            m.quoted[m.len] = draft->parts[i].quoted;
        }
    }
    *ret = m;
    return m.len == len;
}

/* The "}" that closes the "{" at `open`, when a "," stands between them at
 * their level; else 0. */
static size_t find_close(const struct marked *m, size_t open)
{
    unsigned depth = 0;
    bool comma = false;

    for (size_t i = open; i < m->len; i++) {
        if (m->quoted[i])
            continue;
        if (m->text[i] == '{')
            depth++;
        else if (m->text[i] == ',' && depth == 1)
            comma = true;
        else if (m->text[i] == '}' && --depth == 0)
            return comma ? i : 0;
    }
    return 0;
}

static bool find_braces(const struct marked *m, size_t *ret_open, size_t *ret_close)
{
    for (size_t i = 0, tries = 0; i < m->len && tries < 100; i++) {
        if (m->text[i] != '{' || m->quoted[i])
            continue;
        tries++;
        *ret_close = find_close(m, i);
        *ret_open = i;
        if (*ret_close)
            return true;
    }
    return false;
}

/* before + m[from..to) + after */
static bool assemble(struct resolver *r, const struct marked *m, size_t open, size_t from,
                     size_t to, size_t close, struct marked *ret)
{
    size_t tail = m->len - close - 1, middle = to - from, len = open + middle + tail;
    struct marked out = {arena_alloc(r->arena, len + 1), arena_alloc(r->arena, len + 1), len};

    if (!out.text || !out.quoted)
        return false;
    memcpy(out.text, m->text, open);
    memcpy(out.quoted, m->quoted, open);
    memcpy(out.text + open, m->text + from, middle);
    memcpy(out.quoted + open, m->quoted + from, middle);
    memcpy(out.text + open + middle, m->text + close + 1, tail);
    memcpy(out.quoted + open + middle, m->quoted + close + 1, tail);
    *ret = out;
    return true;
}

static int add_marked(struct resolver *r, const struct shell_draft_word *draft,
                      const struct marked *m, struct words *to)
{
    struct shell_word *word = arena_push(r->arena, &to->list, &to->count, sizeof(*word));

    if (!word)
        return out_of_memory(r);
    *word = (struct shell_word){.text = view_from(m->text, m->len),
                                .raw = draft->raw,
                                .known = true,
                                .quoted = draft->quoted,
                                .start = draft->start,
                                .end = draft->end};
    for (size_t i = 0; i < m->len; i++)
        word->pattern = word->pattern || (!m->quoted[i] && has_pattern(view_from(m->text + i, 1)));
    return 0;
}

static int expand_braces(struct resolver *r, const struct shell_draft_word *draft,
                         const struct marked *m, unsigned *left, struct words *to)
{
    size_t open, close, from;
    unsigned depth = 0;
    int e = 0;

    if (*left == 0 || !find_braces(m, &open, &close))
        return add_marked(r, draft, m, to);
    (*left)--;
    from = open + 1;
    for (size_t i = from; e == 0 && i <= close; i++) {
        struct marked one;
        bool ends = i == close || (m->text[i] == ',' && depth == 0 && !m->quoted[i]);

        if (!m->quoted[i] && i < close)
            depth += (m->text[i] == '{') - (m->text[i] == '}');
        if (!ends)
            continue;
        if (!assemble(r, m, open, from, i, close, &one))
            return out_of_memory(r);
        if (to->count < SHELL_WORD_LIMIT)
            e = expand_braces(r, draft, &one, left, to);
        from = i + 1;
    }
    return e;
}

static int add_words(struct resolver *r, const struct shell_draft_word *draft, struct words *to)
{
    unsigned left = BRACE_LIMIT;
    struct marked m;
    size_t open, close;

    if (draft->raw.len <= 4096 && flatten(r, draft, &m) && find_braces(&m, &open, &close))
        return expand_braces(r, draft, &m, &left, to);
    return expand_word(r, draft, to);
}

/* ---- commands ---- */

static struct view base_name(struct view path)
{
    ptrdiff_t slash = view_rfind(path, '/');

    return slash < 0 ? path : view_sub(path, (size_t)slash + 1, path.len);
}

static int add_env_assignments(struct resolver *r, struct shell_command *command,
                               const struct shell_word *words, size_t count)
{
    struct shell_assignment *list = (struct shell_assignment *)command->assignments;

    for (size_t i = 1; i < count; i++) {
        struct view value = words[i].text, name = view_cut(&value, '=');
        struct shell_assignment *slot;

        if (!value.ptr || !shell_is_name(name))
            continue;
        slot = arena_push(r->arena, &list, &command->assignment_count, sizeof(*slot));
        if (!slot)
            return out_of_memory(r);
        slot->name = name;
        slot->value = words[i];
        slot->value.text = value;
        command->assignments = list;
    }
    return 0;
}

static int unwrap(struct resolver *r, struct shell_command *command)
{
    struct view *wrappers = NULL;

    for (;;) {
        const struct shell_wrapper *wrapper = shell_wrapper_find(command->name);
        size_t taken = wrapper ? shell_wrapper_skip(wrapper, command->words, command->count) : 0;
        struct view *slot;

        if (taken == 0)
            return 0;
        slot = arena_push(r->arena, &wrappers, &command->wrapper_count, sizeof(*slot));
        if (!slot)
            return out_of_memory(r);
        *slot = command->name;
        command->wrappers = wrappers;
        command->open = command->open || shell_wrapper_opens(wrapper);
        if (add_env_assignments(r, command, command->words, taken) < 0)
            return ERROR_MEMORY;
        command->words += taken;
        command->count -= taken;
        command->name = command->words[0].known ? base_name(command->words[0].text) : VIEW_EMPTY;
    }
}

static int resolve_assignments(struct resolver *r, const struct shell_draft_command *draft,
                               struct shell_command *command)
{
    struct shell_assignment *list = NULL;

    for (size_t i = 0; i < draft->assignment_count; i++) {
        _cleanup_(buf_done) struct buf text = BUF_INIT(SHELL_VALUE_LIMIT);
        const struct shell_draft_assignment *from = &draft->assignments[i];
        struct shell_assignment *to =
            arena_push(r->arena, &list, &command->assignment_count, sizeof(*to));

        if (!to)
            return out_of_memory(r);
        *to = (struct shell_assignment){
            .name = from->name, .append = from->append, .array = from->array};
        to->value = (struct shell_word){.raw = from->value.raw,
                                        .quoted = from->value.quoted,
                                        .start = from->value.start,
                                        .end = from->value.end};
        to->value.known = word_value(r, &from->value, 0, &text);
        to->value.text = to->value.known ? arena_copy(r->arena, buf_view(&text)) : from->value.raw;
    }
    command->assignments = list;
    return 0;
}

static int resolve_redirects(struct resolver *r, const struct shell_draft_command *draft,
                             struct shell_command *command)
{
    struct shell_redirect *list = arena_array(r->arena, draft->redirect_count, sizeof(*list));

    if (!list && draft->redirect_count)
        return out_of_memory(r);
    for (size_t i = 0; i < draft->redirect_count; i++) {
        struct words words = {NULL, 0};

        list[i] = draft->redirects[i]->result;
        if (list[i].kind == SHELL_HEREDOC)
            continue;
        if (expand_word(r, &draft->redirects[i]->target, &words) < 0)
            return ERROR_MEMORY;
        if (words.count)
            list[i].target = words.list[0];
    }
    command->redirects = list;
    command->redirect_count = draft->redirect_count;
    return 0;
}

static int resolve_command(struct resolver *r, struct shell_draft_command *draft)
{
    struct shell_command *command = arena_alloc(r->arena, sizeof(*command));
    struct words words = {NULL, 0};
    int e = command ? 0 : out_of_memory(r);

    for (size_t i = 0; e == 0 && i < draft->count; i++)
        e = add_words(r, &draft->words[i], &words);
    if (e < 0)
        return e;
    command->words = command->all = words.list;
    command->count = command->all_count = words.count;
    command->context = draft->context;
    command->position = draft->position;
    command->start = draft->start;
    command->end = draft->end;
    if (words.count && words.list[0].known)
        command->name = base_name(words.list[0].text);
    draft->result = command;
    e = resolve_assignments(r, draft, command);
    if (e == 0)
        e = resolve_redirects(r, draft, command);
    return e == 0 ? unwrap(r, command) : e;
}

static int resolve_pipeline(struct resolver *r, struct shell_draft_pipeline *draft)
{
    struct shell_pipeline *pipeline = arena_alloc(r->arena, sizeof(*pipeline));
    struct shell_member *members = arena_array(r->arena, draft->count, sizeof(*members));

    if (!pipeline || (!members && draft->count))
        return out_of_memory(r);
    for (size_t i = 0; i < draft->count; i++) {
        members[i].command = draft->members[i].command ? draft->members[i].command->result : NULL;
        if (members[i].command)
            draft->members[i].command->result->pipeline = pipeline;
    }
    *pipeline =
        (struct shell_pipeline){members,        draft->count, draft->pipefail, draft->negated,
                                draft->context, draft->start, draft->end};
    draft->result = pipeline;
    return 0;
}

/* ---- scripts inside ---- */

/* The places of a word's text when it stands in the script as it is. */
static bool stands_verbatim(const struct shell_word *word, size_t *ret_offset)
{
    size_t quote = word->raw.len - word->text.len;

    if (quote > 2 || quote % 2 || word->raw.len < word->text.len ||
        !view_eq(view_sub(word->raw, quote / 2, word->text.len), word->text))
        return false;
    *ret_offset = word->start + quote / 2;
    return word->end - word->start == word->raw.len;
}

static int add_script(struct resolver *r, struct shell_draft *draft, struct view text, bool fixed,
                      size_t offset, bool pipefail)
{
    struct shell_options options = *r->options;
    size_t commands = draft->command_count, pipelines = draft->pipeline_count;
    int e = 0;

    options.pipefail = pipefail;
    if (r->depth >= SHELL_SCRIPT_DEPTH_LIMIT || draft->command_count > INNER_COMMAND_LIMIT)
        return 0;
    if (shell_draft_script(text, &options, fixed, offset, r->arena, draft) < 0)
        return out_of_memory(r);
    for (; e == 0 && commands < draft->command_count; commands++)
        e = resolve_command(r, draft->commands[commands]);
    for (; e == 0 && pipelines < draft->pipeline_count; pipelines++)
        e = resolve_pipeline(r, draft->pipelines[pipelines]);
    return e;
}

/* find -exec COMMAND ... {} + */
static int add_find_commands(struct resolver *r, struct shell_draft *draft,
                             const struct shell_command *find)
{
    for (size_t i = 1; i < find->count; i++) {
        struct view word = find->words[i].text;
        struct shell_draft_command *inner, **slot;
        struct shell_command *command;
        size_t end = i + 1;

        if (!view_eq(word, VIEW("-exec")) && !view_eq(word, VIEW("-execdir")) &&
            !view_eq(word, VIEW("-ok")) && !view_eq(word, VIEW("-okdir")))
            continue;
        while (end < find->count && !view_eq(find->words[end].text, VIEW(";")) &&
               !view_eq(find->words[end].text, VIEW("+")))
            end++;
        inner = arena_alloc(r->arena, sizeof(*inner));
        command = arena_alloc(r->arena, sizeof(*command));
        slot = arena_push(r->arena, &draft->commands, &draft->command_count, sizeof(*slot));
        if (!inner || !command || !slot)
            return out_of_memory(r);
        *slot = inner;
        inner->result = command;
        command->words = command->all = find->words + i + 1;
        command->count = command->all_count = end - i - 1;
        command->open = true;
        command->context = find->context | SHELL_IN_SCRIPT;
        command->start = command->count ? command->words[0].start : find->start;
        command->end = command->count ? command->words[command->count - 1].end : find->end;
        command->name = command->count && command->words[0].known
                            ? base_name(command->words[0].text)
                            : VIEW_EMPTY;
        if (unwrap(r, command) < 0)
            return ERROR_MEMORY;
        i = end;
    }
    return 0;
}

static int add_inner(struct resolver *r, struct shell_draft *draft,
                     const struct shell_command *command)
{
    bool pipefail;
    ptrdiff_t at = shell_inner_script(command->name, command->words, command->count, &pipefail);

    if (at > 0 && command->words[at].known) {
        const struct shell_word *word = &command->words[at];
        size_t offset = word->start;
        bool verbatim = stands_verbatim(word, &offset);

        return add_script(r, draft, word->text, !verbatim, offset, pipefail);
    }
    if (view_eq(command->name, VIEW("find")))
        return add_find_commands(r, draft, command);
    for (size_t i = 0; at < 0 && i < command->redirect_count; i++) {
        const struct shell_redirect *redirect = &command->redirects[i];

        if (redirect->kind == SHELL_HEREDOC &&
            shell_reads_script(command->name, command->words, command->count))
            return add_script(r, draft, redirect->body, false, redirect->body_start, false);
    }
    return 0;
}

/* Inner scripts' commands may have inner scripts themselves: the list grows
 * while it is walked, by one depth at a time. */
static int add_inner_scripts(struct resolver *r, struct shell_draft *draft)
{
    size_t i = 0;
    int e = 0;

    for (r->depth = 0; e == 0 && r->depth < SHELL_SCRIPT_DEPTH_LIMIT && i < draft->command_count;
         r->depth++) {
        size_t end = draft->command_count;

        for (; e == 0 && i < end; i++)
            if (!draft->commands[i]->dropped)
                e = add_inner(r, draft, draft->commands[i]->result);
    }
    return e;
}

/* ---- the result ---- */

static int collect(struct resolver *r, const struct shell_draft *draft, struct shell_script *ret)
{
    const struct shell_command **commands =
        arena_array(r->arena, draft->command_count, sizeof(*commands));
    const struct shell_pipeline **pipelines =
        arena_array(r->arena, draft->pipeline_count, sizeof(*pipelines));
    struct view *names = arena_array(r->arena, hash_map_count(r->variables), sizeof(*names));
    int e = arena_failed(r->arena, "a script", r->err);

    if (e < 0)
        return e;
    for (size_t i = 0; i < draft->command_count; i++)
        if (!draft->commands[i]->dropped)
            commands[ret->command_count++] = draft->commands[i]->result;
    for (size_t i = 0; i < draft->pipeline_count; i++)
        if (draft->pipelines[i]->count)
            pipelines[ret->pipeline_count++] = draft->pipelines[i]->result;
    for (size_t i = 0; i < hash_map_count(r->variables); i++)
        hash_map_at(r->variables, i, &names[i]);
    ret->commands = commands;
    ret->pipelines = pipelines;
    ret->assigned = names;
    ret->assigned_count = hash_map_count(r->variables);
    return 0;
}

int shell_resolve(struct shell_draft *draft, const struct shell_options *options,
                  struct arena *arena, struct shell_script *ret, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *variables = hash_map_new();
    struct resolver r = {arena, options, variables, err, 0};
    int e;

    if (!variables)
        return error_memory(err);
    e = note_assignments(&r, draft);
    for (size_t i = 0; e == 0 && i < draft->command_count; i++)
        e = resolve_command(&r, draft->commands[i]);
    for (size_t i = 0; e == 0 && i < draft->pipeline_count; i++)
        e = resolve_pipeline(&r, draft->pipelines[i]);
    if (e == 0)
        e = add_inner_scripts(&r, draft);
    return e == 0 ? collect(&r, draft, ret) : e;
}

int shell_parse_words(const struct shell_word *words, size_t count,
                      const struct shell_options *options, struct arena *arena,
                      struct shell_script *ret, struct error *err)
{
    _cleanup_(hash_map_free_p) struct hash_map *variables = hash_map_new();
    struct resolver r = {arena, options, variables, err, 0};
    struct shell_draft_command *command = arena_alloc(arena, sizeof(*command));
    struct shell_command *result = arena_alloc(arena, sizeof(*result));
    struct shell_draft draft = {.commands = &command, .command_count = 1};
    struct shell_script script = {.fault = ERROR_INIT};
    int e;

    if (!variables || !command || !result)
        return error_memory(err);
    draft.commands = arena_array(arena, 1, sizeof(*draft.commands));
    if (!draft.commands)
        return error_memory(err);
    draft.commands[0] = command;
    command->result = result;
    result->words = result->all = words;
    result->count = result->all_count = count;
    if (count) {
        result->name = base_name(words[0].text);
        result->start = words[0].start;
        result->end = words[count - 1].end;
    }
    e = unwrap(&r, result);
    if (e == 0)
        e = add_inner_scripts(&r, &draft);
    if (e == 0)
        e = collect(&r, &draft, &script);
    if (e == 0)
        *ret = script;
    return e;
}
