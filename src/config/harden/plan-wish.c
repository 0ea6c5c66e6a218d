/* Answers that no rule asks for: settings that are fine to be missing, but were
 * given. What is there already stays; a patch is not the place for them. */
#include "base/text.h"
#include "config/checks.h"
#include "config/harden/plan-state.h"
#include "config/kubernetes/event.h"
#include "config/kubernetes/source.h"
#include "config/kubernetes/version.h"
#include "config/values.h"

static const struct {
    struct view question, field;
    enum kubernetes_subject subject;
} settings[] = {
    {VIEW("run-as-user"), VIEW("pod.spec.securityContext.runAsUser"), SUBJECT_POD},
    {VIEW("run-as-user"), VIEW("container.securityContext.runAsUser"), SUBJECT_CONTAINER},
    {VIEW("run-as-group"), VIEW("pod.spec.securityContext.runAsGroup"), SUBJECT_POD},
    {VIEW("run-as-group"), VIEW("container.securityContext.runAsGroup"), SUBJECT_CONTAINER},
    {VIEW("fs-group"), VIEW("pod.spec.securityContext.fsGroup"), SUBJECT_POD},
    {VIEW("selinux-level"), VIEW("pod.spec.securityContext.seLinuxOptions.level"), SUBJECT_POD},
    {VIEW("selinux-type"), VIEW("pod.spec.securityContext.seLinuxOptions.type"), SUBJECT_POD},
};

/* For a pod the answer for all; for a container one that names it. */
static bool is_wished(struct plan_work *work, struct view question, enum kubernetes_subject subject)
{
    const struct answers *answers = &work->plan->options.answers;

    for (size_t i = 0; i < answers->count; i++) {
        const struct fix_answer *answer = &answers->list[i];

        if (!view_eq(answer->question->name, question))
            continue;
        work->wish = answer->question;
        if (subject == SUBJECT_POD ? !answer->of.len : view_eq(answer->of, work->event->part))
            return true;
    }
    return false;
}

static bool is_set(struct plan_work *work, const struct rule_use *use)
{
    struct address root;

    return !address_of_field(work->kind, work->event, use->field->name, work->plan->arena, &root) ||
           !document_is_absent(values_find(root.node, use->steps, use->step_count));
}

static int wish_value(struct plan_work *work, struct view field, struct view question,
                      const struct document_node *value, struct error *err)
{
    struct fix_step step = {.verb = FIX_SET, .question = question, .value = value};
    int r = rule_use_resolve(&kubernetes_source, field, work->plan->arena, &step.use, err);

    if (r < 0 || is_set(work, &step.use))
        return r;
    return plan_step(work, &step, err);
}

/* ---- AppArmor ---- */

static int wish_apparmor_field(struct plan_work *work, struct view profile, struct error *err)
{
    struct arena *arena = work->plan->arena;
    bool standard =
        view_eq(profile, VIEW("RuntimeDefault")) || view_eq(profile, VIEW("runtime/default"));
    struct view name = view_strip_prefix(profile, VIEW("localhost/"));
    const struct document_node *value = values_new_mapping(
        arena,
        (const struct values_pair[]){
            {"type",
             values_new_text(arena, standard ? VIEW("RuntimeDefault") : VIEW("Localhost"), NULL)},
            {"localhostProfile", standard ? NULL : values_new_text(arena, name, NULL)}},
        2, NULL);

    return value ? wish_value(work, VIEW("pod.spec.securityContext.appArmorProfile"),
                              VIEW("apparmor-profile"), value, err)
                 : error_memory(err);
}

static int wish_apparmor_annotation(struct plan_work *work, struct view profile, struct error *err)
{
    struct arena *arena = work->plan->arena;
    bool standard = view_eq(profile, VIEW("RuntimeDefault"));
    bool whole = view_find(profile, '/') >= 0;
    struct view text = standard ? VIEW("runtime/default")
                       : whole  ? profile
                                : arena_printf(arena, "localhost/%.*s", VIEW_ARG(profile));
    struct view field = arena_printf(
        arena, "pod.metadata.annotations[container.apparmor.security.beta.kubernetes.io/%.*s]",
        VIEW_ARG(work->event->part));
    const struct document_node *value = values_new_text(arena, text, NULL);

    return value ? wish_value(work, field, VIEW("apparmor-profile"), value, err)
                 : error_memory(err);
}

static int wish_apparmor(struct plan_work *work, enum kubernetes_subject subject, struct error *err)
{
    /* An annotation before there was a field. */
    bool field = kubernetes_minor_known(work->plan->options.target.kubernetes_minor) >=
                 kubernetes_key_since(VIEW("appArmorProfile"));
    struct view profile;

    if (subject != (field ? SUBJECT_POD : SUBJECT_CONTAINER) ||
        !answers_get(&work->plan->options.answers, VIEW("apparmor-profile"), VIEW_EMPTY, &profile))
        return 0;
    work->wish = question_find(VIEW("apparmor-profile"));
    return field ? wish_apparmor_field(work, profile, err)
                 : wish_apparmor_annotation(work, profile, err);
}

/* ---- Folders ---- */

/* Where the root file system is read-only already, no rule asks for folders. */
static int wish_writable(struct plan_work *work, const struct kubernetes_event *event,
                         struct error *err)
{
    const struct document_node *read_only =
        document_path(event->node, "securityContext", "readOnlyRootFilesystem", NULL);
    struct view path;

    if (!read_only || read_only->kind != DOCUMENT_BOOL || !read_only->boolean ||
        !answers_get(&work->plan->options.answers, VIEW("writable-paths"), work->event->part,
                     &path))
        return 0;
    work->wish = question_find(VIEW("writable-paths"));
    return plan_writable(work, err);
}

static int wish_all(struct plan_work *work, const struct kubernetes_event *event, struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(settings) / sizeof(settings[0]); i++)
        if (settings[i].subject == event->subject &&
            is_wished(work, settings[i].question, event->subject))
            r = wish_value(work, settings[i].field, settings[i].question, NULL, err);
    if (r == 0)
        r = wish_apparmor(work, event->subject, err);
    return r == 0 && event->subject == SUBJECT_CONTAINER ? wish_writable(work, event, err) : r;
}

static bool is_windows(const struct kubernetes_pod *pod)
{
    return view_eq(document_text(document_path(pod->spec, "os", "name", NULL)), VIEW("windows"));
}

int plan_wish(struct plan *plan, size_t kind, const struct config_event *event, struct error *err)
{
    const struct kubernetes_event *e = event->event;
    struct plan_work work = {
        .plan = plan,
        .kind = config_kinds[kind],
        .event = event,
        .line = event->place.line,
    };
    int r;

    if (work.kind != &config_kubernetes || !plan->options.answers.count || !e->pod ||
        (e->subject != SUBJECT_POD && e->subject != SUBJECT_CONTAINER) || e->pod->partial ||
        is_windows(e->pod))
        return 0;
    r = plan_open(&work, err);
    if (r == 0)
        r = wish_all(&work, e, err);
    if (r == 0)
        plan_close(&work);
    return r;
}
