#include "config/kubernetes/cluster-link.h"

#define RBAC "rbac.authorization.k8s.io"

enum { ACCOUNT_LENGTH = 512 };

static struct view account_key(char *to, size_t size, struct view namespace, struct view name)
{
    int length = snprintf(to, size, "%.*s/%.*s", VIEW_ARG(namespace), VIEW_ARG(name));

    return length < 0 || (size_t)length >= size ? VIEW_EMPTY : view_from(to, (size_t)length);
}

static void bind_account(struct cluster *cluster, const struct kubernetes_object *binding,
                         struct view namespace, struct view name)
{
    char text[ACCOUNT_LENGTH];
    struct view key = account_key(text, sizeof(text), namespace, name);
    const struct kubernetes_object *account =
        cluster_find(cluster, "ServiceAccount", namespace, name);
    struct object_set *set = key.len ? hash_map_get(cluster->account_bindings, key) : NULL;

    if (account)
        object_set_add(&account->links->bindings, binding, cluster->arena);
    if (key.len && !set) {
        set = arena_alloc(cluster->arena, sizeof(*set));
        key = arena_copy(cluster->arena, key);
        if (!set || !key.ptr || !hash_map_put(cluster->account_bindings, key, set))
            return;
    }
    if (set)
        object_set_add(set, binding, cluster->arena);
}

static void bind_group(struct cluster *cluster, const struct kubernetes_object *binding,
                       struct view name)
{
    struct view of = view_strip_prefix(name, VIEW("system:serviceaccounts:"));
    struct cluster_namespace *namespace;

    if (view_eq(name, VIEW("system:serviceaccounts")) ||
        view_eq(name, VIEW("system:authenticated"))) {
        object_set_add(&cluster->all_account_bindings, binding, cluster->arena);
    } else if (of.len != name.len) {
        namespace = cluster_namespace_at(cluster, of);
        if (namespace)
            object_set_add(&namespace->group_bindings, binding, cluster->arena);
    }
}

static void bind_user(struct cluster *cluster, const struct kubernetes_object *binding,
                      struct view name)
{
    struct view rest = view_strip_prefix(name, VIEW("system:serviceaccount:"));
    struct view namespace;

    if (rest.len == name.len)
        return;
    namespace = view_cut(&rest, ':');
    bind_account(cluster, binding, namespace, rest);
}

static void link_binding(struct cluster *cluster, const struct kubernetes_object *binding)
{
    const struct document_node *subjects = document_get(binding->root, VIEW("subjects"));
    const struct kubernetes_object *role = NULL;

    for (size_t i = 0; i < document_count(subjects); i++) {
        const struct document_node *subject = document_item(subjects, i);
        struct view kind = document_get_text(subject, VIEW("kind"));
        struct view name = document_get_text(subject, VIEW("name"));
        struct view namespace = document_get_text(subject, VIEW("namespace"));

        if (view_eq(kind, VIEW("ServiceAccount")))
            bind_account(cluster, binding, namespace.len ? namespace : binding->namespace, name);
        else if (view_eq(kind, VIEW("Group")))
            bind_group(cluster, binding, name);
        else if (view_eq(kind, VIEW("User")))
            bind_user(cluster, binding, name);
    }
    if (binding_role(cluster, binding, &role) == ANSWER_YES && role)
        object_set_add(&role->links->bindings, binding, cluster->arena);
}

void cluster_link_accounts(struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->objects.count; i++) {
        const struct kubernetes_object *object = cluster->objects.list[i];

        if (object_is(object, RBAC, "RoleBinding") || object_is(object, RBAC, "ClusterRoleBinding"))
            link_binding(cluster, object);
    }
}

struct view pod_service_account(const struct kubernetes_pod *pod)
{
    struct view name = document_get_text(pod->spec, VIEW("serviceAccountName"));

    if (!name.len)
        name = document_get_text(pod->spec, VIEW("serviceAccount"));
    return name.len ? name : VIEW("default");
}

enum answer cluster_has_account(const struct cluster *cluster, struct view namespace_name,
                                struct view name)
{
    const struct cluster_namespace *namespace = cluster_namespace(cluster, namespace_name);

    if (view_eq(name, VIEW("default")) ||
        cluster_find(cluster, "ServiceAccount", namespace_name, name))
        return ANSWER_YES;
    if (!namespace || !namespace->accounts.count || text_is_template(name))
        return ANSWER_UNKNOWN;
    return ANSWER_NO;
}

enum answer pod_mounts_token(const struct cluster *cluster, const struct kubernetes_pod *pod)
{
    const struct document_node *own = document_get(pod->spec, VIEW("automountServiceAccountToken"));
    struct view name = pod_service_account(pod);
    const struct kubernetes_object *account =
        cluster_find(cluster, "ServiceAccount", pod->object->namespace, name);

    if (!own && account)
        own = document_get(account->root, VIEW("automountServiceAccountToken"));
    if (own && own->kind == DOCUMENT_BOOL)
        return own->boolean ? ANSWER_YES : ANSWER_NO;
    if (!account && !view_eq(name, VIEW("default")))
        return ANSWER_UNKNOWN;
    return pod->partial || !pod->object->namespace.len ? ANSWER_UNKNOWN : ANSWER_YES;
}

static bool each(const struct object_set *set,
                 bool (*found)(void *ctx, const struct kubernetes_object *binding), void *ctx)
{
    for (size_t i = 0; set && i < set->count; i++)
        if (!found(ctx, set->list[i]))
            return false;
    return true;
}

void account_bindings(const struct cluster *cluster, struct view namespace_name, struct view name,
                      bool (*found)(void *ctx, const struct kubernetes_object *binding), void *ctx)
{
    char text[ACCOUNT_LENGTH];
    struct view key = account_key(text, sizeof(text), namespace_name, name);
    const struct cluster_namespace *namespace = cluster_namespace(cluster, namespace_name);

    if (key.len && cluster->account_bindings &&
        !each(hash_map_get(cluster->account_bindings, key), found, ctx))
        return;
    if (namespace && !each(&namespace->group_bindings, found, ctx))
        return;
    each(&cluster->all_account_bindings, found, ctx);
}

static bool is_built_in_role(struct view name)
{
    static const struct view names[] = {VIEW("cluster-admin"), VIEW("admin"), VIEW("edit"),
                                        VIEW("view")};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (view_eq(name, names[i]))
            return true;
    return view_starts(name, VIEW("system:"));
}

enum answer binding_role(const struct cluster *cluster, const struct kubernetes_object *binding,
                         const struct kubernetes_object **ret_role)
{
    const struct document_node *reference = document_get(binding->root, VIEW("roleRef"));
    struct view name = document_get_text(reference, VIEW("name"));
    bool wide = view_eq(document_get_text(reference, VIEW("kind")), VIEW("ClusterRole"));
    const struct cluster_namespace *namespace = cluster_namespace(cluster, binding->namespace);
    size_t others = wide ? cluster->cluster_roles.count : namespace ? namespace->roles.count : 0;

    *ret_role = cluster_find(cluster, wide ? "ClusterRole" : "Role",
                             wide ? VIEW_EMPTY : binding->namespace, name);
    if (*ret_role || (wide && is_built_in_role(name)))
        return ANSWER_YES;
    return others && name.len && !text_is_template(name) ? ANSWER_NO : ANSWER_UNKNOWN;
}

/* cluster-admin: - apiGroups: ["*"], resources: ["*"], verbs: ["*"] */
static const struct document_node star = {
    .kind = DOCUMENT_STRING, .text = {"*", 1}, .start = {0, 1, 1}, .end = {0, 1, 1}};
static const struct document_node *const star_item[] = {&star};
static const struct document_node star_list = {
    .kind = DOCUMENT_SEQUENCE, .start = {0, 1, 1}, .end = {0, 1, 1}, .sequence = {star_item, 1}};
static const struct document_node key_groups = {.kind = DOCUMENT_STRING, .text = {"apiGroups", 9}};
static const struct document_node key_resources = {.kind = DOCUMENT_STRING,
                                                   .text = {"resources", 9}};
static const struct document_node key_verbs = {.kind = DOCUMENT_STRING, .text = {"verbs", 5}};
static const struct document_pair admin_pairs[] = {
    {&key_groups, &star_list, false, false},
    {&key_resources, &star_list, false, false},
    {&key_verbs, &star_list, false, false},
};
static const struct document_node admin_rule = {
    .kind = DOCUMENT_MAPPING, .start = {0, 1, 1}, .end = {0, 1, 1}, .mapping = {admin_pairs, 3}};
static const struct document_node *const admin_item[] = {&admin_rule};
static const struct document_node admin_rules = {
    .kind = DOCUMENT_SEQUENCE, .start = {0, 1, 1}, .end = {0, 1, 1}, .sequence = {admin_item, 1}};

bool binding_rules(const struct cluster *cluster, const struct kubernetes_object *binding,
                   const struct document_node **ret_rules)
{
    const struct document_node *reference = document_get(binding->root, VIEW("roleRef"));
    const struct kubernetes_object *role = NULL;

    if (binding_role(cluster, binding, &role) == ANSWER_NO)
        return false;
    if (role) {
        /* What is aggregated into a role depends on all roles of the cluster. */
        *ret_rules = document_get(role->root, VIEW("rules"));
        return !document_get(role->root, VIEW("aggregationRule"));
    }
    if (!view_eq(document_get_text(reference, VIEW("kind")), VIEW("ClusterRole")) ||
        !view_eq(document_get_text(reference, VIEW("name")), VIEW("cluster-admin")))
        return false;
    *ret_rules = &admin_rules;
    return true;
}
