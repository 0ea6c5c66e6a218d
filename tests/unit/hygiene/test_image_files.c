#include "layers.h"

#define SUDO                                                                                       \
    {                                                                                              \
        'f', "usr/bin/sudo", "12345", 04755                                                        \
    }

struct merge_case {
    const char *name;
    struct test_layer layers[TEST_LAYERS];
    const char
        *want; /* "PATH@LAYER TAGS" of live files, "-PATH@LAYER/GONE" of buried, "hidden N@LAYER" */
};

static const struct merge_case cases[] = {
    {"one layer", {{{SUDO}}}, "usr/bin/sudo@0 setuid,sudo\n"},
    {"deleted", {{{SUDO}}, {{{'f', "usr/bin/.wh.sudo", ""}}}}, "hidden 5@0\n"},
    {"mode taken away",
     {{{SUDO}}, {{{'f', "usr/bin/sudo", "12345", 0755}}}},
     "usr/bin/sudo@1 sudo\nhidden 5@0\n"},
    {"mode given",
     {{{{'f', "x/tool", "1"}}}, {{{'f', "x/tool", "1", 04755}}}},
     "x/tool@1 setuid\nhidden 1@0\n"},
    {"other file beside",
     {{{SUDO}}, {{{'f', "usr/bin/other", "1"}}}},
     "usr/bin/sudo@0 setuid,sudo\n"},
    {"directory deleted", {{{SUDO}}, {{{'f', "usr/.wh.bin", ""}}}}, "hidden 5@0\n"},
    {"ancestor deleted and made again",
     {{{SUDO}}, {{{'f', ".wh.usr", ""}}}, {{{'d', "usr", NULL}, {'d', "usr/bin", NULL}}}},
     "hidden 5@0\n"},
    {"deleted and made again in one layer",
     {{{SUDO}}, {{{'f', "usr/bin/sudo", "1", 0755}, {'f', "usr/bin/.wh.sudo", ""}}}},
     "usr/bin/sudo@1 sudo\nhidden 5@0\n"},
    {"opaque directory",
     {{{SUDO, {'f', "usr/x", "123", 02755}}},
      {{{'f', "usr/bin/su", "1", 04755}, {'f', "usr/bin/.wh..wh..opq", ""}}}},
     "usr/bin/su@1 setuid\nusr/x@0 setgid\nhidden 5@0\n"},
    {"opaque root", {{{SUDO}}, {{{'f', ".wh..wh..opq", ""}}}}, "hidden 5@0\n"},
    {"aufs' own files are nothing",
     {{{SUDO, {'f', ".wh..wh.plnk", "1", 04755}, {'f', ".wh..wh.aufs", ""}}}},
     "usr/bin/sudo@0 setuid,sudo\n"},
    {"a whiteout in the lowest layer removes nothing of it",
     {{{SUDO, {'f', "usr/bin/.wh.sudo", ""}}}},
     "usr/bin/sudo@0 setuid,sudo\n"},
    {"directory replaced by a file",
     {{{SUDO}}, {{{'f', "usr", "12"}}}, {{{'f', "usr/bin/sudo", "1", 04755}}}},
     "hidden 5@0\n"},
    {"directory replaced by a symlink",
     {{{SUDO, {'f', "b/su", "1", 04755}}}, {{{'l', "usr/bin", "../b"}}}},
     "b/su@0 setuid\nhidden 5@0\n"},
    {"a directory's new permissions keep what is in it",
     {{{SUDO}}, {{{'d', "usr/bin", NULL, 0700}}}},
     "usr/bin/sudo@0 setuid,sudo\n"},
    {"replaced through a linked directory",
     {{{{'l', "bin", "usr/bin"}, SUDO}}, {{{'f', "bin/sudo", "1", 0755}}}},
     "bin/sudo@1 sudo\nhidden 5@0\n"},
    {"deleted through a linked directory",
     {{{{'l', "bin", "/usr/bin"}, SUDO}}, {{{'f', "bin/.wh.sudo", ""}}}},
     "hidden 5@0\n"},
    {"the link itself deleted",
     {{{{'l', "bin", "usr/bin"}, SUDO}}, {{{'f', ".wh.bin", ""}}}},
     "usr/bin/sudo@0 setuid,sudo\n"},
    {"opaque through a linked directory",
     {{{{'l', "bin", "usr/bin"}, SUDO}}, {{{'f', "bin/.wh..wh..opq", ""}}}},
     "hidden 5@0\n"},
    {"a link above the root stays in it",
     {{{{'l', "a/up", "../../../usr/bin"}, SUDO}}, {{{'f', "a/up/.wh.sudo", ""}}}},
     "hidden 5@0\n"},
    {"links in a circle lead nowhere",
     {{{{'l', "a", "b"}, {'l', "b", "a"}, {'f', "a/su", "1", 04755}, SUDO}}},
     "usr/bin/sudo@0 setuid,sudo\n"},
    {"a link to a directory that is not there yet makes it",
     {{{{'l', "lib", "usr/lib"}, {'f', "lib/x", "1", 04755}}}, {{{'f', "usr/lib/.wh.x", ""}}}},
     "hidden 1@0\n"},
    {"the last of two entries of one layer counts",
     {{{SUDO, {'f', "usr/bin/sudo", "1", 0755}}}},
     "usr/bin/sudo@0 sudo\n"},
    {"credentials deleted later",
     {{{{'f', "root/.npmrc", "token"}}},
      {{{'f', "etc/x", "1"}}},
      {{{'f', "root/.wh.npmrc", ""}, {'f', "root/.wh..npmrc", ""}}}},
     "-root/.npmrc@0/2 credentials\nhidden 5@0\n"},
    {"credentials replaced",
     {{{{'f', "root/.npmrc", "token"}}}, {{{'f', "root/.npmrc", "x"}}}},
     "root/.npmrc@1 credentials\n-root/.npmrc@0/1 credentials\nhidden 5@0\n"},
    {"credentials lost with a directory",
     {{{{'f', "app/.git-credentials", "token"}}}, {{{'f', ".wh.app", ""}}}, {{{'f', "app/x", ""}}}},
     "-app/.git-credentials@0/1 credentials\nhidden 5@0\n"},
    {"credentials lost where a directory is made again",
     {{{{'f', "app/.env", "token"}}}, {{{'f', ".wh.app", ""}}}, {{{'f', "app/.env", "t"}}}},
     "app/.env@2 credentials\n-app/.env@0/1 credentials\nhidden 5@0\n"},
    {"world writable",
     {{{{'d', "tmp", NULL, 01777},
        {'d', "open", NULL, 0777},
        {'f', "file", "1", 0666},
        {'l', "link", "file", 0777},
        {'c', "dev/null", NULL, 0666}}}},
     "dev/null@0 device\nfile@0 world-writable\nopen@0 world-writable\n"},
    {"a private key is one by its content",
     {{{{'f', "a.pem", "-----BEGIN CERTIFICATE-----\n"},
        {'f', "b.pem", "# key\n-----BEGIN RSA PRIVATE KEY-----\n"}}}},
     "a.pem@0\nb.pem@0 private-key\n"},
    {"an empty file holds no credentials", {{{{'f', "root/.npmrc", ""}}}}, ""},
    {"a tool is one among programs",
     {{{{'f', "usr/bin/nc", "1"}, {'f', "usr/share/nc", "1"}, {'l', "opt/x/sbin/gdb", "y"}}}},
     "opt/x/sbin/gdb@0 debugger\nusr/bin/nc@0 network-tool\n"},
};

static void write_tags(uint64_t tags, struct buf *to)
{
    const char *separator = " ";

    for (unsigned i = 0; i < FILE_TAG_COUNT; i++) {
        if (!(tags & FILE_TAG_BIT(i)))
            continue;
        buf_addf(to, "%s%s", separator, file_tag_name((enum file_tag)i));
        separator = ",";
    }
    buf_add_char(to, '\n');
}

static void write_down(const struct image_files *files, size_t layer_count, struct buf *to)
{
    for (size_t i = 0; i < files->file_count; i++) {
        buf_addf(to, "%.*s@%u", VIEW_ARG(files->files[i].path), files->files[i].layer);
        write_tags(files->files[i].tags, to);
    }
    for (size_t i = 0; i < files->buried_count; i++) {
        const struct image_file *file = &files->buried[i];

        buf_addf(to, "-%.*s@%u/%u", VIEW_ARG(file->path), file->layer, file->gone_in);
        write_tags(file->tags, to);
    }
    for (size_t i = 0; i < layer_count; i++)
        if (files->hidden[i])
            buf_addf(to, "hidden %llu@%zu\n", (unsigned long long)files->hidden[i], i);
}

static void merge(const struct test_layer *layers, struct arena *arena, struct image_files *ret)
{
    struct view censuses[TEST_LAYERS];

    for (size_t i = 0; i < TEST_LAYERS; i++)
        censuses[i] = test_census(&layers[i], arena);
    assert_int_equal(image_files_merge(censuses, TEST_LAYERS, NULL, 0, arena, ret, NULL), 0);
}

static void test_merge(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(TEST_MEMORY);
        _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);
        struct image_files files;

        merge(cases[i].layers, arena, &files);
        write_down(&files, TEST_LAYERS, &text);
        if (strcmp(buf_cstr(&text), cases[i].want) != 0)
            fail_msg("%s: got\n%s\nwant\n%s", cases[i].name, buf_cstr(&text), cases[i].want);
    }
}

static void test_numbers(void **state)
{
    static const struct test_layer layers[TEST_LAYERS] = {
        {{{'f', "a/one", "123"}, {'f', "a/two", "12345", 0, 1000}, {'f', "b", "1", 0, 1000}}},
        {{{'f', "a/.wh.one", ""}, {'f', "var/lib/apt/lists/x_Packages", "1234567"}}},
    };
    _cleanup_arena_ struct arena *arena = arena_new(TEST_MEMORY);
    struct image_files files;

    (void)state;
    merge(layers, arena, &files);
    assert_int_equal(files.size, 5 + 1 + 7);
    assert_int_equal(files.tag_bytes[TAG_PACKAGE_CACHE], 7);
    assert_int_equal(files.tag_counts[TAG_PACKAGE_CACHE], 1);
    assert_int_equal(files.unknown_layers, 0);
    assert_int_equal(files.owner_count, 2);
    for (size_t i = 0; i < files.owner_count; i++) {
        if (files.owners[i].uid != 1000)
            continue;
        assert_int_equal(files.owners[i].count, 2);
        assert_view(files.owners[i].sample->path, "a/two");
    }
}

static void test_accounts(void **state)
{
    static const struct test_layer layers[TEST_LAYERS] = {
        {{{'f', "etc/passwd",
           "root:x:0:0:root:/root:/bin/bash\n# comment\nbroken\ntoor::0:0::/:/bin/sh\n"
           "app:x:1000:1000::/:/sbin/nologin\n"},
          {'f', "etc/shadow",
           "root:*:1::::::\napp:$6$abcdefgh$0123456789:1::::::\nold::1::::::\n"}}},
    };
    static const struct {
        const char *name;
        uint64_t uid;
        enum password_state password;
        bool in_passwd;
    } want[] = {
        {"root", 0, PASSWORD_LOCKED, true},
        {"toor", 0, PASSWORD_EMPTY, true},
        {"app", 1000, PASSWORD_HASHED, true},
        {"old", 0, PASSWORD_EMPTY, false},
    };
    _cleanup_arena_ struct arena *arena = arena_new(TEST_MEMORY);
    struct image_files files;

    (void)state;
    merge(layers, arena, &files);
    assert_int_equal(files.account_count, COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_view(files.accounts[i].name, want[i].name);
        assert_int_equal(files.accounts[i].uid, want[i].uid);
        assert_int_equal(files.accounts[i].password, want[i].password);
        assert_int_equal(files.accounts[i].in_passwd, want[i].in_passwd);
    }
    assert_view(files.accounts[0].shell, "/bin/bash");
}

/* What became of a file that is of no interest by itself. */
static void test_watched(void **state)
{
    static const struct test_layer layers[TEST_LAYERS] = {
        {{{'f', "opt/tool", "123"}, {'f', "opt/stays", "1"}, {'f', "opt/other", "1"}}},
        {{{'f', "opt/.wh.tool", ""}}},
    };
    static const struct view watched[] = {VIEW("opt/tool"), VIEW("opt/stays")};
    _cleanup_arena_ struct arena *arena = arena_new(TEST_MEMORY);
    struct view censuses[2] = {test_census(&layers[0], arena), test_census(&layers[1], arena)};
    struct image_files files;

    (void)state;
    assert_int_equal(image_files_merge(censuses, 2, watched, 2, arena, &files, NULL), 0);
    assert_int_equal(files.file_count, 1);
    assert_view(files.files[0].path, "opt/stays");
    assert_int_equal(files.buried_count, 1);
    assert_view(files.buried[0].path, "opt/tool");
    assert_int_equal(files.buried[0].gone_in, 1);
}

/* Whatever is cut off or changed costs the layer, and nothing else. */
static void test_damaged(void **state)
{
    static const struct test_layer whole = {{SUDO, {'l', "bin", "usr/bin"}}};
    _cleanup_arena_ struct arena *arena = arena_new(TEST_MEMORY);
    struct view layers[2] = {test_census(&whole, arena)};

    (void)state;
    for (size_t len = 0; len < layers[0].len; len++) {
        struct image_files files;

        layers[1] = view_sub(layers[0], 0, len);
        assert_int_equal(image_files_merge(layers, 2, NULL, 0, arena, &files, NULL), 0);
        assert_int_equal(files.unknown_layers, 1);
        assert_true(files.file_count >= 1);
    }
}

RUN_TESTS(cmocka_unit_test(test_merge), cmocka_unit_test(test_numbers),
          cmocka_unit_test(test_accounts), cmocka_unit_test(test_watched),
          cmocka_unit_test(test_damaged))
