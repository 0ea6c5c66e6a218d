/* Addresses of sinks: "SCHEME:PLACE?NAME=VALUE&...", as sink.h lists them. */
#pragma once

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/view.h"

enum { SINK_ADDRESS_LIMIT = 4096, SINK_PARAMETERS = 16 };

struct sink_address {
    struct buf text, decoded;
    struct view whole, scheme; /* "https"; of "stdout" that word */
    struct view place;         /* between the scheme's ':' and the '?' */
    struct {
        struct view name, raw;
        bool taken;
    } parameters[SINK_PARAMETERS];
    size_t count;
};

int sink_address_parse(const char *text, struct sink_address *ret, struct error *err);
void sink_address_done(struct sink_address *address);

/* The value of a parameter, with %XX decoded; false: it is not there. Each must be
 * taken, or sink_address_finish() calls it unknown. */
bool sink_address_take(struct sink_address *address, struct view name, struct view *ret);
/* The same as a new C string; NULL when it is not there. */
int sink_address_take_path(struct sink_address *address, struct view name, char **ret,
                           struct error *err);
/* A number between the limits, perhaps with K, M or G (1024); `*ret` unchanged when it
 * is not there. */
int sink_address_take_number(struct sink_address *address, struct view name, uint64_t least,
                             uint64_t most, uint64_t *ret, struct error *err);
/* The index among `words` (ended by NULL); `*ret` unchanged when it is not there. */
int sink_address_take_word(struct sink_address *address, struct view name, const char *const *words,
                           int *ret, struct error *err);
/* ERROR_USAGE when a user stands before the host, with a password or without: whoever lists
 * processes reads the arguments of ours. Which way is open instead is the caller's hint. */
int sink_address_refuse_user(const struct sink_address *address, struct error *err);
int sink_address_finish(const struct sink_address *address, struct error *err);
