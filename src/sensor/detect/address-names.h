/* Names of addresses, for fd.sip.name and its like: only those that rules ask for.
 *
 * Falco's way: a name is looked up now and then, and an address has the name
 * when it was among the answers. Looking up happens in a thread of its own, which
 * starts with the first name; asking never blocks, and finds nothing until the first
 * answer is there. A replay gets the answers of the time from its capture.
 *
 * One thread asks and watches; the look-ups' thread is the object's own.
 */
#pragma once

#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

struct address_names;
struct rule_program;

enum {
    ADDRESS_NAMES_LIMIT = 256,    /* names that are looked up; more are not */
    ADDRESS_NAMES_ADDRESSES = 64, /* addresses of one name */
    ADDRESS_NAMES_OF_ONE = 8,     /* names of one address */
    ADDRESS_NAMES_PERIOD = 60,    /* seconds between look-ups of a name */
    ADDRESS_NAME_LENGTH = 253,    /* bytes of a domain name */
};

/* An answer that is new, for a capture: `count` addresses of 4 or 16 bytes. Called
 * by address_names_take(). */
typedef void address_names_told(struct view name, uint8_t family, const uint8_t *address,
                                void *context);

/* `resolve`: looks names up; else they come from address_names_add() only. */
int address_names_new(bool resolve, struct address_names **ret, struct error *err);
void address_names_free(struct address_names *names); /* stops the thread */
DEFINE_CLEANUP(struct address_names, address_names_free)

/* A name that rules compare with. Already watched: nothing happens. */
void address_names_watch(struct address_names *names, struct view name);
bool address_names_is_watched(const struct address_names *names, struct view name);
/* All names that the program's rules compare fd.*.name with. */
void address_names_watch_program(struct address_names *names, const struct rule_program *program);
/* `family` 4 or 6. */
void address_names_add(struct address_names *names, struct view name, uint8_t family,
                       const uint8_t *address);
/* Takes in what was looked up since the last call; `told` may be NULL. */
void address_names_take(struct address_names *names, address_names_told *told, void *context);
/* The names of an address; views live until the next _watch. */
size_t address_names_of(struct address_names *names, uint8_t family, const uint8_t *address,
                        struct view ret[static ADDRESS_NAMES_OF_ONE]);
