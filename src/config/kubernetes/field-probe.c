#include "config/kubernetes/field.h"

/* Deep enough for every probe; what is deeper counts as different. */
enum { PROBE_DEPTH = 6 };

static const struct document_node *part(const struct kubernetes_event *event, const char *key)
{
    return event->subject == SUBJECT_CONTAINER ? document_get(event->node, view_of(key)) : NULL;
}

static bool is_equal(const struct document_node *a, const struct document_node *b, unsigned depth)
{
    if (a == b)
        return true;
    if (!a || !b || a->kind != b->kind || depth == PROBE_DEPTH ||
        document_count(a) != document_count(b))
        return false;
    for (size_t i = 0; i < document_count(a); i++) {
        const struct document_node *left, *right;

        if (a->kind == DOCUMENT_SEQUENCE) {
            left = document_item(a, i);
            right = document_item(b, i);
        } else {
            left = a->mapping.pairs[i].value;
            right = document_get(b, document_text(a->mapping.pairs[i].key));
        }
        if (!is_equal(left, right, depth + 1))
            return false;
    }
    return document_count(a) || view_eq(document_text(a), document_text(b));
}

/* What a probe or hook does, whichever way. */
static const char *const handlers[] = {"httpGet", "tcpSocket", "exec", "grpc"};

struct rule_values field_container_probes_identical(const struct kubernetes_event *event,
                                                    const struct rule_use *use,
                                                    struct arena *scratch)
{
    const struct document_node *liveness = part(event, "livenessProbe");
    const struct document_node *readiness = part(event, "readinessProbe");
    bool same = false;

    (void)use;
    if (!liveness || !readiness)
        return values_none();
    for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
        const struct document_node *one = document_get(liveness, view_of(handlers[i]));

        same = same || (one && is_equal(one, document_get(readiness, view_of(handlers[i])), 0));
    }
    return values_bool(same, liveness, scratch);
}

static bool declares_port(const struct document_node *ports, struct view name)
{
    for (size_t i = 0; i < document_count(ports); i++)
        if (view_eq(document_get_text(document_item(ports, i), VIEW("name")), name))
            return true;
    return false;
}

struct rule_values field_container_unknown_probe_ports(const struct kubernetes_event *event,
                                                       const struct rule_use *use,
                                                       struct arena *scratch)
{
    static const char *const probes[] = {"livenessProbe", "readinessProbe", "startupProbe"};
    const struct document_node *ports = part(event, "ports");
    struct values_list list = {.scratch = scratch};

    (void)use;
    if (event->subject != SUBJECT_CONTAINER)
        return values_none();
    for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
        for (size_t j = 0; j < sizeof(handlers) / sizeof(handlers[0]); j++) {
            const struct document_node *port =
                document_path(part(event, probes[i]), handlers[j], "port", NULL);

            if (port && port->kind == DOCUMENT_STRING && !text_is_template(port->text) &&
                !declares_port(ports, port->text))
                values_add(&list, port);
        }
    return values_list(&list);
}

/* "" and the loopback are the pod itself. */
static void add_host(struct values_list *list, const struct document_node *handler)
{
    static const char *const kinds[] = {"httpGet", "tcpSocket"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const struct document_node *host = document_path(handler, kinds[i], "host", NULL);

        if (document_text(host).len)
            values_add(list, host);
    }
}

struct rule_values field_container_probe_hosts(const struct kubernetes_event *event,
                                               const struct rule_use *use, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};
    const struct document_node *lifecycle = part(event, "lifecycle");

    (void)use;
    if (event->subject != SUBJECT_CONTAINER)
        return values_none();
    add_host(&list, part(event, "livenessProbe"));
    add_host(&list, part(event, "readinessProbe"));
    add_host(&list, part(event, "startupProbe"));
    add_host(&list, document_get(lifecycle, VIEW("postStart")));
    add_host(&list, document_get(lifecycle, VIEW("preStop")));
    return values_list(&list);
}
