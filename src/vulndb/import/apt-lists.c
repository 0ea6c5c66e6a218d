/* The security pocket of apt's package lists: `*_Packages` as apt keeps them,
 * explained by the `*_InRelease` or `*_Release` beside it (the companion).
 *
 * A list says which versions a pocket has, and nothing of vulnerabilities. A
 * version in the security pocket is a security update, so every older version
 * has one pending. Only a pocket that says that it is one is read, by Origin,
 * Label and Suite, and only with a Version or Codename that names a release.
 * The signature was apt's to check, before it put the lists there. */
#include "base/arena.h"
#include "base/hash.h"
#include "vulndb/ecosystem.h"
#include "vulndb/import/importer.h"
#include "vulndb/import/lines.h"

enum {
    ARENA_LIMIT = 256 << 20,  /* bytes of names and versions */
    RELEASE_LIMIT = 64 << 10, /* bytes of a Release that are read: the fields stand first */
};

struct release {
    struct view origin, label, suite, version, codename;
};

/* One stanza of a Packages file. */
struct stanza {
    struct view package, version, source;
};

struct pocket {
    struct import_sink *sink;
    struct arena *arena;
    struct ecosystem_name ecosystem;
    struct view name;         /* "bookworm-security" */
    struct hash_map *sources; /* source package -> struct view, its highest version */
    struct stanza stanza;
    struct error *err;
};

static bool sniff(const struct import_input *input, struct view head)
{
    return input->companion.len && view_find_view(input->name, VIEW("_Packages")) >= 0 &&
           (head.len == 0 || view_starts(head, VIEW("Package: ")));
}

static struct view field(struct view line, struct view name)
{
    return view_starts(line, name) ? view_trim(view_sub(line, name.len, line.len)) : VIEW_EMPTY;
}

static struct release read_release(struct view text)
{
    struct view rest = view_sub(text, 0, RELEASE_LIMIT);
    struct release release = {0};
    const struct {
        struct view name;
        struct view *to;
    } fields[] = {
        {VIEW("Origin:"), &release.origin},     {VIEW("Label:"), &release.label},
        {VIEW("Suite:"), &release.suite},       {VIEW("Version:"), &release.version},
        {VIEW("Codename:"), &release.codename},
    };

    while (rest.ptr) {
        struct view line = view_line(&rest);

        if (view_starts(line, VIEW("SHA256:")) || view_starts(line, VIEW("MD5Sum:")))
            break;
        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
            if (!fields[i].to->len)
                *fields[i].to = field(line, fields[i].name);
    }
    return release;
}

/* Which distribution's security pocket this is; empty when it is none. */
static struct view security_pocket_of(const struct release *release)
{
    static const struct {
        struct view origin, label, os; /* an empty label: any */
    } pockets[] = {
        {VIEW("Debian"), VIEW("Debian-Security"), VIEW("debian")},
        {VIEW("Ubuntu"), VIEW("Ubuntu"), VIEW("ubuntu")},
    };

    if (!view_ends(release->suite, VIEW("-security")))
        return VIEW_EMPTY;
    for (size_t i = 0; i < sizeof(pockets) / sizeof(pockets[0]); i++)
        if (view_eq(release->origin, pockets[i].origin) &&
            view_eq(release->label, pockets[i].label))
            return pockets[i].os;
    return VIEW_EMPTY;
}

static int find_pocket(struct pocket *pocket, struct view text)
{
    struct release release = read_release(text);
    struct view os = security_pocket_of(&release);
    struct view codename = view_strip_suffix(release.codename, VIEW("-security"));

    if (!os.len)
        return 0;
    if (!(release.version.len &&
          ecosystem_security_pocket(os, release.version, &pocket->ecosystem)) &&
        !(codename.len && ecosystem_security_pocket(os, codename, &pocket->ecosystem))) {
        tally_problem(&pocket->sink->tally,
                      "the security pocket %.*s names no release that is known",
                      VIEW_ARG(release.codename));
        return 0;
    }
    pocket->name = arena_printf(pocket->arena, "%.*s %.*s", VIEW_ARG(release.label),
                                VIEW_ARG(release.codename));
    return 1;
}

/* Source names the package and, where it differs, the version: "glibc (2.36-9)". */
static void end_stanza(struct pocket *pocket)
{
    struct view source = pocket->stanza.source, version = pocket->stanza.version, name;
    struct view *highest;

    name = source.len ? view_word(&source) : pocket->stanza.package;
    source = view_trim(source);
    if (view_starts(source, VIEW("(")) && view_ends(source, VIEW(")")))
        version = view_sub(source, 1, source.len - 2);
    pocket->stanza = (struct stanza){0};
    if (!name.len || !version.len)
        return;
    highest = hash_map_get(pocket->sources, name);
    if (!highest) {
        highest = arena_alloc(pocket->arena, sizeof(*highest));
        if (!highest || !hash_map_put(pocket->sources, name, highest))
            return;
    }
    if (!highest->len || version_compare(VERSION_DPKG, version, *highest) > 0)
        *highest = version;
}

static void read_line(struct pocket *pocket, struct view line)
{
    const struct {
        struct view name;
        struct view *to;
    } fields[] = {
        {VIEW("Package:"), &pocket->stanza.package},
        {VIEW("Version:"), &pocket->stanza.version},
        {VIEW("Source:"), &pocket->stanza.source},
    };

    if (!line.len)
        end_stanza(pocket);
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (view_starts(line, fields[i].name))
            *fields[i].to = arena_copy(pocket->arena, field(line, fields[i].name));
}

static int read_packages(const struct import_input *input, struct pocket *pocket)
{
    _cleanup_(stream_free_p) struct stream *stream = NULL;
    struct view line;
    int r = import_open(input, &stream, pocket->err);
    _cleanup_(lines_done) struct lines lines = LINES_INIT(stream);

    if (r < 0)
        return r;
    while ((r = lines_next(&lines, &line, pocket->err)) > 0)
        read_line(pocket, line);
    end_stanza(pocket);
    pocket->sink->tally.bytes += lines.bytes;
    return r < 0 ? r : arena_failed(pocket->arena, "the package list", pocket->err);
}

/* There is no advisory to name, so the record is named for the update. */
static int hand_over(struct pocket *pocket, struct view source, struct view version)
{
    struct advisory_range range = {.fixed = version};
    struct advisory_affected affected = {
        .ecosystem = ecosystem_name_view(&pocket->ecosystem),
        .package = source,
        .status = ADVISORY_AFFECTED,
        .flags = AFFECTED_BY_SOURCE | AFFECTED_PENDING,
        .ranges = &range,
        .range_count = 1,
    };
    struct advisory advisory = {
        .source = view_of(importer_apt_lists.name),
        .affected = &affected,
        .affected_count = 1,
    };

    advisory.id = arena_printf(pocket->arena, "UPDATE-%.*s-%.*s-%.*s", VIEW_ARG(affected.ecosystem),
                               VIEW_ARG(source), VIEW_ARG(version));
    advisory.title = arena_printf(pocket->arena, "security update of %.*s in %.*s",
                                  VIEW_ARG(source), VIEW_ARG(pocket->name));
    if (!advisory.id.len)
        return arena_failed(pocket->arena, "the package list", pocket->err);
    return import_advisory(pocket->sink, &advisory, pocket->err);
}

static int run(const struct import_input *input, struct import_sink *sink, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    _cleanup_(hash_map_free_p) struct hash_map *sources = hash_map_new();
    struct pocket pocket = {.sink = sink, .arena = arena, .sources = sources, .err = err};
    int r;

    if (!arena || !sources)
        return error_memory(err);
    if (!input->companion.len) {
        error_set(err, ERROR_INPUT, "a package list without the Release file that explains it");
        return ERROR_INPUT;
    }
    r = find_pocket(&pocket, input->companion);
    if (r <= 0)
        return r;
    r = read_packages(input, &pocket);
    for (size_t i = 0; r == 0 && i < hash_map_count(sources); i++) {
        struct view source, *version = hash_map_at(sources, i, &source);

        r = hand_over(&pocket, source, *version);
    }
    return r;
}

const struct importer importer_apt_lists = {
    "apt-lists",
    "the security pocket of apt's package lists (Packages, with its Release)",
    sniff,
    run,
};
