#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "sensor/abi/record.h"
#include "sensor/detect/event-read.h"
#include "sensor/detect/fields.h"
#include "sensor/state/user-names.h"
#include "sensor/syscall/names.h"

enum { ARGUMENTS_TEXT_LIMIT = 64 << 10 };

/* One argument, as it is and as people read it. */
struct shown {
    bool there;
    bool is_number;
    int64_t number;
    struct view raw;  /* of what is no number */
    struct view text; /* empty: the raw value says all */
};

static struct shown number_shown(int64_t number, struct view text)
{
    return (struct shown){.there = true, .is_number = true, .number = number, .text = text};
}

static struct shown text_shown(struct view raw, struct view text)
{
    return (struct shown){.there = true, .raw = raw, .text = text};
}

/* ---- raw values ---- */

static int64_t result_of(const struct reading *r)
{
    const struct sensor_event *event = r->o->event;

    return event->kind == SENSOR_EXEC   ? 0
           : event->kind == SENSOR_FORK ? event->other
                                        : event->result;
}

/* Signed numbers of 32 bits are extended, others are as they are. */
static int64_t number_of(const struct reading *r, const struct syscall_argument *a)
{
    uint64_t raw;

    if (a->position == SYSCALL_RESULT)
        return result_of(r);
    raw = r->o->event->arguments[a->position];
    if (a->width == 64)
        return (int64_t)raw;
    switch (a->notation) {
    case NOTATION_UNSIGNED:
    case NOTATION_HEX:
    case NOTATION_FLAGS:
    case NOTATION_OCTAL:
    case NOTATION_MODE:
        return (int64_t)(uint32_t)raw;
    default:
        return (int32_t)raw;
    }
}

static struct view error_text(int64_t result)
{
    return result < 0 && result >= -INT32_MAX ? view_of(syscall_error_name((unsigned)-result))
                                              : VIEW_EMPTY;
}

/* ---- descriptors ---- */

static struct view named_descriptor(char letter, struct view name, struct arena *scratch)
{
    if (!letter)
        return VIEW_EMPTY;
    return arena_printf(scratch, "<%c>%.*s", letter, VIEW_ARG(name));
}

/* Sockets say their transport, too: "<4t>", "<6u>". */
static struct view event_descriptor(const struct reading *r)
{
    struct rule_values name = observation_name(r);
    char letter = observation_letter(r);
    struct view text = name.count ? name.items[0].text : VIEW_EMPTY;

    if ((letter == '4' || letter == '6') && r->cache->socket)
        return arena_printf(r->scratch, "<%c%s>%.*s", letter,
                            r->cache->socket->type == SOCK_STREAM  ? "t"
                            : r->cache->socket->type == SOCK_DGRAM ? "u"
                                                                   : "",
                            VIEW_ARG(text));
    return named_descriptor(letter, text, r->scratch);
}

/* What an argument that is not the event's own descriptor is. */
static struct view other_descriptor(const struct reading *r, const struct syscall_argument *a)
{
    const struct sensor_descriptor *descriptor;
    struct view bytes, file = VIEW_EMPTY;

    if (!record_find(r->o->event, SENSOR_DESCRIPTOR, a->position, &bytes) ||
        bytes.len < sizeof(*descriptor))
        return VIEW_EMPTY;
    descriptor = (const void *)bytes.ptr;
    record_find(r->o->event, SENSOR_FILE, a->position, &file);
    return named_descriptor(descriptor_letter(descriptor),
                            descriptor_name(descriptor, file, r->scratch), r->scratch);
}

static struct shown descriptor_shown(const struct reading *r, const struct syscall_argument *a)
{
    int64_t number = number_of(r, a), own;

    if (number < 0 && a->position == SYSCALL_RESULT)
        return number_shown(number, error_text(number));
    if (observation_number(r, &own) && own == number && r->cache->descriptor)
        return number_shown(number, event_descriptor(r));
    return number_shown(number,
                        a->position == SYSCALL_RESULT ? VIEW_EMPTY : other_descriptor(r, a));
}

static struct shown directory_shown(const struct reading *r, const struct syscall_argument *a)
{
    int64_t number = number_of(r, a);
    struct view directory;

    if (number == AT_FDCWD)
        return number_shown(number, VIEW("AT_FDCWD"));
    if (record_find(r->o->event, SENSOR_DIRECTORY, a->position + 1, &directory))
        return number_shown(number, named_descriptor('d', directory, r->scratch));
    return descriptor_shown(r, a);
}

/* ---- texts ---- */

/* A new program has its path in a parameter of its own. */
static struct shown path_shown(const struct reading *r, const struct syscall_argument *a)
{
    struct view raw;

    if (observation_raw_path(r->cache, a->position, &raw))
        return text_shown(raw, observation_path(r, a->position));
    if (r->o->event->kind != SENSOR_EXEC || !record_find(r->o->event, SENSOR_FILENAME, -1, &raw))
        return (struct shown){0};
    return text_shown(raw,
                      path_join(r->o->process ? r->o->process->cwd : VIEW_EMPTY, raw, r->scratch));
}

static struct shown parameter_shown(const struct reading *r, enum sensor_parameter_kind kind,
                                    int index)
{
    struct view text;

    return record_find(r->o->event, kind, index, &text) ? text_shown(text, VIEW_EMPTY)
                                                        : (struct shown){0};
}

static struct shown raw_path_shown(const struct reading *r, const struct syscall_argument *a)
{
    struct shown shown = parameter_shown(r, SENSOR_PATH, a->position);

    return shown.there ? shown : parameter_shown(r, SENSOR_TEXT, a->position);
}

/* The address argument by itself: "10.0.0.1:80", or a path. */
static struct shown address_shown(const struct reading *r)
{
    const struct sensor_socket *address = r->cache->address;
    struct sensor_socket far;
    struct observation_cache alone = {.decoded = true};
    struct reading reading = *r;

    if (!address)
        return (struct shown){0};
    if (address->family == AF_UNIX)
        return text_shown(r->cache->address_path, VIEW_EMPTY);
    /* As the only end, as of a socket that listens. */
    far = *address;
    far.flags = SENSOR_SOCKET_LISTENS;
    far.local_port = address->remote_port;
    memcpy(far.local, address->remote, sizeof(far.local));
    far.remote_port = 0;
    memset(far.remote, 0, sizeof(far.remote));
    alone.socket = &far;
    reading.cache = &alone;
    return text_shown(observation_ends_text(&reading), VIEW_EMPTY);
}

static struct shown tuple_shown(const struct reading *r)
{
    struct rule_values name = r->cache->socket ? observation_name(r) : FIELD_MISSING;

    return name.count ? text_shown(name.items[0].text, VIEW_EMPTY) : (struct shown){0};
}

/* ---- names of values ---- */

static struct shown flags_shown(const struct reading *r, const struct syscall_argument *a)
{
    uint64_t value = (uint64_t)number_of(r, a);
    const struct sensor_descriptor *descriptor = r->cache->descriptor;
    struct view text;

    if (a->capture == CAPTURE_OPEN_HOW || a->capture == CAPTURE_CLONE_ARGS) {
        if (!record_parameter(r->o->event, SENSOR_FLAGS, a->position))
            return (struct shown){0};
        value = r->cache->open_flags;
    }
    text = field_flag_names(a->names, value, "|", r->scratch);
    if (a->names == syscall_open_flags && descriptor && descriptor->layer != SENSOR_LAYER_NONE)
        text = arena_printf(r->scratch, "%.*s|%s", VIEW_ARG(text),
                            descriptor->layer == SENSOR_LAYER_UPPER ? "FD_UPPER_LAYER"
                                                                    : "FD_LOWER_LAYER");
    return number_shown((int64_t)value, text);
}

static struct shown mode_shown(const struct reading *r, const struct syscall_argument *a)
{
    uint64_t value = (uint64_t)number_of(r, a);

    if (a->capture == CAPTURE_OPEN_HOW) {
        if (!record_parameter(r->o->event, SENSOR_MODE, a->position))
            return (struct shown){0};
        value = r->cache->open_mode;
    }
    if (a->notation == NOTATION_OCTAL)
        return number_shown((int64_t)value,
                            value ? arena_printf(r->scratch, "0%llo", (unsigned long long)value)
                                  : VIEW_EMPTY);
    return number_shown((int64_t)value, field_flag_names(a->names, value, "|", r->scratch));
}

static struct shown id_shown(const struct reading *r, const struct syscall_argument *a)
{
    int64_t number = number_of(r, a);
    struct user_entry user = {0};

    if (number < 0 && number >= INT32_MIN && (uint32_t)number != UINT32_MAX)
        number = (int64_t)(uint32_t)number;
    if (a->notation == NOTATION_UID)
        observation_user(r, (uint32_t)number, &user);
    else
        observation_group(r, (uint32_t)number, &user.name);
    return number_shown(number, arena_copy(r->scratch, user.name));
}

static struct shown capabilities_shown(const struct reading *r, const struct syscall_argument *a)
{
    if (!r->o->process)
        return (struct shown){0};
    return text_shown(observation_capabilities(r, a->position), VIEW_EMPTY);
}

static struct shown exe_flags_shown(const struct reading *r, const struct syscall_argument *a)
{
    const struct program_image *image = r->o->process ? r->o->process->image : NULL;

    if (!image)
        return (struct shown){0};
    return number_shown(image->flags, field_flag_names(a->names, image->flags, "|", r->scratch));
}

/* ---- all ---- */

static struct view value_text(const struct rule_value *value, struct arena *scratch)
{
    switch (value->type) {
    case RULE_NUMBER:
    case RULE_TIME:
        return arena_printf(scratch, "%lld", (long long)value->number);
    case RULE_BOOL:
        return value->boolean ? VIEW("true") : VIEW("false");
    default:
        return value->text;
    }
}

static struct shown field_shown(const struct reading *r, const struct syscall_argument *a)
{
    struct rule_values values = fields_read(r, a->field);

    if (!values.count)
        return (struct shown){0};
    if (values.items[0].type == RULE_NUMBER || values.items[0].type == RULE_TIME)
        return number_shown(values.items[0].number, VIEW_EMPTY);
    return text_shown(value_text(&values.items[0], r->scratch), VIEW_EMPTY);
}

static struct shown exit_shown(const struct reading *r, enum syscall_notation notation)
{
    int status = (int)r->o->event->result;
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    if (notation == NOTATION_EXIT_CORE)
        return number_shown(WIFSIGNALED(status) && WCOREDUMP(status), VIEW_EMPTY);
    if (notation == NOTATION_EXIT_SIGNAL)
        return number_shown(signal, view_of(syscall_signal_name((unsigned)signal)));
    return number_shown(WIFEXITED(status) ? WEXITSTATUS(status) : 0, VIEW_EMPTY);
}

static struct shown hexadecimal_shown(int64_t number, struct arena *scratch)
{
    return number_shown(number, arena_printf(scratch, "0x%llx", (unsigned long long)number));
}

static struct shown show(const struct reading *r, const struct syscall_argument *a)
{
    bool is_call = r->o->event->kind == SENSOR_SYSCALL;
    int64_t number = 0;

    switch ((enum syscall_notation)a->notation) {
    case NOTATION_PATH:
        return path_shown(r, a);
    case NOTATION_RAW_PATH:
        return raw_path_shown(r, a);
    case NOTATION_TEXT:
        return parameter_shown(r, SENSOR_TEXT, a->position);
    case NOTATION_BUFFER:
        return parameter_shown(r, SENSOR_DATA, -1);
    case NOTATION_ADDRESS:
        return address_shown(r);
    case NOTATION_TUPLE:
        return tuple_shown(r);
    case NOTATION_CAPABILITIES:
        return capabilities_shown(r, a);
    case NOTATION_EXE_FLAGS:
        return exe_flags_shown(r, a);
    case NOTATION_FIELD:
        return field_shown(r, a);
    case NOTATION_EXIT_CODE:
    case NOTATION_EXIT_SIGNAL:
    case NOTATION_EXIT_CORE:
        return exit_shown(r, (enum syscall_notation)a->notation);
    default:
        break;
    }
    /* The others are registers, which only calls have. */
    if (!is_call && a->position != SYSCALL_RESULT)
        return (struct shown){0};
    number = number_of(r, a);
    switch ((enum syscall_notation)a->notation) {
    case NOTATION_DESCRIPTOR:
        return descriptor_shown(r, a);
    case NOTATION_DIRFD:
        return directory_shown(r, a);
    case NOTATION_ERROR:
        return number_shown(number, error_text(number));
    case NOTATION_ENUM:
        return number_shown(number, view_of(field_enum_name(a->names, (uint64_t)number)));
    case NOTATION_FLAGS:
        return flags_shown(r, a);
    case NOTATION_MODE:
    case NOTATION_OCTAL:
        return mode_shown(r, a);
    case NOTATION_UID:
    case NOTATION_GID:
        return id_shown(r, a);
    case NOTATION_SIGNAL:
        return number_shown(number, view_of(syscall_signal_name((unsigned)number)));
    case NOTATION_HEX:
        return hexadecimal_shown(number, r->scratch);
    default:
        return number_shown(number, VIEW_EMPTY);
    }
}

static struct view raw_text(const struct shown *shown, struct arena *scratch)
{
    return shown->is_number ? arena_printf(scratch, "%lld", (long long)shown->number) : shown->raw;
}

bool argument_text(const struct reading *r, const struct syscall_argument *argument,
                   struct view *ret)
{
    struct shown shown = show(r, argument);

    if (shown.there)
        *ret = shown.text.len ? shown.text : raw_text(&shown, r->scratch);
    return shown.there;
}

/* By its name, or by its number in the order of evt.args. */
static const struct syscall_argument *find(const struct reading *r)
{
    const struct syscall_argument *a = r->cache->call ? r->cache->call->arguments : NULL;
    uint64_t index;

    if (!a || !view_to_u64(r->use->argument, &index))
        return a ? syscall_argument(r->cache->call, r->use->argument) : NULL;
    while (a->name && index--)
        a++;
    return a->name ? a : NULL;
}

struct rule_values field_argument(const struct reading *r)
{
    const struct syscall_argument *argument = find(r);
    struct view text;

    return argument && argument_text(r, argument, &text) ? field_text(r, text) : FIELD_MISSING;
}

struct rule_values field_raw_argument(const struct reading *r)
{
    const struct syscall_argument *argument = find(r);
    struct shown shown = {0};

    if (argument)
        shown = show(r, argument);
    if (!shown.there)
        return FIELD_MISSING;
    return shown.is_number ? field_number(r, shown.number) : field_text(r, shown.raw);
}

/* "res=0 path=x(/tmp/x) flags=1(O_WRONLY)" */
struct rule_values field_arguments(const struct reading *r)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(ARGUMENTS_TEXT_LIMIT);

    if (!r->cache->call)
        return FIELD_MISSING;
    for (const struct syscall_argument *a = r->cache->call->arguments; a->name; a++) {
        struct shown shown = show(r, a);
        struct view raw;

        if (!shown.there)
            continue;
        raw = raw_text(&shown, r->scratch);
        buf_addf(&text, "%s%s=", text.len ? " " : "", a->name);
        buf_add(&text, raw);
        if (!shown.text.len || view_eq(shown.text, raw))
            continue;
        buf_add_char(&text, '(');
        buf_add(&text, shown.text);
        buf_add_char(&text, ')');
    }
    return field_text(r, arena_copy(r->scratch, buf_view(&text)));
}
