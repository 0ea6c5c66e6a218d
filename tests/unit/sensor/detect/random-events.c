#include "sensor/detect/random-events.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "rule/condition.h"
#include "rule/program/literal.h"
#include "sensor/abi/record.h"
#include "sensor/detect/path-join.h"

enum { RECORD_LIMIT = 256 << 10 };

uint32_t choose(struct choices *choices, uint32_t below)
{
    uint32_t value = 0;

    for (uint32_t room = 1; room < below && choices->at < choices->bytes.len; room <<= 8)
        value = value << 8 | (uint8_t)choices->bytes.ptr[choices->at++];
    return below ? value % below : 0;
}

static bool maybe(struct choices *choices, uint32_t of)
{
    return choose(choices, of) == of - 1;
}

/* ---- words ---- */

static bool add_word(struct event_words *words, struct view word)
{
    bool path = view_find(word, '/') >= 0 || view_find(word, '.') >= 0 || view_find(word, '_') >= 0;
    struct view *place =
        path ? arena_push(words->arena, &words->paths, &words->path_count, sizeof(*place))
             : arena_push(words->arena, &words->texts, &words->text_count, sizeof(*place));

    if (place)
        *place = word;
    return place != NULL;
}

bool event_words_of(struct event_words *words, const struct rule_program *program,
                    struct arena *arena)
{
    static const char *const common[] = {
        "/usr/lib/x86_64-linux-gnu/libc.so.6",
        "/usr/include/stdio.h",
        "/etc/passwd",
        "/dev/null",
        "/home/ann/.ssh/id_rsa",
        "/tmp/ccA1.o",
        "/",
        "/proc/self/maps",
    };

    *words = (struct event_words){.arena = arena};
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
        if (!add_word(words, view_of(common[i])))
            return false;
    if (!add_word(words, VIEW("bash")))
        return false;
    for (uint32_t i = 0; i < rule_condition_count(program); i++) {
        struct rule_condition condition;

        rule_condition_read(program, i, &condition);
        for (size_t k = 0; k < condition.literal_count; k++)
            if (!add_word(words, rule_condition_literal(program, &condition, k)->text))
                return false;
    }
    return true;
}

static struct view path_word(struct choices *choices, const struct event_words *words)
{
    return words->paths[choose(choices, (uint32_t)words->path_count)];
}

static struct view text_word(struct choices *choices, const struct event_words *words)
{
    return maybe(choices, 4) ? path_word(choices, words)
                             : words->texts[choose(choices, (uint32_t)words->text_count)];
}

/* ---- paths ---- */

static void add_piece(struct choices *choices, const struct event_words *words, struct buf *to)
{
    static const char *const odd[] = {"a",   "./", "../", "//",  ".", "..",
                                      "x/y", ".h", "/",   "etc", "-"};

    if (maybe(choices, 3))
        buf_add(to, path_word(choices, words));
    else
        buf_add_str(to, odd[choose(choices, sizeof(odd) / sizeof(odd[0]))]);
}

static struct view random_path(struct choices *choices, const struct event_words *words,
                               struct arena *arena)
{
    _cleanup_(buf_done) struct buf path = BUF_INIT(SENSOR_PATH_LIMIT);
    uint32_t pieces = choose(choices, 4);

    if (maybe(choices, 2)) /* many rules ask for the beginning, many for the end */
        buf_add_str(&path, maybe(choices, 2) ? "/srv/" : "/");
    buf_add(&path, path_word(choices, words));
    for (uint32_t i = 0; i < pieces; i++)
        add_piece(choices, words, &path);
    if (maybe(choices, 64))
        for (int i = 0; i < 60; i++)
            buf_add_str(&path, "/long");
    if (maybe(choices, 32))
        buf_add_char(&path, (char)choose(choices, 256));
    if (path.failed)
        buf_reset(&path);
    return arena_copy(arena,
                      view_sub(buf_view(&path), 0, strnlen(path.ptr ? path.ptr : "", path.len)));
}

/* Absolute and clean, as the kernel tells files. */
static struct view random_file(struct choices *choices, const struct event_words *words,
                               struct arena *arena)
{
    return path_join(VIEW("/"), random_path(choices, words, arena), arena);
}

/* ---- records ---- */

struct making {
    struct choices *choices;
    const struct event_words *words;
    struct arena *arena;
    struct buf *record;
    struct sensor_event header;
};

static void add(struct making *m, enum sensor_parameter_kind kind, unsigned index,
                struct view bytes)
{
    unsigned flags = maybe(m->choices, 200) ? SENSOR_PARAMETER_CUT : 0;

    record_add(m->record, kind, index, flags, bytes);
}

static void random_address(struct choices *choices, uint16_t family, uint8_t address[16])
{
    static const uint8_t known[][4] = {
        {127, 0, 0, 1}, {10, 1, 2, 3}, {192, 168, 0, 9},
        {8, 8, 8, 8},   {0, 0, 0, 0},  {172, 17, 0, 2},
    };

    memset(address, 0, 16);
    if (family == AF_INET)
        memcpy(address, known[choose(choices, 6)], 4);
    else if (maybe(choices, 3)) { /* IPv4 in IPv6 */
        address[10] = address[11] = 0xff;
        memcpy(address + 12, known[choose(choices, 6)], 4);
    } else {
        address[0] = maybe(choices, 2) ? 0 : 0x20;
        address[15] = 1;
    }
}

static void add_socket(struct making *m, enum sensor_parameter_kind kind, unsigned index)
{
    static const uint16_t families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK};
    static const uint16_t types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW};
    static const uint16_t ports[] = {22, 80, 53, 443, 4444, 50000, 0};
    struct choices *c = m->choices;
    struct sensor_socket socket = {.family = families[choose(c, 4)], .type = types[choose(c, 3)]};
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(512);

    if (socket.family == AF_INET || socket.family == AF_INET6) {
        socket.protocol = socket.type == SOCK_STREAM  ? IPPROTO_TCP
                          : socket.type == SOCK_DGRAM ? IPPROTO_UDP
                                                      : IPPROTO_ICMP;
        random_address(c, socket.family, socket.local);
        random_address(c, socket.family, socket.remote);
    }
    socket.flags = (uint16_t)choose(c, 32);
    socket.local_port = ports[choose(c, 7)];
    socket.remote_port = ports[choose(c, 7)];
    buf_add(&bytes, view_from(&socket, sizeof(socket)));
    if (socket.family == AF_UNIX)
        buf_add(&bytes, view_sub(path_word(c, m->words), 0, 100));
    add(m, kind, index, buf_view(&bytes));
}

static void add_descriptor(struct making *m, unsigned index, bool file)
{
    struct sensor_descriptor descriptor = {.number = (int32_t)choose(m->choices, 5)};

    descriptor.type = file && maybe(m->choices, 2)
                          ? SENSOR_FD_FILE
                          : (uint8_t)(1 + choose(m->choices, SENSOR_FD_OTHER));
    if (file && descriptor.type == SENSOR_FD_SOCKET)
        descriptor.type = SENSOR_FD_DIRECTORY;
    if (!file && maybe(m->choices, 2))
        descriptor.type = SENSOR_FD_SOCKET;
    if (index == SENSOR_INDEX_RESULT)
        descriptor.number = (int32_t)m->header.result;
    add(m, SENSOR_DESCRIPTOR, index, view_from(&descriptor, sizeof(descriptor)));
    if (descriptor.type == SENSOR_FD_SOCKET)
        add_socket(m, SENSOR_SOCKET, index);
}

static void add_path(struct making *m, unsigned index, struct view *ret)
{
    struct view path = random_path(m->choices, m->words, m->arena), directory = VIEW_EMPTY;

    add(m, SENSOR_PATH, index, path);
    if (!path.len || path.ptr[0] != '/') {
        directory = random_file(m->choices, m->words, m->arena);
        add(m, SENSOR_DIRECTORY, index, directory);
    }
    *ret = path_join(directory, path, m->arena);
}

static void add_word64(struct making *m, enum sensor_parameter_kind kind, unsigned index,
                       uint64_t word)
{
    add(m, kind, index, view_from(&word, sizeof(word)));
}

static void add_argument(struct making *m, unsigned i, uint8_t capture, struct view *path)
{
    struct choices *c = m->choices;

    switch (capture) {
    case CAPTURE_PATH:
    case CAPTURE_PATH_CWD:
        add_path(m, i, path);
        break;
    case CAPTURE_PATH_RAW:
        add(m, SENSOR_PATH, i, random_path(c, m->words, m->arena));
        break;
    case CAPTURE_DESCRIPTOR:
        add_descriptor(m, i, false);
        break;
    case CAPTURE_ADDRESS:
        add_socket(m, SENSOR_ADDRESS, i);
        break;
    case CAPTURE_DATA:
        add(m, SENSOR_DATA, i, text_word(c, m->words));
        break;
    case CAPTURE_MESSAGE:
        add_socket(m, SENSOR_ADDRESS, i);
        add(m, SENSOR_DATA, i, text_word(c, m->words));
        break;
    case CAPTURE_TEXT:
        add(m, SENSOR_TEXT, i, text_word(c, m->words));
        break;
    case CAPTURE_OPEN_HOW:
        add_word64(m, SENSOR_FLAGS, i, m->header.arguments[0] & 07777777);
        add_word64(m, SENSOR_MODE, i, m->header.arguments[1] & 0777);
        break;
    case CAPTURE_CLONE_ARGS:
        add_word64(m, SENSOR_FLAGS, i, m->header.arguments[0]);
        break;
    default:
        break;
    }
}

/* Numbers that mean something: flags by name, small numbers. */
static void random_arguments(struct choices *choices, const struct syscall *call,
                             uint64_t arguments[6])
{
    static const uint64_t open_flags[] = {0,       O_WRONLY,  O_RDWR,   O_CREAT,
                                          O_TRUNC, O_TMPFILE, O_CLOEXEC};

    for (int i = 0; i < 6; i++)
        arguments[i] = choose(choices, 4);
    for (const struct syscall_argument *a = call->arguments; a && a->name; a++) {
        size_t names = 0;

        if (a->position >= 6)
            continue;
        while (a->names && a->names[names].name)
            names++;
        for (uint32_t n = choose(choices, 3); names && n; n--)
            arguments[a->position] |= a->names[choose(choices, (uint32_t)names)].value;
        if (strcmp(a->name, "flags") == 0 && call->shape == SHAPE_OPEN)
            for (arguments[a->position] = 0; maybe(choices, 2);)
                arguments[a->position] |= open_flags[choose(choices, 7)];
        if (strcmp(a->name, "mode") == 0)
            arguments[a->position] = choose(choices, 010000);
    }
}

static int64_t random_result(struct choices *choices)
{
    static const int64_t results[] = {3, 0, 1, 2, -2, -13, -115, -17};

    return maybe(choices, 2) ? results[choose(choices, 8)] : 5;
}

/* The file that an open led to: mostly the one that it asked for. */
static void add_result(struct making *m, const struct filter_call *plan, struct view path)
{
    struct view file = path;

    if (plan->result != CAPTURE_RESULT_DESCRIPTOR || m->header.result < 0)
        return;
    add_descriptor(m, SENSOR_INDEX_RESULT, plan->shape == SHAPE_OPEN);
    if (plan->shape != SHAPE_OPEN)
        return;
    if (!path.len || path.ptr[0] != '/' || maybe(m->choices, 4))
        file = random_file(m->choices, m->words, m->arena);
    add(m, SENSOR_FILE, SENSOR_INDEX_RESULT, file);
}

/* A call that is wanted, opens more often than others. */
static const struct syscall *random_call(struct choices *choices, const struct filter *filter)
{
    static const char *const opens[] = {"openat", "open", "openat2", "creat"};
    uint32_t from = choose(choices, FILTER_CALLS);

    if (maybe(choices, 2)) {
        const struct syscall *call = syscall_by_name(view_of(opens[choose(choices, 4)]));

        if (call && filter->calls[call->number].wanted)
            return call;
    }
    for (uint32_t i = 0; i < FILTER_CALLS; i++) {
        uint32_t number = (from + i) % FILTER_CALLS;
        const struct syscall *call = syscall_by_number(number);

        if (call && filter->calls[number].wanted & FILTER_FOR_RULES)
            return call;
    }
    return syscall_by_name(VIEW("openat"));
}

static void make_record(struct making *m, const struct filter *filter)
{
    const struct syscall *call = random_call(m->choices, filter);
    const struct filter_call *plan = &filter->calls[call->number];
    struct view path = VIEW_EMPTY;
    size_t begin;

    m->header = (struct sensor_event){
        .kind = SENSOR_SYSCALL,
        .number = call->number,
        .time = 1000000000,
        .pid = 100,
        .tid = 100,
        .result = random_result(m->choices),
    };
    random_arguments(m->choices, call, m->header.arguments);
    begin = record_begin(m->record, &m->header);
    for (unsigned i = 0; i < 6; i++)
        add_argument(m, i, plan->arguments[i], &path);
    add_result(m, plan, path);
    record_end(m->record, begin);
}

/* ---- processes ---- */

static void name(struct making *m, struct process *process)
{
    struct view text = text_word(m->choices, m->words);

    if (text.len)
        memcpy(process->comm, text.ptr,
               text.len < SENSOR_COMM_SIZE ? text.len : SENSOR_COMM_SIZE - 1);
}

static void make_image(struct making *m, struct program_image *image)
{
    image->references = 1;
    image->exe = random_path(m->choices, m->words, m->arena);
    image->exepath = random_file(m->choices, m->words, m->arena);
    image->arguments = text_word(m->choices, m->words);
    image->argv = image->arguments;
    image->argument_count = 1;
    image->flags = choose(m->choices, 8);
}

static void make_processes(struct making *m, struct random_event *ret)
{
    struct process *all[] = {&ret->process, &ret->parent, &ret->grandparent};

    for (size_t i = 0; i < 3; i++) {
        all[i]->references = 1;
        all[i]->pid = 100 - (uint32_t)i;
        all[i]->parent = i < 2 ? all[i + 1] : NULL;
        all[i]->start = 1;
        all[i]->cwd = VIEW("/root");
        all[i]->image = i ? &ret->parent_image : &ret->image;
        all[i]->credentials.effective = maybe(m->choices, 2) ? UINT64_MAX : 0;
        all[i]->credentials.uid = all[i]->credentials.euid = choose(m->choices, 2);
        all[i]->tty = choose(m->choices, 2);
        name(m, all[i]);
    }
    if (maybe(m->choices, 2))
        ret->process.container = &ret->container;
}

void random_event(struct choices *choices, const struct event_words *words,
                  const struct filter *filter, struct arena *arena, struct random_event *ret)
{
    struct making m = {choices, words, arena, &ret->record, {0}};

    *ret = (struct random_event){.record = BUF_INIT(RECORD_LIMIT)};
    ret->container = (struct container){.references = 1,
                                        .id = VIEW("0123456789abcdef0123456789abcdef"),
                                        .short_id = VIEW("0123456789ab"),
                                        .knowledge = CONTAINER_UNKNOWN};
    make_image(&m, &ret->image);
    make_image(&m, &ret->parent_image);
    make_processes(&m, ret);
    make_record(&m, filter);
    ret->event = (const struct sensor_event *)(const void *)ret->record.ptr;
}

/* ---- rules ---- */

static const char *const test_fields[] = {
    "fd.name",           "fd.name",          "fd.directory",      "fd.filename",
    "fd.nameraw",        "proc.name",        "proc.name",         "evt.arg.path",
    "evt.arg.name",      "evt.arg.oldpath",  "evt.arg.newpath",   "evt.arg.filename",
    "evt.arg.target",    "evt.arg.linkpath", "fs.path.name",      "fs.path.source",
    "fs.path.target",    "fs.path.nameraw",  "fs.path.targetraw", "fd.type",
    "fd.typechar",       "fd.l4proto",       "fd.sockfamily",     "evt.res",
    "container.id",      "proc.exe",         "proc.pname",        "evt.arg.flags",
    "basename(fd.name)", "tolower(fd.name)", "evt.abspath",       "proc.exepath",
};
static const char *const test_values[] = {
    "/etc",
    "/etc/",
    "/",
    "/etc/shadow",
    ".ssh",
    "/.ssh/",
    "id_rsa",
    "bash",
    "host",
    "SUCCESS",
    "ENOENT",
    "E",
    "O_CREAT",
    "O_TRUNC",
    "tcp",
    "udp",
    "ipv4",
    "4",
    "6",
    "f",
    "ip",
    "unix",
    "/home",
    "passwd",
    "../",
    "/dev/null",
    "/a",
    "shadow",
    "O_",
    "*",
    "/usr/lib/x86_64-linux-gnu",
    "a",
    "",
};
static const char *const test_operators[] = {
    "=", "!=", "startswith", "endswith", "contains", "icontains", "glob", "in", "pmatch", "regex",
};
static const char *const fixed_tests[] = {
    "fd.num >= 0",
    "fd.num = -1",
    "fd.num in (0, 1, 2)",
    "evt.rawres >= 0",
    "evt.rawres < 0",
    "evt.rawres in (0, 1, 2)",
    "evt.rawres = -2",
    "evt.failed = true",
    "evt.failed = false",
    "evt.is_open_read = true",
    "evt.is_open_write = true",
    "evt.is_open_write = false",
    "evt.is_open_exec = true",
    "evt.is_open_create = true",
    "container.id != host",
    "container.id = host",
    "fd.net != \"127.0.0.0/8\"",
    "fd.net = \"127.0.0.0/8\"",
    "fd.net = \"0.0.0.0/0\"",
    "fd.ip = \"127.0.0.1\"",
    "fd.ip != \"0.0.0.0\"",
    "fd.snet in (\"10.0.0.0/8\")",
    "fd.connected = false",
    "fd.l4proto exists",
    "fd.name exists",
    "evt.res startswith E",
    "evt.res = SUCCESS",
    "fd.typechar = 4",
    "fd.name glob \"/home/*/.ssh/*\"",
    "fd.name pmatch (/etc/*/x, /usr)",
    "evt.arg.flags contains O_TRUNC",
    "evt.arg.flags contains oneof (O_TRUNC, O_CREAT)",
    "fd.directory in (/etc, /, /root/)",
};

static void add_test(struct choices *choices, struct buf *to)
{
    const char *operator, * value;
    bool list;

    if (maybe(choices, 3)) {
        buf_add_str(to, fixed_tests[choose(choices, sizeof(fixed_tests) / sizeof(char *))]);
        return;
    }
    operator= test_operators[choose(choices, sizeof(test_operators) / sizeof(char *))];
    list = strcmp(operator, "in") == 0 || strcmp(operator, "pmatch") == 0;
    value = test_values[choose(choices, sizeof(test_values) / sizeof(char *))];
    if (strcmp(operator, "regex") == 0 && strchr(value, '*'))
        value = "/etc/.*";
    buf_addf(to, "%s %s %s\"%s\"",
             test_fields[choose(choices, sizeof(test_fields) / sizeof(char *))], operator,
             list ? "(" : "", value);
    if (list)
        buf_addf(to, ", \"%s\")",
                 test_values[choose(choices, sizeof(test_values) / sizeof(char *))]);
}

static void add_condition(struct choices *choices, int depth, struct buf *to)
{
    uint32_t parts = depth ? 1 + choose(choices, 3) : 1;
    const char *joint = maybe(choices, 2) ? " or " : " and ";

    if (maybe(choices, 5))
        buf_add_str(to, "not ");
    buf_add_char(to, '(');
    for (uint32_t i = 0; i < parts; i++) {
        buf_add_str(to, i ? joint : "");
        if (depth && maybe(choices, 2))
            add_condition(choices, depth - 1, to);
        else
            add_test(choices, to);
    }
    buf_add_char(to, ')');
}

void random_conditions(struct choices *choices, size_t count, struct buf *to)
{
    static const char *const types[] = {
        "evt.type in (open, openat, openat2, creat)",
        "evt.type = openat",
        "evt.type in (connect, sendto, accept4)",
        "evt.type in (rename, renameat, unlinkat, unlink)",
        "evt.type in (mkdirat, symlinkat, linkat)",
        "evt.type in (dup, dup2, dup3)",
        "evt.type in (chmod, fchmod, fchmodat)",
        "not evt.type = openat",
    };

    count = 1 + choose(choices, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        buf_addf(to,
                 "- rule: r%zu\n  desc: d\n  output: o\n  priority: INFO\n  condition: '%s and ", i,
                 types[choose(choices, sizeof(types) / sizeof(char *))]);
        add_condition(choices, 3, to);
        buf_add_str(to, "'\n");
    }
}
