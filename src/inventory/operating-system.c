#include "inventory/merge.h"
#include "inventory/os-facts.h"
#include "inventory/os-release.h"
#include "inventory/release-file.h"
#include "inventory/ubuntu-pro.h"

/* Files that name the system, the best first. */
static const struct {
    struct view path;
    const struct analyser *analyser;
} candidates[] = {
    {VIEW("etc/os-release"), &analyser_os_release},
    {VIEW("usr/lib/os-release"), &analyser_os_release},
    {VIEW("etc/lsb-release"), &analyser_lsb_release},
    {VIEW("etc/almalinux-release"), &analyser_release_file},
    {VIEW("etc/rocky-release"), &analyser_release_file},
    {VIEW("etc/oracle-release"), &analyser_release_file},
    {VIEW("etc/centos-release"), &analyser_release_file},
    {VIEW("etc/fedora-release"), &analyser_release_file},
    {VIEW("etc/azurelinux-release"), &analyser_release_file},
    {VIEW("etc/mariner-release"), &analyser_release_file},
    {VIEW("etc/photon-release"), &analyser_release_file},
    {VIEW("etc/openEuler-release"), &analyser_release_file},
    {VIEW("etc/anolis-release"), &analyser_release_file},
    {VIEW("etc/alinux-release"), &analyser_release_file},
    {VIEW("etc/kylin-release"), &analyser_release_file},
    {VIEW("etc/opencloudos-release"), &analyser_release_file},
    {VIEW("etc/tencentos-release"), &analyser_release_file},
    {VIEW("etc/euleros-release"), &analyser_release_file},
    {VIEW("etc/cloudlinux-release"), &analyser_release_file},
    {VIEW("etc/sl-release"), &analyser_release_file},
    {VIEW("etc/redhat-release"), &analyser_release_file},
    {VIEW("etc/system-release"), &analyser_release_file},
    {VIEW("etc/SuSE-release"), &analyser_suse_release},
    {VIEW("etc/alpine-release"), &analyser_alpine_release},
    {VIEW("etc/debian_version"), &analyser_debian_version},
};

/* What the file tells; false when it tells no name. */
static bool read_candidate(struct merge *merge, size_t i, struct os_info *ret,
                           const struct tree_node **ret_node)
{
    const struct tree_node *node =
        merge_find_fact(merge, candidates[i].path, candidates[i].analyser);

    if (!node)
        return false;
    if (node->version->fact->message.len) {
        merge_tell(merge, DIAGNOSTIC_WARNING, "os-unreadable", node,
                   "the name of the system can't be read: %.*s",
                   VIEW_ARG(node->version->fact->message));
        return false;
    }
    *ret_node = node;
    return os_facts_read(node->version->fact->payload, ret) && ret->id.len;
}

static struct view keep(struct merge *merge, struct view text)
{
    return arena_copy(merge->arena, text);
}

/* What the best file leaves open, another of the same system may tell. */
static void fill_version(struct merge *merge, struct os_info *os, size_t from)
{
    const struct tree_node *node;
    struct os_info other;

    for (size_t i = from; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
        if (os->version_id.len)
            return;
        if (!read_candidate(merge, i, &other, &node) || !view_eq(other.id, os->id))
            continue;
        os->version_id = other.version_id;
        if (os->codename.len == 0)
            os->codename = other.codename;
    }
}

static bool says_yes(const struct tree_node *node)
{
    struct view payload = node ? node->version->fact->payload : VIEW_EMPTY;

    return payload.len == 1 && payload.ptr[0] == 1;
}

static bool has_ubuntu_pro(struct merge *merge)
{
    static const struct view status = VIEW("var/lib/ubuntu-advantage/status.json");
    const struct tree_node **sources;
    size_t count;

    if (says_yes(merge_find_fact(merge, status, &analyser_ubuntu_pro_status)))
        return true;
    sources = merge_list_facts(merge, VIEW("etc/apt/sources.list.d"), &analyser_ubuntu_pro_source,
                               &count);
    for (size_t i = 0; i < count; i++)
        if (says_yes(sources[i]))
            return true;
    return false;
}

void merge_operating_system(struct merge *merge)
{
    const struct tree_node *node = NULL;
    struct os_info os = {0};
    size_t i;

    for (i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++)
        if (read_candidate(merge, i, &os, &node))
            break;
    if (i == sizeof(candidates) / sizeof(candidates[0]))
        return;
    fill_version(merge, &os, i + 1);
    merge->os.id = keep(merge, os.id);
    merge->os.version_id = keep(merge, os.version_id);
    merge->os.codename = keep(merge, os.codename);
    merge->os.pretty_name = keep(merge, os.pretty_name);
    merge->os.id_like = keep(merge, os.id_like);
    merge->os.path = keep(merge, node->path);
    merge->os.ubuntu_pro = view_eq(os.id, VIEW("ubuntu")) && has_ubuntu_pro(merge);
}
