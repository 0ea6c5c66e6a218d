/* Objects of Kubernetes as files hold them, with their pods and containers.
 *
 * A document is an object when it is a mapping whose apiVersion and kind are
 * text, and no file of a tool that only looks like one (kustomization, kind's
 * cluster file, kubeconfig). Lists (List, and any kind that ends in List and
 * has items) and OpenShift's templates are opened; items of a typed list get
 * its apiVersion and kind when they have none.
 *
 * Pods are the templates of the kinds in object-kind.h. In objects of unknown
 * kinds every mapping is one that stands under a key "template" or
 * "...Template" and has spec.containers with at least one mapping; groups of
 * policies, whose patterns look the same, are left out. A pod is *partial*
 * when settings of it may stand elsewhere (a patch: a container without an
 * image; a Tekton task, whose run adds to it): what is not set there is not
 * known to be unset.
 *
 * All memory is the arena's; documents must outlive it.
 */
#pragma once

#include "base/arena.h"
#include "codec/document.h"
#include "config/kind.h"
#include "config/kubernetes/object-kind.h"

enum {
    OBJECT_LIST_DEPTH = 8,        /* lists in lists */
    OBJECT_SEARCH_DEPTH = 24,     /* where pod templates are looked for */
    OBJECT_SEARCH_LIMIT = 100000, /* nodes looked at for that */
    OBJECT_POD_LIMIT = 1000,      /* pod templates of one object */
    /* Of one pod; a cluster stores at most 1.5 MB of one. */
    OBJECT_CONTAINER_LIMIT = 500,
    OBJECT_VOLUME_LIMIT = 5000,
    OBJECT_MOUNT_LIMIT = 20000,
};

enum container_kind {
    CONTAINER_MAIN,
    CONTAINER_INIT,
    CONTAINER_SIDECAR, /* an init container that keeps running */
    CONTAINER_EPHEMERAL,
};

struct kubernetes_container {
    const struct document_node *node;
    enum container_kind kind;
};

struct kubernetes_volume {
    struct view name;
    const struct document_node *node;
};

/* A mount of a container. */
struct kubernetes_mount {
    struct view name; /* of the volume */
    const struct document_node *container, *node;
    size_t order;
};

struct kubernetes_object;

struct kubernetes_pod {
    const struct kubernetes_object *object;
    const struct document_node *template; /* a mapping with metadata and spec */
    const struct document_node *metadata, *spec;
    bool partial;
    const struct kubernetes_container *containers;
    size_t container_count;
    const struct kubernetes_volume *volumes; /* by name */
    size_t volume_count;
    const struct kubernetes_mount *mounts; /* by name, then as written */
    size_t mount_count;
    struct pod_links *links; /* of cluster.h */
};

struct kubernetes_object {
    const struct config_file *file;
    const struct document_node *root;
    const struct object_kind *type; /* NULL: not known */
    struct view group, version, kind, api_version;
    struct view name;      /* metadata.name, or generateName with "*"; may be empty */
    struct view namespace; /* "default" when not set; empty: none, or not known */
    struct view resource;  /* "Deployment shop/web" */
    struct kubernetes_pod *pods;
    size_t pod_count;
    bool duplicate;             /* the file has the same object before */
    struct object_links *links; /* of cluster.h */
};

struct kubernetes_objects {
    struct kubernetes_object **list; /* in the order of the files */
    size_t count;
};

/* Adds the objects of a file; none is fine. */
int objects_read(const struct config_file *file, struct arena *arena,
                 struct kubernetes_objects *objects, struct error *err);
/* Whether some document of the file is an object. */
bool objects_in(const struct config_file *file);

/* The object's kind is one of Kubernetes itself. */
bool object_is(const struct kubernetes_object *object, const char *group, const char *kind);
enum object_scope object_scope(const struct kubernetes_object *object);
bool object_has(const struct kubernetes_object *object, enum object_flag flag);
/* The volume of a pod; NULL: none of that name. */
const struct document_node *pod_volume(const struct kubernetes_pod *pod, struct view name);
/* The mounts of a volume: the first of them, and how many. */
const struct kubernetes_mount *pod_mounts(const struct kubernetes_pod *pod, struct view name,
                                          size_t *ret_count);
/* The key that says what a volume is ("hostPath"), with its value. Empty: an
 * emptyDir, as Kubernetes has it, or not known. */
struct view volume_type(const struct document_node *volume, const struct document_node **ret_value);
/* Text that a tool replaces before Kubernetes sees it: "${X}", "$(X)", "{{ x }}". */
bool text_is_template(struct view text);
