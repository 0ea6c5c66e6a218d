#include "secret/rules.h"

#include "base/cursor.h"
#include "base/hash.h"
#include "secret/rule-wire.h"

enum { ARENA_LIMIT = 64 << 20 };

static const struct view magic = VIEW("PLIMSEC1");

struct secret_rules {
    struct arena *arena;
    struct secret_rule *rules;
    size_t count;
    hs_database_t *database;
    struct view compiled;
};

/* ---- Compiling ---- */

static int compile_fault(const struct secret_rule_files *files, hs_compile_error_t *cause,
                         struct error *err)
{
    int i = cause ? cause->expression : -1;

    if (i >= 0 && (size_t)i < files->rule_count)
        error_set(err, ERROR_INPUT, "the rule %.*s: the first pass cannot use its regex: %s",
                  VIEW_ARG(files->rules[i].id), cause->message);
    else
        error_set(err, ERROR_MEMORY, "the secret rules cannot be compiled: %s",
                  cause ? cause->message : "out of memory");
    hs_free_compile_error(cause);
    return err ? err->kind : ERROR_INPUT;
}

/* NULL: for this machine. */
static int compile_database(const struct secret_rule_files *files,
                            const hs_platform_info_t *platform, hs_database_t **ret,
                            struct error *err)
{
    size_t count = files->rule_count;
    const char **patterns = arena_array(files->arena, count, sizeof(*patterns));
    unsigned *flags = arena_array(files->arena, count, sizeof(*flags));
    unsigned *numbers = arena_array(files->arena, count, sizeof(*numbers));
    hs_compile_error_t *cause = NULL;

    if (!patterns || !flags || !numbers)
        return arena_failed(files->arena, "the rules", err);
    for (size_t i = 0; i < count; i++) {
        patterns[i] = files->rules[i].scan.ptr;
        numbers[i] = (unsigned)i;
    }
    if (hs_compile_multi(patterns, flags, numbers, (unsigned)count, HS_MODE_BLOCK, platform, ret,
                         &cause) != HS_SUCCESS)
        return compile_fault(files, cause, err);
    return 0;
}

static int encode_database(const struct secret_rule_files *files,
                           const hs_platform_info_t *platform, struct buf *to, struct error *err)
{
    hs_database_t *database;
    char *bytes = NULL;
    size_t len = 0;
    int r = compile_database(files, platform, &database, err);

    if (r < 0)
        return r;
    if (hs_serialize_database(database, &bytes, &len) != HS_SUCCESS)
        r = error_memory(err);
    hs_free_database(database);
    if (r == 0) {
        buf_add_varint(to, platform ? platform->cpu_features : 0);
        buf_add_bytes(to, view_from(bytes, len));
    }
    free(bytes);
    return r;
}

int secret_rules_compile(const struct secret_rule_files *files, enum secret_platform platform,
                         struct buf *to, struct error *err)
{
    static const hs_platform_info_t all[] = {
        {.tune = HS_TUNE_FAMILY_GENERIC},
#if defined(__x86_64__)
        {.tune = HS_TUNE_FAMILY_GENERIC, .cpu_features = HS_CPU_FEATURES_AVX2},
        {.tune = HS_TUNE_FAMILY_GENERIC,
         .cpu_features = HS_CPU_FEATURES_AVX2 | HS_CPU_FEATURES_AVX512},
#endif
    };
    size_t count = platform == SECRET_PLATFORM_HERE ? 1 : sizeof(all) / sizeof(all[0]);
    int r = 0;

    buf_add(to, magic);
    buf_add_varint(to, files->rule_count);
    for (size_t i = 0; i < files->rule_count; i++)
        secret_rule_encode(&files->rules[i], to);
    buf_add_varint(to, count);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = encode_database(files, platform == SECRET_PLATFORM_HERE ? NULL : &all[i], to, err);
    return r < 0 ? r : buf_failed(to, "the secret rules", err);
}

/* ---- Opening ---- */

/* The last database whose features this processor has. */
static int open_database(struct secret_rules *set, struct cursor *from, struct error *err)
{
    size_t count = (size_t)cursor_count(from, 16);
    hs_platform_info_t here = {0};
    struct view best = VIEW_EMPTY;

    hs_populate_platform(&here);
    for (size_t i = 0; i < count; i++) {
        uint64_t features = cursor_varint(from);
        struct view bytes = cursor_bytes(from);

        if ((features & ~here.cpu_features) == 0)
            best = bytes;
    }
    if (!cursor_at_end(from) ||
        hs_deserialize_database(best.ptr, best.len, &set->database) != HS_SUCCESS)
        return error_set(err, ERROR_INPUT, "the compiled secret rules do not fit this machine");
    return 0;
}

static int open_rules(struct secret_rules *set, struct cursor *from, struct error *err)
{
    size_t count = (size_t)cursor_count(from, SECRET_RULES_LIMIT);
    int r = 0;

    set->rules = arena_array(set->arena, count, sizeof(*set->rules));
    if (!set->rules)
        return error_memory(err);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = secret_rule_decode(from, set->arena, &set->rules[i], err);
    set->count = count;
    return r;
}

int secret_rules_open(struct view compiled, struct secret_rules **ret, struct error *err)
{
    struct secret_rules *set;
    struct cursor from = cursor_of(compiled);
    int r;

    if (!view_eq(cursor_take(&from, magic.len), magic))
        return error_set(err, ERROR_INPUT, "these are no compiled secret rules");
    set = calloc(1, sizeof(*set));
    if (!set || !(set->arena = arena_new(ARENA_LIMIT))) {
        free(set);
        return error_memory(err);
    }
    set->compiled = compiled;
    r = open_rules(set, &from, err);
    if (r == 0)
        r = open_database(set, &from, err);
    if (r < 0) {
        secret_rules_free(set);
        return r;
    }
    *ret = set;
    return 0;
}

void secret_rules_free(struct secret_rules *set)
{
    if (!set)
        return;
    hs_free_database(set->database);
    arena_free(set->arena);
    free(set);
}

size_t secret_rules_count(const struct secret_rules *set)
{
    return set->count;
}

const struct secret_rule *secret_rules_rule(const struct secret_rules *set, size_t i)
{
    return &set->rules[i];
}

ptrdiff_t secret_rules_find(const struct secret_rules *set, struct view id)
{
    for (size_t i = 0; i < set->count; i++)
        if (view_eq(set->rules[i].id, id))
            return (ptrdiff_t)i;
    return -1;
}

int secret_rules_switch_off(struct secret_rules *set, struct view id, struct error *err)
{
    ptrdiff_t rule = secret_rules_find(set, id);

    if (rule < 0)
        return error_set(err, ERROR_USAGE, "there is no secret rule %.*s", VIEW_ARG(id));
    set->rules[rule].off = true;
    return 0;
}

uint64_t secret_rules_generation(const struct secret_rules *set)
{
    uint64_t generation = hash_stable(set->compiled);

    for (size_t i = 0; i < set->count; i++)
        if (set->rules[i].off)
            generation = generation * 31 + i + 1;
    return generation;
}

const hs_database_t *secret_rules_database(const struct secret_rules *set)
{
    return set->database;
}
