#include "scan/config-render.h"

#include <stdio.h>

#include "artifact/program.h"
#include "base/path.h"

enum { ARGUMENTS_LIMIT = 160 };

static const char *const environment[] = {
    "PATH",
    "HOME",
    "TMPDIR",
    "KUBECONFIG",
    "HELM_CACHE_HOME",
    "HELM_CONFIG_HOME",
    "HELM_DATA_HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "LANG",
    NULL,
};

/* A folder that looks like an option is written so that it does not. */
static const char *harmless(const char *folder, char to[static PATH_LIMIT + 2])
{
    if (folder[0] != '-')
        return folder;
    snprintf(to, PATH_LIMIT + 2, "./%s", folder);
    return to;
}

static int run(const char *const *arguments, struct buf *to, struct error *err)
{
    const struct program_start start = {.arguments = arguments, .environment = environment};
    _cleanup_(program_free_p) struct program *program = NULL;
    _cleanup_(buf_done) struct buf words = BUF_INIT(4096);
    int r = program_start(&start, &program, err), status;

    if (r < 0)
        return r;
    r = program_read(program, CONFIG_RENDER_SECONDS, to, err);
    status = program_end(program, r < 0, &words);
    if (r < 0)
        return error_wrap(err, "%s", arguments[0]);
    if (status == 0)
        return 0;
    return error_set(err, ERROR_INPUT, "%s failed: %s", arguments[0],
                     words.len ? buf_cstr(&words) : "?");
}

static int render_chart(const char *folder, const struct config_render_options *options,
                        struct buf *to, struct error *err)
{
    char safe[PATH_LIMIT + 2];
    const char *arguments[ARGUMENTS_LIMIT] = {"helm", "template", "release", harmless(folder, safe),
                                              "--include-crds"};
    size_t count = 5;
    int r;

    for (size_t i = 0; i < options->helm_values_count && count + 3 < ARGUMENTS_LIMIT; i++) {
        arguments[count++] = "--values";
        arguments[count++] = options->helm_values[i];
    }
    r = run(arguments, to, err);
    if (r == ERROR_NOT_FOUND) {
        error_set(err, ERROR_NOT_FOUND, "a Helm chart, and helm is not installed");
        error_hint(err, "install helm, or pass charts over with --no-render");
    }
    return r;
}

static int render_kustomization(const char *folder, struct buf *to, struct error *err)
{
    char safe[PATH_LIMIT + 2];
    const char *const kustomize[] = {"kustomize", "build", harmless(folder, safe), NULL};
    const char *const kubectl[] = {"kubectl", "kustomize", harmless(folder, safe), NULL};
    int r = run(kustomize, to, err);

    if (r == ERROR_NOT_FOUND)
        r = run(kubectl, to, err);
    if (r == ERROR_NOT_FOUND) {
        error_set(err, ERROR_NOT_FOUND,
                  "a kustomization, and neither kustomize nor kubectl is installed");
        error_hint(err, "install one of them, or check the files as they stand with --no-render");
    }
    return r;
}

int config_render(const char *folder, enum config_package package,
                  const struct config_render_options *options, struct buf *to, struct error *err)
{
    return package == CONFIG_HELM_CHART ? render_chart(folder, options, to, err)
                                        : render_kustomization(folder, to, err);
}

bool config_rendered_next(struct view *rest, struct config_rendered *ret)
{
    static const struct view mark = VIEW("# Source: ");
    const struct view all = *rest;
    struct view source = VIEW_EMPTY;
    bool first = true;

    if (!rest->ptr || rest->len == 0)
        return false;
    while (rest->ptr) {
        struct view ahead = *rest, line = view_line(&ahead);

        if (view_eq(line, VIEW("---")) && !first)
            break;
        if (view_starts(line, mark) && source.len == 0)
            source = view_trim(view_sub(line, mark.len, line.len));
        first = false;
        *rest = ahead;
    }
    *ret = (struct config_rendered){source, view_sub(all, 0, all.len - rest->len)};
    return true;
}
