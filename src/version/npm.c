/* npm: node-semver with { loose: true }.
 *
 * Any run of "v", "=" and white space in front, leading zeros, and labels of a
 * pre-release with no hyphen before them ("1.2.3beta"). Further than
 * node-semver we go in two ways, for what advisories have: missing numbers
 * are zero, and more than three are compared as numbers, where node-semver
 * refuses "1.2.3.4" and takes "1.2.34.5" for 1.2.3-4.5. Its limits of 256
 * bytes, and of 2^53 for a number, are not ours.
 */
#include "version/number.h"
#include "version/schemes.h"
#include "version/semantic.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* One hyphen is the separator unless no label would be left: "1.0.0-" has the
 * label "-". */
static bool take_prerelease(struct view *text, struct view *ret)
{
    struct view behind = *text;

    if (take_char(&behind, '-') && semantic_take_labels(&behind, ret)) {
        *text = behind;
        return true;
    }
    return semantic_take_labels(text, ret);
}

static bool parse(struct view text, struct semantic *ret)
{
    *ret = (struct semantic){0};
    text = view_trim(text);
    while (text.len > 0 && (text.ptr[0] == 'v' || text.ptr[0] == '=' || is_space(text.ptr[0])))
        take(&text, 1);
    if (!semantic_take_numbers(&text, &ret->numbers))
        return false;
    if (text.len > 0 && text.ptr[0] != '+' && !take_prerelease(&text, &ret->labels))
        return false;
    return semantic_at_build(text);
}

int npm_compare(struct view a, struct view b)
{
    struct semantic x, y;
    bool a_valid = parse(a, &x), b_valid = parse(b, &y);

    if (!a_valid || !b_valid)
        return malformed_compare(a, a_valid, b, b_valid);
    return semantic_compare(&x, &y);
}

bool npm_valid(struct view version)
{
    struct semantic semantic;

    return parse(version, &semantic);
}
