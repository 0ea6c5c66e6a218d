#include "sensor/state/container.h"

static const char *const names[CONTAINER_RUNTIME_COUNT] = {
    [CONTAINER_DOCKER] = "docker", [CONTAINER_CONTAINERD] = "containerd",
    [CONTAINER_CRIO] = "cri-o",    [CONTAINER_PODMAN] = "podman",
    [CONTAINER_LXC] = "lxc",       [CONTAINER_SYSTEMD_NSPAWN] = "systemd-nspawn",
    [CONTAINER_OTHER] = "other",
};

const char *container_runtime_name(enum container_runtime runtime)
{
    return (unsigned)runtime < CONTAINER_RUNTIME_COUNT ? names[runtime] : "other";
}

bool container_runtime_find(struct view name, enum container_runtime *ret)
{
    for (unsigned i = 0; i < CONTAINER_RUNTIME_COUNT; i++)
        if (view_eq(name, view_of(names[i]))) {
            *ret = (enum container_runtime)i;
            return true;
        }
    return false;
}
