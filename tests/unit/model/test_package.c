#include "model/package.h"

#include "base/arena.h"
#include "model/os.h"
#include "test.h"

static void package_urls(void **state)
{
    static const struct {
        struct package package;
        struct os_info os;
        const char *want;
    } cases[] = {
        {{.type = PACKAGE_DEB,
          .name = VIEW("openssl"),
          .version = VIEW("3.0.9-1"),
          .arch = VIEW("amd64")},
         {.id = VIEW("debian"), .version_id = VIEW("12")},
         "pkg:deb/debian/openssl@3.0.9-1?arch=amd64&distro=debian-12"},
        {{.type = PACKAGE_DEB, .name = VIEW("libstdc++6"), .version = VIEW("1:12.2.0~rc1-14+b1")},
         {.id = VIEW("ubuntu")},
         "pkg:deb/ubuntu/libstdc%2B%2B6@1:12.2.0~rc1-14%2Bb1?distro=ubuntu"},
        {{.type = PACKAGE_RPM,
          .name = VIEW("bind"),
          .version = VIEW("32:9.16.23-1.el9"),
          .arch = VIEW("x86_64")},
         {.id = VIEW("rocky"), .version_id = VIEW("9.4")},
         "pkg:rpm/rocky/bind@9.16.23-1.el9?arch=x86_64&distro=rocky-9.4&epoch=32"},
        {{.type = PACKAGE_APK, .name = VIEW("musl"), .version = VIEW("1.2.4-r2")},
         {.id = VIEW("")},
         "pkg:apk/musl@1.2.4-r2"},
    };
    struct arena *arena = arena_new(1 << 16);

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_view(package_purl(&cases[i].package, &cases[i].os, arena), cases[i].want);
    arena_free(arena);
}

RUN_TESTS(cmocka_unit_test(package_urls))
