/* Programs on the ends of single system calls (fexit), where the kernel has trampolines.
 *
 * Calls that no rule wants then cost nothing, those in a container a few nanoseconds for
 * the program behind seccomp's verdict. The chain of programs that judges a call is loaded
 * once for each type of function ("family"), since the kernel lets only programs on
 * functions of one type call one another; a small program that enters the chain is loaded
 * and attached for each function.
 */
#pragma once

#include "sensor/bpf/shared.h"
#include "sensor/collect/call-functions.h"

struct bpf_object;
struct btf;
struct call_hooks;

/* Opens the programs once more, not yet loaded, with the maps of the first. Not needed any
 * more when call_hooks_load() returns. */
typedef struct bpf_object *call_hooks_twin(void *context, enum shared_hook hook,
                                           bool verdict_comes_first, struct error *err);

/* Whether the kernel takes such programs at all: attaches one that does nothing.
 * ERROR_UNSUPPORTED, or what the kernel said. */
int call_hooks_check(const struct btf *btf, struct error *err);

/* `first`, opened and not yet loaded, becomes the first family. */
int call_hooks_new(const struct btf *btf, const struct call_functions *functions,
                   struct bpf_object *first, struct call_hooks **ret, struct error *err);
void call_hooks_free(struct call_hooks *hooks);
/* Loads the other families, when the first is loaded. */
int call_hooks_load(struct call_hooks *hooks, struct bpf_object *first, call_hooks_twin *twin,
                    void *context, struct error *err);
/* Attaches what the filter wants and is not attached yet. */
int call_hooks_add(struct call_hooks *hooks, const struct filter *filter, struct error *err);
/* Detaches one that it does not want: the kernel may take a tenth of a second for that. */
void call_hooks_prune(struct call_hooks *hooks, const struct filter *filter);
void call_hooks_detach(struct call_hooks *hooks);
/* Ends of calls that the kernel left out since the program ran already on the processor. */
uint64_t call_hooks_skipped(const struct call_hooks *hooks);
