/* Events of the source `image`: the image, and one of its parts. */
#pragma once

#include "config/image/image-subject.h"
#include "config/kind.h"

/* In the order of the source's subjects. */
enum image_part {
    IMAGE_PART_WHOLE,
    IMAGE_PART_LAYER,
    IMAGE_PART_HISTORY,
    IMAGE_PART_ENV,
    IMAGE_PART_PORT,
    IMAGE_PART_VOLUME,
    IMAGE_PART_FILE,
    IMAGE_PART_DELETED_FILE,
    IMAGE_PART_ACCOUNT,
    IMAGE_PART_CRON,
    IMAGE_PART_SUDO,
    IMAGE_PART_OWNER,
    IMAGE_PART_PACKAGE,
    IMAGE_PART_COUNT,
};

struct image_event {
    const struct image_subject *subject;
    enum image_part part;
    const void *at; /* the part's struct; of the whole, `subject->whole` */
};

extern const struct rule_source image_source;

/* One event for the image and for each of its parts. `file` is handed on in
 * the events; so are paths of files, as their resource. */
int image_subject_visit(const struct image_subject *subject, const struct config_file *file,
                        const struct config_visitor *visitor, struct arena *arena,
                        struct error *err);

/* Where a member of a part lies, and what it is: one table for reading fields
 * and descriptions. */
enum image_member_kind { IMAGE_TEXT, IMAGE_NUMBER, IMAGE_TRUTH, IMAGE_TEXTS };

struct image_member {
    const char *field; /* "file.path" */
    enum image_member_kind kind;
    size_t offset;
};

struct image_part_table {
    const char *key; /* of the description: "files"; NULL: it is no list of one */
    size_t size;     /* of the struct */
    const struct image_member *members;
    size_t member_count;
};

extern const struct image_part_table image_parts[IMAGE_PART_COUNT];
extern const struct image_part_table image_os_table;

/* Reads the lists of a description. */
int image_subject_read(struct image_subject *subject, const struct document_node *root,
                       struct arena *arena, struct error *err);
