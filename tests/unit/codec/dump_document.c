/* Prints the documents of a file, for the comparison with other parsers:
 *
 *     dump_document yaml|json FILE [marks|written]
 *
 * One line a document: "!MESSAGE" for a broken one, "-" for an empty one, else
 * its tree: n (null), t, f, i123 (integer), d0.5 (float), s"hex of the bytes",
 * [items], {key:value,...}. With "marks", each value has its place behind it:
 * @offset:line:column-offset:line:column. With "written", the same, and the
 * tree is that of the text: scalars are strings, equal keys and merge keys are
 * there, and what these give is not.
 */
#include <inttypes.h>
#include <math.h>

#include "base/fd.h"
#include "codec/document.h"

static void print_mark(const struct document_node *node)
{
    printf("@%zu:%u:%u-%zu:%u:%u", node->start.offset, node->start.line, node->start.column,
           node->end.offset, node->end.line, node->end.column);
}

static void print_text(struct view text)
{
    printf("s\"");
    for (size_t i = 0; i < text.len; i++)
        printf("%02x", (unsigned char)text.ptr[i]);
    printf("\"");
}

enum mode { MODE_VALUES, MODE_MARKS, MODE_WRITTEN };

static void print_node(const struct document_node *node, enum mode mode);

static void print_sequence(const struct document_node *node, enum mode mode)
{
    printf("[");
    for (size_t i = 0; i < node->sequence.count; i++) {
        printf(i ? "," : "");
        print_node(node->sequence.items[i], mode);
    }
    printf("]");
}

static void print_mapping(const struct document_node *node, enum mode mode)
{
    bool first = true;

    printf("{");
    for (size_t i = 0; i < node->mapping.count; i++) {
        const struct document_pair *pair = &node->mapping.pairs[i];

        if (mode == MODE_WRITTEN ? pair->merged : pair->replaced)
            continue;
        printf(first ? "" : ",");
        print_node(pair->key, mode);
        printf(":");
        print_node(pair->value, mode);
        first = false;
    }
    printf("}");
}

static void print_node(const struct document_node *node, enum mode mode)
{
    bool text = mode == MODE_WRITTEN && node->kind < DOCUMENT_SEQUENCE;

    switch (text ? DOCUMENT_STRING : node->kind) {
    case DOCUMENT_NULL:
        printf("n");
        break;
    case DOCUMENT_BOOL:
        printf(node->boolean ? "t" : "f");
        break;
    case DOCUMENT_INTEGER:
        printf("i%" PRId64, node->integer);
        break;
    case DOCUMENT_FLOAT:
        printf(isnan(node->number) ? "dnan" : "d%.17g", node->number);
        break;
    case DOCUMENT_STRING:
        print_text(node->text);
        break;
    case DOCUMENT_SEQUENCE:
        print_sequence(node, mode);
        break;
    case DOCUMENT_MAPPING:
        print_mapping(node, mode);
        break;
    }
    if (mode != MODE_VALUES)
        print_mark(node);
}

int main(int argc, char **argv)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    _cleanup_arena_ struct arena *arena = arena_new(SIZE_MAX);
    struct document_set set;
    struct error err = ERROR_INIT;
    enum mode mode = argc < 4                          ? MODE_VALUES
                     : strcmp(argv[3], "written") == 0 ? MODE_WRITTEN
                                                       : MODE_MARKS;

    if (argc < 3 || !arena || fd_read_file(argv[2], &text, &err) < 0 ||
        document_parse(buf_view(&text), strcmp(argv[1], "json") ? DOCUMENT_YAML : DOCUMENT_JSON,
                       arena, &set, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    for (size_t i = 0; i < set.count; i++) {
        const struct document *document = &set.list[i];

        if (document->root)
            print_node(document->root, mode);
        else if (document->error)
            printf("!%s (%s)", document->error->message, document->error->hint);
        else
            printf("-");
        printf("\n");
    }
    return 0;
}
