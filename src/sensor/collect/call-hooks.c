#include "sensor/collect/call-hooks.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "sensor/syscall/syscall.h"

enum {
    FAMILIES = 4,     /* calls with arguments, without, of 32 bits, refused */
    ENTRY_LIMIT = 32, /* instructions of an entry */
    ENTRY_MAPS = 2,
};

static const char licence[] = "Dual BSD/GPL"; /* as sensor.bpf.c has it */

/* The programs that call one another. */
static const char *const chain[] = {"syscall_exit", "syscall_judge", "syscall_judge_text",
                                    "syscall_judge_open", "syscall_capture"};
static const char *const entries[] = {
    [HOOK_CALL] = "call_return",
    [HOOK_TABLE] = "call_return",
    [HOOK_REFUSAL] = "call_refusal",
};

struct family {
    enum shared_hook hook;
    struct call_function function; /* one of them */
    char name[64];                 /* of that */
    struct bpf_insn entry[ENTRY_LIMIT];
    size_t entry_length;
    int maps[ENTRY_MAPS]; /* those that it names: by one the programs call one another */
    size_t map_count;
};

struct hook {
    bool is_attached;
    int program, link; /* where it is */
    uint64_t skipped;  /* by hooks that are gone */
};

struct call_hooks {
    struct call_functions functions;
    struct family families[FAMILIES];
    size_t family_count;
    struct hook calls[FILTER_CALLS];
    struct hook table, x32_table, refusal;
};

/* ---- One program on one function ---- */

static int attach(const struct bpf_insn *code, size_t count, uint32_t function, struct hook *ret,
                  struct error *err)
{
    LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FEXIT,
                .attach_btf_id = function);
    _cleanup_close_ int program =
        bpf_prog_load(BPF_PROG_TYPE_TRACING, "call_return", licence, code, count, &options);
    int link;

    if (program < 0)
        return error_errno(err, "the kernel takes no program on the end of a function");
    link = bpf_link_create(program, 0, BPF_TRACE_FEXIT, NULL);
    if (link < 0)
        return error_errno(err, "the kernel attaches no program to the end of a function");
    ret->is_attached = true;
    ret->link = link;
    ret->program = take_fd(&program);
    return 0;
}

static uint64_t skipped_by(const struct hook *hook)
{
    struct bpf_prog_info info = {0};
    uint32_t size = sizeof(info);

    if (!hook->is_attached || bpf_obj_get_info_by_fd(hook->program, &info, &size) < 0)
        return hook->skipped;
    return hook->skipped + info.recursion_misses;
}

static void detach(struct hook *hook)
{
    if (!hook->is_attached)
        return;
    hook->skipped = skipped_by(hook);
    close(hook->link);
    close(hook->program);
    hook->is_attached = false;
}

int call_hooks_check(const struct btf *btf, struct error *err)
{
    const struct bpf_insn nothing[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
        {.code = BPF_JMP | BPF_EXIT},
    };
    int32_t function = btf__find_by_name_kind(btf, "__x64_sys_sethostname", BTF_KIND_FUNC);
    struct hook hook = {0};
    int r;

    if (function <= 0)
        return error_set(err, ERROR_UNSUPPORTED,
                         "the kernel's system calls are no functions of their own");
    r = attach(nothing, sizeof(nothing) / sizeof(nothing[0]), (uint32_t)function, &hook, err);
    detach(&hook);
    return r;
}

/* ---- Families ---- */

static int aim(struct bpf_object *object, const char *name, const struct family *family,
               struct error *err)
{
    struct bpf_program *program = bpf_object__find_program_by_name(object, name);
    int failed;

    if (!program)
        return error_set(err, ERROR_INTERNAL, "there is no program %s", name);
    bpf_program__set_autoload(program, true);
    bpf_program__set_expected_attach_type(program, BPF_TRACE_FEXIT);
    failed = bpf_program__set_attach_target(program, 0, family->name);
    if (!failed)
        return 0;
    errno = -failed;
    return error_errno(err, "find the function %s", family->name);
}

/* Makes the object's programs those of the family. */
static int aim_all(struct family *family, struct bpf_object *object, struct error *err)
{
    for (size_t i = 0; i < sizeof(chain) / sizeof(chain[0]); i++)
        if (aim(object, chain[i], family, err) < 0)
            return err->kind;
    return aim(object, entries[family->hook], family, err);
}

static bool names_map(const struct bpf_insn *step)
{
    return step->code == (BPF_LD | BPF_IMM | BPF_DW) &&
           (step->src_reg == BPF_PSEUDO_MAP_FD || step->src_reg == BPF_PSEUDO_MAP_VALUE);
}

/* Takes what is needed of the loaded object: the entry, and the maps that it names. */
static int keep_entry(struct family *family, struct bpf_object *object, struct error *err)
{
    const struct bpf_program *entry =
        bpf_object__find_program_by_name(object, entries[family->hook]);
    size_t length = bpf_program__insn_cnt(entry);

    if (length > ENTRY_LIMIT)
        return error_set(err, ERROR_INTERNAL, "the program %s is too long", entries[family->hook]);
    memcpy(family->entry, bpf_program__insns(entry), length * sizeof(*family->entry));
    family->entry_length = length;
    for (struct bpf_insn *step = family->entry; step < family->entry + length; step++) {
        int map;

        if (!names_map(step))
            continue;
        if (family->map_count == ENTRY_MAPS)
            return error_set(err, ERROR_INTERNAL, "the program %s has many maps",
                             entries[family->hook]);
        map = fcntl(step->imm, F_DUPFD_CLOEXEC, 1);
        if (map < 0)
            return error_errno(err, "keep a map");
        step->imm = family->maps[family->map_count++] = map;
    }
    return 0;
}

static struct family *family_of(struct call_hooks *hooks, enum shared_hook hook,
                                struct call_function function)
{
    for (size_t i = 0; i < hooks->family_count; i++)
        if (hooks->families[i].hook == hook &&
            hooks->families[i].function.prototype == function.prototype)
            return &hooks->families[i];
    return NULL;
}

static int add_family(struct call_hooks *hooks, const struct btf *btf, enum shared_hook hook,
                      struct call_function function, struct error *err)
{
    struct family *family = &hooks->families[hooks->family_count];

    if (!function.id || family_of(hooks, hook, function))
        return 0;
    if (hooks->family_count == FAMILIES)
        return error_set(err, ERROR_UNSUPPORTED, "the kernel's system calls are of many types");
    hooks->family_count++;
    family->hook = hook;
    family->function = function;
    snprintf(family->name, sizeof(family->name), "%s",
             btf__name_by_offset(btf, btf__type_by_id(btf, function.id)->name_off));
    return 0;
}

static int add_families(struct call_hooks *hooks, const struct btf *btf, struct error *err)
{
    const struct call_functions *functions = &hooks->functions;
    int r = add_family(hooks, btf, HOOK_CALL, functions->calls[SYS_openat], err);

    for (unsigned i = 0; r == 0 && i < FILTER_CALLS; i++)
        r = add_family(hooks, btf, HOOK_CALL, functions->calls[i], err);
    if (r == 0)
        r = add_family(hooks, btf, HOOK_TABLE, functions->table, err);
    if (r == 0)
        r = add_family(hooks, btf, HOOK_TABLE, functions->x32_table, err);
    if (r == 0)
        r = add_family(hooks, btf, HOOK_REFUSAL, functions->refusal, err);
    return r;
}

int call_hooks_new(const struct btf *btf, const struct call_functions *functions,
                   struct bpf_object *first, struct call_hooks **ret, struct error *err)
{
    struct call_hooks *hooks = calloc(1, sizeof(*hooks));
    int r;

    if (!hooks)
        return error_memory(err);
    hooks->functions = *functions;
    r = add_families(hooks, btf, err);
    if (r == 0)
        r = aim_all(&hooks->families[0], first, err);
    if (r < 0)
        free(hooks);
    else
        *ret = hooks;
    return r;
}

void call_hooks_free(struct call_hooks *hooks)
{
    if (!hooks)
        return;
    call_hooks_detach(hooks);
    for (size_t i = 0; i < hooks->family_count; i++)
        for (size_t m = 0; m < hooks->families[i].map_count; m++)
            close(hooks->families[i].maps[m]);
    free(hooks);
}

int call_hooks_load(struct call_hooks *hooks, struct bpf_object *first, call_hooks_twin *twin,
                    void *context, struct error *err)
{
    if (keep_entry(&hooks->families[0], first, err) < 0)
        return err->kind;
    for (size_t i = 1; i < hooks->family_count; i++) {
        struct family *family = &hooks->families[i];
        struct bpf_object *object =
            twin(context, family->hook, hooks->functions.refusal_takes_nothing, err);
        int failed;

        if (!object || aim_all(family, object, err) < 0)
            return err->kind;
        failed = bpf_object__load(object);
        if (failed) {
            errno = -failed;
            return error_errno(err, "the kernel refused the programs on the ends of calls");
        }
        if (keep_entry(family, object, err) < 0)
            return err->kind;
    }
    return 0;
}

/* ---- All of them ---- */

static int put(struct call_hooks *hooks, enum shared_hook kind, struct call_function function,
               struct hook *hook, struct error *err)
{
    const struct family *family = family_of(hooks, kind, function);

    if (hook->is_attached || !function.id)
        return 0;
    return attach(family->entry, family->entry_length, function.id, hook, err);
}

int call_hooks_add(struct call_hooks *hooks, const struct filter *filter, struct error *err)
{
    const struct call_functions *functions = &hooks->functions;
    int r = put(hooks, HOOK_TABLE, functions->table, &hooks->table, err);

    if (r == 0)
        r = put(hooks, HOOK_TABLE, functions->x32_table, &hooks->x32_table, err);
    if (r == 0)
        r = put(hooks, HOOK_REFUSAL, functions->refusal, &hooks->refusal, err);
    for (unsigned i = 0; r == 0 && i < FILTER_CALLS; i++) {
        if (!filter->calls[i].wanted)
            continue;
        r = put(hooks, HOOK_CALL, functions->calls[i], &hooks->calls[i], err);
        if (r < 0)
            return error_wrap(err, "%s", syscall_by_number(i)->kernel_name);
    }
    return r;
}

void call_hooks_prune(struct call_hooks *hooks, const struct filter *filter)
{
    for (unsigned i = 0; i < FILTER_CALLS; i++)
        if (hooks->calls[i].is_attached && !filter->calls[i].wanted) {
            detach(&hooks->calls[i]);
            return;
        }
}

void call_hooks_detach(struct call_hooks *hooks)
{
    for (unsigned i = 0; i < FILTER_CALLS; i++)
        detach(&hooks->calls[i]);
    detach(&hooks->table);
    detach(&hooks->x32_table);
    detach(&hooks->refusal);
}

uint64_t call_hooks_skipped(const struct call_hooks *hooks)
{
    uint64_t sum =
        skipped_by(&hooks->table) + skipped_by(&hooks->x32_table) + skipped_by(&hooks->refusal);

    for (unsigned i = 0; i < FILTER_CALLS; i++)
        sum += skipped_by(&hooks->calls[i]);
    return sum;
}
