/* SemVer 2.0.0, read leniently, as advisory data has it: a leading "v" or "=",
 * missing numbers (zero), more than three numbers, leading zeros, white space
 * around. Everything else that semver.org's grammar refuses is malformed. */
#include "version/number.h"
#include "version/schemes.h"
#include "version/semantic.h"

static bool parse(struct view text, struct semantic *ret)
{
    *ret = (struct semantic){0};
    text = view_trim(text);
    take_char(&text, '=');
    if (!take_char(&text, 'v'))
        take_char(&text, 'V');
    if (!semantic_take_numbers(&text, &ret->numbers))
        return false;
    if (take_char(&text, '-') && !semantic_take_labels(&text, &ret->labels))
        return false;
    return semantic_at_build(text);
}

int semver_compare(struct view a, struct view b)
{
    struct semantic x, y;
    bool a_valid = parse(a, &x), b_valid = parse(b, &y);

    if (!a_valid || !b_valid)
        return malformed_compare(a, a_valid, b, b_valid);
    return semantic_compare(&x, &y);
}

bool semver_valid(struct view version)
{
    struct semantic semantic;

    return parse(version, &semantic);
}
