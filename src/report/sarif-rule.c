#include "base/text.h"
#include "report/headline.h"
#include "report/json-member.h"
#include "report/sarif-part.h"

/* GitHub cuts descriptions that are longer. */
enum { DESCRIPTION_LIMIT = 1024 };

/* The representative of a band of CVSS scores, as GitHub divides them: above 9
 * is critical, from 7 high, from 4 medium, above 0 low. */
static double representative(enum severity severity)
{
    static const double scores[SEVERITY_COUNT] = {
        [SEVERITY_CRITICAL] = 9.5, [SEVERITY_HIGH] = 8.0,       [SEVERITY_MEDIUM] = 5.5,
        [SEVERITY_LOW] = 2.0,      [SEVERITY_NEGLIGIBLE] = 0.1,
    };

    return severity < SEVERITY_COUNT ? scores[severity] : 0;
}

/* The CVSS score where it agrees with the severity that we tell. */
static void add_security_severity(struct sarif *sarif, const struct finding *f)
{
    double score = f->cvss.score;

    if (f->cvss.vector.len == 0 || severity_of_score(score) != f->severity)
        score = representative(f->severity);
    if (score > 0)
        json_write_member(sarif->w, VIEW("security-severity"),
                          arena_printf(sarif->arena, "%.1f", score));
}

static void add_tags(struct sarif *sarif, const struct finding *f)
{
    size_t left = SARIF_TAGS_LIMIT - 2;

    json_write_key(sarif->w, VIEW("tags"));
    json_write_array(sarif->w);
    json_write_string(sarif->w, VIEW("security"));
    json_write_string(sarif->w, f->kind);
    for (size_t i = 0; i < f->tag_count && left; i++, left--)
        json_write_string(sarif->w, f->tags[i]);
    json_write_end(sarif->w);
}

static void add_properties(struct sarif *sarif, const struct finding *f)
{
    json_write_key(sarif->w, VIEW("properties"));
    json_write_object(sarif->w);
    add_tags(sarif, f);
    json_write_member(sarif->w, VIEW("precision"), VIEW("very-high"));
    add_security_severity(sarif, f);
    if (f->alias_count)
        json_member_texts(sarif->w, VIEW("aliases"), f->aliases, f->alias_count);
    json_write_end(sarif->w);
}

/* "k8s-run-as-root" is K8sRunAsRoot. */
static struct view name_of(const struct finding *f, struct arena *arena)
{
    char *name = arena_array(arena, f->id.len, 1);
    bool capital = true;
    size_t end = 0;

    if (f->package)
        return VIEW("VulnerablePackage");
    for (size_t i = 0; name && i < f->id.len; i++) {
        char c = f->id.ptr[i];
        bool lower = c >= 'a' && c <= 'z';

        if (!lower && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')) {
            capital = true;
            continue;
        }
        name[end++] = capital && lower ? (char)(c - 'a' + 'A') : c;
        capital = false;
    }
    return view_from(name, end);
}

static struct view title_of(const struct finding *f)
{
    return f->title.len ? f->title : f->id;
}

/* At most as long as GitHub shows, whole characters. */
static struct view cut(struct view text)
{
    if (text.len <= DESCRIPTION_LIMIT)
        return text;
    text.len = DESCRIPTION_LIMIT;
    while (text.len && ((unsigned char)text.ptr[text.len] & 0xc0) == 0x80)
        text.len--;
    return text;
}

/* ---- Help ---- */

/* With a backslash before what Markdown would take for a sign of its own. */
static struct view escape(struct view text, struct arena *arena)
{
    char *escaped = arena_array(arena, text.len, 2);
    size_t end = 0;

    for (size_t i = 0; escaped && i < text.len; i++) {
        if (text.ptr[i] && strchr("\\`*_[]<>|", text.ptr[i]))
            escaped[end++] = '\\';
        escaped[end++] = text.ptr[i];
    }
    return view_from(escaped, end);
}

static bool is_url(struct view text)
{
    if (!view_starts(text, VIEW("https://")) && !view_starts(text, VIEW("http://")))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || strchr("<>\"{}|\\^`", text.ptr[i]) || text.ptr[i] == 0x7f)
            return false;
    return true;
}

static void add_paragraph(struct buf *to, struct view text)
{
    if (text.len == 0)
        return;
    if (to->len)
        buf_add_str(to, "\n\n");
    buf_add(to, text);
}

static void add_references(struct buf *to, const struct finding *f, const char *begin,
                           const char *end)
{
    bool first = true;

    for (size_t i = 0; i < f->reference_count; i++) {
        if (!is_url(f->references[i]))
            continue;
        if (first)
            add_paragraph(to, view_of(tr("References:")));
        buf_addf(to, "\n%s%.*s%s", begin, VIEW_ARG(f->references[i]), end);
        first = false;
    }
}

static void add_help(struct sarif *sarif, const struct finding *f)
{
    struct arena *arena = sarif->arena;
    _cleanup_(buf_done) struct buf text = BUF_INIT(REPORT_OUTPUT_LIMIT);
    _cleanup_(buf_done) struct buf markdown = BUF_INIT(REPORT_OUTPUT_LIMIT);
    struct view title = title_of(f), remedy = headline_remedy(f, arena);
    struct view bold = escape(title, arena);

    add_paragraph(&text, title);
    add_paragraph(&text, f->description);
    add_paragraph(&text, remedy);
    add_references(&text, f, "", "");
    add_paragraph(&markdown, arena_printf(arena, "**%.*s**", VIEW_ARG(bold)));
    add_paragraph(&markdown, escape(f->description, arena));
    add_paragraph(&markdown, escape(remedy, arena));
    add_references(&markdown, f, "\n- <", ">");
    json_write_key(sarif->w, VIEW("help"));
    json_write_object(sarif->w);
    json_write_member(sarif->w, VIEW("text"), buf_view(&text));
    json_write_member(sarif->w, VIEW("markdown"), buf_view(&markdown));
    json_write_end(sarif->w);
}

static void add_help_uri(struct sarif *sarif, const struct finding *f)
{
    for (size_t i = 0; i < f->reference_count; i++) {
        if (!is_url(f->references[i]))
            continue;
        json_write_member(sarif->w, VIEW("helpUri"), f->references[i]);
        return;
    }
}

/* ---- Rules ---- */

static void add_rule(struct sarif *sarif, const struct finding *f)
{
    struct json_writer *w = sarif->w;

    json_write_object(w);
    json_write_member(w, VIEW("id"), f->id);
    json_write_member(w, VIEW("name"), name_of(f, sarif->arena));
    sarif_add_message(sarif, VIEW("shortDescription"), cut(title_of(f)));
    sarif_add_message(sarif, VIEW("fullDescription"),
                      cut(f->description.len ? f->description : title_of(f)));
    add_help(sarif, f);
    add_help_uri(sarif, f);
    json_write_key(w, VIEW("defaultConfiguration"));
    json_write_object(w);
    json_write_member(w, VIEW("level"), sarif_level(f->severity));
    json_write_end(w);
    add_properties(sarif, f);
    json_write_end(w);
}

void sarif_add_rules(struct sarif *sarif)
{
    json_write_key(sarif->w, VIEW("rules"));
    json_write_array(sarif->w);
    for (size_t i = 0; i < sarif->rules.count; i++)
        add_rule(sarif, sarif->rules.list[i]);
    json_write_end(sarif->w);
}
