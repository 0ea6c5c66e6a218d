/* Any manifest, hardened: the result can be parsed where the input can,
 * differs only where a change is told, and hardening it again changes nothing. */
#include "scan/harden.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 512 << 20, TEXT = 4096 };

static const struct checks *checks_once(void)
{
    static struct checks *checks;
    const struct checks_options options = {.kinds = CONFIG_KUBERNETES | CONFIG_COMPOSE};

    if (!checks && checks_new(&options, &checks, NULL) < 0)
        __builtin_trap();
    return checks;
}

/* The input's size says for which version, and whether there are answers. */
static struct harden_result harden(struct harden_file *file, size_t size, struct arena *arena,
                                   bool *ret_failed)
{
    const struct fix_answer answers[] = {
        {question_find(VIEW("run-as-user")), VIEW_EMPTY, VIEW("10001")},
        {question_find(VIEW("memory-limit")), VIEW_EMPTY, VIEW("64Mi")},
        {question_find(VIEW("writable-paths")), VIEW_EMPTY, VIEW("/srv")},
    };
    const struct harden_options options = {.plan = {.level = PLAN_RESTRICTED,
                                                    .answers = {answers, size & 64 ? 0 : 3},
                                                    .target = {.kubernetes_minor = size % 40}}};
    struct harden_result result = {0};

    *ret_failed = harden_run(file, 1, checks_once(), &options, arena, &result, NULL) < 0;
    return result;
}

static size_t documents(struct view text, struct arena *arena)
{
    struct document_set set;
    size_t whole = 0;

    if (document_parse(text, DOCUMENT_YAML, arena, &set, NULL) < 0)
        return 0;
    for (size_t i = 0; i < set.count; i++)
        whole += set.list[i].root != NULL;
    return whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *arena = arena_new(MEMORY);
    struct harden_file file = {.path = VIEW("input.yaml"), .text = view_from(data, size)};
    struct harden_file again = {.path = file.path};
    struct harden_result result;
    bool failed;

    if (!arena || size > TEXT)
        return 0;
    result = harden(&file, size, arena, &failed);
    if (failed)
        return 0;
    if (view_eq(file.text, file.hardened) != (result.change_count == 0))
        __builtin_trap();
    if (documents(file.text, arena) != documents(file.hardened, arena))
        __builtin_trap();
    again.text = file.hardened;
    harden(&again, size, arena, &failed);
    if (failed || !view_eq(again.text, again.hardened))
        __builtin_trap();
    return 0;
}
