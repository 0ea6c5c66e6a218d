#include "sensor/detect/address-names.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "rule/condition.h"
#include "rule/program/literal.h"

struct address {
    uint8_t family;
    uint8_t bytes[16];
};

struct answer {
    struct address list[ADDRESS_NAMES_ADDRESSES];
    size_t count;
};

struct watched {
    char *name;
    struct answer known;
    bool told; /* what is known was handed to address_names_take()'s callback */
};

/* What both threads see. Freed by the one that ends last. */
struct shared {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    atomic_bool fresh; /* some answer was not taken yet */
    bool stop, running;
    char *names[ADDRESS_NAMES_LIMIT];
    struct answer answers[ADDRESS_NAMES_LIMIT];
    bool answered[ADDRESS_NAMES_LIMIT];
    size_t count;
};

struct address_names {
    struct watched list[ADDRESS_NAMES_LIMIT];
    size_t count;
    struct shared *shared; /* NULL: nothing is looked up */
};

/* ---- the thread ---- */

static void add_address(struct answer *answer, uint8_t family, const uint8_t *bytes)
{
    struct address address = {.family = family};

    memcpy(address.bytes, bytes, family == 4 ? 4 : 16);
    for (size_t i = 0; i < answer->count; i++)
        if (memcmp(&answer->list[i], &address, sizeof(address)) == 0)
            return;
    if (answer->count < ADDRESS_NAMES_ADDRESSES)
        answer->list[answer->count++] = address;
}

static void look_up(const char *name, struct answer *ret)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;

    ret->count = 0;
    if (getaddrinfo(name, NULL, &hints, &found) != 0)
        return;
    for (const struct addrinfo *at = found; at; at = at->ai_next) {
        if (at->ai_family == AF_INET)
            add_address(ret, 4, (const uint8_t *)&((struct sockaddr_in *)at->ai_addr)->sin_addr);
        else if (at->ai_family == AF_INET6)
            add_address(ret, 6, (const uint8_t *)&((struct sockaddr_in6 *)at->ai_addr)->sin6_addr);
    }
    freeaddrinfo(found);
}

static void shared_free(struct shared *shared)
{
    for (size_t i = 0; i < shared->count; i++)
        free(shared->names[i]);
    pthread_cond_destroy(&shared->changed);
    pthread_mutex_destroy(&shared->lock);
    free(shared);
}

/* Looks all names up, from `from` on. Holds the lock but while it asks. */
static void look_up_all(struct shared *shared, size_t from)
{
    for (size_t i = from; i < shared->count && !shared->stop; i++) {
        const char *name = shared->names[i]; /* lives as long as the thread */
        struct answer answer;

        pthread_mutex_unlock(&shared->lock);
        look_up(name, &answer);
        pthread_mutex_lock(&shared->lock);
        if (!answer.count)
            continue;
        shared->answers[i] = answer;
        shared->answered[i] = true;
        atomic_store(&shared->fresh, true);
    }
}

static void *run(void *argument)
{
    struct shared *shared = argument;
    size_t done = 0;

    pthread_mutex_lock(&shared->lock);
    while (!shared->stop) {
        struct timespec until;

        look_up_all(shared, done);
        done = shared->count;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += ADDRESS_NAMES_PERIOD;
        while (!shared->stop && shared->count == done)
            if (pthread_cond_timedwait(&shared->changed, &shared->lock, &until) != 0) {
                done = 0;
                break;
            }
    }
    pthread_mutex_unlock(&shared->lock);
    shared_free(shared);
    return NULL;
}

static struct shared *shared_new(void)
{
    struct shared *shared = calloc(1, sizeof(*shared));
    pthread_condattr_t attributes;

    if (!shared)
        return NULL;
    pthread_mutex_init(&shared->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&shared->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return shared;
}

/* Called with the lock. A name server that hangs must not hold the program's end
 * up, so nobody joins the thread. */
static void start(struct shared *shared)
{
    pthread_attr_t attributes;
    pthread_t thread;

    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    shared->running = pthread_create(&thread, &attributes, run, shared) == 0;
    pthread_attr_destroy(&attributes);
}

/* ---- the object ---- */

int address_names_new(bool resolve, struct address_names **ret, struct error *err)
{
    struct address_names *names = calloc(1, sizeof(*names));

    if (names && resolve)
        names->shared = shared_new();
    if (!names || (resolve && !names->shared)) {
        free(names);
        return error_memory(err);
    }
    *ret = names;
    return 0;
}

void address_names_free(struct address_names *names)
{
    bool running;

    if (!names)
        return;
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i].name);
    if (names->shared) {
        pthread_mutex_lock(&names->shared->lock);
        names->shared->stop = true;
        running = names->shared->running;
        pthread_cond_signal(&names->shared->changed);
        pthread_mutex_unlock(&names->shared->lock);
        if (!running)
            shared_free(names->shared);
    }
    free(names);
}

/* Its place; the count: it is not watched. */
static size_t place_of(const struct address_names *names, struct view name)
{
    size_t i = 0;

    while (i < names->count && !view_eq_nocase(view_of(names->list[i].name), name))
        i++;
    return i;
}

static struct watched *find(struct address_names *names, struct view name)
{
    size_t place = place_of(names, name);

    return place < names->count ? &names->list[place] : NULL;
}

bool address_names_is_watched(const struct address_names *names, struct view name)
{
    return place_of(names, name) < names->count;
}

static struct watched *watch(struct address_names *names, struct view name)
{
    struct watched *watched = find(names, name);

    if (watched || names->count == ADDRESS_NAMES_LIMIT || !name.len ||
        name.len > ADDRESS_NAME_LENGTH || memchr(name.ptr, '\0', name.len))
        return watched;
    watched = &names->list[names->count];
    watched->name = strndup(name.ptr, name.len);
    if (!watched->name)
        return NULL;
    names->count++;
    return watched;
}

void address_names_watch(struct address_names *names, struct view name)
{
    struct shared *shared = names->shared;
    size_t before = names->count;

    if (!watch(names, name) || names->count == before || !shared)
        return;
    pthread_mutex_lock(&shared->lock);
    /* The thread has its own copies: it may outlive this object. */
    shared->names[shared->count] = strdup(names->list[before].name);
    if (shared->names[shared->count]) {
        shared->count++;
        if (!shared->running)
            start(shared);
        pthread_cond_signal(&shared->changed);
    }
    pthread_mutex_unlock(&shared->lock);
}

void address_names_add(struct address_names *names, struct view name, uint8_t family,
                       const uint8_t *address)
{
    struct watched *watched = watch(names, name);

    if (watched && (family == 4 || family == 6))
        add_address(&watched->known, family, address);
}

/* An answer takes the place of the one before: addresses move on to others. */
static void take_fresh(struct address_names *names)
{
    struct shared *shared = names->shared;

    if (!shared || !atomic_load(&shared->fresh) || pthread_mutex_trylock(&shared->lock) != 0)
        return;
    atomic_store(&shared->fresh, false);
    for (size_t i = 0; i < shared->count; i++) {
        struct watched *watched =
            shared->answered[i] ? find(names, view_of(shared->names[i])) : NULL;

        shared->answered[i] = false;
        if (!watched)
            continue;
        watched->known = shared->answers[i];
        watched->told = false;
    }
    pthread_mutex_unlock(&shared->lock);
}

void address_names_take(struct address_names *names, address_names_told *told, void *context)
{
    take_fresh(names);
    for (size_t i = 0; i < names->count; i++) {
        struct watched *watched = &names->list[i];

        for (size_t k = 0; told && !watched->told && k < watched->known.count; k++)
            told(view_of(watched->name), watched->known.list[k].family,
                 watched->known.list[k].bytes, context);
        watched->told |= told != NULL;
    }
}

size_t address_names_of(struct address_names *names, uint8_t family, const uint8_t *address,
                        struct view ret[static ADDRESS_NAMES_OF_ONE])
{
    size_t length = family == 4 ? 4 : 16, count = 0;

    take_fresh(names);
    for (size_t i = 0; i < names->count; i++) {
        const struct answer *known = &names->list[i].known;

        for (size_t k = 0; k < known->count && count < ADDRESS_NAMES_OF_ONE; k++)
            if (known->list[k].family == family &&
                memcmp(known->list[k].bytes, address, length) == 0) {
                ret[count++] = view_of(names->list[i].name);
                break;
            }
    }
    return count;
}

/* ---- which names rules ask for ---- */

static bool is_domain_field(const struct rule_condition *condition)
{
    static const char *const fields[] = {"fd.cip.name", "fd.sip.name", "fd.lip.name",
                                         "fd.rip.name"};

    for (size_t i = 0; condition->use && condition->use->field && i < 4; i++)
        if (strcmp(condition->use->field->name, fields[i]) == 0)
            return true;
    return false;
}

void address_names_watch_program(struct address_names *names, const struct rule_program *program)
{
    for (size_t i = 0; i < rule_condition_count(program); i++) {
        struct rule_condition condition = {0};

        rule_condition_read(program, (uint32_t)i, &condition);
        if (condition.kind != RULE_CONDITION_TEST || !is_domain_field(&condition) ||
            (condition.test != RULE_TEST_EQUAL && condition.test != RULE_TEST_MEMBERS))
            continue;
        for (size_t k = 0; k < condition.literal_count; k++)
            address_names_watch(names, rule_condition_literal(program, &condition, k)->text);
    }
}
