#include "sensor/collect/uring.h"

#include <bpf/btf.h>
#include <string.h>

#include "sensor/syscall/syscall.h"

/* By the operation's number (enum io_uring_op). */
static const char *const calls_of_operations[SHARED_URING_OPERATIONS] = {
    [9] = "sendmsg",  [13] = "accept4",   [16] = "connect",   [18] = "openat",    [21] = "statx",
    [26] = "sendto",  [28] = "openat2",   [34] = "shutdown",  [35] = "renameat2", [36] = "unlinkat",
    [37] = "mkdirat", [38] = "symlinkat", [39] = "linkat",    [45] = "socket",    [47] = "sendto",
    [48] = "sendmsg", [54] = "dup",       [55] = "ftruncate", [56] = "bind",      [57] = "listen",
};

void uring_fill_calls(uint16_t calls[SHARED_URING_OPERATIONS])
{
    for (size_t i = 0; i < SHARED_URING_OPERATIONS; i++) {
        const char *name = calls_of_operations[i];
        const struct syscall *call = name ? syscall_by_name(view_of(name)) : NULL;

        calls[i] = call ? call->number : FILTER_CALLS;
    }
}

/* Parameters of a tracepoint's function, the first left out, which is the program's own;
 * 0: there is no such tracepoint. */
static unsigned arguments_of(const struct btf *btf, const char *tracepoint,
                             const struct btf_param **ret)
{
    char name[64] = "btf_trace_";
    const struct btf_type *type;
    int id;

    strncat(name, tracepoint, sizeof(name) - strlen(name) - 1);
    id = btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF);
    if (id < 0)
        return 0;
    type = btf__type_by_id(btf, btf__type_by_id(btf, (uint32_t)id)->type);
    type = type && btf_is_ptr(type) ? btf__type_by_id(btf, type->type) : NULL;
    if (!type || !btf_is_func_proto(type) || btf_vlen(type) < 1)
        return 0;
    *ret = btf_params(type) + 1;
    return btf_vlen(type) - 1U;
}

static bool is_request(const struct btf *btf, const struct btf_param *argument)
{
    const struct btf_type *type = btf__type_by_id(btf, argument->type);

    if (!type || !btf_is_ptr(type) || !(type = btf__type_by_id(btf, type->type)))
        return false;
    return btf_is_struct(type) && strcmp(btf__name_by_offset(btf, type->name_off), "io_kiocb") == 0;
}

static const char *find_submit(const struct btf *btf)
{
    static const char *const names[] = {"io_uring_submit_req", "io_uring_submit_sqe"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct btf_param *arguments;

        if (arguments_of(btf, names[i], &arguments) && is_request(btf, arguments))
            return names[i];
    }
    return NULL;
}

/* Bits of io_kiocb.flags are in an enum without a name. */
static void find_bits(const struct btf *btf, struct uring_hooks *hooks)
{
    const struct {
        const char *name;
        uint32_t *mask;
    } wanted[] = {
        {"REQ_F_CREDS_BIT", &hooks->has_creds},
        {"REQ_F_ASYNC_DATA_BIT", &hooks->has_data},
        {"REQ_F_APOLL_MULTISHOT_BIT", &hooks->is_multishot},
        {"REQ_F_NEED_CLEANUP_BIT", &hooks->needs_cleanup},
    };

    for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
        const struct btf_type *type = btf__type_by_id(btf, id);
        const struct btf_enum *values = btf_enum(type);

        if (!btf_is_enum(type) || type->name_off)
            continue;
        for (unsigned i = 0; i < btf_vlen(type); i++)
            for (size_t w = 0; w < sizeof(wanted) / sizeof(wanted[0]); w++)
                if (values[i].val >= 0 && values[i].val < 32 &&
                    strcmp(btf__name_by_offset(btf, values[i].name_off), wanted[w].name) == 0)
                    *wanted[w].mask = 1U << values[i].val;
    }
}

bool uring_find_hooks(const struct btf *btf, struct uring_hooks *ret)
{
    enum { WITH_CQE = 3, WITH_FIELDS = 7 };
    struct uring_hooks hooks = {.submit = find_submit(btf)};
    const struct btf_param *arguments;
    unsigned count = arguments_of(btf, "io_uring_complete", &arguments);

    if (!hooks.submit || (count != WITH_CQE && count != WITH_FIELDS) ||
        arguments_of(btf, "io_uring_cqe_overflow", &arguments) != 5)
        return false;
    hooks.tells_cqe = count == WITH_CQE;
    find_bits(btf, &hooks);
    if (!hooks.has_creds || !hooks.has_data || !hooks.is_multishot || !hooks.needs_cleanup)
        return false;
    *ret = hooks;
    return true;
}

bool uring_is_told(void)
{
    struct btf *btf = btf__load_vmlinux_btf();
    struct uring_hooks hooks;
    bool told = btf && uring_find_hooks(btf, &hooks);

    btf__free(btf);
    return told;
}
