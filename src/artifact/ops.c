#include "artifact/archive-index.h"
#include "artifact/archive-split.h"
#include "artifact/image-json-op.h"
#include "artifact/image.h"
#include "artifact/layer-inflate.h"

/* Memory: simdjson needs about 12 bytes for one of text; zstd and xz up to 128
 * MiB of window. Replies without a limit here are bounded by what is unpacked. */
const struct sandbox_op artifact_ops[] = {
    {"image-json", image_json_run, 384 << 20, IMAGE_JSON_REPLY_LIMIT, 20},
    {"archive-index", archive_index_run, 160 << 20, ARCHIVE_INDEX_REPLY_LIMIT, 120},
    {"archive-split", archive_split_run, 384 << 20, 0, 7200},
    {"layer-inflate", layer_inflate_run, 384 << 20, 0, 1800},
};
const size_t artifact_op_count = sizeof(artifact_ops) / sizeof(artifact_ops[0]);
