/* The kernel's functions behind system calls, in the types of the running kernel. */
#include <bpf/btf.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "sensor/collect/call-functions.h"

#include "test.h"

static void test_are_inlined(void **state)
{
    static const struct {
        const char *symbol;
        bool want;
    } cases[] = {
        {"do_sys_openat2.llvm.1234567890", true},
        {"do_open.lto_priv.0", true},
        {"__x64_sys_openat", false},
        {"do_open.isra.0", false},
        {"llvm_profile", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(call_functions_are_inlined(view_of(cases[i].symbol)), cases[i].want);
}

#if defined(__x86_64__)

static const char *name_of(const struct btf *btf, uint32_t id)
{
    const struct btf_type *type = btf__type_by_id(btf, id);

    return type ? btf__name_by_offset(btf, type->name_off) : "none";
}

static void test_find(void **state)
{
    static const struct {
        unsigned number;
        const char *want;
    } cases[] = {
        {SYS_openat, "__x64_sys_openat"},   {SYS_execve, "__x64_sys_execve"},
        {SYS_connect, "__x64_sys_connect"}, {SYS_umount2, "__x64_sys_umount"},
        {SYS_stat, "__x64_sys_newstat"},    {SYS_setsid, "__do_sys_setsid"},
        {SYS_bpf, "__x64_sys_bpf"},         {SYS_sendfile, "__x64_sys_sendfile64"},
    };
    struct btf *btf = btf__load_vmlinux_btf();
    struct call_functions functions;
    struct error err = ERROR_INIT;

    (void)state;
    if (!btf) {
        skip();
        return;
    }
    assert_int_equal(call_functions_find(btf, &functions, &err), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(name_of(btf, functions.calls[cases[i].number].id), cases[i].want);
    /* Of different types, which therefore call different programs. */
    assert_int_not_equal(functions.calls[SYS_openat].prototype, 0);
    assert_string_equal(name_of(btf, functions.refusal.id), "__secure_computing");
    if (functions.table.id) /* else the kernel knows no 32-bit calls */
        assert_string_equal(name_of(btf, functions.table.id), "ia32_sys_call");
    btf__free(btf);
}

static void test_cover(void **state)
{
    static const struct {
        const char *symbol;
        bool want;
    } cases[] = {
        {"__x64_sys_openat", true},
        {"__x64_sys_connect", false},
        {"__x64_sys_umount", false},
        {"__x64_sys_ni_syscall", true}, /* no call */
        {"__ia32_sys_openat", false},   /* their table is not known */
        {"__ia32_sys_close", true},     /* one of them is enough */
        {"__x64_compat_sys_execve", false},
        {"__secure_computing", true},
        {"do_sys_open", true},
        {"", true},
    };
    struct call_functions functions = {0};

    (void)state;
    functions.calls[SYS_openat].id = 1;
    functions.refusal.id = 2;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(call_functions_cover(&functions, view_of(cases[i].symbol)), cases[i].want);
}

#else

static void test_find(void **state)
{
    (void)state;
    skip();
}

static void test_cover(void **state)
{
    (void)state;
    skip();
}

#endif

RUN_TESTS(cmocka_unit_test(test_find), cmocka_unit_test(test_cover),
          cmocka_unit_test(test_are_inlined))
