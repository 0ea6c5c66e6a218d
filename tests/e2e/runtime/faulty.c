/* A program that behaves badly in the ways that tests ask for.
 *
 *     faulty fork COUNT            forks so many children that end at once
 *     faulty exec COUNT PROGRAM    runs a program so often, one after another
 *     faulty open COUNT FILE       opens and closes a file so often
 *     faulty sleepers COUNT        has so many children that wait
 *     faulty programs COUNT        the same, each a program with arguments of its own
 *     faulty descriptors COUNT FILE [CHILDREN]   holds so many descriptors, and so does each child
 *
 * The last three say "ready NUMBER" and wait for standard input to end; a line there lets
 * `descriptors` open the file once.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_ONCE = 64 };

extern char **environ;

static void fail(const char *what)
{
    fprintf(stderr, "faulty: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int forks(long count)
{
    long living = 0;

    for (long i = 0; i < count; i++) {
        pid_t child = fork();

        if (child < 0)
            fail("fork");
        if (child == 0)
            _exit(0);
        if (++living == AT_ONCE && wait(NULL) > 0)
            living--;
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}

static int execs(long count, char *program)
{
    char *arguments[] = {program, NULL};

    for (long i = 0; i < count; i++) {
        pid_t child;

        errno = posix_spawn(&child, program, NULL, NULL, arguments, environ);
        if (errno)
            fail(program);
        waitpid(child, NULL, 0);
    }
    return 0;
}

static int opens(long count, const char *path)
{
    for (long i = 0; i < count; i++) {
        int fd = open(path, O_RDONLY);

        if (fd < 0)
            fail(path);
        close(fd);
    }
    return 0;
}

static void wait_for_end(const char *path)
{
    char line[64];

    while (fgets(line, sizeof(line), stdin))
        if (path)
            opens(1, path);
}

static void sleep_on(void) __attribute__((noreturn));

static void sleep_on(void)
{
    signal(SIGTERM, SIG_DFL);
    close(0);
    close(1);
    pause();
    _exit(0);
}

static void become_program(long number)
{
    char text[32];

    snprintf(text, sizeof(text), "--number=%ld", number);
    execl("/proc/self/exe", "faulty", "sleeper", "1", text, NULL);
    _exit(1);
}

static void end_children(void)
{
    kill(0, SIGTERM);
    while (wait(NULL) > 0)
        ;
}

/* Children that wait; with a copy of the parent's descriptors, or as programs. */
static long have_children(long count, int are_programs)
{
    long living = 0;

    signal(SIGTERM, SIG_IGN);
    setpgid(0, 0);
    for (; living < count; living++) {
        pid_t child = fork();

        if (child < 0)
            break;
        if (child == 0 && are_programs)
            become_program(living);
        if (child == 0)
            sleep_on();
    }
    return living;
}

static int sleepers(long count, int are_programs)
{
    printf("ready %ld\n", have_children(count, are_programs));
    fflush(stdout);
    wait_for_end(NULL);
    end_children();
    return 0;
}

static int descriptors(long count, const char *path, long children)
{
    struct rlimit limit = {(rlim_t)count + 64, (rlim_t)count + 64};
    long held = 0;

    setrlimit(RLIMIT_NOFILE, &limit);
    while (held < count && dup(1) >= 0)
        held++;
    /* One is left for the file. */
    if (held < count)
        close((int)held);
    children = have_children(children, 0);
    printf("ready %ld\n", held * (children + 1));
    fflush(stdout);
    wait_for_end(path);
    end_children();
    return 0;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 2 ? argv[1] : "";
    long count = argc > 2 ? atol(argv[2]) : 0;

    if (strcmp(verb, "fork") == 0)
        return forks(count);
    if (strcmp(verb, "sleepers") == 0 || strcmp(verb, "programs") == 0)
        return sleepers(count, verb[0] == 'p');
    if (strcmp(verb, "sleeper") == 0)
        sleep_on();
    if (strcmp(verb, "exec") == 0 && argc > 3)
        return execs(count, argv[3]);
    if (strcmp(verb, "open") == 0 && argc > 3)
        return opens(count, argv[3]);
    if (strcmp(verb, "descriptors") == 0 && argc > 3)
        return descriptors(count, argv[3], argc > 4 ? atol(argv[4]) : 0);
    fputs("faulty: fork|exec|open|sleepers|programs|descriptors COUNT ...\n", stderr);
    return 2;
}
