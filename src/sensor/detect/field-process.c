#include "sensor/detect/event-read.h"
#include "sensor/detect/fields.h"
#include "sensor/syscall/names.h"

static const struct process *own_or_parent(const struct reading *r)
{
    const struct process *process = r->o->process;

    return process && r->how == OF_PARENT ? process->parent : process;
}

/* ---- texts ---- */

static struct view name_of(const struct process *process)
{
    return view_from(process->comm, strnlen(process->comm, sizeof(process->comm)));
}

/* What a process is called, and what it was given. */
static struct view join_line(struct view first, struct view rest, struct arena *scratch)
{
    char *text;

    if (!rest.len)
        return first;
    text = arena_alloc(scratch, first.len + rest.len + 1);
    if (!text)
        return first;
    memcpy(text, first.ptr, first.len);
    text[first.len] = ' ';
    memcpy(text + first.len + 1, rest.ptr, rest.len);
    return view_from(text, first.len + 1 + rest.len);
}

static struct view command_line(const struct reading *r, const struct process *process)
{
    struct observation_cache *cache = r->cache;
    struct view rest = process->image ? process->image->arguments : VIEW_EMPTY;

    if (process != r->o->process)
        return join_line(name_of(process), rest, r->scratch);
    if (!cache->command_line_known) {
        cache->command_line_known = true;
        cache->command_line = join_line(name_of(process), rest, r->scratch);
    }
    return cache->command_line;
}

static struct view text_of(const struct reading *r, const struct process *process,
                           enum process_text text)
{
    const struct program_image *image = process->image;

    switch (text) {
    case PROCESS_NAME:
        return name_of(process);
    case PROCESS_COMMAND_LINE:
        return command_line(r, process);
    case PROCESS_CWD:
        return process->cwd;
    case PROCESS_EXE:
        return image ? image->exe : VIEW_EMPTY;
    case PROCESS_EXE_PATH:
        return image ? image->exepath : VIEW_EMPTY;
    }
    return VIEW_EMPTY;
}

/* `how`: enum process_text. Falco has "<NA>" for a name that is not known. */
struct rule_values field_process_text(const struct reading *r)
{
    struct view text;

    if (!r->o->process)
        return r->how == PROCESS_NAME ? field_text(r, FIELD_UNKNOWN) : FIELD_MISSING;
    text = text_of(r, r->o->process, (enum process_text)r->how);
    if (!text.len && r->how == PROCESS_NAME)
        text = FIELD_UNKNOWN;
    return field_text(r, text);
}

struct rule_values field_process_parent(const struct reading *r)
{
    const struct process *parent = r->o->process ? r->o->process->parent : NULL;

    return parent ? field_text(r, text_of(r, parent, (enum process_text)r->how)) : FIELD_MISSING;
}

/* ---- leaders ---- */

/* The ancestor that leads the session or group; the oldest of its members that is
 * known when the leader has ended and is gone. */
static const struct process *leader_of(const struct process *process, bool group)
{
    const struct process *found = process;

    for (unsigned i = 0; process && i < PROCESS_DEPTH_LIMIT; i++, process = process->parent) {
        if (group ? process->pgid != found->pgid : process->sid != found->sid)
            break;
        found = process;
        if (process->pid == (group ? process->pgid : process->sid))
            break;
    }
    return found;
}

/* `how`: LEADER_* + enum process_text. */
struct rule_values field_process_leader(const struct reading *r)
{
    const struct process *leader;

    if (!r->o->process)
        return FIELD_MISSING;
    leader = leader_of(r->o->process, r->how >= LEADER_GROUP);
    return field_filled(r, text_of(r, leader, (enum process_text)(r->how % LEADER_GROUP)));
}

struct rule_values field_process_is_leader(const struct reading *r)
{
    const struct process *process = r->o->process;

    if (!process)
        return FIELD_MISSING;
    return field_bool(r, r->how == LEADER_GROUP ? process->vpgid == process->vpid
                                                : process->sid == process->pid);
}

struct rule_values field_process_is_group_leader(const struct reading *r)
{
    const struct process *process = r->o->process;

    return process ? field_bool(r, process->pgid == process->pid) : FIELD_MISSING;
}

/* ---- arguments ---- */

struct rule_values field_process_arguments(const struct reading *r)
{
    const struct program_image *image = r->o->process ? r->o->process->image : NULL;
    struct view rest;

    if (!image)
        return FIELD_MISSING;
    if (!r->use->has_argument)
        return field_text(r, image->arguments);
    rest = image->argv;
    for (uint64_t i = 0; rest.ptr && i < image->argument_count; i++) {
        struct view one = view_cut(&rest, '\0');

        if (i == r->use->index)
            return field_text(r, one);
    }
    return FIELD_MISSING;
}

struct rule_values field_process_command_line(const struct reading *r)
{
    const struct process *process = own_or_parent(r);

    return process ? field_text(r, command_line(r, process)) : FIELD_MISSING;
}

struct rule_values field_process_exe_line(const struct reading *r)
{
    const struct program_image *image = r->o->process ? r->o->process->image : NULL;

    return image ? field_text(r, join_line(image->exe, image->arguments, r->scratch))
                 : FIELD_MISSING;
}

struct rule_values field_process_argument_count(const struct reading *r)
{
    const struct program_image *image = r->o->process ? r->o->process->image : NULL;

    return image ? field_number(r, image->argument_count) : FIELD_MISSING;
}

/* Bytes of all, without what is between them. */
struct rule_values field_process_argument_length(const struct reading *r)
{
    const struct program_image *image = r->o->process ? r->o->process->image : NULL;
    size_t length = 0;

    if (!image)
        return FIELD_MISSING;
    for (size_t i = 0; i < image->argv.len; i++)
        length += image->argv.ptr[i] != '\0';
    return field_number(r, (int64_t)length);
}

/* ---- numbers ---- */

/* As people and /proc/PID/stat have it; the kernel's own has 20 bits of minor number first. */
static uint32_t device_number(uint32_t kernel)
{
    uint32_t major = kernel >> 20, minor = kernel & 0xfffff;

    return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

/* Who came into the container by another way has no number. */
struct rule_values field_process_depth(const struct reading *r)
{
    const struct process *process = r->o->process, *p = process;

    for (unsigned depth = 0; depth <= PROCESS_DEPTH_LIMIT; depth++) {
        if (!p || !p->container || p->container != process->container)
            break;
        if (p->is_command)
            return field_number(r, depth);
        p = p->parent;
    }
    return FIELD_MISSING;
}

struct rule_values field_process_number(const struct reading *r)
{
    const struct process *p = r->o->process;

    if (!p || ((r->how == PROCESS_PARENT || r->how == PROCESS_PARENT_VPID) && !p->parent))
        return FIELD_MISSING;
    switch (r->how) {
    case PROCESS_PARENT:
        return field_number(r, p->parent->pid);
    case PROCESS_VPID:
        return field_number(r, p->vpid);
    case PROCESS_PARENT_VPID:
        return field_number(r, p->parent->vpid);
    case PROCESS_SID:
        return field_number(r, p->vsid);
    case PROCESS_VPGID:
        return field_number(r, p->vpgid);
    case PROCESS_PGID:
        return field_number(r, p->pgid);
    case PROCESS_TTY:
        return field_number(r, device_number(p->tty));
    case PROCESS_THREADS:
        return field_number(r, p->thread_count);
    case PROCESS_CHILDREN:
        return field_number(r, p->child_count);
    default:
        return field_number(r, p->pid);
    }
}

/* The oldest of the process and its ancestors that looks like a shell. */
struct rule_values field_process_login_shell(const struct reading *r)
{
    const struct process *process = r->o->process;
    uint32_t found = 0;

    for (unsigned i = 0; process && i < PROCESS_DEPTH_LIMIT; i++, process = process->parent)
        if (view_ends(name_of(process), VIEW("sh")))
            found = process->pid;
    return found ? field_number(r, found) : FIELD_MISSING;
}

/* ---- time ---- */

struct rule_values field_process_time(const struct reading *r)
{
    const struct process *process = own_or_parent(r);

    return process && process->start ? field_number(r, observation_clock(r->o, process->start))
                                     : FIELD_MISSING;
}

struct rule_values field_process_duration(const struct reading *r)
{
    const struct process *process = own_or_parent(r);

    if (!process || !process->start || process->start > r->o->event->time)
        return FIELD_MISSING;
    return field_number(r, (int64_t)(r->o->event->time - process->start));
}

struct rule_values field_process_namespace_start(const struct reading *r)
{
    const struct process *process = r->o->process;

    return process ? field_number(r, observation_clock(r->o, process->namespace_start))
                   : FIELD_MISSING;
}

/* ---- the executable ---- */

/* `how`: the flag. */
struct rule_values field_process_exe_flag(const struct reading *r)
{
    const struct program_image *image = r->o->process ? r->o->process->image : NULL;

    return field_bool(r, image && (image->flags & (uint32_t)r->how));
}

struct rule_values field_process_exe_inode(const struct reading *r)
{
    const struct program_image *image = r->o->process ? r->o->process->image : NULL;

    return image ? field_number(r, (int64_t)image->exe_inode) : FIELD_MISSING;
}

struct rule_values field_process_exe_time(const struct reading *r)
{
    const struct program_image *image = r->o->process ? r->o->process->image : NULL;
    int64_t changed, started, within;

    if (!image || !(r->how == EXE_MTIME ? image->exe_mtime : image->exe_ctime))
        return FIELD_MISSING;
    changed = image->exe_ctime;
    started = observation_clock(r->o, r->o->process->start);
    within = observation_clock(r->o, r->o->process->namespace_start);
    switch (r->how) {
    case EXE_CTIME:
        return field_number(r, changed);
    case EXE_MTIME:
        return field_number(r, image->exe_mtime);
    case EXE_SINCE_START: /* changed before it was run */
        return r->o->process->start && started > changed
                   ? field_number(r, (int64_t)((uint64_t)started - (uint64_t)changed))
                   : FIELD_MISSING;
    default: /* changed after the container began */
        return within < changed ? field_number(r, (int64_t)((uint64_t)changed - (uint64_t)within))
                                : FIELD_MISSING;
    }
}

/* ---- ancestors ---- */

static struct rule_values ancestor_value(const struct reading *r, const struct process *process)
{
    if (r->how == ANCESTOR_PID)
        return field_number(r, process->pid);
    return field_text(r, text_of(r, process, (enum process_text)r->how));
}

/* All, without the process itself. Processes are made by process_table, which
 * never has a process among its own ancestors. */
static struct rule_values all_ancestors(const struct reading *r)
{
    const struct process *first = r->o->process->parent, *process = first;
    struct rule_value *values;
    size_t count = 0;

    for (; process && count < PROCESS_DEPTH_LIMIT; process = process->parent)
        count++;
    values = field_values(r, count);
    if (!values)
        return FIELD_MISSING;
    process = first;
    for (size_t i = 0; i < count; i++, process = process->parent) {
        values[i] = (struct rule_value){.type = r->use->field->type};
        if (r->how == ANCESTOR_PID)
            values[i].number = process->pid;
        else
            values[i].text = text_of(r, process, (enum process_text)r->how);
    }
    return field_list(values, count);
}

/* `how`: enum process_text or ANCESTOR_PID. [0] is the process itself, as in Falco. */
struct rule_values field_process_ancestor(const struct reading *r)
{
    const struct process *process = r->o->process;

    if (!process)
        return FIELD_MISSING;
    if (!r->use->has_argument)
        return all_ancestors(r);
    for (uint64_t i = 0; process && i < r->use->index; i++)
        process = i < PROCESS_DEPTH_LIMIT ? process->parent : NULL;
    return process ? ancestor_value(r, process) : FIELD_MISSING;
}

/* ---- threads ---- */

struct rule_values field_thread_number(const struct reading *r)
{
    const struct process *process = r->o->process;
    const struct sensor_event *event = r->o->event;

    if (r->how == THREAD_ID)
        return field_number(r, event->tid);
    if (!process)
        return FIELD_MISSING;
    if (event->tid == event->pid)
        return field_number(r, process->vpid);
    /* The number within another namespace is told of main threads only. */
    return process->vpid == process->pid ? field_number(r, event->tid) : FIELD_MISSING;
}

struct rule_values field_thread_is_main(const struct reading *r)
{
    return field_bool(r, r->o->event->tid == r->o->event->pid);
}

static struct view capability_names(struct observation_flags *memory, uint64_t value)
{
    if (memory->length && memory->value == value)
        return view_from(memory->text, memory->length);
    memory->value = value;
    memory->length = 0;
    for (const struct syscall_name *name = syscall_capabilities; name->name; name++) {
        size_t length = strlen(name->name);

        if (!(value >> name->value & 1) || memory->length + length + 1 > sizeof(memory->text))
            continue;
        if (memory->length)
            memory->text[memory->length++] = ' ';
        memcpy(memory->text + memory->length, name->name, length);
        memory->length += length;
    }
    return view_from(memory->text, memory->length);
}

struct view observation_capabilities(const struct reading *r, unsigned set)
{
    const struct sensor_credentials *credentials = observation_credentials(r->o);
    uint64_t sets[3];

    if (!credentials)
        return VIEW_EMPTY;
    sets[0] = credentials->inheritable;
    sets[1] = credentials->permitted;
    sets[2] = credentials->effective;
    return capability_names(&r->cache->flags[set], sets[set]);
}

/* `how`: SET_*. */
struct rule_values field_thread_capabilities(const struct reading *r)
{
    return observation_credentials(r->o)
               ? field_text(r, observation_capabilities(r, (unsigned)r->how))
               : FIELD_MISSING;
}
