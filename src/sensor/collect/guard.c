#include "sensor/collect/guard.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "sensor/collect/hierarchy.h"

/* Made at build time; it needs the types of bpf/guard.h. */
#include "sensor/bpf/guard-generated.h"

#define STRING_OF(number) #number
#define PIN_NAME(layout, name) GUARD_DIRECTORY "/guard-" STRING_OF(layout) "-" name
#define PIN(name) PIN_NAME(GUARD_LAYOUT_NUMBER, name)
#define GUARD_LAYOUT_NUMBER 1
_Static_assert(GUARD_LAYOUT_NUMBER == GUARD_LAYOUT, "the names are those of the layout");

enum {
    BPF_FS = 0xcafe4a11, /* its magic number */
    LSM_LIST_LIMIT = 4096,
};

static const char rules_pin[] = PIN("rules");

DEFINE_CLEANUP(struct guard_bpf, guard_bpf__destroy)

bool guard_is_listed(void)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(LSM_LIST_LIMIT);
    struct view names;

    if (fd_read_file("/sys/kernel/security/lsm", &text, NULL) < 0)
        return false;
    names = view_trim(buf_view(&text));
    while (names.ptr)
        if (view_eq(view_cut(&names, ','), VIEW("bpf")))
            return true;
    return false;
}

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
    (void)level;
    (void)format;
    (void)args;
    return 0;
}

/* ---- The programs ---- */

static int configure(struct guard_bpf *bpf, struct error *err)
{
    struct cgroup_hierarchy hierarchy;
    struct btf *btf;
    int r = cgroup_hierarchy_find(&hierarchy, err);

    if (r < 0)
        return r;
    btf = btf__load_vmlinux_btf();
    if (!btf)
        return error_set(err, ERROR_UNSUPPORTED, "the kernel does not describe its types");
    bpf->rodata->cgroup_subsystem = cgroup_hierarchy_subsystem(&hierarchy, btf);
    bpf->rodata->cgroup_hierarchy = hierarchy.id;
    btf__free(btf);
    return 0;
}

static int load(struct guard_bpf **ret, struct error *err)
{
    _cleanup_(guard_bpf__destroy_p) struct guard_bpf *bpf = guard_bpf__open();
    int failed;

    if (!bpf)
        return error_errno(err, "open the guard's BPF programs");
    if (configure(bpf, err) < 0)
        return err->kind;
    failed = guard_bpf__load(bpf);
    if (failed) {
        errno = -failed;
        return error_errno(err, "the kernel refused the guard's BPF programs");
    }
    *ret = take_ptr(&bpf);
    return 0;
}

static int load_silently(struct guard_bpf **ret, struct error *err)
{
    libbpf_print_fn_t before = libbpf_set_print(silent);
    int r = load(ret, err);

    libbpf_set_print(before);
    return r;
}

static int attach(struct guard_bpf *bpf, struct error *err)
{
    const struct {
        struct bpf_program *program;
        const char *pin;
    } parts[] = {
        {bpf->progs.guard_forget, PIN("forget")},
        {bpf->progs.guard_mapping, PIN("mapping")},
        {bpf->progs.guard_program, PIN("program")},
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct bpf_link *link = bpf_program__attach(parts[i].program);
        int failed;

        if (!link)
            return error_errno(err, "attach the program %s", bpf_program__name(parts[i].program));
        unlink(parts[i].pin); /* of a start that was cut short */
        failed = bpf_link__pin(link, parts[i].pin);
        bpf_link__destroy(link);
        if (failed) {
            errno = -failed;
            return error_errno(err, "%s", parts[i].pin);
        }
    }
    return 0;
}

/* The rules come first to go and last to come: where they are, the programs are. */
static void unpin(void)
{
    static const char *const pins[] = {rules_pin, PIN("program"), PIN("mapping"), PIN("forget")};

    for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++)
        unlink(pins[i]);
}

static int start(int *ret_rules, struct error *err)
{
    _cleanup_(guard_bpf__destroy_p) struct guard_bpf *bpf = NULL;
    int r = load_silently(&bpf, err), rules;

    if (r == 0)
        r = attach(bpf, err);
    if (r == 0 && bpf_map__pin(bpf->maps.guard_rules, rules_pin) < 0)
        r = error_errno(err, "%s", rules_pin);
    if (r < 0) {
        unpin();
        return r;
    }
    rules = fcntl(bpf_map__fd(bpf->maps.guard_rules), F_DUPFD_CLOEXEC, 0);
    if (rules < 0)
        return error_errno(err, "%s", rules_pin);
    *ret_rules = rules;
    return 0;
}

/* ---- Their place ---- */

static int check_place(struct error *err)
{
    struct statfs fs;

    if (!guard_is_listed())
        return error_set(err, ERROR_UNSUPPORTED, "BPF is not among the kernel's security modules");
    if (statfs("/sys/fs/bpf", &fs) < 0 || fs.f_type != BPF_FS)
        return error_set(err, ERROR_UNSUPPORTED, "no BPF file system is mounted at /sys/fs/bpf");
    return 0;
}

/* A descriptor that is held while others wait. */
static int lock_place(int *ret_fd, struct error *err)
{
    _cleanup_close_ int fd = -1;
    int r = check_place(err);

    if (r < 0)
        return r;
    if (mkdir(GUARD_DIRECTORY, 0700) < 0 && errno != EEXIST)
        return error_errno(err, "%s", GUARD_DIRECTORY);
    fd = open(GUARD_DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) < 0)
        return error_errno(err, "%s", GUARD_DIRECTORY);
    *ret_fd = take_fd(&fd);
    return 0;
}

int guard_check(struct error *err)
{
    _cleanup_(guard_bpf__destroy_p) struct guard_bpf *bpf = NULL;
    int r = check_place(err);

    return r < 0 ? r : load_silently(&bpf, err);
}

/* ---- Rules ---- */

/* Where the cgroup has none yet. */
static int add_rule(int rules, uint64_t cgroup, const struct guard_rule *rule, bool *ret_new,
                    struct error *err)
{
    struct guard_rule old = {0};
    bool is_new = bpf_map_update_elem(rules, &cgroup, rule, BPF_NOEXIST) == 0;

    if (!is_new && errno == E2BIG)
        return error_set(err, ERROR_LIMIT, "%d containers have rules already", GUARD_CONTAINERS);
    if (!is_new && (errno != EEXIST || bpf_map_lookup_elem(rules, &cgroup, &old) < 0))
        return error_errno(err, "set the rule of a cgroup");
    if (!is_new && rule->flags & ~old.flags)
        return error_set(err, ERROR_INPUT, "an earlier action refuses less: take that back");
    *ret_new = is_new;
    return 0;
}

int guard_set(uint64_t cgroup, const struct guard_rule *rule, bool *ret_new, struct error *err)
{
    _cleanup_close_ int place = -1, rules = -1;
    int r = lock_place(&place, err);

    if (r < 0)
        return r;
    rules = bpf_obj_get(rules_pin);
    if (rules < 0)
        r = start(&rules, err);
    return r < 0 ? r : add_rule(rules, cgroup, rule, ret_new, err);
}

int guard_clear(uint64_t cgroup, struct error *err)
{
    _cleanup_close_ int place = -1, rules = -1;
    uint64_t first;
    int r = lock_place(&place, err);

    if (r < 0)
        return r;
    rules = bpf_obj_get(rules_pin);
    if (rules < 0)
        return errno == ENOENT ? 0 : error_errno(err, "%s", rules_pin);
    if (bpf_map_delete_elem(rules, &cgroup) < 0 && errno != ENOENT)
        return error_errno(err, "take back the rule of a cgroup");
    if (bpf_map_get_next_key(rules, NULL, &first) < 0 && errno == ENOENT)
        unpin();
    return 0;
}
