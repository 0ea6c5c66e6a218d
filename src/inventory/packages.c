#include <stdlib.h>

#include "base/hash.h"
#include "base/path.h"
#include "inventory/apk-installed.h"
#include "inventory/dpkg-files.h"
#include "inventory/dpkg-status.h"
#include "inventory/merge.h"
#include "inventory/package-list.h"
#include "inventory/rpm-bdb.h"
#include "inventory/rpm-manifest.h"
#include "inventory/rpm-ndb.h"
#include "inventory/rpm-sqlite.h"

struct candidate {
    struct view path;
    const struct analyser *analyser;
};

/* Of these the one in the highest layer counts, then the first. rpm itself
 * keeps one; others are left behind by a change of format or of place. */
static const struct candidate rpm_candidates[] = {
    {VIEW("usr/lib/sysimage/rpm/rpmdb.sqlite"), &analyser_rpm_sqlite},
    {VIEW("usr/lib/sysimage/rpm/Packages.db"), &analyser_rpm_ndb},
    {VIEW("usr/lib/sysimage/rpm/Packages"), &analyser_rpm_bdb},
    {VIEW("var/lib/rpm/rpmdb.sqlite"), &analyser_rpm_sqlite},
    {VIEW("var/lib/rpm/Packages.db"), &analyser_rpm_ndb},
    {VIEW("var/lib/rpm/Packages"), &analyser_rpm_bdb},
    {VIEW("usr/share/rpm/rpmdb.sqlite"), &analyser_rpm_sqlite},
    {VIEW("usr/share/rpm/Packages.db"), &analyser_rpm_ndb},
    {VIEW("usr/share/rpm/Packages"), &analyser_rpm_bdb},
    {VIEW("var/lib/rpmmanifest/container-manifest-2"), &analyser_rpm_manifest_2},
    {VIEW("var/lib/rpmmanifest/container-manifest-1"), &analyser_rpm_manifest_1},
};

static const struct candidate apk_candidates[] = {
    {VIEW("usr/lib/apk/db/installed"), &analyser_apk_installed},
    {VIEW("lib/apk/db/installed"), &analyser_apk_installed},
};

enum {
    RPM_CANDIDATE_COUNT = sizeof(rpm_candidates) / sizeof(rpm_candidates[0]),
    APK_CANDIDATE_COUNT = sizeof(apk_candidates) / sizeof(apk_candidates[0]),
};

/* ---- The layer that brought a package ---- */

/* Values are layers, plus one. */
static struct hash_map *note_keys(struct view payload, size_t layer, const struct hash_map *before)
{
    struct package_list_reader reader = package_list_read(payload);
    struct hash_map *keys = hash_map_new();

    while (keys && package_list_next(&reader) > PACKAGE_LIST_END) {
        void *value = before && reader.key.len ? hash_map_get(before, reader.key) : NULL;

        if (reader.key.len == 0)
            continue;
        if (!value)
            value = (void *)(uintptr_t)(layer + 1);
        if (!hash_map_put(keys, reader.key, value)) {
            hash_map_free(keys);
            return NULL;
        }
        reader.key = VIEW_EMPTY;
    }
    return keys;
}

static size_t count_versions(const struct tree_version *version)
{
    size_t count = 0;

    for (; version; version = version->older)
        count++;
    return count;
}

/* Since which layer each package of the newest version has been there; NULL
 * without memory. */
static struct hash_map *trace_packages(struct merge *merge, const struct tree_version *newest)
{
    size_t count = count_versions(newest);
    const struct tree_version **versions = arena_array(merge->scratch, count, sizeof(*versions));
    struct hash_map *keys = NULL, *before = NULL;

    if (!versions)
        return NULL;
    for (size_t i = count; i > 0; i--, newest = newest->older)
        versions[i - 1] = newest;
    for (size_t i = 0; i < count; i++) {
        if (keys && view_eq(versions[i]->fact->payload, versions[i - 1]->fact->payload))
            continue;
        before = keys;
        keys = note_keys(versions[i]->fact->payload, versions[i]->layer, before);
        hash_map_free(before);
        if (!keys)
            return NULL;
    }
    return keys;
}

/* ---- The packages of a database ---- */

static enum package_type type_of(const struct analyser *analyser)
{
    if (analyser == &analyser_dpkg_status || analyser == &analyser_dpkg_status_directory)
        return PACKAGE_DEB;
    return analyser == &analyser_apk_installed ? PACKAGE_APK : PACKAGE_RPM;
}

static struct view either(struct view first, struct view second)
{
    return first.len ? first : second;
}

static bool fill_package(struct merge *merge, const struct package_list_reader *reader,
                         struct package *package)
{
    struct package_entry entry;

    if (!package_list_fields(arena_copy(merge->arena, reader->text), &entry))
        return false;
    package->name = entry.name;
    package->version = entry.version;
    package->source_name = either(entry.source_name, entry.name);
    package->source_version = either(entry.source_version, entry.version);
    package->arch = entry.arch;
    package->license = entry.license;
    package->maintainer = entry.maintainer;
    package->vendor = entry.vendor;
    package->modularity = entry.modularity;
    return true;
}

static void add_details(struct merge *merge, struct package *package,
                        const struct tree_node *database, struct view files)
{
    if (package->type == PACKAGE_DEB && merge->options->licenses)
        merge_dpkg_licenses(merge, package);
    if (!merge->options->files)
        return;
    if (package->type == PACKAGE_DEB)
        merge_dpkg_files(merge, package, database);
    else
        merge_listed_files(merge, package, database, files);
}

static void add_package(struct merge *merge, const struct tree_node *database,
                        const struct package_list_reader *reader, const struct hash_map *keys,
                        struct view db_path)
{
    struct package package = {.type = type_of(analysers[database->version->fact->analyser])};
    uintptr_t layer = (uintptr_t)hash_map_get(keys, reader->key);
    struct package *room;

    package.layer = layer ? layer - 1 : database->layer;
    package.db_path = db_path;
    if (!fill_package(merge, reader, &package))
        return;
    add_details(merge, &package, database, reader->files);
    room = arena_push(merge->arena, &merge->packages, &merge->package_count, sizeof(*room));
    if (room)
        *room = package;
}

static void tell_failure(struct merge *merge, const struct tree_node *node, size_t count)
{
    struct view message = node->version->fact->message;

    if (message.len == 0)
        return;
    if (count)
        merge_tell(merge, DIAGNOSTIC_WARNING, "package-database-damaged", node,
                   "the package database can be read in part only: %.*s", VIEW_ARG(message));
    else
        merge_tell(merge, DIAGNOSTIC_ERROR, "package-database-unreadable", node,
                   "the package database can't be read: %.*s", VIEW_ARG(message));
    merge_hint(merge, "some packages are missing from the result: pull or build the image again");
}

/* Adds the packages of a database; returns how many it has, or -1 without
 * memory. */
static ptrdiff_t add_database(struct merge *merge, const struct tree_node *node)
{
    struct package_list_reader reader = package_list_read(node->version->fact->payload);
    struct view db_path = arena_copy(merge->arena, node->path);
    struct hash_map *keys = trace_packages(merge, node->version);
    enum package_list_item item;
    size_t count = 0;

    if (!keys)
        return -1;
    while ((item = package_list_next(&reader)) > PACKAGE_LIST_END) {
        if (item == PACKAGE_LIST_PACKAGE) {
            add_package(merge, node, &reader, keys, db_path);
            count++;
        } else {
            merge_tell(merge, DIAGNOSTIC_WARNING, "package-skipped", node, "%.*s",
                       VIEW_ARG(reader.text));
        }
    }
    hash_map_free(keys);
    if (item == PACKAGE_LIST_BROKEN)
        merge_tell(merge, DIAGNOSTIC_ERROR, "package-database-unreadable", node,
                   "what was found in the package database is damaged");
    tell_failure(merge, node, count);
    return (ptrdiff_t)count;
}

/* ---- Which databases count ---- */

static int add_dpkg(struct merge *merge)
{
    static const struct view status = VIEW("var/lib/dpkg/status");
    const struct tree_node *node = merge_find_fact(merge, status, &analyser_dpkg_status);
    const struct tree_node **nodes;
    size_t count;

    if (node && add_database(merge, node) < 0)
        return -1;
    nodes = merge_list_facts(merge, VIEW("var/lib/dpkg/status.d"), &analyser_dpkg_status_directory,
                             &count);
    for (size_t i = 0; i < count; i++)
        if (add_database(merge, nodes[i]) < 0)
            return -1;
    if (merge->options->files)
        merge_list_facts(merge, VIEW("var/lib/dpkg/info"), &analyser_dpkg_list, &count);
    return 0;
}

static bool has_packages(const struct tree_node *node)
{
    struct package_list_reader reader = package_list_read(node->version->fact->payload);
    enum package_list_item item;

    while ((item = package_list_next(&reader)) > PACKAGE_LIST_END)
        if (item == PACKAGE_LIST_PACKAGE)
            return true;
    return false;
}

/* rpm's SQLite databases may have a journal beside them. */
static void check_journal(struct merge *merge, const struct tree_node *database)
{
    struct view path = arena_printf(merge->scratch, "%.*s-wal", VIEW_ARG(database->path));
    struct tree_node *node;

    if (tree_find(merge->tree, path, &node, &path) != TREE_FOUND || node->kind != TREE_FACT ||
        analysers[node->version->fact->analyser] != &analyser_rpm_sqlite_journal ||
        !view_eq(node->version->fact->payload, VIEW("\1")) || node->layer < database->layer)
        return;
    merge_tell(merge, DIAGNOSTIC_WARNING, "package-journal", node,
               "rpm left changes in its journal; the newest packages may be missing");
    merge_hint(merge, "let rpm end properly when the image is built, or run rpm --rebuilddb in it");
}

static size_t find_databases(struct merge *merge, const struct candidate *candidates, size_t count,
                             const struct tree_node **ret)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        const struct tree_node *node =
            merge_find_fact(merge, candidates[i].path, candidates[i].analyser);
        size_t at = found;
        bool again = false;

        for (size_t k = 0; node && k < found; k++)
            again |= ret[k] == node;
        if (!node || again)
            continue;
        for (; at > 0 && ret[at - 1]->layer < node->layer; at--)
            ret[at] = ret[at - 1];
        ret[at] = node;
        found++;
    }
    return found;
}

static int add_best(struct merge *merge, const struct candidate *candidates, size_t count)
{
    const struct tree_node *nodes[RPM_CANDIDATE_COUNT], *used = NULL;
    size_t found = find_databases(merge, candidates, count, nodes);

    for (size_t i = 0; i < found; i++) {
        ptrdiff_t added;

        if (used && has_packages(nodes[i])) {
            merge_tell(merge, DIAGNOSTIC_NOTE, "package-database-ignored", nodes[i],
                       "another package database is left out in favour of %.*s",
                       VIEW_ARG(used->path));
            continue;
        }
        added = add_database(merge, nodes[i]);
        if (added < 0)
            return -1;
        if (added > 0 && !used)
            used = nodes[i];
    }
    if (used)
        check_journal(merge, used);
    return 0;
}

int merge_packages(struct merge *merge, struct error *err)
{
    if (add_dpkg(merge) < 0 || add_best(merge, apk_candidates, APK_CANDIDATE_COUNT) < 0 ||
        add_best(merge, rpm_candidates, RPM_CANDIDATE_COUNT) < 0)
        return error_memory(err);
    return 0;
}
