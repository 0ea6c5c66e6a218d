#include "hygiene/small-file.h"

#include "base/cursor.h"
#include "base/hash.h"

static void add_note(struct buf *to, const struct file_note *note)
{
    buf_add_u8(to, (uint8_t)note->kind);
    buf_add_varint(to, note->line);
    buf_add_varint(to, note->number);
    buf_add_bytes(to, view_sub(note->text, 0, SMALL_FILE_TEXT_LIMIT));
    buf_add_bytes(to, view_sub(note->detail, 0, SMALL_FILE_TEXT_LIMIT));
}

bool file_note_read(struct cursor *c, struct file_note *ret)
{
    struct file_note note;

    if (cursor_left(c) == 0)
        return false;
    note.kind = (enum file_note_kind)cursor_count(c, FILE_NOTE_KIND_COUNT - 1);
    note.line = (uint32_t)cursor_count(c, UINT32_MAX);
    note.number = cursor_varint(c);
    note.text = cursor_bytes(c);
    note.detail = cursor_bytes(c);
    if (note.kind == 0 || note.text.len > SMALL_FILE_TEXT_LIMIT ||
        note.detail.len > SMALL_FILE_TEXT_LIMIT)
        cursor_fail(c);
    if (c->failed)
        return false;
    *ret = note;
    return true;
}

/* Walks the lines of a file that are neither blank nor comments. */
struct lines {
    struct view rest;
    uint32_t number;
    size_t notes;
};

static bool next_line(struct lines *lines, struct view *ret)
{
    while (lines->rest.ptr && lines->notes < SMALL_FILE_NOTES) {
        struct view line = view_trim(view_line(&lines->rest));

        lines->number++;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        lines->notes++;
        *ret = line;
        return true;
    }
    return false;
}

/* ---- passwd(5) and shadow(5) ---- */

/* "*" and "!" are no hash, "!hash" is a locked one, "x" refers to shadow(5). */
static enum password_state password_state(struct view password)
{
    if (password.len == 0)
        return PASSWORD_EMPTY;
    if (password.ptr[0] == '*' || password.ptr[0] == '!' || password.ptr[0] == 'x' ||
        password.len < 13) /* the shortest hash, crypt(5)'s descrypt, has 13 characters */
        return PASSWORD_LOCKED;
    return PASSWORD_HASHED;
}

static void read_passwd(struct view path, struct view content, struct buf *notes)
{
    struct lines lines = {.rest = content};
    struct view line;

    (void)path;
    while (next_line(&lines, &line)) {
        struct file_note note = {.kind = NOTE_ACCOUNT, .line = lines.number};
        struct view password, uid;

        note.text = view_cut(&line, ':');
        password = view_cut(&line, ':');
        uid = view_cut(&line, ':');
        if (note.text.len == 0 || !view_to_u64(uid, &note.number))
            continue; /* "+" and "-" lines of NIS among them */
        for (int skipped = 0; skipped < 3; skipped++)
            view_cut(&line, ':'); /* gid, gecos, home */
        note.detail = line;
        add_note(notes, &note);
        if (view_eq(password, VIEW("x")))
            continue;
        note.kind = NOTE_PASSWORD;
        note.number = password_state(password);
        note.detail = VIEW_EMPTY;
        add_note(notes, &note);
    }
}

static void read_shadow(struct view path, struct view content, struct buf *notes)
{
    struct lines lines = {.rest = content};
    struct view line;

    (void)path;
    while (next_line(&lines, &line)) {
        struct file_note note = {.kind = NOTE_PASSWORD, .line = lines.number};

        note.text = view_cut(&line, ':');
        if (!line.ptr)
            continue;
        note.number = password_state(view_cut(&line, ':'));
        add_note(notes, &note);
    }
}

/* ---- crontab(5) ---- */

static bool is_assignment(struct view line)
{
    struct view rest = line, name = view_trim(view_cut(&rest, '='));

    if (!rest.ptr || name.len == 0)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!((name.ptr[i] >= 'A' && name.ptr[i] <= 'Z') ||
              (name.ptr[i] >= 'a' && name.ptr[i] <= 'z') || name.ptr[i] == '_' ||
              (name.ptr[i] >= '0' && name.ptr[i] <= '9')))
            return false;
    return true;
}

/* Tables of the system name the user behind the time. */
static bool names_user(struct view path)
{
    return view_eq(path, VIEW("etc/crontab")) || view_starts(path, VIEW("etc/cron.d/"));
}

static bool is_script_directory(struct view path)
{
    return view_starts(path, VIEW("etc/cron.hourly/")) ||
           view_starts(path, VIEW("etc/cron.daily/")) ||
           view_starts(path, VIEW("etc/cron.weekly/")) ||
           view_starts(path, VIEW("etc/cron.monthly/"));
}

static void read_cron(struct view path, struct view content, struct buf *notes)
{
    struct lines lines = {.rest = content};
    bool scripts = is_script_directory(path);
    struct view line;

    while (next_line(&lines, &line)) {
        struct file_note note = {.kind = NOTE_CRON, .line = lines.number};
        int times = line.ptr[0] == '@' ? 1 : 5;

        if (!scripts && is_assignment(line))
            continue;
        for (int i = 0; !scripts && i < times; i++)
            view_word(&line);
        if (!scripts && names_user(path))
            note.detail = view_word(&line);
        note.text = view_trim(line);
        if (note.text.len)
            add_note(notes, &note);
    }
}

/* ---- sudoers(5), doas.conf(5) ---- */

/* "... ALL = ... ALL" in sudoers, "permit" without a command in doas.conf. */
static bool grants_every_command(struct view line, bool doas)
{
    if (doas)
        return view_starts(line, VIEW("permit")) && view_find_view(line, VIEW(" cmd ")) < 0;
    return !view_starts(line, VIEW("Defaults")) && line.ptr[0] != '@' && view_find(line, '=') > 0 &&
           view_ends(line, VIEW("ALL"));
}

static void read_sudoers(struct view path, struct view content, struct buf *notes)
{
    struct lines lines = {.rest = content};
    bool doas = view_starts(path, VIEW("etc/doas"));
    struct view line;

    while (next_line(&lines, &line)) {
        struct file_note note = {.kind = NOTE_SUDO, .line = lines.number};

        if (!grants_every_command(line, doas))
            continue;
        note.number = view_find_view(line, doas ? VIEW("nopass") : VIEW("NOPASSWD")) >= 0;
        note.text = doas ? line : view_word(&line);
        if (!view_eq(note.text, VIEW("root")))
            add_note(notes, &note);
    }
}

/* ---- Keys ---- */

static bool is_encrypted(struct view key)
{
    return view_find_view(key, VIEW("ENCRYPTED")) >= 0 ||
           view_find_view(key, VIEW("aes256-ctr")) >= 0 ||
           /* "aes256-ctr" as OpenSSH's format begins in base64 */
           view_find_view(key, VIEW("b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdH")) >= 0;
}

/* RFC 7468: "-----BEGIN", an optional kind, "PRIVATE KEY-----", then base64. */
static void read_key(struct view path, struct view content, struct buf *notes)
{
    static const struct view begin = VIEW("-----BEGIN "), end = VIEW("PRIVATE KEY");
    struct lines lines = {.rest = content};
    struct view line;

    (void)path;
    while (next_line(&lines, &line)) {
        struct file_note note = {.kind = NOTE_PRIVATE_KEY, .line = lines.number};

        if (!view_starts(line, begin) || view_find_view(line, end) < 0)
            continue;
        note.number = is_encrypted(line) || is_encrypted(view_sub(lines.rest, 0, 200));
        add_note(notes, &note);
        return;
    }
}

/* ---- Which file is read how ---- */

static const struct small_file passwd_file = {"passwd", 1, read_passwd};
static const struct small_file shadow_file = {"shadow", 1, read_shadow};
static const struct small_file cron_file = {"cron", 1, read_cron};
static const struct small_file sudoers_file = {"sudoers", 1, read_sudoers};
static const struct small_file key_file = {"key", 1, read_key};

static const struct small_file *const readers[] = {
    &passwd_file, &shadow_file, &cron_file, &sudoers_file, &key_file,
};

static const struct {
    struct view path;
    const struct small_file *reader;
} by_path[] = {
    {VIEW("etc/passwd"), &passwd_file},
    {VIEW("etc/shadow"), &shadow_file},
    {VIEW("etc/sudoers"), &sudoers_file},
    {VIEW("etc/doas.conf"), &sudoers_file},
};

/* Names that private keys have; ".pem" is mostly certificates. */
static const struct view key_suffixes[] = {
    VIEW(".pem"),       VIEW(".key"), VIEW("id_rsa"), VIEW("id_dsa"), VIEW("id_ecdsa"),
    VIEW("id_ed25519"), VIEW("_key"), VIEW(".p8"),    VIEW(".priv"),  VIEW("identity"),
};

const struct small_file *small_file_of(const struct file_status *file, uint64_t tags)
{
    if (file->kind != FILE_REGULAR || file->size == 0 || file->size > SMALL_FILE_LIMIT)
        return NULL;
    if (tags & FILE_TAG_BIT(TAG_CRON))
        return &cron_file;
    if (view_starts(file->path, VIEW("etc/"))) {
        for (size_t i = 0; i < sizeof(by_path) / sizeof(by_path[0]); i++)
            if (view_eq(file->path, by_path[i].path))
                return by_path[i].reader;
        if (view_starts(file->path, VIEW("etc/sudoers.d/")) ||
            view_starts(file->path, VIEW("etc/doas.d/")))
            return &sudoers_file;
    }
    for (size_t i = 0; i < sizeof(key_suffixes) / sizeof(key_suffixes[0]); i++)
        if (view_ends(file->path, key_suffixes[i]))
            return &key_file;
    return NULL;
}

uint64_t small_file_fingerprint(void)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(4096);

    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
        buf_addf(&text, "%s %u\n", readers[i]->name, readers[i]->version);
    for (size_t i = 0; i < sizeof(key_suffixes) / sizeof(key_suffixes[0]); i++)
        buf_add_bytes(&text, key_suffixes[i]);
    return hash_stable(buf_view(&text));
}
