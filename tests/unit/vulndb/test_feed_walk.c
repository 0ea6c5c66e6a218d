#include "vulndb/feed-walk.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "vulndb/import/bundle.h"

#include "test.h"

static char folder[] = "/tmp/plimsoll-walk-XXXXXX";

static void put(const char *name, size_t size)
{
    _cleanup_free_ char *path = NULL, *bytes = calloc(1, size + 1);
    FILE *file;

    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
    file = fopen(path, "w");
    assert_non_null(file);
    fwrite(bytes, 1, size, file);
    fclose(file);
}

static void put_link(const char *name, const char *target)
{
    _cleanup_free_ char *path = NULL;

    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    assert_int_equal(symlink(target, path), 0);
}

static int make_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    put("osv/Debian/all.zip", 10);
    put("osv/npm/all.zip", 20);
    put("osv/.hidden/all.zip", 20);
    put("README.md", 5);
    put("apt/x_dists_y_InRelease", 3);
    put("apt/x_dists_y_main_binary-amd64_Packages.lz4", 30);
    put("apt/x_dists_y_extra_main_binary-amd64_Packages", 31);
    put("apt/x_dists_y_extra_Release", 3);
    put("apt/alone_Packages", 32);
    put("apt/lock", 0);
    for (int i = 0; i < FEED_WALK_MANY; i++) {
        char name[64];

        snprintf(name, sizeof(name), "records/CVE-%d.json", i);
        put(name, 100);
    }
    put("records/large.json", BUNDLE_MEMBER_LIMIT + 1);
    put_link("link.zip", "osv/npm/all.zip");
    put_link("nowhere.zip", "nothing");
    put_link("around", ".");
    return 0;
}

static int remove_folder(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command);
}

static void describe(const struct feed_input *input, struct buf *to)
{
    buf_addf(to, "%s %llu", input->name, (unsigned long long)input->size);
    if (input->companion)
        buf_addf(to, " with %s", strrchr(input->companion, '/') + 1);
    if (!input->path)
        buf_addf(to, " bundle of %zu", input->member_count);
    if (input->only)
        buf_addf(to, " only %s", input->importer->name);
    buf_add_char(to, '\n');
}

static void check(const struct source *source, const char *below, const char *want)
{
    _cleanup_arena_ struct arena *arena = arena_new(16 << 20);
    _cleanup_(buf_done) struct buf got = BUF_INIT(1 << 20);
    struct feed_inputs inputs = {.arena = arena};
    struct error err = ERROR_INIT;
    char path[128];

    snprintf(path, sizeof(path), "%s%s", folder, below);
    if (feed_walk(source, 7, path, &inputs, &err) < 0)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < inputs.count; i++) {
        assert_int_equal(inputs.items[i].source, 7);
        describe(&inputs.items[i], &got);
    }
    if (strcmp(buf_cstr(&got), want) != 0)
        fail_msg("got:\n%swant:\n%s", buf_cstr(&got), want);
}

static void test_tree(void **state)
{
    (void)state;
    check(&(struct source){.name = "feeds"}, "",
          "feeds/README.md 5\n"
          "feeds/link.zip 20\n"
          "feeds/apt/alone_Packages 32\n"
          "feeds/apt/lock 0\n"
          "feeds/apt/x_dists_y_extra_main_binary-amd64_Packages 31 with x_dists_y_extra_Release\n"
          "feeds/apt/x_dists_y_main_binary-amd64_Packages.lz4 30 with x_dists_y_InRelease\n"
          "feeds/osv/Debian/all.zip 10\n"
          "feeds/osv/npm/all.zip 20\n"
          "feeds/records 6400 bundle of 64\n"
          "feeds/records/large.json 1048577\n");
}

static void test_one_type(void **state)
{
    (void)state;
    check(&(struct source){.name = "apt", .importer = &importer_apt_lists}, "/apt",
          "apt/x_dists_y_extra_main_binary-amd64_Packages 31 with x_dists_y_extra_Release "
          "only apt-lists\n"
          "apt/x_dists_y_main_binary-amd64_Packages.lz4 30 with x_dists_y_InRelease "
          "only apt-lists\n");
    check(&(struct source){.name = "osv", .importer = &importer_osv}, "/osv/npm/all.zip",
          "osv 20\n");
}

static void test_faults(void **state)
{
    _cleanup_arena_ struct arena *arena = arena_new(1 << 20);
    struct feed_inputs inputs = {.arena = arena};
    struct source source = {.name = "a"};
    struct error err = ERROR_INIT;
    char deep[256] = "";

    (void)state;
    assert_int_equal(feed_walk(&source, 0, "/nowhere/at/all", &inputs, &err), ERROR_NOT_FOUND);
    assert_int_equal(feed_walk(&source, 0, "/dev/null", &inputs, &err), ERROR_INPUT);
    for (int i = 0; i < FEED_WALK_DEPTH + 1; i++)
        strcat(deep, "d/");
    strcat(deep, "f");
    put(deep, 1);
    assert_int_equal(feed_walk(&source, 0, folder, &inputs, &err), ERROR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tree), cmocka_unit_test(test_one_type),
                                       cmocka_unit_test(test_faults)};

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
