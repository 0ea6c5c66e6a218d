/* Each check of the doctor: it sees something, and says what is lost by what is missing. */
#include <stdio.h>
#include <unistd.h>

#include "sensor/doctor/doctor.h"

#include "test.h"

enum { ARENA_LIMIT = 1 << 20 };

static void checks_say_what_they_cost(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    const struct doctor_options options = {.docker_socket = "/nonexistent/docker.sock"};
    struct doctor_finding found[DOCTOR_CHECKS];

    (void)state;
    doctor_check(&options, arena, found);
    for (size_t i = 0; i < COUNT(found); i++) {
        const struct doctor_finding *f = &found[i];

        if (!f->seen.len || (f->state == DOCTOR_GOOD) != (f->cost.len == 0))
            fail_msg("%s: %s: seen \"%.*s\", cost \"%.*s\"", f->id, doctor_state_name(f->state),
                     VIEW_ARG(f->seen), VIEW_ARG(f->cost));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(f->id, found[k].id);
        if (strcmp(f->id, "docker") == 0)
            assert_int_equal(f->state, DOCTOR_LIMITED);
    }
}

RUN_TESTS(cmocka_unit_test(checks_say_what_they_cost))
