#include "cmd/cli/settings.h"

#include "base/text.h"
#include "report/format.h"

#define AT(member) .offset = offsetof(struct settings, member)
#define GROUP(group_title, table) OPTION_GROUP(group_title, table)

static bool format_word(size_t i, struct option_word *ret)
{
    if (i >= report_format_count)
        return false;
    *ret = (struct option_word){report_formats[i].name, report_formats[i].doc};
    return true;
}

static const struct option database[] = {
    {.name = "db",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(db),
     .variable = "PLIMSOLL_DB",
     .doc = TR_KEY("the advisory database; without it, advisories.db in the cache directory")},
    {.name = "cache-dir",
     .type = OPTION_TEXT,
     .argument = "DIR",
     AT(cache_dir),
     .variable = "PLIMSOLL_CACHE_DIR",
     .doc = TR_KEY("where the database and what is known of layers are kept; without it, "
                   "~/.cache/plimsoll")},
};
const struct option_group options_database = GROUP(TR_KEY("Files"), database);

static const struct option cache[] = {
    {.name = "cache-dir",
     .type = OPTION_TEXT,
     .argument = "DIR",
     AT(cache_dir),
     .variable = "PLIMSOLL_CACHE_DIR",
     .doc = TR_KEY("the cache directory; without it, ~/.cache/plimsoll")},
};
const struct option_group options_cache = GROUP(TR_KEY("Files"), cache);

static const struct option output[] = {
    {.name = "format",
     .letter = 'f',
     .type = OPTION_CHOICE,
     .argument = "FORMAT",
     AT(format),
     .initial = "table",
     .variable = "PLIMSOLL_FORMAT",
     .word = format_word,
     .doc = TR_KEY("how the report is written")},
    {.name = "output",
     .letter = 'o',
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(output),
     .doc = TR_KEY("write the report to a file, which appears whole or not at all")},
    {.name = "timing", AT(timing), .doc = TR_KEY("tell where the time went")},
};
const struct option_group options_output = GROUP(TR_KEY("Report"), output);

static const struct option gate[] = {
    {.name = "severity",
     .letter = 's',
     .type = OPTION_SEVERITIES,
     .argument = "LIST",
     AT(severities),
     .variable = "PLIMSOLL_SEVERITY",
     .doc = TR_KEY("show only these severities, with commas between: critical, high, medium, low, "
                   "negligible, unknown")},
    {.name = "fail-on",
     .type = OPTION_SEVERITY,
     .argument = "SEVERITY",
     AT(fail_on),
     .variable = "PLIMSOLL_FAIL_ON",
     .doc = TR_KEY("the gate fails when a finding at or above this severity is shown")},
    {.name = "exit-code",
     .type = OPTION_NUMBER,
     .argument = "N",
     AT(exit_code),
     .max = 255,
     .variable = "PLIMSOLL_EXIT_CODE",
     .doc = TR_KEY("exit code of a failed gate; without --fail-on and --fail-on-kev, any finding "
                   "shown fails it")},
    {.name = "ignorefile",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(ignore_file),
     .variable = "PLIMSOLL_IGNOREFILE",
     .doc = TR_KEY("findings that were accepted; without it, .plimsollignore.yaml of the working "
                   "directory, where there is one")},
    {.name = "show-suppressed",
     AT(show_suppressed),
     .variable = "PLIMSOLL_SHOW_SUPPRESSED",
     .doc = TR_KEY("list what was accepted, and why")},
};
const struct option_group options_gate = GROUP(TR_KEY("Filters and gate"), gate);

static const struct option packages[] = {
    {.name = "ignore-unfixed",
     AT(ignore_unfixed),
     .variable = "PLIMSOLL_IGNORE_UNFIXED",
     .doc = TR_KEY("of vulnerabilities, show only those with a fix")},
    {.name = "fail-on-kev",
     AT(fail_on_kev),
     .variable = "PLIMSOLL_FAIL_ON_KEV",
     .doc = TR_KEY("the gate fails for what is known to be exploited (CISA's KEV list), whatever "
                   "its severity")},
    {.name = "list-all-pkgs", AT(packages), .doc = TR_KEY("tell all packages, not only findings")},
};
const struct option_group options_packages =
    GROUP(TR_KEY("Packages and their vulnerabilities"), packages);

#define RULES_OPTION                                                                               \
    {                                                                                              \
        .name = "rules", .letter = 'r', .type = OPTION_TEXTS, .argument = "FILE|DIR",              \
        AT(rule_files), .variable = "PLIMSOLL_RULES",                                              \
        .doc = TR_KEY("load these rule files after the built-in ones; may be given several times") \
    }
#define NO_BUILTIN_OPTION                                                                          \
    {                                                                                              \
        .name = "no-builtin", AT(no_builtin), .doc = TR_KEY("leave the built-in rules out")        \
    }

static const struct option checks[] = {
    RULES_OPTION,
    NO_BUILTIN_OPTION,
    {.name = "check",
     .letter = 'c',
     .type = OPTION_TEXTS,
     .argument = "ID|TAG",
     AT(checks),
     .variable = "PLIMSOLL_CHECK",
     .doc = TR_KEY("only these checks, by id or tag, with commas between and * for any text: "
                   "PSS:*, k8s-privileged")},
    {.name = "skip-check",
     .type = OPTION_TEXTS,
     .argument = "ID|TAG",
     AT(skipped_checks),
     .variable = "PLIMSOLL_SKIP_CHECK",
     .doc = TR_KEY("all but these checks")},
};
const struct option_group options_checks = GROUP(TR_KEY("Checks"), checks);

static const struct option rule_files[] = {RULES_OPTION, NO_BUILTIN_OPTION};
const struct option_group options_rule_files = GROUP(TR_KEY("Rules"), rule_files);

static const struct option rule_choice[] = {
    {.name = "source",
     .type = OPTION_TEXT,
     .argument = "SOURCE",
     AT(rule_source),
     .doc = TR_KEY("only rules of this source: kubernetes, dockerfile, compose, image, syscall, "
                   "...")},
    {.name = "tag",
     .letter = 't',
     .type = OPTION_TEXTS,
     .argument = "ID|TAG",
     AT(checks),
     .doc = TR_KEY("only rules of this id or tag, * for any text")},
};
const struct option_group options_rule_choice = GROUP(TR_KEY("Choice"), rule_choice);

static const struct option files[] = {
    {.name = "skip",
     .type = OPTION_TEXTS,
     .argument = "GLOB",
     AT(skipped_paths),
     .variable = "PLIMSOLL_SKIP",
     .doc = TR_KEY("pass over files and folders of this name or path")},
    {.name = "no-render",
     AT(no_render),
     .variable = "PLIMSOLL_NO_RENDER",
     .doc = TR_KEY("run neither helm nor kustomize: charts are passed over, the files of "
                   "kustomizations checked as they stand")},
    {.name = "helm-values",
     .type = OPTION_TEXTS,
     .argument = "FILE",
     AT(helm_values),
     .doc = TR_KEY("values that charts are rendered with")},
};
const struct option_group options_files = GROUP(TR_KEY("Files"), files);

static const struct option secrets[] = {
    RULES_OPTION,
    {.name = "disable",
     .type = OPTION_TEXTS,
     .argument = "ID",
     AT(disabled_rules),
     .variable = "PLIMSOLL_DISABLE",
     .doc = TR_KEY("all but these rules, with commas between")},
    {.name = "baseline",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(baseline),
     .variable = "PLIMSOLL_BASELINE",
     .doc = TR_KEY("accept the findings that this file lists: a file of suppressions")},
    {.name = "write-baseline",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(write_baseline),
     .doc = TR_KEY("write the findings to such a file, by their fingerprints")},
    {.name = "git",
     AT(git),
     .doc = TR_KEY("scan the history of the git repository at PATH, every file of every commit")},
    {.name = "since",
     .type = OPTION_TEXT,
     .argument = "DATE|COMMIT",
     AT(git_since),
     .doc = TR_KEY("with --git: only commits after this date, or that this commit does not hold")},
    {.name = "branch",
     .type = OPTION_TEXT,
     .argument = "NAME",
     AT(git_branch),
     .doc = TR_KEY("with --git: only this branch; without it, all references")},
    {.name = "skip",
     .type = OPTION_TEXTS,
     .argument = "GLOB",
     AT(skipped_paths),
     .variable = "PLIMSOLL_SKIP",
     .doc = TR_KEY("pass over files and folders of this name or path")},
    {.name = "max-file-size",
     .type = OPTION_SIZE,
     .argument = "SIZE",
     AT(file_limit),
     .variable = "PLIMSOLL_MAX_FILE_SIZE",
     .doc = TR_KEY("look into the first SIZE bytes of a file only; without it, into all")},
    {.name = "no-decode",
     AT(no_decode),
     .doc = TR_KEY("decode neither base64 nor hexadecimal nor percent-encoded text")},
    {.name = "no-archives", AT(no_archives), .doc = TR_KEY("do not open archives")},
    {.name = "jobs",
     .letter = 'j',
     .type = OPTION_NUMBER,
     .argument = "N",
     AT(jobs),
     .min = 1,
     .max = 256,
     .variable = "PLIMSOLL_JOBS",
     .doc = TR_KEY("workers at once; without it, as many as there are processors")},
};
const struct option_group options_secrets = GROUP(TR_KEY("Secrets"), secrets);

static bool scanner_word(size_t i, struct option_word *ret)
{
    /* In the order of enum scan_scanner. */
    static const struct option_word words[] = {
        {"vuln", TR_KEY("packages with known vulnerabilities")},
        {"config", TR_KEY("how the image is made: users, permissions, files that should not be "
                          "there")},
        {"secret", TR_KEY("keys, tokens and passwords in files, settings and history")},
        {"malware", TR_KEY("miners, reverse shells, web shells; YARA rules and hashes of one's "
                           "own")},
    };

    return option_take_word(words, sizeof(words) / sizeof(words[0]), i, ret);
}

static const struct option scanners[] = {
    {.name = "scanners",
     .type = OPTION_WORDS,
     .argument = "LIST",
     AT(scanners),
     .initial = "vuln",
     .variable = "PLIMSOLL_SCANNERS",
     .word = scanner_word,
     .doc = TR_KEY("what to look for, with commas between")},
    {.name = "yara",
     .type = OPTION_TEXTS,
     .argument = "FILE|DIR",
     AT(yara),
     .variable = "PLIMSOLL_YARA",
     .doc = TR_KEY("YARA rules for the scanner malware; may be given several times")},
    {.name = "malware-hashes",
     .type = OPTION_TEXTS,
     .argument = "FILE",
     AT(hashes),
     .variable = "PLIMSOLL_MALWARE_HASHES",
     .doc = TR_KEY("lists of SHA-256 or MD5 hashes for the scanner malware")},
    {.name = "secret-rules",
     .type = OPTION_TEXTS,
     .argument = "FILE|DIR",
     AT(secret_rules),
     .variable = "PLIMSOLL_SECRET_RULES",
     .doc = TR_KEY("rules for the scanner secret, beside the built-in ones")},
};
const struct option_group options_scanners = GROUP(TR_KEY("What to look for"), scanners);

static bool harden_level_word(size_t i, struct option_word *ret)
{
    static const struct option_word words[] = {
        {"baseline", TR_KEY("Pod Security Standards baseline, and what is high or critical")},
        {"restricted", TR_KEY("the restricted standard too, and what is medium")},
        {"all", TR_KEY("every check that can be repaired")},
    };

    return option_take_word(words, sizeof(words) / sizeof(words[0]), i, ret);
}

static bool harden_format_word(size_t i, struct option_word *ret)
{
    static const struct option_word words[] = {
        {"text", TR_KEY("the files, with what was changed on standard error")},
        {"json", TR_KEY("one document with files, changes, and what was left")},
    };

    return option_take_word(words, sizeof(words) / sizeof(words[0]), i, ret);
}

static const struct option harden[] = {
    {.name = "level",
     .type = OPTION_CHOICE,
     .argument = "LEVEL",
     AT(harden_level),
     .initial = "restricted",
     .variable = "PLIMSOLL_HARDEN_LEVEL",
     .word = harden_level_word,
     .doc = TR_KEY("which checks are repaired; --check chooses them one by one instead")},
    {.name = "in-place", .letter = 'i', AT(in_place), .doc = TR_KEY("write the files themselves")},
    {.name = "diff", AT(diff), .doc = TR_KEY("write a unified diff instead of the files")},
    {.name = "dry-run", AT(dry_run), .doc = TR_KEY("only tell what would be changed")},
    {.name = "interactive",
     AT(interactive),
     .doc = TR_KEY("ask for each change, and for values that are missing; on a terminal")},
    {.name = "format",
     .letter = 'f',
     .type = OPTION_CHOICE,
     .argument = "FORMAT",
     AT(harden_format),
     .initial = "text",
     .word = harden_format_word,
     .doc = TR_KEY("how the result is written")},
    {.name = "skip",
     .type = OPTION_TEXTS,
     .argument = "GLOB",
     AT(skipped_paths),
     .variable = "PLIMSOLL_SKIP",
     .doc = TR_KEY("pass over files and folders of this name or path")},
};
const struct option_group options_harden = GROUP(TR_KEY("Repair"), harden);

static const struct option cluster[] = {
    {.name = "kubernetes-version",
     .type = OPTION_TEXT,
     .argument = "1.N",
     AT(kubernetes_version),
     .variable = "PLIMSOLL_KUBERNETES_VERSION",
     .initial = "latest",
     .doc = TR_KEY("the version of the cluster: what its Pod Security Standards ask for, and "
                   "which fields it knows")},
};
const struct option_group options_cluster = GROUP(TR_KEY("Cluster"), cluster);

static const struct option harden_answers[] = {
    {.name = "run-as-user",
     .type = OPTION_TEXTS,
     .argument = "[CONTAINER=]UID",
     AT(run_as_user),
     .doc = TR_KEY("the user that containers run as, where none is set or it is root")},
    {.name = "run-as-group",
     .type = OPTION_TEXTS,
     .argument = "[CONTAINER=]GID",
     AT(run_as_group),
     .doc = TR_KEY("the group that containers run as")},
    {.name = "fs-group",
     .type = OPTION_TEXTS,
     .argument = "GID",
     AT(fs_group),
     .doc = TR_KEY("the group that volumes belong to")},
    {.name = "cpu-limit",
     .type = OPTION_TEXTS,
     .argument = "[CONTAINER=]QUANTITY",
     AT(cpu_limit),
     .doc = TR_KEY("how much CPU a container may use: 500m")},
    {.name = "memory-limit",
     .type = OPTION_TEXTS,
     .argument = "[CONTAINER=]QUANTITY",
     AT(memory_limit),
     .doc = TR_KEY("how much memory a container may use: 256Mi")},
    {.name = "cpu-request",
     .type = OPTION_TEXTS,
     .argument = "[CONTAINER=]QUANTITY",
     AT(cpu_request),
     .doc = TR_KEY("how much CPU a container needs")},
    {.name = "memory-request",
     .type = OPTION_TEXTS,
     .argument = "[CONTAINER=]QUANTITY",
     AT(memory_request),
     .doc = TR_KEY("how much memory a container needs")},
    {.name = "writable",
     .type = OPTION_TEXTS,
     .argument = "[CONTAINER=]PATH",
     AT(writable),
     .doc = TR_KEY("make the root file system read-only, with an emptyDir at this folder, at /tmp, "
                   "and where well-known images write")},
    {.name = "image-tag",
     .type = OPTION_TEXTS,
     .argument = "NAME=TAG",
     AT(image_tags),
     .doc = TR_KEY("the tag of an image without one, or with latest")},
    {.name = "image-digest",
     .type = OPTION_TEXTS,
     .argument = "NAME=sha256:...",
     AT(image_digests),
     .doc = TR_KEY("the digest of an image")},
    {.name = "apparmor-profile",
     .type = OPTION_TEXT,
     .argument = "NAME",
     AT(apparmor_profile),
     .doc = TR_KEY("an AppArmor profile of the nodes, or RuntimeDefault")},
    {.name = "selinux-level",
     .type = OPTION_TEXT,
     .argument = "LEVEL",
     AT(selinux_level),
     .doc = TR_KEY("the SELinux level: s0:c123,c456")},
    {.name = "selinux-type",
     .type = OPTION_TEXT,
     .argument = "TYPE",
     AT(selinux_type),
     .doc = TR_KEY("the SELinux type: container_t")},
    {.name = "answer",
     .type = OPTION_TEXTS,
     .argument = "QUESTION=VALUE",
     AT(answers),
     .doc = TR_KEY("the answer to another question that a check asks")},
};
const struct option_group options_harden_answers = GROUP(TR_KEY("Answers"), harden_answers);

static const struct option limits[] = {
    {.name = "timeout",
     .type = OPTION_DURATION,
     .argument = "TIME",
     AT(timeout),
     .variable = "PLIMSOLL_TIMEOUT",
     .doc = TR_KEY("give the scan up after this time, such as 90s or 5m")},
};
const struct option_group options_limits = GROUP(TR_KEY("Limits"), limits);

static const struct option scan[] = {
    {.name = "jobs",
     .letter = 'j',
     .type = OPTION_NUMBER,
     .argument = "N",
     AT(jobs),
     .min = 1,
     .max = 256,
     .variable = "PLIMSOLL_JOBS",
     .doc = TR_KEY("layers read at once; without it, as many as there are processors")},
    {.name = "offline",
     AT(offline),
     .variable = "PLIMSOLL_OFFLINE",
     .doc = TR_KEY("use no network")},
    {.name = "no-cache", AT(no_cache), .doc = TR_KEY("read every layer anew, and remember none")},
    {.name = "max-layer-size",
     .type = OPTION_SIZE,
     .argument = "SIZE",
     AT(layer_limit),
     .initial = "32G",
     .variable = "PLIMSOLL_MAX_LAYER_SIZE",
     .doc = TR_KEY("give a layer up that inflates to more")},
    {.name = "timeout",
     .type = OPTION_DURATION,
     .argument = "TIME",
     AT(timeout),
     .variable = "PLIMSOLL_TIMEOUT",
     .doc = TR_KEY("give the scan up after this time, such as 90s or 5m")},
    {.name = "db-max-age",
     .type = OPTION_NUMBER,
     .argument = "DAYS",
     AT(db_max_age),
     .max = 36500,
     .initial = "7",
     .variable = "PLIMSOLL_DB_MAX_AGE",
     .doc = TR_KEY("warn when the advisory database is older; 0: never")},
};
const struct option_group options_scan = GROUP(TR_KEY("Scan"), scan);

static const struct option registry[] = {
    {.name = "platform",
     .type = OPTION_TEXT,
     .argument = "OS/ARCH[/VARIANT]",
     AT(platform),
     .variable = "PLIMSOLL_PLATFORM",
     .doc = TR_KEY("which image of a multi-platform index; without it, this machine's")},
    {.name = "insecure",
     AT(insecure),
     .variable = "PLIMSOLL_INSECURE",
     .doc = TR_KEY("do not verify certificates of registries")},
    {.name = "plain-http",
     AT(plain_http),
     .variable = "PLIMSOLL_PLAIN_HTTP",
     .doc = TR_KEY("talk to registries without TLS, not only to localhost")},
    {.name = "ca-cert",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(ca_cert),
     .variable = "PLIMSOLL_CA_CERT",
     .doc = TR_KEY("trust these certificates (PEM) besides the system's")},
};
const struct option_group options_registry = GROUP(TR_KEY("Registry"), registry);

static const struct option update[] = {
    {.name = "sources",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(sources),
     .variable = "PLIMSOLL_SOURCES",
     .doc = TR_KEY("list of advisory sources; without it, the built-in one")},
    {.name = "mirror",
     .type = OPTION_TEXT,
     .argument = "URL|DIR",
     AT(mirror),
     .variable = "PLIMSOLL_MIRROR",
     .doc = TR_KEY("take all sources from this mirror, for sites without internet")},
    {.name = "offline",
     AT(offline),
     .variable = "PLIMSOLL_OFFLINE",
     .doc = TR_KEY("use no network, only what was downloaded before")},
    {.name = "insecure",
     AT(insecure),
     .variable = "PLIMSOLL_INSECURE",
     .doc = TR_KEY("do not verify certificates of servers")},
    {.name = "plain-http",
     AT(plain_http),
     .variable = "PLIMSOLL_PLAIN_HTTP",
     .doc = TR_KEY("talk to servers without TLS, not only to localhost")},
    {.name = "ca-cert",
     .type = OPTION_TEXT,
     .argument = "FILE",
     AT(ca_cert),
     .variable = "PLIMSOLL_CA_CERT",
     .doc = TR_KEY("trust these certificates (PEM) besides the system's")},
};
const struct option_group options_update = GROUP(TR_KEY("Sources"), update);

static const struct option import[] = {
    {.name = "partial",
     AT(partial),
     .doc = TR_KEY("go on without an input that fails, or with its last download")},
    {.name = "jobs",
     .letter = 'j',
     .type = OPTION_NUMBER,
     .argument = "N",
     AT(jobs),
     .min = 1,
     .max = 256,
     .variable = "PLIMSOLL_JOBS",
     .doc = TR_KEY("inputs read at once; without it, as many as there are processors")},
};
const struct option_group options_import = GROUP(TR_KEY("Import"), import);

static const struct option facts[] = {
    {.name = "json", AT(json), .doc = TR_KEY("write JSON, for programs")},
};
const struct option_group options_facts = GROUP(TR_KEY("Output"), facts);
