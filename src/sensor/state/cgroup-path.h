/* Which container a cgroup belongs to, from its path.
 *
 * Known shapes (cgroupfs and systemd drivers; v1, v2, hybrid):
 *   /docker/ID                         /system.slice/docker-ID.scope
 *   /kubepods/burstable/podUID/ID      /kubepods.slice/...-podUID.slice/cri-containerd-ID.scope
 *   /k8s.io/ID, /default/ID, /NAMESPACE/ID (containerd)
 *   /kubepods.../crio-ID.scope         /crio/..., crio-conmon-ID.scope is no container
 *   /libpod_parent/libpod-ID, /machine.slice/libpod-ID.scope[/container]
 *   /user.slice/.../libpod-ID.scope    libpod-conmon-ID.scope is no container
 *   /system.slice/UNIT.service/libpod-payload-ID (podman --cgroups=split)
 *   /lxc/NAME, /lxc.payload.NAME, /machine.slice/machine-NAME.scope
 *   /machine.slice/systemd-nspawn@NAME.service/payload
 *   garden, mesos, ecs (/ecs/TASK/ID), buildkit (/buildkit/ID), cri-dockerd
 *   SLICE:PREFIX:ID as one component: a systemd path given to the cgroupfs driver
 * with anything nested below or above (docker in docker: the innermost counts).
 *
 * 64 hexadecimal digits alone are a container's only where no unit of systemd
 * stands between them and the root: systemd makes no such names, but a user may.
 * In `/kubepods/.../podUID/ID` and `/PARENT/ID` the runtime is a guess, since
 * Docker and containerd make the same path: the id is right, and who asks tries both.
 */
#pragma once

#include "sensor/state/container.h"

struct cgroup_owner {
    enum container_runtime runtime;
    struct view id;      /* of the container; a machine's name as systemd escapes it */
    struct view pod_uid; /* as written: with the systemd driver "_" is "-"; empty: none */
};

/* False: a cgroup of the host. Views point into `path`. */
bool cgroup_path_owner(struct view path, struct cgroup_owner *ret);
