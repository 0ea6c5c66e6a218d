/* Images made of tables, for the tests of layers and their merge. */
#pragma once

#include "test.h"

#include "inventory/inventory.h"
#include "inventory/layer-builder.h"

enum { IMAGE_LAYERS = 6, IMAGE_ENTRIES = 12, IMAGE_MEMORY = 64 << 20 };

/* type: 'f' file, 'd' directory, 'l' symlink, 'h' hard link, 'o' other; 0 ends
 * a layer. `text`: content, or what a link links to. */
struct image_entry {
    char type;
    const char *path, *text;
};

struct image_layer_table {
    struct image_entry entries[IMAGE_ENTRIES];
};

/* Builds and decodes one layer, with rules. */
struct layer_facts image_layer(const struct image_layer_table *table,
                               const struct layer_rule *rules, size_t rule_count,
                               struct arena *arena);

/* Merges layers, asking again as a scan would, and writes the inventory down:
 * "os ID VERSION PATH", "NAME VERSION layer N PATH", "LEVEL CODE PATH", each a
 * line; `*ret_rounds` counts the merges. The text lives in the arena. */
const char *image_text(const struct image_layer_table *layers, size_t count, struct arena *arena,
                       size_t *ret_rounds);

/* A stanza of dpkg's database. */
#define STANZA(name, version)                                                                      \
    "Package: " name "\nStatus: install ok installed\nArchitecture: amd64\nVersion: " version "\n" \
                                                                                              "\n"
