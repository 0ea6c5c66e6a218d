/* Values of fields, as sources give them and conditions compare them. */
#pragma once

#include "base/view.h"

enum rule_type {
    RULE_TEXT,    /* bytes */
    RULE_PATH,    /* bytes that are a file path: pmatch compares components */
    RULE_NUMBER,  /* 64 bits, signed */
    RULE_BOOL,
    RULE_TIME,    /* nanoseconds: absolute since 1970, or a duration */
    RULE_ADDRESS, /* IPv4 or IPv6 */
    RULE_NETWORK, /* an address range, for net fields; literals are CIDR */
    RULE_FLAGS,   /* text of names: O_RDONLY|O_CLOEXEC */
    RULE_DECIMAL, /* a double */
    RULE_ANY,     /* decided by the value itself: scalars of documents */
    RULE_NODE,    /* a mapping or element of a document: no text of its own, but it exists */
    RULE_TYPE_COUNT,
};

const char *rule_type_name(enum rule_type type); /* "text", "number", ... */

struct rule_address {
    uint8_t length; /* 4 or 16 bytes; 0: none */
    uint8_t prefix; /* bits that count, of a network */
    uint8_t bytes[16];
};

struct rule_value {
    enum rule_type type; /* never RULE_ANY */
    struct view text;    /* TEXT, PATH, FLAGS; for others of documents: as written */
    union {
        int64_t number; /* NUMBER, TIME */
        double decimal;
        bool boolean;
        struct rule_address address;
    };
    const void *node; /* where it stands, when the source knows: a struct document_node */
};

/* What a field gave. Not there (`present` false) differs from there and empty
 * (`present`, count 0, or one empty text). */
struct rule_values {
    bool present;
    bool list; /* a list, even of one */
    const struct rule_value *items;
    size_t count;
    bool readings; /* of one value, as a path given and resolved: outputs write the first */
};
