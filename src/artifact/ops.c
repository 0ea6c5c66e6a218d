#include "artifact/archive-index.h"
#include "artifact/archive-split.h"
#include "artifact/docker-engine-image.h"
#include "artifact/image-json-op.h"
#include "artifact/image.h"
#include "artifact/layer-inflate.h"
#include "artifact/registry-token.h"

/* Memory: simdjson needs about 12 bytes for one of text; zstd and xz up to 128
 * MiB of window. Replies without a limit here are bounded by what is unpacked. */
const struct sandbox_op artifact_ops[] = {
    {"image-json", image_json_run, 384 << 20, IMAGE_JSON_REPLY_LIMIT, 20},
    {"archive-index", archive_index_run, 160 << 20, ARCHIVE_INDEX_REPLY_LIMIT, 120},
    {"archive-split", archive_split_run, 384 << 20, 0, 7200},
    {"layer-inflate", layer_inflate_run, 384 << 20, 0, 1800},
    {"engine-json", engine_image_run, 384 << 20, ENGINE_IMAGE_REPLY_LIMIT, 20},
    {"token-json", registry_token_run, 64 << 20, REGISTRY_TOKEN_REPLY_LIMIT, 5},
};
const size_t artifact_op_count = sizeof(artifact_ops) / sizeof(artifact_ops[0]);
