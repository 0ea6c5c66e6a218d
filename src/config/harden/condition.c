#include "config/harden/condition.h"

#include "base/text.h"
#include "config/kubernetes/event.h"
#include "config/kubernetes/security.h"

enum { PORT_PRIVILEGED = 1024 /* below it a process needs NET_BIND_SERVICE */ };

static const struct document_node *context_of(const struct document_node *node, const char *key)
{
    return document_path(node, "securityContext", key, NULL);
}

static bool is_true(const struct document_node *node)
{
    return node && node->kind == DOCUMENT_BOOL && node->boolean;
}

static bool is_zero(const struct document_node *node)
{
    return node && node->kind == DOCUMENT_INTEGER && node->integer == 0;
}

static const struct document_node *container_of_event(const struct config_event *event)
{
    const struct kubernetes_event *e = event->event;

    return e->subject == SUBJECT_CONTAINER ? e->node : NULL;
}

/* An API server refuses allowPrivilegeEscalation: false beside these. */
static bool holds_back_privilege(const struct config_event *event)
{
    const struct document_node *container = container_of_event(event);
    const struct document_node *added =
        document_path(container, "securityContext", "capabilities", "add", NULL);

    if (is_true(context_of(container, "privileged")))
        return false;
    for (size_t i = 0; i < document_count(added); i++) {
        struct view name = view_strip_prefix(document_text(document_item(added, i)), VIEW("CAP_"));

        if (view_eq(name, VIEW("SYS_ADMIN")))
            return false;
    }
    return true;
}

static bool listens_on_privileged_port(const struct config_event *event)
{
    const struct document_node *ports = document_get(container_of_event(event), VIEW("ports"));

    for (size_t i = 0; i < document_count(ports); i++) {
        const struct document_node *port =
            document_get(document_item(ports, i), VIEW("containerPort"));

        if (port && port->kind == DOCUMENT_INTEGER && port->integer > 0 &&
            port->integer < PORT_PRIVILEGED)
            return true;
    }
    return false;
}

/* A pod of which some container has user 0 would not start with runAsNonRoot. */
static bool names_no_root_user(const struct config_event *event)
{
    const struct kubernetes_event *e = event->event;
    const struct document_node *own, *inherited;

    if (!e->pod)
        return true;
    inherited = context_of(e->pod->spec, "runAsUser");
    for (size_t i = 0; i < e->pod->container_count; i++) {
        own = context_of(e->pod->containers[i].node, "runAsUser");
        if (is_zero(document_is_absent(own) ? inherited : own))
            return false;
    }
    return true;
}

/* Else each image decides, and those that start as root will not start any more. */
static bool names_users(const struct config_event *event)
{
    const struct kubernetes_event *e = event->event;

    if (!e->pod || view_eq(pod_os(e->pod), VIEW("windows")) ||
        !document_is_absent(context_of(e->pod->spec, "runAsUser")))
        return true;
    for (size_t i = 0; i < e->pod->container_count; i++)
        if (document_is_absent(context_of(e->pod->containers[i].node, "runAsUser")))
            return false;
    return true;
}

static const struct fix_condition conditions[] = {
    {VIEW("not-privileged"), holds_back_privilege, VIEW_EMPTY, NULL},
    {VIEW("privileged-port"), listens_on_privileged_port, VIEW_EMPTY, NULL},
    {VIEW("no-root-user"), names_no_root_user, VIEW("run-as-user"), NULL},
    {VIEW("user-named"), names_users, VIEW("run-as-user"),
     TR_KEY("no user is set: an image that starts as root will not start")},
};

const struct fix_condition *fix_condition_find(struct view name)
{
    for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
        if (view_eq(conditions[i].name, name))
            return &conditions[i];
    return NULL;
}
