#include "config/kubernetes/field.h"

/* Looked at; a cluster stores at most 1.5 MB of one object. */
enum { RULE_LIMIT = 5000, TLS_HOST_LIMIT = 5000, SERVICE_PORT_LIMIT = 256 };

static bool is_ingress(const struct kubernetes_event *event)
{
    return object_is(event->object, "networking.k8s.io", "Ingress") ||
           object_is(event->object, "extensions", "Ingress");
}

static const struct document_node *spec_of(const struct kubernetes_event *event)
{
    return document_get(event->object->root, VIEW("spec"));
}

/* Of both forms: service.name, and serviceName before networking.k8s.io/v1. */
static const struct document_node *service_of(const struct document_node *backend)
{
    const struct document_node *name = document_path(backend, "service", "name", NULL);

    return name ? name : document_get(backend, VIEW("serviceName"));
}

static const struct document_node *port_of(const struct document_node *backend)
{
    const struct document_node *port = document_path(backend, "service", "port", "number", NULL);

    if (!port)
        port = document_path(backend, "service", "port", "name", NULL);
    return port ? port : document_get(backend, VIEW("servicePort"));
}

static void add_backend(struct values_list *list, const struct document_node *backend,
                        const struct document_node *host, const struct document_node *path)
{
    const struct values_pair pairs[] = {{"service", service_of(backend)},
                                        {"port", port_of(backend)},
                                        {"host", host},
                                        {"path", path}};

    if (backend && service_of(backend))
        values_add(list, values_new_mapping(list->scratch, pairs, sizeof(pairs) / sizeof(pairs[0]),
                                            backend));
}

static struct values_list backends_of(const struct kubernetes_event *event, struct arena *scratch)
{
    const struct document_node *rules = document_get(spec_of(event), VIEW("rules"));
    struct values_list list = {.scratch = scratch};

    add_backend(&list, document_get(spec_of(event), VIEW("defaultBackend")), NULL, NULL);
    add_backend(&list, document_get(spec_of(event), VIEW("backend")), NULL, NULL);
    for (size_t i = 0; i < document_count(rules) && i < RULE_LIMIT; i++) {
        const struct document_node *rule = document_item(rules, i);
        const struct document_node *paths = document_path(rule, "http", "paths", NULL);

        for (size_t j = 0; j < document_count(paths); j++) {
            const struct document_node *path = document_item(paths, j);

            add_backend(&list, document_get(path, VIEW("backend")),
                        document_get(rule, VIEW("host")), document_get(path, VIEW("path")));
        }
    }
    return list;
}

struct rule_values field_ingress_backends(const struct kubernetes_event *event,
                                          const struct rule_use *use, struct arena *scratch)
{
    struct values_list list;

    (void)use;
    if (!is_ingress(event))
        return values_none();
    list = backends_of(event, scratch);
    return values_list(&list);
}

struct rule_values field_ingress_missing_services(const struct kubernetes_event *event,
                                                  const struct rule_use *use, struct arena *scratch)
{
    const struct cluster_namespace *namespace =
        cluster_namespace(event->cluster, event->object->namespace);
    struct values_list backends, missing = {.scratch = scratch};

    (void)use;
    if (!is_ingress(event) || !namespace || !namespace->services.count)
        return values_none();
    backends = backends_of(event, scratch);
    for (size_t i = 0; i < backends.count; i++) {
        const struct document_node *name = document_get(backends.items[i].node, VIEW("service"));

        if (cluster_has_service(event->cluster, event->object->namespace, document_text(name)) ==
            ANSWER_NO)
            values_add(&missing, name);
    }
    return values_list(&missing);
}

/* Whether the Service has a port of that number or name. */
static bool has_port(const struct kubernetes_object *service, struct view port)
{
    const struct document_node *ports = document_path(service->root, "spec", "ports", NULL);

    for (size_t i = 0; i < document_count(ports) && i < SERVICE_PORT_LIMIT; i++) {
        const struct document_node *entry = document_item(ports, i);

        if (view_eq(document_get_text(entry, VIEW("port")), port) ||
            view_eq(document_get_text(entry, VIEW("name")), port))
            return true;
    }
    return document_count(ports) == 0;
}

struct rule_values field_ingress_missing_ports(const struct kubernetes_event *event,
                                               const struct rule_use *use, struct arena *scratch)
{
    struct values_list backends, missing = {.scratch = scratch};

    (void)use;
    if (!is_ingress(event))
        return values_none();
    backends = backends_of(event, scratch);
    for (size_t i = 0; i < backends.count; i++) {
        const struct document_node *backend = backends.items[i].node;
        const struct document_node *port = document_get(backend, VIEW("port"));
        struct view name = document_get_text(backend, VIEW("service"));
        const struct kubernetes_object *service =
            cluster_find(event->cluster, "Service", event->object->namespace, name);

        if (service && document_text(port).len && !text_is_template(port->text) &&
            !has_port(service, document_text(port)))
            values_add_text(
                &missing,
                arena_printf(scratch, "%.*s:%.*s", VIEW_ARG(name), VIEW_ARG(document_text(port))),
                port);
    }
    return values_list(&missing);
}

static bool covers(struct view pattern, struct view host)
{
    ptrdiff_t dot = view_find(host, '.');

    if (view_eq(pattern, host))
        return true;
    return view_starts(pattern, VIEW("*.")) && dot > 0 &&
           view_eq(view_sub(pattern, 1, pattern.len), view_sub(host, (size_t)dot, host.len));
}

/* A tls entry without hosts is for all. */
static bool has_tls(const struct document_node *tls, struct view host)
{
    for (size_t i = 0, seen = 0; i < document_count(tls) && seen < TLS_HOST_LIMIT; i++, seen++) {
        const struct document_node *hosts = document_get(document_item(tls, i), VIEW("hosts"));

        if (document_count(hosts) == 0)
            return true;
        for (size_t j = 0; j < document_count(hosts) && seen < TLS_HOST_LIMIT; j++, seen++)
            if (covers(document_text(document_item(hosts, j)), host))
                return true;
    }
    return false;
}

static struct rule_values hosts_of(const struct kubernetes_event *event, bool plain,
                                   struct arena *scratch)
{
    const struct document_node *rules = document_get(spec_of(event), VIEW("rules"));
    const struct document_node *tls = document_get(spec_of(event), VIEW("tls"));
    struct values_list list = {.scratch = scratch};

    if (!is_ingress(event))
        return values_none();
    for (size_t i = 0; i < document_count(rules) && i < RULE_LIMIT; i++) {
        const struct document_node *rule = document_item(rules, i);
        const struct document_node *node = document_get(rule, VIEW("host"));
        struct view host = document_text(node).len ? document_text(node) : VIEW("*");

        if (rule && (!plain || !has_tls(tls, host)))
            values_add_text(&list, host, node ? node : rule);
    }
    return values_list(&list);
}

struct rule_values field_ingress_hosts(const struct kubernetes_event *event,
                                       const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return hosts_of(event, false, scratch);
}

struct rule_values field_ingress_plain_hosts(const struct kubernetes_event *event,
                                             const struct rule_use *use, struct arena *scratch)
{
    (void)use;
    return hosts_of(event, true, scratch);
}

struct rule_values field_ingress_class(const struct kubernetes_event *event,
                                       const struct rule_use *use, struct arena *scratch)
{
    const struct document_node *class = document_get(spec_of(event), VIEW("ingressClassName"));

    (void)use;
    if (!is_ingress(event))
        return values_none();
    if (document_is_absent(class))
        class = document_path(event->object->root, "metadata", "annotations",
                              "kubernetes.io/ingress.class", NULL);
    return values_node(class, scratch);
}
