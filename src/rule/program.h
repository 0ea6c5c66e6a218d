/* The rules of one source, compiled to be evaluated fast.
 *
 * Equal subexpressions of all rules are one node; a node is decided at most
 * once an event, a field read at most once. Constants are folded, fields
 * resolved, `in` lists hashed, and the many contains/startswith/endswith/
 * glob/= tests of one field joined into one matcher. Rules are indexed by
 * what must hold for them (class of the event, subject, equality of a field),
 * so that an event meets only the rules that can match it.
 *
 * Semantics are Falco's (docs/formats/rules.md): a missing value makes a
 * comparison false, != too. On a list of several values, string and numeric
 * operators hold when some value does, != when there are values and none is
 * equal; `in` when every value is a member, of an empty list, too; of the two
 * ends of a connection (RULE_FIELD_BOTH_ENDS) one is enough. <, <=, >, >= order
 * texts as numbers, and do not hold for texts that are none. oneof wants exactly
 * one of its list to hold, anyof one, allof all.
 *
 * A program is immutable and may be shared by threads (and, by fork, by
 * processes); each evaluating thread has its own evaluation.
 */
#pragma once

#include "rule/ruleset.h"

struct rule_program;

/* Compiles the enabled rules of `source`. A condition that does not fit the
 * source (unknown field, wrong type, bad regular expression) becomes a problem
 * in `problems` with its place, and the rule is left out. The set must outlive
 * the program. */
int rule_program_new(const struct ruleset *set, const struct rule_source *source,
                     struct rule_program **ret, struct error *err);
void rule_program_free(struct rule_program *program);
DEFINE_CLEANUP(struct rule_program, rule_program_free)

/* What compiling found, beyond the problems of the set. */
const struct rule_problem *rule_program_problems(const struct rule_program *program,
                                                 size_t *ret_count);
size_t rule_program_rule_count(const struct rule_program *program);
/* The i-th compiled rule, in definition order. */
const struct rule *rule_program_rule(const struct rule_program *program, size_t i);
/* The field uses of a rule's condition in the order they stand there, the
 * rule's `place` first when it has one. */
const struct rule_use *rule_program_uses(const struct rule_program *program, size_t rule,
                                         size_t *ret_count);
/* Calls `each` for every field that conditions or outputs of the rules read, each use once. */
typedef void rule_program_field(void *ctx, const struct rule_use *use);
void rule_program_fields(const struct rule_program *program, rule_program_field *each, void *ctx);
/* Values of the class field that can match the rule (event types); 0: any, or
 * none when rule_program_never(). */
const struct view *rule_program_classes(const struct rule_program *program, size_t rule,
                                        size_t *ret_count);
/* No event can match the rule: it is compiled, and a warning says so. */
bool rule_program_never(const struct rule_program *program, size_t rule);
/* How the rule is decided, for `rules explain`: nodes, index keys, matchers. */
void rule_program_explain(const struct rule_program *program, size_t rule, struct buf *to);

struct rule_evaluation;

int rule_evaluation_new(const struct rule_program *program, struct rule_evaluation **ret,
                        struct error *err);
void rule_evaluation_free(struct rule_evaluation *evaluation);
DEFINE_CLEANUP(struct rule_evaluation, rule_evaluation_free)

/* Decides which rules match the event as `subject`. Their indexes, in
 * definition order, stay valid until the next call; `first`: stop at the first.
 * Regular expressions and texts have bounded cost; what exceeds it counts as
 * no match and is counted. */
const uint32_t *rule_evaluate(struct rule_evaluation *evaluation, const void *event, size_t subject,
                              bool first, size_t *ret_count);
/* The output of a rule for the event just evaluated. A field that is not there
 * prints as <NA>: Falco puts the "*" that asks for it before every output, so
 * that no alert is lost for its wording. */
void rule_evaluation_output(struct rule_evaluation *evaluation, size_t rule,
                            enum text_language language, struct buf *to);
/* Calls `each` for every field of that output, in its order, with the name as
 * written and the values for the event just evaluated (`present` false: none). */
typedef void rule_output_field(void *ctx, struct view name, const struct rule_values *values);
void rule_evaluation_output_fields(struct rule_evaluation *evaluation, size_t rule,
                                   enum text_language language, rule_output_field *each, void *ctx);
/* Values as outputs print them: one as it is, lists as (a,b). */
void rule_values_write(const struct rule_values *values, struct buf *to);
/* Reads a field of the event just evaluated. */
struct rule_values rule_evaluation_value(struct rule_evaluation *evaluation,
                                         const struct rule_use *use);
/* What deciding a rule costs. A value or test that several rules share is paid
 * by the first that asks for it. */
struct rule_evaluation_cost {
    uint64_t evaluations, nanoseconds;
};
/* Measures each rule from now on: two readings of the clock a rule. */
int rule_evaluation_measure(struct rule_evaluation *evaluation, struct error *err);
/* Zeros when nothing is measured. */
struct rule_evaluation_cost rule_evaluation_cost(const struct rule_evaluation *evaluation,
                                                 size_t rule);
/* Evaluations given up for cost since the start. */
uint64_t rule_evaluation_given_up(const struct rule_evaluation *evaluation);
