/* Scans an image for everything but packages' vulnerabilities, for end-to-end
 * tests and measurements: "KIND|ID|SEVERITY|LAYER|PATH|RESOURCE|MESSAGE" for
 * each finding, "!CODE|PATH|MESSAGE" for each diagnostic, then the times.
 *
 * usage: dump_image_scan [--rules PATH] [--hashes FILE] [--cache DIR] SCANNERS REF
 * with SCANNERS of the letters p (none but reading packages), c, m. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "config/checks.h"
#include "malware/malware.h"
#include "scan/scan.h"

static void write_report(const struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *f = &report->findings[i];

        printf("%.*s|%.*s|%s|%zu|%.*s|%.*s|%.*s\n", VIEW_ARG(f->kind), VIEW_ARG(f->id),
               severity_name(f->severity), f->location.layer.len ? f->location.layer_index + 1 : 0,
               VIEW_ARG(f->location.path), VIEW_ARG(f->resource), VIEW_ARG(f->message));
    }
    for (size_t i = 0; i < report->diagnostic_count; i++)
        printf("!%.*s|%.*s|%.*s\n", VIEW_ARG(report->diagnostics[i].code),
               VIEW_ARG(report->diagnostics[i].path), VIEW_ARG(report->diagnostics[i].message));
    for (size_t i = 0; i < report->timing_count; i++)
        fprintf(stderr, "%.*s %.1f ms\n", VIEW_ARG(report->timing[i].name),
                (double)report->timing[i].ns / 1e6);
}

int main(int argc, char **argv)
{
    const char *rule_paths[1], *hash_paths[1];
    struct malware_sources sources = {.rules = rule_paths, .hashes = hash_paths};
    struct checks_options check_options = {.kinds = CONFIG_IMAGE};
    struct scan_options options = {.image = {.jobs = 2, .offline = true}};
    struct malware_rules *malware = NULL;
    struct checks *checks = NULL;
    struct scan_rules rules = {0};
    struct sandbox *sandbox = NULL;
    struct arena *arena = arena_new(SCAN_ARENA_LIMIT);
    struct report report;
    struct error err = ERROR_INIT;
    int at = 1, r = 0;

    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
        if (strcmp(argv[at], "--rules") == 0) {
            rule_paths[sources.rule_count++] = argv[at + 1];
        } else if (strcmp(argv[at], "--hashes") == 0) {
            hash_paths[sources.hash_count++] = argv[at + 1];
        } else {
            options.cache_dir = argv[at + 1];
        }
    }
    if (at + 2 != argc)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    options.scanners =
        (strchr(argv[at], 'c') ? SCAN_CONFIG : 0u) | (strchr(argv[at], 'm') ? SCAN_MALWARE : 0u);
    if (options.scanners & SCAN_CONFIG)
        r = checks_new(&check_options, &checks, &err);
    if (r == 0 && options.scanners & SCAN_MALWARE)
        r = malware_rules_new(&sources, &malware, &err);
    rules.checks = checks;
    rules.malware = malware;
    options.rules = &rules;
    if (r == 0)
        r = scan_sandbox_start(&rules, &sandbox, &err);
    if (r == 0)
        r = scan_image(argv[at + 1], &options, sandbox, arena, &report, &err);
    if (r == 0)
        write_report(&report);
    else
        fprintf(stderr, "%s\n%s\n", err.message, err.hint);
    sandbox_stop(sandbox);
    checks_free(checks);
    malware_rules_free(malware);
    arena_free(arena);
    return r < 0;
}
