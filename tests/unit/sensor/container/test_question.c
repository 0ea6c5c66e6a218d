#include "test.h"

#include "sensor/container/question.h"

static void add(struct question_queue *queue, const char *id, uint64_t due, unsigned renewals)
{
    struct question *question = question_new(CONTAINER_DOCKER, view_of(id));

    assert_non_null(question);
    question->due = due;
    question->renewals = renewals;
    question_queue_add(queue, question);
}

static void first_questions_come_first(void **state)
{
    struct question_queue queue = {0};
    static const char *const order[] = {"b", "d", "a", "c"};
    uint64_t next = 0;

    (void)state;
    add(&queue, "a", 0, 1);
    add(&queue, "b", 5, 0);
    add(&queue, "c", 5, 2);
    add(&queue, "later", 100, 0);
    add(&queue, "d", 10, 0);
    add(&queue, "soon", 50, 3);
    for (size_t i = 0; i < COUNT(order); i++) {
        struct question *question = question_queue_take(&queue, 10, &next);

        assert_non_null(question);
        assert_view(question_id(question), order[i]);
        free(question);
    }
    assert_null(question_queue_take(&queue, 10, &next));
    assert_int_equal(next, 50);
    /* The last one was cut out: the queue still ends well. */
    add(&queue, "e", 0, 0);
    free(question_queue_take(&queue, 10, &next));
    question_queue_done(&queue);
    assert_null(question_queue_take(&queue, 1000, &next));
    assert_int_equal(next, 0);
}

static void what_nobody_knew_comes_later(void **state)
{
    struct question_queue queue = {0};
    static const char *const order[] = {"new", "unknown", "renewed"};
    struct question *unknown;
    uint64_t next;

    (void)state;
    add(&queue, "renewed", 0, 1);
    add(&queue, "unknown", 0, 0);
    queue.last->rounds = 2;
    add(&queue, "new", 0, 0);
    for (size_t i = 0; i < COUNT(order); i++) {
        struct question *question = question_queue_take(&queue, 10, &next);

        assert_view(question_id(question), order[i]);
        free(question);
    }
    add(&queue, "new", 0, 0);
    assert_null(question_queue_take_unknown(&queue));
    add(&queue, "later", 1000, 0);
    queue.last->rounds = 1;
    unknown = question_queue_take_unknown(&queue);
    assert_view(question_id(unknown), "later");
    free(unknown);
    question_queue_done(&queue);
}

static void ids_have_a_limit(void **state)
{
    char id[ANSWER_ID_LIMIT + 1];

    (void)state;
    memset(id, 'a', sizeof(id));
    assert_null(question_new(CONTAINER_LXC, view_from(id, sizeof(id))));
    assert_null(question_new(CONTAINER_LXC, VIEW_EMPTY));
    free(question_new(CONTAINER_LXC, view_from(id, ANSWER_ID_LIMIT)));
}

RUN_TESTS(cmocka_unit_test(first_questions_come_first),
          cmocka_unit_test(what_nobody_knew_comes_later), cmocka_unit_test(ids_have_a_limit))
