/* The sources of Falco's rule files.
 *
 * syscall: events of the kernel. What reads them in this library is made for
 * tests: a *recorded event*, a document that maps names of fields to values
 *
 *     {evt.type: openat, fd.name: /etc/shadow, proc.aname: [bash, sshd]}
 *
 * The name as a rule writes it is looked up first ("proc.aname[2]",
 * "evt.arg.flags"). What is not there may follow from what is: an ancestor by
 * number from the list of all (1 is the first), the list of all from the
 * numbered ones, either end of a connection from client and server, networks
 * from addresses, directory and file name from fd.name.
 *
 * k8s_audit, aws_cloudtrail, gcp_auditlog: events are the JSON documents that
 * the cluster or cloud writes. A value is the text of the JSON value; objects,
 * and arrays of fields that give no list, are their JSON.
 *
 * An `event` of all four is the `const struct document_node *` of its root.
 */
#pragma once

#include "rule/source.h"

extern const struct rule_source rule_source_syscall;
extern const struct rule_source rule_source_k8s_audit;
extern const struct rule_source rule_source_aws_cloudtrail;
extern const struct rule_source rule_source_gcp_auditlog;

enum { RULE_FALCO_SOURCE_COUNT = 4 };
extern const struct rule_source *const rule_falco_sources[RULE_FALCO_SOURCE_COUNT];
