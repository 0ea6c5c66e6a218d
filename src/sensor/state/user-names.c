#include "sensor/state/user-names.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/path.h"

enum {
    TEXT_LIMIT = 4 << 20,
    SECOND = 1000000000,
    HOST_PID = 1,
};

/* One file: numbers to names. */
struct names_of_file {
    struct arena *arena;
    struct hash_map *map; /* struct user_entry by the number's bytes */
    struct timespec changed;
    ino_t inode;
    uint64_t looked; /* when the file was last looked at; 0: never */
};

struct place {
    char *container;
    size_t length;                 /* of the id */
    struct names_of_file files[2]; /* users, groups */
    uint64_t used;
};

struct user_names {
    bool live;
    struct place places[USER_NAMES_CONTAINERS];
    size_t count;
    size_t last;    /* place that was asked for last */
    uint64_t clock; /* counts questions, so that the oldest is known */
};

static const char *const paths[2] = {"etc/passwd", "etc/group"};

/* ---- tables ---- */

static void clear(struct names_of_file *file)
{
    hash_map_free(file->map);
    arena_free(file->arena);
    file->map = NULL;
    file->arena = NULL;
}

static bool prepare(struct names_of_file *file)
{
    if (file->map)
        return true;
    file->arena = arena_new(TEXT_LIMIT);
    file->map = hash_map_new();
    if (file->arena && file->map)
        return true;
    clear(file);
    return false;
}

/* The first entry of a number counts, as for the C library. */
static void add(struct names_of_file *file, uint32_t id, const struct user_entry *entry)
{
    struct user_entry *copy;
    uint32_t *key;

    if (hash_map_count(file->map) >= USER_NAMES_COUNT_LIMIT ||
        hash_map_get(file->map, view_from(&id, sizeof(id))))
        return;
    copy = arena_alloc(file->arena, sizeof(*copy));
    key = arena_alloc(file->arena, sizeof(*key));
    if (!copy || !key)
        return;
    *key = id;
    copy->name = arena_copy(file->arena, entry->name);
    copy->home = arena_copy(file->arena, entry->home);
    copy->shell = arena_copy(file->arena, entry->shell);
    hash_map_put(file->map, view_from(key, sizeof(*key)), copy);
}

/* "name:x:0:0:comment:/root:/bin/sh", "name:x:0:members" */
static void add_line(struct names_of_file *file, struct view line)
{
    struct user_entry entry = {.name = view_cut(&line, ':')};
    struct view id;
    uint64_t number;

    view_cut(&line, ':');
    id = view_cut(&line, ':');
    view_cut(&line, ':');
    view_cut(&line, ':');
    entry.home = view_cut(&line, ':');
    entry.shell = view_cut(&line, ':');
    if (entry.name.len && view_to_u64(id, &number) && number <= UINT32_MAX)
        add(file, (uint32_t)number, &entry);
}

static void read_file(struct names_of_file *file, int fd)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(USER_NAMES_FILE_LIMIT + 1);
    struct error err = ERROR_INIT;
    char *room = buf_reserve(&text, USER_NAMES_FILE_LIMIT);
    ssize_t length = room ? fd_read_full(fd, room, USER_NAMES_FILE_LIMIT, &err) : -1;
    struct view rest = view_from(room, length > 0 ? (size_t)length : 0);

    clear(file);
    if (length < 0 || !prepare(file))
        return;
    while (rest.ptr && rest.len)
        add_line(file, view_line(&rest));
}

/* ---- files ---- */

/* The root of the host is that of its first process, which a sensor in a
 * container sees when it shares the host's processes; else its own. */
static int open_root(uint32_t pid)
{
    char name[64];
    int root;

    snprintf(name, sizeof(name), "/proc/%u/root", pid);
    root = open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    /* The first process may be out of reach; the host's root is ours, mostly. */
    if (root < 0 && pid == HOST_PID)
        root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return root < 0 && pid == HOST_PID ? open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) : root;
}

static int open_below(uint32_t pid, const char *path)
{
    _cleanup_close_ int root = open_root(pid);
    struct error err = ERROR_INIT;
    int fd = -1;

    if (root < 0 || path_open_in(root, path, O_RDONLY | O_CLOEXEC, &fd, &err) < 0)
        return -1;
    return fd;
}

/* Reads the file anew when it is another than the one that was read. A
 * file that can't be opened leaves what is known: the process may have ended. */
static void look(struct names_of_file *file, uint32_t pid, const char *path)
{
    _cleanup_close_ int fd = open_below(pid, path);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        return;
    if (file->map && status.st_ino == file->inode &&
        status.st_mtim.tv_sec == file->changed.tv_sec &&
        status.st_mtim.tv_nsec == file->changed.tv_nsec)
        return;
    file->inode = status.st_ino;
    file->changed = status.st_mtim;
    read_file(file, fd);
}

/* ---- places ---- */

static void free_place(struct place *place)
{
    clear(&place->files[0]);
    clear(&place->files[1]);
    free(place->container);
    *place = (struct place){0};
}

static struct place *oldest(struct user_names *names)
{
    struct place *found = &names->places[0];

    for (size_t i = 1; i < names->count; i++)
        if (names->places[i].used < found->used)
            found = &names->places[i];
    free_place(found);
    return found;
}

static struct place *find_place(struct user_names *names, struct view container)
{
    size_t last = names->last;

    for (size_t i = 0; i < names->count; i++) {
        /* Questions come in runs about one container. */
        struct place *place = &names->places[(last + i) % names->count];

        if (!place->container || !view_eq(view_from(place->container, place->length), container))
            continue;
        names->last = (size_t)(place - names->places);
        place->used = ++names->clock;
        return place;
    }
    return NULL;
}

static struct place *place_of(struct user_names *names, struct view container)
{
    struct place *place = find_place(names, container);
    char *id;

    if (place)
        return place;
    id = strndup(container.len ? container.ptr : "", container.len);
    if (!id)
        return NULL;
    place = names->count < USER_NAMES_CONTAINERS ? &names->places[names->count++] : oldest(names);
    place->container = id;
    place->length = container.len;
    place->used = ++names->clock;
    return place;
}

/* ---- the object ---- */

int user_names_new(bool live, struct user_names **ret, struct error *err)
{
    struct user_names *names = calloc(1, sizeof(*names));

    if (!names)
        return error_memory(err);
    names->live = live;
    *ret = names;
    return 0;
}

void user_names_free(struct user_names *names)
{
    for (size_t i = 0; names && i < names->count; i++)
        free_place(&names->places[i]);
    free(names);
}

void user_names_forget(struct user_names *names, struct view container)
{
    struct place *place = find_place(names, container);

    if (place)
        free_place(place);
}

void user_names_add(struct user_names *names, struct view container, bool group, uint32_t id,
                    const struct user_entry *entry)
{
    struct place *place = place_of(names, container);

    if (place && prepare(&place->files[group]))
        add(&place->files[group], id, entry);
}

static const struct user_entry *find(struct user_names *names, struct view container, uint32_t pid,
                                     uint32_t id, uint64_t now, bool group)
{
    struct place *place = place_of(names, container);
    struct names_of_file *file = place ? &place->files[group] : NULL;

    if (!file)
        return NULL;
    if (names->live &&
        (!file->looked || now > file->looked + (uint64_t)USER_NAMES_PERIOD * SECOND)) {
        file->looked = now ? now : 1;
        look(file, container.len ? pid : HOST_PID, paths[group]);
    }
    return file->map ? hash_map_get(file->map, view_from(&id, sizeof(id))) : NULL;
}

bool user_names_user(struct user_names *names, struct view container, uint32_t pid, uint32_t uid,
                     uint64_t now, struct user_entry *ret)
{
    const struct user_entry *entry = find(names, container, pid, uid, now, false);

    if (entry)
        *ret = *entry;
    return entry != NULL;
}

bool user_names_group(struct user_names *names, struct view container, uint32_t pid, uint32_t gid,
                      uint64_t now, struct view *ret)
{
    const struct user_entry *entry = find(names, container, pid, gid, now, true);

    if (entry)
        *ret = entry->name;
    return entry != NULL;
}
