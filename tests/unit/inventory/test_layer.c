#include "image.h"

#include "inventory/analyser.h"
#include "inventory/dpkg-status.h"

static const char *record_text(const struct layer_facts *facts, struct arena *arena)
{
    static const char *const kinds[] = {"?",         "fact",    "whiteout",  "opaque",
                                        "directory", "symlink", "hard-link", "other"};
    struct buf text = BUF_INIT(1 << 16);
    const char *kept;

    for (size_t i = 0; i < facts->record_count; i++) {
        const struct layer_record *record = &facts->records[i];

        buf_addf(&text, "%s %.*s", kinds[record->kind], VIEW_ARG(record->path));
        if (record->link.len)
            buf_addf(&text, " -> %.*s", VIEW_ARG(record->link));
        if (record->kind == LAYER_FACT)
            buf_addf(&text, " %s%s", analysers[record->analyser]->name,
                     record->message.len ? " failed" : "");
        buf_add_char(&text, '\n');
    }
    kept = arena_cstr(arena, buf_view(&text));
    buf_done(&text);
    return kept;
}

static void what_is_recorded(void **state)
{
    static const struct {
        struct image_layer_table table;
        const char *want;
    } cases[] = {
        {{{{'f', "bin/sh", "x"}, {'d', "opt", ""}, {'l', "bin", "usr/bin"}, {'f', "x/.wh.y", ""}}},
         ""},
        {{{{'d', "", ""}, {'d', "var", ""}, {'d', "var/lib/dpkg", ""}, {'d', "var/log", ""}}},
         "directory var\ndirectory var/lib/dpkg\n"},
        {{{{'f', "var/lib/dpkg/status", ""}, {'f', "etc/os-release", "ID=x\n"}}},
         "fact var/lib/dpkg/status dpkg-status\nfact etc/os-release os-release\n"},
        {{{{'l', "lib", "usr/lib"}, {'l', "usr/share/doc/a", "b"}, {'l', "etc/motd", "x"}}},
         "symlink lib -> usr/lib\nsymlink usr/share/doc/a -> b\n"},
        {{{{'h', "etc/os-release", "/a/./b/"}}}, "hard-link etc/os-release -> a/b\n"},
        {{{{'o', "var", ""}, {'o', "dev/null", ""}, {'f', "usr", ""}}}, "other var\nother usr\n"},
        {{{{'f', "var/.wh.lib", ""},
           {'f', "etc/.wh..wh..opq", ""},
           {'f', "var/.wh.log", ""},
           {'f', "opt/.wh..wh..opq", ""}}},
         "whiteout var/lib\nopaque etc\n"},
        {{{{'l', "lib", ""}}}, "other lib\n"},
        {{{{'f', "/etc//os-release/", "ID=x\n"}}}, "fact etc/os-release os-release\n"},
        {{{{'f', "../../etc/os-release", "ID=x\n"}}}, "fact etc/os-release os-release\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena *arena = arena_new(IMAGE_MEMORY);
        struct layer_facts facts = image_layer(&cases[i].table, NULL, 0, arena);

        assert_string_equal(record_text(&facts, arena), cases[i].want);
        assert_true(facts.known);
        arena_free(arena);
    }
}

static void rules(void **state)
{
    static const struct layer_rule given[] = {{VIEW("data/dpkg"), VIEW("var/lib/dpkg")},
                                              {VIEW("x"), VIEW("etc/os-release")}};
    static const struct image_layer_table table = {{
        {'f', "data/dpkg/status", ""},
        {'f', "data/dpkg/info/a.list", ""},
        {'f', "data/dpkg/other", ""},
        {'l', "data", "elsewhere"},
        {'f', "x", "ID=x\n"},
        {'f', "x/y", ""},
        {'f', "data/.wh.dpkg", ""},
    }};
    struct arena *arena = arena_new(IMAGE_MEMORY);
    struct layer_facts facts = image_layer(&table, given, COUNT(given), arena);

    (void)state;
    assert_string_equal(record_text(&facts, arena), "fact data/dpkg/status dpkg-status\n"
                                                    "fact data/dpkg/info/a.list dpkg-list\n"
                                                    "symlink data -> elsewhere\n"
                                                    "fact x os-release\n"
                                                    "whiteout data/dpkg\n");
    assert_int_equal(facts.rule_count, 2);
    assert_view(facts.rules[1].alias, "etc/os-release");
    arena_free(arena);
}

/* In a tree, names are names. */
static void trees_have_no_whiteouts(void **state)
{
    struct layer_builder *builder;
    const struct analyser *analyser;
    struct arena *arena = arena_new(IMAGE_MEMORY);
    struct layer_facts facts;
    struct view bytes;

    (void)state;
    assert_int_equal(layer_builder_new(LAYER_OF_TREE, NULL, 0, &builder, NULL), 0);
    assert_int_equal(layer_builder_entry(builder, VIEW("var/lib/dpkg/status.d/.wh.a"),
                                         LAYER_ENTRY_FILE, VIEW_EMPTY, 0, &analyser, NULL),
                     0);
    assert_ptr_equal(analyser, &analyser_dpkg_status_directory);
    assert_int_equal(layer_builder_content(builder, VIEW_EMPTY, NULL, NULL), 0);
    assert_int_equal(layer_builder_finish(builder, &bytes, NULL), 0);
    assert_int_equal(layer_decode(bytes, arena, &facts, NULL), 0);
    assert_int_equal(facts.record_count, 1);
    layer_builder_free(builder);
    arena_free(arena);
}

static void bodies_that_fail(void **state)
{
    struct error broken = {.kind = ERROR_INPUT, .message = "gzip: bad data"};
    struct layer_builder *builder;
    const struct analyser *analyser;
    struct arena *arena = arena_new(IMAGE_MEMORY);
    struct layer_facts facts;
    struct view bytes;

    (void)state;
    assert_int_equal(layer_builder_new(LAYER_OF_IMAGE, NULL, 0, &builder, NULL), 0);
    /* Too large to be read. */
    assert_int_equal(layer_builder_entry(builder, VIEW("etc/os-release"), LAYER_ENTRY_FILE,
                                         VIEW_EMPTY, 1 << 30, &analyser, NULL),
                     0);
    assert_null(analyser);
    /* Asked for, and never given. */
    assert_int_equal(layer_builder_entry(builder, VIEW("usr/lib/os-release"), LAYER_ENTRY_FILE,
                                         VIEW_EMPTY, 4, &analyser, NULL),
                     0);
    assert_non_null(analyser);
    /* Given in part. */
    assert_int_equal(layer_builder_entry(builder, VIEW("var/lib/dpkg/status"), LAYER_ENTRY_FILE,
                                         VIEW_EMPTY, 4, &analyser, NULL),
                     0);
    assert_int_equal(layer_builder_content(builder, VIEW(STANZA("a", "1") "Pack"), &broken, NULL),
                     0);
    /* Nobody asked. */
    assert_int_equal(layer_builder_content(builder, VIEW("x"), NULL, NULL), ERROR_INTERNAL);
    assert_int_equal(layer_builder_finish(builder, &bytes, NULL), 0);
    assert_int_equal(layer_decode(bytes, arena, &facts, NULL), 0);
    assert_int_equal(facts.record_count, 3);
    assert_view(facts.records[0].message, "it is larger than 65536 bytes");
    assert_view(facts.records[1].message, "its content was not read");
    assert_view(facts.records[2].message,
                "gzip: bad data: it ends in the middle of the stanza of ? at byte 72");
    assert_true(facts.records[2].payload.len > 0);
    layer_builder_free(builder);
    arena_free(arena);
}

/* Every byte that is changed or missing gives an error or a valid layer, and
 * never one that breaks a promise. */
static void damaged_encodings(void **state)
{
    static const struct image_layer_table table = {{
        {'f', "var/lib/dpkg/status", STANZA("a", "1")},
        {'l', "lib", "usr/lib"},
        {'f', "var/.wh.lib", ""},
        {'h', "etc/os-release", "usr/lib/os-release"},
    }};
    static const struct layer_rule rule = {VIEW("data"), VIEW("var/lib/dpkg")};
    struct layer_builder *builder;
    const struct analyser *analyser;
    struct view bytes;

    (void)state;
    assert_int_equal(layer_builder_new(LAYER_OF_IMAGE, &rule, 1, &builder, NULL), 0);
    for (size_t i = 0; table.entries[i].type; i++) {
        const struct image_entry *entry = &table.entries[i];

        layer_builder_entry(builder, view_of(entry->path),
                            entry->type == 'f'   ? LAYER_ENTRY_FILE
                            : entry->type == 'l' ? LAYER_ENTRY_SYMLINK
                                                 : LAYER_ENTRY_HARD_LINK,
                            view_of(entry->text), 0, &analyser, NULL);
        if (analyser)
            layer_builder_content(builder, view_of(entry->text), NULL, NULL);
    }
    assert_int_equal(layer_builder_finish(builder, &bytes, NULL), 0);
    for (size_t i = 0; i < bytes.len; i++) {
        char *copy = malloc(bytes.len);
        struct arena *arena = arena_new(IMAGE_MEMORY);
        struct layer_facts facts;

        memcpy(copy, bytes.ptr, bytes.len);
        assert_true(layer_decode(view_from(copy, i), arena, &facts, NULL) < 0);
        copy[i] ^= 0x55;
        if (layer_decode(view_from(copy, bytes.len), arena, &facts, NULL) == 0)
            for (size_t k = 0; k < facts.record_count; k++)
                assert_true(layer_path_is_normal(facts.records[k].path));
        free(copy);
        arena_free(arena);
    }
    layer_builder_free(builder);
}

static void foreign_encodings(void **state)
{
    struct arena *arena = arena_new(IMAGE_MEMORY);
    struct buf bytes = BUF_INIT(1 << 10);
    struct layer_facts facts;

    (void)state;
    assert_int_equal(layer_decode(VIEW(""), arena, &facts, NULL), ERROR_INPUT);
    layer_encode_start(&bytes, NULL, 0);
    layer_encode_end(&bytes, 0);
    assert_int_equal(layer_decode(buf_view(&bytes), arena, &facts, NULL), 0);
    bytes.ptr[8] ^= 1; /* the fingerprint */
    assert_int_equal(layer_decode(buf_view(&bytes), arena, &facts, NULL), ERROR_UNSUPPORTED);
    buf_done(&bytes);
    arena_free(arena);
}

static void normal_paths(void **state)
{
    static const struct {
        const char *path;
        bool want;
    } cases[] = {
        {"", true},     {"a", true},   {"a/b", true},     {"a/...", true},
        {"/a", false},  {"a/", false}, {"a//b", false},   {".", false},
        {"a/.", false}, {"..", false}, {"a/../b", false}, {"a/.b", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(layer_path_is_normal(view_of(cases[i].path)), cases[i].want);
    assert_false(layer_path_is_normal(view_from("a\0b", 3)));
}

RUN_TESTS(cmocka_unit_test(what_is_recorded), cmocka_unit_test(rules),
          cmocka_unit_test(trees_have_no_whiteouts), cmocka_unit_test(bodies_that_fail),
          cmocka_unit_test(damaged_encodings), cmocka_unit_test(foreign_encodings),
          cmocka_unit_test(normal_paths))
