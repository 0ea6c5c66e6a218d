/* Opens a file, closes it, and begins a session through the calls of 32-bit programs, as a
 * 64-bit program may. */
#include <sys/mman.h>

#include <stddef.h>
#include <string.h>

enum { OPEN = 5, CLOSE = 6, SETSID = 66, LOW_PAGE = 0x10000000, PAGE = 4096 };

static long call32(long number, long first, long second)
{
    long result;

    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(first), "c"(second), "d"(0L)
                     : "memory", "r8", "r9", "r10", "r11");
    return result;
}

int main(int argc, char **argv)
{
    /* Such calls see 32 bits of an address. */
    char *path = mmap((void *)LOW_PAGE, PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    long fd;

    if (argc != 2 || path == MAP_FAILED || strlen(argv[1]) >= PAGE)
        return 1;
    memcpy(path, argv[1], strlen(argv[1]) + 1);
    fd = call32(OPEN, (long)(size_t)path, 0);
    if (fd < 0)
        return 1;
    call32(CLOSE, fd, 0);
    call32(SETSID, 0, 0);
    return 0;
}
