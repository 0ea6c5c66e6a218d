#include "base/text.h"
#include "cmd/line/output.h"
#include "cmd/sensor/commands.h"
#include "cmd/sensor/session.h"

enum { TEXT_LIMIT = 16 << 20 };

static int run(struct invocation *invocation, struct error *err)
{
    _cleanup_(loaded_rules_free_p) struct loaded_rules *rules = NULL;
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    struct loaded_rules_options options;

    if (session_rules(invocation, &options, err) < 0 ||
        loaded_rules_new(&options, session_tell_problem, invocation, &rules, err) < 0)
        return err->kind;
    push_down_explain(loaded_rules_push_down(rules), &text);
    if (buf_failed(&text, "the filter", err) < 0)
        return err->kind;
    return output_write(NULL, buf_view(&text), err);
}

static const char *const description[] = {
    TR_KEY("Shows what the kernel decides for these rules: which system calls it looks at, what it "
           "holds back of them, and which rules make it send the rest. A rule that makes it send "
           "much is one that costs much."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll-sensor filter", TR_KEY("for the rules that are built in")},
    {"plimsoll-sensor filter -r falco_rules.yaml", TR_KEY("for Falco's")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {&options_rules, &options_general, NULL};

const struct command command_filter = {
    .name = "filter",
    .parent = &command_program,
    .summary = TR_KEY("show what the kernel holds back"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
