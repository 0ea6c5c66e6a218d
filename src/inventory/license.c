#include "inventory/license.h"

struct name {
    struct view written, spdx;
};

/* Compared without regard to case. What is not here and not of the GNU family
 * keeps its name. */
static const struct name names[] = {
    {VIEW("apache-2"), VIEW("Apache-2.0")},
    {VIEW("apache-2.0"), VIEW("Apache-2.0")},
    {VIEW("artistic"), VIEW("Artistic-1.0-Perl")},
    {VIEW("artistic-1"), VIEW("Artistic-1.0-Perl")},
    {VIEW("artistic-2"), VIEW("Artistic-2.0")},
    {VIEW("boost"), VIEW("BSL-1.0")},
    {VIEW("boost-1.0"), VIEW("BSL-1.0")},
    {VIEW("bsd-1-clause"), VIEW("BSD-1-Clause")},
    {VIEW("bsd-2-clause"), VIEW("BSD-2-Clause")},
    {VIEW("bsd-3-clause"), VIEW("BSD-3-Clause")},
    {VIEW("bsd-4-clause"), VIEW("BSD-4-Clause")},
    {VIEW("bsd-4-clause-uc"), VIEW("BSD-4-Clause-UC")},
    {VIEW("bsd"), VIEW("BSD-3-Clause")},
    {VIEW("bsd-2"), VIEW("BSD-2-Clause")},
    {VIEW("bsd-3"), VIEW("BSD-3-Clause")},
    {VIEW("bsd-4"), VIEW("BSD-4-Clause")},
    {VIEW("bsd2"), VIEW("BSD-2-Clause")},
    {VIEW("bsd3"), VIEW("BSD-3-Clause")},
    {VIEW("bsl"), VIEW("BSL-1.0")},
    {VIEW("bsl-1"), VIEW("BSL-1.0")},
    {VIEW("cc0"), VIEW("CC0-1.0")},
    {VIEW("expat"), VIEW("MIT")},
    {VIEW("isc"), VIEW("ISC")},
    {VIEW("libpng"), VIEW("Libpng")},
    {VIEW("mit/x11"), VIEW("MIT")},
    {VIEW("mpl-2"), VIEW("MPL-2.0")},
    {VIEW("openldap-2.8"), VIEW("OLDAP-2.8")},
    {VIEW("pd"), VIEW("public-domain")},
    {VIEW("psf"), VIEW("PSF-2.0")},
    {VIEW("psf-2"), VIEW("PSF-2.0")},
    {VIEW("public-domain"), VIEW("public-domain")},
    {VIEW("python"), VIEW("Python-2.0")},
    {VIEW("sil-1.1"), VIEW("OFL-1.1")},
    {VIEW("sil-ofl-1.1"), VIEW("OFL-1.1")},
    {VIEW("zlib"), VIEW("Zlib")},
    {VIEW("zpl-2.1"), VIEW("ZPL-2.1")},
};

static const struct name exceptions[] = {
    {VIEW("autoconf"), VIEW("Autoconf-exception-generic")},
    {VIEW("autoconf-data"), VIEW("Autoconf-exception-generic")},
    {VIEW("bison"), VIEW("Bison-exception-2.2")},
    {VIEW("classpath"), VIEW("Classpath-exception-2.0")},
    {VIEW("font"), VIEW("Font-exception-2.0")},
    {VIEW("gcc-runtime-3.1"), VIEW("GCC-exception-3.1")},
    {VIEW("libtool"), VIEW("Libtool-exception")},
    {VIEW("linux-syscall-note"), VIEW("Linux-syscall-note")},
    {VIEW("llvm"), VIEW("LLVM-exception")},
    {VIEW("texinfo"), VIEW("Texinfo-exception")},
};

/* The GNU licences: their versions as they are written, and what SPDX makes of
 * the bare name ("GPL": any version). The longer name stands first. */
static const struct {
    struct view family, spdx, bare;
} families[] = {
    {VIEW("AGPL"), VIEW("AGPL-"), VIEW("AGPL-3.0-or-later")},
    {VIEW("LGPL"), VIEW("LGPL-"), VIEW("LGPL-2.0-or-later")},
    {VIEW("GPL"), VIEW("GPL-"), VIEW("GPL-1.0-or-later")},
    {VIEW("GFDL-NIV"), VIEW("GFDL-"), VIEW("GFDL-1.1-no-invariants-or-later")},
    {VIEW("GFDL"), VIEW("GFDL-"), VIEW("GFDL-1.1-or-later")},
};

static const struct view *find_name(const struct name *table, size_t count, struct view written)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq_nocase(table[i].written, written))
            return &table[i].spdx;
    return NULL;
}

static struct view cut_suffix(struct view *text, struct view suffix)
{
    struct view end = view_sub(*text, text->len - suffix.len, suffix.len);

    if (text->len < suffix.len || !view_eq_nocase(end, suffix))
        return VIEW_EMPTY;
    text->len -= suffix.len;
    return suffix;
}

/* "2", "2.1", "3.0": digits with at most one dot. */
static bool is_version(struct view text)
{
    struct view rest = text, major = view_cut(&rest, '.');
    uint64_t number;

    return view_to_u64(major, &number) && (!rest.ptr || view_to_u64(rest, &number));
}

/* "GPL-2+", "LGPLv2.1", "GFDL-NIV-1.3+", "GPL-3.0-or-later", "GPL". */
static bool add_gnu(struct view name, struct buf *to)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        struct view family = families[i].family, version;
        bool later;

        if (!view_eq_nocase(view_sub(name, 0, family.len), family))
            continue;
        version = view_sub(name, family.len, name.len);
        if (version.len == 0) {
            buf_add(to, families[i].bare);
            return true;
        }
        later = cut_suffix(&version, VIEW("+")).len || cut_suffix(&version, VIEW("-or-later")).len;
        cut_suffix(&version, VIEW("-only"));
        version = view_strip_prefix(view_strip_prefix(version, VIEW("-")), VIEW("v"));
        if (!is_version(version))
            return false;
        buf_add(to, families[i].spdx);
        buf_add(to, version);
        buf_add_str(to, view_find(version, '.') < 0 ? ".0" : "");
        buf_add_str(to, view_eq(family, VIEW("GFDL-NIV")) ? "-no-invariants" : "");
        buf_add_str(to, later ? "-or-later" : "-only");
        return true;
    }
    return false;
}

static bool is_name(struct view word)
{
    static const struct view marks = VIEW(".+_/~-");

    if (word.len == 0 || word.len > LICENSE_NAME_LIMIT)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!letter && view_find(marks, c) < 0)
            return false;
    }
    return true;
}

static void add_name(struct view word, struct buf *to)
{
    const struct view *spdx = find_name(names, sizeof(names) / sizeof(names[0]), word);

    if (spdx)
        buf_add(to, *spdx);
    else if (!add_gnu(word, to))
        buf_add(to, word);
}

static void add_exception(struct view word, struct buf *to)
{
    const struct view *spdx =
        find_name(exceptions, sizeof(exceptions) / sizeof(exceptions[0]), word);

    buf_add_str(to, " WITH ");
    if (spdx) {
        buf_add(to, *spdx);
        return;
    }
    buf_add(to, word);
    buf_add_str(to, "-exception");
}

/* "", "AND" or "OR". */
static struct view operator_of(struct view word)
{
    static const struct name operators[] = {
        {VIEW("and"), VIEW("AND")}, {VIEW("or"), VIEW("OR")}, {VIEW("and/or"), VIEW("OR")}};
    const struct view *found = find_name(operators, 3, word);

    return found ? *found : VIEW_EMPTY;
}

/* One licence with its exception: "GPL-2+ with OpenSSL exception". */
static bool add_term(struct view *rest, struct buf *to)
{
    struct view word = view_word(rest), ahead = *rest, exception;

    if (!is_name(word) || operator_of(word).len)
        return false;
    add_name(word, to);
    if (!view_eq_nocase(view_word(&ahead), VIEW("with")))
        return true;
    exception = view_word(&ahead);
    if (!is_name(exception) || !view_starts(view_word(&ahead), VIEW("exception")))
        return false;
    *rest = ahead;
    add_exception(exception, to);
    return true;
}

/* Terms joined by operators, without commas. `*ret_or`: it needs brackets
 * beside an AND. */
static bool add_terms(struct view part, struct buf *to, bool *ret_or)
{
    *ret_or = false;
    for (size_t words = 0; words < LICENSE_WORDS_LIMIT; words++) {
        struct view joint;

        if (!add_term(&part, to))
            return false;
        part = view_trim(part);
        if (part.len == 0)
            return true;
        joint = operator_of(view_word(&part));
        if (joint.len == 0)
            return false;
        *ret_or |= joint.len == 2;
        buf_addf(to, " %.*s ", VIEW_ARG(joint));
    }
    return false;
}

/* A comma ends what binds more tightly: "A or B, and C" is (A or B) and C. */
static bool add_parts(struct view text, struct buf *to)
{
    for (bool first = true; text.ptr; first = false) {
        struct view part = view_trim(view_cut(&text, ','));
        size_t start;
        bool has_or;

        if (!first) {
            struct view joint = operator_of(view_word(&part));

            if (joint.len == 0)
                return false;
            buf_addf(to, " %.*s ", VIEW_ARG(joint));
        }
        start = to->len;
        if (!add_terms(part, to, &has_or))
            return false;
        if (has_or && (text.ptr || !first) && buf_reserve(to, 2)) {
            memmove(to->ptr + start + 1, to->ptr + start, to->len - start);
            to->ptr[start] = '(';
            to->len++;
            buf_add_char(to, ')');
        }
    }
    return true;
}

bool license_expression(struct view text, struct buf *to)
{
    size_t start = to->len;

    if (add_parts(view_trim(text), to) && !to->failed)
        return true;
    if (!to->failed)
        to->len = start;
    return false;
}

/* The place of the first such operator outside of brackets, or -1. */
static ptrdiff_t find_outside(struct view text, struct view joint)
{
    size_t depth = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '(')
            depth++;
        else if (text.ptr[i] == ')' && depth)
            depth--;
        else if (depth == 0 && view_starts(view_sub(text, i, joint.len), joint))
            return (ptrdiff_t)i;
    }
    return -1;
}

static struct view without_brackets(struct view term)
{
    if (term.len > 2 && term.ptr[0] == '(' && term.ptr[term.len - 1] == ')')
        return view_sub(term, 1, term.len - 2);
    return term;
}

struct view license_next_term(struct view *expression)
{
    static const struct view and = VIEW(" AND ");
    struct view term = *expression;
    ptrdiff_t at = find_outside(term, VIEW(" OR ")) < 0 ? find_outside(term, and) : -1;

    if (at < 0) {
        *expression = VIEW_EMPTY;
        return find_outside(term, VIEW(" OR ")) < 0 ? without_brackets(term) : term;
    }
    *expression = view_sub(term, (size_t)at + and.len, term.len);
    return without_brackets(view_sub(term, 0, (size_t)at));
}

void license_join_term(struct buf *to, struct view term)
{
    bool brackets = view_find_view(term, VIEW(" OR ")) >= 0;

    if (to->len)
        buf_add_str(to, " AND ");
    buf_add_str(to, brackets ? "(" : "");
    buf_add(to, term);
    buf_add_str(to, brackets ? ")" : "");
}
