/* What this machine allows the sensor, what is missing, and what that costs.
 *
 * Each check is one row of a table: it looks, and says what it saw. Nothing
 * is changed on the machine; kernel programs are loaded and taken out again.
 */
#pragma once

#include "base/arena.h"
#include "base/view.h"

enum doctor_state {
    DOCTOR_GOOD,
    DOCTOR_LIMITED, /* the sensor runs, without something */
    DOCTOR_BAD,     /* the sensor can't run */
};

const char *doctor_state_name(enum doctor_state state); /* "good", "limited", "bad" */

struct doctor_finding {
    const char *id;    /* "btf"; stable, for programs */
    const char *title; /* a key of tr() */
    enum doctor_state state;
    struct view seen;   /* in the language of the process */
    struct view cost;   /* what is lost by it; empty when it is good */
    struct view advice; /* what to do; may be empty */
};

struct doctor_options {
    const char *docker_socket, *containerd_socket, *cri_socket, *crio_socket, *podman_socket;
};

enum { DOCTOR_CHECKS = 16 };

/* All checks, in the order in which they are shown. What the findings say lives in the arena. */
void doctor_check(const struct doctor_options *options, struct arena *arena,
                  struct doctor_finding ret[static DOCTOR_CHECKS]);
