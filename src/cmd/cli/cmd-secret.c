#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "base/thread-pool.h"
#include "cmd/cli/load-secret-rules.h"
#include "cmd/cli/scan-command.h"
#include "cmd/line/output.h"
#include "scan/secret-scan.h"

enum { BASELINE_LIMIT = 64 << 20 };

static int prepare(const struct invocation *invocation, struct scan_rules *ret, struct error *err)
{
    struct secret_rules *rules;
    int r = load_secret_rules(invocation, &settings_of(invocation)->rule_files, &rules, err);

    if (r == 0)
        ret->secrets = rules;
    return r;
}

static void release(struct scan_rules *rules)
{
    secret_rules_free((struct secret_rules *)rules->secrets);
}

static void forward_bytes(void *ctx, uint64_t done)
{
    const struct scan_options *options = ctx;

    options->progress(options->progress_ctx, SCAN_FILES, done, 0);
}

/* ---- The baseline ---- */

/* Paths are comments: file names may hold anything. */
static void add_entry(struct buf *to, const struct finding *finding)
{
    buf_addf(to, "  - id: %.*s\n    fingerprints: [\"%.*s\"]\n    reason: %s\n",
             VIEW_ARG(finding->id), VIEW_ARG(finding->fingerprint), "baseline");
}

static int write_baseline(const char *path, const struct report *report, struct error *err)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(BASELINE_LIMIT);
    int r;

    buf_add_str(&text, report->finding_count ? "ignore:\n" : "ignore: []\n");
    for (size_t i = 0; i < report->finding_count; i++)
        add_entry(&text, &report->findings[i]);
    r = buf_failed(&text, "the baseline", err);
    if (r == 0)
        r = output_write(path, buf_view(&text), err);
    return r < 0 ? error_wrap(err, "write the baseline") : 0;
}

/* ---- The scan ---- */

static enum secret_scan_target target_of(const struct invocation *invocation)
{
    if (settings_of(invocation)->git)
        return SECRET_SCAN_GIT;
    return strcmp(invocation->operands[0], "-") == 0 ? SECRET_SCAN_STREAM : SECRET_SCAN_PATH;
}

static struct secret_scan_options make_options(const struct invocation *invocation,
                                               const struct scan_options *options)
{
    const struct settings *s = settings_of(invocation);

    return (struct secret_scan_options){
        .target = target_of(invocation),
        .path = invocation->operands[0],
        .stream = STDIN_FILENO,
        .jobs = s->jobs == OPTION_UNSET ? pool_processors() : (size_t)s->jobs,
        .skipped = s->skipped_paths.items,
        .skipped_count = s->skipped_paths.count,
        .file_limit = s->file_limit,
        .decode_depth = s->no_decode ? 0 : SECRET_DECODE_DEPTH,
        .archive_depth = s->no_archives ? 0 : SECRET_ARCHIVE_DEPTH,
        .git_since = s->git_since,
        .git_branch = s->git_branch,
        .progress = forward_bytes,
        .progress_ctx = (void *)options,
    };
}

/* The image that an operand names, or NULL for a path. */
static const char *image_of(const char *operand)
{
    static const struct view sources[] = {VIEW("oci:"), VIEW("docker:"), VIEW("podman:"),
                                          VIEW("containerd:"), VIEW("registry:")};
    static const struct view image = VIEW("image:");

    if (access(operand, F_OK) == 0)
        return NULL;
    if (view_starts(view_of(operand), image))
        return operand + image.len;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
        if (view_starts(view_of(operand), sources[i]))
            return operand;
    return NULL;
}

static int scan_of_image(const struct invocation *invocation, const char *reference,
                         const struct scan_options *options, struct sandbox *sandbox,
                         struct arena *arena, struct report *ret, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    struct scan_options chosen = *options;

    if (s->git || s->no_decode || s->no_archives || s->skipped_paths.count)
        return error_set(err, ERROR_USAGE,
                         "--git, --no-decode, --no-archives and --skip are not for images");
    chosen.scanners = SCAN_SECRETS;
    return scan_image(reference, &chosen, sandbox, arena, ret, err);
}

static int scan_of_files(const struct invocation *invocation, const struct scan_options *options,
                         struct sandbox *sandbox, struct arena *arena, struct report *ret,
                         struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const struct secret_scan_options secrets = make_options(invocation, options);

    if (!s->git && (s->git_since || s->git_branch))
        return error_set(err, ERROR_USAGE, "--since and --branch are for --git");
    return scan_secrets(&secrets, options->rules->secrets, sandbox, arena, ret, err);
}

static int scan(const struct invocation *invocation, const struct scan_options *options,
                struct sandbox *sandbox, struct arena *arena, struct report *ret, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const char *image = image_of(invocation->operands[0]);
    int r = image ? scan_of_image(invocation, image, options, sandbox, arena, ret, err)
                  : scan_of_files(invocation, options, sandbox, arena, ret, err);

    if (r == 0 && s->write_baseline)
        r = write_baseline(s->write_baseline, ret, err);
    return r;
}

static int run(struct invocation *invocation, struct error *err)
{
    static const struct scan_plan plan = {scan, prepare, release};

    return scan_command_run(invocation, &plan, err);
}

static const char *const description[] = {
    TR_KEY("Finds passwords, tokens and private keys in files, archives and the history of git "
           "repositories, by rules for several hundred services, and for names that hold secrets. "
           "Base64, hexadecimal and percent-encoded text is decoded and looked into. No part of a "
           "secret is shown but a few letters at its ends."),
    TR_KEY("A value that is no secret is accepted by the words plimsoll:allow-secret (or "
           "gitleaks:allow) on its line or the line above it, by a baseline, or by a file of "
           "suppressions. Lock files, minified scripts, source maps and test data are only "
           "searched for what is a secret by its shape."),
    NULL,
};

static const struct command_note notes[] = {
    {"DIR", TR_KEY("a folder, with all that is below it but .git")},
    {"FILE", TR_KEY("a file, or an archive")},
    {"image:NAME", TR_KEY("an image: its layers, settings and history; also oci:, docker:, "
                          "podman:, containerd: and registry:")},
    {"-", TR_KEY("standard input: git diff | plimsoll secret -")},
    {NULL, NULL},
};

static const struct command_example examples[] = {
    {"plimsoll secret .", TR_KEY("a source tree")},
    {"plimsoll secret . --git --since 2026-01-01", TR_KEY("what was ever committed this year")},
    {"plimsoll secret . --write-baseline known.yaml", TR_KEY("what is there today is known")},
    {"plimsoll secret . --baseline known.yaml --fail-on medium",
     TR_KEY("a gate in CI for what is new")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_secrets,  &options_gate,  &options_output,  &options_limits,
    &options_registry, &options_cache, &options_general, NULL,
};

const struct command command_secret = {
    .name = "secret",
    .parent = &command_program,
    .operands = "PATH|IMAGE|-",
    .operand_min = 1,
    .operand_max = 1,
    .summary = TR_KEY("find passwords, tokens and private keys"),
    .description = description,
    .notes = notes,
    .examples = examples,
    .options = options,
    .run = run,
};
