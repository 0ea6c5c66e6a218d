#include "report/unified-diff.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/hash.h"

struct side {
    struct view *lines; /* with their line ends */
    uint64_t *hashes;
    bool *changed;
    ptrdiff_t count;
};

struct compare {
    struct side old, new;
    /* The furthest place on each diagonal, forwards and backwards; index 0 is
     * the diagonal that is furthest below. */
    ptrdiff_t *forward, *backward;
    ptrdiff_t below;
};

struct box {
    ptrdiff_t old_start, old_end, new_start, new_end;
};

/* ---- Lines ---- */

static void side_done(struct side *side)
{
    free(side->lines);
    free(side->hashes);
    free(side->changed);
}

static int side_init(struct side *side, struct view text, struct error *err)
{
    size_t count = 0, at = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n' || i + 1 == text.len;
    if (count > DIFF_LINE_LIMIT)
        return error_set(err, ERROR_LIMIT, "there are more than %d lines to compare",
                         DIFF_LINE_LIMIT);
    side->lines = calloc(count + 1, sizeof(*side->lines));
    side->hashes = calloc(count + 1, sizeof(*side->hashes));
    side->changed = calloc(count + 1, sizeof(*side->changed));
    if (!side->lines || !side->hashes || !side->changed)
        return error_memory(err);
    for (size_t i = 0; i < count; i++) {
        const char *end = memchr(text.ptr + at, '\n', text.len - at);
        size_t len = end ? (size_t)(end - text.ptr) + 1 - at : text.len - at;

        side->lines[i] = view_sub(text, at, len);
        side->hashes[i] = hash_stable(side->lines[i]);
        at += len;
    }
    side->count = (ptrdiff_t)count;
    return 0;
}

static bool same(const struct compare *c, ptrdiff_t old, ptrdiff_t new)
{
    return c->old.hashes[old] == c->new.hashes[new] &&
           view_eq(c->old.lines[old], c->new.lines[new]);
}

/* ---- The middle of a shortest path ---- */

struct reach {
    ptrdiff_t low, high; /* diagonals that were reached */
};

/* Takes the next two diagonals in, as far as the box has them; those beyond
 * count as not reached. */
static void widen(struct reach *reach, ptrdiff_t *furthest, const struct box *box, ptrdiff_t none)
{
    if (reach->low > box->old_start - box->new_end)
        furthest[--reach->low - 1] = none;
    else
        reach->low++;
    if (reach->high < box->old_end - box->new_start)
        furthest[++reach->high + 1] = none;
    else
        reach->high--;
}

static ptrdiff_t slide_forward(const struct compare *c, const struct box *box, ptrdiff_t *furthest,
                               ptrdiff_t diagonal)
{
    ptrdiff_t below = furthest[diagonal - 1], above = furthest[diagonal + 1];
    ptrdiff_t at = below < above ? above : below + 1;

    while (at < box->old_end && at - diagonal < box->new_end && same(c, at, at - diagonal))
        at++;
    furthest[diagonal] = at;
    return at;
}

static ptrdiff_t slide_backward(const struct compare *c, const struct box *box, ptrdiff_t *furthest,
                                ptrdiff_t diagonal)
{
    ptrdiff_t below = furthest[diagonal - 1], above = furthest[diagonal + 1];
    ptrdiff_t at = below < above ? below : above - 1;

    while (at > box->old_start && at - diagonal > box->new_start &&
           same(c, at - 1, at - diagonal - 1))
        at--;
    furthest[diagonal] = at;
    return at;
}

/* Paths from both corners, until they meet. False: too far apart. */
static bool find_middle(const struct compare *c, const struct box *box, ptrdiff_t *ret_old,
                        ptrdiff_t *ret_new)
{
    ptrdiff_t *forward = c->forward + c->below, *backward = c->backward + c->below;
    ptrdiff_t first = box->old_start - box->new_start, last = box->old_end - box->new_end;
    struct reach ahead = {first, first}, back = {last, last};
    bool odd = (first - last) & 1;

    forward[first] = box->old_start;
    backward[last] = box->old_end;
    for (ptrdiff_t cost = 1; cost <= DIFF_COST_LIMIT; cost++) {
        widen(&ahead, forward, box, PTRDIFF_MIN / 2);
        for (ptrdiff_t d = ahead.high; d >= ahead.low; d -= 2) {
            ptrdiff_t at = slide_forward(c, box, forward, d);

            if (odd && back.low <= d && d <= back.high && backward[d] <= at) {
                *ret_old = at;
                *ret_new = at - d;
                return true;
            }
        }
        widen(&back, backward, box, PTRDIFF_MAX / 2);
        for (ptrdiff_t d = back.high; d >= back.low; d -= 2) {
            ptrdiff_t at = slide_backward(c, box, backward, d);

            if (!odd && ahead.low <= d && d <= ahead.high && at <= forward[d]) {
                *ret_old = at;
                *ret_new = at - d;
                return true;
            }
        }
    }
    return false;
}

static void mark(struct side *side, ptrdiff_t start, ptrdiff_t end)
{
    for (ptrdiff_t i = start; i < end; i++)
        side->changed[i] = true;
}

static void compare_box(struct compare *c, struct box box)
{
    ptrdiff_t old, new;

    while (box.old_start < box.old_end && box.new_start < box.new_end &&
           same(c, box.old_start, box.new_start))
        box.old_start++, box.new_start++;
    while (box.old_start < box.old_end && box.new_start < box.new_end &&
           same(c, box.old_end - 1, box.new_end - 1))
        box.old_end--, box.new_end--;
    if (box.old_start == box.old_end || box.new_start == box.new_end ||
        !find_middle(c, &box, &old, &new)) {
        mark(&c->old, box.old_start, box.old_end);
        mark(&c->new, box.new_start, box.new_end);
        return;
    }
    compare_box(c, (struct box){box.old_start, old, box.new_start, new});
    compare_box(c, (struct box){old, box.old_end, new, box.new_end});
}

static int compare_all(struct compare *c, struct error *err)
{
    size_t diagonals = (size_t)(c->old.count + c->new.count) + 5;

    c->below = c->new.count + 2;
    c->forward = calloc(diagonals, sizeof(*c->forward));
    c->backward = calloc(diagonals, sizeof(*c->backward));
    if (!c->forward || !c->backward)
        return error_memory(err);
    compare_box(c, (struct box){0, c->old.count, 0, c->new.count});
    return 0;
}

/* ---- Writing ---- */

static void write_line(const struct unified_diff *diff, struct buf *to, char sign, struct view line)
{
    const char *color = sign == '-' ? "\033[31m" : sign == '+' ? "\033[32m" : NULL;
    bool ended = view_ends(line, VIEW("\n"));

    if (diff->color && color)
        buf_add_str(to, color);
    buf_add_char(to, sign);
    buf_add(to, view_strip_suffix(line, VIEW("\n")));
    if (diff->color && color)
        buf_add_str(to, "\033[0m");
    buf_add_str(to, ended ? "\n" : "\n\\ No newline at end of file\n");
}

static void write_header(const struct unified_diff *diff, struct buf *to, const char *sign,
                         struct view name)
{
    buf_addf(to, diff->color ? "\033[1m%s %.*s\033[0m\n" : "%s %.*s\n", sign, VIEW_ARG(name));
}

/* A side's part of a hunk's head: its first line and how many there are. */
static void write_range(struct buf *to, ptrdiff_t start, ptrdiff_t end)
{
    ptrdiff_t first = end > start ? start + 1 : start;

    if (end - start == 1)
        buf_addf(to, "%td", first);
    else
        buf_addf(to, "%td,%td", first, end - start);
}

static void write_hunk(const struct unified_diff *diff, const struct compare *c,
                       const struct box *hunk, struct buf *to)
{
    ptrdiff_t old = hunk->old_start, new = hunk->new_start;

    buf_add_str(to, diff->color ? "\033[36m@@ -" : "@@ -");
    write_range(to, hunk->old_start, hunk->old_end);
    buf_add_str(to, " +");
    write_range(to, hunk->new_start, hunk->new_end);
    buf_add_str(to, diff->color ? " @@\033[0m\n" : " @@\n");
    while (old < hunk->old_end || new < hunk->new_end) {
        while (old < hunk->old_end && c->old.changed[old])
            write_line(diff, to, '-', c->old.lines[old++]);
        while (new < hunk->new_end && c->new.changed[new])
            write_line(diff, to, '+', c->new.lines[new ++]);
        if (old < hunk->old_end) {
            write_line(diff, to, ' ', c->old.lines[old++]);
            new ++;
        }
    }
}

static ptrdiff_t at_least(ptrdiff_t a, ptrdiff_t b)
{
    return a > b ? a : b;
}

/* Ends behind the last change that is near enough to the one before it. */
static void extend(const struct compare *c, struct box *hunk)
{
    ptrdiff_t old = hunk->old_end, new = hunk->new_end, quiet = 0;

    while ((old < c->old.count || new < c->new.count) && quiet <= 2 * DIFF_CONTEXT) {
        bool removed = old < c->old.count && c->old.changed[old];
        bool added = new < c->new.count && c->new.changed[new];

        quiet = removed || added ? 0 : quiet + 1;
        old += removed || !added;
        new += !removed;
        if (removed || added) {
            hunk->old_end = old;
            hunk->new_end = new;
        }
    }
}

static void write_hunks(const struct unified_diff *diff, const struct compare *c, struct buf *to)
{
    ptrdiff_t old = 0, new = 0;

    while (old < c->old.count || new < c->new.count) {
        bool differs = (old < c->old.count && c->old.changed[old]) ||
                       (new < c->new.count && c->new.changed[new]);
        ptrdiff_t before = old < DIFF_CONTEXT ? old : DIFF_CONTEXT, after;
        struct box hunk = {old, old, new, new};

        if (!differs) {
            old++, new ++;
            continue;
        }
        extend(c, &hunk);
        old = hunk.old_end;
        new = hunk.new_end;
        after = at_least(0, c->old.count - old < DIFF_CONTEXT ? c->old.count - old : DIFF_CONTEXT);
        hunk = (struct box){hunk.old_start - before, old + after, hunk.new_start - before,
                            new + after};
        write_hunk(diff, c, &hunk, to);
    }
}

int unified_diff_write(const struct unified_diff *diff, struct buf *to, struct error *err)
{
    struct compare c = {0};
    int r;

    if (view_eq(diff->old_text, diff->new_text))
        return 0;
    r = side_init(&c.old, diff->old_text, err);
    if (r == 0)
        r = side_init(&c.new, diff->new_text, err);
    if (r == 0)
        r = compare_all(&c, err);
    if (r == 0) {
        write_header(diff, to, "---", diff->old_name);
        write_header(diff, to, "+++", diff->new_name);
        write_hunks(diff, &c, to);
        r = buf_failed(to, "a diff", err);
    }
    free(c.forward);
    free(c.backward);
    side_done(&c.old);
    side_done(&c.new);
    return r;
}
