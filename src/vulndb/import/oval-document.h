/* An OVAL document, as far as it tells of packages.
 *
 * Format: OVAL 5.x definitions schema, and the parts that Red Hat, Rocky,
 * AlmaLinux, Oracle, SUSE, Microsoft, Debian and Canonical add to a
 * definition's metadata. Definitions stand before the tests, objects, states
 * and variables they name, so the document is read once and kept, without
 * what nobody asks for: long descriptions, the comments of version tests, and
 * "is signed with" tests (a signature is no fact about an image's files).
 *
 * Namespace prefixes are ignored: the vocabularies don't clash. Everything
 * lives in the caller's arena, whose limit bounds the document.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/view.h"
#include "codec/stream.h"

enum {
    OVAL_DEPTH_LIMIT = 64,           /* nested elements */
    OVAL_TEXT_LIMIT = 256 << 10,     /* bytes of one element's text */
    OVAL_DESCRIPTION_KEPT = 1 << 10, /* bytes of a description that are kept */
    OVAL_STATES_LIMIT = 4,           /* states of one test */
    OVAL_ARENA_LIMIT = 1 << 30,      /* bytes of one document in memory */
};

enum oval_operation {
    OVAL_EQUALS, /* the default */
    OVAL_NOT_EQUAL,
    OVAL_LESS,
    OVAL_LESS_OR_EQUAL,
    OVAL_GREATER,
    OVAL_GREATER_OR_EQUAL,
    OVAL_PATTERN,
    OVAL_OTHER, /* bitwise, case-insensitive, subset of, ... */
};

enum oval_kind { /* what a test, object or state is about */
                 OVAL_ELSE,
                 OVAL_RPM,    /* rpminfo_* */
                 OVAL_DPKG,   /* dpkginfo_* */
                 OVAL_FILE,   /* textfilecontent54_* */
                 OVAL_VERIFY, /* rpmverifyfile_*: how Red Hat asks for the product */
                 OVAL_UNAME,  /* uname_*: the running kernel, the architecture */
                 OVAL_FAMILY, /* family_* */
};

struct oval_variable {
    const struct view *values;
    size_t count;
};

struct oval_object {
    enum oval_kind kind;
    struct view name; /* package name */
    enum oval_operation name_operation;
    struct oval_variable *names;         /* or several, from a variable */
    struct view path, filename, pattern; /* OVAL_FILE */
};

struct oval_state {
    enum oval_kind kind;
    struct view evr, version, arch, name, text;
    enum oval_operation evr_operation, version_operation, arch_operation;
    bool signature; /* asks for the signing key */
};

struct oval_test {
    enum oval_kind kind;
    bool none_satisfy;   /* check="none satisfy", or existence "none_exist": holds when absent */
    struct view comment; /* kept when it speaks of a product or a module */
    struct oval_object *object;
    struct oval_state *states[OVAL_STATES_LIMIT];
    size_t state_count;
};

enum oval_node_type {
    OVAL_AND,
    OVAL_OR,
    OVAL_ONE, /* exactly one */
    OVAL_XOR,
    OVAL_CRITERION,
    OVAL_EXTEND, /* another definition */
};

struct oval_definition;

struct oval_node {
    enum oval_node_type type;
    bool negate;
    struct view comment; /* as in a test */
    struct oval_test *test;
    struct oval_definition *extended;
    struct oval_node *first, *last, *next; /* children, sibling */
};

struct oval_reference {
    struct view source, id, url;
    struct oval_reference *next;
};

struct oval_cve { /* <cve> of Red Hat and Canonical */
    struct view id, cvss2, cvss3, cvss4, impact;
    struct oval_cve *next;
};

struct oval_resolution { /* Red Hat: the state of what is not fixed */
    struct view state;   /* "Affected", "Will not fix", "Out of support scope", ... */
    const struct view *components;
    size_t component_count;
    struct oval_resolution *next;
};

struct oval_definition {
    struct view id, class_name, title, description, severity;
    struct view issued, updated; /* dates */
    struct view from;            /* advisory@from: a CPE or an address */
    struct view platform;        /* the first */
    struct view product;         /* Debian: the source package */
    struct view cves_in_text;    /* blank-separated CVE names of the whole description */
    struct oval_reference *references, *last_reference;
    struct oval_cve *cves, *last_cve;
    struct oval_resolution *resolutions;
    struct oval_node *criteria;
    struct oval_definition *next;
};

struct oval_document {
    struct view generator; /* product_name */
    struct oval_definition *definitions, *last_definition;
    size_t definition_count;
    uint64_t bytes; /* read */
};

int oval_document_read(struct stream *stream, struct arena *arena, struct oval_document *ret,
                       struct error *err);
