#include "scan/image-check-op.h"

#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "config/image/event.h"
#include "config/judge.h"
#include "hygiene/image-files.h"
#include "scan/scan.h"

enum { ARENA_LIMIT = 1900 << 20 };

/* The number of the kind in config_kinds. */
static size_t image_kind(void)
{
    size_t kind = 0;

    while (config_kinds[kind] != &config_image)
        kind++;
    return kind;
}

/* ---- Input ---- */

/* A list's room; the input's own length bounds the count. */
static void *read_count(struct cursor *c, struct arena *arena, size_t size, size_t *ret_count)
{
    size_t count = (size_t)cursor_count(c, cursor_left(c));

    *ret_count = c->failed ? 0 : count;
    return arena_array(arena, *ret_count + 1, size);
}

static const struct image_check_layer *read_layers(struct cursor *c, struct arena *arena,
                                                   size_t *ret_count)
{
    struct image_check_layer *layers = read_count(c, arena, sizeof(*layers), ret_count);

    for (size_t i = 0; layers && i < *ret_count && !c->failed; i++) {
        layers[i].created_by = cursor_bytes(c);
        layers[i].size = cursor_varint(c);
        layers[i].census = cursor_bytes(c);
    }
    return layers;
}

static const struct image_subject_package *read_packages(struct cursor *c, struct arena *arena,
                                                         size_t *ret_count)
{
    struct image_subject_package *packages = read_count(c, arena, sizeof(*packages), ret_count);

    for (size_t i = 0; packages && i < *ret_count && !c->failed; i++) {
        packages[i].name = cursor_bytes(c);
        packages[i].version = cursor_bytes(c);
        packages[i].type = cursor_bytes(c);
    }
    return packages;
}

static const struct view *read_texts(struct cursor *c, struct arena *arena, size_t *ret_count)
{
    struct view *texts = read_count(c, arena, sizeof(*texts), ret_count);

    for (size_t i = 0; texts && i < *ret_count && !c->failed; i++)
        texts[i] = cursor_bytes(c);
    return texts;
}

static int decode(struct view bytes, struct arena *arena, struct image_check_input *ret,
                  struct error *err)
{
    struct cursor c = cursor_of(bytes);

    ret->judge = cursor_u8(&c);
    ret->name = cursor_bytes(&c);
    ret->config_json = cursor_bytes(&c);
    ret->now = (int64_t)cursor_u64(&c);
    ret->os.id = cursor_bytes(&c);
    ret->os.version = cursor_bytes(&c);
    ret->os.name = cursor_bytes(&c);
    ret->os.eol = cursor_u8(&c);
    ret->os.eol_date = cursor_bytes(&c);
    ret->layers = read_layers(&c, arena, &ret->layer_count);
    ret->packages = read_packages(&c, arena, &ret->package_count);
    ret->watched = read_texts(&c, arena, &ret->watched_count);
    if (!cursor_at_end(&c) || arena_failed(arena, "an image", NULL) < 0)
        return error_set(err, ERROR_INTERNAL, "a request for checks of an image is malformed");
    return 0;
}

/* ---- The subject ---- */

struct check {
    struct worker *worker;
    struct arena *arena;
    const struct image_check_input *input;
    struct image_files files;
    struct image_subject subject;
    struct judge *judge;
    struct buf reply;
    size_t finding_count;
};

static struct image_texts texts_of_tags(struct check *check, uint64_t tags)
{
    struct view *list = arena_array(check->arena, FILE_TAG_COUNT, sizeof(*list));
    size_t count = 0;

    for (unsigned tag = 0; list && tag < TAG_WATCHED; tag++)
        if (tags & FILE_TAG_BIT(tag))
            list[count++] = view_of(file_tag_name((enum file_tag)tag));
    return (struct image_texts){list, count};
}

static struct image_texts texts_of_capabilities(struct check *check, uint64_t capabilities)
{
    struct view *list = arena_array(check->arena, FILE_CAPABILITY_COUNT, sizeof(*list));
    size_t count = 0;

    for (unsigned i = 0; list && i < FILE_CAPABILITY_COUNT; i++)
        if (capabilities >> i & 1)
            list[count++] = view_of(file_capability_name(i));
    return (struct image_texts){list, count};
}

static void describe_file(struct check *check, const struct image_file *from,
                          struct image_subject_file *to)
{
    ptrdiff_t slash;

    to->path = arena_printf(check->arena, "/%.*s", VIEW_ARG(from->path));
    slash = view_rfind(to->path, '/');
    to->name = view_sub(to->path, (size_t)(slash + 1), to->path.len);
    to->directory = slash > 0 ? view_sub(to->path, 0, (size_t)slash) : VIEW("/");
    to->kind = view_of(file_kind_name(from->kind));
    to->link = from->link;
    to->mode = from->mode;
    to->mode_text = arena_printf(check->arena, "%05o", from->mode);
    to->uid = from->uid;
    to->gid = from->gid;
    to->size = from->size;
    to->layer = from->layer + 1;
    to->gone_in = from->gone_in == IMAGE_FILE_LIVES ? 0 : from->gone_in + 1;
    to->tags = texts_of_tags(check, from->tags);
    to->capabilities = texts_of_capabilities(check, from->capabilities);
}

/* Caches of packages are counted, not told one by one. */
static const struct image_subject_file *
describe_files(struct check *check, const struct image_file *from, size_t count, size_t *ret_count)
{
    const uint64_t uncounted = ~(FILE_TAG_BIT(TAG_PACKAGE_CACHE) | FILE_TAG_BIT(TAG_WATCHED));
    struct image_subject_file *files = arena_array(check->arena, count + 1, sizeof(*files));
    size_t kept = 0;

    for (size_t i = 0; files && i < count; i++)
        if (from[i].tags & uncounted)
            describe_file(check, &from[i], &files[kept++]);
    *ret_count = kept;
    return files;
}

static void describe_tags(struct check *check)
{
    struct image_subject_tag *tags = arena_array(check->arena, FILE_TAG_COUNT, sizeof(*tags));
    size_t count = 0;

    for (unsigned i = 0; tags && i < TAG_WATCHED; i++)
        if (check->files.tag_counts[i])
            tags[count++] =
                (struct image_subject_tag){view_of(file_tag_name((enum file_tag)i)),
                                           check->files.tag_bytes[i], check->files.tag_counts[i]};
    check->subject.tags = tags;
    check->subject.tag_count = count;
}

static void describe_accounts(struct check *check)
{
    static const char *const passwords[PASSWORD_STATE_COUNT] = {
        [PASSWORD_LOCKED] = "locked", [PASSWORD_EMPTY] = "empty", [PASSWORD_HASHED] = "hashed"};
    size_t count = check->files.account_count;
    struct image_subject_account *accounts =
        arena_array(check->arena, count + 1, sizeof(*accounts));

    for (size_t i = 0; accounts && i < count; i++) {
        const struct image_account *from = &check->files.accounts[i];

        accounts[i] = (struct image_subject_account){
            from->name, from->shell, view_of(passwords[from->password]),
            from->uid,  from->line,  from->in_passwd};
    }
    check->subject.accounts = accounts;
    check->subject.account_count = accounts ? count : 0;
}

static void describe_notes(struct check *check, const struct image_file *file,
                           struct image_subject_cron **crons, struct image_subject_sudo **sudoers)
{
    struct cursor c = cursor_of(file->notes);
    struct file_note note;

    while (file_note_read(&c, &note)) {
        struct view path = arena_printf(check->arena, "/%.*s", VIEW_ARG(file->path));

        if (note.kind == NOTE_CRON) {
            struct image_subject_cron *cron =
                arena_push(check->arena, crons, &check->subject.cron_count, sizeof(*cron));

            if (cron)
                *cron = (struct image_subject_cron){path, note.text, note.detail, note.line};
        } else if (note.kind == NOTE_SUDO) {
            struct image_subject_sudo *sudo =
                arena_push(check->arena, sudoers, &check->subject.sudo_count, sizeof(*sudo));

            if (sudo)
                *sudo = (struct image_subject_sudo){path, note.text, note.number, note.line};
        }
    }
}

static bool is_known(const struct image_files *files, uint32_t uid)
{
    for (size_t i = 0; i < files->account_count; i++)
        if (files->accounts[i].in_passwd && files->accounts[i].uid == uid)
            return true;
    return uid == 0;
}

static void describe_owners(struct check *check)
{
    size_t count = check->files.owner_count;
    struct image_subject_owner *owners = arena_array(check->arena, count + 1, sizeof(*owners));

    for (size_t i = 0; owners && i < count; i++) {
        const struct image_owner *from = &check->files.owners[i];

        owners[i] = (struct image_subject_owner){
            .uid = from->uid,
            .count = from->count,
            .known = is_known(&check->files, from->uid),
            .path = from->sample ? arena_printf(check->arena, "/%.*s", VIEW_ARG(from->sample->path))
                                 : VIEW("/"),
        };
    }
    check->subject.owners = owners;
    check->subject.owner_count = owners ? count : 0;
}

static void describe_layers(struct check *check)
{
    size_t count = check->input->layer_count;
    struct image_subject_layer *layers = arena_array(check->arena, count + 1, sizeof(*layers));

    for (size_t i = 0; layers && i < count; i++)
        layers[i] = (struct image_subject_layer){i + 1, check->input->layers[i].size,
                                                 check->files.hidden[i],
                                                 check->input->layers[i].created_by};
    check->subject.layers = layers;
    check->subject.layer_count = layers ? count : 0;
}

static int describe(struct check *check, struct error *err)
{
    struct image_subject_cron *crons = NULL;
    struct image_subject_sudo *sudoers = NULL;
    struct document_set documents;
    int r = document_parse(check->input->config_json, DOCUMENT_JSON, check->arena, &documents, err);

    if (r == 0 && (documents.count == 0 || !documents.list[0].root))
        r = error_set(err, ERROR_INPUT, "the config of the image: %s",
                      documents.count ? documents.list[0].error->message : "it is empty");
    if (r == 0)
        r = image_subject_take_config(&check->subject, documents.list[0].root, check->input->name,
                                      check->input->now, check->arena, err);
    if (r < 0)
        return r;
    check->subject.os = check->input->os;
    check->subject.packages = check->input->packages;
    check->subject.package_count = check->input->package_count;
    check->subject.whole.files_known = check->files.unknown_layers == 0;
    check->subject.whole.size = check->files.size;
    check->subject.files = describe_files(check, check->files.files, check->files.file_count,
                                          &check->subject.file_count);
    check->subject.deleted_files = describe_files(
        check, check->files.buried, check->files.buried_count, &check->subject.deleted_file_count);
    for (size_t i = 0; i < check->files.file_count; i++)
        describe_notes(check, &check->files.files[i], &crons, &sudoers);
    check->subject.crons = crons;
    check->subject.sudoers = sudoers;
    describe_tags(check);
    describe_accounts(check);
    describe_owners(check);
    describe_layers(check);
    return image_subject_settle(&check->subject, check->arena, err);
}

/* ---- Judging ---- */

/* Where in the image: the file, and the layer that has it. */
static void place(const struct image_event *event, struct image_check_record *record)
{
    const struct image_subject_file *file = event->at;
    struct view path = VIEW_EMPTY;

    switch (event->part) {
    case IMAGE_PART_FILE:
    case IMAGE_PART_DELETED_FILE:
        path = file->path;
        record->layer = (size_t)file->layer;
        break;
    case IMAGE_PART_CRON:
        path = ((const struct image_subject_cron *)event->at)->path;
        break;
    case IMAGE_PART_SUDO:
        path = ((const struct image_subject_sudo *)event->at)->path;
        break;
    case IMAGE_PART_ACCOUNT:
        path = ((const struct image_subject_account *)event->at)->known ? VIEW("/etc/passwd")
                                                                        : VIEW("/etc/shadow");
        break;
    case IMAGE_PART_LAYER:
        record->layer = (size_t)((const struct image_subject_layer *)event->at)->index;
        break;
    default:
        break;
    }
    record->path = view_strip_prefix(path, VIEW("/"));
}

static int on_found(void *ctx, const struct verdict_of_check *verdict, struct error *err)
{
    struct check *check = ctx;
    const struct image_event *event = verdict->event->event;
    struct image_check_record record = {
        .kind = IMAGE_CHECK_FINDING,
        .rule = verdict->rule,
        .line = event->part == IMAGE_PART_WHOLE ? 0 : verdict->place.line,
        .resource = verdict->event->resource,
        .message = verdict->message,
    };

    if (check->finding_count++ >= IMAGE_CHECK_FINDING_LIMIT)
        return 0;
    place(event, &record);
    if (event->part == IMAGE_PART_FILE || event->part == IMAGE_PART_DELETED_FILE ||
        event->part == IMAGE_PART_CRON || event->part == IMAGE_PART_SUDO)
        record.resource = VIEW_EMPTY; /* it is the path */
    image_check_record_add(&check->reply, &record);
    return buf_failed(&check->reply, "the checks of the image", err);
}

static int on_event(void *ctx, const struct config_event *event, struct error *err)
{
    struct check *check = ctx;

    return judge_event(check->judge, image_kind(), event, on_found, check, err);
}

static int judge_subject(struct check *check, struct error *err)
{
    const struct scan_rules *rules = worker_context(check->worker);
    const struct config_visitor visitor = {.ctx = check, .visit = on_event};
    const struct config_file file = {0};
    _cleanup_(judge_free_p) struct judge *judge = NULL;
    int r;

    if (!rules || !rules->checks || !checks_program(rules->checks, image_kind()))
        return error_set(err, ERROR_INTERNAL, "the worker has no checks of images");
    r = describe(check, err);
    if (r == 0)
        r = judge_new(rules->checks, &judge, err);
    if (r < 0)
        return r;
    check->judge = judge;
    return image_subject_visit(&check->subject, &file, &visitor, check->arena, err);
}

/* ---- What became of paths ---- */

static void tell_fates(struct check *check)
{
    for (size_t i = 0; i < check->files.buried_count; i++) {
        const struct image_file *file = &check->files.buried[i];

        if (file->tags & FILE_TAG_BIT(TAG_WATCHED))
            image_check_record_add(&check->reply,
                                   &(struct image_check_record){.kind = IMAGE_CHECK_FATE,
                                                                .layer = file->layer + 1,
                                                                .gone_in = file->gone_in + 1,
                                                                .path = file->path});
    }
}

static void tell_left_out(struct check *check)
{
    struct view message;

    if (check->files.left_out == 0)
        return;
    message = arena_printf(check->arena,
                           tr("%llu files were not looked at: a layer has too many of them"),
                           (unsigned long long)check->files.left_out);
    image_check_record_add(&check->reply, &(struct image_check_record){.kind = IMAGE_CHECK_PROBLEM,
                                                                       .message = message});
}

static int run(struct check *check, struct error *err)
{
    const struct image_check_input *input = check->input;
    struct view *censuses = arena_array(check->arena, input->layer_count + 1, sizeof(*censuses));
    int r;

    if (!censuses)
        return arena_failed(check->arena, "the image", err);
    for (size_t i = 0; i < input->layer_count; i++)
        censuses[i] = input->layers[i].census;
    r = image_files_merge(censuses, input->layer_count, input->watched, input->watched_count,
                          check->arena, &check->files, err);
    if (r < 0)
        return r;
    tell_fates(check);
    tell_left_out(check);
    if (input->judge)
        r = judge_subject(check, err);
    if (r == 0)
        r = buf_failed(&check->reply, "the checks of the image", err);
    return r < 0 ? r : worker_reply(check->worker, buf_view(&check->reply), err);
}

static int run_image_check(struct worker *worker, struct view request, struct error *err)
{
    _cleanup_arena_ struct arena *arena = arena_new(ARENA_LIMIT);
    struct image_check_input input = {0};
    struct check check = {worker, arena, &input};
    int64_t size = fd_size(worker_fd(worker, 0));
    char *bytes;
    int r;

    (void)request;
    if (!arena)
        return error_memory(err);
    if (size < 0 || size > IMAGE_CHECK_INPUT_LIMIT)
        return error_set(err, ERROR_INTERNAL, "a request for checks of an image is malformed");
    bytes = arena_alloc(arena, (size_t)size + 1);
    if (!bytes)
        return error_memory(err);
    for (int64_t done = 0, n; done < size; done += n) {
        n = pread(worker_fd(worker, 0), bytes + done, (size_t)(size - done), done);
        if (n <= 0)
            return error_errno(err, "cannot read the request");
    }
    check.reply = BUF_INIT(IMAGE_CHECK_REPLY_LIMIT);
    r = decode(view_from(bytes, (size_t)size), arena, &input, err);
    if (r == 0)
        r = run(&check, err);
    buf_done(&check.reply);
    return r;
}

const struct sandbox_op image_check_op = {
    .name = "image-check",
    .run = run_image_check,
    .memory_limit = IMAGE_CHECK_MEMORY,
    .reply_limit = IMAGE_CHECK_REPLY_LIMIT,
    .cpu_seconds = IMAGE_CHECK_CPU_SECONDS,
};
