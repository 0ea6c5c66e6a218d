/* From a verdict to the finding that people read.
 *
 * Severity: the distribution's word, else the rating of the CVSS score, else
 * another source's word; severity_source says which. CVSS: the vector given
 * for this package, else the vulnerability's of the newest standard.
 *
 * The fingerprint is made of what was found and where (kind, id, package type,
 * name, architecture, database), so that neither a new database nor an update
 * of the package that leaves the flaw changes it. Where a package is installed
 * in several versions at once, as kernels are, the version is part of it.
 */
#pragma once

#include "base/buf.h"
#include "match/dossier.h"
#include "match/match.h"
#include "match/verdict.h"

struct finding_maker {
    const struct os_info *os;
    const struct match_options *options;
    struct arena *arena;
    struct dossiers dossiers;
    /* Of the package that findings are being made for: */
    const struct package *package;
    struct view purl, twin;
    struct buf text;
};

int finding_maker_init(struct finding_maker *maker, const struct os_info *os,
                       struct vulndb_reader *reader, const struct match_options *options,
                       struct arena *arena, struct error *err);
void finding_maker_done(struct finding_maker *maker);

/* The package that the next findings are of. `has_twin`: it is installed in
 * another version too. */
void finding_maker_turn_to(struct finding_maker *maker, const struct package *package,
                           bool has_twin);

int finding_make(struct finding_maker *maker, const struct verdict *verdict, struct finding *ret,
                 struct error *err);

/* An update of a source package that waits in the security pocket of `family`. */
int finding_make_pending(struct finding_maker *maker, struct view family, struct view source,
                         struct view version, struct finding *ret, struct error *err);
