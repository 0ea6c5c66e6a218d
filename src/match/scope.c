#include "match/scope.h"

static bool lists_word(struct view words, struct view word)
{
    for (struct view w = view_word(&words); w.len; w = view_word(&words))
        if (view_eq(w, word))
            return true;
    return false;
}

static bool arch_fits(struct view arches, struct view arch)
{
    return arches.len == 0 || arch.len == 0 || view_eq(arch, VIEW("noarch")) ||
           lists_word(arches, arch);
}

/* "nodejs:18:9020020230717162447:rhel9" is of the stream "nodejs:18". One
 * erratum may be for several streams, "virt:rhel virt-devel:rhel". */
static bool in_stream(struct view label, struct view streams)
{
    for (struct view s = view_word(&streams); s.len; s = view_word(&streams))
        if (view_starts(label, s) && (label.len == s.len || label.ptr[s.len] == ':'))
            return true;
    return false;
}

/* A build of a module carries it in its release, "-1.module+el8.9.0+1445+07728297". */
static bool is_module_build(struct view version)
{
    return view_find_view(version, VIEW(".module")) >= 0;
}

static bool names_module_builds(struct vulndb_statement statement)
{
    struct advisory_range range;
    struct view version;

    while (vulndb_next_range(&statement, &range))
        if (range.fixed.len || range.last_affected.len)
            return is_module_build(range.fixed) || is_module_build(range.last_affected);
    return vulndb_next_version(&statement, &version) && is_module_build(version);
}

/* A package of a module and the plain one of that name have versions of their
 * own: a fix for the one says nothing about the other. */
static bool module_fits(const struct vulndb_statement *statement, const struct package *package,
                        struct view version)
{
    if (package->type != PACKAGE_RPM)
        return true;
    if (statement->module.len)
        return in_stream(package->modularity, statement->module);
    return (package->modularity.len || is_module_build(version)) == names_module_builds(*statement);
}

bool scope_holds(const struct vulndb_statement *statement, const struct package *package,
                 bool as_source, struct view version)
{
    return ((statement->flags & AFFECTED_BY_SOURCE) != 0) == as_source &&
           arch_fits(statement->arch, package->arch) && module_fits(statement, package, version);
}
