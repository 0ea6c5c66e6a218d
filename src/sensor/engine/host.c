#include "sensor/engine/host.h"

#include <elf.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Of the first process, or of this one where that is out of reach. */
static uint32_t namespace_of(const char *first, const char *own)
{
    struct stat st;

    return stat(first, &st) == 0 || stat(own, &st) == 0 ? (uint32_t)st.st_ino : 0;
}

static uint64_t boot_time(void)
{
    struct timespec wall, boot;

    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    return (uint64_t)(wall.tv_sec - boot.tv_sec) * 1000000000 + (uint64_t)wall.tv_nsec -
           (uint64_t)boot.tv_nsec;
}

void host_describe(struct sensor_host *ret, char name[static HOST_NAME_SIZE])
{
    *ret = (struct sensor_host)
    {
        .boot_time = boot_time(),
#if defined(__aarch64__)
        .machine = EM_AARCH64,
#else
        .machine = EM_X86_64,
#endif
        .processors = (uint32_t)sysconf(_SC_NPROCESSORS_CONF),
        .pid_namespace = namespace_of("/proc/1/ns/pid", "/proc/self/ns/pid"),
        .mount_namespace = namespace_of("/proc/1/ns/mnt", "/proc/self/ns/mnt"),
    };
    if (gethostname(name, HOST_NAME_SIZE) < 0)
        memset(name, 0, HOST_NAME_SIZE);
    name[HOST_NAME_SIZE - 1] = 0;
}
