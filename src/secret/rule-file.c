#include "secret/rule-file.h"

#include <hs/hs.h>

#include "codec/document.h"
#include "secret/rule-regex.h"

struct reader {
    struct secret_rule_files *files;
    struct view name; /* of the file */
};

static int fault(const struct reader *reader, const struct document_node *node, struct error *err)
{
    return error_wrap(err, "%.*s:%u:%u", VIEW_ARG(reader->name), node->start.line,
                      node->start.column);
}

/* A field of a rule: how it is written, and where it goes. */
struct field {
    const char *name;
    int (*read)(const struct reader *reader, const struct document_node *node, void *to,
                struct error *err);
    size_t offset;
};

static int read_text(const struct reader *reader, const struct document_node *node, void *to,
                     struct error *err)
{
    (void)reader;
    if (node->kind == DOCUMENT_SEQUENCE || node->kind == DOCUMENT_MAPPING ||
        node->kind == DOCUMENT_NULL)
        return error_set(err, ERROR_INPUT, "a text is wanted here");
    *(struct view *)to = node->text;
    return 0;
}

/* One text, or {en: ..., zh: ...}; what is missing is the other. */
static int read_languages(const struct reader *reader, const struct document_node *node, void *to,
                          struct error *err)
{
    struct view *texts = to;

    if (node->kind != DOCUMENT_MAPPING) {
        int r = read_text(reader, node, &texts[SECRET_ENGLISH], err);

        texts[SECRET_CHINESE] = texts[SECRET_ENGLISH];
        return r;
    }
    texts[SECRET_ENGLISH] = document_get_text(node, VIEW("en"));
    texts[SECRET_CHINESE] = document_get_text(node, VIEW("zh"));
    if (texts[SECRET_ENGLISH].len == 0)
        texts[SECRET_ENGLISH] = texts[SECRET_CHINESE];
    if (texts[SECRET_CHINESE].len == 0)
        texts[SECRET_CHINESE] = texts[SECRET_ENGLISH];
    return texts[SECRET_ENGLISH].len ? 0 : error_set(err, ERROR_INPUT, "a text is wanted here");
}

static int read_list(const struct reader *reader, const struct document_node *node, void *to,
                     struct error *err)
{
    size_t count = node->kind == DOCUMENT_SEQUENCE ? document_count(node) : 1;
    struct view *items = arena_array(reader->files->arena, count, sizeof(*items));
    struct secret_list *list = to;

    if (!items)
        return arena_failed(reader->files->arena, "the rules", err);
    for (size_t i = 0; i < count; i++) {
        const struct document_node *item =
            node->kind == DOCUMENT_SEQUENCE ? document_item(node, i) : node;
        struct view text;
        int r = read_text(reader, item, &text, err);

        if (r < 0)
            return r;
        /* With a NUL behind it: path patterns are libc's. */
        items[i] = view_from(arena_cstr(reader->files->arena, text), text.len);
    }
    *list = (struct secret_list){items, count};
    return 0;
}

static int read_flag(const struct reader *reader, const struct document_node *node, void *to,
                     struct error *err)
{
    (void)reader;
    if (node->kind != DOCUMENT_BOOL)
        return error_set(err, ERROR_INPUT, "true or false is wanted here");
    *(bool *)to = node->boolean;
    return 0;
}

static int read_number(const struct reader *reader, const struct document_node *node, void *to,
                       struct error *err)
{
    (void)reader;
    if (node->kind != DOCUMENT_INTEGER || node->integer < 0 || node->integer > SECRET_REGEX_LIMIT)
        return error_set(err, ERROR_INPUT, "a number from 0 to %d is wanted here",
                         SECRET_REGEX_LIMIT);
    *(unsigned *)to = (unsigned)node->integer;
    return 0;
}

static int read_bits(const struct reader *reader, const struct document_node *node, void *to,
                     struct error *err)
{
    double bits = node->kind == DOCUMENT_INTEGER ? (double)node->integer
                  : node->kind == DOCUMENT_FLOAT ? node->number
                                                 : -1;

    (void)reader;
    if (!(bits >= 0 && bits <= 8))
        return error_set(err, ERROR_INPUT, "a number from 0 to 8 is wanted here: bits a byte");
    *(double *)to = bits;
    return 0;
}

static int read_severity(const struct reader *reader, const struct document_node *node, void *to,
                         struct error *err)
{
    (void)reader;
    if (!severity_parse(document_text(node), to))
        return error_set(err, ERROR_INPUT, "there is no severity %.*s",
                         VIEW_ARG(document_text(node)));
    return 0;
}

static int read_confidence(const struct reader *reader, const struct document_node *node, void *to,
                           struct error *err)
{
    static const struct view names[SECRET_CONFIDENCE_COUNT] = {
        [SECRET_LOW] = VIEW("low"),
        [SECRET_MEDIUM] = VIEW("medium"),
        [SECRET_HIGH] = VIEW("high"),
    };

    (void)reader;
    for (size_t i = 0; i < SECRET_CONFIDENCE_COUNT; i++)
        if (view_eq(document_text(node), names[i])) {
            *(enum secret_confidence *)to = (enum secret_confidence)i;
            return 0;
        }
    return error_set(err, ERROR_INPUT, "low, medium or high is wanted here");
}

static int read_validator(const struct reader *reader, const struct document_node *node, void *to,
                          struct error *err)
{
    const struct secret_validator *found = secret_validator_find(document_text(node));

    (void)reader;
    if (!found)
        return error_set(err, ERROR_INPUT, "there is no validator %.*s",
                         VIEW_ARG(document_text(node)));
    *(const struct secret_validator **)to = found;
    return 0;
}

/* A rule as it is written, before its class and defaults fill it up. */
struct draft {
    struct secret_rule rule;
    struct secret_examples examples;
    struct view class, regex, scan;
};

#define RULE(member) offsetof(struct draft, rule.member)
static const struct field rule_fields[] = {
    {"id", read_text, RULE(id)},
    {"title", read_languages, RULE(title)},
    {"class", read_text, offsetof(struct draft, class)},
    {"description", read_languages, RULE(description)},
    {"remediation", read_languages, RULE(remediation)},
    {"severity", read_severity, RULE(severity)},
    {"confidence", read_confidence, RULE(confidence)},
    {"guessable", read_flag, RULE(guessable)},
    {"regex", read_text, offsetof(struct draft, regex)},
    {"scan", read_text, offsetof(struct draft, scan)},
    {"group", read_number, RULE(group)},
    {"entropy", read_bits, RULE(entropy)},
    {"length", read_number, RULE(length)},
    {"validator", read_validator, RULE(validator)},
    {"words", read_list, RULE(words)},
    {"keywords", read_list, RULE(keywords)},
    {"allow", read_list, RULE(allow)},
    {"include", read_list, RULE(include)},
    {"exclude", read_list, RULE(exclude)},
    {"tags", read_list, RULE(tags)},
    {"references", read_list, RULE(references)},
    {"positive", read_list, offsetof(struct draft, examples.positive)},
    {"negative", read_list, offsetof(struct draft, examples.negative)},
    {NULL},
};

static const struct field class_fields[] = {
    {"description", read_languages, offsetof(struct secret_class, description)},
    {"remediation", read_languages, offsetof(struct secret_class, remediation)},
    {NULL},
};

static const struct field *find_field(const struct field *fields, struct view name)
{
    for (; fields->name; fields++)
        if (view_eq(name, view_of(fields->name)))
            return fields;
    return NULL;
}

static int read_fields(const struct reader *reader, const struct document_node *node,
                       const struct field *fields, void *to, struct error *err)
{
    if (node->kind != DOCUMENT_MAPPING) {
        error_set(err, ERROR_INPUT, "a mapping is wanted here");
        return fault(reader, node, err);
    }
    for (size_t i = 0; i < node->mapping.count; i++) {
        const struct document_pair *pair = &node->mapping.pairs[i];
        const struct field *field = find_field(fields, document_text(pair->key));

        if (!field) {
            error_set(err, ERROR_INPUT, "there is no field %.*s here",
                      VIEW_ARG(document_text(pair->key)));
            return fault(reader, pair->key, err);
        }
        if (pair->replaced)
            continue;
        if (field->read(reader, pair->value, (char *)to + field->offset, err) < 0)
            return fault(reader, pair->value, err);
    }
    return 0;
}

/* ---- From the draft to the rule ---- */

static bool is_id(struct view id)
{
    for (size_t i = 0; i < id.len; i++)
        if (!(id.ptr[i] >= 'a' && id.ptr[i] <= 'z') && !(id.ptr[i] >= '0' && id.ptr[i] <= '9') &&
            id.ptr[i] != '-')
            return false;
    return id.len > 0 && id.len <= 64;
}

static int inherit(const struct reader *reader, struct draft *draft, struct error *err)
{
    const struct secret_class *class = NULL;

    if (draft->class.len == 0)
        return 0;
    for (size_t i = 0; i < reader->files->class_count; i++)
        if (view_eq(reader->files->classes[i].name, draft->class))
            class = &reader->files->classes[i];
    if (!class)
        return error_set(err, ERROR_INPUT, "there is no class %.*s", VIEW_ARG(draft->class));
    for (size_t i = 0; i < SECRET_LANGUAGE_COUNT; i++) {
        if (draft->rule.description[i].len == 0)
            draft->rule.description[i] = class->description[i];
        if (draft->rule.remediation[i].len == 0)
            draft->rule.remediation[i] = class->remediation[i];
    }
    return 0;
}

/* "(?i)(?:password|pass-?wd)" of the words: those of the first pass. */
static int scan_of_words(const struct secret_list *words, struct buf *to, struct error *err)
{
    buf_add_str(to, "(?i)(?:");
    for (size_t i = 0; i < words->count; i++) {
        if (i)
            buf_add_char(to, '|');
        for (size_t j = 0; j < words->items[i].len; j++) {
            char c = words->items[i].ptr[j];

            if (c == '-')
                buf_add_str(to, "[_.-]?");
            else if (c >= 'a' && c <= 'z')
                buf_add_char(to, c);
            else
                return error_set(err, ERROR_INPUT,
                                 "a word has lower case letters and hyphens, not %.*s",
                                 VIEW_ARG(words->items[i]));
        }
    }
    buf_add_str(to, ")");
    return buf_failed(to, "words", err);
}

enum { SPAN_LIMIT = 4096 };

/* The most bytes that a match has, at most SPAN_LIMIT; also says what Vectorscan
 * cannot do. */
static int measure(const char *regex, unsigned flags, unsigned *ret, struct error *err)
{
    hs_compile_error_t *cause = NULL;
    hs_expr_info_t *info = NULL;

    if (hs_expression_info(regex, flags, &info, &cause) != HS_SUCCESS) {
        error_set(err, ERROR_INPUT, "the first pass cannot use its regex: %s",
                  cause ? cause->message : "out of memory");
        error_hint(err, "give the rule a scan: a simpler regex that finds every candidate");
        hs_free_compile_error(cause);
        return err ? err->kind : ERROR_INPUT;
    }
    *ret = info->max_width < SPAN_LIMIT ? info->max_width : SPAN_LIMIT;
    free(info);
    return 0;
}

/* How far before a hit of the first pass a match may begin. What an author wrote
 * for that pass may stand in the middle of the whole. */
static int measure_span(struct secret_rule *rule, bool own_scan, struct error *err)
{
    int r = measure(rule->scan.ptr, 0, &rule->span, err);
    unsigned whole = SPAN_LIMIT;

    if (r < 0 || !own_scan)
        return r;
    if (measure(rule->regex.ptr, HS_FLAG_PREFILTER, &whole, NULL) < 0)
        whole = SPAN_LIMIT;
    rule->span = whole > rule->span ? whole : rule->span;
    return 0;
}

static int complete_patterns(const struct reader *reader, struct draft *draft, struct error *err)
{
    _cleanup_(buf_done) struct buf regex = BUF_INIT(2 * SECRET_REGEX_LIMIT);
    _cleanup_(buf_done) struct buf scan = BUF_INIT(2 * SECRET_REGEX_LIMIT);
    bool words = draft->rule.words.count > 0;
    int r = 0;

    if (words == (draft->regex.len > 0))
        return error_set(err, ERROR_INPUT, "a rule has either a regex or words");
    if (words)
        r = scan_of_words(&draft->rule.words, &scan, err);
    else
        r = secret_regex_confirm(draft->regex, &regex, err);
    if (r == 0 && !words)
        r = secret_regex_scan(draft->scan.len ? draft->scan : draft->regex, &scan, err);
    if (r < 0)
        return r;
    draft->rule.regex = view_from(arena_cstr(reader->files->arena, buf_view(&regex)), regex.len);
    draft->rule.scan = view_from(arena_cstr(reader->files->arena, buf_view(&scan)), scan.len);
    r = arena_failed(reader->files->arena, "the rules", err);
    return r < 0 ? r : measure_span(&draft->rule, draft->scan.len > 0, err);
}

static int complete(const struct reader *reader, struct draft *draft, struct error *err)
{
    int r;

    if (!is_id(draft->rule.id))
        return error_set(err, ERROR_INPUT,
                         "a rule needs an id of lower case letters, digits and hyphens");
    if (draft->rule.title[SECRET_ENGLISH].len == 0)
        return error_set(err, ERROR_INPUT, "the rule %.*s has no title", VIEW_ARG(draft->rule.id));
    r = inherit(reader, draft, err);
    if (r == 0)
        r = complete_patterns(reader, draft, err);
    draft->examples.id = draft->rule.id;
    return r < 0 ? error_wrap(err, "the rule %.*s", VIEW_ARG(draft->rule.id)) : 0;
}

static int add_rule(struct secret_rule_files *files, const struct draft *draft, struct error *err)
{
    struct secret_rule *rule;
    struct secret_examples *examples;

    for (size_t i = 0; i < files->rule_count; i++)
        if (view_eq(files->rules[i].id, draft->rule.id)) {
            files->rules[i] = draft->rule;
            files->examples[i] = draft->examples;
            return 0;
        }
    if (files->rule_count == SECRET_RULES_LIMIT)
        return error_set(err, ERROR_LIMIT, "there are more than %d rules", SECRET_RULES_LIMIT);
    rule = arena_push(files->arena, &files->rules, &files->rule_count, sizeof(*rule));
    examples = arena_push(files->arena, &files->examples, &files->example_count, sizeof(*examples));
    if (!rule || !examples)
        return arena_failed(files->arena, "the rules", err);
    *rule = draft->rule;
    *examples = draft->examples;
    return 0;
}

static int read_rule(const struct reader *reader, const struct document_node *node,
                     struct error *err)
{
    struct draft draft = {
        .rule = {.severity = SEVERITY_HIGH, .confidence = SECRET_MEDIUM},
    };
    int r = read_fields(reader, node, rule_fields, &draft, err);

    if (r < 0)
        return r;
    if (complete(reader, &draft, err) < 0)
        return fault(reader, node, err);
    return add_rule(reader->files, &draft, err);
}

static int read_rules(const struct reader *reader, const struct document_node *node, void *to,
                      struct error *err)
{
    int r = 0;

    (void)to;
    if (node->kind != DOCUMENT_SEQUENCE) {
        error_set(err, ERROR_INPUT, "a list is wanted here");
        return fault(reader, node, err);
    }
    for (size_t i = 0; r == 0 && i < document_count(node); i++)
        r = read_rule(reader, document_item(node, i), err);
    return r;
}

static int read_classes(const struct reader *reader, const struct document_node *node, void *to,
                        struct error *err)
{
    (void)to;
    if (node->kind != DOCUMENT_MAPPING) {
        error_set(err, ERROR_INPUT, "a mapping is wanted here");
        return fault(reader, node, err);
    }
    for (size_t i = 0; i < node->mapping.count; i++) {
        struct secret_rule_files *files = reader->files;
        struct secret_class *class =
            arena_push(files->arena, &files->classes, &files->class_count, sizeof(*class));
        int r;

        if (!class)
            return arena_failed(files->arena, "the rules", err);
        class->name = document_text(node->mapping.pairs[i].key);
        r = read_fields(reader, node->mapping.pairs[i].value, class_fields, class, err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* ---- The file ---- */

static int read_root(const struct reader *reader, const struct document_node *root,
                     struct error *err)
{
    static const struct {
        struct view name;
        int (*read)(const struct reader *reader, const struct document_node *node, void *to,
                    struct error *err);
    } parts[] = {{VIEW("classes"), read_classes}, {VIEW("rules"), read_rules}};
    int r = 0;

    if (!root)
        return 0;
    if (root->kind != DOCUMENT_MAPPING) {
        error_set(err, ERROR_INPUT, "a rule file is a mapping with rules in it");
        return fault(reader, root, err);
    }
    for (size_t i = 0; i < root->mapping.count; i++) {
        struct view key = document_text(root->mapping.pairs[i].key);

        if (!view_eq(key, parts[0].name) && !view_eq(key, parts[1].name)) {
            error_set(err, ERROR_INPUT, "there is no field %.*s here", VIEW_ARG(key));
            return fault(reader, root->mapping.pairs[i].key, err);
        }
    }
    for (size_t i = 0; r == 0 && i < 2; i++) {
        const struct document_node *node = document_get(root, parts[i].name);

        if (node)
            r = parts[i].read(reader, node, NULL, err);
    }
    return r;
}

int secret_rule_file_read(struct secret_rule_files *files, struct view text, struct view name,
                          struct error *err)
{
    struct reader reader = {files, name};
    struct document_set set;
    int r;

    if (text.len > SECRET_RULE_FILE_LIMIT)
        return error_set(err, ERROR_LIMIT, "%.*s: is larger than %d bytes", VIEW_ARG(name),
                         SECRET_RULE_FILE_LIMIT);
    r = document_parse(text, DOCUMENT_YAML, files->arena, &set, err);
    if (r < 0)
        return error_wrap(err, "%.*s", VIEW_ARG(name));
    for (size_t i = 0; r == 0 && i < set.count; i++) {
        if (set.list[i].error) {
            if (err)
                *err = *set.list[i].error;
            return error_wrap(err, "%.*s:%u:%u", VIEW_ARG(name), set.list[i].error_mark.line,
                              set.list[i].error_mark.column);
        }
        r = read_root(&reader, set.list[i].root, err);
    }
    return r < 0 ? r : arena_failed(files->arena, "the rules", err);
}
