/* The files of an image that are worth a look, after all its layers: each
 * layer's census laid over the ones below it, as an overlay shows them (OCI
 * image specification, "Image Layer Filesystem Changeset").
 *
 * Whiteouts and opaque directories of a layer act on the layers below it,
 * whatever their order in the tar. An entry that is no directory replaces what
 * stood at its path, with everything below; parents are looked up through the
 * symlinks of the tree, inside the root, as engines unpack layers.
 *
 * Also what the merge alone can tell: bytes that a layer brings and a later one
 * hides, files that were deleted but still lie in a lower layer, whose files
 * belong to nobody.
 *
 * The result lies in the arena; it points into the censuses for nothing.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "hygiene/census.h"

enum {
    IMAGE_FILES_NODE_LIMIT = 8 << 20, /* paths of all layers together */
    IMAGE_FILES_HOPS_LIMIT = 40,      /* symlinks on one way, as in Linux */
};

#define IMAGE_FILE_LIVES UINT32_MAX /* `gone_in` of a file that nothing removed */

struct image_file {
    struct view path; /* as its layer has it, in normal form */
    struct view link;
    enum file_kind kind;
    uint32_t layer, gone_in; /* the layer that brought it, the one that hid it */
    uint32_t mode, uid, gid;
    uint64_t size, capabilities;
    uint64_t tags; /* bits by enum file_tag */
    struct view notes;
};

struct image_account {
    struct view name, shell;
    uint64_t uid;
    bool in_passwd; /* shadow(5) may know accounts that passwd(5) lacks */
    enum password_state password;
    uint32_t line; /* in etc/passwd; in etc/shadow without one */
    uint32_t layer;
};

/* Files that belong to one owner. */
struct image_owner {
    uint32_t uid;
    uint64_t count;
    const struct image_file *sample; /* NULL: none was kept */
};

struct image_files {
    const struct image_file *files; /* by path, live ones only */
    size_t file_count;
    const struct image_file *buried; /* by path and layer: gone, but in a lower layer */
    size_t buried_count;
    const struct image_account *accounts;
    size_t account_count;
    const struct image_owner *owners;
    size_t owner_count;
    const uint64_t *hidden; /* by layer: bytes of its files that later layers hide */
    uint64_t size;          /* bytes of all live files */
    uint64_t entry_count;   /* live paths */
    uint64_t tag_bytes[FILE_TAG_COUNT], tag_counts[FILE_TAG_COUNT]; /* of live files */
    size_t unknown_layers; /* without a census, or with a damaged one */
    uint64_t left_out;     /* entries past CENSUS_ENTRY_LIMIT */
};

/* `layers[i]` is the encoded census of a layer, empty for one nobody could read.
 * `watched` paths are among files and buried whatever they are, with the tag
 * TAG_WATCHED: so others learn what became of a file in a layer. */
int image_files_merge(const struct view *layers, size_t layer_count, const struct view *watched,
                      size_t watched_count, struct arena *arena, struct image_files *ret,
                      struct error *err);
