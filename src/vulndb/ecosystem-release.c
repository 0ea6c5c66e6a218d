#include "vulndb/ecosystem-release.h"

struct codename {
    struct view name, release;
};

static const struct codename debian_codenames[] = {
    {VIEW("wheezy"), VIEW("7")},     {VIEW("jessie"), VIEW("8")},    {VIEW("stretch"), VIEW("9")},
    {VIEW("buster"), VIEW("10")},    {VIEW("bullseye"), VIEW("11")}, {VIEW("bookworm"), VIEW("12")},
    {VIEW("trixie"), VIEW("13")},    {VIEW("forky"), VIEW("14")},    {VIEW("duke"), VIEW("15")},
    {VIEW("unstable"), VIEW("sid")}, {VIEW("sid"), VIEW("sid")},
};

static const struct codename ubuntu_codenames[] = {
    {VIEW("trusty"), VIEW("14.04")},   {VIEW("xenial"), VIEW("16.04")},
    {VIEW("bionic"), VIEW("18.04")},   {VIEW("focal"), VIEW("20.04")},
    {VIEW("jammy"), VIEW("22.04")},    {VIEW("kinetic"), VIEW("22.10")},
    {VIEW("lunar"), VIEW("23.04")},    {VIEW("mantic"), VIEW("23.10")},
    {VIEW("noble"), VIEW("24.04")},    {VIEW("oracular"), VIEW("24.10")},
    {VIEW("plucky"), VIEW("25.04")},   {VIEW("questing"), VIEW("25.10")},
    {VIEW("resolute"), VIEW("26.04")},
};

static bool append(struct ecosystem_name *to, struct view text)
{
    if (text.len == 0 || text.len > sizeof(to->text) - to->len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        to->text[to->len++] = c;
    }
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct view take_digits(struct view *text)
{
    struct view digits = *text;
    size_t len = 0;

    while (len < text->len && is_digit(text->ptr[len]))
        len++;
    *text = view_sub(*text, len, SIZE_MAX);
    digits.len = len;
    return digits;
}

/* "22.04" of "22.04.3": the first two numbers; false when there are not two.
 * What follows stays in `*text`. */
static bool take_two_numbers(struct view *text, struct view *ret)
{
    struct view start = *text, major = take_digits(text), minor;

    if (major.len == 0 || text->len == 0 || text->ptr[0] != '.')
        return false;
    *text = view_sub(*text, 1, SIZE_MAX);
    minor = take_digits(text);
    *ret = view_sub(start, 0, major.len + 1 + minor.len);
    return minor.len > 0;
}

static bool append_codename(const struct codename *names, size_t count, struct view text,
                            struct ecosystem_name *to)
{
    for (size_t i = 0; i < count; i++)
        if (view_eq_nocase(text, names[i].name))
            return append(to, names[i].release);
    return false;
}

bool ecosystem_release_debian(struct view text, struct ecosystem_name *to)
{
    return append_codename(debian_codenames, sizeof(debian_codenames) / sizeof(debian_codenames[0]),
                           text, to) ||
           ecosystem_release_major(text, to);
}

bool ecosystem_release_ubuntu(struct view text, struct ecosystem_name *to)
{
    struct view release, rest = text;

    if (append_codename(ubuntu_codenames, sizeof(ubuntu_codenames) / sizeof(ubuntu_codenames[0]),
                        text, to))
        return true;
    if (!take_two_numbers(&rest, &release))
        return false;
    /* "22.04:LTS", "22.04.3" */
    return (rest.len == 0 || rest.ptr[0] == '.' || view_eq(rest, VIEW(":LTS"))) &&
           append(to, release);
}

/* https://alpinelinux.org/releases/: branches vX.Y; edge calls itself the next
 * branch with "_alpha" and a date. */
bool ecosystem_release_alpine(struct view text, struct ecosystem_name *to)
{
    struct view release, rest = view_strip_prefix(text, VIEW("v"));

    if (view_eq(text, VIEW("edge")) || view_find_view(text, VIEW("_alpha")) >= 0)
        return append(to, VIEW("edge"));
    if (!take_two_numbers(&rest, &release))
        return false;
    return (rest.len == 0 || rest.ptr[0] == '.' || rest.ptr[0] == '_') && append(to, release);
}

bool ecosystem_release_major(struct view text, struct ecosystem_name *to)
{
    struct view rest = text, major = take_digits(&rest);

    return (rest.len == 0 || rest.ptr[0] == '.') && append(to, major);
}

bool ecosystem_release_minor(struct view text, struct ecosystem_name *to)
{
    struct view release, rest = text, major = take_digits(&rest);

    if (major.len && rest.len == 0)
        return append(to, major) && append(to, VIEW(".0"));
    rest = text;
    return take_two_numbers(&rest, &release) && (rest.len == 0 || rest.ptr[0] == '.') &&
           append(to, release);
}

bool ecosystem_release_word(struct view text, struct ecosystem_name *to)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '.' &&
            c != '-' && c != '_')
            return false;
    }
    return append(to, text);
}

bool ecosystem_release_redhat(struct view text, struct ecosystem_name *to)
{
    return ecosystem_release_major(view_cut(&text, ':'), to);
}

bool ecosystem_release_suse(struct view text, struct ecosystem_name *to)
{
    struct view rest = text, major = take_digits(&rest), minor;

    if (major.len && rest.len == 0)
        return append(to, major);
    if (view_starts(rest, VIEW(" SP")))
        rest = view_sub(rest, 3, SIZE_MAX);
    else if (view_starts(rest, VIEW(".")))
        rest = view_sub(rest, 1, SIZE_MAX);
    else
        return false;
    minor = take_digits(&rest);
    return rest.len == 0 && minor.len && append(to, major) && append(to, VIEW(".")) &&
           append(to, minor);
}

bool ecosystem_release_suse_module(struct view text, struct ecosystem_name *to)
{
    while (text.len && !is_digit(text.ptr[0]))
        text = view_sub(text, 1, SIZE_MAX);
    return ecosystem_release_suse(text, to);
}

bool ecosystem_release_ignored(struct view text, struct ecosystem_name *to)
{
    (void)text;
    (void)to;
    return true;
}

bool ecosystem_release_apply(struct view family, ecosystem_release_fn rule, struct view text,
                             struct ecosystem_name *ret)
{
    struct ecosystem_name name = {.len = 0};
    size_t before;

    if (!append(&name, family) || !append(&name, VIEW(":")))
        return false;
    before = name.len;
    if (rule && !rule(text, &name))
        return false;
    if (name.len == before)
        name.len--; /* no release: no ":" */
    *ret = name;
    return true;
}
