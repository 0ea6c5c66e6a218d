#include "image.h"

#define STATUS "var/lib/dpkg/status"
#define APK "lib/apk/db/installed"
#define A1 STANZA("a", "1")
#define B1 STANZA("b", "1")
#define PKG(name, version) "P:" name "\nV:" version "\n\n"

static const struct {
    const char *name;
    struct image_layer_table layers[IMAGE_LAYERS];
    const char *want;
    size_t rounds;
} cases[] = {
    {"nothing", {{{{'f', "bin/busybox", "x"}}}}, "", 1},
    {"one layer",
     {{{{'f', "etc/os-release", "ID=debian\nVERSION_ID=12\n"}, {'f', STATUS, A1}}}},
     "os debian 12 etc/os-release\na 1 layer 0 " STATUS "\n",
     1},
    {"who brought what",
     {{{{'f', STATUS, A1 B1}}},
      {{{'f', STATUS, A1 STANZA("b", "2")}}},
      {{{'f', "etc/x", ""}}},
      {{{'f', STATUS, A1 STANZA("b", "2") STANZA("c", "1")}}}},
     "a 1 layer 0 " STATUS "\nb 2 layer 1 " STATUS "\nc 1 layer 3 " STATUS "\n",
     1},
    {"removed and installed again",
     {{{{'f', STATUS, A1 B1}}}, {{{'f', STATUS, A1}}}, {{{'f', STATUS, A1 B1}}}},
     "a 1 layer 0 " STATUS "\nb 1 layer 2 " STATUS "\n",
     1},
    {"the same again is the same",
     {{{{'f', STATUS, A1}}}, {{{'f', STATUS, A1}}}, {{{'f', STATUS, A1}}}},
     "a 1 layer 0 " STATUS "\n",
     1},
    {"of two entries in a layer the last counts",
     {{{{'f', STATUS, A1}}}, {{{'f', STATUS, B1}, {'f', STATUS, A1 B1}}}},
     "a 1 layer 0 " STATUS "\nb 1 layer 1 " STATUS "\n",
     1},

    {"whiteout of the file",
     {{{{'f', STATUS, A1}}}, {{{'f', "var/lib/dpkg/.wh.status", ""}}}},
     "",
     1},
    {"whiteout of a directory above", {{{{'f', STATUS, A1}}}, {{{'f', "var/.wh.lib", ""}}}}, "", 1},
    {"whiteout of something else",
     {{{{'f', STATUS, A1}}}, {{{'f', "var/lib/dpkg/.wh.statu", ""}}}},
     "a 1 layer 0 " STATUS "\n",
     1},
    {"a whiteout hides lower layers only, whatever the order",
     {{{{'f', STATUS, A1}}}, {{{'f', STATUS, B1}, {'f', "var/lib/dpkg/.wh.status", ""}}}},
     "b 1 layer 1 " STATUS "\n",
     1},
    {"after a whiteout packages are new",
     {{{{'f', STATUS, A1}}}, {{{'f', "var/.wh.lib", ""}}}, {{{'f', STATUS, A1 B1}}}},
     "a 1 layer 2 " STATUS "\nb 1 layer 2 " STATUS "\n",
     1},
    {"but not when it is there again in the same layer",
     {{{{'f', STATUS, A1}}}, {{{'f', "var/.wh.lib", ""}, {'f', STATUS, A1 B1}}}},
     "a 1 layer 0 " STATUS "\nb 1 layer 1 " STATUS "\n",
     1},
    {"opaque directory",
     {{{{'f', STATUS, A1}, {'f', "etc/os-release", "ID=x\n"}}},
      {{{'f', "var/lib/.wh..wh..opq", ""}}}},
     "os x  etc/os-release\n",
     1},
    {"opaque root",
     {{{{'f', STATUS, A1}, {'f', "etc/os-release", "ID=x\n"}}},
      {{{'f', ".wh..wh..opq", ""}, {'f', STATUS, B1}}}},
     "b 1 layer 1 " STATUS "\n",
     1},
    {"aufs keeps books that are no whiteouts",
     {{{{'f', STATUS, A1}}}, {{{'f', "var/.wh..wh.plnk", ""}, {'d', "var/.wh..wh.orph", ""}}}},
     "a 1 layer 0 " STATUS "\n",
     1},
    {"strange whiteouts",
     {{{{'f', STATUS, A1}}},
      {{{'f', "var/.wh.", ""}, {'f', "var/.wh...", ""}, {'f', "var/.wh..", ""}}}},
     "a 1 layer 0 " STATUS "\n",
     1},

    {"a file in place of a directory", {{{{'f', STATUS, A1}}}, {{{'f', "var/lib", "x"}}}}, "", 1},
    {"a directory in place of a file", {{{{'f', STATUS, A1}}}, {{{'d', STATUS, ""}}}}, "", 1},
    {"a device in place of a file", {{{{'f', STATUS, A1}}}, {{{'o', STATUS, ""}}}}, "", 1},
    {"a directory that is there already",
     {{{{'f', STATUS, A1}}}, {{{'d', "var/lib/dpkg", ""}, {'d', "var", ""}}}},
     "a 1 layer 0 " STATUS "\n",
     1},

    {"merged usr: the database through the link",
     {{{{'l', "lib", "usr/lib"}, {'f', "usr/" APK, PKG("a", "1")}}}},
     "a 1 layer 0 usr/" APK "\n",
     1},
    {"a directory becomes a link",
     {{{{'f', APK, PKG("old", "1")}}},
      {{{'l', "lib", "usr/lib"}, {'f', "usr/" APK, PKG("new", "1")}}}},
     "new 1 layer 1 usr/" APK "\n",
     1},
    {"entries below a link of a lower layer go where it leads",
     {{{{'l', "lib", "usr/lib"}, {'f', "usr/" APK, PKG("a", "1")}}},
      {{{'f', APK, PKG("a", "1") PKG("b", "1")}}}},
     "a 1 layer 0 usr/" APK "\nb 1 layer 1 usr/" APK "\n",
     1},
    {"whiteouts too",
     {{{{'l', "lib", "usr/lib"}, {'f', "usr/" APK, PKG("a", "1")}}},
      {{{'f', "lib/apk/db/.wh.installed", ""}}}},
     "",
     1},
    {"a directory replaces a link",
     {{{{'l', "lib", "usr/lib"}, {'f', "usr/" APK, PKG("a", "1")}}},
      {{{'d', "lib", ""}, {'f', APK, PKG("b", "1")}}}},
     "b 1 layer 1 " APK "\nnote package-database-ignored usr/" APK "\n",
     1},
    {"a link to another wanted place",
     {{{{'l', "etc/os-release", "../usr/lib/os-release"},
        {'f', "usr/lib/os-release", "ID=debian\nVERSION_ID=12\n"}}}},
     "os debian 12 usr/lib/os-release\n",
     1},

    {"a link to a file nobody knew to want",
     {{{{'f', "data/names", "ID=odd\n"}}}, {{{'l', "etc/os-release", "/data/names"}}}},
     "os odd  data/names\n",
     2},
    {"a linked directory",
     {{{{'f', "data/dpkg/status", A1}, {'l', "var/lib/dpkg", "../../data/dpkg"}}},
      {{{'f', "data/dpkg/status", A1 B1}}}},
     "a 1 layer 0 data/dpkg/status\nb 1 layer 1 data/dpkg/status\n",
     2},
    {"links that lead to links",
     {{{{'f', "x/y/status", A1}, {'l', "data/dpkg", "/x/y"}, {'l', "var/lib/dpkg", "/data/dpkg"}}}},
     "a 1 layer 0 x/y/status\n",
     3},
    {"a linked file in status.d",
     {{{{'f', "opt/base", A1}, {'l', "var/lib/dpkg/status.d/base", "/opt/base"}}}},
     "a 1 layer 0 opt/base\n",
     2},
    {"a link that leads nowhere is asked about once",
     {{{{'l', STATUS, "/nowhere"}, {'f', "etc/os-release", "ID=x\n"}}}},
     "os x  etc/os-release\n",
     2},
    {"links in a circle",
     {{{{'l', "var/lib/dpkg", "/var/lib/dpkg"}}}},
     "warning link-loop " STATUS "\n",
     1},
    {"out of the root is the root",
     {{{{'l', "etc/os-release", "../../../../usr/lib/os-release"},
        {'f', "usr/lib/os-release", "ID=x\n"}}}},
     "os x  usr/lib/os-release\n",
     1},

    {"a hard link to a wanted file",
     {{{{'f', "usr/lib/os-release", "ID=x\n"}, {'h', "etc/os-release", "usr/lib/os-release"}}}},
     "os x  etc/os-release\n",
     1},
    {"a hard link to another file",
     {{{{'f', "objects/1", A1}, {'h', STATUS, "./objects/1"}}}},
     "a 1 layer 0 " STATUS "\n",
     2},
    {"a broken hard link", {{{{'h', STATUS, "objects/1"}}}}, "warning link-broken " STATUS "\n", 2},
    {"a hard link to a symlink",
     {{{{'l', "usr/lib/os-release", "../../etc/lsb-release"},
        {'f', "etc/lsb-release", "DISTRIB_ID=Ubuntu\n"},
        {'h', "etc/os-release", "usr/lib/os-release"}}}},
     "os ubuntu  etc/lsb-release\n",
     2},

    {"packages of their own files",
     {{{{'f', "var/lib/dpkg/status.d/b", B1},
        {'f', "var/lib/dpkg/status.d/b.md5sums", "0  usr/bin/b\n"}}},
      {{{'f', "var/lib/dpkg/status.d/a", A1}}},
      {{{'f', "var/lib/dpkg/status.d/b", B1}}}},
     "a 1 layer 1 var/lib/dpkg/status.d/a\nb 1 layer 0 var/lib/dpkg/status.d/b\n",
     1},
    {"a damaged database",
     {{{{'f', STATUS, A1 "Package: b\nVers"}}}},
     "a 1 layer 0 " STATUS "\nwarning package-database-damaged " STATUS "\n",
     1},
    {"a database that is none",
     {{{{'f', "var/lib/rpm/rpmdb.sqlite", "x"}}}},
     "error package-database-unreadable var/lib/rpm/rpmdb.sqlite\n",
     1},
    {"what is hidden is not told",
     {{{{'f', "var/lib/rpm/rpmdb.sqlite", "x"}}}, {{{'f', "var/lib/.wh.rpm", ""}}}},
     "",
     1},
    {"a bad stanza",
     {{{{'f', STATUS, A1 "Package: b\n\n"}}}},
     "a 1 layer 0 " STATUS "\nwarning package-skipped " STATUS "\n",
     1},
    {"the better list of two",
     {{{{'f', "var/lib/rpmmanifest/container-manifest-1", "a.1-1.x86_64\n"},
        {'f', "var/lib/rpmmanifest/container-manifest-2",
         "a\t1-1\t0\t0\tM\t(none)\t1\tx86_64\t0\ta-1-1.src.rpm\n"}}}},
     "a 1-1 layer 0 var/lib/rpmmanifest/container-manifest-2\n"
     "note package-database-ignored var/lib/rpmmanifest/container-manifest-1\n",
     1},

    {"fallbacks when os-release says no name",
     {{{{'f', "etc/os-release", "NAME=x\n"},
        {'f', "etc/centos-release", "CentOS release 6.10 (Final)\n"}}}},
     "os centos 6.10 etc/centos-release\n",
     1},
    {"a version from another file of the same system",
     {{{{'f', "etc/os-release", "ID=debian\n"}, {'f', "etc/debian_version", "12.4\n"}}}},
     "os debian 12 etc/os-release\n",
     1},
    {"but not of another",
     {{{{'f', "etc/os-release", "ID=ubuntu\n"}, {'f', "etc/debian_version", "12.4\n"}}}},
     "os ubuntu  etc/os-release\n",
     1},
    {"the highest layer names the system",
     {{{{'f', "etc/os-release", "ID=debian\nVERSION_ID=11\n"}}},
      {{{'f', "etc/os-release", "ID=debian\nVERSION_ID=12\n"}}}},
     "os debian 12 etc/os-release\n",
     1},
    {"odd names of paths",
     {{{{'f', "./etc//os-release", "ID=x\n"}, {'f', "/var/lib/../lib/dpkg/./status", A1}}}},
     "os x  etc/os-release\na 1 layer 0 " STATUS "\n",
     1},
};

static size_t count_layers(const struct image_layer_table *layers)
{
    size_t count = 0;

    while (count < IMAGE_LAYERS && layers[count].entries[0].type)
        count++;
    return count;
}

static void merges(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new(IMAGE_MEMORY);
        size_t rounds;
        const char *text =
            image_text(cases[i].layers, count_layers(cases[i].layers), arena, &rounds);

        if (strcmp(text, cases[i].want) != 0 || rounds != cases[i].rounds)
            fail_msg("%s: %zu rounds, got\n%swant\n%s", cases[i].name, rounds, text, cases[i].want);
        arena_free(arena);
    }
}

/* ---- Details ---- */

static struct inventory merge_one(const struct image_layer_table *layer,
                                  const struct inventory_options *options, struct arena *arena)
{
    struct layer_facts facts = image_layer(layer, NULL, 0, arena);
    struct inventory inventory;

    assert_int_equal(inventory_merge(&facts, 1, options, arena, &inventory, NULL), 0);
    return inventory;
}

static void dpkg_details(void **state)
{
    static const struct image_layer_table layer = {{
        {'f', STATUS, A1 STANZA("b", "1") STANZA("c", "1")},
        {'f', "usr/share/doc/a/copyright", "/usr/share/common-licenses/GPL-2\n"},
        {'l', "usr/share/doc/b", "a"},
        {'l', "usr/share/doc/c/copyright", "../a/copyright"},
        {'f', "var/lib/dpkg/info/a.list", "/.\n/usr\n/usr/a\n"},
        {'f', "var/lib/dpkg/info/b:amd64.list", "/b\n"},
    }};
    struct inventory_options options = {.licenses = true, .files = true};
    struct arena *arena = arena_new(IMAGE_MEMORY);
    struct inventory inventory = merge_one(&layer, &options, arena);

    (void)state;
    assert_int_equal(inventory.package_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_view(inventory.packages[i].license, "GPL-2.0-only");
    assert_int_equal(inventory.packages[0].file_count, 1);
    assert_view(inventory.packages[0].files[0], "/usr/a");
    assert_view(inventory.packages[1].files[0], "/b");
    assert_int_equal(inventory.packages[2].file_count, 0);
    assert_int_equal(inventory.diagnostic_count, 0);
    options = (struct inventory_options){0};
    inventory = merge_one(&layer, &options, arena);
    assert_int_equal(inventory.packages[0].file_count, 0);
    assert_int_equal(inventory.packages[0].license.len, 0);
    arena_free(arena);
}

static void ubuntu_pro(void **state)
{
    static const struct {
        struct image_layer_table layer;
        bool want;
    } tables[] = {
        {{{{'f', "etc/os-release", "ID=ubuntu\n"},
           {'f', "etc/apt/sources.list.d/ubuntu-esm-apps.list",
            "deb https://esm.ubuntu.com/x j m\n"}}},
         true},
        {{{{'f', "etc/os-release", "ID=ubuntu\n"},
           {'f', "etc/apt/sources.list.d/ubuntu-esm-apps.list",
            "# deb https://esm.ubuntu.com/x\n"}}},
         false},
        {{{{'f', "etc/os-release", "ID=ubuntu\n"},
           {'f', "var/lib/ubuntu-advantage/status.json",
            "{\"attached\":true,\"services\":[{\"name\":\"esm-apps\",\"status\":\"enabled\"}]}"}}},
         true},
        {{{{'f', "etc/os-release", "ID=debian\n"},
           {'f', "etc/apt/sources.list.d/ubuntu-esm-apps.list",
            "deb https://esm.ubuntu.com/x j m\n"}}},
         false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(tables); i++) {
        struct inventory_options options = {0};
        struct arena *arena = arena_new(IMAGE_MEMORY);

        assert_int_equal(merge_one(&tables[i].layer, &options, arena).os.ubuntu_pro,
                         tables[i].want);
        arena_free(arena);
    }
}

static void diagnostics_name_layer_and_place(void **state)
{
    static const struct image_layer_table layer = {{{'f', STATUS, A1 "Package: b\nVers"}}};
    static const struct view ids[] = {VIEW("sha256:abc")};
    struct inventory_options options = {.layer_ids = ids};
    struct arena *arena = arena_new(IMAGE_MEMORY);
    struct inventory inventory = merge_one(&layer, &options, arena);

    (void)state;
    assert_int_equal(inventory.diagnostic_count, 1);
    assert_view(inventory.diagnostics[0].layer, "sha256:abc");
    assert_view(inventory.diagnostics[0].path, STATUS);
    assert_view(inventory.diagnostics[0].message,
                "the package database can be read in part only: it ends in the middle of the "
                "stanza of b at byte 72");
    assert_true(inventory.diagnostics[0].hint.len > 0);
    arena_free(arena);
}

static void layers_that_nobody_could_read(void **state)
{
    static const struct image_layer_table table = {{{'l', STATUS, "/data/status"}}};
    struct arena *arena = arena_new(IMAGE_MEMORY);
    struct layer_facts facts[3] = {{0}, image_layer(&table, NULL, 0, arena), {0}};
    struct inventory_options options = {0};
    struct inventory inventory;

    (void)state;
    assert_int_equal(inventory_merge(facts, 3, &options, arena, &inventory, NULL), 0);
    assert_int_equal(inventory.ask_count, 1);
    assert_int_equal(inventory.asks[0].layer, 1);
    assert_int_equal(inventory.asks[0].rule_count, 1);
    assert_view(inventory.asks[0].rules[0].target, "data/status");
    assert_view(inventory.asks[0].rules[0].alias, STATUS);
    assert_int_equal(inventory_merge(NULL, 0, &options, arena, &inventory, NULL), 0);
    assert_int_equal(inventory.package_count, 0);
    arena_free(arena);
}

static void limits(void **state)
{
    static const struct image_layer_table table = {{{'f', STATUS, A1 B1}}};
    struct arena *arena = arena_new(IMAGE_MEMORY), *small = arena_new(64);
    struct layer_facts facts = image_layer(&table, NULL, 0, arena);
    struct inventory_options options = {0};
    struct inventory inventory = {.package_count = 7};

    (void)state;
    assert_int_equal(inventory_merge(&facts, 1, &options, small, &inventory, NULL), ERROR_LIMIT);
    assert_int_equal(inventory.package_count, 7);
    arena_free(small);
    arena_free(arena);
}

RUN_TESTS(cmocka_unit_test(merges), cmocka_unit_test(dpkg_details), cmocka_unit_test(ubuntu_pro),
          cmocka_unit_test(diagnostics_name_layer_and_place),
          cmocka_unit_test(layers_that_nobody_could_read), cmocka_unit_test(limits))
