#include "cmd/line/environment.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

const struct environment_variable environment_variables[] = {
    {"DOCKER_HOST", TR_KEY("address of the Docker engine, unix:///path or tcp://host:port")},
    {"DOCKER_CONFIG", TR_KEY("directory of Docker's config.json, with registry credentials")},
    {"CONTAINER_HOST", TR_KEY("address of the Podman service, unix:///path")},
    {"CONTAINERD_ADDRESS", TR_KEY("socket of containerd")},
    {"CONTAINERD_NAMESPACE", TR_KEY("namespace of containerd")},
    {"HTTPS_PROXY, HTTP_PROXY, NO_PROXY", TR_KEY("proxies for registries and advisory sources")},
    {"XDG_CACHE_HOME, HOME", TR_KEY("where the cache is kept when no directory is given")},
    {"XDG_RUNTIME_DIR", TR_KEY("where sockets of rootless engines are")},
    {"NO_COLOR", TR_KEY("set: no colour, as with --color never")},
    {"COLUMNS", TR_KEY("width of tables, in place of the terminal's")},
    {"LC_ALL, LC_MESSAGES, LANG", TR_KEY("language of messages, unless one is given")},
    {NULL, NULL},
};

const char *environment_get(const struct environment *env, const char *name)
{
    size_t length = strlen(name);

    for (const char *const *v = env->variables; v && *v; v++)
        if (strncmp(*v, name, length) == 0 && (*v)[length] == '=')
            return (*v)[length + 1] ? *v + length + 1 : NULL;
    return NULL;
}

enum text_language environment_language(const struct environment *env)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    enum text_language language = TEXT_ENGLISH;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = environment_get(env, names[i]);

        if (!value)
            continue;
        text_language_parse(view_of(value), &language);
        break;
    }
    return language;
}

const char *environment_cache_dir(const struct environment *env, struct arena *arena)
{
    const char *xdg = environment_get(env, "XDG_CACHE_HOME");
    const char *home = environment_get(env, "HOME");

    if (xdg && *xdg == '/')
        return arena_cstr(arena, arena_printf(arena, "%s/plimsoll", xdg));
    if (home && *home == '/')
        return arena_cstr(arena, arena_printf(arena, "%s/.cache/plimsoll", home));
    return "/var/cache/plimsoll";
}

size_t environment_width(const struct environment *env, int fd)
{
    const char *columns = environment_get(env, "COLUMNS");
    struct winsize size;
    uint64_t width;

    if (!isatty(fd))
        return 0;
    if (columns && view_to_u64(view_of(columns), &width) && width > 0 && width <= UINT16_MAX)
        return (size_t)width;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}
