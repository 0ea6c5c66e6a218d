/* CISA's Known Exploited Vulnerabilities catalogue: one JSON document with an
 * array `vulnerabilities`. Format: the catalogue's own JSON schema. */
#include "codec/json.h"
#include "vulndb/import/cve-name.h"
#include "vulndb/import/importer.h"

/* CISA publishes the catalogue's JSON Schema beside it, which names the same
 * members. */
static bool sniff(const struct import_input *input, struct view head)
{
    (void)input;
    return view_starts(view_trim(head), VIEW("{")) &&
           view_find_view(head, VIEW("\"vulnerabilities\"")) >= 0 &&
           view_find_view(head, VIEW("\"catalogVersion\"")) >= 0 &&
           view_find_view(head, VIEW("\"$schema\"")) < 0;
}

/* "Known" or "Unknown"; the older catalogues lack the field. */
static bool is_ransomware(struct json_value entry)
{
    return view_eq_nocase(json_get_string(entry, VIEW("knownRansomwareCampaignUse")),
                          VIEW("known"));
}

static int import_entry(struct json_value entry, size_t index, struct import_sink *sink,
                        struct error *err)
{
    struct view cve = json_get_string(entry, VIEW("cveID"));
    struct finding_kev kev = {
        .listed = true,
        .date_added = json_get_string(entry, VIEW("dateAdded")),
        .due_date = json_get_string(entry, VIEW("dueDate")),
        .ransomware = is_ransomware(entry),
    };

    if (!cve_name_is(cve)) {
        sink->tally.broken++;
        tally_problem(&sink->tally, "entry %zu has no cveID", index);
        return 0;
    }
    return import_exploited(sink, cve, &kev, err);
}

static int run(const struct import_input *input, struct import_sink *sink, struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct json_value document, entries;
    size_t index = 0;
    int r = import_json(input, sink, &parser, &document, err);

    if (r < 0)
        return r;
    entries = json_get(document, VIEW("vulnerabilities"));
    if (json_type(entries) != JSON_ARRAY)
        return error_set(err, ERROR_INPUT, "KEV catalogue: no array \"vulnerabilities\"");
    for (struct json_iter i = json_iter(entries); r == 0 && json_next(&i);)
        r = import_entry(i.value, index++, sink, err);
    return r;
}

const struct importer importer_kev = {
    "kev",
    "CISA's catalogue of known exploited vulnerabilities (JSON)",
    sniff,
    run,
};
