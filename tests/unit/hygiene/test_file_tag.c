#include "test.h"

#include "base/buf.h"
#include "hygiene/file-tag.h"

static void test_tags(void **state)
{
    static const struct {
        struct file_status file;
        const char *want;
    } cases[] = {
        {{VIEW("usr/bin/passwd"), FILE_REGULAR, 04755, 1, 0}, "setuid "},
        {{VIEW("usr/bin/wall"), FILE_HARD_LINK, 02755, 0, 0}, "setgid "},
        {{VIEW("srv"), FILE_DIRECTORY, 02777, 0, 0}, "world-writable "},
        {{VIEW("tmp"), FILE_DIRECTORY, 01777, 0, 0}, ""},
        {{VIEW("x"), FILE_SYMLINK, 04777, 0, 0}, ""},
        {{VIEW("dev/sda"), FILE_BLOCK_DEVICE, 0660, 0, 0}, "device "},
        {{VIEW("bin/ping"), FILE_REGULAR, 0755, 1, 1 << 13}, "capabilities "},
        {{VIEW("opt/model.bin"), FILE_REGULAR, 0644, FILE_LARGE, 0}, "large "},
        {{VIEW("bin/busybox"), FILE_REGULAR, 0755, 1, 0}, "shell "},
        {{VIEW("bin/as"), FILE_REGULAR, 0755, 1, 0}, "compiler "},
        {{VIEW("usr/lib/as"), FILE_REGULAR, 0755, 1, 0}, ""},
        {{VIEW("etc/cron.d/.placeholder"), FILE_REGULAR, 0644, 0, 0}, ""},
        {{VIEW("etc/cron.d/job"), FILE_REGULAR, 0644, 9, 0}, "cron "},
        {{VIEW("home/u/.aws/credentials"), FILE_REGULAR, 0600, 9, 0}, "credentials "},
        {{VIEW("home/u/x.aws/credentials"), FILE_REGULAR, 0600, 9, 0}, ""},
        {{VIEW("credentials"), FILE_REGULAR, 0600, 9, 0}, ""},
        {{VIEW("vault.kdbx"), FILE_REGULAR, 0600, 9, 0}, "credentials "},
        {{VIEW("app/.git/HEAD"), FILE_REGULAR, 0644, 9, 0}, "version-control "},
        {{VIEW("app/HEAD"), FILE_REGULAR, 0644, 9, 0}, ""},
        {{VIEW("etc/ssh/ssh_host_rsa_key"), FILE_REGULAR, 0600, 9, 0}, "ssh-host-key "},
        {{VIEW("var/lib/apt/lists/partial"), FILE_DIRECTORY, 0700, 0, 0}, ""},
        {{VIEW("var/cache/apk/APKINDEX.tar.gz"), FILE_REGULAR, 0644, 9, 0}, "package-cache "},
        {{VIEW("etc/ld.so.preload"), FILE_REGULAR, 0644, 9, 0}, "preload "},
        {{VIEW("app/Dockerfile"), FILE_REGULAR, 0644, 9, 0}, "build-file "},
    };
    struct file_tagger *tagger = file_tagger_new();

    (void)state;
    assert_non_null(tagger);
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint64_t tags = file_tagger_tags(tagger, &cases[i].file);
        _cleanup_(buf_done) struct buf text = BUF_INIT(4096);

        for (unsigned tag = 0; tag < FILE_TAG_COUNT; tag++)
            if (tags & FILE_TAG_BIT(tag))
                buf_addf(&text, "%s ", file_tag_name((enum file_tag)tag));
        if (strcmp(buf_cstr(&text), cases[i].want) != 0)
            fail_msg("%.*s: got \"%s\", want \"%s\"", VIEW_ARG(cases[i].file.path), buf_cstr(&text),
                     cases[i].want);
    }
    file_tagger_free(tagger);
}

static void test_capabilities(void **state)
{
    static const struct {
        struct view attribute;
        uint64_t want;
    } cases[] = {
        {VIEW("\x01\0\0\x02\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), 1 << 13},
        {VIEW("\x01\0\0\x03\0\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\x10\0\0\0"), 1ull << 39},
        {VIEW("\x01\0\0\x01\x01\0\0\0\0\0\0\0"), 1},
        {VIEW("\x01\0\0\x04\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), 0},
        {VIEW("\x01\0\0\x02\0\x20\0\0"), 0},
        {VIEW(""), 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(file_capabilities(cases[i].attribute), cases[i].want);
    assert_string_equal(file_capability_name(13), "cap_net_raw");
    assert_string_equal(file_capability_name(40), "cap_checkpoint_restore");
}

RUN_TESTS(cmocka_unit_test(test_tags), cmocka_unit_test(test_capabilities))
