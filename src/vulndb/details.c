#include "vulndb/details.h"

#include "base/path.h"
#include "vulndb/cve.h"
#include "vulndb/ecosystem.h"
#include "vulndb/summary.h"

#define NVD_PAGE "https://nvd.nist.gov/vuln/detail/"

enum title_rank { /* less is better */
                  TITLE_OF_DISTRIBUTION,
                  TITLE_OF_GHSA,
                  TITLE_OF_LINE,
                  TITLE_OF_RECORD,
                  TITLE_OF_SENTENCE,
                  TITLE_OF_SUMMARY,
                  TITLE_NONE,
};

/* Who rates vulnerabilities, the best known first. */
static const struct view raters[] = {
    VIEW("ghsa"), VIEW("redhat"), VIEW("ubuntu"), VIEW("almalinux"), VIEW("rocky"), VIEW("debian"),
};
enum {
    RATER_COUNT = sizeof(raters) / sizeof(raters[0]),
    RATING_OF_SUMMARY = RATER_COUNT + 1, /* added for what rates many at once */
    RATING_NONE = UINT8_MAX,
};

/* Vectors by the standard they follow, newest first. */
static const struct view standards[] = {
    VIEW("CVSS:4.0/"),
    VIEW("CVSS:3.1/"),
    VIEW("CVSS:3.0/"),
    VIEW("AV:"),
};
enum { STANDARD_COUNT = sizeof(standards) / sizeof(standards[0]) };

void details_init(struct details *details, struct view id)
{
    *details = (struct details){.id = id, .title_rank = TITLE_NONE, .severity_rank = RATING_NONE};
}

/* ---- Merging ---- */

static bool is_system(const struct advisory *record)
{
    const struct ecosystem *ecosystem =
        record->affected_count ? ecosystem_find(record->affected[0].ecosystem) : NULL;

    return ecosystem && ecosystem->system;
}

static void offer_title(struct details *details, struct view title, unsigned rank)
{
    if (title.len == 0 || rank >= details->title_rank)
        return;
    details->title = title;
    details->title_rank = rank;
}

/* "CVE-2024-6874 affecting package cmake for versions less than 3.30.3-2": a
 * machine put name and package together. */
static bool is_made_up(struct view title)
{
    return view_starts(title, VIEW("CVE-"));
}

static void take_title(struct details *details, const struct advisory *record, bool direct)
{
    struct view title = view_trim(record->title), sentence;
    unsigned rank = TITLE_OF_RECORD;

    if (!direct || is_made_up(title))
        rank = TITLE_OF_SUMMARY;
    else if (is_system(record))
        rank = TITLE_OF_DISTRIBUTION;
    else if (view_starts(record->id, VIEW("GHSA-")))
        rank = TITLE_OF_GHSA;
    offer_title(details, title, rank);
    sentence = summary_sentence(record->details);
    if (direct)
        offer_title(details, sentence, is_made_up(sentence) ? TITLE_OF_SUMMARY : TITLE_OF_SENTENCE);
    else
        offer_title(details, summary_of_cve(record->details, details->id), TITLE_OF_LINE);
}

static unsigned rank_of_rater(struct view source)
{
    unsigned rank = 0;

    while (rank < RATER_COUNT && !view_eq(source, raters[rank]))
        rank++;
    return rank;
}

static void offer_severity(struct details *details, enum severity severity, struct view source,
                           bool direct)
{
    unsigned rank = rank_of_rater(source) + (direct ? 0 : RATING_OF_SUMMARY);

    if (severity == SEVERITY_UNKNOWN || rank >= details->severity_rank)
        return;
    if (severity == SEVERITY_NEGLIGIBLE && view_eq(source, VIEW("debian")))
        return;
    details->severity = severity;
    details->severity_source = source;
    details->severity_rank = rank;
}

static void take_severity(struct details *details, const struct advisory *record, bool direct)
{
    const struct ecosystem *ecosystem =
        record->affected_count ? ecosystem_find(record->affected[0].ecosystem) : NULL;
    struct view source = record->source;

    if (view_starts(record->id, VIEW("GHSA-")))
        source = VIEW("ghsa");
    else if (ecosystem)
        source = ecosystem->system ? ecosystem->vendor : ecosystem->name;
    offer_severity(details, record->severity, source, direct);
    for (size_t i = 0; i < record->affected_count; i++)
        offer_severity(details, record->affected[i].severity, record->affected[i].severity_source,
                       direct);
}

static bool holds(const struct view *texts, size_t count, struct view text)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq(texts[i], text))
            return true;
    return false;
}

static size_t standard_of(struct view vector)
{
    size_t standard = 0;

    while (standard < STANDARD_COUNT && !view_starts(vector, standards[standard]))
        standard++;
    return standard;
}

/* Keeps the vectors sorted by standard; the first of a standard stays first. */
static void take_vector(struct details *details, struct view vector)
{
    size_t standard = standard_of(vector), at = details->vector_count;

    if (standard == STANDARD_COUNT || holds(details->vectors, details->vector_count, vector))
        return;
    while (at && standard_of(details->vectors[at - 1]) > standard)
        at--;
    if (at == DETAILS_VECTORS)
        return;
    if (details->vector_count < DETAILS_VECTORS)
        details->vector_count++;
    for (size_t i = details->vector_count - 1; i > at; i--)
        details->vectors[i] = details->vectors[i - 1];
    details->vectors[at] = vector;
}

/* A page about the CVE that follows from its name. */
static bool is_implied(const struct details *details, struct view url)
{
    static const struct view pages[] = {
        VIEW(NVD_PAGE),
        VIEW("https://cve.mitre.org/cgi-bin/cvename.cgi?name="),
        VIEW("https://www.cve.org/CVERecord?id="),
    };

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
        if (view_starts(url, pages[i]) &&
            view_eq_nocase(view_strip_prefix(url, pages[i]), details->id))
            return true;
    return false;
}

/* Summary advisories link to the pages of everything they fix. */
static bool is_about_another(const struct details *details, struct view url)
{
    struct view name = path_name(url), cve;

    return cve_of_id(details->id, &cve) && cve_of_id(name, &cve) &&
           !view_eq_nocase(cve, details->id);
}

static void take_reference(struct details *details, struct view url)
{
    if (!view_starts(url, VIEW("http")) || url.len > DETAILS_REFERENCE_SIZE ||
        details->reference_count == DETAILS_REFERENCES || is_implied(details, url) ||
        is_about_another(details, url) || holds(details->references, details->reference_count, url))
        return;
    details->references[details->reference_count++] = url;
}

static void take_dates(struct details *details, const struct advisory *record)
{
    if (record->published > 0 && (!details->published || record->published < details->published))
        details->published = record->published;
    if (record->modified > details->modified)
        details->modified = record->modified;
}

void details_take(struct details *details, const struct advisory *record, bool direct)
{
    size_t references = record->reference_count;

    take_title(details, record, direct);
    take_severity(details, record, direct);
    for (size_t i = 0; direct && i < record->cvss_count; i++)
        take_vector(details, record->cvss[i]);
    if (!direct && references > DETAILS_OF_SUMMARY)
        references = DETAILS_OF_SUMMARY;
    for (size_t i = 0; i < references; i++)
        take_reference(details, record->references[i]);
    if (direct && (record->published > 0 || record->modified > 0))
        details->dated = true;
    if (direct || !details->dated)
        take_dates(details, record);
}

/* ---- Packing ---- */

static void add_texts(struct buf *to, const struct view *texts, size_t count)
{
    buf_add_varint(to, count);
    for (size_t i = 0; i < count; i++)
        buf_add_bytes(to, texts[i]);
}

void details_pack(const struct details *details, const struct view *aliases, size_t alias_count,
                  uint32_t severity_source, struct buf *to)
{
    _cleanup_(buf_done) struct buf title = BUF_INIT(1 << 12);

    summary_add(&title, details->title);
    buf_add_u8(to, (uint8_t)details->severity);
    buf_add_varint(to, severity_source);
    buf_add_varint(to, (uint64_t)details->published);
    buf_add_varint(to, (uint64_t)details->modified);
    buf_add_bytes(to, details->id);
    buf_add_bytes(to, buf_view(&title));
    add_texts(to, aliases, alias_count < DETAILS_ALIASES ? alias_count : DETAILS_ALIASES);
    add_texts(to, details->vectors, details->vector_count);
    add_texts(to, details->references, details->reference_count);
}

/* Reads a list; `spare` more elements are left free behind it. */
static struct view *read_texts(struct cursor *at, size_t limit, size_t spare, struct arena *arena,
                               size_t *ret_count)
{
    size_t count = (size_t)cursor_count(at, limit);
    struct view *texts;

    if (at->failed || count + spare == 0)
        return NULL;
    texts = arena_array(arena, count + spare, sizeof(*texts));
    if (!texts) {
        cursor_fail(at);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        texts[i] = cursor_bytes(at);
    *ret_count = count;
    return texts;
}

static void add_implied(struct vulndb_vulnerability *to, struct view *references,
                        struct arena *arena)
{
    struct view cve;

    if (!cve_of_id(to->id, &cve) || cve.len != to->id.len)
        return;
    for (size_t i = to->reference_count; i > 0; i--)
        references[i] = references[i - 1];
    references[0] = arena_printf(arena, NVD_PAGE "%.*s", VIEW_ARG(cve));
    to->reference_count++;
}

bool details_unpack(struct view bytes, const struct statement_strings *strings, struct arena *arena,
                    struct vulndb_vulnerability *ret)
{
    /* One copy for all texts: results outlive the map. */
    struct cursor at = cursor_of(arena_copy(arena, bytes));
    struct vulndb_vulnerability got = {.severity = (enum severity)cursor_u8(&at)};
    uint64_t source = cursor_count(&at, strings->count ? strings->count - 1 : 0);
    struct view *references;

    got.severity_source = strings->count ? strings->strings[source] : VIEW_EMPTY;
    got.published = (int64_t)cursor_varint(&at);
    got.modified = (int64_t)cursor_varint(&at);
    got.id = cursor_bytes(&at);
    got.title = cursor_bytes(&at);
    got.aliases = read_texts(&at, DETAILS_ALIASES, 0, arena, &got.alias_count);
    got.cvss = read_texts(&at, DETAILS_VECTORS, 0, arena, &got.cvss_count);
    references = read_texts(&at, DETAILS_REFERENCES, 1, arena, &got.reference_count);
    if (!cursor_at_end(&at) || got.severity >= SEVERITY_COUNT)
        return false;
    add_implied(&got, references, arena);
    got.references = references;
    if (arena_failed(arena, "a vulnerability", NULL))
        return false;
    *ret = got;
    return true;
}
