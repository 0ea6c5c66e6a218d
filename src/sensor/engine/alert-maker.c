#include "sensor/engine/alert-maker.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/text.h"
#include "sensor/engine/explainer.h"

enum {
    SCRATCH_LIMIT = 4 << 20,
    TEXT_LIMIT = 1 << 20,
    FIELDS_LIMIT = 64,
    USES_LIMIT = 32,
};

/* Told with every alert, whatever its output says. */
static const char *const base_fields[] = {
    "evt.time",
    "evt.type",
    "proc.name",
    "proc.exepath",
    "proc.cmdline",
    "proc.pid",
    "proc.pname",
    "user.name",
    "user.uid",
    "container.id",
    "container.name",
    "container.image.repository",
    "container.image.tag",
    "k8s.ns.name",
    "k8s.pod.name",
};

/* What alerts of one rule are told apart by, next to the container: who did it
 * and what it is about. The first that is there of each row. */
static const char *const cause_fields[][3] = {
    {"proc.exepath", "proc.name"},    {"proc.pexepath", "proc.pname"}, {"user.uid"}, {"evt.type"},
    {"fd.directory", "fs.path.name"}, {"fd.sip", "fd.name"},           {"fd.sport"},
};

enum {
    BASE_FIELDS = sizeof(base_fields) / sizeof(base_fields[0]),
    CAUSE_ROWS = sizeof(cause_fields) / sizeof(cause_fields[0]),
};

struct alert_maker {
    struct arena *names;   /* as long as the maker */
    struct arena *scratch; /* of one alert */
    struct rule_use base[BASE_FIELDS];
    struct rule_use cause[CAUSE_ROWS][3];
    struct view host, run;
    bool explain;
    struct explainer *explainer; /* of `program` */
    const struct rule_program *program;
    uint64_t next_id;
    struct alert alert;
    struct alert_field fields[FIELDS_LIMIT];
};

static int resolve(struct alert_maker *maker, const char *name, struct rule_use *ret,
                   struct error *err)
{
    return rule_use_resolve(&rule_source_sensor, view_of(name), maker->names, ret, err);
}

static int resolve_all(struct alert_maker *maker, struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < BASE_FIELDS; i++)
        r = resolve(maker, base_fields[i], &maker->base[i], err);
    for (size_t row = 0; row < CAUSE_ROWS; row++)
        for (size_t i = 0; r == 0 && i < 3 && cause_fields[row][i]; i++)
            r = resolve(maker, cause_fields[row][i], &maker->cause[row][i], err);
    return r;
}

int alert_maker_new(const struct alert_maker_options *options, struct alert_maker **ret,
                    struct error *err)
{
    _cleanup_(alert_maker_free_p) struct alert_maker *maker = calloc(1, sizeof(*maker));
    uint64_t run = 0;

    if (!maker)
        return error_memory(err);
    maker->names = arena_new(SCRATCH_LIMIT);
    maker->scratch = arena_new(SCRATCH_LIMIT);
    if (!maker->names || !maker->scratch)
        return error_memory(err);
    if (getrandom(&run, sizeof(run), 0) != sizeof(run))
        return error_errno(err, "cannot get a random number");
    maker->host = arena_copy(maker->names, options->host);
    maker->run = arena_printf(maker->names, "%016llx", (unsigned long long)run);
    maker->explain = options->explain;
    if (resolve_all(maker, err) < 0 || arena_failed(maker->names, "alerts", err) < 0)
        return err->kind;
    *ret = take_ptr(&maker);
    return 0;
}

void alert_maker_free(struct alert_maker *maker)
{
    if (!maker)
        return;
    explainer_free(maker->explainer);
    arena_free(maker->names);
    arena_free(maker->scratch);
    free(maker);
}

static struct view write_values(struct alert_maker *maker, const struct rule_values *values)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);

    rule_values_write(values, &text);
    return arena_copy(maker->scratch, buf_view(&text));
}

static struct view read_field(struct alert_maker *maker, const struct match *match,
                              const struct rule_use *use)
{
    struct rule_values values = rule_evaluation_value(match->evaluation, use);

    return values.present ? write_values(maker, &values) : (struct view){0};
}

/* How JSON has it: one number is a number, a list is a text. */
static enum alert_field_kind kind_of(const struct rule_values *values)
{
    if (!values->present)
        return ALERT_FIELD_MISSING;
    if (values->list || values->count != 1)
        return ALERT_FIELD_TEXT;
    switch (values->items[0].type) {
    case RULE_NUMBER:
    case RULE_TIME:
        return ALERT_FIELD_NUMBER;
    case RULE_BOOL:
        return ALERT_FIELD_BOOL;
    default:
        return ALERT_FIELD_TEXT;
    }
}

/* Times of the event are nanoseconds since 1970 in JSON, as Falco's are,
 * however the output writes them. */
static bool is_event_time(struct view name)
{
    return view_starts(name, VIEW("evt.time")) || view_starts(name, VIEW("evt.datetime"));
}

static void add_field(struct alert_maker *maker, struct view name, const struct rule_values *values)
{
    struct alert *alert = &maker->alert;

    for (size_t i = 0; i < alert->field_count; i++)
        if (view_eq(maker->fields[i].name, name))
            return;
    if (alert->field_count == FIELDS_LIMIT)
        return;
    if (is_event_time(name))
        maker->fields[alert->field_count++] = (struct alert_field){
            name, arena_printf(maker->scratch, "%lld", (long long)alert->time), ALERT_FIELD_NUMBER};
    else
        maker->fields[alert->field_count++] = (struct alert_field){
            name, values->present ? write_values(maker, values) : (struct view){0},
            kind_of(values)};
}

static void add_output_field(void *ctx, struct view name, const struct rule_values *values)
{
    struct alert_maker *maker = ctx;

    add_field(maker, name, values);
}

static void add_fields(struct alert_maker *maker, const struct match *match)
{
    rule_evaluation_output_fields(match->evaluation, match->rule, text_language(), add_output_field,
                                  maker);
    for (size_t i = 0; i < BASE_FIELDS; i++) {
        struct rule_values values = rule_evaluation_value(match->evaluation, &maker->base[i]);

        if (values.present)
            add_field(maker, view_of(base_fields[i]), &values);
    }
}

static struct view find_field(const struct alert_maker *maker, const char *name)
{
    for (size_t i = 0; i < maker->alert.field_count; i++)
        if (view_eq(maker->fields[i].name, view_of(name)))
            return maker->fields[i].value;
    return (struct view){0};
}

/* "|" stands between the parts, so it is marked within them. */
static void add_cause(struct view value, struct buf *to)
{
    if (!value.len)
        buf_add_char(to, '-');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '|' || value.ptr[i] == '\\')
            buf_add_char(to, '\\');
        buf_add_char(to, value.ptr[i]);
    }
}

/* "/usr/bin/cat | /usr/bin/bash | 0 | openat | /etc | /etc/shadow" */
static struct view make_cause(struct alert_maker *maker, const struct match *match)
{
    _cleanup_(buf_done) struct buf cause = BUF_INIT(TEXT_LIMIT);
    size_t end = 0; /* of the last part that is there */

    for (size_t row = 0; row < CAUSE_ROWS; row++) {
        struct view value = {0};

        for (size_t i = 0; !value.len && i < 3 && cause_fields[row][i]; i++)
            value = read_field(maker, match, &maker->cause[row][i]);
        if (row)
            buf_add_str(&cause, " | ");
        add_cause(value, &cause);
        end = value.len ? cause.len : end;
    }
    return arena_copy(maker->scratch, view_sub(buf_view(&cause), 0, end));
}

static struct view make_output(struct alert_maker *maker, const struct match *match)
{
    _cleanup_(buf_done) struct buf output = BUF_INIT(TEXT_LIMIT);

    rule_evaluation_output(match->evaluation, match->rule, text_language(), &output);
    return arena_copy(maker->scratch, buf_view(&output));
}

/* What the condition asks of the event, with what it found. */
static struct view make_explanation(struct alert_maker *maker, const struct match *match)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(TEXT_LIMIT);

    if (maker->program != match->program) {
        explainer_free(maker->explainer);
        maker->explainer = NULL;
        maker->program = match->program;
        if (explainer_new(match->program, &maker->explainer, NULL) < 0)
            maker->program = NULL;
    }
    if (!maker->explainer)
        return (struct view){0};
    explainer_explain(maker->explainer, match->rule, match->observation, &text);
    return arena_copy(maker->scratch, buf_view(&text));
}

static void set_place(struct alert_maker *maker, const struct match *match)
{
    struct alert *alert = &maker->alert;
    const struct observation *seen = match->observation;

    alert->container_id = seen->container ? seen->container->id : (struct view){0};
    alert->container_name = find_field(maker, "container.name");
    alert->image = seen->container && seen->container->metadata ? seen->container->metadata->image
                                                                : (struct view){0};
    alert->pod_namespace = find_field(maker, "k8s.ns.name");
    alert->pod_name = find_field(maker, "k8s.pod.name");
    alert->pid = seen->process ? seen->process->pid : 0;
    alert->process_start = seen->process ? seen->process->start : 0;
}

void alert_maker_number(struct alert_maker *maker, struct alert *alert)
{
    alert->id = ++maker->next_id;
    alert->run = maker->run;
}

struct alert *alert_maker_make(struct alert_maker *maker, const struct match *match)
{
    const struct rule *rule = rule_program_rule(match->program, match->rule);
    const struct observation *seen = match->observation;
    struct alert *alert = &maker->alert;

    arena_reset(maker->scratch);
    *alert = (struct alert){
        .time = observation_clock(seen, seen->event->time),
        .rule = rule->name,
        .rule_id = rule->id,
        .priority = rule->priority,
        .source = VIEW("syscall"),
        .host = seen->host_name.len ? seen->host_name : maker->host,
        .tags = rule->tags,
        .tag_count = rule->tag_count,
        .fields = maker->fields,
        .count = 1,
    };
    alert_maker_number(maker, alert);
    alert->first_time = alert->last_time = alert->time;
    alert->output = make_output(maker, match);
    add_fields(maker, match);
    alert->cause = make_cause(maker, match);
    if (maker->explain)
        alert->explanation = make_explanation(maker, match);
    set_place(maker, match);
    return arena_failed(maker->scratch, "an alert", NULL) < 0 ? NULL : alert;
}

void alert_maker_forget(struct alert_maker *maker)
{
    explainer_free(maker->explainer);
    maker->explainer = NULL;
    maker->program = NULL;
}

struct response_target alert_maker_target(const struct match *match)
{
    const struct process *process = match->observation->process;
    const struct container *container = match->observation->container;
    const struct container_metadata *known = container ? container->metadata : NULL;

    return (struct response_target){
        .pid = process ? process->pid : 0,
        .start = process ? process->start : 0,
        .runtime = container ? container->runtime : CONTAINER_OTHER,
        .container_id = container ? container->id : (struct view){0},
        .cgroup = container ? container->cgroup : (struct view){0},
        .container_name = known ? known->name : (struct view){0},
        .image = known ? known->image : (struct view){0},
        .pod_namespace = known ? known->pod_namespace : (struct view){0},
        .pod_name = known ? known->pod_name : (struct view){0},
    };
}
