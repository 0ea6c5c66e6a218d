/* How kernels of all shapes are known to tell of io_uring, or not to. */
#include <bpf/btf.h>
#include <stdio.h>

#include "sensor/collect/uring.h"
#include "sensor/syscall/syscall.h"

#include "test.h"

/* Arguments of a tracepoint: 'r' a struct io_kiocb, 'p' another pointer, 'u' a number. */
struct kernel {
    const char *name;
    const char *submit, *submit_arguments;
    const char *complete_arguments;
    const char *overflow_arguments;
    bool bits; /* those of io_kiocb.flags have names */
};

static const struct {
    struct kernel kernel;
    const char *submit; /* NULL: it does not tell */
    bool tells_cqe;
} cases[] = {
    {{"6.18", "io_uring_submit_req", "r", "ppp", "puuup", true}, "io_uring_submit_req", true},
    {{"6.12", "io_uring_submit_req", "r", "ppuuuuu", "puuup", true}, "io_uring_submit_req", false},
    {{"6.1", "io_uring_submit_sqe", "ru", "ppuuuuu", "puuup", true}, "io_uring_submit_sqe", false},
    {{"5.15", "io_uring_submit_sqe", "ppuuuuu", "puuu", "", true}, NULL, false},
    {{"no io_uring", "", "", "", "", false}, NULL, false},
    {{"another way of completing", "io_uring_submit_req", "r", "pp", "puuup", true}, NULL, false},
    {{"no tracepoint of overflow", "io_uring_submit_req", "r", "ppp", "", true}, NULL, false},
    {{"no bits", "io_uring_submit_req", "r", "ppp", "puuup", false}, NULL, false},
};

struct types {
    struct btf *btf;
    int number, request, request_pointer, pointer;
};

static void add_tracepoint(const struct types *types, const char *name, const char *arguments)
{
    char full[64];
    int function;

    if (!*name || !*arguments)
        return;
    function = btf__add_func_proto(types->btf, 0);
    assert_int_equal(btf__add_func_param(types->btf, "data", types->pointer), 0);
    for (; *arguments; arguments++) {
        int type = *arguments == 'r'   ? types->request_pointer
                   : *arguments == 'p' ? types->pointer
                                       : types->number;

        assert_int_equal(btf__add_func_param(types->btf, "argument", type), 0);
    }
    snprintf(full, sizeof(full), "btf_trace_%s", name);
    assert_true(btf__add_typedef(types->btf, full, btf__add_ptr(types->btf, function)) > 0);
}

static struct btf *types_of(const struct kernel *kernel)
{
    struct types types = {.btf = btf__new_empty()};

    types.number = btf__add_int(types.btf, "int", 4, BTF_INT_SIGNED);
    types.request = btf__add_struct(types.btf, "io_kiocb", 8);
    types.request_pointer = btf__add_ptr(types.btf, types.request);
    types.pointer = btf__add_ptr(types.btf, 0);
    add_tracepoint(&types, kernel->submit, kernel->submit_arguments);
    add_tracepoint(&types, "io_uring_complete", kernel->complete_arguments);
    add_tracepoint(&types, "io_uring_cqe_overflow", kernel->overflow_arguments);
    if (!kernel->bits)
        return types.btf;
    btf__add_enum(types.btf, NULL, 4);
    btf__add_enum_value(types.btf, "REQ_F_ASYNC_DATA_BIT", 12);
    btf__add_enum_value(types.btf, "REQ_F_NEED_CLEANUP_BIT", 14);
    btf__add_enum_value(types.btf, "REQ_F_CREDS_BIT", 19);
    btf__add_enum_value(types.btf, "REQ_F_APOLL_MULTISHOT_BIT", 27);
    return types.btf;
}

static void knows_kernels(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct btf *btf = types_of(&cases[i].kernel);
        struct uring_hooks hooks = {.submit = "untouched"};
        bool told = uring_find_hooks(btf, &hooks);

        if (told != (cases[i].submit != NULL))
            fail_msg("%s: told: %d", cases[i].kernel.name, told);
        assert_string_equal(hooks.submit, told ? cases[i].submit : "untouched");
        if (told) {
            assert_int_equal(hooks.tells_cqe, cases[i].tells_cqe);
            assert_int_equal(hooks.has_data, 1 << 12);
            assert_int_equal(hooks.has_creds, 1 << 19);
            assert_int_equal(hooks.needs_cleanup, 1 << 14);
            assert_int_equal(hooks.is_multishot, 1 << 27);
        }
        btf__free(btf);
    }
}

static void operations_are_calls(void **state)
{
    static const struct {
        unsigned operation;
        const char *call;
    } known[] = {{13, "accept4"},  {16, "connect"}, {18, "openat"},  {28, "openat2"},
                 {36, "unlinkat"}, {45, "socket"},  {48, "sendmsg"}, {57, "listen"}};
    uint16_t calls[SHARED_URING_OPERATIONS];

    (void)state;
    uring_fill_calls(calls);
    for (size_t i = 0; i < COUNT(known); i++)
        assert_int_equal(calls[known[i].operation],
                         syscall_by_name(view_of(known[i].call))->number);
    assert_int_equal(calls[0], FILTER_CALLS);  /* IORING_OP_NOP */
    assert_int_equal(calls[22], FILTER_CALLS); /* IORING_OP_READ */
    assert_int_equal(calls[63], FILTER_CALLS);
}

RUN_TESTS(cmocka_unit_test(knows_kernels), cmocka_unit_test(operations_are_calls))
