#include <libdeflate.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "codec/tar-writer.h"

#include "import-collect.h"

#include "test.h"

#define PACKAGE(ecosystem, name)                                                                   \
    "\"package\":{\"ecosystem\":\"" ecosystem "\",\"name\":\"" name "\"}"
#define FIXED(version)                                                                             \
    "\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"},{\"fixed\":\"" version \
    "\"}]}]"
#define OPEN "\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"}]}]"
#define RECORD(id, fields) "{\"id\":\"" id "\",\"modified\":\"2024-02-03T04:05:06Z\"," fields "}"
#define MODIFIED " modified=2024-02-03T04:05:06Z"

static const struct {
    const char *name, *input, *want;
} cases[] = {
    {"everything that a record says",
     "{\"schema_version\":\"1.7.3\",\"id\":\"GHSA-a\",\"modified\":\"2024-02-03T04:05:06.7Z\","
     "\"published\":\"2023-01-02T00:00:00Z\",\"aliases\":[\"CVE-2023-1111\",\"PYSEC-1\"],"
     "\"related\":[\"CVE-2000-1111\"],\"summary\":\" A title \",\"details\":\"long\","
     "\"severity\":[{\"type\":\"CVSS_V2\",\"score\":\"AV:N/AC:L/Au:N/C:P/I:P/A:P\"},"
     "{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"},"
     "{\"type\":\"CVSS_V4\",\"score\":\"CVSS:4.0/AV:N\"}],"
     "\"database_specific\":{\"severity\":\"MODERATE\"},"
     "\"references\":[{\"type\":\"WEB\",\"url\":\"w\"},{\"type\":\"ADVISORY\",\"url\":\"a\"},"
     "{\"type\":\"PACKAGE\",\"url\":\"p\"},{\"type\":\"FIX\",\"url\":\"f\"}],"
     "\"affected\":[{" PACKAGE("PyPI", "Zope.Interface") "," FIXED(
         "1.5") ",\"versions\":[\"1.0\",\"1.4\",\"1.5\",\"2.0\"]}]}",
     "GHSA-a title=\"A title\" severity=medium aliases=CVE-2023-1111,PYSEC-1 cvss=CVSS:4.0/AV:N,"
     "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H,AV:N/AC:L/Au:N/C:P/I:P/A:P "
     "references=a,f,w,p published=2023-01-02T00:00:00Z" MODIFIED "\n"
     "  pypi zope-interface affected [,1.5) versions=1.5,2.0\n"},
    {"details where there is no summary",
     RECORD("X-1", "\"details\":\"what happened\",\"affected\":[{" PACKAGE("npm", "a") "," FIXED(
                       "2") "}]"),
     "X-1 details=\"what happened\"" MODIFIED "\n  npm a affected [,2)\n"},
    {"an unknown date",
     "{\"id\":\"GO-1\",\"modified\":\"0001-01-01T00:00:00Z\",\"affected\":[{" PACKAGE(
         "Go", "stdlib") "," FIXED("1.20.1") "}]}",
     "GO-1\n  go stdlib affected [,1.20.1)\n"},
    {"withdrawn",
     RECORD("X-1", "\"withdrawn\":\"2024-01-01T00:00:00Z\",\"aliases\":[\"CVE-2024-1111\"],"
                   "\"affected\":[{" PACKAGE("npm", "a") "," OPEN "}]"),
     "X-1 withdrawn aliases=CVE-2024-1111" MODIFIED "\n"},
    {"commits are passed over, versions are not",
     RECORD("X-1",
            "\"affected\":[{" PACKAGE(
                "PyPI",
                "a") ",\"ranges\":[{\"type\":\"GIT\",\"repo\":\"r\",\"events\":[{\"introduced\":"
                     "\"0\"},{\"fixed\":\"abc\"}]}],\"versions\":[\"1.0\"]}]"),
     "X-1" MODIFIED "\n  pypi a affected versions=1.0\n"},
    {"commits only",
     RECORD("X-1", "\"affected\":[{\"ranges\":[{\"type\":\"GIT\",\"repo\":\"r\",\"events\":[{"
                   "\"introduced\":\"0\"}]}]}]"),
     "unusable 1\n"},
    {"an ecosystem nobody knows, beside one",
     RECORD("X-1", "\"affected\":[{" PACKAGE("Mars", "a") "," OPEN
                                                          "},{" PACKAGE("npm", "a") "," OPEN "}]"),
     "X-1" MODIFIED "\n  npm a affected [,)\nunknown Mars 1\n"},
    {"only a package URL",
     RECORD("X-1", "\"affected\":[{\"package\":{\"name\":\"a\",\"purl\":\"pkg:gem/a\"}," OPEN "}]"),
     "X-1" MODIFIED "\n  rubygems a affected [,)\n"},
    {"Debian: urgency",
     RECORD("DEBIAN-CVE-2024-1111",
            "\"upstream\":[\"CVE-2024-1111\"],\"affected\":["
            "{" PACKAGE("Debian:12", "a") "," FIXED(
                "1-1") ",\"ecosystem_specific\":{\"urgency\":"
                       "\"unimportant\"}},"
                       "{" PACKAGE("Debian:11",
                                   "a") "," OPEN ",\"ecosystem_specific\":{\"urgency\":"
                                        "\"end-of-life\"}},"
                                        "{" PACKAGE(
                                            "Debian:10",
                                            "a") "," OPEN ",\"ecosystem_specific\":{\"urgency\":"
                                                 "\"medium**\"}},"
                                                 "{" PACKAGE("Debian:9", "a") "," FIXED(
                                                     "0") ",\"ecosystem_specific\":{\"urgency\":"
                                                          "\"not yet assigned\"}}]"),
     "DEBIAN-CVE-2024-1111 upstream=CVE-2024-1111" MODIFIED "\n"
     "  debian:12 a affected source severity=negligible/debian [,1-1)\n"
     "  debian:11 a end-of-life source [,)\n"
     "  debian:10 a affected source severity=medium/debian [,)\n"
     "  debian:9 a not-affected source\n"},
    {"Ubuntu: the words of its tracker",
     RECORD(
         "UBUNTU-CVE-2024-1111",
         "\"severity\":[{\"type\":\"Ubuntu\",\"score\":\"low\"}],\"affected\":["
         "{" PACKAGE("Ubuntu:22.04:LTS", "released") "," FIXED(
             "2") ",\"database_specific\":{\"uct_status\":\"released\"}},"
                  "{" PACKAGE(
                      "Ubuntu:Pro:22.04:LTS",
                      "needed") "," OPEN ",\"database_specific\":{\"uct_status\":\"needed\"}},"
                                "{" PACKAGE(
                                    "Ubuntu:22.04:LTS",
                                    "pending") "," OPEN ",\"database_specific\":{\"uct_status\":"
                                                        "\"pending\"}},"
                                               "{" PACKAGE(
                                                   "Ubuntu:22.04:LTS",
                                                   "triage") "," OPEN
                                                             ",\"database_specific\":{\"uct_"
                                                             "status\":\"needs-triage\"}},"
                                                             "{" PACKAGE(
                                                                 "Ubuntu:22.04:LTS",
                                                                 "deferred") "," OPEN
                                                                             ",\"database_"
                                                                             "specific\":{\"uct_"
                                                                             "status\":"
                                                                             "\"deferred\"}},"
                                                                             "{" PACKAGE(
                                                                                 "Ubuntu:22.04:LTS",
                                                                                 "ignored") "," OPEN
                                                                                            ",\"dat"
                                                                                            "abase_"
                                                                                            "specif"
                                                                                            "ic\":{"
                                                                                            "\"uct_"
                                                                                            "status"
                                                                                            "\":"
                                                                                            "\"igno"
                                                                                            "red\","
                                                                                            "\"uct_"
                                                                                            "note\""
                                                                                            ":\"too"
                                                                                            " intru"
                                                                                            "sive\""
                                                                                            "}},"
                                                                                            "{" PACKAGE(
                                                                                                "Ub"
                                                                                                "un"
                                                                                                "tu"
                                                                                                ":2"
                                                                                                "2."
                                                                                                "04"
                                                                                                ":L"
                                                                                                "T"
                                                                                                "S",
                                                                                                "eo"
                                                                                                "l") "," OPEN
                                                                                                     ",\"database_specific\":{\"uct_status\":\"ignored\",\"uct_note\":\"end of standard "
                                                                                                     "support, was needed\"}},"
                                                                                                     "{" PACKAGE(
                                                                                                         "Ubuntu:22.04:LTS",
                                                                                                         "not") "," OPEN
                                                                                                                ",\"database_specific\":{\"uct_status\":\"not-affected\"}},"
                                                                                                                "{" PACKAGE(
                                                                                                                    "Ubuntu:22.04:LTS",
                                                                                                                    "dne") "," OPEN
                                                                                                                           ",\"database_specific\":{\"uct_status\":\"DNE\"}}]"),
     "UBUNTU-CVE-2024-1111 severity=low" MODIFIED "\n"
     "  ubuntu:22.04 released affected source severity=low/ubuntu [,2)\n"
     "  ubuntu-pro:22.04 needed affected source severity=low/ubuntu [,)\n"
     "  ubuntu:22.04 pending affected source severity=low/ubuntu [,)\n"
     "  ubuntu:22.04 triage investigating source severity=low/ubuntu [,)\n"
     "  ubuntu:22.04 deferred affected source severity=low/ubuntu [,)\n"
     "  ubuntu:22.04 ignored will-not-fix source severity=low/ubuntu [,)\n"
     "  ubuntu:22.04 eol end-of-life source severity=low/ubuntu [,)\n"
     "  ubuntu:22.04 not not-affected source severity=low/ubuntu\n"},
    {"Ubuntu: binary packages",
     RECORD("USN-1-1", "\"affected\":[{" PACKAGE("Ubuntu:24.04:LTS", "libssl3t64") "," FIXED(
                           "3.0.13") ",\"database_specific\":{\"name_is\":\"binary package\"}}]"),
     "USN-1-1" MODIFIED "\n  ubuntu:24.04 libssl3t64 affected [,3.0.13)\n"},
    {"AlmaLinux: related, rating and module in the title",
     RECORD("ALSA-2024:1",
            "\"summary\":\"Important: nodejs:18 security update\","
            "\"related\":[\"CVE-2024-1111\",\"CVE-2024-2222\"],\"affected\":["
            "{" PACKAGE("AlmaLinux:8", "nodejs") "," FIXED(
                "1:18.1-1.module_el8.9.0+1+a") "},"
                                               "{" PACKAGE("AlmaLinux:8",
                                                           "bash") "," FIXED("5.0-1.el8") "}]"),
     "ALSA-2024:1 title=\"nodejs:18 security update\" severity=high "
     "upstream=CVE-2024-1111,CVE-2024-2222" MODIFIED "\n"
     "  almalinux:8 nodejs affected severity=high/almalinux module=nodejs:18 "
     "[,1:18.1-1.module_el8.9.0+1+a)\n"
     "  almalinux:8 bash affected severity=high/almalinux [,5.0-1.el8)\n"},
    {"a bug fix is no vulnerability",
     RECORD("ALBA-2024:1", "\"affected\":[{" PACKAGE("AlmaLinux:8", "a") "," FIXED("2") "}]"),
     "unusable 1\n"},
    {"but it may fix one",
     RECORD("ALBA-2024:1", "\"related\":[\"CVE-2024-1111\"],\"affected\":[{" PACKAGE(
                               "AlmaLinux:8", "a") "," FIXED("2") "}]"),
     "ALBA-2024:1 upstream=CVE-2024-1111" MODIFIED "\n  almalinux:8 a affected [,2)\n"},
    {"related means little for languages",
     RECORD("X-1", "\"related\":[\"CVE-2024-1111\"],\"affected\":[{" PACKAGE("npm", "a") "," FIXED(
                       "2") "}]"),
     "X-1" MODIFIED "\n  npm a affected [,2)\n"},
    {"vectors of a package",
     RECORD("BIT-a-1",
            "\"affected\":[{" PACKAGE("Bitnami", "a") "," FIXED(
                "2") ",\"severity\":[{\"type\":\"CVSS_V3\",\"score\":\"CVSS:3.1/AV:N\"}]},"
                     "{" PACKAGE("crates.io", "b") "," FIXED(
                         "2") ",\"database_specific\":{\"cvss\":\"CVSS:3.1/AV:L\"}}]"),
     "BIT-a-1" MODIFIED "\n  bitnami a affected cvss=CVSS:3.1/AV:N [,2)\n"
     "  crates.io b affected cvss=CVSS:3.1/AV:L [,2)\n"},
    {"a score that is a number",
     RECORD("X-1", "\"database_specific\":{\"cvss_v3_score\":\"7.5\"},\"affected\":[{" PACKAGE(
                       "RubyGems", "a") "," FIXED("2") "}]"),
     "X-1 severity=high" MODIFIED "\n  rubygems a affected [,2)\n"},
    {"an array of records, one broken",
     "[" RECORD("X-1", "\"affected\":[{" PACKAGE("npm", "a") "," FIXED(
                           "1") "}]") ",{\"id\":7},"
                                      "{\"id\":\"X-2\",\"schema_version\":\"2.0.0\"}," RECORD(
                                          "X-3", "\"affected\":[{" PACKAGE("npm", "a") "," FIXED(
                                                     "3") "}]") "]",
     "X-1" MODIFIED "\n  npm a affected [,1)\nX-3" MODIFIED "\n  npm a affected [,3)\nbroken 2\n"
     "problem all.json: OSV: the record has no id\n"
     "problem all.json: OSV: schema version 2.0.0 is not known (1.x is)\n"},
};

static void test_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        print_message("%s\n", cases[i].name);
        check_import(&importer_osv, "all.json", view_of(cases[i].input), VIEW_EMPTY, cases[i].want);
    }
}

static void test_unreadable(void **state)
{
    (void)state;
    check_import_fails(&importer_osv, "cut", VIEW("{\"id\":\"X-1\",\"modi"), "JSON");
    check_import_fails(&importer_osv, "a word", VIEW("\"id\""), "neither a record nor an array");
    check_import_fails(&importer_osv, "a cut zip", VIEW("PK\x03\x04zip?"), "zip");
}

#define SMALL(id) RECORD(id, "\"affected\":[{" PACKAGE("npm", "a") "," FIXED("1") "}]")
#define SMALL_WANT(id) id MODIFIED "\n  npm a affected [,1)\n"

static const struct {
    const char *name, *text;
} members[] = {
    {"db/X-1.json", SMALL("X-1")},
    {"db/X-2.json", "{\"id\":\"X-2\""},
    {"db/README.md", "no record"},
    {"db/X-3.json", SMALL("X-3")},
};

static const char archive_want[] =
    SMALL_WANT("X-1") SMALL_WANT("X-3") "broken 1\nproblem db/X-2.json: ";

static void make_tar(struct buf *to)
{
    _cleanup_(tar_writer_free_p) struct tar_writer *tar = NULL;
    _cleanup_close_ int fd = memfd_create("tar", MFD_CLOEXEC);

    assert_int_equal(tar_writer_new(fd, &tar, NULL), 0);
    for (size_t i = 0; i < COUNT(members); i++) {
        struct view text = view_of(members[i].text);

        assert_int_equal(tar_writer_entry(tar, TAR_FILE, view_of(members[i].name), VIEW_EMPTY, 0644,
                                          text.len, NULL),
                         0);
        assert_int_equal(tar_writer_body(tar, text, NULL), 0);
    }
    assert_int_equal(tar_writer_finish(tar, NULL), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(fd_read_all(fd, to, NULL), 0);
}

/* The fields that local header and central directory share, from "version
 * needed" on: no compression (APPNOTE 4.3.7, 4.3.12). */
static void add_zip_fields(struct buf *to, const char *name, struct view text)
{
    buf_add_u16(to, 20);
    buf_add_u16(to, 0);
    buf_add_u16(to, 0);
    buf_add_u32(to, 0x58210000); /* a date */
    buf_add_u32(to, libdeflate_crc32(0, text.ptr, text.len));
    buf_add_u32(to, (uint32_t)text.len);
    buf_add_u32(to, (uint32_t)text.len);
    buf_add_u16(to, (uint16_t)strlen(name));
    buf_add_u16(to, 0);
}

static void make_zip(struct buf *to)
{
    uint32_t offsets[COUNT(members)], directory, end;

    for (size_t i = 0; i < COUNT(members); i++) {
        struct view text = view_of(members[i].text);

        offsets[i] = (uint32_t)to->len;
        buf_add(to, VIEW("PK\x03\x04"));
        add_zip_fields(to, members[i].name, text);
        buf_add_str(to, members[i].name);
        buf_add(to, text);
    }
    directory = (uint32_t)to->len;
    for (size_t i = 0; i < COUNT(members); i++) {
        buf_add(to, VIEW("PK\x01\x02"));
        buf_add_u16(to, 20);
        add_zip_fields(to, members[i].name, view_of(members[i].text));
        for (int k = 0; k < 5; k++) /* comment, disk, attributes */
            buf_add_u16(to, 0);
        buf_add_u32(to, offsets[i]);
        buf_add_str(to, members[i].name);
    }
    end = (uint32_t)to->len;
    buf_add(to, VIEW("PK\x05\x06"));
    buf_add_u32(to, 0);
    buf_add_u16(to, COUNT(members));
    buf_add_u16(to, COUNT(members));
    buf_add_u32(to, end - directory);
    buf_add_u32(to, directory);
    buf_add_u16(to, 0);
}

static void check_archive(const char *name, const struct buf *archive)
{
    struct import_input input = {view_of(name), buf_view(archive), VIEW_EMPTY};
    char want[sizeof(archive_want) + 8];

    assert_ptr_equal(importer_sniff(&input), &importer_osv);
    snprintf(want, sizeof(want), "%s...\n", archive_want);
    check_import(&importer_osv, name, input.bytes, VIEW_EMPTY, want);
    for (size_t cut = 0; cut < archive->len; cut += 97) {
        struct collector collector;

        collector_init(&collector);
        input.bytes = view_sub(buf_view(archive), 0, cut);
        importer_osv.run(&input, &collector.sink, NULL);
        assert_true(collector.sink.tally.records <= 2);
        collector_done(&collector);
    }
}

static void test_archives(void **state)
{
    _cleanup_(buf_done) struct buf tar = BUF_INIT(1 << 20), zip = BUF_INIT(1 << 20);

    (void)state;
    make_tar(&tar);
    check_archive("a tar", &tar);
    make_zip(&zip);
    check_archive("a zip", &zip);
}

RUN_TESTS(cmocka_unit_test(test_records), cmocka_unit_test(test_unreadable),
          cmocka_unit_test(test_archives))
