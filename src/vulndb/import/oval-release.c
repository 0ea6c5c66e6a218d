#include "vulndb/import/oval-release.h"

static const struct {
    struct view name; /* in prose */
    struct view id;
} products[] = {
    {VIEW("Red Hat Enterprise Linux"), VIEW("rhel")},
    {VIEW("Rocky Linux"), VIEW("rocky")},
    {VIEW("AlmaLinux"), VIEW("almalinux")},
    {VIEW("Oracle Linux"), VIEW("ol")},
    {VIEW("CentOS"), VIEW("centos")},
    {VIEW("Debian"), VIEW("debian")},
    {VIEW("Ubuntu"), VIEW("ubuntu")},
    {VIEW("openSUSE Leap"), VIEW("opensuse-leap")},
    {VIEW("SUSE Linux Enterprise"), VIEW("sles")},
    {VIEW("Azure Linux"), VIEW("azurelinux")},
    {VIEW("CBL-Mariner"), VIEW("mariner")},
    {VIEW("Photon"), VIEW("photon")},
    {VIEW("Amazon Linux"), VIEW("amzn")},
    {VIEW("Fedora"), VIEW("fedora")},
    {VIEW("openEuler"), VIEW("openeuler")},
    {VIEW("Anolis OS"), VIEW("anolis")},
};

static bool starts_with_digit(struct view word)
{
    return word.len && word.ptr[0] >= '0' && word.ptr[0] <= '9';
}

/* The digits and dots at the start: "22.04" of "22.04,". */
static struct view number_at_start(struct view word)
{
    size_t end = 0;

    while (end < word.len && ((word.ptr[end] >= '0' && word.ptr[end] <= '9') ||
                              (word.ptr[end] == '.' && end + 1 < word.len)))
        end++;
    return view_sub(word, 0, end);
}

/* "15 SP4" is written with a blank; the tail from the number on is one view,
 * which vulndb/ecosystem.h reads as 15.4. */
static struct view version_behind(struct view rest)
{
    struct view word;

    while ((word = view_word(&rest)).len) {
        struct view after = rest, pack;

        if (!starts_with_digit(word))
            continue;
        pack = view_word(&after);
        if (view_starts(pack, VIEW("SP")) && starts_with_digit(view_sub(pack, 2, 1)))
            return view_from(word.ptr, (size_t)(pack.ptr + pack.len - word.ptr));
        return number_at_start(word);
    }
    return VIEW_EMPTY;
}

bool oval_release_in_text(struct view text, struct oval_release *ret)
{
    for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
        ptrdiff_t at = view_find_view(text, products[i].name);

        if (at < 0)
            continue;
        *ret = (struct oval_release){
            products[i].id,
            version_behind(view_sub(text, (size_t)at + products[i].name.len, text.len))};
        return true;
    }
    return false;
}

bool oval_release_in_cpe(struct view cpe, struct oval_release *ret)
{
    static const struct {
        struct view vendor, product;
        struct view id;
    } names[] = {
        {VIEW("rocky"), VIEW("rocky"), VIEW("rocky")},
        {VIEW("redhat"), VIEW("enterprise_linux"), VIEW("rhel")},
        {VIEW("almalinux"), VIEW("almalinux"), VIEW("almalinux")},
        {VIEW("oracle"), VIEW("linux"), VIEW("ol")},
        {VIEW("debian"), VIEW("debian_linux"), VIEW("debian")},
        {VIEW("canonical"), VIEW("ubuntu_linux"), VIEW("ubuntu")},
    };
    struct view rest = cpe, part, vendor, product, version;

    if (!view_starts(cpe, VIEW("cpe:/")))
        return false;
    view_cut(&rest, '/');
    part = view_cut(&rest, ':');
    vendor = view_cut(&rest, ':');
    product = view_cut(&rest, ':');
    version = view_cut(&rest, ':');
    for (size_t i = 0; view_eq(part, VIEW("o")) && i < sizeof(names) / sizeof(names[0]); i++) {
        if (!view_eq(vendor, names[i].vendor) || !view_eq(product, names[i].product))
            continue;
        *ret = (struct oval_release){names[i].id, number_at_start(version)};
        return true;
    }
    return false;
}

bool oval_release_in_evr(struct view evr, struct oval_release *ret)
{
    static const struct {
        struct view tag;
        struct view id; /* empty: several distributions use the tag */
    } tags[] = {
        {VIEW(".azl"), VIEW("azurelinux")}, {VIEW(".cm"), VIEW("mariner")},
        {VIEW(".ph"), VIEW("photon")},      {VIEW(".fc"), VIEW("fedora")},
        {VIEW(".amzn"), VIEW("amzn")},      {VIEW(".el"), VIEW_EMPTY},
    };

    for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
        ptrdiff_t at = view_find_view(evr, tags[i].tag);
        struct view number =
            at < 0 ? VIEW_EMPTY
                   : number_at_start(view_sub(evr, (size_t)at + tags[i].tag.len, evr.len));
        ptrdiff_t dot = view_find(number, '.');

        if (!number.len)
            continue;
        *ret =
            (struct oval_release){tags[i].id, dot < 0 ? number : view_sub(number, 0, (size_t)dot)};
        return true;
    }
    return false;
}

struct view oval_module_in_text(struct view text)
{
    struct view rest = text, name;

    if (!view_eq(view_word(&rest), VIEW("Module")))
        return VIEW_EMPTY;
    name = view_word(&rest);
    return view_find(name, ':') > 0 && view_eq(view_word(&rest), VIEW("is")) ? name : VIEW_EMPTY;
}

bool oval_comment_matters(struct view comment)
{
    struct oval_release release;

    /* "kernel is earlier than ...": by far the most, so asked first */
    if (view_find_view(comment, VIEW(" is earlier than ")) >= 0)
        return false;
    return oval_module_in_text(comment).len || oval_release_in_text(comment, &release);
}
