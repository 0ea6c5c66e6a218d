#include "base/text.h"
#include "scan/secret-scan.h"
#include "secret/token.h"

static struct view in_language(const struct view texts[SECRET_LANGUAGE_COUNT])
{
    return texts[text_language() == TEXT_CHINESE ? SECRET_CHINESE : SECRET_ENGLISH];
}

/* Where no name stands beside the secret, the title of the rule says what it is. */
static struct view translated(const char *english)
{
    return view_of(tr(english));
}

/* "base64, hexadecimal" in the language of the process. */
static struct view encoding_words(struct view encoding, struct arena *arena)
{
    struct view words = VIEW_EMPTY, rest = encoding;

    while (rest.ptr) {
        struct view part = view_trim(view_cut(&rest, ','));

        for (enum token_encoding e = 0; e < TOKEN_ENCODING_COUNT; e++)
            if (view_eq(part, view_of(token_encoding_name(e))))
                part = translated(token_encoding_name(e));
        words =
            words.len ? arena_printf(arena, "%.*s, %.*s", VIEW_ARG(words), VIEW_ARG(part)) : part;
    }
    return words;
}

static struct view make_message(const struct secret_match *match, struct view title,
                                struct arena *arena)
{
    struct view masked = match->masked, name = match->name;
    struct view encoding = encoding_words(match->encoding, arena);

    if (name.len && encoding.len)
        return arena_printf(arena, tr("%.*s in %.*s, encoded in %.*s"), VIEW_ARG(masked),
                            VIEW_ARG(name), VIEW_ARG(encoding));
    if (name.len)
        return arena_printf(arena, tr("%.*s in %.*s"), VIEW_ARG(masked), VIEW_ARG(name));
    if (encoding.len)
        return arena_printf(arena, tr("%.*s: %.*s, encoded in %.*s"), VIEW_ARG(title),
                            VIEW_ARG(masked), VIEW_ARG(encoding));
    return arena_printf(arena, tr("%.*s: %.*s"), VIEW_ARG(title), VIEW_ARG(masked));
}

/* Control characters of names from outside must not drive a terminal. */
static struct view printable(struct view text, struct arena *arena)
{
    char *copy = arena_cstr(arena, text);

    if (!copy)
        return VIEW_EMPTY;
    error_make_printable(copy);
    return view_of(copy);
}

bool secret_finding_make(const struct secret_rules *rules, const struct secret_match *match,
                         struct arena *arena, struct finding *ret)
{
    const struct secret_rule *rule;
    struct secret_match safe = *match;

    if (match->rule >= secret_rules_count(rules))
        return false;
    rule = secret_rules_rule(rules, match->rule);
    safe.masked = printable(match->masked, arena);
    safe.name = printable(match->name, arena);
    safe.encoding = printable(match->encoding, arena);
    *ret = (struct finding){
        .kind = view_of(finding_kind_name(FINDING_SECRET)),
        .id = rule->id,
        .severity = match->severity,
        .severity_source = VIEW("plimsoll"),
        .title = in_language(rule->title),
        .description = in_language(rule->description),
        .remediation = in_language(rule->remediation),
        .message = make_message(&safe, in_language(rule->title), arena),
        .tags = rule->tags.items,
        .tag_count = rule->tags.count,
        .references = rule->references.items,
        .reference_count = rule->references.count,
        .fingerprint = arena_copy(arena, view_from(match->fingerprint, SECRET_FINGERPRINT_SIZE)),
        .location = {.path = arena_copy(arena, match->path),
                     .line = match->line,
                     .column = match->column,
                     .end_line = match->end_line,
                     .end_column = match->end_column},
    };
    return true;
}
