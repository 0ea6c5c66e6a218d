#include "sensor/state/user-names.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/path.h"
#include "sensor/state/container-file.h"

enum {
    TEXT_LIMIT = 4 << 20,
    SECOND = 1000000000,
    HOST_PID = 1,
    LOOK = AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
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
    size_t last; /* place that was asked for last */
    user_names_told *told;
    void *context;
    uint64_t clock; /* counts questions, so that the oldest is known */
};

static const char *const names_of[2] = {"passwd", "group"}; /* below etc */

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

static void add(struct names_of_file *file, uint32_t id, const struct user_entry *entry)
{
    struct user_entry *copy;
    uint32_t *key;

    if (hash_map_count(file->map) >= USER_NAMES_COUNT_LIMIT)
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

/* "name:x:0:0:comment:/root:/bin/sh", "name:x:0:members". The first line of a number
 * counts, as for the C library. */
static void add_line(struct names_of_file *file, struct view line)
{
    struct user_entry entry = {.name = view_cut(&line, ':')};
    uint64_t number;
    uint32_t id;

    view_cut(&line, ':');
    if (!view_to_u64(view_cut(&line, ':'), &number) || number > UINT32_MAX || !entry.name.len)
        return;
    view_cut(&line, ':');
    view_cut(&line, ':');
    entry.home = view_cut(&line, ':');
    entry.shell = view_cut(&line, ':');
    id = (uint32_t)number;
    if (!hash_map_get(file->map, view_from(&id, sizeof(id))))
        add(file, id, &entry);
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

/* All names of a file that has been read, to whom wants them. */
static void tell(const struct user_names *names, const struct place *place, bool group)
{
    const struct hash_map *map = place->files[group].map;

    for (size_t i = 0; names->told && map && i < hash_map_count(map) && i < USER_NAMES_TOLD_LIMIT;
         i++) {
        struct view key;
        const struct user_entry *entry = hash_map_at(map, i, &key);
        uint32_t id;

        memcpy(&id, key.ptr, sizeof(id));
        names->told(view_from(place->container, place->length), group, id, entry, names->context);
    }
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

static bool is_host_root(int root)
{
    _cleanup_close_ int host = open_root(HOST_PID);
    struct statx own, other;

    /* A container's file system need not answer: what the kernel knows is enough. */
    return host >= 0 && statx(host, "", LOOK, STATX_INO, &own) == 0 &&
           statx(root, "", LOOK, STATX_INO, &other) == 0 &&
           own.stx_dev_major == other.stx_dev_major && own.stx_dev_minor == other.stx_dev_minor &&
           own.stx_ino == other.stx_ino;
}

/* Is it another file, or another state of it, than what was read? */
static bool is_changed(struct names_of_file *file, const struct stat *status)
{
    if (file->map && status->st_ino == file->inode &&
        status->st_mtim.tv_sec == file->changed.tv_sec &&
        status->st_mtim.tv_nsec == file->changed.tv_nsec)
        return false;
    file->inode = status->st_ino;
    file->changed = status->st_mtim;
    return true;
}

enum sight {
    SEEN,
    SEEN_HOST, /* the process has the host's root */
    SEEN_NONE, /* there is no such process any more */
};

static bool open_names(const struct place *place, bool group, uint32_t pid, int root, int *ret_fd)
{
    char path[16];

    if (place->length)
        return container_file_open(pid, root, "etc", names_of[group], ret_fd, NULL) == 0;
    snprintf(path, sizeof(path), "etc/%s", names_of[group]);
    return path_open_in(root, path, O_RDONLY | O_CLOEXEC, ret_fd, NULL) == 0;
}

/* Reads the file anew when it has changed. One that can't be opened leaves what is
 * known. */
static enum sight look(const struct user_names *names, struct place *place, bool group,
                       uint32_t pid)
{
    _cleanup_close_ int root = open_root(pid), fd = -1;
    struct stat status;

    if (root < 0)
        return SEEN_NONE;
    if (place->length && is_host_root(root))
        return SEEN_HOST;
    if (!open_names(place, group, pid, root, &fd) || fstat(fd, &status) < 0 ||
        !S_ISREG(status.st_mode))
        return SEEN;
    if (is_changed(&place->files[group], &status)) {
        read_file(&place->files[group], fd);
        tell(names, place, group);
    }
    return SEEN;
}

/* The container's first process, of the host the first of all; 0: not known. */
static uint32_t first_of(const struct container *container)
{
    if (!container)
        return HOST_PID;
    return container->metadata ? container->metadata->init_pid : 0;
}

/* Through who of the container still lives: the process, who it came of, the first one. */
static enum sight look_by(const struct user_names *names, struct place *place, bool group,
                          const struct container *container, const struct process *process)
{
    enum sight sight = SEEN_NONE;
    uint32_t first = first_of(container);

    for (int i = 0; container && i <= USER_NAMES_ANCESTORS && sight == SEEN_NONE; i++) {
        if (!process || process->container != container)
            break;
        if (!process->ended)
            sight = look(names, place, group, process->pid);
        process = process->parent;
    }
    return sight == SEEN_NONE && first ? look(names, place, group, first) : sight;
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

void user_names_on_read(struct user_names *names, user_names_told *told, void *context)
{
    names->told = told;
    names->context = context;
}

void user_names_add(struct user_names *names, struct view container, bool group, uint32_t id,
                    const struct user_entry *entry)
{
    struct place *place = place_of(names, container);

    if (place && prepare(&place->files[group]))
        add(&place->files[group], id, entry);
}

static const struct user_entry *find(struct user_names *names, const struct container *container,
                                     const struct process *process, uint32_t id, uint64_t now,
                                     bool group)
{
    struct place *place = place_of(names, container ? container->id : VIEW_EMPTY);
    struct names_of_file *file = place ? &place->files[group] : NULL;

    if (!file)
        return NULL;
    if (names->live &&
        (!file->looked || now > file->looked + (uint64_t)USER_NAMES_PERIOD * SECOND)) {
        enum sight sight = look_by(names, place, group, container, process);

        if (sight == SEEN_HOST)
            return find(names, NULL, NULL, id, now, group);
        if (sight == SEEN)
            file->looked = now ? now : 1;
    }
    return file->map ? hash_map_get(file->map, view_from(&id, sizeof(id))) : NULL;
}

bool user_names_user(struct user_names *names, const struct container *container,
                     const struct process *process, uint32_t uid, uint64_t now,
                     struct user_entry *ret)
{
    const struct user_entry *entry = find(names, container, process, uid, now, false);

    if (entry)
        *ret = *entry;
    return entry != NULL;
}

bool user_names_group(struct user_names *names, const struct container *container,
                      const struct process *process, uint32_t gid, uint64_t now, struct view *ret)
{
    const struct user_entry *entry = find(names, container, process, gid, now, true);

    if (entry)
        *ret = entry->name;
    return entry != NULL;
}
