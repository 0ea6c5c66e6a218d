#include "inventory/eol.h"

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "inventory/eol-table.h"

enum { RELEASE_LIMIT = 256, DATE_LENGTH = 10 };

/* The part between the first brackets: "openEuler 22.03 (LTS-SP3)". */
static struct view in_brackets(struct view text)
{
    view_cut(&text, '(');
    return view_cut(&text, ')');
}

/* The release as the table has it. */
static void add_release(const struct os_info *os, struct buf *to)
{
    struct view pack = in_brackets(os->pretty_name);

    if (view_eq(os->id, VIEW("centos")) && view_find_view(os->pretty_name, VIEW("Stream")) >= 0)
        buf_add_str(to, "stream-");
    buf_add(to, os->version_id);
    if (view_eq(os->id, VIEW("openeuler")) && pack.len) {
        buf_add_char(to, '-');
        buf_add(to, pack);
    }
}

/* "9.*" stands for "9" and all that begins with "9."; snapshots of what comes
 * next ("3.21.0_alpha20240807") are of no release. */
static bool release_matches(struct view pattern, struct view release)
{
    struct view stem = view_strip_suffix(pattern, VIEW(".*"));

    if (release.len == 0 || view_find(release, '_') >= 0)
        return false;
    if (stem.len == pattern.len)
        return view_eq(pattern, release);
    return view_starts(release, stem) && (release.len == stem.len || release.ptr[stem.len] == '.');
}

static const struct eol_row *find_row(const struct os_info *os)
{
    _cleanup_(buf_done) struct buf release = BUF_INIT(RELEASE_LIMIT);

    add_release(os, &release);
    for (size_t i = 0; i < eol_row_count; i++) {
        const struct eol_row *row = &eol_rows[i];
        bool by_name =
            os->version_id.len == 0 && row->codename.len && view_eq(row->codename, os->codename);

        if (view_eq(row->id, os->id) &&
            (by_name || release_matches(row->release, buf_view(&release))))
            return row;
    }
    return NULL;
}

enum os_support os_end_of_life(const struct os_info *os, int64_t now, struct os_lifetime *ret)
{
    const struct eol_row *row = find_row(os);
    char stamp[CLOCK_STAMP_SIZE];
    struct view today;

    if (!row)
        return OS_SUPPORT_UNKNOWN;
    ret->standard_end = row->standard_end;
    ret->extended_end = row->extended_end;
    ret->extended_name = row->extended_name;
    ret->extended_included =
        row->extended_for == EOL_FOR_ALL || (row->extended_for == EOL_FOR_PRO && os->ubuntu_pro);
    ret->end = ret->extended_included ? row->extended_end : row->standard_end;
    today = view_sub(view_of(clock_format(now, stamp)), 0, DATE_LENGTH);
    if (view_cmp(today, row->standard_end) <= 0)
        return OS_SUPPORT_STANDARD;
    return view_cmp(today, ret->end) <= 0 ? OS_SUPPORT_EXTENDED : OS_SUPPORT_ENDED;
}
