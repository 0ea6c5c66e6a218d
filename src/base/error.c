#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Unicode's characters that end a line or turn the direction of text, with
 * which a name can make a terminal show what is not there. */
static bool is_steering(const unsigned char *s)
{
    static const struct {
        unsigned char first[3], last;
        size_t len;
    } ranges[] = {
        {{0xd8, 0x9c}, 0x9c, 2},       /* U+061C */
        {{0xe2, 0x80, 0x8e}, 0x8f, 3}, /* U+200E..U+200F */
        {{0xe2, 0x80, 0xa8}, 0xae, 3}, /* U+2028..U+202E */
        {{0xe2, 0x81, 0xa6}, 0xa9, 3}, /* U+2066..U+2069 */
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        size_t end = ranges[i].len - 1;

        if (memcmp(s, ranges[i].first, end) == 0 && s[end] >= ranges[i].first[end] &&
            s[end] <= ranges[i].last)
            return true;
    }
    return false;
}

/* The length of the UTF-8 sequence at `s`, or 0 where there is none or it must
 * not reach a terminal. */
static size_t utf8_length(const unsigned char *s)
{
    static const struct {
        unsigned char mask, lead, min_second;
        size_t len;
    } forms[] = {{0xe0, 0xc0, 0x80, 2}, {0xf0, 0xe0, 0x80, 3}, {0xf8, 0xf0, 0x80, 4}};

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if ((s[0] & forms[i].mask) != forms[i].lead)
            continue;
        for (size_t k = 1; k < forms[i].len; k++)
            if ((s[k] & 0xc0) != 0x80)
                return 0;
        if (is_steering(s))
            return 0;
        /* U+0080..U+009F are control characters too. */
        return forms[i].len == 2 && s[0] == 0xc2 && s[1] < 0xa0 ? 0 : forms[i].len;
    }
    return 0;
}

void error_make_printable(char *text)
{
    unsigned char *s = (unsigned char *)text;

    while (*s) {
        size_t len = *s >= 0x20 && *s < 0x7f ? 1 : utf8_length(s);

        if (len == 0) {
            *s = '?';
            len = 1;
        }
        s += len;
    }
}

int error_vset(struct error *err, int kind, const char *format, va_list args)
{
    if (!err)
        return kind;
    err->kind = kind;
    err->hint[0] = '\0';
    vsnprintf(err->message, sizeof(err->message), tr(format), args);
    error_make_printable(err->message);
    return kind;
}

int error_set(struct error *err, int kind, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    error_vset(err, kind, format, args);
    va_end(args);
    return kind;
}

static int kind_of_errno(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERROR_DENIED;
    case ENOMEM:
        return ERROR_MEMORY;
    case ETIMEDOUT:
        return ERROR_TIMEOUT;
    default:
        return ERROR_IO;
    }
}

/* What went wrong, in the language of the process: strerror() needs an
 * installed locale for that. */
static const char *errno_text(int number)
{
    static const struct {
        int number;
        const char *text;
    } known[] = {
        {ENOENT, TR_KEY("no such file or directory")},
        {EACCES, TR_KEY("permission denied")},
        {EPERM, TR_KEY("operation not permitted")},
        {EEXIST, TR_KEY("it exists already")},
        {ENOTDIR, TR_KEY("not a directory")},
        {EISDIR, TR_KEY("it is a directory")},
        {ENOSPC, TR_KEY("no space left on the device")},
        {EDQUOT, TR_KEY("disk quota exceeded")},
        {EROFS, TR_KEY("the file system is read-only")},
        {EIO, TR_KEY("input or output error")},
        {EMFILE, TR_KEY("too many open files")},
        {ENFILE, TR_KEY("too many open files in the system")},
        {ENAMETOOLONG, TR_KEY("the name is too long")},
        {ELOOP, TR_KEY("too many symbolic links")},
        {ECONNREFUSED, TR_KEY("connection refused")},
        {ECONNRESET, TR_KEY("connection reset by the peer")},
        {ETIMEDOUT, TR_KEY("timed out")},
        {EPIPE, TR_KEY("broken pipe")},
        {ENOMEM, TR_KEY("out of memory")},
        {EINVAL, TR_KEY("invalid argument")},
        {ENOSYS, TR_KEY("the kernel can't do this")},
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (known[i].number == number)
            return tr(known[i].text);
    return strerror(number);
}

int error_errno(struct error *err, const char *format, ...)
{
    int number = errno, kind = kind_of_errno(number);
    va_list args;
    size_t used;

    va_start(args, format);
    error_vset(err, kind, format, args);
    va_end(args);
    if (!err)
        return kind;
    used = strlen(err->message);
    snprintf(err->message + used, sizeof(err->message) - used, ": %s", errno_text(number));
    if (number == ENOSPC || number == EDQUOT)
        error_hint(err, "free some disk space, or choose another place");
    return kind;
}

int error_wrap(struct error *err, const char *format, ...)
{
    char context[sizeof(err->message)], inner[sizeof(err->message)];
    va_list args;

    if (!err)
        return ERROR_INTERNAL;
    va_start(args, format);
    vsnprintf(context, sizeof(context), tr(format), args);
    va_end(args);
    error_make_printable(context);
    memcpy(inner, err->message, sizeof(inner));
    snprintf(err->message, sizeof(err->message), "%.*s: %s", (int)(sizeof(context) / 2), context,
             inner);
    return err->kind;
}

void error_hint(struct error *err, const char *format, ...)
{
    va_list args;

    if (!err || err->hint[0])
        return;
    va_start(args, format);
    vsnprintf(err->hint, sizeof(err->hint), tr(format), args);
    va_end(args);
    error_make_printable(err->hint);
}

int error_memory(struct error *err)
{
    error_set(err, ERROR_MEMORY, "out of memory");
    error_hint(err, "free some memory, or use fewer --jobs");
    return ERROR_MEMORY;
}

const char *error_kind_name(int kind)
{
    static const char *const names[] = {
        "none",    "input",  "limit", "not-found",   "denied", "io",        "network",
        "timeout", "memory", "usage", "unsupported", "crash",  "cancelled", "internal",
    };

    if (kind > 0 || -kind >= (int)(sizeof(names) / sizeof(names[0])))
        return "internal";
    return names[-kind];
}

bool error_is_set(const struct error *err)
{
    return err && err->kind != ERROR_NONE;
}
