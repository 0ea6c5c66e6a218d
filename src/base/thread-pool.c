#include "base/thread-pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct task {
    struct task *next;
    void (*run)(void *);
    void *argument;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t added, idle;
    struct task *first, **last;
    size_t running, thread_count;
    bool closing;
    pthread_t threads[];
};

static void *thread_main(void *argument)
{
    struct pool *pool = argument;

    pthread_mutex_lock(&pool->lock);
    for (;;) {
        struct task *task = pool->first;

        if (!task && pool->closing)
            break;
        if (!task) {
            pthread_cond_wait(&pool->added, &pool->lock);
            continue;
        }
        pool->first = task->next;
        if (!pool->first)
            pool->last = &pool->first;
        pool->running++;
        pthread_mutex_unlock(&pool->lock);
        task->run(task->argument);
        free(task);
        pthread_mutex_lock(&pool->lock);
        pool->running--;
        if (pool->running == 0 && !pool->first)
            pthread_cond_broadcast(&pool->idle);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

int pool_new(size_t threads, struct pool **ret, struct error *err)
{
    struct pool *pool = calloc(1, sizeof(*pool) + threads * sizeof(pool->threads[0]));

    if (!pool)
        return error_memory(err);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->added, NULL);
    pthread_cond_init(&pool->idle, NULL);
    pool->last = &pool->first;
    while (pool->thread_count < threads) {
        int number = pthread_create(&pool->threads[pool->thread_count], NULL, thread_main, pool);

        if (number != 0) {
            pool_free(pool);
            return error_set(err, ERROR_IO, "cannot start a thread: %s", strerror(number));
        }
        pool->thread_count++;
    }
    *ret = pool;
    return 0;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->added);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->idle);
    pthread_cond_destroy(&pool->added);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

int pool_add(struct pool *pool, void (*run)(void *), void *argument, struct error *err)
{
    struct task *task = malloc(sizeof(*task));

    if (!task)
        return error_memory(err);
    *task = (struct task){NULL, run, argument};
    pthread_mutex_lock(&pool->lock);
    *pool->last = task;
    pool->last = &task->next;
    pthread_cond_signal(&pool->added);
    pthread_mutex_unlock(&pool->lock);
    return 0;
}

void pool_wait(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->first || pool->running)
        pthread_cond_wait(&pool->idle, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

size_t pool_processors(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) < 1)
        return 1;
    return (size_t)CPU_COUNT(&set);
}
