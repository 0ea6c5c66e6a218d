#include "scan/config-find.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static const char form_letter[] = {
    [CONFIG_FORM_UNKNOWN] = '?',
    [CONFIG_FORM_DOCUMENT] = 'd',
    [CONFIG_FORM_DOCKERFILE] = 'D',
};

struct seen {
    size_t root_len;
    bool take_packages;
    struct buf text;
};

static int on_file(void *ctx, const char *path, int fd, enum config_form form, struct error *err)
{
    struct seen *seen = ctx;

    (void)err;
    assert_true(fd >= 0);
    buf_addf(&seen->text, "%c%s ", form_letter[form], path + seen->root_len);
    return 0;
}

static int on_package(void *ctx, const char *folder, enum config_package package, bool *ret_taken,
                      struct error *err)
{
    struct seen *seen = ctx;

    (void)err;
    buf_addf(&seen->text, "%c%s ", package == CONFIG_HELM_CHART ? 'H' : 'K',
             folder + seen->root_len);
    *ret_taken = seen->take_packages;
    return 0;
}

static int on_unreadable(void *ctx, const char *path, const struct error *why, struct error *err)
{
    struct seen *seen = ctx;

    (void)why;
    (void)err;
    buf_addf(&seen->text, "!%s ", path + seen->root_len);
    return 0;
}

/* Folders end in "/", links are written "name>target", FIFOs "name|". */
static void make(const char *root, const char *entry)
{
    char path[256], *mark;

    snprintf(path, sizeof(path), "%s/%s", root, entry);
    if (path[strlen(path) - 1] == '/') {
        assert_int_equal(mkdir(path, 0755), 0);
    } else if ((mark = strchr(path, '>'))) {
        *mark = '\0';
        assert_int_equal(symlink(mark + 1, path), 0);
    } else if ((mark = strchr(path, '|'))) {
        *mark = '\0';
        assert_int_equal(mkfifo(path, 0644), 0);
    } else {
        int fd = open(path, O_CREAT | O_WRONLY, 0644);

        assert_true(fd >= 0);
        close(fd);
    }
}

static const struct {
    const char *name;
    const char *entries[12];
    const char *below; /* of the root: what is asked for */
    const char *skipped;
    bool take_packages;
    const char *want;
} cases[] = {
    {"by their names",
     {"b.yml", "a.yaml", "c.json", "x.txt", "Makefile"},
     "",
     NULL,
     true,
     "d/a.yaml d/b.yml d/c.json "},
    {"Dockerfiles",
     {"Dockerfile", "Containerfile", "dockerfile", "Dockerfile.dev", "app.Dockerfile",
      "Dockerfile.dockerignore", "MyDockerfile", "app.containerfile", ".dockerignore"},
     "",
     NULL,
     true,
     "D/.dockerignore D/Containerfile D/Dockerfile D/Dockerfile.dev D/Dockerfile.dockerignore "
     "D/app.Dockerfile D/app.containerfile "
     "D/dockerfile "},
    {"folders", {"d/", "d/e/", "d/e/a.yaml", "z.yaml"}, "", NULL, true, "d/d/e/a.yaml d/z.yaml "},
    {"passed over",
     {".git/", ".git/a.yaml", "node_modules/", "node_modules/a.yaml", ".github/", ".github/a.yaml"},
     "",
     NULL,
     true,
     "d/.github/a.yaml "},
    {"no links, no pipes",
     {"l.yaml>/etc/passwd", "p.yaml|", "l>.", "a.yaml"},
     "",
     NULL,
     true,
     "d/a.yaml "},
    {"skipped by name", {"a.yaml", "b.yaml"}, "", "a*", true, "d/b.yaml "},
    {"skipped by path", {"d/", "d/a.yaml", "a.yaml"}, "", "d/a.yaml", true, "d/a.yaml "},
    {"a folder is skipped",
     {"vendor/", "vendor/a.yaml", "a.yaml"},
     "",
     "vendor",
     true,
     "d/a.yaml "},
    {"a chart",
     {"c/", "c/Chart.yaml", "c/templates/", "c/templates/a.yaml", "a.yaml"},
     "",
     NULL,
     true,
     "d/a.yaml H/c "},
    {"a kustomization that nobody takes",
     {"kustomization.yaml", "a.yaml"},
     "",
     NULL,
     false,
     "K d/a.yaml d/kustomization.yaml "},
    {"a named file", {"a.txt"}, "/a.txt", NULL, true, "?/a.txt "},
    {"a named document", {"a.yaml"}, "/a.yaml", NULL, true, "?/a.yaml "},
    {"a named Dockerfile", {"Dockerfile"}, "/Dockerfile", NULL, true, "D/Dockerfile "},
};

static void finds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char root[] = "/tmp/config-find-XXXXXX", path[256], command[300];
        struct seen seen = {.take_packages = cases[i].take_packages, .text = BUF_INIT(4096)};
        struct config_finder finder = {
            &seen, &cases[i].skipped, cases[i].skipped != NULL, on_file, on_package, on_unreadable,
        };

        print_message("%s\n", cases[i].name);
        assert_non_null(mkdtemp(root));
        seen.root_len = strlen(root);
        for (size_t k = 0; k < COUNT(cases[i].entries) && cases[i].entries[k]; k++)
            make(root, cases[i].entries[k]);
        snprintf(path, sizeof(path), "%s%s", root, cases[i].below);
        assert_int_equal(config_find(&finder, path, NULL), 0);
        assert_string_equal(buf_cstr(&seen.text), cases[i].want);
        buf_done(&seen.text);
        snprintf(command, sizeof(command), "rm -rf %s", root);
        assert_int_equal(system(command), 0);
    }
}

static void fails_for_what_is_not_there(void **state)
{
    const struct config_finder finder = {0};
    struct error err = ERROR_INIT;

    (void)state;
    assert_int_equal(config_find(&finder, "/nonexistent/x", &err), ERROR_NOT_FOUND);
    assert_non_null(strstr(err.message, "/nonexistent/x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(fails_for_what_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
