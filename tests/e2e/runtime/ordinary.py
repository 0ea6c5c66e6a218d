"""What workloads do all day: none of our rules speaks of it, but where `allowed` says so."""
import dataclasses

from runtime.scenario import Scenario


@dataclasses.dataclass
class Ordinary(Scenario):
    allowed: tuple = ()


def O(name, script, where="docker", allowed=(), **more):
    return Ordinary(name, script, "true", where, allowed=allowed, benign_where="docker", **more)


PACKAGE = r"""cd /srv/data
mkdir -p p/DEBIAN p/usr/bin p/etc/cron.d p/etc/systemd/system
printf 'Package: tool\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\n' \
    > p/DEBIAN/control
printf 'Description: x\n' >> p/DEBIAN/control
printf '#!/bin/sh\n/usr/bin/tool\nchmod 4755 /usr/bin/tool\nuseradd -r tool || true\n' \
    > p/DEBIAN/postinst
chmod 755 p/DEBIAN/postinst
cp /bin/true p/usr/bin/tool
echo '* * * * * root true' > p/etc/cron.d/tool
echo '[Service]' > p/etc/systemd/system/tool.service
dpkg-deb -b p tool.deb > /dev/null
dpkg -i tool.deb > /dev/null
"""

ORDINARY = [
    O("a command that adds its user",
      "/bin/sh -c 'echo app:x:1001:1001::/:/bin/sh >> /etc/passwd; true'", where="start"),
    O("a command that sets up its jobs",
      "/bin/sh -c 'mkdir -p /etc/cron.d; echo x > /etc/cron.d/app; true'", where="start"),
    O("a command that changes its user", "su -s /bin/sh daemon -c true", where="start"),
    O("a command that writes its configuration",
      "/bin/sh -c 'sed -e s/a/b/ /etc/issue > /etc/app.conf; mkdir -p /run/app; : > /run/app/pid'",
      where="start"),
    O("a script that sets its container up",
      "/bin/sh -c 'cp /etc/issue /etc/profile.d/x.sh; cp /bin/true /usr/local/bin/tool; "
      "rm -f /var/log/syslog; cat /root/.ssh/id_rsa > /dev/null; chmod u+s /usr/local/bin/tool; "
      "true'", where="start"),
    O("a health check in a shell", "/bin/sh -c 'cat /proc/1/cmdline > /dev/null'", direct=True),
    O("a check for a port", "bash -c '(echo > /dev/tcp/127.0.0.1/1) 2> /dev/null; true'",
      direct=True),
    O("a probe with curl", "$n/curl -fsS http://localhost:8080/healthz", direct=True),
    O("a package that is installed", PACKAGE, allowed=("rt-package-manager",)),
    O("a build", "$s/make @fork /bin/sh -c 'cp /bin/true /tmp/made; chmod 755 /tmp/made; "
      "/tmp/made; $n/gcc -c x.c; $n/gcc @fork $n/cc1 x.c'"),
    O("a backup", "tar czf /srv/data.tgz /srv/data 2> /dev/null; rm /srv/data.tgz"),
    O("logs that are rotated", "touch /var/log/syslog; $s/logrotate @fork /bin/sh -c "
      "'mv /var/log/syslog /var/log/syslog.1; : > /var/log/syslog'"),
    O("a monitor", "$s/node_exporter @open r /proc/1/environ; "
      "$s/node_exporter @open r /proc/1/root/etc/issue; $s/ps @open r /proc/1/environ"),
    O("a client", "$n/app @connect 10.1.2.3 5432; $n/java @connect 203.0.113.9 443; "
      "$n/app @connect 203.0.113.9 53 udp; $n/python3 @connect 169.254.169.254 80"),
    O("a client of the cluster",
      "mkdir -p /run/secrets/kubernetes.io/serviceaccount; cd /run/secrets/kubernetes.io; "
      ": > serviceaccount/token; $n/operator @open r serviceaccount/token; "
      "$n/operator @connect 10.96.0.1 443"),
    O("a web server", "$n/nginx @fork $n/nginx -g daemon; mkdir -p /var/www/cache; "
      "$n/php-fpm @open wct /var/www/cache/page.html; "
      "$n/nginx @fork /bin/sh -c '$s/healthcheck -q'"),
    O("a database", "$n/postgres @fork $n/postgres; $n/postgres @fork /bin/sh -c "
      "'$s/archive_command x'; $n/mysqld @open wct /srv/data/ibdata"),
    O("scripts", "for i in 1 2 3; do sed -n 1p /etc/issue > /dev/null; done; "
      "f=$(mktemp); echo x > $f; chmod 600 $f; rm $f; mkdir -p /tmp/d; rm -rf /tmp/d; "
      "find /srv -name '*.txt'; grep -r data /srv/data > /dev/null; base64 /etc/issue > /dev/null"),
    O("git", "$s/git @fork $n/ssh git@192.0.2.1 git-upload-pack a"),
    O("a browser", "$s/chrome @unshare user", where="privileged"),
    O("a debugger", "$s/gdb @ptrace"),
]
