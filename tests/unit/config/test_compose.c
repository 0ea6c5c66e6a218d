#include "config/compose/event.h"

#include "base/buf.h"
#include "config/kind.h"
#include "test.h"

enum { ARENA_LIMIT = 64 << 20 };

/* What a field of the first event of a subject gives, values joined by "|";
 * "-" when it is not there, "" for an empty list. */
static const struct {
    const char *name, *file;
    size_t subject;
    const char *field, *want;
} cases[] = {
    {"name", "services: {web: {image: x}}", 0, "service.name", "web"},
    {"tree", "services: {web: {image: x, deploy: {replicas: 2}}}", 0, "service.deploy.replicas",
     "2"},
    {"tree of the file", "services: {web: {image: x}}\nname: shop", 1, "file.name", "shop"},
    {"default of a variable", "services: {web: {image: 'x:${T:-1}'}}", 0, "service.image", "x:1"},
    {"default without colon", "services: {web: {image: 'x:${T-2}'}}", 0, "service.image", "x:2"},
    {"default in a default", "services: {web: {image: 'x:${T:-${U:-3}}'}}", 0, "service.image",
     "x:3"},
    {"a dollar", "services: {web: {image: x, command: 'a$$b'}}", 0, "service.command", "a$b"},
    {"variable without default", "services: {web: {image: 'x:${T}'}}", 0, "service.image", "-"},
    {"required variable", "services: {web: {image: 'x:${T:?no}'}}", 0, "service.image.tag", "-"},
    {"bare variable", "services: {web: {image: '$IMAGE'}}", 0, "service.image", "-"},
    {"tag", "services: {web: {image: 'nginx:1.2'}}", 0, "service.image.tag", "1.2"},
    {"no tag", "services: {web: {image: nginx}}", 0, "service.image.tag", "latest"},
    {"repository", "services: {web: {image: nginx}}", 0, "service.image.repository",
     "library/nginx"},
    {"extends", "services: {a: {extends: b, image: x}, b: {image: y, user: '7'}}", 0,
     "service.user", "7"},
    {"extends, own goes first", "services: {a: {extends: {service: b}, image: x}, b: {image: y}}",
     0, "service.image", "x"},
    {"extends in a circle", "services: {a: {extends: b, image: x}, b: {extends: a, image: y}}", 0,
     "service.user", "-"},
    {"extends another file", "services: {a: {image: x, extends: {file: o.yml, service: b}}}", 0,
     "service.partial", "true"},
    {"not partial", "services: {a: {image: x}}", 0, "service.partial", "false"},
    {"merge key", "x-b: &b {user: '5'}\nservices: {a: {<<: *b, image: x}}", 0, "service.user", "5"},
    {"capabilities", "services: {a: {image: x, cap_add: [CAP_net_raw, chown]}}", 0,
     "service.capabilities.add", "NET_RAW|CHOWN"},
    {"security options",
     "services: {a: {image: x, security_opt: ['seccomp:x', "
     "no-new-privileges, 'a=b:c']}}",
     0, "service.security_options", "seccomp=x|no-new-privileges=true|a=b:c"},
    {"memory of deploy",
     "services: {a: {image: x, mem_limit: 1g, deploy: {resources: {limits: {memory: 2g}}}}}", 0,
     "service.limits.memory", "2g"},
    {"old memory", "services: {a: {image: x, mem_limit: 1g}}", 0, "service.limits.memory", "1g"},
    {"health check off", "services: {a: {image: x, healthcheck: {test: NONE}}}", 0,
     "service.healthcheck_disabled", "true"},
    {"health check on", "services: {a: {image: x, healthcheck: {test: [CMD, x]}}}", 0,
     "service.healthcheck_disabled", "false"},
    {"no health check", "services: {a: {image: x}}", 0, "service.healthcheck_disabled", "-"},
    {"port", "services: {a: {image: x, ports: ['80']}}", 2, "port.target", "80"},
    {"port, not published", "services: {a: {image: x, ports: ['80']}}", 2, "port.published", "-"},
    {"port as a number", "services: {a: {image: x, ports: [80]}}", 2, "port.target", "80"},
    {"published port", "services: {a: {image: x, ports: ['8080:80/udp']}}", 2, "port.published",
     "8080"},
    {"protocol", "services: {a: {image: x, ports: ['8080:80/udp']}}", 2, "port.protocol", "udp"},
    {"address", "services: {a: {image: x, ports: ['127.0.0.1:8080:80']}}", 2, "port.host_ip",
     "127.0.0.1"},
    {"address without port", "services: {a: {image: x, ports: ['127.0.0.1::80']}}", 2,
     "port.published", "-"},
    {"IPv6 address", "services: {a: {image: x, ports: ['[::1]:8080:80']}}", 2, "port.host_ip",
     "::1"},
    {"long port", "services: {a: {image: x, ports: [{target: 80, published: '9', host_ip: '::'}]}}",
     2, "port.published", "9"},
    {"port that is not known", "services: {a: {image: x, ports: ['${P}:80']}}", 2, "port.target",
     "no event"},
    {"named volume", "services: {a: {image: x, volumes: ['data:/d']}}", 3, "mount.type", "volume"},
    {"bound folder", "services: {a: {image: x, volumes: ['./d:/d:ro']}}", 3, "mount.type", "bind"},
    {"read-only", "services: {a: {image: x, volumes: ['./d:/d:z,ro']}}", 3, "mount.read_only",
     "true"},
    {"writable", "services: {a: {image: x, volumes: ['./d:/d']}}", 3, "mount.read_only", "false"},
    {"anonymous volume", "services: {a: {image: x, volumes: [/d]}}", 3, "mount.target", "/d"},
    {"long mount", "services: {a: {image: x, volumes: [{type: tmpfs, target: /t}]}}", 3,
     "mount.type", "tmpfs"},
    {"secret in a list",
     "services: {a: {image: x, environment: [A=1, B, DB_PASSWORD=tr0ub4dor3xK9]}}", 0,
     "service.secrets_in_env", "DB_PASSWORD"},
    {"secret in a mapping",
     "services: {a: {image: x, environment: {A: 1, DB_PASSWORD: tr0ub4dor3xK9}}}", 0,
     "service.secrets_in_env", "DB_PASSWORD"},
    {"secret from outside",
     "services: {a: {image: x, environment: {DB_PASSWORD: '${DB_PASSWORD}'}}}", 0,
     "service.secrets_in_env", ""},
    {"no compose file", "services: [a]", 1, "file.services", "no event"},
    {"services of something else", "services: {a: {port: 1}}", 1, "file.services", "no event"},
    {"a manifest", "apiVersion: v1\nservices: {a: {image: x}}", 1, "file.services", "no event"},
};

struct collected {
    struct arena *arena;
    size_t subject;
    const char *field;
    struct buf got;
    bool done;
};

static void collect_value(struct collected *c, const struct rule_value *value)
{
    if (value->type == RULE_NUMBER)
        buf_addf(&c->got, "%lld", (long long)value->number);
    else
        buf_add(&c->got, value->text);
}

static int on_event(void *ctx, const struct config_event *event, struct error *err)
{
    struct collected *c = ctx;
    struct rule_values values;
    struct rule_use use;

    if (event->subject != c->subject || c->done)
        return 0;
    c->done = true;
    if (rule_use_resolve(&compose_source, view_of(c->field), c->arena, &use, err) < 0) {
        buf_add_str(&c->got, "unknown field");
        return 0;
    }
    values = compose_source.extract(event->event, &use, NULL, c->arena);
    if (!values.present)
        buf_add_char(&c->got, '-');
    for (size_t i = 0; i < values.count; i++) {
        if (i)
            buf_add_char(&c->got, '|');
        collect_value(c, &values.items[i]);
    }
    return 0;
}

static void check(size_t i)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct collected c = {arena, cases[i].subject, cases[i].field, BUF_INIT(4096), false};
    const struct config_visitor visitor = {&c, on_event, NULL};
    struct config_file file = {.path = VIEW("compose.yaml")};
    struct document_set set;
    struct config_reader *reader;
    bool claimed = false;

    assert_int_equal(document_parse(view_of(cases[i].file), DOCUMENT_YAML, arena, &set, NULL), 0);
    file.documents = &set;
    assert_int_equal(config_compose.open(arena, &(struct config_target){0}, &reader, NULL), 0);
    assert_int_equal(config_compose.add(reader, &file, &claimed, NULL), 0);
    assert_int_equal(config_compose.visit(reader, &visitor, NULL), 0);
    assert_string_equal(c.done ? buf_cstr(&c.got) : "no event", cases[i].want);
    buf_done(&c.got);
}

static void reads_services(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("%s\n", cases[i].name);
        check(i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_services)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
