/* References to images: what a person types, taken apart.
 *
 *     [REGISTRY[:PORT]/]PATH[:TAG][@sha256:HEX]
 *
 * Grammar: the distribution specification ("name", "reference") and the
 * reference grammar of distribution/reference. Normalised as Docker does:
 * without a registry it is docker.io; a one-component path on docker.io gets
 * "library/"; index.docker.io is docker.io; the first component is a registry
 * only if it has a '.' or ':' or is "localhost" (or has an upper-case letter);
 * without tag and digest the tag is "latest".
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/view.h"

enum {
    REFERENCE_NAME_LIMIT = 255, /* registry and path */
    REFERENCE_TAG_LIMIT = 128,
};

struct reference {
    struct view registry; /* "docker.io", "localhost:5000", "[::1]:5000" */
    struct view path;     /* "library/alpine" */
    struct view tag;      /* "latest"; empty when only a digest was given */
    struct view digest;   /* "sha256:..." or empty */
};

/* Errors say which part is wrong and what would be right. Views live in the arena. */
int reference_parse(struct view text, struct arena *arena, struct reference *ret,
                    struct error *err);

/* "docker.io/library/alpine:3.20@sha256:..." */
struct view reference_format(const struct reference *reference, struct arena *arena);
/* As Docker shows it: "alpine:3.20", "localhost:5000/app:1" */
struct view reference_familiar(const struct reference *reference, struct arena *arena);
/* The registry is this machine: localhost, 127.0.0.0/8, ::1. */
bool reference_is_local(const struct reference *reference);

/* Whether `given` names the image that is tagged `tag` ("alpine:3.20" names
 * "docker.io/library/alpine:3.20"; a bare tag "3.20" names any image's tag). */
bool reference_names(struct view given, struct view tag);
