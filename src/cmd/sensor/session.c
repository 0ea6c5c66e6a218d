#include "cmd/sensor/session.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "sensor/respond/kept-network.h"

enum {
    PROBLEM_TEXT_LIMIT = 64 << 10,
    RING_LEAST = 64 << 10, /* bytes */
    RING_MOST = 256 << 20,
};

static bool wants_color(const struct invocation *invocation)
{
    if (general_of(invocation)->color != COLOR_AUTO)
        return general_of(invocation)->color == COLOR_ALWAYS;
    return isatty(STDOUT_FILENO) && !environment_get(invocation->env, "NO_COLOR");
}

static int open_sink(struct session *session, const char *address,
                     const struct sink_options *options, struct error *err)
{
    if (session->sink_count == SESSION_SINKS)
        return error_set(err, ERROR_USAGE, "there are more than %d sinks", SESSION_SINKS);
    if (sink_open(address, options, &session->sinks[session->sink_count], err) < 0)
        return err->kind;
    session->sink_count++;
    return 0;
}

int session_open_sinks(struct session *session, const struct invocation *invocation, bool patient,
                       struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const struct sink_options options = {
        .format = s->format == SENSOR_FORMAT_TEXT   ? SINK_TEXT
                  : s->format == SENSOR_FORMAT_JSON ? SINK_JSON
                                                    : SINK_AUTO,
        .colour = wants_color(invocation),
        .spool_directory = s->spool,
        .spool_limit = s->spool_limit,
        .stdout_waits = patient,
    };
    int r = 0;

    if (!s->sinks.count)
        return open_sink(session, "stdout", &options, err);
    for (size_t i = 0; r == 0 && i < s->sinks.count; i++)
        r = open_sink(session, s->sinks.items[i], &options, err);
    return r;
}

/* The texts of an option as views. */
static int views_of(const struct option_texts *texts, struct arena *arena, const struct view **ret,
                    size_t *ret_count, struct error *err)
{
    struct view *views = arena_array(arena, texts->count + 1, sizeof(*views));

    if (!views)
        return error_memory(err);
    for (size_t i = 0; i < texts->count; i++)
        views[i] = view_of(texts->items[i]);
    *ret = views;
    *ret_count = texts->count;
    return 0;
}

int session_open_responder(struct session *session, const struct invocation *invocation,
                           struct error *err)
{
    const struct settings *s = settings_of(invocation);
    struct responder_options options = {
        .context =
            {
                .dry_run = s->dry_run,
                .allow_host = s->allow_host,
                .docker_socket = s->docker_socket,
                .containerd_socket = s->containerd_socket,
                .podman_socket = s->podman_socket,
            },
        .journal_path = s->journal,
        .policy_path = s->response_policy,
        .rate = (uint32_t)s->action_rate,
    };

    if (views_of(&s->keep, invocation->arena, &options.context.keep, &options.context.keep_count,
                 err) < 0)
        return err->kind;
    return responder_new(&options, &session->responder, err);
}

int session_require_journal(const struct invocation *invocation, struct error *err)
{
    const char *path = settings_of(invocation)->journal;

    if (access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR))
        return 0;
    error_set(err, ERROR_NOT_FOUND, "there is no journal %s", path);
    error_hint(err, "it begins with the first action, of a rule or by command");
    return ERROR_NOT_FOUND;
}

struct view session_who(struct arena *arena)
{
    const struct passwd *user = getpwuid(getuid());

    return arena_printf(arena, "user %s (uid %u)", user ? user->pw_name : "?", (unsigned)getuid());
}

int session_start_sandbox(struct session *session, struct error *err)
{
    return sandbox_start(inquiry_ops, inquiry_op_count, &session->sandbox, err);
}

static int check_networks(const struct settings *s, struct error *err)
{
    struct kept_network network;

    for (size_t i = 0; i < s->keep.count; i++)
        if (kept_network_parse(view_of(s->keep.items[i]), &network, err) < 0)
            return error_wrap(err, "--keep");
    return 0;
}

/* What is only about responses would do nothing without a policy. */
static int check_responses(const struct settings *s, struct error *err)
{
    if (s->response_policy || !(s->dry_run || s->allow_host || s->keep.count))
        return 0;
    error_set(err, ERROR_USAGE, "%s needs --responses",
              s->dry_run      ? "--dry-run"
              : s->allow_host ? "--allow-host"
                              : "--keep");
    error_hint(err, "plimsoll rules check FILE checks rules without a sensor");
    return ERROR_USAGE;
}

int session_check(const struct invocation *invocation, struct error *err)
{
    const struct settings *s = settings_of(invocation);

    if (check_networks(s, err) < 0 ||
        (command_has_group(invocation->command, &options_responses) && check_responses(s, err) < 0))
        return err->kind;

    if (command_has_group(invocation->command, &options_capturing) &&
        s->ring_size != 0 && (s->ring_size < RING_LEAST || s->ring_size > RING_MOST))
        return error_set(err, ERROR_USAGE, "--ring-size: give 64K to 256M");
    if (command_has_group(invocation->command, &options_alerts) && s->group_window == 0) {
        error_set(err, ERROR_USAGE, "--group-window: give at least 1s");
        error_hint(err, "--no-grouping sends every alert");
        return ERROR_USAGE;
    }
    return 0;
}

/* A socket may appear later; but one that was named is expected. */
static void tell_missing_socket(const char *option, const char *path)
{
    if (path && access(path, F_OK) < 0)
        log_warning(tr("%s: %s is not there; it is asked when it appears"), option, path);
}

int session_open_inquiry(struct session *session, const struct invocation *invocation,
                         struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const struct inquiry_options options = {
        .docker_socket = s->docker_socket,
        .containerd_socket = s->containerd_socket,
        .cri_socket = s->cri_socket,
        .crio_socket = s->crio_socket,
        .podman_socket = s->podman_socket,
        .sandbox = session->sandbox,
    };

    if (!s->no_runtimes) {
        tell_missing_socket("--docker-socket", s->docker_socket);
        tell_missing_socket("--containerd-socket", s->containerd_socket);
        tell_missing_socket("--cri-socket", s->cri_socket);
        tell_missing_socket("--crio-socket", s->crio_socket);
        tell_missing_socket("--podman-socket", s->podman_socket);
    }
    return s->no_runtimes ? 0 : inquiry_new(&options, &session->inquiry, err);
}

void session_close(struct session *session)
{
    inquiry_free(session->inquiry);
    responder_free(session->responder);
    for (size_t i = 0; i < session->sink_count; i++)
        sink_close(session->sinks[i]);
    sandbox_stop(session->sandbox);
    *session = (struct session){0};
}

int session_rules(const struct invocation *invocation, struct loaded_rules_options *ret,
                  struct error *err)
{
    const struct settings *s = settings_of(invocation);
    struct loaded_rules_options options = {
        .paths = s->rule_files.items,
        .path_count = s->rule_files.count,
        .builtin = s->builtin,
        .minimum_priority = s->minimum_priority,
    };
    int r = views_of(&s->enabled_rules, invocation->arena, &options.enabled, &options.enabled_count,
                     err);

    if (r == 0)
        r = views_of(&s->disabled_rules, invocation->arena, &options.disabled,
                     &options.disabled_count, err);
    if (r == 0)
        *ret = options;
    return r;
}

struct pipeline_options session_pipeline(const struct session *session,
                                         const struct invocation *invocation)
{
    const struct settings *s = settings_of(invocation);

    return (struct pipeline_options){
        .all_matches = s->all_matches,
        .explain = s->explain,
        .measure = s->measure,
        .wait_milliseconds = (uint32_t)(s->wait * 1000),
        .groups = {.window = (uint32_t)s->group_window,
                   .off = s->no_grouping,
                   .rate = (uint32_t)s->alert_rate},
        .sinks = session->sinks,
        .sink_count = session->sink_count,
        .responder = session->responder,
    };
}

void session_tell_problem(void *ctx, const struct rule_problem *problem)
{
    const struct invocation *invocation = ctx;
    _cleanup_(buf_done) struct buf text = BUF_INIT(PROBLEM_TEXT_LIMIT);

    if (problem->level == RULE_PROBLEM_WARNING && general_of(invocation)->quiet)
        return;
    rule_problem_write(problem, &text);
    fputs(buf_cstr(&text), stderr);
}
