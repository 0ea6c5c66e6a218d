/* The name of a container's image, taken apart as container runtimes do:
 *
 *     [REGISTRY[:PORT]/]PATH[:TAG][@DIGEST]
 *
 * Without a registry it is docker.io, and a path of one component on docker.io
 * gets "library/"; without tag and digest the tag is "latest". Manifests are
 * often templates, so what is no name is no error: it has no parts.
 */
#pragma once

#include "base/arena.h"
#include "base/view.h"

struct image_name {
    struct view registry;   /* "docker.io" */
    struct view repository; /* "library/nginx" */
    struct view tag;        /* empty: there is only a digest */
    struct view digest;     /* "sha256:..."; may be empty */
};

/* False: no name, or one with parts that a tool fills in. */
bool image_name_parse(struct view text, struct arena *arena, struct image_name *ret);
