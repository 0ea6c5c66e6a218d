#include "cmd/cli/scan-command.h"

#include <stdio.h>
#include <unistd.h>

#include "artifact/platform.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/thread-pool.h"
#include "cmd/cli/ignore-file.h"
#include "cmd/cli/storage.h"
#include "cmd/line/interrupt.h"
#include "cmd/line/output.h"
#include "cmd/line/progress.h"
#include "policy/gate.h"
#include "report/format.h"

/* ---- Options ---- */

static int make_image_options(const struct invocation *invocation, struct image_options *ret,
                              struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const struct environment *env = invocation->env;

    *ret = (struct image_options){
        .offline = s->offline,
        .insecure_http = s->plain_http,
        .insecure_tls = s->insecure,
        .ca_file = s->ca_cert,
        .docker_config = environment_get(env, "DOCKER_CONFIG"),
        .docker_host = environment_get(env, "DOCKER_HOST"),
        .podman_host = environment_get(env, "CONTAINER_HOST"),
        .containerd_address = environment_get(env, "CONTAINERD_ADDRESS"),
        .containerd_namespace = environment_get(env, "CONTAINERD_NAMESPACE"),
        .home = environment_get(env, "HOME"),
        .runtime_dir = environment_get(env, "XDG_RUNTIME_DIR"),
        .jobs = s->jobs == OPTION_UNSET ? pool_processors() : (size_t)s->jobs,
    };
    if (!s->platform)
        return 0;
    return platform_parse(view_of(s->platform), invocation->arena, &ret->platform, err) < 0
               ? error_wrap(err, "--platform")
               : 0;
}

static void show_phase(void *ctx, enum scan_phase phase, uint64_t done, uint64_t total)
{
    static const char *const names[] = {
        [SCAN_RESOLVING] = TR_KEY("Finding the image"),
        [SCAN_LAYERS] = TR_KEY("Reading layers"),
        [SCAN_MATCHING] = TR_KEY("Matching packages"),
        [SCAN_FILES] = TR_KEY("Reading files"),
    };

    /* Bytes of a local image are handed out sooner than looked into. */
    if (phase == SCAN_LAYERS && total && done == total)
        progress_set(ctx, tr("Looking into layers"), 0, 0);
    else
        progress_set(ctx, tr(names[phase]), done, total);
}

static int make_options(const struct invocation *invocation, struct scan_options *ret,
                        struct error *err)
{
    const struct settings *s = settings_of(invocation);
    struct scan_options options = {
        .db_path = storage_database(invocation),
        .cache_dir = s->no_cache ? NULL : storage_cache_dir(invocation),
        .layer_limit = s->layer_limit,
        .layer_seconds = (unsigned)s->timeout,
        .db_max_age_days = (unsigned)s->db_max_age,
    };
    int result = make_image_options(invocation, &options.image, err);

    if (result < 0)
        return result;
    *ret = options;
    return 0;
}

static struct gate make_gate(const struct settings *s)
{
    struct gate gate = {.severities = s->severities,
                        .ignore_unfixed = s->ignore_unfixed,
                        .fail_on_kev = s->fail_on_kev};
    bool any = s->exit_code != OPTION_UNSET && s->exit_code > 0 && !s->fail_on_kev;

    gate.armed = s->fail_on >= 0 || any;
    gate.fail_on = s->fail_on >= 0 ? (enum severity)s->fail_on : SEVERITY_UNKNOWN;
    return gate;
}

/* ---- The report ---- */

static bool wants_color(const struct invocation *invocation)
{
    if (general_of(invocation)->color != COLOR_AUTO)
        return general_of(invocation)->color == COLOR_ALWAYS;
    return !settings_of(invocation)->output && isatty(STDOUT_FILENO) &&
           !environment_get(invocation->env, "NO_COLOR");
}

static int write_report(const struct invocation *invocation, const struct report *report,
                        struct error *err)
{
    const struct settings *s = settings_of(invocation);
    _cleanup_(buf_done) struct buf text = BUF_INIT(REPORT_OUTPUT_LIMIT);
    struct report_options options = {
        .color = wants_color(invocation),
        .width = s->output ? 0 : environment_width(invocation->env, STDOUT_FILENO),
        .now = clock_unix_seconds(),
        .packages = s->packages,
        .timing = s->timing,
        .suppressed = s->show_suppressed,
        .version = PLIMSOLL_VERSION,
    };
    _cleanup_free_ char *directory = getcwd(NULL, 0);
    int result;

    options.directory = directory;
    result = report_formats[s->format].write(report, &options, &text, err);

    if (result == 0)
        result = output_write(s->output, buf_view(&text), err);
    return result < 0 ? error_wrap(err, "write the report") : 0;
}

/* ---- The exit code ---- */

static size_t count_errors(const struct report *report)
{
    size_t errors = 0;

    for (size_t i = 0; i < report->diagnostic_count; i++)
        errors += report->diagnostics[i].level == DIAGNOSTIC_ERROR;
    return errors;
}

static void tell_gate(const struct gate *gate, size_t failing)
{
    const char *severity = tr(severity_name(gate->fail_on));
    bool rated = gate->armed && gate->fail_on != SEVERITY_UNKNOWN;

    if (rated && gate->fail_on_kev)
        log_warning("the gate failed; findings at %s or above, or known to be exploited: %zu",
                    severity, failing);
    else if (rated)
        log_warning("the gate failed; findings at %s or above: %zu", severity, failing);
    else if (gate->fail_on_kev && !gate->armed)
        log_warning("the gate failed; findings known to be exploited: %zu", failing);
    else
        log_warning("the gate failed; findings: %zu", failing);
}

/* A failed gate is told first: more findings could not make it pass. A scan
 * that is not whole must not pass for a clean one. */
static int judge(const struct settings *s, const struct gate *gate, const struct report *report)
{
    size_t failing = gate_failing_count(gate, report), errors = count_errors(report);
    int code = s->exit_code == OPTION_UNSET ? EXIT_GATE : (int)s->exit_code;

    if (failing) {
        tell_gate(gate, failing);
        if (code)
            return code;
    }
    if (errors) {
        log_warning("the scan is not whole; parts that could not be read: %zu", errors);
        return EXIT_FAULT;
    }
    return EXIT_DONE;
}

/* ---- The run ---- */

static char *time_message(const struct invocation *invocation)
{
    struct view line =
        arena_printf(invocation->arena, tr("plimsoll: error: not done within %llu s (--timeout)\n"),
                     (unsigned long long)settings_of(invocation)->timeout);

    return arena_cstr(invocation->arena, line);
}

static int start(struct invocation *invocation, const struct scan_rules *rules,
                 struct sandbox **ret, struct error *err)
{
    int result = scan_sandbox_start(rules, ret, err);

    if (result < 0)
        return result;
    interrupt_install();
    if (settings_of(invocation)->timeout)
        interrupt_after((unsigned)settings_of(invocation)->timeout, time_message(invocation));
    log_debug("workers are held by: %s", sandbox_describe(*ret));
    return 0;
}

static size_t progress_width(const struct invocation *invocation)
{
    if (general_of(invocation)->quiet || general_of(invocation)->no_progress)
        return 0;
    return environment_width(invocation->env, STDERR_FILENO);
}

static int scan_with_progress(struct invocation *invocation, scan_function *scan,
                              struct scan_options *options, struct sandbox *sandbox,
                              struct arena *arena, struct report *ret, struct error *err)
{
    _cleanup_(progress_stop_p) struct progress *progress =
        progress_start(progress_width(invocation));

    options->progress = show_phase;
    options->progress_ctx = progress;
    return scan(invocation, options, sandbox, arena, ret, err);
}

static int run_scan(struct invocation *invocation, const struct scan_plan *plan,
                    const struct scan_rules *rules, struct error *err)
{
    _cleanup_(sandbox_stop_p) struct sandbox *sandbox = NULL;
    _cleanup_arena_ struct arena *arena = arena_new(SCAN_ARENA_LIMIT);
    const struct gate gate = make_gate(settings_of(invocation));
    struct scan_options options = {0};
    struct report report = {0};
    int result;

    if (!arena)
        return error_memory(err);
    result = make_options(invocation, &options, err);
    options.rules = rules;
    if (result == 0)
        result = start(invocation, rules, &sandbox, err);
    if (result == 0)
        result = scan_with_progress(invocation, plan->scan, &options, sandbox, arena, &report, err);
    if (result == 0)
        result = ignore_file_apply(invocation, &report, arena, err);
    if (result == 0)
        result = gate_apply(&gate, &report, arena, err);
    if (result == 0)
        result = write_report(invocation, &report, err);
    return result < 0 ? result : judge(settings_of(invocation), &gate, &report);
}

int scan_command_run(struct invocation *invocation, const struct scan_plan *plan, struct error *err)
{
    struct scan_rules rules = {0};
    int result = plan->prepare ? plan->prepare(invocation, &rules, err) : 0;

    if (result == 0)
        result = run_scan(invocation, plan, &rules, err);
    if (plan->release)
        plan->release(&rules);
    return result;
}
