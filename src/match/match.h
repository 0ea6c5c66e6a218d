/* Packages x advisories -> findings.
 *
 * One finding is one vulnerability of one installed (binary) package. A
 * package is looked up under its source package's name and version where the
 * advisory names sources (Debian, Ubuntu, Alpine, ...), under its own where it
 * names binaries (most rpm distributions), in the ecosystems of the system's
 * release (vulndb/ecosystem.h). Signed kernels are looked up as the kernels
 * they are (source-name.h).
 *
 * What is left out, each counted in a diagnostic of its own (tally.h):
 * - packages of foreign repositories (options.is_foreign): a distribution's
 *   advisories say nothing about them;
 * - kernel vulnerabilities of packages that hold no kernel code, as headers
 *   and documentation (kernel-code.h);
 * - packages without a version.
 *
 * Rules: scope.h tells which statements are about a package, coverage.h what
 * one says of a version, verdict.h which of them count and what fixes it;
 * finding-maker.h severity, score and fingerprint; pending.h what is told of
 * updates in the distribution's security pocket, where no advisory text is at
 * hand ("DEBIAN-SECURITY:openssl@3.0.11-1~deb12u2").
 *
 * Time is linear in the statements about the packages, but for sorting those
 * of each package; memory beside the result is what is said of one package.
 * Pure: no I/O but reads of the mapped database. One thread per reader.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "model/diagnostic.h"
#include "model/finding.h"
#include "model/os.h"
#include "model/package.h"
#include "vulndb/vulndb.h"

struct match_options {
    /* Whether a package came from elsewhere than the distribution; NULL: none did. */
    bool (*is_foreign)(const struct package *package, const struct os_info *os);
    const struct view *layers; /* diffIDs, by package.layer; NULL for trees */
    size_t layer_count;
    bool kernel_everywhere; /* also on kernel headers, documentation and tools */
};

struct match_result {
    const struct finding *findings; /* by package (name, architecture, version, database), then
                                       worst first, then id */
    size_t finding_count;
    const struct diagnostic *diagnostics;
    size_t diagnostic_count;
};

/* Findings point to the packages given; all else lives in `arena`. */
int match_packages(const struct os_info *os, const struct package *packages, size_t count,
                   struct vulndb_reader *reader, const struct match_options *options,
                   struct arena *arena, struct match_result *ret, struct error *err);
