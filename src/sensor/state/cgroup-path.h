/* Which container a cgroup belongs to, from its path.
 *
 * Known shapes (cgroupfs and systemd drivers; v1, v2, hybrid):
 *   /docker/ID                         /system.slice/docker-ID.scope
 *   /kubepods/burstable/podUID/ID      /kubepods.slice/...-podUID.slice/cri-containerd-ID.scope
 *   /k8s.io/ID, /default/ID, /NAMESPACE/ID (containerd)
 *   /kubepods.../crio-ID.scope         /crio/..., crio-conmon-ID.scope is no container
 *   /libpod_parent/libpod-ID, /machine.slice/libpod-ID.scope[/container]
 *   /user.slice/.../libpod-ID.scope    libpod-conmon-ID.scope is no container
 *   /lxc/NAME, /lxc.payload.NAME, /machine.slice/machine-NAME.scope
 *   garden, mesos, ecs (/ecs/TASK/ID), buildkit (/buildkit/ID), cri-dockerd
 * with anything nested below or above (docker in docker: the innermost counts).
 */
#pragma once

#include "sensor/state/container.h"

struct cgroup_owner {
    enum container_runtime runtime;
    struct view id;      /* of the container */
    struct view pod_uid; /* empty: none */
};

/* False: a cgroup of the host. Views point into `path`. */
bool cgroup_path_owner(struct view path, struct cgroup_owner *ret);
