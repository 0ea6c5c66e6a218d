#include "base/text.h"
#include "policy/suppression-clause.h"

/* What a comment speaks for. */
enum scope { SCOPE_BLOCK, SCOPE_DOCUMENT, SCOPE_FILE };

struct entry {
    struct suppression suppression;
    enum scope scope;
};

/* A block whose end is not reached. */
struct open {
    size_t entry, indent;
};

/* A walk along the lines of a file. */
struct scan {
    struct view path;
    struct arena *arena;
    struct entry *list;
    size_t count;
    struct diagnostic *problems;
    size_t problem_count;

    struct view line;
    uint32_t number;          /* of `line` */
    uint32_t content;         /* the last line of content above `line`; 0: none */
    uint32_t document;        /* the line that the YAML document starts at */
    size_t first_of_document; /* entry */
    struct open *blocks;      /* inner ones last; room for SUPPRESSION_LIMIT */
    size_t block_count;
    size_t first_waiting; /* entry: from here on, blocks wait for their first line */
};

/* ---- What each tool writes behind its marker ---- */

/* ID[,ID...][:exp:DATE], and more of these behind blanks. */
static int read_trivy(struct view words, struct arena *arena, struct suppression *s,
                      struct error *err)
{
    static const struct view expires = VIEW(":exp:");
    struct view word = view_cut(&words, ' ');
    ptrdiff_t at = view_find_view(word, expires);

    if (at >= 0) {
        struct view date = view_sub(word, (size_t)at + expires.len, word.len);

        word = view_sub(word, 0, (size_t)at);
        if (clause_parse_date(date, &s->until, err) < 0)
            return ERROR_INPUT;
    }
    s->id_count = clause_split(word, arena, &s->ids);
    return 0;
}

/* ID[,ID...][:reason] */
static int read_checkov(struct view words, struct arena *arena, struct suppression *s,
                        struct error *err)
{
    struct view ids = view_cut(&words, ':');

    (void)err;
    if (!words.ptr) {
        words = ids;
        ids = view_cut(&words, ' ');
    }
    s->id_count = clause_split(ids, arena, &s->ids);
    s->reason = arena_copy(arena, view_trim(words));
    return 0;
}

/* ID[,ID...] */
static int read_hadolint(struct view words, struct arena *arena, struct suppression *s,
                         struct error *err)
{
    (void)err;
    s->id_count = clause_split(words, arena, &s->ids);
    return 0;
}

static int read_ours(struct view words, struct arena *arena, struct suppression *s,
                     struct error *err)
{
    if (words.len && !strchr(" \t:=", words.ptr[0]))
        return error_set(err, ERROR_INPUT, "the word behind plimsoll: is not known");
    return clause_parse(view_sub(words, 1, words.len), arena, s, err);
}

static const struct marker {
    struct view word;
    enum scope scope;
    bool ours; /* what can't be read is told */
    int (*read)(struct view words, struct arena *arena, struct suppression *s, struct error *err);
} markers[] = {
    {VIEW("plimsoll:ignore-file"), SCOPE_FILE, true, read_ours},
    {VIEW("plimsoll:ignore"), SCOPE_BLOCK, true, read_ours},
    {VIEW("trivy:ignore:"), SCOPE_BLOCK, false, read_trivy},
    {VIEW("checkov:skip="), SCOPE_DOCUMENT, false, read_checkov},
    {VIEW("hadolint ignore="), SCOPE_BLOCK, false, read_hadolint},
    {VIEW("hadolint global ignore="), SCOPE_FILE, false, read_hadolint},
};

enum { MARKERS = sizeof(markers) / sizeof(markers[0]) };

/* ---- Comments ---- */

static const struct view starts[] = {VIEW("#"), VIEW("//"), VIEW("--"), VIEW("<!--"), VIEW("/*")};

/* Whether a comment starts at the end of `text`. */
static bool ends_in_start(struct view text)
{
    while (text.len && strchr(" \t", text.ptr[text.len - 1]))
        text.len--;
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
        if (view_ends(text, starts[i]))
            return true;
    return false;
}

static bool is_comment(struct view line)
{
    struct view text = view_trim(line);

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
        if (view_starts(text, starts[i]))
            return true;
    return false;
}

/* Neither a comment nor blank, nor the start of a YAML document. */
static bool is_content(struct view line)
{
    return view_trim(line).len && !view_starts(line, VIEW("---")) && !is_comment(line);
}

static size_t indent_of(struct view line)
{
    size_t indent = 0;

    while (indent < line.len && strchr(" \t", line.ptr[indent]))
        indent++;
    return indent;
}

/* ---- Scopes ---- */

/* Ends the blocks that a line of this indent is not part of. */
static void close_blocks(struct scan *scan, size_t indent)
{
    while (scan->block_count && scan->blocks[scan->block_count - 1].indent >= indent)
        scan->list[scan->blocks[--scan->block_count].entry].suppression.last_line = scan->content;
}

/* The blocks of comments above this line, and on it, begin with it. */
static void open_blocks(struct scan *scan, size_t indent)
{
    for (; scan->first_waiting < scan->count; scan->first_waiting++) {
        struct entry *entry = &scan->list[scan->first_waiting];

        if (entry->scope == SCOPE_BLOCK)
            scan->blocks[scan->block_count++] = (struct open){scan->first_waiting, indent};
    }
}

static void close_document(struct scan *scan, uint32_t last_line)
{
    for (; scan->first_of_document < scan->count; scan->first_of_document++) {
        struct entry *entry = &scan->list[scan->first_of_document];

        if (entry->scope == SCOPE_DOCUMENT)
            entry->suppression.last_line = last_line;
    }
    scan->document = last_line;
}

static void pass_line(struct scan *scan)
{
    if (view_starts(scan->line, VIEW("---")))
        close_document(scan, scan->number);
    if (!is_content(scan->line))
        return;
    close_blocks(scan, indent_of(scan->line));
    open_blocks(scan, indent_of(scan->line));
    scan->content = scan->number;
}

static void pass_end(struct scan *scan)
{
    open_blocks(scan, 0);
    close_blocks(scan, 0);
    close_document(scan, UINT32_MAX);
}

static int set_scope(const struct scan *scan, const struct marker *marker, struct suppression *s,
                     struct error *err)
{
    if (marker->ours && marker->scope == SCOPE_FILE && scan->content) {
        error_set(err, ERROR_INPUT, "plimsoll:ignore-file counts only above all content");
        error_hint(err, "move it to the top of the file, or write plimsoll:ignore");
        return ERROR_INPUT;
    }
    if (marker->scope == SCOPE_BLOCK)
        s->first_line = scan->number;
    else if (marker->scope == SCOPE_DOCUMENT)
        s->first_line = scan->document ? scan->document : 1;
    return 0;
}

/* ---- The walk ---- */

static struct view trim_end(struct view text)
{
    while (text.len && strchr(" \t\r", text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* What is said, without the end of the comment. */
static struct view without_end(struct view words)
{
    words = trim_end(view_strip_suffix(trim_end(words), VIEW("-->")));
    return trim_end(view_strip_suffix(words, VIEW("*/")));
}

static int take(struct scan *scan, const struct marker *marker, struct view words,
                struct error *err)
{
    struct suppression s = {.origin = SUPPRESSION_INLINE, .file = scan->path, .line = scan->number};
    struct error fault = ERROR_INIT;
    int r = marker->read(words, scan->arena, &s, &fault);

    if (r == 0 && scan->count == SUPPRESSION_LIMIT)
        r = error_set(&fault, ERROR_LIMIT, "the file has more than %d suppressions",
                      SUPPRESSION_LIMIT);
    if (r == 0)
        r = set_scope(scan, marker, &s, &fault);
    if (r == 0 && s.id_count) {
        struct entry *slot = arena_push(scan->arena, &scan->list, &scan->count, sizeof(*slot));

        if (slot)
            *slot = (struct entry){s, marker->scope};
    }
    if (r < 0 && marker->ours && scan->problem_count < SUPPRESSION_TOLD)
        clause_problem(scan->path, scan->number, &fault, scan->arena, &scan->problems,
                       &scan->problem_count);
    return arena_failed(scan->arena, "suppressions", err);
}

/* The first marker of a line that stands at the start of a comment. */
static int read_line(struct scan *scan, struct error *err)
{
    for (size_t i = 0; i < MARKERS; i++) {
        ptrdiff_t at = view_find_view(scan->line, markers[i].word);
        size_t before = at < 0 ? 0 : (size_t)at;

        if (at >= 0 && ends_in_start(view_sub(scan->line, 0, before)))
            return take(
                scan, &markers[i],
                without_end(view_sub(scan->line, before + markers[i].word.len, scan->line.len)),
                err);
    }
    return 0;
}

static bool has_marker(struct view text)
{
    static const struct view parts[] = {VIEW(":ignore"), VIEW("checkov:skip="), VIEW("hadolint ")};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (view_find_view(text, parts[i]) >= 0)
            return true;
    return false;
}

static int walk(struct scan *scan, struct view text, struct error *err)
{
    int r = 0;

    scan->blocks = arena_array(scan->arena, SUPPRESSION_LIMIT, sizeof(*scan->blocks));
    if (!scan->blocks)
        return arena_failed(scan->arena, "suppressions", err);
    while (r == 0 && text.ptr) {
        scan->line = view_line(&text);
        scan->number++;
        if (has_marker(scan->line))
            r = read_line(scan, err);
        pass_line(scan);
    }
    pass_end(scan);
    return r;
}

int suppressions_scan_comments(struct view path, struct view text, struct arena *arena,
                               struct suppressions *ret, struct diagnostic **ret_problems,
                               size_t *ret_problem_count, struct error *err)
{
    struct scan scan = {.arena = arena};
    struct suppression *list = NULL;
    int r = 0;

    if (has_marker(text)) {
        scan.path = arena_copy(arena, path);
        r = walk(&scan, text, err);
        if (r < 0)
            return r;
        list = arena_array(arena, scan.count, sizeof(*list));
        if (scan.count && !list)
            return arena_failed(arena, "suppressions", err);
    }
    for (size_t i = 0; i < scan.count; i++)
        list[i] = scan.list[i].suppression;
    *ret = (struct suppressions){list, scan.count};
    *ret_problems = scan.problems;
    *ret_problem_count = scan.problem_count;
    return 0;
}
