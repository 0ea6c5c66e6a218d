#include "base/cleanup.h"
#include "base/cursor.h"
#include "inventory/dpkg-files.h"
#include "inventory/dpkg-license.h"
#include "inventory/dpkg-status.h"
#include "inventory/file-list.h"
#include "inventory/license.h"
#include "inventory/merge.h"

enum {
    DETAIL_PATH_LIMIT = 4096,
    LICENSE_TEXT_LIMIT = 16 << 10, /* bytes of a package's licences, joined */
};

/* Quietly: licences and file lists are extras, that nothing is asked for. */
static const struct tree_node *find_detail(struct merge *merge, struct buf *path,
                                           const struct analyser *analyser)
{
    struct tree_node *node;
    struct view real;

    if (path->failed || tree_find(merge->tree, buf_view(path), &node, &real) != TREE_FOUND ||
        node->kind != TREE_FACT || analysers[node->version->fact->analyser] != analyser)
        return NULL;
    if (node->version->fact->message.len) {
        merge_tell(merge, DIAGNOSTIC_NOTE, "package-detail-unreadable", node, "%.*s",
                   VIEW_ARG(node->version->fact->message));
        return NULL;
    }
    return node;
}

void merge_dpkg_licenses(struct merge *merge, struct package *package)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(DETAIL_PATH_LIMIT);
    _cleanup_(buf_done) struct buf text = BUF_INIT(LICENSE_TEXT_LIMIT);
    const struct tree_node *node;
    struct cursor c;

    buf_addf(&path, "usr/share/doc/%.*s/copyright", VIEW_ARG(package->name));
    node = find_detail(merge, &path, &analyser_dpkg_license);
    if (!node)
        return;
    c = cursor_of(node->version->fact->payload);
    while (!cursor_at_end(&c) && !c.failed) {
        struct view license = cursor_bytes(&c);

        if (license.len)
            license_join_term(&text, license);
    }
    package->license = arena_copy(merge->arena, buf_view(&text));
}

void merge_listed_files(struct merge *merge, struct package *package, const struct tree_node *node,
                        struct view list)
{
    struct error why = ERROR_INIT;

    if (file_list_decode(list, merge->arena, &package->files, &package->file_count, &why) < 0)
        merge_tell(merge, DIAGNOSTIC_NOTE, "package-detail-unreadable", node, "%s", why.message);
}

static const struct tree_node *find_dpkg_list(struct merge *merge, const struct package *package)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(DETAIL_PATH_LIMIT);
    const struct tree_node *node;

    buf_addf(&path, "var/lib/dpkg/info/%.*s.list", VIEW_ARG(package->name));
    node = find_detail(merge, &path, &analyser_dpkg_list);
    if (node)
        return node;
    buf_reset(&path);
    buf_addf(&path, "var/lib/dpkg/info/%.*s:%.*s.list", VIEW_ARG(package->name),
             VIEW_ARG(package->arch));
    return find_detail(merge, &path, &analyser_dpkg_list);
}

static const struct tree_node *find_md5sums(struct merge *merge, const struct tree_node *database)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(DETAIL_PATH_LIMIT);

    buf_addf(&path, "%.*s.md5sums", VIEW_ARG(database->path));
    return find_detail(merge, &path, &analyser_dpkg_md5sums);
}

void merge_dpkg_files(struct merge *merge, struct package *package,
                      const struct tree_node *database)
{
    bool alone = analysers[database->version->fact->analyser] == &analyser_dpkg_status_directory;
    const struct tree_node *node =
        alone ? find_md5sums(merge, database) : find_dpkg_list(merge, package);

    if (node)
        merge_listed_files(merge, package, node, node->version->fact->payload);
}
