#include <stdio.h>
#include <time.h>

#include "sensor/detect/event-read.h"
#include "sensor/detect/fields.h"

#define SECOND INT64_C(1000000000)

static int64_t event_time(const struct reading *r)
{
    return observation_clock(r->o, r->o->event->time);
}

struct rule_values field_missing(const struct reading *r)
{
    (void)r;
    return FIELD_MISSING;
}

struct rule_values field_event_number(const struct reading *r)
{
    return field_number(r, (int64_t)r->o->number);
}

/* ---- time ---- */

/* UTC. */
struct rule_values field_event_time(const struct reading *r)
{
    static const struct {
        char between; /* of date and time; 0: no date */
        bool fraction;
        const char *zone;
    } formats[] = {
        [TIME_OF_DAY] = {0, true, ""},          [TIME_OF_DAY_SECONDS] = {0, false, ""},
        [TIME_ISO] = {'T', true, "+0000"},      [TIME_DATE] = {' ', true, ""},
        [TIME_DATE_SECONDS] = {' ', false, ""},
    };
    char date[32] = "", fraction[16] = "";
    int64_t time = event_time(r);
    time_t seconds = time / SECOND;
    struct tm t;

    if (time < 0 || !gmtime_r(&seconds, &t))
        return FIELD_MISSING;
    if (formats[r->how].between)
        snprintf(date, sizeof(date), "%04d-%02d-%02d%c", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                 formats[r->how].between);
    if (formats[r->how].fraction)
        snprintf(fraction, sizeof(fraction), ".%09lld", (long long)(time % SECOND));
    return field_filled(r, arena_printf(r->scratch, "%s%02d:%02d:%02d%s%s", date, t.tm_hour,
                                        t.tm_min, t.tm_sec, fraction, formats[r->how].zone));
}

static struct rule_values part_of_time(const struct reading *r, int64_t time, int part)
{
    return field_number(r, part == RAW_TIME           ? time
                           : part == RAW_TIME_SECONDS ? time / SECOND
                                                      : time % SECOND);
}

struct rule_values field_event_raw_time(const struct reading *r)
{
    return part_of_time(r, event_time(r), r->how);
}

struct rule_values field_event_relative(const struct reading *r)
{
    uint64_t from = r->how < SINCE_PREVIOUS ? r->o->first_time : r->o->previous_time;

    return part_of_time(r, from ? (int64_t)(r->o->event->time - from) : 0, r->how % SINCE_PREVIOUS);
}

/* ---- what it is ---- */

/* Each event has its result: there is none of a call that begins. */
struct rule_values field_event_direction(const struct reading *r)
{
    return field_string(r, "<");
}

struct rule_values field_event_is_async(const struct reading *r)
{
    return field_bool(r, false);
}

struct rule_values field_event_type(const struct reading *r)
{
    return field_string(r, r->cache->call ? r->cache->call->name : NULL);
}

struct rule_values field_event_type_is(const struct reading *r)
{
    const struct syscall *call = r->cache->call;

    return field_number(r, call && view_eq(r->use->argument, view_of(call->name)));
}

struct rule_values field_syscall_type(const struct reading *r)
{
    const struct syscall *call = r->cache->call;

    return field_string(r, call && call->number != SYSCALL_NONE ? call->kernel_name : NULL);
}

/* Of calls that only move bytes the descriptor says what they are about. */
static const char *category_of_descriptor(const struct reading *r)
{
    switch (observation_letter(r)) {
    case 'f':
    case 'd':
        return "file";
    case '4':
    case '6':
        return "net";
    case 'p':
    case 'u':
    case 'e':
    case 's':
        return "ipc";
    default:
        return "unknown";
    }
}

struct rule_values field_event_category(const struct reading *r)
{
    const struct syscall *call = r->cache->call;

    if (!call)
        return FIELD_MISSING;
    return field_string(r, call->category ? call->category : category_of_descriptor(r));
}

struct rule_values field_event_cpu(const struct reading *r)
{
    return field_number(r, r->o->event->cpu);
}

struct rule_values field_event_count(const struct reading *r)
{
    return field_number(r, 1);
}

struct rule_values field_event_host_name(const struct reading *r)
{
    return field_filled(r, r->o->host_name);
}

struct rule_values field_event_source(const struct reading *r)
{
    return field_string(r, rule_source_sensor.name);
}

/* ---- the result ---- */

/* The end of a process, and what is no call, has none. */
static bool has_result(const struct reading *r)
{
    return r->cache->call && r->cache->call->number != SYSCALL_NONE;
}

static int64_t result_of(const struct reading *r)
{
    const struct sensor_event *event = r->o->event;

    if (event->kind == SENSOR_EXEC)
        return 0;
    return event->kind == SENSOR_FORK ? event->other : event->result;
}

struct rule_values field_event_result(const struct reading *r)
{
    int64_t result = result_of(r);
    const char *name;

    if (!has_result(r))
        return FIELD_MISSING;
    if (result >= 0)
        return field_text(r, VIEW("SUCCESS"));
    name = result >= -INT32_MAX ? syscall_error_name((unsigned)-result) : NULL;
    return name ? field_string(r, name)
                : field_filled(r, arena_printf(r->scratch, "%lld", (long long)result));
}

struct rule_values field_event_raw_result(const struct reading *r)
{
    return has_result(r) ? field_number(r, result_of(r)) : FIELD_MISSING;
}

struct rule_values field_event_failed(const struct reading *r)
{
    return field_bool(r, has_result(r) && result_of(r) < 0);
}

/* ---- bytes that move ---- */

static enum syscall_io io_of(const struct reading *r)
{
    return r->cache->call ? (enum syscall_io)r->cache->call->io : SYSCALL_IO_NONE;
}

struct rule_values field_event_io(const struct reading *r)
{
    enum syscall_io io = io_of(r);

    return field_bool(r, r->how == IO_ANY     ? io != SYSCALL_IO_NONE
                         : r->how == IO_READS ? io == SYSCALL_IO_READ
                                              : io == SYSCALL_IO_WRITE);
}

struct rule_values field_event_io_direction(const struct reading *r)
{
    static const char *const letters[] = {NULL, "r", "w"};

    return field_string(r, letters[io_of(r)]);
}

struct rule_values field_event_buffer(const struct reading *r)
{
    struct view data;

    return observation_data(r, &data) ? field_text(r, data) : FIELD_MISSING;
}

struct rule_values field_event_buffer_length(const struct reading *r)
{
    if (io_of(r) == SYSCALL_IO_NONE || r->o->event->result < 0)
        return FIELD_MISSING;
    return field_number(r, r->o->event->result);
}

struct rule_values field_event_waits(const struct reading *r)
{
    return field_bool(r, r->cache->call && r->cache->call->waits);
}

struct rule_values field_event_is_syslog(const struct reading *r)
{
    struct rule_values name = FIELD_MISSING;

    if (io_of(r) == SYSCALL_IO_WRITE)
        name = observation_name(r);
    return field_bool(r, name.count && view_find_view(name.items[0].text, VIEW("/dev/log")) >= 0);
}

/* `how`: OPEN_* of abi/filter.h. */
struct rule_values field_event_open(const struct reading *r)
{
    const struct syscall *call = r->cache->call;
    bool opens = call && call->shape == SHAPE_OPEN && r->o->event->kind == SENSOR_SYSCALL;

    return field_bool(r, opens && (observation_open_detail(r->cache) & (unsigned)r->how));
}
