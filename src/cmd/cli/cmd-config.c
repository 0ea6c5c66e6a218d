#include "base/clock.h"
#include "base/text.h"
#include "cmd/cli/cluster-option.h"
#include "cmd/cli/load-checks.h"
#include "cmd/cli/scan-command.h"
#include "cmd/line/progress.h"
#include "scan/config-scan.h"
#include "secret/rules.h"

static int prepare(const struct invocation *invocation, struct scan_rules *ret, struct error *err)
{
    struct secret_rules *secrets;
    struct checks *checks;
    int r = load_checks(invocation, CONFIG_KUBERNETES | CONFIG_DOCKERFILE | CONFIG_COMPOSE, &checks,
                        err);

    if (r < 0)
        return r;
    ret->checks = checks;
    /* Not to look for secrets, but to mask those on the lines that are shown. */
    r = secret_rules_open(secret_rules_builtin(), &secrets, err);
    if (r == 0)
        ret->secrets = secrets;
    return r;
}

static void release(struct scan_rules *rules)
{
    checks_free((struct checks *)rules->checks);
    secret_rules_free((struct secret_rules *)rules->secrets);
}

static void forward_bytes(void *ctx, uint64_t done)
{
    const struct scan_options *options = ctx;

    options->progress(options->progress_ctx, SCAN_FILES, done, 0);
}

static int scan(const struct invocation *invocation, const struct scan_options *options,
                struct sandbox *sandbox, struct arena *arena, struct report *ret, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    struct config_scan_options config = {
        .paths = invocation->operands,
        .path_count = invocation->operand_count,
        .skipped = s->skipped_paths.items,
        .skipped_count = s->skipped_paths.count,
        .no_render = s->no_render,
        .helm_values = s->helm_values.items,
        .helm_values_count = s->helm_values.count,
        .now = clock_unix_seconds(),
        .progress = forward_bytes,
        .progress_ctx = (void *)options,
    };
    int r = cluster_option_read(invocation, &config.target, err);

    return r < 0 ? r : scan_config(&config, options->rules->checks, sandbox, arena, ret, err);
}

static int run(struct invocation *invocation, struct error *err)
{
    static const struct scan_plan plan = {scan, prepare, release};

    return scan_command_run(invocation, &plan, err);
}

static const char *const description[] = {
    TR_KEY("Checks configuration before it is deployed: Kubernetes manifests of every kind that "
           "carries a pod template, RBAC, network and other objects, Dockerfiles, and compose "
           "files. Folders are walked; files are told apart by what they hold. Helm charts and "
           "kustomizations are rendered with helm and kustomize when they are installed."),
    TR_KEY("A finding is accepted by a comment on its line or the line above it, "
           "'# plimsoll:ignore ID until=2026-12-31 why', by the annotation plimsoll.io/ignore of "
           "an object or plimsoll.io/ignore.CONTAINER for one container, or by a file of "
           "suppressions."),
    NULL,
};

static const struct command_note notes[] = {
    {"DIR", TR_KEY("a folder, with all that is below it")},
    {"FILE", TR_KEY("a file, whatever its name")},
    {"-", TR_KEY("standard input: helm template app | plimsoll config -")},
    {NULL, NULL},
};

static const struct command_example examples[] = {
    {"plimsoll config deploy/ Dockerfile", TR_KEY("manifests and a Dockerfile")},
    {"plimsoll config . --fail-on high -f sarif -o config.sarif",
     TR_KEY("a gate in CI, with a report for code scanning")},
    {"plimsoll config . --check 'PSS:*' --kubernetes-version 1.28",
     TR_KEY("only the Pod Security Standards, as a cluster of that version enforces them")},
    {"plimsoll config . --rules ours.yaml --skip-check k8s-image-digest",
     TR_KEY("with rules of one's own, and without one of ours")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_gate,  &options_output, &options_checks,  &options_cluster,
    &options_files, &options_limits, &options_general, NULL,
};

const struct command command_config = {
    .name = "config",
    .parent = &command_program,
    .operands = "PATH...",
    .operand_min = 1,
    .operand_max = COMMAND_OPERANDS_ANY,
    .summary = TR_KEY("find what is insecure in manifests and Dockerfiles"),
    .description = description,
    .notes = notes,
    .examples = examples,
    .options = options,
    .run = run,
};
