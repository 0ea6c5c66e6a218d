# What is done in the virtual machine. "@@@ NAME" begins a part of the report.
part() { echo "@@@ $1"; }

part kernel; uname -r
part lsm; cat /sys/kernel/security/lsm; echo
part doctor; plimsoll-sensor doctor --json
# On one processor: races of two take minutes in an emulated machine, and are left out then.
part unit-tests; for test in /tests/*; do taskset 1 $test; echo "exit $? of $test"; done

# ---- What it sees ----

# Until a file of the running sensor's has the pattern.
await() { # FILE PATTERN
    while kill -0 "$sensor" 2>/dev/null && ! grep -q "$2" "$1"; do usleep 10000; done
}
watch() { # OPTION...
    : >/tmp/errors # else the last one's "watching" may be found
    plimsoll-sensor run --format json --no-grouping --no-runtimes \
        --all-matches --responses /etc/policy.yaml --journal /tmp/answers "$@" 2>/tmp/errors &
    sensor=$!
    await /tmp/errors watching
}
act_all() {
    act @exec true marked
    act @open r /etc/shadow
    act @open r /tmp/link
    act @open r /etc/ordinary
    act @connect 127.0.0.1 4444
    act @ring - open r /etc/in-ring
    act @ring s connect 127.0.0.1 4445
    act @memfd /bin/busybox true
    act @setuid 65534
    old-call /etc/old-call
    refused-call
    # A file that had another name, which is the same where case does not count.
    rm -f /folded/*
    : >/folded/Secret
    for _ in 1 2 3; do taskset 1 act @open r /folded/Secret; done
    mv /folded/Secret /folded/other
    mv /folded/other /folded/secret
    taskset 1 act @open r /folded/Secret
    setsid act @open r /etc/ordinary
}
ln -s /etc/shadow /tmp/link
truncate -s 1M /tmp/fat
mkdosfs /tmp/fat
mkdir /folded
mount -t vfat -o loop /tmp/fat /folded

watch --rules /etc/rules --hooks returns >/tmp/alerts-of-returns
act_all
kill "$sensor"
wait "$sensor"
part returns; cat /tmp/alerts-of-returns

watch --rules /etc/rules >/tmp/alerts
act_all
part hooks; bpftool link list
hooks() { bpftool link list | grep -c trace_fexit; }
first=$(hooks)

# A call that no rule asked for till now, and one that none asks for any more.
cp /etc/later.yaml /etc/rules/later.yaml
rm /etc/rules/connects.yaml
await /tmp/errors "rules loaded again"
mkdir /tmp/later
act @connect 127.0.0.1 4444
while kill -0 "$sensor" && [ "$(hooks)" -gt $((first + 2 - 1)) ]; do usleep 10000; done
part hooks-later; bpftool link list

# ---- A container as runtimes make it: a cgroup, a root that is an overlay, mounts ----

ID=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
BOX=/sys/fs/cgroup/docker/$ID
ROOT=/run/root
mkdir -p $BOX/below $ROOT /run/layers
mount -t tmpfs layers /run/layers
mkdir /run/layers/upper /run/layers/work
mount -t overlay overlay -o lowerdir=/image,upperdir=/run/layers/upper,workdir=/run/layers/work \
    $ROOT
mount -t devtmpfs devtmpfs $ROOT/dev
mount -t proc proc $ROOT/proc
mount -t tmpfs volume $ROOT/volume
cp /bin/act $ROOT/volume/old
# The clock of files is coarse: what is older than the container shall be so by its clock, too.
usleep 100000

mkfifo /run/ask /run/answer
exec 5<>/run/ask 6<>/run/answer
sh -c "echo \$\$ >$BOX/cgroup.procs; exec unshare -m chroot $ROOT /bin/sh /loop" 3<&5 4>&6 5<&- 6<&- &
# Runs a command in the container; tells its exit code.
ask() {
    echo "$1" >&5
    read -t 20 code <&6
    echo "$code $1"
}
ask_all() {
    part "$1"
    ask "act"
    ask "/bin/act @exec true"
    ask "/tmp/new"
    ask "/tmp/script"
    ask "sh /tmp/script"
    ask "/volume/old"
    ask "/volume/new"
    ask "/bin/act @memfd /bin/act"
    ask "mkdir -p /late; mount -t tmpfs late /late; cp /bin/act /late/new; /late/new"
    ask "/bin/dynamic"
    ask "$LOADER /bin/dynamic"
    ask "$LOADER /tmp/dynamic"
}

act @open r /etc/in-box
sh -c "echo \$\$ >$BOX/below/cgroup.procs; exec act @open r /etc/in-box"
LOADER=$(cat /etc/loader)
part setup
ask "cp /bin/act /tmp/new"
ask "cp /bin/act /volume/new"
ask "cp /bin/dynamic /tmp/dynamic"
ask "echo '#!/bin/sh' >/tmp/script; chmod 755 /tmp/script"
ask_all before
part act; plimsoll-sensor act deny-exec --container $ID --journal /tmp/journal; echo $?
part again; plimsoll-sensor act deny-exec --container $ID --journal /tmp/journal; echo $?
ask_all denied
part host; act @memfd /bin/busybox true; echo $?
# As a runtime enters: in the cgroup, and not yet in the container's mounts.
part runtime; sh -c "echo \$\$ >$BOX/below/cgroup.procs; exec act @memfd /bin/busybox true"; echo $?
action=$(sed -n 's/.*"id":"\([^"]*\)".*/\1/p' /tmp/journal | head -n 1)
part undo; plimsoll-sensor undo "$action" --journal /tmp/journal; echo $?
part pins; ls /sys/fs/bpf/plimsoll
ask_all lifted
part journal; cat /tmp/journal

part image-only; plimsoll-sensor act image-only --container $ID --journal /tmp/journal-2; echo $?
ask_all alone
part alone-undo
plimsoll-sensor undo "$(sed -n 's/.*"id":"\([^"]*\)".*/\1/p' /tmp/journal-2 | head -n 1)" \
    --journal /tmp/journal-2

# What the sensor does by itself, when it has given up what it does not need. The rule goes
# with its cgroup.
part trap; ask "/bin/act @open r /etc/trap"
await /tmp/answers "done\|failed"
ask_all answered
part answers; cat /tmp/answers
part rules; bpftool map dump pinned /sys/fs/bpf/plimsoll/guard-1-rules
echo exit >&5
while grep -q populated.1 $BOX/cgroup.events; do usleep 10000; done
rmdir $BOX/below $BOX
part forgotten; bpftool map dump pinned /sys/fs/bpf/plimsoll/guard-1-rules

kill "$sensor"
wait "$sensor"
part exit; echo $?
part alerts; cat /tmp/alerts
part errors; cat /tmp/errors

if [ ! -e /etc/every.yaml ]; then
    part end
    exit
fi
# Hooks on all calls; the machine is switched off without taking them away, which takes long.
watch --rules /etc/every.yaml >/tmp/every
part numbers; every-call
every-call last
await /tmp/every "procexit last"
part every; cat /tmp/every
part end
