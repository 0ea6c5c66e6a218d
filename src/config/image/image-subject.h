/* What rules are told of an image: its configuration, its layers, what lies in
 * it. Filled from the parts of a real scan, or from a description in YAML, which
 * is how tests of rules write images down.
 *
 * Plain data; all memory is an arena's. The members of each struct are fields
 * of the source `image` by the tables in field-table.c, which also say how the
 * description is read:
 *
 *     describes: image             # beside the keys of an image's config
 *     config: {User: "1000", Env: ["A=b"], ...}
 *     created: 2026-01-01T00:00:00Z
 *     history: [{created_by: "..."}]
 *     image: {name: "app:1", age_days: 400, size: 1000, ...}
 *     os: {id: debian, version: "12", eol: false}
 *     layers: [{size: 1000, hidden: 0}]
 *     files: [{path: /usr/bin/su, mode: 04755, tags: [setuid]}]
 *     deleted_files: [...]
 *     accounts, crons, sudoers, owners, packages: [...]
 */
#pragma once

#include "base/arena.h"
#include "codec/document.h"

struct image_texts {
    const struct view *list;
    size_t count;
};

struct image_subject_layer {
    uint64_t index;  /* from 1 */
    uint64_t size;   /* stored bytes; 0 not known */
    uint64_t hidden; /* bytes of files that later layers hide */
    struct view created_by;
};

/* A line of the image's history. */
struct image_subject_history {
    uint64_t index;               /* from 1 */
    struct view instruction;      /* "RUN", "COPY", ...; empty when it can't be told */
    struct view text;             /* behind the instruction, as Docker and BuildKit write it */
    struct image_texts arguments; /* names of build arguments that were set */
    struct image_texts secret_arguments; /* of these, the ones whose values look like secrets */
    bool empty;                          /* it made no layer */
};

struct image_subject_env {
    struct view name, value;
    bool secret; /* it looks like one (config/kubernetes/secret-value.h) */
};

struct image_subject_port {
    uint64_t number;
    struct view protocol; /* "tcp" */
};

struct image_subject_volume {
    struct view path;
};

struct image_subject_file {
    struct view path; /* with a leading "/" */
    struct view name, directory;
    struct view kind; /* "file", "directory", "symlink", ... */
    struct view link;
    struct view mode_text; /* "04755" */
    uint64_t mode, uid, gid, size;
    uint64_t layer;                  /* from 1 */
    uint64_t gone_in;                /* the layer that deleted or replaced it; 0: none did */
    struct image_texts tags;         /* "setuid", "shell", ... */
    struct image_texts capabilities; /* "cap_net_raw" */
};

struct image_subject_account {
    struct view name, shell;
    struct view password; /* "locked", "empty", "hashed" */
    uint64_t uid, line;
    bool known; /* /etc/passwd has it, so the uid holds */
};

struct image_subject_cron {
    struct view path, command, user;
    uint64_t line;
};

struct image_subject_sudo {
    struct view path, who;
    bool without_password;
    uint64_t line;
};

/* Whom files belong to. */
struct image_subject_owner {
    uint64_t uid, count;
    struct view path; /* one of them */
    bool known;       /* /etc/passwd has the uid */
};

struct image_subject_package {
    struct view name, version, type;
};

struct image_subject_os {
    struct view id, version, name;
    bool eol;             /* its vendor no longer mends it */
    struct view eol_date; /* "2028-06-30"; empty: not known */
};

/* Bytes and numbers of files by tag. */
struct image_subject_tag {
    struct view name;
    uint64_t bytes, count;
};

/* The image as a whole. */
struct image_subject_whole {
    struct view name; /* as the user gave it */
    struct view tag;  /* of the name; empty: none */
    bool digest;      /* the name is pinned by a digest */
    struct view architecture, created;
    uint64_t age_days;
    bool age_known;
    uint64_t size;   /* bytes of all files; 0 not known */
    uint64_t hidden; /* bytes in lower layers that nobody sees */
    uint64_t layer_count, package_count;
    bool files_known; /* its layers were looked into */
    /* Effective: of config.User, without the group. */
    struct view user;
    bool root; /* it runs as uid 0: by number, by name, or because no user is set */
    struct image_texts entrypoint, command, volumes, ports;
    struct view healthcheck; /* "none", "set", "disabled" */
    struct view stop_signal;
    struct image_texts tags; /* of all files */
    struct image_texts packages;
};

struct image_subject {
    const struct document_node *root;   /* the image's config, whole */
    const struct document_node *config; /* its key `config` */
    struct image_subject_whole whole;
    struct image_subject_os os;
    const struct image_subject_tag *tags;
    size_t tag_count;
    const struct image_subject_layer *layers;
    size_t layer_count;
    const struct image_subject_history *history;
    size_t history_count;
    const struct image_subject_env *env;
    size_t env_count;
    const struct image_subject_port *ports;
    size_t port_count;
    const struct image_subject_volume *volumes;
    size_t volume_count;
    const struct image_subject_file *files, *deleted_files;
    size_t file_count, deleted_file_count;
    const struct image_subject_account *accounts;
    size_t account_count;
    const struct image_subject_cron *crons;
    size_t cron_count;
    const struct image_subject_sudo *sudoers;
    size_t sudo_count;
    const struct image_subject_owner *owners;
    size_t owner_count;
    const struct image_subject_package *packages;
    size_t package_count;
};

/* Fills in what follows from the image's config (`root`, not NULL) and from
 * the name: everything but layers, files, packages, accounts and the system.
 * `now` in seconds since 1970; 0: the age is not known. */
int image_subject_take_config(struct image_subject *subject, const struct document_node *root,
                              struct view name, int64_t now, struct arena *arena,
                              struct error *err);
/* Fills in what follows from layers, files, packages and accounts: sums, tags,
 * whether the user is root. Called last. */
int image_subject_settle(struct image_subject *subject, struct arena *arena, struct error *err);
