/* Where this run keeps what it keeps. */
#pragma once

#include "cmd/cli/commands.h"

/* The cache directory: --cache-dir, else the environment's. */
const char *storage_cache_dir(const struct invocation *invocation);
/* The advisory database: --db, else advisories.db in the cache directory. */
const char *storage_database(const struct invocation *invocation);
