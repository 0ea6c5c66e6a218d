#!/bin/busybox sh
# The first process of the virtual machine: makes it a system, and runs /steps on the
# second serial line.
export PATH=/bin LC_ALL=C.UTF-8
/bin/busybox mkdir -p /proc /sys /dev /tmp /run /var/lib
/bin/busybox --install -s /bin
. /mounts
ip link set lo up
stty -F /dev/ttyS1 raw
sh /steps >/dev/ttyS1 2>&1 </dev/null
stty -F /dev/ttyS1 sane
poweroff -f
