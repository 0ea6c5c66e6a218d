#include "scan/config-op.h"
#include "scan/harden-op.h"
#include "scan/image-check-op.h"
#include "scan/image-secret.h"
#include "scan/layer-op.h"
#include "scan/scan.h"
#include "scan/secret-op.h"
#include "vulndb/import/worker.h"

enum { OPERATIONS_LIMIT = 16 };

static size_t append(struct sandbox_op *table, size_t count, const struct sandbox_op *ops,
                     size_t op_count)
{
    for (size_t i = 0; i < op_count && count < OPERATIONS_LIMIT; i++)
        table[count++] = ops[i];
    return count;
}

/* Adds an operation that works with `context`. */
static size_t append_with(struct sandbox_op *table, size_t count, const struct sandbox_op *op,
                          const void *context)
{
    size_t end = append(table, count, op, 1);

    if (end > count)
        table[count].context = context;
    return end;
}

int scan_sandbox_start(const struct scan_rules *rules, struct sandbox **ret, struct error *err)
{
    struct sandbox_op table[OPERATIONS_LIMIT];
    size_t count = append_with(table, 0, &layer_op, rules);

    count = append_with(table, count, &config_op, rules);
    count = append_with(table, count, &harden_op, rules);
    count = append_with(table, count, &image_check_op, rules);
    count = append_with(table, count, &secret_op, rules);
    count = append_with(table, count, &image_secret_op, rules);
    count = append(table, count, artifact_ops, artifact_op_count);
    count = append(table, count, vulndb_import_ops, vulndb_import_op_count);
    return sandbox_start(table, count, ret, err);
}
