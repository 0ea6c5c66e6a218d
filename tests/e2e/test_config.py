"""plimsoll config: files found, told apart, checked, rendered, accepted, and bad ones borne."""
import json
import os
import pathlib
import shutil
import stat
import subprocess
import textwrap
import time

import pytest

from conftest import PROGRAM

BAD_POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: app
      image: nginx:1.27
      securityContext:
        privileged: true
    - name: side
      image: nginx:1.27
      securityContext:
        privileged: true
"""


@pytest.fixture
def tree(tmp_path):
    """Writes files below a folder: tree(name=text, ...) by a mapping."""
    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(text, bytes):
                path.write_bytes(text)
            else:
                path.write_text(textwrap.dedent(text))
        return tmp_path
    return write


def ids(report, path=None):
    return {f["id"] for f in report["findings"]
            if path is None or f["location"]["path"].endswith(path)}


def scan(plimsoll, *args, code=0, **kwargs):
    return plimsoll.scan("config", *args, code=code, **kwargs).report


def test_every_kind_in_one_folder(plimsoll, tree):
    root = tree({
        "deploy/web.yaml": BAD_POD,
        "deploy/web.json": json.dumps({"apiVersion": "v1", "kind": "Pod",
                                       "metadata": {"name": "j"},
                                       "spec": {"hostNetwork": True, "containers": []}}),
        "Dockerfile": "FROM debian:12\nRUN apt-get install curl\n",
        "build/app.Dockerfile": "FROM alpine\n",
        "compose.yaml": "services: {db: {image: 'db:1', privileged: true}}\n",
        "values.yaml": "replicas: 1\n",
        "package.json": '{"name": "x"}',
        ".git/config.yaml": BAD_POD,
        "node_modules/x/pod.yaml": BAD_POD,
    })
    report = scan(plimsoll, root)
    assert "k8s-privileged" in ids(report, "deploy/web.yaml")
    assert "k8s-host-network" in ids(report, "deploy/web.json")
    assert any(i.startswith("docker-") for i in ids(report, "/Dockerfile"))
    assert any(i.startswith("docker-") for i in ids(report, "app.Dockerfile"))
    assert "compose-privileged" in ids(report, "compose.yaml")
    assert not ids(report, "values.yaml") and not ids(report, "package.json")
    assert not any(".git" in f["location"]["path"] or "node_modules" in f["location"]["path"]
                   for f in report["findings"])
    assert report["summary"]["complete"] is True


def test_a_finding_says_what_where_and_what_to_do(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD})
    report = scan(plimsoll, root / "pod.yaml")
    found = [f for f in report["findings"] if f["id"] == "k8s-privileged"]
    assert [(f["part"], f["location"]["line"]) for f in found] == [("app", 11), ("side", 15)]
    one = found[0]
    assert one["kind"] == "misconfiguration" and one["severity"] == "critical"
    assert one["resource"] == "Pod shop/web"
    assert "privileged" in one["message"] and one["description"] and one["remediation"]
    assert "PSS:baseline" in one["tags"] and one["references"]
    assert len({f["fingerprint"] for f in report["findings"]}) == len(report["findings"])


def test_fingerprints_stay_when_lines_move(plimsoll, tree, tmp_path):
    root = tree({"pod.yaml": BAD_POD})
    before = scan(plimsoll, root / "pod.yaml")
    (root / "pod.yaml").write_text("# moved\n\n" + BAD_POD)
    after = scan(plimsoll, root / "pod.yaml")
    assert [f["fingerprint"] for f in before["findings"]] == \
        [f["fingerprint"] for f in after["findings"]]


@pytest.mark.parametrize("kind,wrap", [
    ("Deployment", "spec: {template: %s}"), ("StatefulSet", "spec: {template: %s}"),
    ("DaemonSet", "spec: {template: %s}"), ("ReplicaSet", "spec: {template: %s}"),
    ("Job", "spec: {template: %s}"),
    ("CronJob", "spec: {jobTemplate: {spec: {template: %s}}}"),
    ("Rollout", "spec: {template: %s}"), ("CloneSet", "spec: {template: %s}")])
def test_every_workload_is_looked_into(plimsoll, tree, kind, wrap):
    template = "{spec: {containers: [{name: a, image: 'a:1', securityContext: {privileged: true}}]}}"
    version = {"CronJob": "batch/v1", "Job": "batch/v1", "Rollout": "argoproj.io/v1alpha1",
               "CloneSet": "apps.kruise.io/v1alpha1"}.get(kind, "apps/v1")
    root = tree({"w.yaml": f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: w}}\n"
                           + wrap % template})
    assert "k8s-privileged" in ids(scan(plimsoll, root))


def test_lists_and_several_documents(plimsoll, tree):
    pod = "{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {hostPID: true, containers: []}}"
    root = tree({"all.yaml": f"apiVersion: v1\nkind: List\nitems:\n- {pod % 'a'}\n- {pod % 'b'}\n"
                             f"---\n{pod % 'c'}\n"})
    found = [f["resource"] for f in scan(plimsoll, root)["findings"] if f["id"] == "k8s-host-pid"]
    assert sorted(found) == ["Pod default/a", "Pod default/b", "Pod default/c"]


def test_unknown_kinds_are_quiet(plimsoll, tree):
    root = tree({"crd.yaml": """\
        apiVersion: example.com/v1
        kind: Widget
        metadata: {name: w, namespace: shop}
        spec: {privileged: true, colour: red, replicas: 3}
        """, "kustomize-like.yaml": "apiVersion: v1\nkind: Values\nimage: x\n"})
    report = scan(plimsoll, root)
    assert report["findings"] == [] and report["summary"]["complete"] is True


def test_the_gate(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD, "good.yaml": "apiVersion: v1\nkind: ConfigMap\n"
                                                    "metadata: {name: c, namespace: shop}\n"})
    assert plimsoll("config", root, "--fail-on", "critical").code == 1
    assert plimsoll("config", root, "--fail-on", "critical", "--exit-code", "7").code == 7
    assert plimsoll("config", root / "good.yaml", "--fail-on", "low").code == 0
    assert plimsoll("config", root, "--check", "PSS:baseline", "--severity", "low",
                    "--fail-on", "low").code == 0


def test_checks_are_chosen(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD})
    assert ids(scan(plimsoll, root, "--check", "k8s-privileged")) == {"k8s-privileged"}
    assert "k8s-privileged" not in ids(scan(plimsoll, root, "--skip-check", "k8s-priv*"))
    result = plimsoll("config", root, "--check", "k8s-nonsense")
    assert result.code == 2 and "no check is called or tagged 'k8s-nonsense'" in result.err
    assert "did you mean k8s-privileged?" in plimsoll("config", root, "--check",
                                                      "k8s-priviledged").err


OWN_RULES = """\
- rule: Image of another registry
  id: own-registry
  source: kubernetes
  subject: container
  condition: container.image exists and not container.image startswith registry.example.com/
  output: container %container.name uses %container.image
  desc: only our registry is scanned
  priority: ERROR
"""


def test_rules_of_ones_own(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD, "rules/own.yaml": OWN_RULES})
    report = scan(plimsoll, root / "pod.yaml", "--rules", root / "rules", "--no-builtin")
    assert [f["message"] for f in report["findings"]] == \
        ["container app uses nginx:1.27", "container side uses nginx:1.27"]
    assert {f["severity"] for f in report["findings"]} == {"high"}
    assert "own-registry" in ids(scan(plimsoll, root / "pod.yaml", "--rules",
                                      root / "rules/own.yaml"))


def test_a_rule_of_ours_is_changed(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD, "off.yaml": "- rule: Container runs privileged\n"
                                                  "  enabled: false\n"})
    assert "k8s-privileged" not in ids(scan(plimsoll, root / "pod.yaml", "--rules",
                                            root / "off.yaml"))


def test_bad_rule_files_say_where(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD, "bad.yaml": OWN_RULES.replace("startswith", "startwith")})
    result = plimsoll("config", root / "pod.yaml", "--rules", root / "bad.yaml")
    assert result.code == 3 and result.out == ""
    assert "bad.yaml:5:" in result.err and "^" in result.err, result


SECRET = "wJalr" + "XUtnFEMI7MDENGbPxRfiCYzq3vT7mLk9Xw"


@pytest.mark.parametrize("name,text", [
    ("Dockerfile", f"FROM debian:12\nENV AWS_SECRET_ACCESS_KEY={SECRET}\n"),
    ("Dockerfile", f"FROM debian:12\nRUN curl -k -H 'Authorization: Bearer {SECRET}' https://x\n"),
    ("pod.yaml", BAD_POD + f"""\
      env:
        - name: DB_PASSWORD
          value: {SECRET}
        - {{name: API_TOKEN, value: {SECRET}}}
"""),
    ("compose.yaml", "services:\n  db:\n    image: 'db:1'\n"
                     f"    environment: {{DB_PASSWORD: {SECRET}}}\n"),
])
def test_no_secret_is_shown(plimsoll, tree, name, text):
    root = tree({name: text})
    report = scan(plimsoll, root)
    assert any("secret" in i for i in ids(report)), ids(report)
    for format in ["table", "json", "sarif", "junit", "gitlab", "github"]:
        result = plimsoll("config", root, "-f", format, env={"COLUMNS": "200"})
        assert result.code == 0 and SECRET not in result.out + result.err, result
    terminal = subprocess.run(["script", "-qec", f"{PROGRAM} config {root}", "/dev/null"],
                              env=plimsoll.env(), stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, timeout=60)
    assert "│" in terminal.stdout and SECRET not in terminal.stdout


# ---- Findings that a person accepted ----

def test_comments_accept(plimsoll, tree):
    lines = BAD_POD.splitlines()
    lines[10] += "  # plimsoll:ignore k8s-privileged until=2999-01-01 the driver needs it"
    lines.insert(14, "        # plimsoll:ignore k8s-privileged so does this")
    root = tree({"pod.yaml": "\n".join(lines) + "\n"})
    report = scan(plimsoll, root, "--check", "k8s-privileged")
    assert report["findings"] == [] and report["summary"]["suppressed"] == 2


def test_an_ended_comment_does_not(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD.replace(
        "privileged: true", "privileged: true # plimsoll:ignore k8s-privileged until=2020-01-01")})
    report = scan(plimsoll, root, "--check", "k8s-privileged")
    assert len(report["findings"]) == 2
    assert "suppression-ended" in {d["code"] for d in report["diagnostics"]}


def test_an_annotation_accepts_down_to_a_container(plimsoll, tree):
    one = BAD_POD.replace("  namespace: shop\n", "  namespace: shop\n  annotations:\n"
                          "    plimsoll.io/ignore.side: k8s-privileged the sidecar needs it\n")
    both = one.replace("ignore.side", "ignore")
    root = tree({"one.yaml": one, "both.yaml": both})
    found = scan(plimsoll, root / "one.yaml", "--check", "k8s-privileged")["findings"]
    assert [f["part"] for f in found] == ["app"]
    assert scan(plimsoll, root / "both.yaml", "--check", "k8s-privileged")["findings"] == []


def test_a_file_accepts(plimsoll, tree):
    root = tree({"deploy/pod.yaml": BAD_POD, "ignore.yaml": """\
        ignore:
          - id: k8s-privileged
            paths: ["deploy/*"]
            resources: ["Pod shop/*"]
            containers: [app]
            until: 2999-12-31
            reason: known
        """})
    result = plimsoll.scan("config", "deploy", "--check", "k8s-privileged", "--ignorefile",
                           "ignore.yaml", cwd=root)
    assert [f["part"] for f in result.report["findings"]] == ["side"]


# ---- Charts and kustomizations ----

@pytest.fixture
def fake_helm(tmp_path):
    """A helm that prints what a real one would; the real one is no package of Debian."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "helm"
    script.write_text(textwrap.dedent("""\
        #!/bin/sh
        [ "$1" = template ] || exit 9
        [ -e "$3/broken" ] && { echo "Error: parse error at templates/x.yaml" >&2; exit 1; }
        sed 's/^/# Source: chart\\/templates\\/pod.yaml\\n/;q' /dev/null
        printf -- '---\\n# Source: chart/templates/pod.yaml\\n'
        cat "$3/rendered"
        """))
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_charts_are_rendered(plimsoll, tree, fake_helm):
    root = tree({"app/Chart.yaml": "name: chart\nversion: 1.0.0\n",
                 "app/templates/pod.yaml": "{{ include \"x\" . }}\n", "app/rendered": BAD_POD})
    report = scan(plimsoll, root / "app", "--check", "k8s-privileged", env={"PATH": fake_helm})
    assert {f["location"]["path"] for f in report["findings"]} == \
        {str(root / "app/templates/pod.yaml")}
    assert {f["location"].get("line") for f in report["findings"]} == {None}


def test_a_failed_rendering_is_no_clean_scan(plimsoll, tree, fake_helm):
    root = tree({"app/Chart.yaml": "name: chart\n", "app/broken": "", "app/rendered": ""})
    report = scan(plimsoll, root, code=3, env={"PATH": fake_helm})
    [told] = [d for d in report["diagnostics"] if d["code"] == "render-failed"]
    assert "parse error at templates/x.yaml" in told["message"]


def test_without_helm(plimsoll, tree, tmp_path):
    root = tree({"app/Chart.yaml": "name: chart\n", "app/templates/pod.yaml": "{{ x }}\n"})
    empty = tmp_path / "no-programs"
    empty.mkdir()
    report = scan(plimsoll, root, code=3, env={"PATH": empty})
    [told] = [d for d in report["diagnostics"] if d["code"] == "render-missing"]
    assert "helm is not installed" in told["message"] and "--no-render" in told["hint"]
    assert scan(plimsoll, root, "--no-render", env={"PATH": empty})["summary"]["complete"]


def test_kustomizations_are_rendered(plimsoll, tree):
    if not shutil.which("kubectl") and not shutil.which("kustomize"):
        pytest.skip("neither kubectl nor kustomize is installed")
    root = tree({"base/kustomization.yaml": "resources: [pod.yaml]\n", "base/pod.yaml": BAD_POD,
                 "prod/kustomization.yaml": """\
        resources: [../base]
        patches:
          - target: {kind: Pod}
            patch: |
              - {op: remove, path: /spec/containers/0/securityContext}
        """})
    report = scan(plimsoll, root / "prod", "--check", "k8s-privileged")
    assert [f["part"] for f in report["findings"]] == ["side"]


# ---- Bad input ----

def test_a_broken_file_costs_itself(plimsoll, tree):
    root = tree({"bad.yaml": "apiVersion: v1\nkind: Pod\n  metadata: [\n", "pod.yaml": BAD_POD})
    report = scan(plimsoll, root, code=3)
    assert "k8s-privileged" in ids(report, "pod.yaml")
    [told] = [d for d in report["diagnostics"] if d["path"].endswith("bad.yaml")]
    assert told["level"] == "error" and "line 3" in told["message"]


def test_a_broken_document_costs_itself(plimsoll, tree):
    root = tree({"all.yaml": BAD_POD + "---\napiVersion: v1\nkind: [\n---\n" + BAD_POD})
    report = scan(plimsoll, root, "--check", "k8s-privileged", code=3)
    assert [f["location"]["line"] for f in report["findings"]] == [11, 15, 30, 34]


@pytest.mark.parametrize("text,word", [
    ("apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n", "template"),
    (b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: \xff\xfe\n", "UTF-8"),
    ("apiVersion: v1\nkind: Pod\n\tmetadata: {}\n", "line 3"),
])
def test_what_is_no_yaml_is_told_with_its_line(plimsoll, tree, text, word):
    root = tree({"x.yaml": text})
    report = scan(plimsoll, root, code=3)
    [told] = report["diagnostics"]
    assert word in told["message"] + told["hint"] and "line" in told["message"], told


def test_a_yaml_bomb(plimsoll, tree):
    bomb = "apiVersion: v1\nkind: ConfigMap\na0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
    root = tree({"bomb.yaml": bomb, "pod.yaml": BAD_POD})
    start = time.monotonic()
    report = scan(plimsoll, root, code=3)
    assert time.monotonic() - start < 20
    assert "k8s-privileged" in ids(report, "pod.yaml")
    [told] = [d for d in report["diagnostics"] if d["path"].endswith("bomb.yaml")]
    assert told["level"] == "error"


def test_deep_nesting(plimsoll, tree):
    root = tree({"deep.json": '{"apiVersion":"v1","kind":"Pod","a":' + "[" * 100000 + "]" * 100000
                 + "}", "pod.yaml": BAD_POD})
    report = scan(plimsoll, root, code=3)
    assert "k8s-privileged" in ids(report, "pod.yaml")


def test_fifty_megabytes_of_manifests(plimsoll, tree):
    one = BAD_POD + "---\n"
    root = tree({"many.yaml": one * (50 * 1000 * 1000 // len(one))})
    result = plimsoll.scan("config", root, "--check", "k8s-host-network", timeout=120)
    assert result.report["findings"] == [] and result.report["summary"]["complete"]


def test_pipes_devices_and_links_are_not_waited_for(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD})
    os.mkfifo(root / "fifo.yaml")
    (root / "link.yaml").symlink_to("/etc/passwd")
    (root / "loop").symlink_to(".")
    report = scan(plimsoll, root, "--check", "k8s-privileged")
    assert len(report["findings"]) == 2


def test_names_with_any_bytes(plimsoll, tree):
    root = tree({"a\x1b[31m\n.yaml": BAD_POD, "-x.yaml": BAD_POD})
    result = plimsoll("config", root)
    assert result.code == 0 and "\x1b[31m" not in result.out
    assert plimsoll("config", "--", "-x.yaml", cwd=root).code == 0


def test_what_is_not_there(plimsoll, tmp_path):
    result = plimsoll("config", tmp_path / "none")
    assert result.code == 3 and "none" in result.err and "hint:" in result.err
    assert plimsoll("config").code == 2


def test_empty_standard_input_is_no_clean_scan(plimsoll):
    """As when the program before us in a pipe has failed."""
    result = plimsoll("config", "-", "--fail-on", "high")
    assert result.code == 3 and "standard input is empty" in result.out


def test_paths_below_this_folder(plimsoll, tree):
    root = tree({"deploy/pod.yaml": BAD_POD, "-x.yaml": BAD_POD})
    report = plimsoll.scan("config", ".", "--check", "k8s-privileged", cwd=root).report
    assert {f["location"]["path"] for f in report["findings"]} == {"deploy/pod.yaml", "-x.yaml"}


@pytest.mark.parametrize("text", [
    '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostPID": true}}',
    "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostPID: true}}"])
def test_standard_input_in_either_form(plimsoll, tree, text):
    with open(tree({"x": text}) / "x") as file:
        assert "k8s-host-pid" in ids(plimsoll.scan("config", "-", stdin=file).report)


def test_standard_input(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD})
    with open(root / "pod.yaml") as file:
        report = plimsoll.scan("config", "-", stdin=file).report
    assert "k8s-privileged" in ids(report)


def test_chinese(plimsoll, tree):
    root = tree({"pod.yaml": BAD_POD})
    report = scan(plimsoll, root, "--check", "k8s-privileged", "--lang", "zh")
    assert "特权" in report["findings"][0]["title"] + report["findings"][0]["message"]
    assert "特权" in plimsoll("config", root, "--lang", "zh").out


# A pod that some version of the standard minds in each thing it does.
OF_VERSIONS = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {container.seccomp.security.alpha.kubernetes.io/app: unconfined}
spec:
  hostUsers: false
  securityContext:
    sysctls: [{name: net.ipv4.tcp_rmem, value: "1"}]
    seLinuxOptions: {type: container_engine_t}
  containers:
    - name: app
      image: registry.example.com/shop/app:1.4.2
      livenessProbe: {httpGet: {host: 10.0.0.1, port: 80}}
      securityContext: {procMount: Unmasked, runAsUser: 0, seccompProfile: {type: Unconfined}}
"""


@pytest.mark.parametrize("version, want", [
    ("1.7", "procmount sysctl selinux annotation nonroot"),
    ("1.18", "procmount sysctl selinux annotation nonroot escalation"),
    ("1.19", "procmount sysctl selinux unconfined nonroot escalation"),
    ("1.22", "procmount sysctl selinux unconfined nonroot escalation drop"),
    ("v1.23.17-eks-1", "procmount sysctl selinux unconfined nonroot escalation drop root"),
    ("1.31", "procmount sysctl unconfined nonroot escalation drop root"),
    ("1.32", "procmount unconfined nonroot escalation drop root"),
    ("1.34", "procmount unconfined nonroot escalation drop root probe"),
    ("1.35", "procmount-users unconfined escalation drop probe"),
    ("latest", "procmount-users unconfined escalation drop probe"),
    (None, "procmount-users unconfined escalation drop probe"),
])
def test_standard_of_a_version(plimsoll, tree, version, want):
    checks = {"procmount": "k8s-proc-mount", "procmount-users": "k8s-proc-mount-user-namespace",
              "sysctl": "k8s-unsafe-sysctl", "selinux": "k8s-selinux-type",
              "annotation": "k8s-seccomp-annotation-unconfined",
              "unconfined": "k8s-seccomp-unconfined", "nonroot": "k8s-run-as-non-root",
              "escalation": "k8s-allow-privilege-escalation", "drop": "k8s-drop-all-capabilities",
              "root": "k8s-run-as-root", "probe": "k8s-probe-host"}
    root = tree({"pod.yaml": OF_VERSIONS})
    said = ["--kubernetes-version", version] if version else []
    report = scan(plimsoll, root, "--check", "PSS:*", *said)
    assert ids(report) == {checks[word] for word in want.split()}
    assert not [d for d in report["diagnostics"] if d["level"] != "note"]


def test_version_newer_than_known(plimsoll, tree):
    root = tree({"pod.yaml": OF_VERSIONS})
    report = scan(plimsoll, root, "--check", "PSS:*", "--kubernetes-version", "1.99")
    assert ids(report) == ids(scan(plimsoll, root, "--check", "PSS:*"))
    assert [(d["level"], d["code"]) for d in report["diagnostics"]] == [
        ("warning", "kubernetes-version-newer")]


@pytest.mark.parametrize("version", ["1.x", "2.1", "31", "1.31-beta", "", "1.1000"])
def test_no_version(plimsoll, tree, version):
    root = tree({"pod.yaml": OF_VERSIONS})
    done = plimsoll("config", root, "--kubernetes-version", version)
    assert done.code == 2
    assert "--kubernetes-version" in done.err and done.err.count("error") == 1


def test_rules_say_since_which_version(plimsoll):
    done = plimsoll("rules", "show", "k8s-run-as-root")
    assert "Since version\n  1.23  forbidden\n  1.35  allowed in a user namespace\n" in done.out
    done = plimsoll("rules", "explain", "k8s-run-as-root", "--lang", "zh")
    assert "  1.23  禁止\n" in done.out
