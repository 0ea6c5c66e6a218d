#!/tools/busybox sh
# The first process of the virtual machine: makes it a system whose programs are those of the
# containers' image, and runs /steps on the second serial line.
/tools/busybox mkdir -p /usr /srv /proc /sys /dev /tmp /run
/tools/busybox mount --bind /image/usr /usr
/tools/busybox mount --bind /image/srv /srv
/tools/busybox --install -s /tools
export PATH=/usr/sbin:/usr/bin:/tools LC_ALL=C.UTF-8
. /mounts
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
# Packets to everywhere come back.
ip link set lo up
ip address add 198.51.100.2/24 dev lo
ip route add default dev lo src 198.51.100.2
stty -F /dev/ttyS1 raw
sh /steps >/dev/ttyS1 2>&1 </dev/null
stty -F /dev/ttyS1 sane
poweroff -f
