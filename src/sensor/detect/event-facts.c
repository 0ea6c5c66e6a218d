#include "sensor/detect/event-facts.h"

#include "sensor/detect/cheap-facts.h"
#include "sensor/detect/event-read.h"
#include "sensor/detect/filter-record.h"

/* A number is a profile (abi/filter.h), but that of an open has no bits of what it
 * creates, and has this one. */
enum {
    OPEN_ACCESS = OPEN_READS | OPEN_WRITES,
    OPEN_FILE = 1 << 2, /* fd.type = file */
    OPEN_DETAILS = 1 << 5,
};

static const struct {
    const char *field, *value;
} of_files[] = {{"fd.type", "file"}, {"fd.typechar", "f"}};

/* ---- the class ---- */

/* Numbers of calls, and two more. */
enum { CLASS_PROCESS_EXIT = FILTER_CALLS, CLASS_NONE, CLASSES };

static const struct syscall *call_of(const struct observation *observation)
{
    if (!observation->cache->decoded)
        observation_decode(observation);
    return observation->cache->call;
}

static unsigned class_of(const void *event)
{
    const struct syscall *call = call_of(event);

    if (!call)
        return CLASS_NONE;
    return call->number == SYSCALL_NONE ? CLASS_PROCESS_EXIT : call->number;
}

static struct view class_name(unsigned number)
{
    const struct syscall *call =
        number == CLASS_PROCESS_EXIT ? &syscall_process_exit : syscall_by_number(number);

    return call ? view_of(call->name) : VIEW_EMPTY;
}

/* ---- of an event ---- */

static unsigned detail_of(const struct reading *r)
{
    const struct observation_cache *cache = r->cache;

    switch (cache->call->shape) {
    case SHAPE_OPEN:
        return (observation_open_detail(cache) & OPEN_ACCESS) |
               (observation_letter(r) == 'f' ? OPEN_FILE : 0);
    case SHAPE_DESCRIPTOR:
        return cache->failed_new ? FILTER_FD_UNKNOWN
                                 : filter_record_kind(cache->descriptor, cache->socket);
    default:
        return 0;
    }
}

/* Calls only: what else happens has results of its own. */
static unsigned facts_of(const void *event)
{
    const struct observation *observation = event;
    const struct observation_cache *cache = observation->cache;
    const struct reading reading = {.o = observation, .cache = observation->cache};
    enum sensor_event_kind kind = observation->event->kind;
    bool fails = kind == SENSOR_SYSCALL && observation->event->result < 0;

    if (!call_of(observation) || (kind != SENSOR_SYSCALL && kind != SENSOR_EXEC) ||
        (cache->failed_open && cache->descriptor)) /* fd.num is not -1 then */
        return RULE_FACTS_UNKNOWN;
    return (fails ? PROFILE_FAILED : 0) | (observation->container ? PROFILE_CONTAINER : 0) |
           detail_of(&reading) << PROFILE_DETAIL_SHIFT;
}

/* ---- of a test ---- */

static bool tests_type(const struct rule_condition *test, size_t *ret_which)
{
    if (!test->use || test->transformed || test->use->has_argument)
        return false;
    for (size_t i = 0; i < sizeof(of_files) / sizeof(of_files[0]); i++)
        if (strcmp(test->use->field->name, of_files[i].field) == 0) {
            *ret_which = i;
            return true;
        }
    return false;
}

static unsigned detail_at(unsigned facts)
{
    return facts >> PROFILE_DETAIL_SHIFT;
}

/* What a profile of any creation says, if all such do. */
static bool all_have(struct profile_set set, unsigned facts)
{
    unsigned rest = facts & ((1U << PROFILE_DETAIL_SHIFT) - 1);

    for (unsigned detail = 0; detail < OPEN_DETAILS; detail++)
        if ((detail & OPEN_ACCESS) == (detail_at(facts) & OPEN_ACCESS) &&
            !profiles_have(set, rest | detail << PROFILE_DETAIL_SHIFT))
            return false;
    return true;
}

static struct profile_set of_opens(struct profile_set set)
{
    struct profile_set all = PROFILES_NONE;

    for (unsigned facts = 0; facts < FILTER_PROFILES; facts++)
        if (all_have(set, facts))
            profiles_add(&all, facts);
    return all;
}

static struct profile_set opened_files(void)
{
    struct profile_set files = PROFILES_NONE;

    for (unsigned facts = 0; facts < FILTER_PROFILES; facts++)
        if (detail_at(facts) & OPEN_FILE)
            profiles_add(&files, facts);
    return files;
}

static struct condition_weight weigh_open(const struct rule_program *program,
                                          const struct rule_condition *test,
                                          struct condition_weight weight)
{
    enum fact fact;
    size_t which;

    if (!tests_type(test, &which))
        return (struct condition_weight){of_opens(weight.holds), of_opens(weight.fails)};
    fact = cheap_fact_of_text(program, test, of_files[which].value);
    return (struct condition_weight){fact == FACT_HOLDS ? opened_files() : PROFILES_NONE,
                                     fact == FACT_FAILS ? opened_files() : PROFILES_NONE};
}

static void decide(const struct rule_program *program, const struct rule_condition *test,
                   struct view class, struct rule_fact_set *ret_holds,
                   struct rule_fact_set *ret_fails)
{
    const struct syscall *call = syscall_by_name(class);
    struct condition_weight weight = {PROFILES_NONE, PROFILES_NONE};

    if (call)
        weight = cheap_facts(program, test, call);
    if (call && call->shape == SHAPE_OPEN)
        weight = weigh_open(program, test, weight);
    memcpy(ret_holds->words, weight.holds.words, sizeof(ret_holds->words));
    memcpy(ret_fails->words, weight.fails.words, sizeof(ret_fails->words));
}

_Static_assert((int)FILTER_PROFILES == (int)RULE_FACTS_LIMIT, "a number of facts is a profile");

const struct rule_facts event_facts = {
    .class_count = CLASSES,
    .class_of = class_of,
    .class_name = class_name,
    .of = facts_of,
    .decide = decide,
};
