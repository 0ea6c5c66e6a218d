#include "sensor/container/inquiry.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/hash.h"
#include "sensor/container/answer-queue.h"
#include "sensor/container/breaker.h"
#include "sensor/container/client.h"
#include "sensor/container/question.h"

enum {
    ROUTE_LIMIT = 4,
    SHORTEST_TIMEOUT = 100, /* milliseconds that a runtime gets in any case */
    FIRST_RETRY = 50,       /* milliseconds until a container that nobody knew is asked for again */
};

_Static_assert((int)INQUIRY_ANSWER_LIMIT == (int)ANSWER_DOCUMENT_LIMIT, "one limit");

static const uint64_t NS_PER_MS = 1000000, NS_PER_SECOND = 1000000000;

/* After the answer before. */
static const unsigned renewal_milliseconds[INQUIRY_RENEWALS] = {250, 1000, 4000};

struct route {
    size_t count;
    enum client_kind kinds[ROUTE_LIMIT];
};

/* None for LXC and machines of systemd: nothing more is known of them. */
static const struct route routes[CONTAINER_RUNTIME_COUNT] = {
    [CONTAINER_DOCKER] = {4, {CLIENT_FILES, CLIENT_DOCKER, CLIENT_CONTAINERD, CLIENT_FILES}},
    [CONTAINER_CONTAINERD] = {3, {CLIENT_CONTAINERD, CLIENT_DOCKER, CLIENT_FILES}},
    [CONTAINER_CRIO] = {2, {CLIENT_CRIO, CLIENT_FILES}},
    [CONTAINER_PODMAN] = {3, {CLIENT_FILES, CLIENT_PODMAN, CLIENT_FILES}},
    [CONTAINER_OTHER] = {3, {CLIENT_FILES, CLIENT_CONTAINERD, CLIENT_FILES}},
};

/* Where questions for one client wait, and the thread that works on them. */
struct desk {
    struct inquiry *inquiry;
    struct client client;
    struct breaker breaker;
    struct question_queue queue;
    pthread_cond_t wake;
    pthread_t thread;
    bool has_thread;
};

struct inquiry {
    struct sandbox *sandbox;
    char *root_path;
    int root;
    uint64_t deadline; /* nanoseconds */
    struct docker_home docker_home;
    char *sockets[CLIENT_KINDS], *cri_socket;
    struct waiting_answer *taken; /* what the taker looks at */
    struct desk desks[CLIENT_KINDS];

    pthread_mutex_t lock; /* of all below, and of the desks' queues */
    struct answer_queue answers;
    size_t waiting; /* questions and answers */
    struct inquiry_counts counts;
    struct error last_error;
    bool stopping;
};

const struct sandbox_op *const inquiry_ops = &answer_op;
const size_t inquiry_op_count = 1;

const char *const *inquiry_usual_sockets(enum container_runtime runtime)
{
    static const char *const none[] = {NULL};

    for (size_t i = 0; i < CLIENT_KINDS; i++)
        if (client_types[i].runtime == runtime && client_types[i].places)
            return client_types[i].places;
    return none;
}

/* ---- Answers ---- */

/* Locked. */
static void push_answer(struct inquiry *inquiry, struct waiting_answer *answer)
{
    inquiry->waiting++;
    answer_queue_add(&inquiry->answers, answer);
}

bool inquiry_take(struct inquiry *inquiry, struct inquiry_answer *ret)
{
    struct waiting_answer *answer;

    free(take_ptr(&inquiry->taken));
    pthread_mutex_lock(&inquiry->lock);
    answer = answer_queue_take(&inquiry->answers);
    if (answer)
        inquiry->waiting--;
    pthread_mutex_unlock(&inquiry->lock);
    if (!answer)
        return false;
    inquiry->taken = answer;
    *ret = (struct inquiry_answer){
        .runtime = answer->runtime,
        .id = waiting_answer_id(answer),
        .json = waiting_answer_json(answer),
    };
    return true;
}

int inquiry_descriptor(const struct inquiry *inquiry)
{
    return inquiry->answers.event;
}

/* ---- What becomes of a question; all locked ---- */

static void put(struct inquiry *inquiry, enum client_kind kind, struct question *question)
{
    struct desk *desk = &inquiry->desks[kind];

    question_queue_add(&desk->queue, question);
    pthread_cond_signal(&desk->wake);
}

static void drop(struct inquiry *inquiry, struct question *question)
{
    inquiry->waiting--;
    free(question);
}

static void answer_unknown(struct inquiry *inquiry, struct question *question)
{
    struct waiting_answer *answer =
        waiting_answer_new(question->runtime, question_id(question), VIEW_EMPTY);

    inquiry->counts.unknown++;
    if (answer)
        push_answer(inquiry, answer);
    drop(inquiry, question);
}

/* Asks the next of the route; after the last everybody again, as long as there is time. */
static void go_on(struct inquiry *inquiry, struct question *question, uint64_t now)
{
    const struct route *route = &routes[question->runtime];
    uint64_t pause = (FIRST_RETRY * NS_PER_MS) << question->rounds;

    question->step++;
    if (question->step >= route->count) {
        if (now + pause >= question->deadline) {
            answer_unknown(inquiry, question);
            return;
        }
        question->rounds++;
        question->step = 0;
        question->due = now + pause;
    }
    put(inquiry, route->kinds[question->step], question);
}

static bool is_whole(enum client_kind kind, const struct gathering *g)
{
    return g->answer.init_pid && g->answer.started_known && !g->early &&
           !(kind == CLIENT_FILES && g->runtime == CONTAINER_DOCKER);
}

static void renew_later(struct inquiry *inquiry, struct question *question, enum client_kind kind,
                        uint64_t now)
{
    if (question->renewals >= INQUIRY_RENEWALS) {
        drop(inquiry, question);
        return;
    }
    question->due = now + renewal_milliseconds[question->renewals++] * NS_PER_MS;
    put(inquiry,
        question->runtime == CONTAINER_DOCKER && kind == CLIENT_FILES ? CLIENT_DOCKER : kind,
        question);
}

/* The cgroup may have named the wrong one; Docker's containers are containerd's, too. */
static enum container_runtime runtime_of(enum client_kind kind, const struct question *question)
{
    enum container_runtime told = client_types[kind].runtime;

    return told == CONTAINER_RUNTIME_COUNT || question->runtime == CONTAINER_DOCKER
               ? question->runtime
               : told;
}

static void accept(struct inquiry *inquiry, struct question *question, enum client_kind kind,
                   const struct gathering *g, uint64_t now)
{
    enum container_runtime told = runtime_of(kind, question);
    struct view json = g->answer.json;
    uint64_t said = hash_stable(json);
    struct waiting_answer *answer =
        said == question->said ? NULL : waiting_answer_new(told, question_id(question), json);

    if (answer)
        push_answer(inquiry, answer);
    if (question->renewals == 0)
        inquiry->counts.answered++;
    else if (answer)
        inquiry->counts.renewed++;
    if (question->renewals == 0 && now > question->deadline)
        inquiry->counts.late++;
    question->said = said;
    if (is_whole(kind, g))
        drop(inquiry, question);
    else
        renew_later(inquiry, question, kind, now);
}

/* ---- The threads ---- */

/* A slow runtime leaves time for the ones behind it. */
static uint64_t timeout_of(const struct inquiry *inquiry, const struct question *question,
                           uint64_t now)
{
    uint64_t until = now + inquiry->deadline / 3 * 2;
    uint64_t shortest = now + SHORTEST_TIMEOUT * NS_PER_MS;

    if (!question->renewals && until > question->deadline)
        until = question->deadline;
    return until > shortest ? until : shortest;
}

static bool is_last(const struct question *question)
{
    return question->step + 1 == routes[question->runtime].count;
}

/* Does a failure say something about the runtime, and not only about one container? */
static bool is_runtimes_fault(const struct gathering *g, int kind)
{
    return !g->blameless && (kind == ERROR_TIMEOUT || kind == ERROR_NETWORK || kind == ERROR_IO ||
                             kind == ERROR_DENIED);
}

/* Unlocked: the question is nobody else's meanwhile. */
static int ask_client(struct desk *desk, struct question *question, struct gathering *g,
                      struct error *err)
{
    const struct client_type *type = desk->client.type;
    uint64_t now = clock_now_ns();
    int r;

    if (!breaker_allows(&desk->breaker, now))
        return error_set(err, ERROR_CANCELLED, "%s is not asked for a while: it failed",
                         type->name);
    g->deadline = timeout_of(desk->inquiry, question, now);
    r = type->ask(&desk->client, g, err);
    if (r < 0 && type->places && is_runtimes_fault(g, r))
        breaker_failed(&desk->breaker, r == ERROR_TIMEOUT, clock_now_ns());
    else if (r != ERROR_CANCELLED)
        breaker_succeeded(&desk->breaker);
    return r;
}

static void work_on(struct desk *desk, enum client_kind kind, struct question *question)
{
    struct inquiry *inquiry = desk->inquiry;
    struct gathering g = {
        .sandbox = inquiry->sandbox,
        .root = inquiry->root,
        .runtime = question->runtime,
        .id = question_id(question),
        .last_resort = is_last(question) || question->renewals,
    };
    struct error err = ERROR_INIT;
    int r = ask_client(desk, question, &g, &err);

    pthread_mutex_lock(&inquiry->lock);
    if (r < 0 && r != ERROR_NOT_FOUND && r != ERROR_CANCELLED) {
        inquiry->counts.failed++;
        inquiry->last_error = err;
    }
    if (r == 0)
        accept(inquiry, question, kind, &g, clock_now_ns());
    else if (!question->renewals)
        go_on(inquiry, question, clock_now_ns());
    else if (r == ERROR_NOT_FOUND)
        drop(inquiry, question); /* it has ended */
    else
        renew_later(inquiry, question, kind, clock_now_ns());
    pthread_mutex_unlock(&inquiry->lock);
    gathering_done(&g);
}

static void wait_until(struct desk *desk, uint64_t time)
{
    struct timespec until = {
        .tv_sec = (time_t)(time / NS_PER_SECOND),
        .tv_nsec = (long)(time % NS_PER_SECOND),
    };

    if (time)
        pthread_cond_timedwait(&desk->wake, &desk->inquiry->lock, &until);
    else
        pthread_cond_wait(&desk->wake, &desk->inquiry->lock);
}

static struct question *next_question(struct desk *desk)
{
    struct inquiry *inquiry = desk->inquiry;
    struct question *question = NULL;
    uint64_t next = 0;

    pthread_mutex_lock(&inquiry->lock);
    while (!inquiry->stopping &&
           !(question = question_queue_take(&desk->queue, clock_now_ns(), &next)))
        wait_until(desk, next);
    pthread_mutex_unlock(&inquiry->lock);
    return question;
}

static void *run_desk(void *ctx)
{
    struct desk *desk = ctx;
    enum client_kind kind = (enum client_kind)(desk - desk->inquiry->desks);
    struct question *question;

    while ((question = next_question(desk)))
        work_on(desk, kind, question);
    return NULL;
}

/* ---- The object ---- */

/* Locked. Where there is no room, what somebody did not know gives way. */
static bool make_room(struct inquiry *inquiry)
{
    struct question *unknown = NULL;

    if (inquiry->waiting < INQUIRY_QUEUE_LIMIT)
        return true;
    if (inquiry->waiting >= INQUIRY_WAITING_LIMIT)
        return false;
    for (int i = 0; !unknown && i < CLIENT_KINDS; i++)
        unknown = question_queue_take_unknown(&inquiry->desks[i].queue);
    if (unknown)
        answer_unknown(inquiry, unknown);
    return unknown;
}

bool inquiry_ask(struct inquiry *inquiry, enum container_runtime runtime, struct view id)
{
    struct question *question = question_new(runtime, id);
    bool room;

    pthread_mutex_lock(&inquiry->lock);
    room = question && make_room(inquiry);
    if (room) {
        inquiry->counts.asked++;
        inquiry->waiting++;
        question->deadline = clock_now_ns() + inquiry->deadline;
        if (routes[runtime].count)
            put(inquiry, routes[runtime].kinds[0], question);
        else
            answer_unknown(inquiry, question);
    } else {
        inquiry->counts.refused++;
    }
    pthread_mutex_unlock(&inquiry->lock);
    if (!room)
        free(question);
    return room;
}

struct inquiry_counts inquiry_counts(const struct inquiry *inquiry)
{
    struct inquiry *i = (struct inquiry *)inquiry;
    struct inquiry_counts counts;

    pthread_mutex_lock(&i->lock);
    counts = i->counts;
    pthread_mutex_unlock(&i->lock);
    return counts;
}

void inquiry_last_error(const struct inquiry *inquiry, struct error *ret)
{
    struct inquiry *i = (struct inquiry *)inquiry;

    pthread_mutex_lock(&i->lock);
    *ret = i->last_error;
    pthread_mutex_unlock(&i->lock);
}

static int copy_text(const char *text, char **ret, struct error *err)
{
    *ret = text ? strdup(text) : NULL;
    return text && !*ret ? error_memory(err) : 0;
}

static int copy_options(struct inquiry *inquiry, const struct inquiry_options *options,
                        struct error *err)
{
    const struct {
        const char *from;
        char **to;
    } texts[] = {
        {options->docker_socket, &inquiry->sockets[CLIENT_DOCKER]},
        {options->containerd_socket, &inquiry->sockets[CLIENT_CONTAINERD]},
        {options->crio_socket, &inquiry->sockets[CLIENT_CRIO]},
        {options->podman_socket, &inquiry->sockets[CLIENT_PODMAN]},
        {options->cri_socket, &inquiry->cri_socket},
        {options->root ? options->root : "", &inquiry->root_path},
    };
    unsigned deadline = options->deadline_milliseconds;
    int r = 0;

    inquiry->sandbox = options->sandbox;
    inquiry->deadline = (deadline ? deadline : INQUIRY_DEADLINE) * NS_PER_MS;
    for (size_t i = 0; r == 0 && i < sizeof(texts) / sizeof(texts[0]); i++)
        r = copy_text(texts[i].from, texts[i].to, err);
    return r;
}

static int open_descriptors(struct inquiry *inquiry, struct error *err)
{
    const char *root = inquiry->root_path[0] ? inquiry->root_path : "/";

    if (answer_queue_open(&inquiry->answers, err) < 0)
        return err ? err->kind : ERROR_IO;
    inquiry->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return inquiry->root < 0 ? error_errno(err, "cannot open %s", root) : 0;
}

static int start_thread(struct desk *desk, struct error *err)
{
    sigset_t all, before;
    int r;

    /* Signals are the main thread's. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    r = pthread_create(&desk->thread, NULL, run_desk, desk);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    desk->has_thread = r == 0;
    errno = r;
    return r ? error_errno(err, "cannot start a thread") : 0;
}

static int open_desk(struct inquiry *inquiry, enum client_kind kind, struct error *err)
{
    struct desk *desk = &inquiry->desks[kind];

    desk->client.root = inquiry->root_path;
    desk->client.socket = inquiry->sockets[kind];
    desk->client.cri_socket = inquiry->cri_socket;
    desk->client.docker_home = &inquiry->docker_home;
    return client_init(&desk->client, &client_types[kind], err);
}

static int open_all(struct inquiry *inquiry, struct error *err)
{
    int r = open_descriptors(inquiry, err);

    for (int i = 0; r == 0 && i < CLIENT_KINDS; i++)
        r = open_desk(inquiry, (enum client_kind)i, err);
    for (int i = 0; r == 0 && i < CLIENT_KINDS; i++)
        r = start_thread(&inquiry->desks[i], err);
    return r;
}

static struct inquiry *make(void)
{
    struct inquiry *inquiry = calloc(1, sizeof(*inquiry));
    pthread_condattr_t monotonic;

    if (!inquiry)
        return NULL;
    inquiry->answers = (struct answer_queue)ANSWER_QUEUE_INIT;
    inquiry->root = -1;
    pthread_mutex_init(&inquiry->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    for (int i = 0; i < CLIENT_KINDS; i++) {
        inquiry->desks[i].inquiry = inquiry;
        pthread_cond_init(&inquiry->desks[i].wake, &monotonic);
    }
    pthread_condattr_destroy(&monotonic);
    return inquiry;
}

int inquiry_new(const struct inquiry_options *options, struct inquiry **ret, struct error *err)
{
    struct inquiry *inquiry;
    int r;

    if (!options->sandbox)
        return error_set(err, ERROR_INTERNAL, "runtimes are asked without a sandbox");
    inquiry = make();
    if (!inquiry)
        return error_memory(err);
    r = copy_options(inquiry, options, err);
    if (r == 0)
        r = open_all(inquiry, err);
    if (r < 0) {
        inquiry_free(inquiry);
        return r;
    }
    *ret = inquiry;
    return 0;
}

static void stop(struct inquiry *inquiry)
{
    pthread_mutex_lock(&inquiry->lock);
    inquiry->stopping = true;
    for (int i = 0; i < CLIENT_KINDS; i++)
        pthread_cond_signal(&inquiry->desks[i].wake);
    pthread_mutex_unlock(&inquiry->lock);
    for (int i = 0; i < CLIENT_KINDS; i++)
        if (inquiry->desks[i].client.http)
            http_client_cancel(inquiry->desks[i].client.http);
    for (int i = 0; i < CLIENT_KINDS; i++)
        if (inquiry->desks[i].has_thread)
            pthread_join(inquiry->desks[i].thread, NULL);
}

void inquiry_free(struct inquiry *inquiry)
{
    if (!inquiry)
        return;
    stop(inquiry);
    for (int i = 0; i < CLIENT_KINDS; i++) {
        client_done(&inquiry->desks[i].client);
        question_queue_done(&inquiry->desks[i].queue);
        pthread_cond_destroy(&inquiry->desks[i].wake);
        free(inquiry->sockets[i]);
    }
    answer_queue_done(&inquiry->answers);
    free(inquiry->taken);
    free(inquiry->cri_socket);
    free(inquiry->root_path);
    free(atomic_load(&inquiry->docker_home.path));
    close_p(&inquiry->root);
    pthread_mutex_destroy(&inquiry->lock);
    free(inquiry);
}
