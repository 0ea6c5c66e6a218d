#include "config/image/event.h"

#include "base/buf.h"
#include "config/image/history.h"
#include "config/kind.h"
#include "test.h"

enum { ARENA_LIMIT = 64 << 20, NOW = 1785542400 /* 2026-08-01 */ };

/* ---- History ---- */

static const struct {
    const char *line, *instruction, *text;
    const char *arguments, *secrets; /* joined by blanks */
} lines[] = {
    {"/bin/sh -c #(nop) ADD file:0123 in / ", "ADD", "file:0123 in /", "", ""},
    {"/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD", "[\"bash\"]", "", ""},
    {"/bin/sh -c apt-get update", "RUN", "apt-get update", "", ""},
    {"RUN /bin/sh -c apt-get update # buildkit", "RUN", "apt-get update", "", ""},
    {"RUN /bin/bash -o pipefail -c x # buildkit", "RUN", "/bin/bash -o pipefail -c x", "", ""},
    {"COPY . /app # buildkit", "COPY", ". /app", "", ""},
    {"RUN |2 V=1 NPM_TOKEN=npm_Zk3Jw9xQz71pLmA8sD /bin/sh -c npm ci # buildkit", "RUN", "npm ci",
     "V NPM_TOKEN", "NPM_TOKEN"},
    {"|1 MSG=two words /bin/sh -c make", "RUN", "make", "MSG", ""},
    {"|1 A=1", "", "", "A", ""},
    {"|x A=1 /bin/sh -c make", "", "|x A=1 /bin/sh -c make", "", ""},
    {"bazel build ...", "", "bazel build ...", "", ""},
    {"", "", "", "", ""},
};

static void join(const struct image_texts *texts, struct buf *to)
{
    for (size_t i = 0; i < texts->count; i++)
        buf_addf(to, "%s%.*s", i ? " " : "", VIEW_ARG(texts->list[i]));
}

static void test_history(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        _cleanup_(buf_done) struct buf arguments = BUF_INIT(4096), secrets = BUF_INIT(4096);
        struct image_subject_history history = {0};

        history_parse(view_of(lines[i].line), arena, &history);
        assert_view(history.instruction, lines[i].instruction);
        assert_view(history.text, lines[i].text);
        join(&history.arguments, &arguments);
        join(&history.secret_arguments, &secrets);
        assert_string_equal(buf_cstr(&arguments), lines[i].arguments);
        assert_string_equal(buf_cstr(&secrets), lines[i].secrets);
    }
}

/* ---- Fields ---- */

/* What a field gives of the first event of a part, values joined by "|"; "-"
 * when it is not there. */
static const struct {
    const char *name, *file, *field, *want;
    enum image_part part;
} cases[] = {
    {"no user is root", "config: {}", "image.root", "true", IMAGE_PART_WHOLE},
    {"no user", "config: {}", "image.user", "-", IMAGE_PART_WHOLE},
    {"a user and a group", "config: {User: 'app:app'}", "image.user", "app", IMAGE_PART_WHOLE},
    {"a named user", "config: {User: app}", "image.root", "false", IMAGE_PART_WHOLE},
    {"zero", "config: {User: '0:5'}", "image.root", "true", IMAGE_PART_WHOLE},
    {"zeros", "config: {User: '000'}", "image.root", "true", IMAGE_PART_WHOLE},
    {"an account with uid 0", "config: {User: a}\naccounts: [{name: a, uid: 0, known: true}]",
     "image.root", "true", IMAGE_PART_WHOLE},
    {"health", "config: {Healthcheck: {Test: [NONE]}}", "image.healthcheck", "disabled",
     IMAGE_PART_WHOLE},
    {"ports", "config: {ExposedPorts: {80/tcp: {}, '53/udp': {}}}", "image.ports", "80/tcp|53/udp",
     IMAGE_PART_WHOLE},
    {"a port", "config: {ExposedPorts: {'8000-8010/udp': {}}}", "port.number", "8000",
     IMAGE_PART_PORT},
    {"protocol", "config: {ExposedPorts: {'80': {}}}", "port.protocol", "tcp", IMAGE_PART_PORT},
    {"no port", "config: {ExposedPorts: {x: {}}}", "port.number", "", IMAGE_PART_PORT},
    {"env", "config: {Env: ['A=b=c']}", "env.value", "b=c", IMAGE_PART_ENV},
    {"env without a value", "config: {Env: [A]}", "env.value", "-", IMAGE_PART_ENV},
    {"a secret", "config: {Env: [DB_PASSWORD=k3Jw9xQz71pLm]}", "env.secret", "true",
     IMAGE_PART_ENV},
    {"a tree", "config: {Labels: {a.b/c: d}}", "config", "-", IMAGE_PART_WHOLE},
    {"age", "created: 2026-07-22T00:00:00Z\nconfig: {}", "image.age_days", "10", IMAGE_PART_WHOLE},
    {"no age of a reproducible build", "created: 1970-01-01T00:00:00Z\nconfig: {}",
     "image.age_days", "-", IMAGE_PART_WHOLE},
    {"tag", "image: {name: 'a/b:1'}\nconfig: {}", "image.tag", "1", IMAGE_PART_WHOLE},
    {"tags of files", "files: [{path: /a, tags: [x, y]}, {path: /b, tags: [y]}]", "image.tags",
     "x|y", IMAGE_PART_WHOLE},
    {"hidden bytes", "layers: [{hidden: 5}, {hidden: 6}]", "image.hidden", "11", IMAGE_PART_WHOLE},
    {"a name", "files: [{path: /usr/bin/x}]", "file.name", "x", IMAGE_PART_FILE},
    {"a directory", "files: [{path: /x}]", "file.directory", "/", IMAGE_PART_FILE},
    {"a deleted file", "deleted_files: [{path: /a/x, gone_in: 3}]", "file.gone_in", "3",
     IMAGE_PART_DELETED_FILE},
    {"of another part", "files: [{path: /x}]", "account.name", "-", IMAGE_PART_FILE},
    {"the whole from a part", "files: [{path: /x}]\nconfig: {User: '5'}", "image.user", "5",
     IMAGE_PART_FILE},
    {"the system", "os: {id: debian, eol: true}", "os.eol", "true", IMAGE_PART_WHOLE},
};

struct look {
    const char *field;
    enum image_part part;
    struct arena *arena;
    struct buf text;
    bool seen;
};

static const struct rule_field *find_field(const char *name)
{
    for (size_t i = 0; i < image_source.field_count; i++)
        if (strcmp(image_source.fields[i].name, name) == 0)
            return &image_source.fields[i];
    fail_msg("no field %s", name);
    return NULL;
}

static void write_value(const struct rule_value *value, struct buf *to)
{
    if (value->type == RULE_NUMBER)
        buf_addf(to, "%lld", (long long)value->number);
    else
        buf_add(to, value->text);
}

static int on_event(void *ctx, const struct config_event *event, struct error *err)
{
    struct look *look = ctx;
    const struct rule_use use = {.field = find_field(look->field), .text = view_of(look->field)};
    struct rule_values values;

    (void)err;
    if (event->subject != look->part || look->seen)
        return 0;
    look->seen = true;
    values = image_source.extract(event->event, &use, NULL, look->arena);
    if (!values.present || use.field->flags & RULE_FIELD_TREE)
        buf_add_char(&look->text, '-');
    for (size_t i = 0; values.present && i < values.count; i++) {
        if (i)
            buf_add_char(&look->text, '|');
        write_value(&values.items[i], &look->text);
    }
    return 0;
}

static void read_image(const char *text, struct look *look)
{
    const struct config_visitor visitor = {.ctx = look, .visit = on_event};
    struct image_subject subject = {0};
    struct document_set set;
    const struct document_node *root;

    assert_int_equal(document_parse(view_of(text), DOCUMENT_YAML, look->arena, &set, NULL), 0);
    root = set.list[0].root;
    assert_int_equal(image_subject_take_config(
                         &subject, root,
                         document_get_text(document_get(root, VIEW("image")), VIEW("name")), NOW,
                         look->arena, NULL),
                     0);
    assert_int_equal(image_subject_read(&subject, root, look->arena, NULL), 0);
    assert_int_equal(image_subject_settle(&subject, look->arena, NULL), 0);
    assert_int_equal(image_subject_visit(&subject, NULL, &visitor, look->arena, NULL), 0);
}

static void test_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
        struct look look = {cases[i].field, cases[i].part, arena, BUF_INIT(4096), false};

        read_image(cases[i].file, &look);
        if (strcmp(buf_cstr(&look.text), cases[i].want) != 0)
            fail_msg("%s: got \"%s\", want \"%s\"", cases[i].name, buf_cstr(&look.text),
                     cases[i].want);
        buf_done(&look.text);
    }
}

/* Every member of the tables is a field, and every field is read from one. */
static void test_tables_agree(void **state)
{
    size_t members = image_os_table.member_count;

    (void)state;
    for (size_t part = 0; part < IMAGE_PART_COUNT; part++) {
        if (part != IMAGE_PART_DELETED_FILE)
            members += image_parts[part].member_count;
        for (size_t i = 0; i < image_parts[part].member_count; i++)
            find_field(image_parts[part].members[i].field);
    }
    for (size_t i = 0; i < image_os_table.member_count; i++)
        find_field(image_os_table.members[i].field);
    assert_int_equal(image_source.field_count, members + 3); /* config, tag_bytes, tag_count */
}

RUN_TESTS(cmocka_unit_test(test_history), cmocka_unit_test(test_fields),
          cmocka_unit_test(test_tables_agree))
