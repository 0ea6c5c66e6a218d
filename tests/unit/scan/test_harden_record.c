/* What the program asks of the worker that repairs, and what it answers, over the wire. */
#include "base/buf.h"
#include "scan/harden-op.h"
#include "test.h"

enum { BYTES = 1 << 16 };

static struct harden_options full_options(struct fix_answer answers[2], struct view declined[2])
{
    answers[0] = (struct fix_answer){question_find(VIEW("run-as-user")), VIEW("app"), VIEW("7")};
    answers[1] = (struct fix_answer){question_find(VIEW("image-tag")), VIEW("nginx"), VIEW("1.27")};
    declined[0] = VIEW("a b");
    declined[1] = VIEW_EMPTY;
    return (struct harden_options){
        .plan = {.level = PLAN_ALL,
                 .chosen = true,
                 .answers = {answers, 2},
                 .target = {.kubernetes_minor = 27}},
        .declined = declined,
        .declined_count = 2,
        .now = -5,
    };
}

static void request(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(BYTES);
    struct fix_answer answers[2];
    struct view declined[2];
    struct harden_options sent = full_options(answers, declined), got;

    (void)state;
    harden_request_write(&bytes, &sent);
    assert_int_equal(harden_request_read(buf_view(&bytes), arena, &got, NULL), 0);
    assert_int_equal(got.plan.level, PLAN_ALL);
    assert_true(got.plan.chosen);
    assert_int_equal(got.plan.target.kubernetes_minor, 27);
    assert_int_equal(got.now, -5);
    assert_int_equal(got.plan.answers.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_ptr_equal(got.plan.answers.list[i].question, answers[i].question);
        assert_true(view_eq(got.plan.answers.list[i].of, answers[i].of));
        assert_true(view_eq(got.plan.answers.list[i].value, answers[i].value));
    }
    assert_int_equal(got.declined_count, 2);
    assert_view(got.declined[0], "a b");
    assert_int_equal(got.declined[1].len, 0);
}

/* Cut anywhere, or with a byte behind it, it is no request. */
static void cut_request(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(BYTES);
    struct fix_answer answers[2];
    struct view declined[2];
    struct harden_options sent = full_options(answers, declined), got;

    (void)state;
    harden_request_write(&bytes, &sent);
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(harden_request_read(view_sub(buf_view(&bytes), 0, len), arena, &got, NULL),
                         ERROR_INTERNAL);
    buf_add_u8(&bytes, 0);
    assert_int_equal(harden_request_read(buf_view(&bytes), arena, &got, NULL), ERROR_INTERNAL);
}

static void unknown_level_and_question(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(BYTES);
    static const struct question stranger = {.name = VIEW("stranger")};
    struct fix_answer answer = {&stranger, VIEW_EMPTY, VIEW("x")};
    struct harden_options sent = {.plan = {.level = (enum plan_level)(PLAN_ALL + 1)}}, got;

    (void)state;
    harden_request_write(&bytes, &sent);
    assert_int_equal(harden_request_read(buf_view(&bytes), arena, &got, NULL), ERROR_INTERNAL);
    buf_reset(&bytes);
    sent.plan.level = PLAN_ALL;
    sent.plan.answers = (struct answers){&answer, 1};
    harden_request_write(&bytes, &sent);
    assert_int_equal(harden_request_read(buf_view(&bytes), arena, &got, NULL), ERROR_INTERNAL);
}

/* ---- Records ---- */

static const struct harden_record records[] = {
    {HARDEN_RECORD_FILE,
     {.file = {.path = VIEW("a.yaml"),
               .tag = 3,
               .claimed = true,
               .text = VIEW("a: 1\n"),
               .hardened = VIEW("a: 2\n")}}},
    {HARDEN_RECORD_FILE,
     {.file = {.path = VIEW("same"), .text = VIEW("x"), .hardened = VIEW("x")}}},
    {HARDEN_RECORD_FILE,
     {.file = {.path = VIEW("bad"),
               .error = {.kind = ERROR_INPUT, .message = "line 3: \33[31m", .hint = "mend it"}}}},
    {HARDEN_RECORD_CHANGE,
     {.change = {VIEW("a.yaml"), VIEW("Pod web"), VIEW("app"), 7, VIEW("k8s-x"), VIEW("why"),
                 VIEW("set a"), SEVERITY_HIGH, VIEW("run-as-user"), VIEW("no user is set")}}},
    {HARDEN_RECORD_CHANGE, {.change = {.path = VIEW("a.yaml"), .severity = SEVERITY_LOW}}},
    {HARDEN_RECORD_LEFT,
     {.left = {VIEW("a.yaml"), VIEW("Pod web"), VIEW("app"), 9, VIEW("k8s-y"), VIEW("says"),
               VIEW("mend"), SEVERITY_CRITICAL, PLAN_ASKS, VIEW("memory-limit"), VIEW("nginx")}}},
    {HARDEN_RECORD_LEFT, {.left = {.reason = PLAN_TOO_NEW, .detail = VIEW("appArmorProfile")}}},
    {HARDEN_RECORD_PROBLEM,
     {.problem = {.level = DIAGNOSTIC_WARNING,
                  .code = VIEW("code"),
                  .message = VIEW("message"),
                  .hint = VIEW("hint"),
                  .path = VIEW("p")}}},
    {.kind = HARDEN_RECORD_END},
};

static void write_text(struct buf *to, struct view text)
{
    buf_addf(to, "[%.*s]", VIEW_ARG(text));
}

static void describe(const struct harden_record *r, struct buf *to)
{
    buf_addf(to, "%d ", (int)r->kind);
    if (r->kind == HARDEN_RECORD_FILE) {
        const struct harden_file *f = &r->file;

        write_text(to, f->path);
        write_text(to, f->text);
        write_text(to, f->hardened);
        buf_addf(to, "%u %d %d %s %s", f->tag, f->claimed, f->error.kind, f->error.message,
                 f->error.hint);
    } else if (r->kind == HARDEN_RECORD_CHANGE) {
        const struct view texts[] = {r->change.path, r->change.resource, r->change.part,
                                     r->change.id,   r->change.why,      r->change.what,
                                     r->change.asks, r->change.open};

        for (size_t i = 0; i < COUNT(texts); i++)
            write_text(to, texts[i]);
        buf_addf(to, "%u %d", r->change.line, (int)r->change.severity);
    } else if (r->kind == HARDEN_RECORD_LEFT) {
        const struct view texts[] = {r->left.path,   r->left.resource, r->left.part,
                                     r->left.id,     r->left.message,  r->left.remediation,
                                     r->left.detail, r->left.of};

        for (size_t i = 0; i < COUNT(texts); i++)
            write_text(to, texts[i]);
        buf_addf(to, "%u %d %d", r->left.line, (int)r->left.severity, (int)r->left.reason);
    } else if (r->kind == HARDEN_RECORD_PROBLEM) {
        write_text(to, r->problem.code);
        write_text(to, r->problem.message);
        write_text(to, r->problem.hint);
        write_text(to, r->problem.path);
        buf_addf(to, "%d", (int)r->problem.level);
    }
}

static void write_records(struct buf *to)
{
    for (size_t i = 0; i < COUNT(records); i++)
        harden_record_write(to, &records[i]);
}

static void answers_are_read(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(BYTES);
    struct harden_record got;
    struct cursor c;

    (void)state;
    write_records(&bytes);
    c = cursor_of(buf_view(&bytes));
    for (size_t i = 0; i < COUNT(records); i++) {
        _cleanup_(buf_done) struct buf want = BUF_INIT(BYTES), have = BUF_INIT(BYTES);
        struct harden_record printable = records[i];

        /* What a terminal would obey does not get through. */
        if (printable.kind == HARDEN_RECORD_FILE)
            error_make_printable(printable.file.error.message);
        assert_true(harden_record_next(&c, &got));
        describe(&printable, &want);
        describe(&got, &have);
        assert_string_equal(buf_cstr(&have), buf_cstr(&want));
    }
    assert_false(harden_record_next(&c, &got));
    assert_true(cursor_at_end(&c));
}

/* Cut within a record, it is malformed; between two it ends. */
static void cut_answers(void **state)
{
    _cleanup_(buf_done) struct buf bytes = BUF_INIT(BYTES);
    size_t whole = 0;

    (void)state;
    write_records(&bytes);
    for (size_t len = 0; len <= bytes.len; len++) {
        struct cursor c = cursor_of(view_sub(buf_view(&bytes), 0, len));
        struct harden_record got;

        while (harden_record_next(&c, &got))
            ;
        whole += cursor_at_end(&c);
    }
    assert_int_equal(whole, COUNT(records) + 1);
}

static void values_out_of_range(void **state)
{
    static const struct {
        const char *name;
        struct harden_record record;
    } cases[] = {
        {"kind", {.kind = (enum harden_record_kind)99}},
        {"severity of a change", {HARDEN_RECORD_CHANGE, {.change = {.severity = SEVERITY_COUNT}}}},
        {"question of a change", {HARDEN_RECORD_CHANGE, {.change = {.asks = VIEW("stranger")}}}},
        {"severity of what is left", {HARDEN_RECORD_LEFT, {.left = {.severity = SEVERITY_COUNT}}}},
        {"reason",
         {HARDEN_RECORD_LEFT, {.left = {.reason = (enum plan_reason)(PLAN_TOO_NEW + 1)}}}},
        {"question",
         {HARDEN_RECORD_LEFT, {.left = {.reason = PLAN_ASKS, .detail = VIEW("stranger")}}}},
        {"level",
         {HARDEN_RECORD_PROBLEM,
          {.problem = {.level = (enum diagnostic_level)(DIAGNOSTIC_ERROR + 1)}}}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf bytes = BUF_INIT(BYTES);
        struct harden_record got;
        struct cursor c;

        print_message("%s\n", cases[i].name);
        harden_record_write(&bytes, &cases[i].record);
        c = cursor_of(buf_view(&bytes));
        assert_false(harden_record_next(&c, &got));
        assert_false(cursor_at_end(&c));
    }
}

RUN_TESTS(cmocka_unit_test(request), cmocka_unit_test(cut_request),
          cmocka_unit_test(unknown_level_and_question), cmocka_unit_test(answers_are_read),
          cmocka_unit_test(cut_answers), cmocka_unit_test(values_out_of_range))
