/* Prints what the inventory of directories holds, one fact a line, for the
 * end-to-end tests that compare it with dpkg, rpm and apk.
 *
 *     dump_inventory [--files] [--no-licenses] DIRECTORY
 *     dump_inventory --layers [...] LAYER_DIRECTORY...   lowest first
 *
 * Lines are columns between tabs; the first says what the line is. Not a part
 * of the product: it reads in its own process, without a sandbox.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/path.h"
#include "inventory/inventory.h"
#include "inventory/layer-builder.h"

enum {
    LAYERS_LIMIT = 64,
    WALK_FDS = 32,
    MEMORY_LIMIT = 1 << 30,
};

/* nftw has no context. */
static struct layer_builder *walk_builder;
static size_t walk_root_length;
static struct error walk_error;

static int read_body(const char *path, const struct analyser *analyser)
{
    _cleanup_(buf_done) struct buf content = BUF_INIT(analyser->size_limit);
    struct error why = ERROR_INIT;
    int r = fd_read_file(path, &content, &why);

    return layer_builder_content(walk_builder, buf_view(&content), r < 0 ? &why : NULL,
                                 &walk_error);
}

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    const struct analyser *analyser = NULL;
    enum layer_entry_type entry = LAYER_ENTRY_OTHER;
    char link[PATH_LIMIT];
    ssize_t link_len = 0;

    (void)ftw;
    if (type == FTW_D || type == FTW_DNR)
        entry = LAYER_ENTRY_DIRECTORY;
    else if (type == FTW_SL || type == FTW_SLN)
        entry = LAYER_ENTRY_SYMLINK;
    else if (S_ISREG(st->st_mode))
        entry = LAYER_ENTRY_FILE;
    if (entry == LAYER_ENTRY_SYMLINK)
        link_len = readlink(path, link, sizeof(link));
    if (layer_builder_entry(walk_builder, view_of(path + walk_root_length), entry,
                            view_from(link, link_len > 0 ? (size_t)link_len : 0),
                            (uint64_t)st->st_size, &analyser, &walk_error) < 0)
        return 1;
    return analyser && read_body(path, analyser) < 0;
}

static int read_layer(const char *directory, enum layer_form form, const struct inventory_ask *ask,
                      struct arena *arena, struct layer_facts *ret)
{
    _cleanup_layer_builder_ struct layer_builder *builder = NULL;
    struct view bytes;

    if (layer_builder_new(form, ask ? ask->rules : NULL, ask ? ask->rule_count : 0, &builder,
                          &walk_error) < 0)
        return -1;
    walk_builder = builder;
    walk_root_length = strlen(directory);
    if (nftw(directory, visit, WALK_FDS, FTW_PHYS | FTW_MOUNT) != 0) {
        if (!error_is_set(&walk_error))
            error_errno(&walk_error, "cannot walk %s", directory);
        return -1;
    }
    if (layer_builder_finish(builder, &bytes, &walk_error) < 0)
        return -1;
    return layer_decode(arena_copy(arena, bytes), arena, ret, &walk_error);
}

static void print_column(struct view text)
{
    putchar('\t');
    for (size_t i = 0; i < text.len; i++)
        putchar(text.ptr[i] == '\t' || text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
}

static void print_package(const struct package *package)
{
    const struct view columns[] = {
        view_of(package_type_name(package->type)),
        package->name,
        package->version,
        package->arch,
        package->source_name,
        package->source_version,
        package->license,
        package->maintainer,
        package->vendor,
        package->modularity,
        package->db_path,
    };

    printf("package");
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        print_column(columns[i]);
    printf("\t%zu\n", package->layer);
    for (size_t i = 0; i < package->file_count; i++) {
        printf("file");
        print_column(package->name);
        print_column(package->arch);
        print_column(package->files[i]);
        putchar('\n');
    }
}

static void print_inventory(const struct inventory *inventory)
{
    printf("os");
    print_column(inventory->os.id);
    print_column(inventory->os.version_id);
    print_column(inventory->os.codename);
    print_column(inventory->os.path);
    printf("\t%s\n", inventory->os.ubuntu_pro ? "pro" : "");
    for (size_t i = 0; i < inventory->package_count; i++)
        print_package(&inventory->packages[i]);
    for (size_t i = 0; i < inventory->diagnostic_count; i++) {
        const struct diagnostic *diagnostic = &inventory->diagnostics[i];

        printf("diagnostic\t%s", diagnostic_level_name(diagnostic->level));
        print_column(diagnostic->code);
        print_column(diagnostic->layer);
        print_column(diagnostic->path);
        print_column(diagnostic->message);
        putchar('\n');
    }
}

static int dump(char **directories, size_t count, enum layer_form form,
                struct inventory_options *options)
{
    static const struct view ids[] = {VIEW("layer0"), VIEW("layer1"), VIEW("layer2"),
                                      VIEW("layer3"), VIEW("layer4"), VIEW("layer5")};
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY_LIMIT);
    struct layer_facts layers[LAYERS_LIMIT] = {0};
    struct inventory inventory = {0};

    options->layer_ids = count <= sizeof(ids) / sizeof(ids[0]) ? ids : NULL;
    for (size_t i = 0; i < count; i++)
        if (read_layer(directories[i], form, NULL, arena, &layers[i]) < 0)
            return -1;
    for (size_t round = 0; round <= INVENTORY_ROUNDS_LIMIT; round++) {
        if (inventory_merge(layers, count, options, arena, &inventory, &walk_error) < 0)
            return -1;
        if (inventory.ask_count == 0)
            break;
        for (size_t i = 0; i < inventory.ask_count; i++) {
            const struct inventory_ask *ask = &inventory.asks[i];

            if (read_layer(directories[ask->layer], form, ask, arena, &layers[ask->layer]) < 0)
                return -1;
        }
    }
    print_inventory(&inventory);
    return 0;
}

int main(int argc, char **argv)
{
    struct inventory_options options = {.licenses = true};
    enum layer_form form = LAYER_OF_TREE;
    int first = 1;

    for (; first < argc && argv[first][0] == '-'; first++) {
        options.files |= strcmp(argv[first], "--files") == 0;
        options.licenses &= strcmp(argv[first], "--no-licenses") != 0;
        if (strcmp(argv[first], "--layers") == 0)
            form = LAYER_OF_IMAGE;
    }
    if (argc <= first || argc - first > LAYERS_LIMIT) {
        fprintf(stderr, "usage: %s [--files] [--no-licenses] [--layers] DIRECTORY...\n", argv[0]);
        return 2;
    }
    if (dump(argv + first, (size_t)(argc - first), form, &options) < 0) {
        fprintf(stderr, "%s: %s\n", argv[0], walk_error.message);
        return 1;
    }
    return 0;
}
