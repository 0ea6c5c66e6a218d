/* Values of the database's tables, as a damaged file could hold them: the first
 * byte says of which kind. */
#include <stdint.h>

#include "vulndb/details.h"
#include "vulndb/enrich.h"
#include "vulndb/meta.h"
#include "vulndb/statement.h"

enum { LIMIT = 16 << 20 };

static const struct view words[] = {{NULL, 0}, VIEW("debian"), VIEW("x86_64")};
static const struct statement_strings strings = {words, sizeof(words) / sizeof(words[0])};

/* Every byte of a view is read, so that a sanitizer sees where it points. */
static volatile unsigned sum;

static void look_at(struct view text)
{
    for (size_t i = 0; i < text.len; i++)
        sum += (unsigned char)text.ptr[i];
}

static void read_statement(struct view bytes)
{
    struct vulndb_statement statement;
    struct advisory_range range;
    struct view version;
    uint32_t index;

    if (!statement_unpack(bytes, &strings, &statement))
        return;
    look_at(statement.severity_source);
    look_at(statement.cvss);
    look_at(statement.erratum);
    look_at(statement.arch);
    look_at(statement.module);
    while (vulndb_next_range(&statement, &range)) {
        look_at(range.introduced);
        look_at(range.fixed);
        look_at(range.last_affected);
    }
    while (vulndb_next_version(&statement, &version))
        look_at(version);
    while (vulndb_next_vulnerability(&statement, &index))
        sum += index;
}

static void read_details(struct view bytes, struct arena *arena)
{
    struct vulndb_vulnerability vulnerability;

    if (!details_unpack(bytes, &strings, arena, &vulnerability))
        return;
    look_at(vulnerability.id);
    look_at(vulnerability.title);
    for (size_t i = 0; i < vulnerability.alias_count; i++)
        look_at(vulnerability.aliases[i]);
    for (size_t i = 0; i < vulnerability.cvss_count; i++)
        look_at(vulnerability.cvss[i]);
    for (size_t i = 0; i < vulnerability.reference_count; i++)
        look_at(vulnerability.references[i]);
}

static void read_meta(struct view bytes, struct arena *arena)
{
    const struct view *texts;
    struct vulndb_info info;
    size_t count;

    if (meta_unpack_texts(bytes, META_STRINGS_LIMIT, arena, &texts, &count))
        for (size_t i = 0; i < count; i++)
            look_at(texts[i]);
    if (meta_unpack_info(bytes, arena, &info))
        for (size_t i = 0; i < info.source_count; i++)
            look_at(info.sources[i].digest);
}

static void read_tables(struct view bytes)
{
    static const struct view cves[] = {VIEW("CVE-1999-0001"), VIEW("CVE-2024-0001"),
                                       VIEW("CVE-2062-67108863")};

    for (size_t i = 0; i < sizeof(cves) / sizeof(cves[0]); i++) {
        struct finding_kev kev = enrich_find_exploit(bytes, cves[i]);

        look_at(kev.date_added);
        look_at(kev.due_date);
        sum += enrich_find_score(bytes, cves[i]).known;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(LIMIT);
    struct view bytes = view_sub(view_from(data, size), 1, size);

    switch (size ? data[0] : 0) {
    case 's':
        read_statement(bytes);
        break;
    case 'd':
        read_details(bytes, arena);
        break;
    case 'm':
        read_meta(bytes, arena);
        break;
    case 't':
        read_tables(bytes);
        break;
    default:
        break;
    }
    return 0;
}
