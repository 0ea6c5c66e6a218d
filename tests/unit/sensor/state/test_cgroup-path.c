#include "test.h"

#include "sensor/state/cgroup-path.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define UID "4d3b1bbd-9a6e-4a4e-8d4e-3f6c7e0a9f11"
#define UID_ "4d3b1bbd_9a6e_4a4e_8d4e_3f6c7e0a9f11"
#define HASH "0cc175b9c0f1b6a831c399e269772661"
#define BUILD "k2m4z0q8x7w6v5u4t3s2r1q0p"
#define POD_SLICE "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ ".slice"

struct owner_case {
    const char *path, *id, *pod;
    enum container_runtime runtime;
};

static const struct owner_case owners[] = {
    /* Docker */
    {"/docker/" ID, ID, "", CONTAINER_DOCKER},
    {"docker/" ID, ID, "", CONTAINER_DOCKER},
    {"/docker/" ID "/", ID, "", CONTAINER_DOCKER},
    {"/init/docker/" ID, ID, "", CONTAINER_DOCKER},
    {"/system.slice/docker-" ID ".scope", ID, "", CONTAINER_DOCKER},
    {"/system.slice/docker-" ID ".scope/init.scope", ID, "", CONTAINER_DOCKER},
    {"/docker/" ID "/system.slice/ssh.service", ID, "", CONTAINER_DOCKER},
    {"/my.slice/docker-" ID ".scope", ID, "", CONTAINER_DOCKER},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope", ID, "",
     CONTAINER_DOCKER},
    {"/moby/" ID, ID, "", CONTAINER_DOCKER},
    {"/actions_job/" ID, ID, "", CONTAINER_DOCKER},
    {"/../../docker/" ID, ID, "", CONTAINER_DOCKER},
    /* Docker in docker, kind, podman in docker: the innermost. */
    {"/docker/" ID "/docker/" ID2, ID2, "", CONTAINER_DOCKER},
    {"/system.slice/docker-" ID ".scope/docker/" ID2, ID2, "", CONTAINER_DOCKER},
    {"/system.slice/docker-" ID ".scope/default/web", "web", "", CONTAINER_CONTAINERD},
    {"/system.slice/docker-" ID ".scope/" ID2, ID2, "", CONTAINER_CONTAINERD},
    {"/docker/" ID "/kubelet/kubepods/burstable/pod" UID "/" ID2, ID2, UID, CONTAINER_CONTAINERD},
    {"/docker/" ID "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UID_
     ".slice/cri-containerd-" ID2 ".scope",
     ID2, UID_, CONTAINER_CONTAINERD},
    {POD_SLICE "/cri-containerd-" ID ".scope/docker/" ID2, ID2, "", CONTAINER_DOCKER},
    {"/docker/" ID "/libpod-conmon-" ID2 ".scope", ID, "", CONTAINER_DOCKER},
    /* Kubernetes */
    {"/kubepods/burstable/pod" UID "/" ID, ID, UID, CONTAINER_CONTAINERD},
    {"/kubepods/besteffort/pod" UID "/" ID, ID, UID, CONTAINER_CONTAINERD},
    {"/kubepods/pod" UID "/" ID, ID, UID, CONTAINER_CONTAINERD},
    {"/kubepods/burstable/pod" HASH "/" ID, ID, HASH, CONTAINER_CONTAINERD},
    {"/kubepods/burstable/pod" UID "/" ID "/system.slice/a.service", ID, UID, CONTAINER_CONTAINERD},
    {POD_SLICE "/cri-containerd-" ID ".scope", ID, UID_, CONTAINER_CONTAINERD},
    {POD_SLICE "/docker-" ID ".scope", ID, UID_, CONTAINER_DOCKER},
    {POD_SLICE "/crio-" ID ".scope", ID, UID_, CONTAINER_CRIO},
    {POD_SLICE "/crio-" ID ".scope/container", ID, UID_, CONTAINER_CRIO},
    {POD_SLICE "/" ID, ID, UID_, CONTAINER_CONTAINERD},
    {"/kubepods.slice/kubepods-pod" HASH ".slice/crio-" ID ".scope", ID, HASH, CONTAINER_CRIO},
    {"/kubepods/burstable/pod" UID "/crio-" ID, ID, UID, CONTAINER_CRIO},
    {"/crio/" ID, ID, "", CONTAINER_CRIO},
    {"/crio/crio-" ID, ID, "", CONTAINER_CRIO},
    {"/system.slice/containerd.service/kubepods-burstable-pod" UID_ ".slice:cri-containerd:" ID, ID,
     UID_, CONTAINER_CONTAINERD},
    {"/kubepods-besteffort-pod" UID_ ".slice:crio:" ID, ID, UID_, CONTAINER_CRIO},
    {"/system.slice:docker:" ID, ID, "", CONTAINER_DOCKER},
    /* containerd */
    {"/k8s.io/" ID, ID, "", CONTAINER_CONTAINERD},
    {"/default/web", "web", "", CONTAINER_CONTAINERD},
    {"/default/web-1.a_b", "web-1.a_b", "", CONTAINER_CONTAINERD},
    {"/default/" ID, ID, "", CONTAINER_CONTAINERD},
    {"/staging/" ID, ID, "", CONTAINER_CONTAINERD},
    {"/" ID, ID, "", CONTAINER_CONTAINERD},
    {"/system.slice/nerdctl-" ID ".scope", ID, "", CONTAINER_CONTAINERD},
    /* Podman */
    {"/libpod_parent/libpod-" ID, ID, "", CONTAINER_PODMAN},
    {"/libpod_parent/" ID2 "/libpod-" ID, ID, "", CONTAINER_PODMAN},
    {"/machine.slice/libpod-" ID ".scope", ID, "", CONTAINER_PODMAN},
    {"/machine.slice/libpod-" ID ".scope/container", ID, "", CONTAINER_PODMAN},
    {"/machine.slice/machine-libpod_pod_" ID2 ".slice/libpod-" ID ".scope/container", ID, "",
     CONTAINER_PODMAN},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope", ID, "",
     CONTAINER_PODMAN},
    {"/system.slice/web.service/libpod-payload-" ID "/container", ID, "", CONTAINER_PODMAN},
    /* LXC, machines */
    {"/lxc/web", "web", "", CONTAINER_LXC},
    {"/lxc/web/system.slice/cron.service", "web", "", CONTAINER_LXC},
    {"/lxc.payload.web/init.scope", "web", "", CONTAINER_LXC},
    {"/lxc.payload/web", "web", "", CONTAINER_LXC},
    {"/lxc/outer/lxc/inner", "inner", "", CONTAINER_LXC},
    {"/machine.slice/machine-lxc\\x2d42\\x2dweb.scope", "42\\x2dweb", "", CONTAINER_LXC},
    {"/machine.slice/machine-web.scope", "web", "", CONTAINER_SYSTEMD_NSPAWN},
    {"/machine.slice/machine-my\\x2dweb.scope/payload", "my\\x2dweb", "", CONTAINER_SYSTEMD_NSPAWN},
    {"/machine.slice/systemd-nspawn@web.service/payload/init.scope", "web", "",
     CONTAINER_SYSTEMD_NSPAWN},
    /* Others */
    {"/buildkit/" BUILD, BUILD, "", CONTAINER_OTHER},
    {"/docker/buildkit/" BUILD, BUILD, "", CONTAINER_OTHER},
    {"/system.slice/buildkit-" BUILD ".scope", BUILD, "", CONTAINER_OTHER},
    {"/system.slice:docker:" BUILD, BUILD, "", CONTAINER_OTHER},
    {"/ecs/" HASH "/" ID, ID, "", CONTAINER_DOCKER},
    {"/ecs/" UID "/" ID, ID, "", CONTAINER_DOCKER},
    {"/ecs/cluster/" HASH "/" ID, ID, "", CONTAINER_DOCKER},
    {"/ecs/" HASH "/" HASH "-0123456789", HASH "-0123456789", "", CONTAINER_OTHER},
    {"/ecstasks.slice/ecstasks-" HASH ".slice/docker-" ID ".scope", ID, "", CONTAINER_DOCKER},
    {"/garden/5b1d6c0e-5d3f-4b8e-7c2a", "5b1d6c0e-5d3f-4b8e-7c2a", "", CONTAINER_OTHER},
    {"/mesos/" UID, UID, "", CONTAINER_OTHER},
    {"/mesos/" UID "/mesos/inner", "inner", "", CONTAINER_OTHER},
};

static void tells_owners(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(owners); i++) {
        struct cgroup_owner got;

        if (!cgroup_path_owner(view_of(owners[i].path), &got))
            fail_msg("%s: of the host", owners[i].path);
        if (!view_eq(got.id, view_of(owners[i].id)) || got.runtime != owners[i].runtime ||
            !view_eq(got.pod_uid, view_of(owners[i].pod)))
            fail_msg("%s: id %.*s, runtime %d, pod %.*s", owners[i].path, VIEW_ARG(got.id),
                     (int)got.runtime, VIEW_ARG(got.pod_uid));
    }
}

static const char *const hosts[] = {
    "",
    "/",
    "//",
    "/init",
    "/init.scope",
    "/docker",
    "/docker/",
    "/system.slice/docker.service",
    "/system.slice/docker.socket",
    "/system.slice/docker-registry.service",
    "/system.slice/containerd.service",
    "/system.slice/cri-containerd-shim.service",
    "/system.slice/run-docker-netns-" ID ".mount",
    "/system.slice/var-lib-docker-containers-" ID "-mounts-shm.mount",
    "/system.slice/docker-" ID ".service",
    "/system.slice/docker-" ID,
    "/system.slice/docker-0123456789ab.scope",
    "/system.slice/docker-" ID "0.scope",
    "/system.slice/docker-0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef.scope",
    "/system.slice/docker-.scope",
    "docker-.scope",
    ".scope",
    "/user.slice/user-1000.slice/session-2.scope",
    "/user.slice/user-1000.slice/session-2.scope/" ID,
    "/user.slice/user-1000.slice/user@1000.service/app.slice/" ID,
    "/user.slice/user-1000.slice/user@1000.service/default/web",
    "/user.slice/user-1000.slice/user@1000.service/app.slice/mesos/x",
    "/system.slice/web.service/" ID,
    "/system.slice/web.service/supervisor",
    "/system.slice/crio-conmon-" ID ".scope",
    POD_SLICE "/crio-conmon-" ID ".scope",
    "/kubepods/burstable/pod" UID "/crio-conmon-" ID,
    "/machine.slice/libpod-conmon-" ID ".scope",
    "/libpod_parent/libpod-conmon-" ID,
    "/libpod_parent/" ID,
    "/libpod_parent/conmon",
    "/kubepods",
    "/kubepods/burstable",
    "/kubepods/burstable/pod" UID,
    "/kubepods.slice/kubepods-burstable.slice",
    POD_SLICE,
    "/kubepods/burstable/pod" UID "/short",
    "/lxc",
    "/lxc/..",
    "/lxc.monitor.web",
    "/lxc.monitor/web",
    "/lxc.pivot",
    "/machine.slice",
    "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope",
    "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/emulator",
    "/machine.slice/machine-web.scope/supervisor",
    "/machine.slice/systemd-nspawn@web.service/supervisor",
    "/system.slice/systemd-machined.service",
    "/buildkit",
    "/buildkit/abc",
    "/system.slice/buildkit.service",
    "/default",
    "/default/-web",
    "/default/a..b",
    "/default/a b",
    "/ecs",
    "/ecs/" HASH,
    "/ecs/" HASH "/agent",
    "/staging/web",
    "/system.slice:docker:web",
    "/a:docker",
    "/::",
};

static void leaves_the_host_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct cgroup_owner got = {.runtime = CONTAINER_RUNTIME_COUNT};

        if (cgroup_path_owner(view_of(hosts[i]), &got))
            fail_msg("%s: container %.*s", hosts[i], VIEW_ARG(got.id));
        assert_int_equal(got.runtime, CONTAINER_RUNTIME_COUNT);
    }
}

RUN_TESTS(cmocka_unit_test(tells_owners), cmocka_unit_test(leaves_the_host_alone))
