"""The files of the workloads that the sensor is measured with."""
import subprocess

HEADERS = ["stdio", "stdlib", "string", "unistd", "errno", "fcntl", "signal", "time", "math",
           "sys/types", "sys/stat", "sys/socket", "netinet/in", "pthread"]
FUNCTIONS = ["memcpy", "strlcpy", "getpid", "fork", "epoll_create1", "kqueue", "accept4", "pipe2",
             "dup3", "openat", "fstatat", "clock_gettime", "getrandom", "arc4random", "mmap"]


def write_configure(folder, count):
    """autoconf's script, with four times as many checks that compile and link."""
    lines = ["AC_INIT([bench],[1])", "AC_PROG_CC"]
    for number in range(count):
        lines.append(f"AC_CHECK_HEADERS([{HEADERS[number % len(HEADERS)]}.h no{number}.h])")
        lines.append(f"AC_CHECK_FUNCS([{FUNCTIONS[number % len(FUNCTIONS)]} nofunc{number}])")
    (folder / "configure.ac").write_text("\n".join(lines + ["AC_OUTPUT"]) + "\n")
    subprocess.run(["autoconf"], cwd=folder, check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def write_build(folder, count):
    """C files that include the usual headers and each other's, and a Makefile."""
    names = []
    for number in range(count):
        name = f"part{number}"
        names.append(name)
        (folder / f"{name}.h").write_text(f"int {name}(int x);\n")
        includes = "".join(f"#include <{h}.h>\n" for h in HEADERS)
        near = "".join(f'#include "part{(number + k) % count}.h"\n' for k in range(8))
        body = "".join(f"    x = x * {k + 3} + part{(number + k) % count}(x - {k});\n"
                       for k in range(1, 8))
        (folder / f"{name}.c").write_text(
            f"{includes}{near}int {name}(int x)\n{{\n    if (x < 2) return x;\n{body}"
            "    return x;\n}\n")
    objects = " ".join(f"{name}.o" for name in names)
    (folder / "Makefile").write_text(
        f"all: libbench.a\nlibbench.a: {objects}\n\tar rcs $@ $^\nclean:\n\trm -f *.o *.a\n")


def write_nginx(folder, place, port):
    """One page of a kilobyte, and a configuration; they will be found in `place`."""
    (folder / "www").mkdir()
    (folder / "www/index.html").write_text("x" * 1024)
    folder.chmod(0o755)
    (folder / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 1;\npid {place}/nginx.pid;\nuser root;\n"
        f"error_log {place}/error.log;\nevents {{ worker_connections 512; }}\n"
        "http { access_log off; keepalive_requests 1000000; "
        f"server {{ listen 127.0.0.1:{port}; root {place}/www; }} }}\n")
