/* FIRST's EPSS scores: CSV with one line a CVE.
 *
 *     #model_version:v2025.03.14,score_date:2026-08-16T00:00:00+0000
 *     cve,epss,percentile
 *     CVE-1999-0001,0.03351,0.87650
 *
 * The comment and the heading are each optional; without a heading the
 * columns are in this order. */
#include "vulndb/import/cve-name.h"
#include "vulndb/import/importer.h"
#include "vulndb/import/lines.h"

enum { COLUMNS = 8, COLUMN_MISSING = COLUMNS };

struct layout {
    size_t cve, score, percentile; /* columns */
};

static bool sniff(const struct import_input *input, struct view head)
{
    struct view rest = head, line = view_line(&rest);

    (void)input;
    if (view_starts(line, VIEW("#model_version:")))
        return true;
    return view_find(line, ',') >= 0 && view_find_view(line, VIEW("cve")) >= 0 &&
           view_find_view(line, VIEW("epss")) >= 0;
}

static size_t split(struct view line, struct view columns[static COLUMNS])
{
    size_t count = 0;

    while (line.ptr && count < COLUMNS)
        columns[count++] = view_trim(view_cut(&line, ','));
    return count;
}

static int read_heading(struct view line, struct layout *ret, struct error *err)
{
    struct view columns[COLUMNS];
    struct layout layout = {COLUMN_MISSING, COLUMN_MISSING, COLUMN_MISSING};
    size_t count = split(line, columns);

    for (size_t i = 0; i < count; i++) {
        if (view_eq(columns[i], VIEW("cve")))
            layout.cve = i;
        else if (view_eq(columns[i], VIEW("epss")))
            layout.score = i;
        else if (view_eq(columns[i], VIEW("percentile")))
            layout.percentile = i;
    }
    if (layout.cve == COLUMN_MISSING || layout.score == COLUMN_MISSING ||
        layout.percentile == COLUMN_MISSING)
        return error_set(err, ERROR_INPUT, "EPSS: the heading lacks cve, epss or percentile");
    *ret = layout;
    return 0;
}

/* A fraction between 0 and 1, "0.87650", "1", "1.2e-05"; the locale has no say. */
static bool parse_fraction(struct view text, double *ret)
{
    double value = 0, unit = 1;
    size_t i = 0, digits = 0;
    uint64_t exponent = 0;

    for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++, digits++)
        value = value * 10 + (text.ptr[i] - '0');
    if (i < text.len && text.ptr[i] == '.')
        for (i++; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9'; i++, digits++) {
            value = value * 10 + (text.ptr[i] - '0');
            unit *= 10;
        }
    if (i < text.len && (text.ptr[i] == 'e' || text.ptr[i] == 'E')) {
        struct view power = view_sub(text, i + 1, text.len);

        if (!view_starts(power, VIEW("-")) ||
            !view_to_u64(view_sub(power, 1, power.len), &exponent) || exponent > 300)
            return false;
        i = text.len;
    }
    for (; exponent; exponent--)
        unit *= 10;
    if (i < text.len || digits == 0 || !(value / unit <= 1))
        return false;
    *ret = value / unit;
    return true;
}

static int import_line(struct view line, const struct layout *layout, uint64_t number,
                       struct import_sink *sink, struct error *err)
{
    struct view columns[COLUMNS];
    size_t count = split(line, columns);
    double score, percentile;

    if (layout->cve >= count || layout->score >= count || layout->percentile >= count ||
        !cve_name_is(columns[layout->cve]) || !parse_fraction(columns[layout->score], &score) ||
        !parse_fraction(columns[layout->percentile], &percentile)) {
        sink->tally.broken++;
        tally_problem(&sink->tally, "line %llu is no CVE, score and percentile",
                      (unsigned long long)number);
        return 0;
    }
    return import_score(sink, columns[layout->cve], score, percentile, err);
}

static int run(const struct import_input *input, struct import_sink *sink, struct error *err)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct layout layout = {0, 1, 2};
    struct view line;
    int r = import_open(input, &stream, err);
    _cleanup_(lines_done) struct lines lines = LINES_INIT(stream);

    if (r < 0)
        return r;
    while ((r = lines_next(&lines, &line, err)) > 0) {
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (view_starts(line, VIEW("cve,")) || view_find_view(line, VIEW(",cve")) >= 0)
            r = read_heading(line, &layout, err);
        else
            r = import_line(line, &layout, lines.number, sink, err);
        if (r < 0)
            break;
    }
    sink->tally.bytes += lines.bytes;
    return r;
}

const struct importer importer_epss = {
    "epss",
    "FIRST's exploit prediction scores (CSV)",
    sniff,
    run,
};
