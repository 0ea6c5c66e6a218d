/* A small world for tests of fields: processes, a container, and events made by hand. */
#pragma once

#include "base/buf.h"
#include "sensor/detect/observation.h"

enum { SCENE_BOOT = 1700000000 }; /* seconds since 1970 */

/* systemd (1) - sshd (100) - bash (200, session leader) - cat (300), on the host, or in
 * a container when `contained`. */
struct scene {
    struct process init, sshd, bash, cat;
    struct program_image images[4];
    struct container container;
    struct container_metadata metadata;
    struct observation_cache cache;
    struct observation observation;
    struct buf record;
    struct sensor_event header;
    size_t begin;
    bool asked;
};

void scene_init(struct scene *scene);
void scene_contain(struct scene *scene, bool known);
void scene_done(struct scene *scene);

/* Begins the record of a system call; then scene_*, then scene_end(). */
void scene_call(struct scene *scene, const char *name, int64_t result, uint64_t a, uint64_t b,
                uint64_t c, uint64_t d);
void scene_event(struct scene *scene, enum sensor_event_kind kind, const char *call,
                 int64_t result);
void scene_text(struct scene *scene, enum sensor_parameter_kind kind, unsigned index,
                const char *text);
void scene_bytes(struct scene *scene, enum sensor_parameter_kind kind, unsigned index,
                 const void *bytes, size_t length);
void scene_descriptor(struct scene *scene, unsigned index, int number,
                      enum sensor_descriptor_type type);
/* "10.0.0.1:4000 > 1.2.3.4:80"; the remote may be missing. */
void scene_socket(struct scene *scene, enum sensor_parameter_kind kind, unsigned index, int type,
                  unsigned flags, const char *local, unsigned local_port, const char *remote,
                  unsigned remote_port);
void scene_unix(struct scene *scene, enum sensor_parameter_kind kind, unsigned index,
                const char *path);
void scene_end(struct scene *scene);

/* The field as an output writes it, in `to`; "-" when it is not there. */
const char *scene_field(struct scene *scene, const char *field, struct buf *to);
