/* Images made of tables, for the tests of the census and its merge. */
#pragma once

#include "test.h"

#include "hygiene/image-files.h"

enum { TEST_LAYERS = 5, TEST_ENTRIES = 10, TEST_MEMORY = 64 << 20 };

/* type: 'f' file, 'd' directory, 'l' symlink, 'h' hard link, 'c' character
 * device; 0 ends a layer. `text`: content, or what a link links to. `mode` 0:
 * 0644 for files, 0755 for directories. */
struct test_entry {
    char type;
    const char *path, *text;
    uint32_t mode, uid;
};

struct test_layer {
    struct test_entry entries[TEST_ENTRIES];
};

/* The encoded census of one layer, in the arena. */
struct view test_census(const struct test_layer *layer, struct arena *arena);
