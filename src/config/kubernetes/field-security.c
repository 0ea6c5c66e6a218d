#include "config/kubernetes/field.h"
#include "config/kubernetes/security.h"

static bool is_container(const struct kubernetes_event *event)
{
    return event->subject == SUBJECT_CONTAINER && event->pod;
}

/* A setting that the pod may make too. */
static const struct document_node *effective(const struct kubernetes_event *event, const char *key)
{
    return is_container(event) ? security_effective(event->pod, event->node, view_of(key)) : NULL;
}

static const struct document_node *own(const struct kubernetes_event *event, const char *key)
{
    return is_container(event) ? security_own(event->pod, event->node, view_of(key)) : NULL;
}

static bool is_true(const struct document_node *node)
{
    return node && node->kind == DOCUMENT_BOOL && node->boolean;
}

struct rule_values field_container_effective_run_as_user(const struct kubernetes_event *event,
                                                         const struct rule_use *use,
                                                         struct arena *scratch)
{
    (void)use;
    return values_node(effective(event, "runAsUser"), scratch);
}

struct rule_values field_container_effective_run_as_group(const struct kubernetes_event *event,
                                                          const struct rule_use *use,
                                                          struct arena *scratch)
{
    (void)use;
    return values_node(effective(event, "runAsGroup"), scratch);
}

struct rule_values field_container_effective_run_as_non_root(const struct kubernetes_event *event,
                                                             const struct rule_use *use,
                                                             struct arena *scratch)
{
    (void)use;
    return values_node(effective(event, "runAsNonRoot"), scratch);
}

struct rule_values field_container_effective_seccomp_type(const struct kubernetes_event *event,
                                                          const struct rule_use *use,
                                                          struct arena *scratch)
{
    (void)use;
    return values_node(document_get(effective(event, "seccompProfile"), VIEW("type")), scratch);
}

struct rule_values field_container_effective_apparmor_type(const struct kubernetes_event *event,
                                                           const struct rule_use *use,
                                                           struct arena *scratch)
{
    struct apparmor profile = {0};

    (void)use;
    if (is_container(event))
        profile = security_apparmor(event->pod, event->node, scratch);
    return profile.type.len ? values_text(profile.type, profile.node, scratch) : values_none();
}

struct rule_values field_container_effective_apparmor_profile(const struct kubernetes_event *event,
                                                              const struct rule_use *use,
                                                              struct arena *scratch)
{
    struct apparmor profile = {0};

    (void)use;
    if (is_container(event))
        profile = security_apparmor(event->pod, event->node, scratch);
    return profile.profile.len ? values_text(profile.profile, profile.node, scratch)
                               : values_none();
}

static struct rule_values annotated(const struct kubernetes_event *event, const char *prefix,
                                    struct arena *scratch)
{
    return is_container(event)
               ? values_node(security_annotation(event->pod, event->node, prefix, scratch), scratch)
               : values_none();
}

struct rule_values field_container_annotated_apparmor(const struct kubernetes_event *event,
                                                      const struct rule_use *use,
                                                      struct arena *scratch)
{
    (void)use;
    return annotated(event, APPARMOR_ANNOTATION, scratch);
}

struct rule_values field_container_annotated_seccomp(const struct kubernetes_event *event,
                                                     const struct rule_use *use,
                                                     struct arena *scratch)
{
    (void)use;
    return annotated(event, SECCOMP_ANNOTATION, scratch);
}

struct rule_values field_container_effective_selinux(const struct kubernetes_event *event,
                                                     const struct rule_use *use,
                                                     struct arena *scratch)
{
    return values_walk(effective(event, "seLinuxOptions"), use->steps, use->step_count, scratch);
}

static struct rule_values own_switch(const struct kubernetes_event *event, const char *key,
                                     struct arena *scratch)
{
    const struct document_node *node = own(event, key);

    return is_container(event) ? values_bool(is_true(node), node, scratch) : values_none();
}

struct rule_values field_container_effective_read_only_root(const struct kubernetes_event *event,
                                                            const struct rule_use *use,
                                                            struct arena *scratch)
{
    (void)use;
    return own_switch(event, "readOnlyRootFilesystem", scratch);
}

struct rule_values field_container_effective_privileged(const struct kubernetes_event *event,
                                                        const struct rule_use *use,
                                                        struct arena *scratch)
{
    (void)use;
    return own_switch(event, "privileged", scratch);
}

static bool adds_sys_admin(const struct kubernetes_event *event, struct arena *scratch)
{
    const struct document_node *added = document_get(own(event, "capabilities"), VIEW("add"));

    for (size_t i = 0; i < document_count(added); i++)
        if (view_eq(capability_name(document_text(document_item(added, i)), scratch),
                    VIEW("SYS_ADMIN")))
            return true;
    return false;
}

struct rule_values field_container_effective_allow_privilege_escalation(
    const struct kubernetes_event *event, const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *node = own(event, "allowPrivilegeEscalation");
    bool allowed;

    (void)use;
    if (!is_container(event))
        return values_none();
    allowed = !node || is_true(node) || is_true(own(event, "privileged")) ||
              adds_sys_admin(event, scratch);
    return values_bool(allowed, node, scratch);
}

struct rule_values field_container_effective_host_process(const struct kubernetes_event *event,
                                                          const struct rule_use *use,
                                                          struct arena *scratch)
{
    const struct document_node *node =
        document_get(own(event, "windowsOptions"), VIEW("hostProcess"));

    (void)use;
    if (!is_container(event))
        return values_none();
    if (document_is_absent(node))
        node = document_path(event->pod->spec, "securityContext", "windowsOptions", "hostProcess",
                             NULL);
    return values_bool(is_true(node), node, scratch);
}

struct rule_values field_container_effective_proc_mount(const struct kubernetes_event *event,
                                                        const struct rule_use *use,
                                                        struct arena *scratch)
{
    const struct document_node *node = own(event, "procMount");

    (void)use;
    if (!is_container(event))
        return values_none();
    return node ? values_node(node, scratch) : values_text(VIEW("Default"), NULL, scratch);
}

static struct rule_values capabilities(const struct kubernetes_event *event, const char *key,
                                       struct arena *scratch)
{
    const struct document_node *names = document_get(own(event, "capabilities"), view_of(key));
    struct values_list list = {.scratch = scratch};

    if (!is_container(event) || document_is_absent(names))
        return values_none();
    for (size_t i = 0; i < document_count(names); i++) {
        const struct document_node *name = document_item(names, i);

        if (document_text(name).len)
            values_add_text(&list, capability_name(document_text(name), scratch), name);
    }
    return values_list(&list);
}

struct rule_values field_container_capabilities_add(const struct kubernetes_event *event,
                                                    const struct rule_use *use,
                                                    struct arena *scratch)
{
    (void)use;
    return capabilities(event, "add", scratch);
}

struct rule_values field_container_capabilities_drop(const struct kubernetes_event *event,
                                                     const struct rule_use *use,
                                                     struct arena *scratch)
{
    (void)use;
    return capabilities(event, "drop", scratch);
}

static bool has_text(const struct rule_values *values, struct view text)
{
    for (size_t i = 0; i < values->count; i++)
        if (view_eq(values->items[i].text, text))
            return true;
    return false;
}

/* What containerd and Docker give a container that asks for nothing. */
static const struct view usual_capabilities[] = {
    VIEW("AUDIT_WRITE"), VIEW("CHOWN"),      VIEW("DAC_OVERRIDE"), VIEW("FOWNER"),
    VIEW("FSETID"),      VIEW("KILL"),       VIEW("MKNOD"),        VIEW("NET_BIND_SERVICE"),
    VIEW("NET_RAW"),     VIEW("SETFCAP"),    VIEW("SETGID"),       VIEW("SETPCAP"),
    VIEW("SETUID"),      VIEW("SYS_CHROOT"),
};

struct rule_values field_container_capabilities_effective(const struct kubernetes_event *event,
                                                          const struct rule_use *use,
                                                          struct arena *scratch)
{
    struct rule_values added = capabilities(event, "add", scratch);
    struct rule_values dropped = capabilities(event, "drop", scratch);
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (!is_container(event))
        return values_none();
    if (is_true(own(event, "privileged")) || has_text(&added, VIEW("ALL"))) {
        values_add_text(&list, VIEW("ALL"), NULL);
        return values_list(&list);
    }
    for (size_t i = 0; i < sizeof(usual_capabilities) / sizeof(usual_capabilities[0]); i++)
        if (!has_text(&dropped, VIEW("ALL")) && !has_text(&dropped, usual_capabilities[i]) &&
            !has_text(&added, usual_capabilities[i]))
            values_add_text(&list, usual_capabilities[i], NULL);
    for (size_t i = 0; i < added.count; i++)
        values_add_text(&list, added.items[i].text, added.items[i].node);
    return values_list(&list);
}
