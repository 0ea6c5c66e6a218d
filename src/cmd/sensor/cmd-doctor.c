#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "cmd/line/output.h"
#include "cmd/sensor/commands.h"
#include "codec/json-write.h"
#include "sensor/doctor/doctor.h"

enum {
    TEXT_LIMIT = 1 << 20,
};

static void add_member(struct json_writer *w, const char *key, struct view text)
{
    if (text.len)
        json_write_member(w, view_of(key), text);
}

static int write_json(const struct doctor_finding *findings, size_t count, struct buf *to,
                      struct error *err)
{
    struct json_writer w = JSON_WRITER_INIT(to, true);

    json_write_object(&w);
    json_write_key(&w, VIEW("checks"));
    json_write_array(&w);
    for (size_t i = 0; i < count; i++) {
        json_write_object(&w);
        json_write_member(&w, VIEW("id"), view_of(findings[i].id));
        json_write_member(&w, VIEW("state"), view_of(doctor_state_name(findings[i].state)));
        add_member(&w, "seen", findings[i].seen);
        add_member(&w, "cost", findings[i].cost);
        add_member(&w, "advice", findings[i].advice);
        json_write_end(&w);
    }
    json_write_end(&w);
    json_write_end(&w);
    buf_add_char(to, '\n');
    return json_write_done(&w, "the findings", err);
}

static void write_padded(const char *text, size_t columns, struct buf *to)
{
    buf_add_str(to, text);
    for (size_t width = text_width(view_of(text)); width < columns; width++)
        buf_add_char(to, ' ');
}

static void write_table(const struct doctor_finding *findings, size_t count, bool colour,
                        struct buf *to)
{
    static const char *const colours[] = {
        [DOCTOR_GOOD] = "\033[32m", [DOCTOR_LIMITED] = "\033[33m", [DOCTOR_BAD] = "\033[31m"};
    size_t columns = 0;

    for (size_t i = 0; i < count; i++) {
        size_t width = text_width(view_of(tr(findings[i].title)));

        columns = width > columns ? width : columns;
    }
    for (size_t i = 0; i < count; i++) {
        const struct doctor_finding *f = &findings[i];

        buf_add_str(to, colour ? colours[f->state] : "");
        write_padded(tr(doctor_state_name(f->state)), 9, to);
        buf_add_str(to, colour ? "\033[0m" : "");
        write_padded(tr(f->title), columns + 2, to);
        buf_add(to, f->seen);
        buf_add_char(to, '\n');
        if (f->cost.len)
            buf_addf(to, "           %.*s\n", VIEW_ARG(f->cost));
        if (f->advice.len)
            buf_addf(to, "           %s: %.*s\n", tr("hint"), VIEW_ARG(f->advice));
    }
}

static int run(struct invocation *invocation, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    const struct doctor_options options = {
        .docker_socket = s->docker_socket,
        .containerd_socket = s->containerd_socket,
        .cri_socket = s->cri_socket,
        .crio_socket = s->crio_socket,
        .podman_socket = s->podman_socket,
    };
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);
    struct doctor_finding findings[DOCTOR_CHECKS];
    enum doctor_state worst = DOCTOR_GOOD;

    if (s->json)
        text_set_language(TEXT_ENGLISH);
    doctor_check(&options, invocation->arena, findings);
    for (size_t i = 0; i < DOCTOR_CHECKS; i++)
        worst = findings[i].state > worst ? findings[i].state : worst;
    if (!s->json)
        write_table(findings, DOCTOR_CHECKS,
                    general_of(invocation)->color == COLOR_ALWAYS ||
                        (general_of(invocation)->color == COLOR_AUTO && isatty(STDOUT_FILENO)),
                    &text);
    else if (write_json(findings, DOCTOR_CHECKS, &text, err) < 0)
        return err->kind;
    if (buf_failed(&text, "the findings", err) < 0 || output_write(NULL, buf_view(&text), err) < 0)
        return err->kind;
    return worst == DOCTOR_BAD ? EXIT_GATE : EXIT_DONE;
}

static const char *const description[] = {
    TR_KEY(
        "Says what this kernel and the runtimes here allow, what is missing, and what that "
        "costs. It loads the sensor's programs to see whether the kernel takes them, and changes "
        "nothing. It ends with 1 when the sensor can't run here."),
    NULL,
};

static const struct command_example examples[] = {
    {"plimsoll-sensor doctor", TR_KEY("as a table")},
    {"plimsoll-sensor doctor --json", TR_KEY("for programs")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_facts,
    &options_runtimes,
    &options_general,
    NULL,
};

const struct command command_doctor = {
    .name = "doctor",
    .parent = &command_program,
    .summary = TR_KEY("say what this machine allows"),
    .description = description,
    .examples = examples,
    .options = options,
    .run = run,
};
