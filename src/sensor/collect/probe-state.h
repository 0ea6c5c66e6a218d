/* What a probe is made of; for collect/ only. */
#pragma once

#include "sensor/bpf/shared.h"
#include "sensor/collect/hierarchy.h"
#include "sensor/collect/probe.h"
#include "sensor/collect/ring.h"

struct bpf_link;
struct call_hooks;
struct sensor_bpf;

enum { PROBE_LINKS = 12 };

struct probe {
    struct sensor_bpf *bpf;
    struct bpf_link *links[PROBE_LINKS];
    struct call_hooks *hooks; /* NULL: every return is seen */
    struct sensor_bpf *twin;  /* while the programs of hooks are loaded, or instead of hooks */
    bool may_see_returns;     /* where single calls can't be hooked */
    bool attached;
    struct ring bulk[SHARED_RINGS], state;
    int bulk_fd[SHARED_RINGS];
    uint32_t ring_count;
    size_t ring_bytes, state_bytes;
    int epoll;
    uint32_t generation; /* of filters */
    bool has_masks;      /* of processes */
    bool soon;           /* events came a moment ago: more may be there that wake nobody */
    struct cgroup_hierarchy hierarchy;
    struct probe_abilities abilities;
};

/* From now on calls are told of. */
void probe_begin(struct probe *probe);
/* Attaches what the filter wants. */
int probe_hook(struct probe *probe, const struct filter *filter, struct error *err);
/* Sees the returns of all calls from now on, for that reason. */
int probe_see_returns(struct probe *probe, const struct error *reason, struct error *err);
