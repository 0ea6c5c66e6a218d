#include "config/kubernetes/security.h"

static const struct document_node *setting(const struct document_node *holder, struct view key)
{
    const struct document_node *context = document_get(holder, VIEW("securityContext"));
    const struct document_node *value = document_get(context, key);

    return document_is_absent(value) ? NULL : value;
}

const struct document_node *security_own(const struct kubernetes_pod *pod,
                                         const struct document_node *container, struct view key)
{
    const struct document_node *value = setting(container, key);

    if (!value && pod->partial)
        value = setting(document_get(pod->spec, VIEW("stepTemplate")), key);
    return value;
}

const struct document_node *security_effective(const struct kubernetes_pod *pod,
                                               const struct document_node *container,
                                               struct view key)
{
    const struct document_node *value = security_own(pod, container, key);

    return value ? value : setting(pod->spec, key);
}

const struct document_node *security_annotation(const struct kubernetes_pod *pod,
                                                const struct document_node *container,
                                                const char *prefix, struct arena *arena)
{
    const struct document_node *annotations = document_get(pod->metadata, VIEW("annotations"));
    struct view name = document_get_text(container, VIEW("name"));

    return annotations
               ? document_get(annotations, arena_printf(arena, "%s%.*s", prefix, VIEW_ARG(name)))
               : NULL;
}

/* A value of the annotation. */
static struct apparmor of_annotation(const struct document_node *node)
{
    struct view text = document_text(node);
    struct view local = view_strip_prefix(text, VIEW("localhost/"));

    if (view_eq(text, VIEW("runtime/default")))
        return (struct apparmor){VIEW("RuntimeDefault"), VIEW_EMPTY, node};
    if (view_eq(text, VIEW("unconfined")))
        return (struct apparmor){VIEW("Unconfined"), VIEW_EMPTY, node};
    if (local.len != text.len)
        return (struct apparmor){VIEW("Localhost"), local, node};
    return (struct apparmor){text, VIEW_EMPTY, text.len ? node : NULL};
}

struct apparmor security_apparmor(const struct kubernetes_pod *pod,
                                  const struct document_node *container, struct arena *arena)
{
    const struct document_node *profile =
        security_effective(pod, container, VIEW("appArmorProfile"));

    if (profile)
        return (struct apparmor){document_get_text(profile, VIEW("type")),
                                 document_get_text(profile, VIEW("localhostProfile")),
                                 document_get(profile, VIEW("type"))};
    return of_annotation(security_annotation(pod, container, APPARMOR_ANNOTATION, arena));
}

struct view capability_name(struct view text, struct arena *arena)
{
    char *name = arena_cstr(arena, text);

    if (!name)
        return VIEW_EMPTY;
    for (size_t i = 0; i < text.len; i++)
        if (name[i] >= 'a' && name[i] <= 'z')
            name[i] = (char)(name[i] - 'a' + 'A');
    return view_strip_prefix(view_from(name, text.len), VIEW("CAP_"));
}

static struct view known_os(struct view text)
{
    return view_eq(text, VIEW("windows")) || view_eq(text, VIEW("linux")) ? text : VIEW_EMPTY;
}

static bool is_os_label(struct view key)
{
    return view_eq(key, VIEW("kubernetes.io/os")) || view_eq(key, VIEW("beta.kubernetes.io/os"));
}

/* The one system that an expression "kubernetes.io/os In [x]" leaves. */
static struct view os_of_expression(const struct document_node *expression)
{
    const struct document_node *values = document_get(expression, VIEW("values"));

    if (!is_os_label(document_get_text(expression, VIEW("key"))) ||
        !view_eq(document_get_text(expression, VIEW("operator")), VIEW("In")) ||
        document_count(values) != 1)
        return VIEW_EMPTY;
    return known_os(document_text(document_item(values, 0)));
}

/* Terms are alternatives, so only a single one decides. */
static struct view os_of_affinity(const struct document_node *spec)
{
    const struct document_node *terms =
        document_path(spec, "affinity", "nodeAffinity",
                      "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms", NULL);
    const struct document_node *expressions =
        document_get(document_item(terms, 0), VIEW("matchExpressions"));

    for (size_t i = 0; document_count(terms) == 1 && i < document_count(expressions); i++) {
        struct view os = os_of_expression(document_item(expressions, i));

        if (os.len)
            return os;
    }
    return VIEW_EMPTY;
}

struct view pod_os(const struct kubernetes_pod *pod)
{
    const struct document_node *labels = document_get(pod->spec, VIEW("nodeSelector"));
    struct view os = known_os(document_text(document_path(pod->spec, "os", "name", NULL)));

    if (!os.len)
        os = known_os(document_get_text(labels, VIEW("kubernetes.io/os")));
    if (!os.len)
        os = known_os(document_get_text(labels, VIEW("beta.kubernetes.io/os")));
    if (!os.len)
        os = os_of_affinity(pod->spec);
    if (!os.len && setting(pod->spec, VIEW("windowsOptions")))
        os = VIEW("windows");
    return os;
}
