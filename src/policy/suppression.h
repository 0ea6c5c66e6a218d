/* Findings that a person accepted: by a comment in the file, by an annotation
 * of the object, or by a file of suppressions; each with a reason, and an end.
 *
 * Inline, in any file with comments:
 *
 *     # plimsoll:ignore k8s-privileged,k8s-host-network until=2026-12-31 needs the driver
 *     # plimsoll:ignore-file docker-root-user
 *
 * The first speaks for the line it is on or, where it has one of its own, for
 * the next line of content; and for what is indented deeper right below that
 * line. The second, above all content, speaks for the file. What trivy, checkov
 * and hadolint read is read too, since rules have aliases:
 *
 *     # trivy:ignore:AVD-DS-0002:exp:2026-12-31     as plimsoll:ignore
 *     # hadolint ignore=DL3008,DL3015               as plimsoll:ignore
 *     # hadolint global ignore=DL3008               for the file
 *     # checkov:skip=CKV_K8S_16:needs the driver    for the YAML document, or the file
 *
 * Annotations of a Kubernetes object, for it or for one of its containers:
 *
 *     plimsoll.io/ignore: k8s-privileged until=2026-12-31 reason; k8s-host-network
 *     plimsoll.io/ignore.sidecar: k8s-run-as-root
 *     checkov.io/skip1: CKV_K8S_16=reason
 *     ignore-check.kube-linter.io/privileged-container: reason
 *
 * A file (.plimsollignore.yaml at the working directory, or --ignorefile):
 *
 *     ignore:
 *       - id: k8s-privileged          # glob over ids and aliases; also CVEs
 *         paths: ["deploy/gpu-*.yaml"] # globs; none: everywhere
 *         resources: ["DaemonSet kube-system/gpu-*"]   # of vulnerabilities: package, or package
 * URL containers: [driver] fingerprints: [...] until: 2026-12-31 reason: the GPU driver needs it
 *
 * or the lines of a .trivyignore: "CVE-2024-1 exp:2026-12-31 # reason".
 *
 * docs/formats/suppressions.md says it all. A suppression whose end has
 * passed no longer counts and is told; one that matched nothing is told too.
 *
 * Pure. Memory is the arena's.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "codec/document.h"
#include "model/report.h"

enum {
    SUPPRESSION_FILE_LIMIT = 1 << 20, /* bytes */
    SUPPRESSION_LIMIT = 10000,        /* of one file */
    SUPPRESSION_TOLD = 20,            /* diagnostics of one kind; the rest is counted */
};

enum suppression_origin { SUPPRESSION_INLINE, SUPPRESSION_ANNOTATION, SUPPRESSION_FILE };

struct suppression {
    enum suppression_origin origin;
    const struct view *ids; /* globs */
    size_t id_count;
    const struct view *paths, *resources, *containers, *fingerprints; /* globs; 0: any */
    size_t path_count, resource_count, container_count, fingerprint_count;
    uint32_t first_line, last_line; /* inline: the lines it speaks for; 0: any */
    int64_t until;                  /* seconds since 1970, end of that day UTC; 0: no end */
    struct view reason;
    struct view file; /* where it is written; inline and annotations: the file they speak for */
    uint32_t line;
};

struct suppressions {
    const struct suppression *list;
    size_t count;
};

/* Reads a file of suppressions; errors name line and column. */
int suppressions_parse(struct view file, struct view text, struct arena *arena,
                       struct suppressions *ret, struct error *err);
/* Reads the comments of one file (they start with #, //, --, <!-- or a slash
 * and a star). Cheap when there is none. A comment of ours that can't be
 * understood becomes a diagnostic; fails only for want of memory. */
int suppressions_scan_comments(struct view path, struct view text, struct arena *arena,
                               struct suppressions *ret, struct diagnostic **ret_problems,
                               size_t *ret_problem_count, struct error *err);
/* Reads the value of an annotation `plimsoll.io/ignore` (container empty) or
 * `plimsoll.io/ignore.CONTAINER` of the object `resource` in `path`. */
int suppressions_parse_annotation(struct view path, uint32_t line, struct view resource,
                                  struct view container, struct view value, struct arena *arena,
                                  struct suppressions *ret, struct error *err);
/* Reads all of an object's annotations (a mapping, or NULL), those of other
 * tools included. What can't be understood becomes a diagnostic, as above. */
int suppressions_read_annotations(struct view path, struct view resource,
                                  const struct document_node *annotations, struct arena *arena,
                                  struct suppressions *ret, struct diagnostic **ret_problems,
                                  size_t *ret_problem_count, struct error *err);
/* Takes the findings that are suppressed at `now` out of the report, lists
 * them in report->suppressed, counts anew, and adds diagnostics for ended suppressions
 * ("suppression-ended") that would have matched, and, of files, for those that matched nothing
 * ("suppression-unused"). The new arrays live in the arena. */
int suppressions_apply(const struct suppressions *lists, size_t list_count, int64_t now,
                       struct report *report, struct arena *arena, struct error *err);
/* As a shell's glob where "*" passes "/" too; used for all lists above. */
bool suppression_glob(struct view pattern, struct view text);
