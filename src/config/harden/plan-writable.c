/* Volumes for what programs write to, where the root file system is read-only. */
#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "config/harden/plan-state.h"
#include "config/kubernetes/event.h"
#include "config/kubernetes/image-name.h"
#include "config/values.h"

enum {
    NAME_LIMIT = 63, /* bytes of a volume's name: a DNS label */
    NAME_KEPT = 54,  /* of a longer one; then "-" and 8 digits */
};

/* Where well-known images write, as their documentation and Dockerfiles say. */
static const struct {
    struct view repository;
    struct view paths[4];
} known_images[] = {
    {VIEW("library/nginx"), {VIEW("/var/cache/nginx"), VIEW("/var/run")}},
    {VIEW("nginxinc/nginx-unprivileged"), {VIEW("/var/cache/nginx")}},
    {VIEW("library/httpd"), {VIEW("/usr/local/apache2/logs")}},
    {VIEW("library/tomcat"),
     {VIEW("/usr/local/tomcat/logs"), VIEW("/usr/local/tomcat/temp"),
      VIEW("/usr/local/tomcat/work")}},
    {VIEW("library/mysql"), {VIEW("/var/run/mysqld"), VIEW("/var/lib/mysql")}},
    {VIEW("library/mariadb"), {VIEW("/run/mysqld"), VIEW("/var/lib/mysql")}},
    {VIEW("library/postgres"), {VIEW("/var/run/postgresql"), VIEW("/var/lib/postgresql/data")}},
    {VIEW("library/redis"), {VIEW("/data")}},
    {VIEW("library/mongo"), {VIEW("/data/db"), VIEW("/data/configdb")}},
    {VIEW("library/rabbitmq"), {VIEW("/var/lib/rabbitmq"), VIEW("/var/log/rabbitmq")}},
    {VIEW("library/wordpress"), {VIEW("/var/run/apache2"), VIEW("/run/lock/apache2")}},
    {VIEW("grafana/grafana"), {VIEW("/var/lib/grafana")}},
    {VIEW("prom/prometheus"), {VIEW("/prometheus")}},
    {VIEW("prom/alertmanager"), {VIEW("/alertmanager")}},
    {VIEW("jenkins/jenkins"), {VIEW("/var/jenkins_home")}},
};

/* A volume that is there already keeps the path writable, or is the person's choice. */
static bool is_mounted(const struct document_node *container, struct view path)
{
    const struct document_node *mounts = document_get(container, VIEW("volumeMounts"));

    for (size_t i = 0; i < document_count(mounts); i++) {
        struct view at = view_strip_suffix(
            document_get_text(document_item(mounts, i), VIEW("mountPath")), VIEW("/"));

        if (at.len && path_is_below(path, at))
            return true;
    }
    return false;
}

static bool has_volume(const struct kubernetes_pod *pod, struct view name)
{
    return pod_volume(pod, name) != NULL;
}

/* A DNS label made of the container's name, where there are several, and the path. */
static struct view volume_name(const struct plan_work *work, struct view path)
{
    const struct kubernetes_event *e = work->event->event;
    struct arena *arena = work->plan->arena;
    struct view raw =
        e->pod->container_count > 1 && work->event->part.len
            ? arena_printf(arena, "%.*s%.*s", VIEW_ARG(work->event->part), VIEW_ARG(path))
            : view_sub(path, 1, path.len);
    char *name = arena_cstr(arena, raw);
    struct view made;

    if (!name)
        return VIEW_EMPTY;
    for (char *c = name; *c; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');

        *c = letter ? *c : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : '-';
    }
    made = view_of(name);
    while (made.len && made.ptr[0] == '-')
        made = view_sub(made, 1, made.len);
    while (made.len && made.ptr[made.len - 1] == '-')
        made.len--;
    if (made.len == 0)
        made = VIEW("writable");
    if (made.len > NAME_LIMIT || has_volume(e->pod, made))
        made = arena_printf(arena, "%.*s-%08x", VIEW_ARG(view_sub(made, 0, NAME_KEPT)),
                            (unsigned)(hash_stable(raw) & UINT32_MAX));
    return made;
}

static int add_item(struct plan_work *work, const char *field, const char *const keys[2],
                    const struct document_node *item, struct view what, struct error *err)
{
    struct arena *arena = work->plan->arena;
    struct address at;

    if (!address_of_field(work->kind, work->event, field, arena, &at))
        return 0;
    for (size_t i = 0; i < 2 && keys[i]; i++)
        if (!address_step(&at, (struct document_step){view_of(keys[i]), 0},
                          document_get(at.node, view_of(keys[i])), arena, &at))
            return error_memory(err);
    return plan_edit(work, DOCUMENT_EDIT_ADD, &at, item, what, err);
}

static int add_path(struct plan_work *work, struct view path, struct error *err)
{
    static const char *const volumes[] = {"spec", "volumes"}, *const mounts[] = {"volumeMounts",
                                                                                 NULL};
    const struct kubernetes_event *e = work->event->event;
    struct arena *arena = work->plan->arena;
    struct view name = volume_name(work, path);
    const struct document_node *named, *volume, *mount;
    int r;

    if (is_mounted(e->node, path))
        return 0;
    named = values_new_text(arena, name, NULL);
    volume = values_new_mapping(
        arena,
        (const struct values_pair[]){{"name", named},
                                     {"emptyDir", values_new_mapping(arena, NULL, 0, NULL)}},
        2, NULL);
    mount =
        values_new_mapping(arena,
                           (const struct values_pair[]){
                               {"name", named}, {"mountPath", values_new_text(arena, path, NULL)}},
                           2, NULL);
    if (!named || !volume || !mount)
        return error_memory(err);
    r = add_item(work, "container", mounts, mount,
                 arena_printf(arena, tr("mount a writable volume at %.*s"), VIEW_ARG(path)), err);
    return r < 0 ? r
                 : add_item(
                       work, "pod", volumes, volume,
                       arena_printf(arena, tr("add the volume %.*s, an emptyDir"), VIEW_ARG(name)),
                       err);
}

static int add_known(struct plan_work *work, const struct document_node *container,
                     struct error *err)
{
    struct image_name image;
    int r = 0;

    if (!image_name_parse(document_get_text(container, VIEW("image")), work->plan->arena, &image))
        return 0;
    for (size_t i = 0; i < sizeof(known_images) / sizeof(known_images[0]); i++) {
        if (!view_eq(known_images[i].repository, image.repository))
            continue;
        for (size_t k = 0; r == 0 && k < 4 && known_images[i].paths[k].len; k++)
            r = add_path(work, known_images[i].paths[k], err);
    }
    return r;
}

int plan_writable(struct plan_work *work, struct error *err)
{
    const struct answers *answers = &work->plan->options.answers;
    const struct kubernetes_event *e = work->event->event;
    int r;

    if (work->kind != &config_kubernetes || e->subject != SUBJECT_CONTAINER || !e->pod)
        return 0;
    r = add_path(work, VIEW("/tmp"), err);
    if (r == 0)
        r = add_known(work, e->node, err);
    for (size_t i = 0; r == 0 && i < answers->count; i++) {
        const struct fix_answer *answer = &answers->list[i];

        if (view_eq(answer->question->name, VIEW("writable-paths")) &&
            (!answer->of.len || view_eq(answer->of, work->event->part)))
            r = add_path(work, view_strip_suffix(answer->value, VIEW("/")), err);
    }
    return r;
}
