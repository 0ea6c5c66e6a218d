"""plimsoll harden: afterwards the checks pass, and nothing else has changed."""
import difflib
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess

import pytest
import yaml

from conftest import PROGRAM

MANIFESTS = pathlib.Path(__file__).parent / "manifests"
ANSWERS = ["--run-as-user", "10001", "--memory-limit", "256Mi"]

# Each file: lines that may go at most, lines that may come at most, and the
# checks of the Pod Security Standards that only a person can settle.
EXPECTED = {
    # Nothing to repair.
    "already-restricted.yaml": (0, 0, []),
    "cronjob-backup.yaml": (2, 15, []),
    "custom-resource.yaml": (1, 13, []),
    "daemonset-network-plugin.yaml": (4, 21, []),
    "daemonset-node-agent.yaml": (9, 18, []),
    # The annotation accepts the privileged driver; its neighbour is hardened.
    "deployment-accepted.yaml": (0, 20, []),
    # One change where the anchor stands: both users still share it.
    "deployment-anchors.yaml": (1, 17, []),
    "deployment-block-scalars.yaml": (0, 14, []),
    "deployment-comments.yaml": (1, 14, []),
    "deployment-crlf.yaml": (0, 14, []),
    "deployment-flow.yaml": (1, 1, []),
    "deployment-indented-sequences.yaml": (0, 14, []),
    "deployment-init-sidecar.yaml": (0, 38, []),
    "deployment-merge-keys.yaml": (1, 17, []),
    "deployment-no-final-newline.yaml": (1, 15, []),
    "deployment-null-context.yaml": (1, 12, []),
    "deployment-partial-context.yaml": (0, 9, []),
    "deployment-plain.yaml": (0, 14, []),
    "deployment-port-80.yaml": (0, 16, []),
    "deployment-quoted.yaml": (1, 15, []),
    "deployment-root-user.yaml": (2, 8, []),
    "deployment-seccomp-unconfined.yaml": (3, 12, []),
    "deployment.json": (3, 17, []),
    "helm-rendered.yaml": (3, 12, []),
    "job-migrate.yaml": (1, 11, []),
    "kustomize-output.yaml": (0, 14, []),
    "list-compact.json": (1, 1, []),
    "list.yaml": (0, 14, []),
    "multi-document.yaml": (0, 28, []),
    "operator.yaml": (0, 11, []),
    # Whether a profile is meant to be off is not for a program to say.
    "pod-apparmor-annotation.yaml": (0, 14, ["k8s-apparmor-annotation-unconfined"]),
    "pod-apparmor.yaml": (1, 15, []),
    "pod-bare.yaml": (1, 7, []),
    "pod-ephemeral.yaml": (2, 17, []),
    "pod-selinux.yaml": (3, 13, []),
    "pod-sysctls.yaml": (4, 13, []),
    "pod-tabs-and-long-lines.yaml": (0, 14, []),
    # Data in an NFS share can't be replaced by an empty volume.
    "pod-volume-types.yaml": (0, 14, ["k8s-volume-type"]),
    "pod-windows-host-process.yaml": (2, 6, []),
    "pod-windows.yaml": (0, 6, []),
    "replicaset.yaml": (1, 1, []),
    "statefulset-database.yaml": (0, 14, []),
    "two-indents.json": (2, 12, []),
}

# What hardening may touch, as paths in the parsed documents.
INTENDED = re.compile(
    r"(securityContext(\.|$)|automountServiceAccountToken$|host(Network|PID|IPC)$"
    r"|hostPort$|\.host$|volumes\.\d+\.(hostPath|emptyDir)|resources(\.limits(\.memory)?)?$)")


def run(*args, stdin=None):
    return subprocess.run([str(PROGRAM), *map(str, args)], input=stdin, capture_output=True,
                          timeout=60)


def harden(*args, stdin=None):
    done = run("harden", *args, stdin=stdin)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def differences(old, new, path=""):
    """The paths at which two trees differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            below = f"{path}.{key}"
            if key not in old or key not in new:
                yield below
            else:
                yield from differences(old[key], new[key], below)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, pair in enumerate(zip(old, new)):
            yield from differences(*pair, f"{path}.{i}")
    elif old != new:
        yield path


def test_every_manifest_is_expected():
    assert {p.name for p in MANIFESTS.iterdir()} == set(EXPECTED)
    assert len(EXPECTED) >= 42


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_manifest(name, tmp_path):
    removed, added, remains = EXPECTED[name]
    path = tmp_path / name
    shutil.copy(MANIFESTS / name, path)
    old = path.read_bytes()
    new = harden(path, *ANSWERS)
    path.write_bytes(new)

    report = json.loads(run("config", path, "-f", "json", "--check", "PSS:*").stdout)
    assert sorted({f["id"] for f in report["findings"]}) == remains

    trees = [list(yaml.safe_load_all(text.decode().replace("\t", " "))) for text in (old, new)]
    for place in differences(*trees):
        assert INTENDED.search(place), place

    lines = [text.splitlines(keepends=True) for text in (old, new)]
    gone = came = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, *lines, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += b - a
            came += d - c
    assert gone <= removed and came <= added, (gone, came)
    if b"\r\n" in old:
        assert new.count(b"\n") == new.count(b"\r\n")

    assert harden(path, *ANSWERS) == new


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
@pytest.mark.parametrize("name", ["deployment-plain.yaml", "list.yaml", "deployment.json",
                                  "cronjob-backup.yaml", "multi-document.yaml"])
def test_kubectl_reads_the_result(name, tmp_path):
    (tmp_path / name).write_bytes(harden(MANIFESTS / name, *ANSWERS))
    (tmp_path / "kustomization.yaml").write_text(f"resources: [{name}]\n")
    done = subprocess.run(["kubectl", "kustomize", tmp_path], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    names = [tree["kind"] for tree in yaml.safe_load_all(done.stdout)]
    assert names


def pod(**spec):
    container = {"name": "app", "image": "nginx", **spec.pop("container", {})}
    return yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
                           "spec": {"containers": [container], **spec}}).encode()


def hardened(*args, **spec):
    tree = yaml.safe_load(harden("-", *args, stdin=pod(**spec)))
    return tree["spec"], tree["spec"]["containers"][0]


# The ten techniques, one by one.
def test_run_as_user_and_group():
    spec, _ = hardened("--run-as-user", 10001, "--run-as-group", 10002, "--fs-group", 10003)
    context = spec["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (10001, 10002, 10003)
    assert context["runAsNonRoot"] is True


def test_privileged():
    _, container = hardened(container={"securityContext": {"privileged": True}})
    assert container["securityContext"]["privileged"] is False


def test_capabilities():
    _, container = hardened(container={
        "ports": [{"containerPort": 443}],
        "securityContext": {"capabilities": {"add": ["SYS_ADMIN", "CHOWN"]}}})
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"],
                                                            "add": ["NET_BIND_SERVICE"]}


def test_read_only_root():
    spec, container = hardened("--writable", "/srv/spool")
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    mounts = {m["mountPath"]: m["name"] for m in container["volumeMounts"]}
    assert {"/tmp", "/srv/spool", "/var/cache/nginx", "/var/run"} == set(mounts)
    assert {v["name"]: v["emptyDir"] for v in spec["volumes"]} == {n: {} for n in mounts.values()}


def test_privilege_escalation():
    _, container = hardened()
    assert container["securityContext"]["allowPrivilegeEscalation"] is False


def test_seccomp():
    spec, _ = hardened()
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}


def test_resources():
    _, container = hardened("--cpu-limit", "500m", "--memory-limit", "1Gi", "--memory-limit",
                            "app=256Mi", "--cpu-request", "1", "--memory-request", "64Mi")
    assert container["resources"] == {"limits": {"cpu": "500m", "memory": "256Mi"},
                                      "requests": {"cpu": 1, "memory": "64Mi"}}


def test_image_tag_and_digest():
    digest = "sha256:" + "ab" * 32
    _, container = hardened("--image-tag", "nginx=1.25.3")
    assert container["image"] == "nginx:1.25.3"
    _, container = hardened("--image-tag", "nginx=1.25.3", "--image-digest", f"nginx={digest}")
    assert container["image"].endswith(f"@{digest}")


def test_apparmor():
    spec, _ = hardened("--apparmor-profile", "web")
    assert spec["securityContext"]["appArmorProfile"] == {"type": "Localhost",
                                                          "localhostProfile": "web"}
    tree = yaml.safe_load(harden("-", "--apparmor-profile", "web", "--kubernetes-version", "1.27",
                                 stdin=pod()))
    assert tree["metadata"]["annotations"] == {
        "container.apparmor.security.beta.kubernetes.io/app": "localhost/web"}


def test_selinux():
    spec, _ = hardened("--selinux-level", "s0:c1,c2", "--selinux-type", "container_t")
    assert spec["securityContext"]["seLinuxOptions"] == {"level": "s0:c1,c2", "type": "container_t"}


def test_what_is_asked_is_told():
    done = run("harden", "-", "--dry-run", stdin=pod())
    assert done.returncode == 0 and done.stdout == b""
    assert b"--memory-limit QUANTITY" in done.stderr and b"--image-tag NAME=TAG" in done.stderr
    report = json.loads(run("harden", "-", "-f", "json", stdin=pod()).stdout)
    assert {"memory-limit", "image-tag"} <= {left.get("question") for left in report["left"]}
    assert {"k8s-seccomp-unset"} <= {change["id"] for change in report["changes"]}


def test_levels():
    spec, container = hardened("--level", "baseline", hostNetwork=True)
    assert spec["hostNetwork"] is False and "securityContext" not in container
    _, container = hardened("--level", "all")
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    _, container = hardened("--check", "k8s-read-only-root")
    assert container["securityContext"] == {"readOnlyRootFilesystem": True}


def test_dockerfile_and_compose(tmp_path):
    dockerfile, compose = tmp_path / "Dockerfile", tmp_path / "compose.yaml"
    dockerfile.write_text("FROM debian:12.5\n# build\nRUN sudo make \\\n  all\nCMD [\"/app\"]\n")
    compose.write_text("services:\n  web:\n    image: nginx:1.25  # pinned\n    privileged: true\n")
    harden("-i", tmp_path, "--run-as-user", 10001)
    assert dockerfile.read_text() == ("FROM debian:12.5\n# build\nRUN make \\\n  all\n"
                                      "USER 10001:10001\nCMD [\"/app\"]\n")
    service = yaml.safe_load(compose.read_text())["services"]["web"]
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "image: nginx:1.25  # pinned\n" in compose.read_text()


def test_in_place_keeps_mode_and_links(tmp_path):
    path, link = tmp_path / "pod.yaml", tmp_path / "link.yaml"
    path.write_bytes(pod())
    path.chmod(0o640)
    link.symlink_to("pod.yaml")
    assert harden("-i", link) == b""
    assert link.is_symlink() and path.stat().st_mode & 0o777 == 0o640
    assert b"RuntimeDefault" in path.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.yaml", "pod.yaml"]


def test_diff_is_what_patch_applies(tmp_path):
    if not shutil.which("patch"):
        pytest.skip("patch is not installed")
    for name in EXPECTED:
        shutil.copy(MANIFESTS / name, tmp_path / name)
    diff = subprocess.run([str(PROGRAM), "harden", ".", "--diff", *ANSWERS], cwd=tmp_path,
                          capture_output=True, timeout=60).stdout
    assert diff.startswith(b"--- a/")
    subprocess.run(["patch", "-p1", "--binary"], input=diff, cwd=tmp_path, check=True, timeout=60,
                   capture_output=True)
    for name in EXPECTED:
        assert (tmp_path / name).read_bytes() == harden(MANIFESTS / name, *ANSWERS), name


@pytest.mark.parametrize("args, message", [
    (["-", "-i"], b"can't be written in place"),
    (["x", "--diff", "--dry-run"], b"only one of them"),
    (["-", "--run-as-user", "0"], b"is not a number from 1"),
    (["-", "--memory-limit", "much"], b"is not a quantity"),
    (["-", "--image-tag", "1.2"], b"names no image"),
    (["-", "--image-tag", "nginx=latest"], b"a tag that is not 'latest'"),
    (["-", "--answer", "weather=fine"], b"nobody asks 'weather'"),
    (["-", "--kubernetes-version", "2"], b"is no version"),
])
def test_usage(args, message):
    done = run("harden", *args, stdin=pod())
    assert done.returncode == 2 and message in done.stderr


def test_templates_and_charts_are_refused(tmp_path):
    template = b"apiVersion: v1\nkind: Pod\nspec: {containers: [{image: {{ .Values.image }}}]}\n"
    done = run("harden", "-", stdin=template)
    assert done.returncode == 3 and done.stdout == b"" and b"post-renderer" in done.stderr
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.1.0\n")
    done = run("harden", tmp_path, "--diff")
    assert done.returncode == 3 and done.stdout == b"" and b"helm template" in done.stderr


def test_bad_input():
    done = run("harden", "-", stdin=b"apiVersion: v1\nkind: Pod\nspec: [\n")
    assert done.returncode == 3 and done.stdout == b"" and b"line" in done.stderr
    assert harden("-", stdin=b"") == b""
    assert harden("-", stdin=b"hello: world\n") == b"hello: world\n"


def talk(args, replies):
    """Runs on a terminal of its own, and answers each prompt in turn."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(str(PROGRAM), [str(PROGRAM), *map(str, args)], {**os.environ, "LANG": "C"})
    seen, waiting = b"", list(replies)
    while True:
        if not select.select([fd], [], [], 30)[0]:
            os.kill(pid, signal.SIGKILL)
            break
        try:
            piece = os.read(fd, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
        if re.search(rb"(uit: |open\): )$", seen) and waiting:
            os.write(fd, waiting.pop(0) + b"\n")
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen, waiting


def test_interactive(tmp_path):
    path = tmp_path / "pod.yaml"
    path.write_bytes(pod(hostNetwork=True, hostPID=True, container={"image": "nginx:1.25"}))
    code, seen, left = talk(["harden", "--interactive", "-i", "--check",
                             "k8s-host-network,k8s-host-pid,k8s-memory-limit", path],
                            [b"n", b"y", b""])
    assert code == 0 and left == [], seen
    spec = yaml.safe_load(path.read_bytes())["spec"]
    assert (spec["hostNetwork"], spec["hostPID"]) == (True, False)
    assert spec["containers"][0]["resources"] == {"limits": {"memory": "256Mi"}}


def test_interactive_quit_writes_nothing(tmp_path):
    path = tmp_path / "pod.yaml"
    path.write_bytes(pod(hostNetwork=True))
    code, _, _ = talk(["harden", "--interactive", "-i", path], [b"q"])
    assert code == 0 and path.read_bytes() == pod(hostNetwork=True)


def test_a_fix_that_cannot_be_read_is_a_mistake_of_its_rule(tmp_path):
    rules = tmp_path / "rules.yaml"
    rules.write_text("- rule: Mine\n  desc: ours\n  source: kubernetes\n  subject: container\n"
                     "  condition: container.tty = true\n  output: tty\n  priority: WARNING\n"
                     "  fix: [{set: contaner.tty, to: false}]\n")
    done = run("harden", "-", "--rules", rules, stdin=pod())
    assert done.returncode == 3 and b"rules.yaml:8:" in done.stderr and b"contaner" in done.stderr
    rules.write_text(rules.read_text().replace("contaner", "container"))
    _, container = hardened("--rules", rules, container={"tty": True})
    assert container["tty"] is False


@pytest.mark.parametrize("version, seccomp, drops", [
    ("1.18", None, None), ("1.19", {"type": "RuntimeDefault"}, None),
    ("1.22", {"type": "RuntimeDefault"}, ["ALL"]), ("latest", {"type": "RuntimeDefault"}, ["ALL"]),
])
def test_of_a_version(version, seccomp, drops):
    spec, container = hardened("--kubernetes-version", version)
    assert spec.get("securityContext", {}).get("seccompProfile") == seccomp
    assert container["securityContext"].get("capabilities", {}).get("drop") == drops


def test_no_field_that_the_version_lacks():
    text = pod().replace(b"spec:", b"spec:\n  securityContext: "
                         b"{appArmorProfile: {type: Unconfined}}", 1)
    done = run("harden", "-", "-f", "json", "--kubernetes-version", "1.29",
               "--check", "k8s-apparmor-unconfined", stdin=text)
    report = json.loads(done.stdout)
    assert "appArmorProfile" not in report["files"][0]["text"]
    done = run("harden", "-", "-f", "json", "--kubernetes-version", "1.5", "--check",
               "k8s-automount-default-token", stdin=pod())
    assert [(l["reason"], l["detail"]) for l in json.loads(done.stdout)["left"]] == [
        ("too-new", "automountServiceAccountToken")]
    done = run("harden", "-", "--dry-run", "--kubernetes-version", "1.5", "--check",
               "k8s-automount-default-token", stdin=pod())
    assert b"the cluster's version has no automountServiceAccountToken" in done.stderr


def test_newer_version_is_told_with_its_hint():
    done = run("harden", "-", "--dry-run", "--kubernetes-version", "1.99", stdin=pod())
    assert done.returncode == 0
    assert done.stderr.startswith(
        b"plimsoll: warning: Kubernetes 1.99 is newer than what is known here: it counts as 1.35\n"
        b"  hint: a newer plimsoll may know more\n")


def test_a_user_that_nobody_names_is_told_and_asked_for(tmp_path):
    args = ["--check", "k8s-run-as-non-root"]
    done = run("harden", "-", "--dry-run", *args, stdin=pod())
    assert b"an image that starts as root will not start" in done.stderr
    assert b"--run-as-user UID" in done.stderr
    report = json.loads(run("harden", "-", "-f", "json", *args, stdin=pod()).stdout)
    assert [c.get("question") for c in report["changes"]] == ["run-as-user"]
    done = run("harden", "-", "--dry-run", "--run-as-user", 10001, *args, stdin=pod())
    assert b"will not start" not in done.stderr

    path = tmp_path / "pod.yaml"
    path.write_bytes(pod())
    code, seen, left = talk(["harden", "--interactive", "-i", *args, path], [b"y", b"0", b"10002"])
    assert code == 0 and left == [] and b"is not a number from 1" in seen, seen
    assert yaml.safe_load(path.read_bytes())["spec"]["securityContext"] == {
        "runAsNonRoot": True, "runAsUser": 10002}
    path.write_bytes(pod())
    code, seen, left = talk(["harden", "--interactive", "-i", *args, path], [b"n"])
    assert code == 0 and left == [] and b"leaves it open" not in seen, seen
    assert path.read_bytes() == pod()
