#include "config/harden/answers.h"

#include "base/text.h"

const struct question questions[] = {
    {VIEW("run-as-user"), QUESTION_ID, false, VIEW("10001"), "--run-as-user UID",
     TR_KEY("The user that containers run as (a number, not 0)")},
    {VIEW("run-as-group"), QUESTION_ID, false, VIEW("10001"), "--run-as-group GID",
     TR_KEY("The group that containers run as (a number, not 0)")},
    {VIEW("fs-group"), QUESTION_ID, false, VIEW("10001"), "--fs-group GID",
     TR_KEY("The group that volumes belong to")},
    {VIEW("cpu-limit"), QUESTION_QUANTITY, false, VIEW("500m"), "--cpu-limit QUANTITY",
     TR_KEY("How much CPU a container may use")},
    {VIEW("memory-limit"), QUESTION_QUANTITY, false, VIEW("256Mi"), "--memory-limit QUANTITY",
     TR_KEY("How much memory a container may use")},
    {VIEW("cpu-request"), QUESTION_QUANTITY, false, VIEW("100m"), "--cpu-request QUANTITY",
     TR_KEY("How much CPU a container needs")},
    {VIEW("memory-request"), QUESTION_QUANTITY, false, VIEW("128Mi"), "--memory-request QUANTITY",
     TR_KEY("How much memory a container needs")},
    {VIEW("ephemeral-storage-limit"), QUESTION_QUANTITY, false, VIEW("1Gi"),
     "--answer ephemeral-storage-limit=QUANTITY",
     TR_KEY("How much of the node's disk a container may fill")},
    {VIEW("volume-size"), QUESTION_QUANTITY, false, VIEW("64Mi"), "--answer volume-size=QUANTITY",
     TR_KEY("How large a volume in memory may grow")},
    {VIEW("image-tag"), QUESTION_TAG, true, VIEW_EMPTY, "--image-tag NAME=TAG",
     TR_KEY("The tag of the image")},
    {VIEW("image-digest"), QUESTION_DIGEST, true, VIEW_EMPTY, "--image-digest NAME=sha256:...",
     TR_KEY("The digest of the image")},
    {VIEW("writable-paths"), QUESTION_PATH, false, VIEW("/tmp"), "--writable PATH",
     TR_KEY("Folders that the program writes to")},
    {VIEW("apparmor-profile"), QUESTION_TEXT, false, VIEW_EMPTY, "--apparmor-profile NAME",
     TR_KEY("The AppArmor profile")},
    {VIEW("selinux-level"), QUESTION_TEXT, false, VIEW_EMPTY, "--selinux-level LEVEL",
     TR_KEY("The SELinux level")},
    {VIEW("selinux-type"), QUESTION_TEXT, false, VIEW_EMPTY, "--selinux-type TYPE",
     TR_KEY("The SELinux type")},
    {VIEW("user"), QUESTION_TEXT, false, VIEW("10001:10001"), "--run-as-user UID",
     TR_KEY("The user of the image")},
    {VIEW("tag"), QUESTION_TAG, true, VIEW_EMPTY, "--image-tag NAME=TAG",
     TR_KEY("The tag of the base image")},
    {VIEW("shell"), QUESTION_PATH, false, VIEW("/bin/bash"), "--answer shell=PATH",
     TR_KEY("A shell of the image that knows pipefail")},
    {VIEW("checksum"), QUESTION_DIGEST, false, VIEW_EMPTY, "--answer checksum=sha256:...",
     TR_KEY("The checksum of what is downloaded")},
};
const size_t question_count = sizeof(questions) / sizeof(questions[0]);

const struct question *question_find(struct view name)
{
    for (size_t i = 0; i < question_count; i++)
        if (view_eq(questions[i].name, name))
            return &questions[i];
    return NULL;
}

/* ---- What each type takes ---- */

static bool is_id(struct view text)
{
    uint64_t id;

    return view_to_u64(text, &id) && id > 0 && id <= INT32_MAX;
}

/* A number without sign, and a unit. */
static bool is_quantity(struct view text)
{
    static const struct view units[] = {
        VIEW(""),  VIEW("m"),  VIEW("k"),  VIEW("M"),  VIEW("G"),  VIEW("T"),  VIEW("P"),
        VIEW("E"), VIEW("Ki"), VIEW("Mi"), VIEW("Gi"), VIEW("Ti"), VIEW("Pi"), VIEW("Ei"),
    };
    size_t at = 0, digits = 0, points = 0;

    for (; at < text.len; at++) {
        bool digit = text.ptr[at] >= '0' && text.ptr[at] <= '9';

        if (!digit && text.ptr[at] != '.')
            break;
        digits += digit;
        points += !digit;
    }
    for (size_t i = 0; digits && points < 2 && i < sizeof(units) / sizeof(units[0]); i++)
        if (view_eq(view_sub(text, at, text.len), units[i]))
            return true;
    return false;
}

static bool is_of(struct view text, const char *characters)
{
    for (size_t i = 0; i < text.len; i++)
        if (!text.ptr[i] || !strchr(characters, text.ptr[i]))
            return false;
    return text.len > 0;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* One word, without anything that a manifest or a Dockerfile would read otherwise. */
static bool is_text(struct view text)
{
    return is_of(text, LETTERS "_.:,/-");
}

static bool is_tag(struct view text)
{
    return text.len <= 128 && is_of(text, LETTERS "_.-") && text.ptr[0] != '.' &&
           text.ptr[0] != '-' && !view_eq(text, VIEW("latest"));
}

static bool is_digest(struct view text)
{
    static const struct view prefix = VIEW("sha256:");

    return view_starts(text, prefix) && text.len == prefix.len + 64 &&
           is_of(view_sub(text, prefix.len, text.len), "0123456789abcdef");
}

static bool is_path(struct view text)
{
    return text.len > 1 && text.len < 1024 && text.ptr[0] == '/' &&
           is_of(text, LETTERS "_.,/@+-") && view_find_view(text, VIEW("..")) < 0;
}

static const struct {
    bool (*takes)(struct view text);
    const char *wants; /* a key of tr() */
} types[] = {
    [QUESTION_ID] = {is_id, TR_KEY("a number from 1 to 2147483647")},
    [QUESTION_QUANTITY] = {is_quantity, TR_KEY("a quantity such as 500m or 256Mi")},
    [QUESTION_TEXT] = {is_text, TR_KEY("one word")},
    [QUESTION_TAG] = {is_tag, TR_KEY("a tag that is not 'latest'")},
    [QUESTION_DIGEST] = {is_digest, TR_KEY("sha256: and 64 hexadecimal digits")},
    [QUESTION_PATH] = {is_path, TR_KEY("an absolute path")},
};

int answer_parse(const struct question *question, struct view text, struct fix_answer *ret,
                 struct error *err)
{
    ptrdiff_t at = view_rfind(text, '=');
    struct fix_answer answer = {question, VIEW_EMPTY, text};

    if (at >= 0) {
        answer.of = view_sub(text, 0, (size_t)at);
        answer.value = view_sub(text, (size_t)at + 1, text.len);
    }
    if (question->per_image && !answer.of.len)
        return error_set(err, ERROR_USAGE, "%s: '%.*s' names no image", question->option,
                         VIEW_ARG(text));
    if (!types[question->type].takes(answer.value))
        return error_set(err, ERROR_USAGE, "%s: '%.*s' is not %s", question->option,
                         VIEW_ARG(answer.value), tr(types[question->type].wants));
    *ret = answer;
    return 0;
}

bool answers_get(const struct answers *answers, struct view question, struct view of,
                 struct view *ret)
{
    bool found = false;

    for (size_t i = 0; i < answers->count; i++) {
        const struct fix_answer *answer = &answers->list[i];

        if (!view_eq(answer->question->name, question))
            continue;
        if (answer->of.len ? !view_eq(answer->of, of) : found)
            continue;
        *ret = answer->value;
        found = true;
        if (answer->of.len)
            return true;
    }
    return found;
}
