#include "report/where.h"

#include "test.h"

static void tells_paths_that_others_look_up(void **state)
{
    static const struct {
        const char *kind, *name, *directory, *path, *want, *uri;
    } cases[] = {
        {"config", ".", "/w", "deploy/a.yaml", "deploy/a.yaml", "deploy/a.yaml"},
        {"config", ".", "/w", "./deploy/a.yaml", "deploy/a.yaml", "deploy/a.yaml"},
        {"config", "/w/x", "/w", "/w/x/a.yaml", "x/a.yaml", "x/a.yaml"},
        {"config", "/wx", "/w", "/wx/a.yaml", "/wx/a.yaml", "file:///wx/a.yaml"},
        {"config", "/w/x", NULL, "/w/x/a.yaml", "/w/x/a.yaml", "file:///w/x/a.yaml"},
        {"config", "Dockerfile", "/w", "", "Dockerfile", "Dockerfile"},
        {"config", ".", "/w", "a:b c%?#.yaml", "a:b c%?#.yaml", "a%3Ab%20c%25%3F%23.yaml"},
        {"config", ".", "/w", "网", "网", "%E7%BD%91"},
        {"filesystem", "root", "/w", "etc/x", "root/etc/x", "root/etc/x"},
        {"filesystem", "./root/", "/w", "/etc/x", "root/etc/x", "root/etc/x"},
        {"filesystem", "/mnt", "/w", "etc/x", "/mnt/etc/x", "file:///mnt/etc/x"},
        {"filesystem", "/", "/w", "etc/x", "/etc/x", "file:///etc/x"},
        {"host", "name", "/w", "etc/x", "/etc/x", "file:///etc/x"},
        {"image", "debian:12", "/w", "etc/x", "debian/etc/x", "debian/etc/x"},
        {"image", "registry:r.io:5000/a/b:1@sha256:00", "/w", "etc/x", "r.io:5000/a/b/etc/x",
         "r.io%3A5000/a/b/etc/x"},
        {"image", "/w/app.tar", "/w", "etc/x", "app.tar/etc/x", "app.tar/etc/x"},
        {"image", "/other/app.tar", "/w", "etc/x", "other/app.tar/etc/x", "other/app.tar/etc/x"},
        {"image", "app", "/w", "", "app", "app"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        _cleanup_arena_ struct arena *arena = arena_new(1 << 16);
        const struct report report = {
            .artifact = {.kind = view_of(cases[i].kind), .name = view_of(cases[i].name)}};
        const struct report_options options = {.directory = cases[i].directory};
        struct view path = where_path(&report, &options, view_of(cases[i].path), arena);

        assert_view(path, cases[i].want);
        assert_view(where_uri(path, arena), cases[i].uri);
    }
}

RUN_TESTS(cmocka_unit_test(tells_paths_that_others_look_up))
