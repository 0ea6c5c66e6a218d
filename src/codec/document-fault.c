#include "codec/document-fault.h"

#include "base/text.h"

enum cause {
    CAUSE_SYNTAX,
    CAUSE_QUOTE,
    CAUSE_COLON,
    CAUSE_INDENTATION,
    CAUSE_START,
    CAUSE_TAB,
    CAUSE_BRACKET,
    CAUSE_COUNT,
};

static const char *const hints[CAUSE_COUNT] = {
    [CAUSE_QUOTE] = TR_KEY("close the quote, or double a single quote that belongs to the text"),
    [CAUSE_COLON] = TR_KEY("put a value that holds \": \" in quotes, and check the indentation"),
    [CAUSE_INDENTATION] = TR_KEY("check the indentation of this line and of the one before it"),
    [CAUSE_START] = TR_KEY("put the value in quotes"),
    [CAUSE_TAB] = TR_KEY("indent with spaces: YAML allows no tabs there"),
    [CAUSE_BRACKET] = TR_KEY("close the bracket or brace, or put a comma between its values"),
};

static const struct fault {
    const char *problem; /* libyaml's */
    const char *words;
    enum cause cause;
} faults[] = {
    {"mapping values are not allowed in this context",
     TR_KEY("a colon makes this a key where no key can stand"), CAUSE_COLON},
    {"block sequence entries are not allowed in this context",
     TR_KEY("a list item can't stand here"), CAUSE_INDENTATION},
    {"mapping keys are not allowed in this context", TR_KEY("a key can't stand here"),
     CAUSE_INDENTATION},
    {"found character that cannot start any token",
     TR_KEY("no value can begin with this character"), CAUSE_START},
    {"could not find expected ':'", TR_KEY("a key without its colon"), CAUSE_COLON},
    {"did not find expected key", TR_KEY("a key was expected here"), CAUSE_INDENTATION},
    {"did not find expected '-' indicator", TR_KEY("a list item was expected here"),
     CAUSE_INDENTATION},
    {"did not find expected node content", TR_KEY("a value was expected here"), CAUSE_SYNTAX},
    {"did not find expected ',' or ']'", TR_KEY("a comma or a closing ] is missing"),
     CAUSE_BRACKET},
    {"did not find expected ',' or '}'", TR_KEY("a comma or a closing } is missing"),
     CAUSE_BRACKET},
    {"did not find expected <document start>",
     TR_KEY("something follows the end of the document's value"), CAUSE_INDENTATION},
    {"found unexpected end of stream", TR_KEY("the text ends within a quoted string"), CAUSE_QUOTE},
    {"found unexpected document indicator", TR_KEY("the document ends within a quoted string"),
     CAUSE_QUOTE},
    {"found unknown escape character", TR_KEY("an unknown escape in a double-quoted string"),
     CAUSE_SYNTAX},
    {"did not find expected hexdecimal number",
     TR_KEY("an escape in a double-quoted string is malformed"), CAUSE_SYNTAX},
    {"found invalid Unicode character escape code",
     TR_KEY("an escape stands for no Unicode character"), CAUSE_SYNTAX},
    {"found a tab character where an indentation space is expected",
     TR_KEY("a tab in the indentation"), CAUSE_TAB},
    {"found a tab character that violates indentation", TR_KEY("a tab in the indentation"),
     CAUSE_TAB},
    {"found undefined tag handle", TR_KEY("a tag with a prefix that no %TAG line defines"),
     CAUSE_SYNTAX},
    {"found incompatible YAML document", TR_KEY("a version of YAML that is not 1.1 or 1.2"),
     CAUSE_SYNTAX},
    {"found duplicate %YAML directive", TR_KEY("a second %YAML line"), CAUSE_SYNTAX},
    {"found duplicate %TAG directive", TR_KEY("a second %TAG line of that prefix"), CAUSE_SYNTAX},
    {"found unknown directive name", TR_KEY("an unknown directive"), CAUSE_SYNTAX},
    {"did not find expected alphabetic or numeric character",
     TR_KEY("the name of an anchor or alias is malformed"), CAUSE_SYNTAX},
    {"found an indentation indicator equal to 0",
     TR_KEY("the header of a block string is malformed"), CAUSE_SYNTAX},
    {"did not find expected comment or line break",
     TR_KEY("something follows where the line should end"), CAUSE_SYNTAX},
};

static const struct {
    const char *context; /* libyaml's, of faults with many problems */
    const char *words;
} contexts[] = {
    {"while scanning a directive", TR_KEY("a directive is malformed")},
    {"while scanning a %YAML directive", TR_KEY("a %YAML line is malformed")},
    {"while scanning a %TAG directive", TR_KEY("a %TAG line is malformed")},
    {"while parsing a tag", TR_KEY("a tag is malformed")},
    {"while scanning a tag", TR_KEY("a tag is malformed")},
    {"while scanning an anchor", TR_KEY("the name of an anchor or alias is malformed")},
};

static const char *words_of_context(const char *context)
{
    for (size_t i = 0; context && i < sizeof(contexts) / sizeof(contexts[0]); i++)
        if (strcmp(contexts[i].context, context) == 0)
            return contexts[i].words;
    return TR_KEY("this is no YAML");
}

static const struct fault *find_fault(const char *problem)
{
    for (size_t i = 0; problem && i < sizeof(faults) / sizeof(faults[0]); i++)
        if (strcmp(faults[i].problem, problem) == 0)
            return &faults[i];
    return NULL;
}

static bool looks_like_template(struct view text)
{
    static const struct view opens[] = {VIEW("{{"), VIEW("{%"), VIEW("<%")};

    for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++)
        if (view_find_view(text, opens[i]) >= 0)
            return true;
    return false;
}

/* The line that holds the byte at `at`. */
static struct view line_at(struct view text, size_t at)
{
    struct view before = view_sub(text, 0, at), line;
    size_t start = (size_t)(view_rfind(before, '\n') + 1);

    line = view_sub(text, start, SIZE_MAX);
    return view_cut(&line, '\n');
}

static bool has_tab_indentation(struct view line)
{
    size_t at = 0;

    while (at < line.len && line.ptr[at] == ' ')
        at++;
    return at < line.len && line.ptr[at] == '\t';
}

void document_fault_hint_template(struct error *fault)
{
    error_hint(fault, "this looks like a template: render it first, for example with helm "
                      "template, and check the result");
}

void document_fault_describe(const char *problem, const char *context, struct view text, size_t at,
                             struct error *ret)
{
    const struct fault *fault = find_fault(problem);
    enum cause cause = fault ? fault->cause : CAUSE_SYNTAX;

    if (has_tab_indentation(line_at(text, at)) && cause != CAUSE_QUOTE)
        cause = CAUSE_TAB;
    error_set(ret, ERROR_INPUT, "%s",
              cause == CAUSE_TAB ? tr("a tab in the indentation")
                                 : tr(fault ? fault->words : words_of_context(context)));
    if (looks_like_template(text))
        document_fault_hint_template(ret);
    else if (hints[cause])
        error_hint(ret, "%s", tr(hints[cause]));
}
