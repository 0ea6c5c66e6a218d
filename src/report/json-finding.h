/* Findings and packages in the report for programs. Internal to it. */
#pragma once

#include "codec/json-write.h"
#include "model/finding.h"

void json_add_finding(struct json_writer *w, const struct finding *finding);
/* What findings and the list of packages both say of a package: members of an
 * object that is open. */
void json_add_package_names(struct json_writer *w, const struct package *package);
