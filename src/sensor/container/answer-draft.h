/* An answer while its documents are read; for the readers of answer.c alone. */
#pragma once

#include "codec/json.h"
#include "sensor/container/answer.h"

struct answer_draft {
    struct arena *arena;
    struct json_parser *json;
    const struct answer_question *question;
    struct container_metadata metadata;
    struct view leads[ANSWER_LEADS];
    struct container_label *labels, *pod_labels;
    struct container_mount *mounts;
    struct view container_name; /* within its pod */
    struct view applied;        /* JSON of the pod, as kubectl applied it */
    bool is_cri;
    bool by_kubelet;       /* says what no image can set; its labels may, so they count only then */
    bool privileged_known; /* a runtime has said so; specs are not asked any more */
    bool mounts_known;
    bool namespaces_known; /* host_pid and its like */
};

/* Reads one document. 0, or an error about it. */
typedef int answer_reader(struct answer_draft *draft, struct view bytes, struct error *err);

answer_reader answer_read_docker_container, answer_read_docker_host, answer_read_docker_image,
    answer_read_docker_sandbox, answer_read_containerd_container, answer_read_containerd_task,
    answer_read_containerd_image, answer_read_containerd_snapshot, answer_read_containerd_sandbox,
    answer_read_cri_container, answer_read_cri_sandbox, answer_read_oci_spec,
    answer_read_podman_containers, answer_read_podman_images, answer_read_mounts,
    answer_read_process;

/* The spec as a value of a document that is parsed already. */
int answer_take_spec(struct answer_draft *draft, struct json_value spec, struct error *err);

/* What its namespaces say of the host's, when nothing has yet; `pod`: the spec is its
 * sandbox's, in whose network and IPC it lives. */
void answer_take_namespaces(struct answer_draft *draft, struct json_value spec, bool pod);

/* Sets what is empty to a copy. */
void answer_set(struct answer_draft *draft, struct view *to, struct view text);
void answer_set_time(int64_t *to, int64_t nanoseconds);
int answer_add_label(struct answer_draft *draft, bool of_pod, struct view key, struct view value,
                     struct error *err);
/* The strings of an object. */
int answer_add_labels(struct answer_draft *draft, bool of_pod, struct json_value labels,
                      struct error *err);
int answer_add_mount(struct answer_draft *draft, const struct container_mount *mount,
                     struct error *err);
/* The strings of an array from `first` on, joined by blanks. */
struct view answer_join(struct answer_draft *draft, struct json_value words, size_t first);
/* "NAME@DIGEST" is the image's digest, "sha256:HEX" its id, as is HEX alone, of CRI-O. */
void answer_set_image_reference(struct answer_draft *draft, struct view reference);
/* Takes from the labels what the kubelet writes there; once they are known, and who made
 * the container is. */
void answer_take_kubernetes(struct answer_draft *draft);
/* The document is about another container, or about none. */
int answer_check_id(const struct answer_draft *draft, struct view id, struct error *err);
/* The same of the pod's sandbox, when it is known which that is. */
int answer_check_sandbox(const struct answer_draft *draft, struct view id, struct error *err);

/* "2026-08-21T17:46:43.123456789Z" as nanoseconds since 1970; 0: none, or before. */
int64_t answer_parse_time(struct view text);
/* The directory of changes of an overlay, from the options of its mount;
 * empty: none. In the draft's arena. */
struct view answer_upper_directory(struct answer_draft *draft, struct view options);
