/* The worker operation that lays the censuses of an image's layers over one
 * another, and asks the rules of the source `image` about the result.
 *
 * "image-check" reads its input from its descriptor (a memfd: it may be larger
 * than a request): the image's config as it is, names and numbers that the
 * program knows, the census of each layer. It answers with records. Its context
 * is a struct scan_rules. Integers are LEB128, texts have their length before
 * them.
 */
#pragma once

#include "base/buf.h"
#include "base/cursor.h"
#include "config/image/image-subject.h"
#include "sandbox/sandbox.h"

enum {
    IMAGE_CHECK_MEMORY = 2047 << 20,
    IMAGE_CHECK_CPU_SECONDS = 300,
    IMAGE_CHECK_INPUT_LIMIT = 1 << 30,
    IMAGE_CHECK_REPLY_LIMIT = 64 << 20,
    IMAGE_CHECK_FINDING_LIMIT = 100000,
};

struct image_check_layer {
    struct view created_by, census;
    uint64_t size;
};

struct image_check_input {
    bool judge; /* ask the rules; else only for what became of watched paths */
    struct view name, config_json;
    int64_t now; /* seconds since 1970 */
    struct image_subject_os os;
    const struct image_check_layer *layers;
    size_t layer_count;
    const struct image_subject_package *packages;
    size_t package_count;
    const struct view *watched; /* paths in normal form */
    size_t watched_count;
};

void image_check_input_add(struct buf *to, const struct image_check_input *input);

enum image_check_record_kind {
    IMAGE_CHECK_FINDING = 1,
    IMAGE_CHECK_FATE,    /* of a watched path: the layer that hid it */
    IMAGE_CHECK_PROBLEM, /* a note for the report */
    IMAGE_CHECK_RECORD_COUNT,
};

struct image_check_record {
    enum image_check_record_kind kind;
    size_t rule;    /* of a finding: its number in the program of the kind image */
    size_t layer;   /* from 1; 0: of no layer */
    size_t gone_in; /* of a fate: from 1 */
    uint32_t line;
    struct view path; /* in normal form, or empty */
    struct view resource, message;
};

void image_check_record_add(struct buf *to, const struct image_check_record *record);
/* False at the end; sets the cursor failed for what is malformed. */
bool image_check_record_next(struct cursor *c, struct image_check_record *ret);

extern const struct sandbox_op image_check_op;
