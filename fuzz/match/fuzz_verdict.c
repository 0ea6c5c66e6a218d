/* Any statements about any version: what is judged keeps what verdict.h says.
 *
 * The first byte: bit 0 attached to the subscription, bit 1 Alpine instead of
 * Ubuntu. A version behind its length; then statements, each a byte (bit 0: the
 * subscription's) and its packed bytes behind their length. */
#include <stdlib.h>

#include "match/verdict.h"
#include "vulndb/statement.h"

enum {
    SCRATCH_LIMIT = 16 << 20,
    STATEMENTS = 16,
    INSTALLED = 4, /* fixes that are tried */
};

static const struct view words[] = {{NULL, 0}, VIEW("ubuntu"), VIEW("amd64"), VIEW("arm64")};
static const struct statement_strings strings = {words, sizeof(words) / sizeof(words[0])};

struct input {
    const struct ecosystem *ecosystem;
    bool attached;
    struct view version;
    struct {
        struct vulndb_statement statement;
        bool subscription;
    } said[STATEMENTS];
    size_t count;
};

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void read_input(struct cursor *at, struct input *to)
{
    unsigned flags = cursor_u8(at);

    *to = (struct input){.attached = flags & 1};
    to->ecosystem = ecosystem_find(flags & 2 ? VIEW("alpine") : VIEW("ubuntu"));
    to->version = cursor_bytes(at);
    while (to->count < STATEMENTS && cursor_left(at)) {
        bool subscription = cursor_u8(at) & 1;

        if (!statement_unpack(cursor_bytes(at), &strings, &to->said[to->count].statement))
            continue;
        to->said[to->count++].subscription = subscription;
    }
}

/* False when a statement is damaged. */
static bool judge(const struct input *input, struct view version, struct arena *scratch,
                  const struct verdict **ret, size_t *ret_count)
{
    struct package package = {.type = PACKAGE_DEB, .version = version, .arch = VIEW("amd64")};
    struct subject subject = {
        .package = &package, .ecosystem = input->ecosystem, .version = version};
    struct verdicts verdicts;

    verdicts_clear(&verdicts, scratch);
    for (size_t i = 0; i < input->count; i++) {
        subject.role = input->said[i].subscription ? ECOSYSTEM_PRO : ECOSYSTEM_MAIN;
        subject.subscribed = input->attached;
        for (int k = 0; k < 2; k++) {
            subject.as_source = k;
            if (verdicts_take(&verdicts, &subject, input->said[i].statement, NULL) < 0)
                return false;
        }
    }
    return verdicts_judge(&verdicts, ret, ret_count, NULL) == 0;
}

/* With the fix installed, the vulnerability is gone. */
static void check_fix(const struct input *input, const struct verdict *verdict)
{
    _cleanup_arena_ struct arena *scratch = arena_new(SCRATCH_LIMIT);
    const struct verdict *list;
    size_t count;

    if (!scratch || !judge(input, verdict->fixed, scratch, &list, &count))
        return;
    for (size_t i = 0; i < count; i++)
        check(list[i].vulnerability != verdict->vulnerability);
}

static void check_verdicts(const struct input *input, const struct verdict *list, size_t count)
{
    size_t installed = 0;

    for (size_t i = 0; i < count; i++) {
        check(i == 0 || list[i - 1].vulnerability < list[i].vulnerability);
        check(list[i].status != ADVISORY_NOT_AFFECTED);
        check(!list[i].for_subscribers || (!input->attached && list[i].fixed.len == 0));
        if (list[i].fixed.len == 0)
            continue;
        check(version_compare_bound(input->ecosystem->scheme, input->version, list[i].fixed) < 0);
        if (installed++ < INSTALLED)
            check_fix(input, &list[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_arena_ struct arena *scratch = arena_new(SCRATCH_LIMIT);
    struct cursor at = cursor_of(view_from(data, size));
    const struct verdict *list;
    struct input input;
    size_t count;

    if (!scratch)
        return 0;
    read_input(&at, &input);
    if (judge(&input, input.version, scratch, &list, &count))
        check_verdicts(&input, list, count);
    return 0;
}
