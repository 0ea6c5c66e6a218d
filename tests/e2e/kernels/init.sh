#!/bin/busybox sh
# The first process of the virtual machine: makes it a system, and runs /steps on the
# second serial line.
export PATH=/bin LC_ALL=C.UTF-8
/bin/busybox mkdir -p /proc /sys /dev /tmp /run /var/lib
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t securityfs securityfs /sys/kernel/security
mount -t bpf bpf /sys/fs/bpf
mount -t tracefs tracefs /sys/kernel/tracing
mount -t debugfs debugfs /sys/kernel/debug
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
for module in /modules/*.ko; do
    insmod "$module"
done
ip link set lo up
stty -F /dev/ttyS1 raw
sh /steps >/dev/ttyS1 2>&1 </dev/null
stty -F /dev/ttyS1 sane
poweroff -f
