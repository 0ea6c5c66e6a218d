/* Files of a root with mounts in it, among them a file system that never answers. As root. */
#include "test.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sensor/state/container-file.h"

static char folder[] = "/tmp/plimsoll-container-file-XXXXXX";

static const char *below(const char *name)
{
    static char path[2][512];
    static unsigned next;
    char *to = path[next++ % 2];

    snprintf(to, sizeof(path[0]), "%s/%s", folder, name);
    return to;
}

static void write_file(const char *name)
{
    _cleanup_close_ int fd = open(below(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    assert_int_equal(write(fd, "x", 1), 1);
}

/* Nobody reads what the kernel asks; the descriptor has to stay open. */
static int mount_fuse(const char *name)
{
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    char options[128];

    snprintf(options, sizeof(options), "fd=%d,rootmode=40755,user_id=0,group_id=0,allow_other", fd);
    if (fd >= 0 && mount("x", below(name), "fuse", 0, options) < 0)
        close_p(&fd);
    return fd;
}

static int try(const char *root, const char *in)
{
    _cleanup_close_ int fd = open(below(root), O_PATH | O_DIRECTORY | O_CLOEXEC), file = -1;

    assert_true(fd >= 0);
    return container_file_open((uint32_t)getpid(), fd, in, "passwd", &file, NULL);
}

static void test_mounts(void **state)
{
    _cleanup_close_ int fuse = -1, other = -1;

    (void)state;
    assert_int_equal(try("root", "etc"), 0);
    assert_int_equal(try("root", "link"), 0);
    assert_int_equal(try("root", "none"), ERROR_NOT_FOUND);
    assert_int_equal(mount(below("file"), below("root/etc/passwd"), NULL, MS_BIND, NULL), 0);
    assert_int_equal(try("root", "etc"), 0);
    assert_int_equal(mount("x", below("root/other"), "tmpfs", 0, NULL), 0);
    write_file("root/other/passwd");
    assert_true(try("root", "other") < 0);
    fuse = mount_fuse("root/etc");
    if (fuse < 0) {
        print_message("skipped: no FUSE\n");
        return;
    }
    assert_true(try("root", "etc") < 0);
    other = mount_fuse("root");
    assert_int_equal(try("root", "etc"), ERROR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_mounts)};
    int failed;

    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
        print_message("skipped: needs root\n");
        return 77;
    }
    if (!mkdtemp(folder) || mount("x", folder, "tmpfs", 0, NULL) < 0 ||
        mkdir(below("root"), 0755) < 0 || mkdir(below("root/etc"), 0755) < 0 ||
        mkdir(below("root/other"), 0755) < 0 || symlink("/etc", below("root/link")) < 0)
        return 1;
    write_file("root/etc/passwd");
    write_file("file");
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    umount2(folder, MNT_DETACH);
    return rmdir(folder) ? 1 : failed;
}
