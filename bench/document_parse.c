/* How fast manifests become trees, beside libyaml's events alone, in turn.
 *
 * usage: bench-document-parse [FILE]   (default: made-up manifests of 50 MB)
 * Prints megabytes a second: events, trees of YAML, trees of the same as JSON.
 */
#include <stdio.h>
#include <stdlib.h>

#include <yaml.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fd.h"
#include "codec/document.h"

enum { MADE_BYTES = 50 << 20, ROUNDS = 5 };

static const char manifest[] = "# The web shop's front end.\n"
                               "apiVersion: apps/v1\n"
                               "kind: Deployment\n"
                               "metadata:\n"
                               "  name: front-end-%d\n"
                               "  namespace: shop\n"
                               "  labels: {app: front-end, tier: web}\n"
                               "spec:\n"
                               "  replicas: 3\n"
                               "  selector:\n"
                               "    matchLabels:\n"
                               "      app: front-end\n"
                               "  template:\n"
                               "    metadata:\n"
                               "      labels:\n"
                               "        app: front-end\n"
                               "    spec:\n"
                               "      serviceAccountName: front-end\n"
                               "      containers:\n"
                               "        - name: web\n"
                               "          image: \"registry.example.com/shop/front-end:1.%d\"\n"
                               "          imagePullPolicy: IfNotPresent\n"
                               "          command: [\"/bin/server\", \"--port=8080\"]\n"
                               "          ports:\n"
                               "            - containerPort: 8080\n"
                               "              protocol: TCP\n"
                               "          env:\n"
                               "            - name: DATABASE_URL\n"
                               "              valueFrom:\n"
                               "                secretKeyRef:\n"
                               "                  name: database\n"
                               "                  key: url\n"
                               "            - name: LOG_LEVEL\n"
                               "              value: info\n"
                               "          resources:\n"
                               "            limits:\n"
                               "              cpu: 500m\n"
                               "              memory: 256Mi\n"
                               "            requests:\n"
                               "              cpu: 250m\n"
                               "              memory: 128Mi\n"
                               "          securityContext:\n"
                               "            runAsNonRoot: true\n"
                               "            readOnlyRootFilesystem: true\n"
                               "            capabilities:\n"
                               "              drop: [ALL]\n"
                               "          volumeMounts:\n"
                               "            - name: tmp\n"
                               "              mountPath: /tmp\n"
                               "      volumes:\n"
                               "        - name: tmp\n"
                               "          emptyDir: {}\n"
                               "---\n";

static double events(struct view text)
{
    uint64_t start = clock_now_ns();
    yaml_parser_t parser;
    bool ended = false;

    if (!yaml_parser_initialize(&parser))
        abort();
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    while (!ended) {
        yaml_event_t event;

        if (!yaml_parser_parse(&parser, &event))
            abort();
        ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return (double)text.len * 1e3 / (double)(clock_now_ns() - start);
}

static double trees(struct view text, enum document_format format)
{
    _cleanup_arena_ struct arena *arena = arena_new(SIZE_MAX);
    uint64_t start = clock_now_ns();
    struct document_set set = {0};

    if (!arena || document_parse(text, format, arena, &set, NULL) < 0 || set.count == 0 ||
        set.list[0].error)
        abort();
    return (double)text.len * 1e3 / (double)(clock_now_ns() - start);
}

static void write_json(struct buf *out, const struct document_node *node);

static void write_children(struct buf *out, const struct document_node *node)
{
    for (size_t i = 0; i < document_count(node); i++) {
        buf_add_str(out, i ? ", " : "");
        if (node->kind == DOCUMENT_MAPPING) {
            write_json(out, node->mapping.pairs[i].key);
            buf_add_str(out, ": ");
            write_json(out, node->mapping.pairs[i].value);
        } else {
            write_json(out, node->sequence.items[i]);
        }
    }
}

/* The made-up manifests hold nothing that JSON would have to escape. */
static void write_json(struct buf *out, const struct document_node *node)
{
    if (node->kind == DOCUMENT_STRING)
        buf_addf(out, "\"%.*s\"", VIEW_ARG(node->text));
    else if (node->kind < DOCUMENT_STRING)
        buf_add(out, node->text);
    else {
        buf_add_char(out, node->kind == DOCUMENT_MAPPING ? '{' : '[');
        write_children(out, node);
        buf_add_char(out, node->kind == DOCUMENT_MAPPING ? '}' : ']');
    }
}

static void as_json(struct view yaml, struct buf *out)
{
    _cleanup_arena_ struct arena *arena = arena_new(SIZE_MAX);
    struct document_set set = {0};

    if (!arena || document_parse(yaml, DOCUMENT_YAML, arena, &set, NULL) < 0)
        abort();
    for (size_t i = 0; i < set.count && set.list[i].root; i++) {
        buf_add_str(out, i ? "," : "[");
        write_json(out, set.list[i].root);
    }
    buf_add_char(out, ']');
}

static void make(struct buf *text)
{
    for (int i = 0; text->len < MADE_BYTES; i++)
        buf_addf(text, manifest, i, i);
}

int main(int argc, char **argv)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    _cleanup_(buf_done) struct buf json = BUF_INIT(DOCUMENT_TEXT_LIMIT);
    double best[3] = {0};

    if (argc > 1 && fd_read_file(argv[1], &text, NULL) < 0)
        return 1;
    if (argc <= 1)
        make(&text);
    for (int round = 0; round < ROUNDS; round++) {
        double rates[] = {events(buf_view(&text)), trees(buf_view(&text), DOCUMENT_YAML)};

        for (int i = 0; i < 2; i++)
            best[i] = rates[i] > best[i] ? rates[i] : best[i];
    }
    as_json(view_sub(buf_view(&text), 0, 5 << 20), &json);
    for (int round = 0; round < ROUNDS; round++) {
        double rate = trees(buf_view(&json), DOCUMENT_JSON);

        best[2] = rate > best[2] ? rate : best[2];
    }
    printf("%.1f %.1f %.1f\n", best[0], best[1], best[2]);
    return 0;
}
