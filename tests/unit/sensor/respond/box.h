/* A container of the test's own: a process in a cgroup that is named like Docker's, in
 * mount and network namespaces of its own, that does what it is told. */
#pragma once

#include <sys/types.h>

#include "base/arena.h"
#include "sensor/respond/living-process.h"
#include "sensor/respond/target.h"

enum { BOX_ID_SIZE = 65 };

struct box {
    pid_t pid; /* of its first process */
    int socket;
    char id[BOX_ID_SIZE];
    char cgroup[256]; /* directory */
    struct arena *arena;
};

/* Ends the program with 77, saying why, where no such thing can be made. */
void box_open(struct box *box);
void box_close(struct box *box);
struct response_target box_target(struct box *box);
/* The process does one thing and says how it went: an errno, or 0. -1: it does not
 * answer within a moment. */
enum box_order {
    BOX_NOTHING = 'n',
    BOX_FORK = 'f',    /* a child that forks a child, and so on, three deep, and stays */
    BOX_SEND = 's',    /* a packet to 10.99.0.2 port 443 */
    BOX_RUN_OLD = 'o', /* /bin/true, from the image */
    BOX_RUN_NEW = 'w', /* a copy of it, made now */
};
int box_ask(struct box *box, enum box_order order, int milliseconds);
/* Waits for the first process's end: its wait status. */
int box_wait(struct box *box);
/* Processes in its cgroup. */
size_t box_count(const struct box *box);
