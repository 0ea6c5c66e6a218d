#include "artifact/platform.h"

#include <stdlib.h>
#include <sys/utsname.h>

/* Other names of architectures, as `uname -m`, Go and distributions have them. */
static const struct {
    struct view name, arch, variant;
} aliases[] = {
    {VIEW("x86_64"), VIEW("amd64"), VIEW("")},
    {VIEW("x86-64"), VIEW("amd64"), VIEW("")},
    {VIEW("aarch64"), VIEW("arm64"), VIEW("")},
    {VIEW("i386"), VIEW("386"), VIEW("")},
    {VIEW("i486"), VIEW("386"), VIEW("")},
    {VIEW("i586"), VIEW("386"), VIEW("")},
    {VIEW("i686"), VIEW("386"), VIEW("")},
    {VIEW("armhf"), VIEW("arm"), VIEW("v7")},
    {VIEW("armel"), VIEW("arm"), VIEW("v6")},
    {VIEW("armv5l"), VIEW("arm"), VIEW("v5")},
    {VIEW("armv6l"), VIEW("arm"), VIEW("v6")},
    {VIEW("armv7l"), VIEW("arm"), VIEW("v7")},
    {VIEW("armv8l"), VIEW("arm"), VIEW("v8")},
    {VIEW("ppc64el"), VIEW("ppc64le"), VIEW("")},
    {VIEW("mips64el"), VIEW("mips64le"), VIEW("")},
    {VIEW("loongarch64"), VIEW("loong64"), VIEW("")},
};

/* The variant that a name without one means. */
static const struct {
    struct view arch, variant;
    bool written; /* the canonical form shows it */
} default_variants[] = {
    {VIEW("arm"), VIEW("v7"), true},
    {VIEW("arm64"), VIEW("v8"), false},
    {VIEW("amd64"), VIEW("v1"), false},
};

/* What an architecture runs besides its own: `top` is the best variant there,
 * numbers going down to `lowest`; 0 for an architecture without variants. */
static const struct {
    struct view arch, runs;
    int top, lowest;
} companions[] = {
    {VIEW("amd64"), VIEW("386"), 0, 0},
    {VIEW("arm64"), VIEW("arm"), 8, 5},
};

/* The lowest variant of an architecture whose variants run each lower one. */
static const struct {
    struct view arch;
    int lowest;
} ladders[] = {{VIEW("amd64"), 1}, {VIEW("arm"), 5}, {VIEW("arm64"), 8}};

static const struct view known_systems[] = {VIEW("linux"), VIEW("windows"), VIEW("freebsd"),
                                            VIEW("darwin")};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct view default_variant(struct view arch)
{
    for (size_t i = 0; i < COUNT(default_variants); i++)
        if (view_eq(default_variants[i].arch, arch))
            return default_variants[i].variant;
    return VIEW_EMPTY;
}

static bool shows_default(struct view arch)
{
    for (size_t i = 0; i < COUNT(default_variants); i++)
        if (view_eq(default_variants[i].arch, arch))
            return default_variants[i].written;
    return true;
}

/* "8" is "v8": both are in use for arm. */
static struct view with_v(struct view arch, struct view variant)
{
    static const struct view numbers[] = {VIEW("v5"), VIEW("v6"), VIEW("v7"), VIEW("v8")};

    for (size_t i = 0; i < COUNT(numbers) && view_starts(arch, VIEW("arm")); i++)
        if (view_eq(view_sub(numbers[i], 1, 1), variant))
            return numbers[i];
    return variant;
}

struct platform platform_normal(struct platform p)
{
    for (size_t i = 0; i < COUNT(aliases); i++) {
        if (!view_eq_nocase(aliases[i].name, p.arch))
            continue;
        p.arch = aliases[i].arch;
        if (p.variant.len == 0)
            p.variant = aliases[i].variant;
        break;
    }
    if (view_eq(p.os, VIEW("macos")))
        p.os = VIEW("darwin");
    p.variant = with_v(p.arch, p.variant);
    if (p.variant.len == 0 && shows_default(p.arch))
        p.variant = default_variant(p.arch);
    else if (!shows_default(p.arch) && view_eq(p.variant, default_variant(p.arch)))
        p.variant = VIEW_EMPTY;
    return p;
}

struct platform platform_of_machine(void)
{
#if defined(__x86_64__)
    struct platform p = {VIEW("linux"), VIEW("amd64"), VIEW("")};
#elif defined(__aarch64__)
    struct platform p = {VIEW("linux"), VIEW("arm64"), VIEW("")};
#elif defined(__arm__)
    struct platform p = {VIEW("linux"), VIEW("arm"), VIEW("v7")};
#elif defined(__i386__)
    struct platform p = {VIEW("linux"), VIEW("386"), VIEW("")};
#elif defined(__riscv) && __riscv_xlen == 64
    struct platform p = {VIEW("linux"), VIEW("riscv64"), VIEW("")};
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
    struct platform p = {VIEW("linux"), VIEW("ppc64le"), VIEW("")};
#elif defined(__s390x__)
    struct platform p = {VIEW("linux"), VIEW("s390x"), VIEW("")};
#elif defined(__loongarch64)
    struct platform p = {VIEW("linux"), VIEW("loong64"), VIEW("")};
#else
#error "name this machine's architecture as container images do"
#endif
    return p;
}

/* The number of a variant such as "v7"; -1 when it is none. */
static int variant_number(struct view variant)
{
    uint64_t number;

    if (!view_starts(variant, VIEW("v")) || !view_to_u64(view_sub(variant, 1, SIZE_MAX), &number) ||
        number > 99)
        return -1;
    return (int)number;
}

static int full_number(struct platform p)
{
    return variant_number(p.variant.len ? p.variant : default_variant(p.arch));
}

/* Steps from variant `wanted` down to `have` of one architecture; -1: none. */
static int ladder_distance(struct view arch, int wanted, int have)
{
    for (size_t i = 0; i < COUNT(ladders); i++)
        if (view_eq(ladders[i].arch, arch))
            return wanted < 0 || have < ladders[i].lowest || have > wanted ? -1 : wanted - have;
    return -1;
}

static int companion_distance(struct platform wanted, struct platform have)
{
    int behind = full_number(wanted) + 1; /* all of the own ladder comes first */

    for (size_t i = 0; i < COUNT(companions); i++) {
        int number = full_number(have);

        if (!view_eq(companions[i].arch, wanted.arch) || !view_eq(companions[i].runs, have.arch))
            continue;
        if (companions[i].top == 0)
            return behind;
        if (number >= companions[i].lowest && number <= companions[i].top)
            return behind + companions[i].top - number;
    }
    return -1;
}

int platform_distance(struct platform wanted, struct platform have)
{
    wanted = platform_normal(wanted);
    have = platform_normal(have);
    if (!view_eq(wanted.os, have.os))
        return -1;
    if (!view_eq(wanted.arch, have.arch))
        return companion_distance(wanted, have);
    if (view_eq(wanted.variant, have.variant))
        return 0;
    return ladder_distance(wanted.arch, full_number(wanted), full_number(have));
}

static bool is_system(struct view name)
{
    for (size_t i = 0; i < COUNT(known_systems); i++)
        if (view_eq(known_systems[i], name))
            return true;
    return false;
}

static bool is_plain(struct view part)
{
    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-' || c == '.'))
            return false;
    }
    return part.len > 0;
}

int platform_parse(struct view text, struct arena *arena, struct platform *ret, struct error *err)
{
    struct view rest = text, parts[3] = {VIEW_EMPTY, VIEW_EMPTY, VIEW_EMPTY};
    struct platform p;
    bool good = true;
    size_t n = 0;

    for (; rest.ptr && n < COUNT(parts); n++) {
        parts[n] = view_cut(&rest, '/');
        good = good && is_plain(parts[n]);
    }
    if (!good || rest.ptr || n == 0) {
        error_set(err, ERROR_USAGE, "\"%.*s\" is no platform", VIEW_ARG(text));
        error_hint(err, "write OS/ARCHITECTURE[/VARIANT], as in linux/arm64 or linux/arm/v7");
        return ERROR_USAGE;
    }
    p = (struct platform){parts[0], parts[1], parts[2]};
    if (n == 1 && is_system(parts[0]))
        p = (struct platform){parts[0], platform_of_machine().arch, VIEW_EMPTY};
    else if (n == 1)
        p = (struct platform){VIEW("linux"), parts[0], VIEW_EMPTY};
    p = platform_normal(p);
    p.os = arena_copy(arena, p.os);
    p.arch = arena_copy(arena, p.arch);
    p.variant = arena_copy(arena, p.variant);
    if (arena_failed(arena, "platform", err) < 0)
        return ERROR_MEMORY;
    *ret = p;
    return 0;
}

struct view platform_format(struct platform p, struct arena *arena)
{
    return arena_printf(arena, "%.*s/%.*s%s%.*s", VIEW_ARG(p.os), VIEW_ARG(p.arch),
                        p.variant.len ? "/" : "", VIEW_ARG(p.variant));
}
