/* Inside of oval-document.c: the state that its parts share while a document
 * is read. Each part is a table of elements with what they do.
 */
#pragma once

#include "base/buf.h"
#include "base/hash.h"
#include "codec/xml.h"
#include "vulndb/import/oval-document.h"

enum oval_section {
    OVAL_SECTION_NONE,
    OVAL_SECTION_GENERATOR,
    OVAL_SECTION_DEFINITIONS,
    OVAL_SECTION_TESTS,
    OVAL_SECTION_OBJECTS,
    OVAL_SECTION_STATES,
    OVAL_SECTION_VARIABLES,
    OVAL_SECTION_COUNT,
};

struct oval_reader;

/* What an element does; `end` gets its text, trimmed. */
struct oval_element {
    struct view name; /* without its namespace prefix */
    void (*start)(struct oval_reader *reader, const struct xml_attributes *attributes);
    void (*end)(struct oval_reader *reader, struct view text);
};

/* The elements inside of a section; a member is a child of the section. */
struct oval_elements {
    void (*member)(struct oval_reader *reader, struct view name,
                   const struct xml_attributes *attributes);
    const struct oval_element *items;
    size_t count;
};

struct oval_reader {
    struct arena *arena;
    struct oval_document *document;
    struct hash_map *definitions, *tests, *objects, *states, *variables; /* by id */
    enum oval_section section;
    unsigned depth;
    const struct oval_element *open[OVAL_DEPTH_LIMIT];
    struct buf text;
    struct oval_definition *definition;        /* NULL: what stands here is skipped */
    struct oval_node *nodes[OVAL_DEPTH_LIMIT]; /* open criteria */
    unsigned node_depth;
    struct oval_test *test;
    struct oval_object *object;
    struct oval_state *state;
    struct oval_variable *variable;
    int failed; /* the kind of error that ends the reading */
};

extern const struct oval_elements oval_definition_elements, oval_test_elements,
    oval_object_elements, oval_state_elements, oval_variable_elements;

/* Ends the reading with that kind of error. */
void oval_reader_fail(struct oval_reader *reader, int kind);
/* The thing of that id, made empty where it is first mentioned. */
void *oval_reader_find(struct oval_reader *reader, struct hash_map *map, struct view id,
                       size_t size);
struct view oval_reader_keep(struct oval_reader *reader, struct view text);
/* A comment where it says more than its test; else empty. */
struct view oval_reader_keep_comment(struct oval_reader *reader,
                                     const struct xml_attributes *attributes);
