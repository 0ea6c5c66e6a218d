# What bench/sensor-machine has done in its virtual machine. /plan tells WORKLOAD ("kernel", or
# one of those below), RUNS and REQUESTS; /variants, one a line: nothing, an empty program, or
# the sensor with options. A line of the report: VARIANT|instructions of the whole machine|of
# the workload's processes|of the sensor's|requests that were served.
export PATH=/usr/bin:/bin HOME=/tmp
. /plan
CGROUPS=/sys/fs/cgroup
RULES=$(for file in /rules/*; do echo "--rules $file"; done)

options_of() { [ "$1" = sensor ] || echo "${1#sensor }"; }

# Becomes the command.
in_group() {
    group=$1
    shift
    exec sh -c "echo \$\$ >$CGROUPS/$group/cgroup.procs"' && exec "$@"' sh "$@"
}

fail() {
    printf '@@@ failed\n%s\n' "$1"
    exit 1
}

# Sets all, work, own: nanoseconds so far that processors were not idle, that the workload's
# processes and the sensor's took. A nanosecond is an instruction. Starts no process itself.
look() {
    all=0
    while read -r name _ _ _ _ _ _ time _; do
        case $name in
        cpu*) all=$((all + time)) ;;
        esac
    done </proc/schedstat
    read -r _ work <$CGROUPS/workload/cpu.stat
    read -r _ own <$CGROUPS/sensor/cpu.stat
}

wait_for() { # TEXT FILE PID
    while ! grep -q "$1" "$2"; do
        kill -0 "$3" 2>/dev/null || fail "$(cat "$2")"
        usleep 10000
    done
}

# ---- What runs beside the workload ----

begin() {
    beside=
    case $1 in
    none) return ;;
    empty) set -- bench-sensor-kernel --empty ;;
    empty-calls) set -- bench-sensor-kernel --empty-calls /rules/* ;;
    *) set -- plimsoll-sensor run --format json --no-watch $RULES $(options_of "$1") ;;
    esac
    : >/run/said
    in_group sensor "$@" </run/hold >>/run/said 2>&1 &
    beside=$!
    exec 7>/run/hold
    wait_for "^attached\|^watching" /run/said $beside
}

end() {
    [ -n "$beside" ] || return
    exec 7>&-
    case $1 in
    sensor*) kill $beside ;;
    esac
    wait $beside
}

# ---- The workloads ----

configure_prepare() { rm -f config.cache config.log config.status; }
configure_work() { sh ./configure; }

build_prepare() { make clean; }
build_work() { make -j2; }

redis_serve() { exec redis-server --port 16379 --save "" --dir /tmp; }
redis_prepare() { redis-cli -p 16379 flushall; }
redis_work() {
    redis-benchmark -p 16379 -q -n "$REQUESTS" -c 50 -t set,get
    echo "$((2 * REQUESTS)) requests in all"
}

nginx_serve() { exec nginx -c /workload/nginx/nginx.conf; }
nginx_prepare() { wget -q -O - http://127.0.0.1:18080/; }
nginx_work() { wrk -t 1 -c 32 -d 2s http://127.0.0.1:18080/; }

case $1 in
work | serve) "${WORKLOAD}_$1"; exit ;;
esac

# One run, told when it has a name.
once() {
    begin "$1"
    "${WORKLOAD}_prepare" >/dev/null 2>&1
    sleep 3 # what is put off, such as freeing programs, is done; idle time passes at once
    look
    all_before=$all work_before=$work own_before=$own
    (in_group workload sh /steps work) >/run/output 2>&1 || fail "$(tail -n 20 /run/output)"
    look
    figures="$((all - all_before))|$((1000 * (work - work_before)))|$((1000 * (own - own_before)))"
    end "$1"
    requests=$(sed -n 's/^ *\([0-9]*\) requests in .*/\1/p' /run/output)
    [ -z "$2" ] || echo "$2|$figures|${requests:-1}"
}

if [ "$WORKLOAD" = kernel ]; then
    while read -r variant; do
        echo "@@@ $variant"
        bench-sensor-kernel --rounds 1 $(options_of "$variant") /rules/* >/run/output 2>&1 \
            </dev/null || fail "$(cat /run/output)"
        cat /run/output
    done </variants
else
    mkdir $CGROUPS/workload $CGROUPS/sensor
    mkfifo /run/hold
    cd "/workload/$WORKLOAD" || exit
    if type "${WORKLOAD}_serve" >/dev/null 2>&1; then
        in_group workload sh /steps serve >/run/server 2>&1 &
        server=$!
        while ! "${WORKLOAD}_prepare" >/dev/null 2>&1; do
            kill -0 $server || fail "$(cat /run/server)"
            usleep 10000
        done
    fi
    once none
    echo "@@@ runs"
    for _ in $(seq "$RUNS"); do
        while read -r variant <&8; do
            once "$variant" "$variant"
        done 8</variants
    done
    echo "@@@ output"
    cat /run/output
fi
echo "@@@ end"
