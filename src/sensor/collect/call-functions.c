#include "sensor/collect/call-functions.h"

#include <bpf/btf.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "sensor/syscall/syscall.h"

#define SYMBOLS "/proc/kallsyms"

/* Of calls without arguments BTF tells the second name only. */
static const char *const prefixes[] = {"__x64_sys_", "__do_sys_"};

/* Where the function is not named as the call. The one that is named so, if there is one, is
 * an older form that only 32-bit programs have. */
static const struct {
    const char *function, *call;
} aliases[] = {
    {"newstat", "stat"},   {"newfstat", "fstat"},      {"newlstat", "lstat"},
    {"newuname", "uname"}, {"sendfile64", "sendfile"}, {"umount", "umount2"},
};

/* The kernel takes no program on the ends of functions that have none. */
static bool never_returns(struct view name)
{
    return view_eq(name, VIEW("exit")) || view_eq(name, VIEW("exit_group"));
}

static unsigned number_of(struct view name)
{
    const struct syscall *call;

    if (never_returns(name))
        return SYSCALL_NONE;
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        if (view_eq(name, view_of(aliases[i].call)))
            return SYSCALL_NONE;
        if (view_eq(name, view_of(aliases[i].function))) {
            name = view_of(aliases[i].call);
            break;
        }
    }
    for (size_t i = 0; (call = syscall_at(i)); i++)
        if (view_eq(name, view_of(call->kernel_name)))
            return call->number;
    return SYSCALL_NONE;
}

/* The call that a function is named after; SYSCALL_NONE: none. */
static unsigned number_behind(struct view function, const char *prefix)
{
    struct view start = view_of(prefix);

    if (!view_starts(function, start))
        return SYSCALL_NONE;
    return number_of(view_sub(function, start.len, function.len - start.len));
}

/* ---- BTF ---- */

static const struct btf_type *pointed_to(const struct btf *btf, uint32_t type)
{
    const struct btf_type *t = btf__type_by_id(btf, type);

    if (!t || !btf_is_ptr(t))
        return NULL;
    t = btf__type_by_id(btf, t->type);
    while (t && btf_is_mod(t))
        t = btf__type_by_id(btf, t->type);
    return t;
}

/* It takes the registers, and then `more` other arguments. */
static bool takes_registers(const struct btf *btf, const struct btf_type *prototype, unsigned more)
{
    const struct btf_type *first;

    if (btf_vlen(prototype) != 1 + more)
        return false;
    first = pointed_to(btf, btf_params(prototype)[0].type);
    return first && btf_is_struct(first) &&
           strcmp(btf__name_by_offset(btf, first->name_off), "pt_regs") == 0;
}

struct finding {
    const struct btf *btf;
    struct call_functions *to;
};

static void note(struct finding *finding, const char *name, struct call_function function)
{
    const struct btf_type *prototype = btf__type_by_id(finding->btf, function.prototype);
    struct call_functions *to = finding->to;

    if (!prototype || !btf_is_func_proto(prototype))
        return;
    if (strcmp(name, "ia32_sys_call") == 0 && takes_registers(finding->btf, prototype, 1))
        to->table = function;
    if (strcmp(name, "x32_sys_call") == 0 && takes_registers(finding->btf, prototype, 1))
        to->x32_table = function;
    if (strcmp(name, "__secure_computing") == 0 && btf_vlen(prototype) <= 1) {
        to->refusal = function;
        to->refusal_takes_nothing = btf_vlen(prototype) == 0;
    }
    /* Some are there twice, with their weak form; libbpf finds the first by its name. */
    if (name[0] != '_' || name[1] != '_' || !takes_registers(finding->btf, prototype, 0))
        return;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        unsigned number = number_behind(view_of(name), prefixes[i]);

        if (number < FILTER_CALLS && !to->calls[number].id)
            to->calls[number] = function;
    }
}

static void look_through_types(const struct btf *btf, struct call_functions *to)
{
    struct finding finding = {btf, to};

    for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
        const struct btf_type *type = btf__type_by_id(btf, id);

        if (btf_is_func(type))
            note(&finding, btf__name_by_offset(btf, type->name_off),
                 (struct call_function){id, type->type});
    }
}

/* ---- Symbols ---- */

bool call_functions_cover(const struct call_functions *functions, struct view symbol)
{
    unsigned number = number_behind(symbol, prefixes[0]);

    if (number < FILTER_CALLS)
        return functions->calls[number].id;
    if (view_eq(symbol, VIEW("__ia32_sys_openat")))
        return functions->table.id;
    if (view_eq(symbol, VIEW("__x64_compat_sys_execve"))) /* of x32 only */
        return functions->x32_table.id;
    if (view_eq(symbol, VIEW("__secure_computing")))
        return functions->refusal.id;
    return true;
}

/* "ffffffff81234560 T name[\t[module]]\n" */
static struct view symbol_of(char *line, size_t length)
{
    struct view rest = {line, length};

    view_cut(&rest, ' ');
    view_cut(&rest, ' ');
    return view_trim(rest);
}

bool call_functions_are_inlined(struct view symbol)
{
    return view_find_view(symbol, VIEW(".llvm.")) >= 0 ||
           view_find_view(symbol, VIEW(".lto_priv.")) >= 0;
}

static int look_through_symbols(const struct call_functions *functions, struct error *err)
{
    _cleanup_fclose_ FILE *file = fopen(SYMBOLS, "re");
    _cleanup_free_ char *line = NULL;
    size_t room = 0, count = 0;
    ssize_t length;

    if (!file)
        return error_errno(err, "%s", SYMBOLS);
    while ((length = getline(&line, &room, file)) > 0) {
        struct view symbol = symbol_of(line, (size_t)length);

        count++;
        if (call_functions_are_inlined(symbol))
            return error_set(err, ERROR_UNSUPPORTED,
                             "the kernel was optimized as a whole (LTO): its system calls may be "
                             "no functions of their own");
        if (symbol.len < 2 || symbol.ptr[0] != '_' || symbol.ptr[1] != '_' ||
            call_functions_cover(functions, symbol))
            continue;
        error_set(err, ERROR_UNSUPPORTED, "the kernel does not describe its function %.*s()",
                  (int)symbol.len, symbol.ptr);
        return err->kind;
    }
    if (!count)
        return error_set(err, ERROR_UNSUPPORTED, "the kernel does not list its functions");
    return 0;
}

int call_functions_find(const struct btf *btf, struct call_functions *ret, struct error *err)
{
    struct call_functions functions = {0};
    int r;

    look_through_types(btf, &functions);
    if (!functions.calls[SYS_openat].id)
        return error_set(err, ERROR_UNSUPPORTED,
                         "the kernel's system calls are no functions of their own");
    r = look_through_symbols(&functions, err);
    if (r == 0)
        *ret = functions;
    return r;
}
