#include "base/log.h"
#include "base/text.h"
#include "cmd/cli/load-checks.h"
#include "cmd/cli/load-secret-rules.h"
#include "cmd/cli/scan-command.h"
#include "malware/malware.h"

static int load_malware_rules(const struct settings *s, struct scan_rules *ret, struct error *err)
{
    const struct malware_sources sources = {
        .rules = s->yara.items,
        .rule_count = s->yara.count,
        .hashes = s->hashes.items,
        .hash_count = s->hashes.count,
    };
    struct malware_rules *rules;
    int r = malware_rules_new(&sources, &rules, err);

    if (r == 0)
        ret->malware = rules;
    return r;
}

static int prepare(const struct invocation *invocation, struct scan_rules *ret, struct error *err)
{
    const struct settings *s = settings_of(invocation);
    struct secret_rules *secrets;
    struct checks *checks;
    int r = 0;

    if (s->scanners & SCAN_CONFIG && (r = load_checks(invocation, CONFIG_IMAGE, &checks, err)) == 0)
        ret->checks = checks;
    if (r == 0 && s->scanners & SCAN_SECRETS &&
        (r = load_secret_rules(invocation, &s->secret_rules, &secrets, err)) == 0)
        ret->secrets = secrets;
    if (r == 0 && s->scanners & SCAN_MALWARE)
        r = load_malware_rules(s, ret, err);
    return r;
}

static void release(struct scan_rules *rules)
{
    checks_free((struct checks *)rules->checks);
    secret_rules_free((struct secret_rules *)rules->secrets);
    malware_rules_free((struct malware_rules *)rules->malware);
}

static int scan(const struct invocation *invocation, const struct scan_options *options,
                struct sandbox *sandbox, struct arena *arena, struct report *ret, struct error *err)
{
    struct scan_options chosen = *options;

    chosen.scanners = settings_of(invocation)->scanners;
    return scan_image(invocation->operands[0], &chosen, sandbox, arena, ret, err);
}

/* An option of a scanner that was not asked for looks as if it did something. */
static void tell_idle_options(const struct settings *s)
{
    if (!(s->scanners & SCAN_MALWARE) && (s->yara.count || s->hashes.count))
        log_warning("--yara and --malware-hashes do nothing without --scanners malware");
    if (!(s->scanners & SCAN_SECRETS) && s->secret_rules.count)
        log_warning("--secret-rules does nothing without --scanners secret");
    if (!(s->scanners & SCAN_CONFIG) &&
        (s->rule_files.count || s->checks.count || s->skipped_checks.count))
        log_warning("--rules, --check and --skip-check do nothing without --scanners config");
}

static int run(struct invocation *invocation, struct error *err)
{
    static const struct scan_plan plan = {scan, prepare, release};

    tell_idle_options(settings_of(invocation));
    return scan_command_run(invocation, &plan, err);
}

static const char *const description[] = {
    TR_KEY("Reads the layers of a container image, finds the packages that its operating system's "
           "package manager installed, and tells which of them have known vulnerabilities, and "
           "what fixes them. With --scanners it also tells how the image is made, and which "
           "secrets and malware it holds. Layers are streamed, never copied to disk, and read in "
           "confined processes; what a layer contains is remembered for the next scan."),
    TR_KEY("REF says where the image is:"),
    NULL,
};

static const struct command_note notes[] = {
    {"FILE", TR_KEY("an archive of docker save or of an OCI layout, compressed or not; - reads "
                    "standard input")},
    {"oci:DIR[:TAG]", TR_KEY("an OCI layout in a directory")},
    {"docker:NAME", TR_KEY("an image of the Docker engine on this machine")},
    {"podman:NAME", TR_KEY("an image of Podman on this machine")},
    {"containerd:NAME", TR_KEY("an image of containerd on this machine")},
    {"registry:NAME", TR_KEY("an image in a registry")},
    {"NAME", TR_KEY("Docker, containerd and Podman are asked in this order, then the registry")},
    {NULL, NULL},
};

static const struct command_example examples[] = {
    {"plimsoll image debian:12", TR_KEY("an image by name")},
    {"plimsoll image app.tar --severity HIGH,CRITICAL --ignore-unfixed",
     TR_KEY("the severe findings of an archive that have a fix")},
    {"plimsoll image registry:ghcr.io/acme/app:1.4 --fail-on high",
     TR_KEY("a gate in CI: exit code 1 when a finding is high or critical")},
    {"plimsoll image oci:build/app -f json -o report.json",
     TR_KEY("a report for programs, of an OCI layout")},
    {"plimsoll image app --scanners vuln,config,secret,malware",
     TR_KEY("everything that can be found in an image")},
    {"docker save app | plimsoll image -", TR_KEY("an archive from a pipe")},
    {NULL, NULL},
};

static const struct option_group *const options[] = {
    &options_scanners, &options_checks,   &options_gate,     &options_packages, &options_output,
    &options_scan,     &options_registry, &options_database, &options_general,  NULL,
};

const struct command command_image = {
    .name = "image",
    .parent = &command_program,
    .operands = "REF",
    .operand_min = 1,
    .operand_max = 1,
    .summary = TR_KEY("find vulnerable packages, secrets and malware in an image"),
    .description = description,
    .notes = notes,
    .examples = examples,
    .options = options,
    .run = run,
};
