# What is done in the virtual machine. "@@@ NAME" begins a part of the report.
part() { echo "@@@ $1"; }
WAYS="calls returns"

part kernel; uname -r
part booted; cat /proc/uptime
for way in $WAYS; do
    plimsoll-sensor run --builtin --rules /rules --all-matches --no-watch --no-grouping \
        --format json --hooks $way >/tmp/$way 2>/tmp/errors-$way &
    eval $way=$!
done
# Until a file of every sensor's has the word, and all of them run.
await() { # PREFIX WORD
    for way in $WAYS; do
        while kill -0 $calls $returns 2>/dev/null && ! grep -q "$2" "$1$way"; do usleep 20000; done
    done
}
await /tmp/errors- watching
part started; cat /proc/uptime
part hooks; bpftool link list
part acts; /usr/bin/containerd-shim-runc-v2 /plan
part played; cat /proc/uptime
await /tmp/ Curtain
# They are not ended: the machine is, which is faster than taking all hooks away.
for way in $WAYS; do
    part $way; cat /tmp/$way
    part errors-$way; cat /tmp/errors-$way
done
part end; cat /proc/uptime
