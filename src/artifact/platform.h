/* Platforms: which image of a multi-platform index is meant.
 *
 * Names and fallbacks are containerd's (platforms package): aarch64 is arm64,
 * x86_64 is amd64, armhf is arm/v7; arm64 means arm64/v8 and amd64 means
 * amd64/v1, written without a variant. A machine runs, in this order, its own
 * architecture and variant, lower variants, and what its architecture runs
 * besides: 386 on amd64, arm/v8 to arm/v5 on arm64.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "model/image.h"

/* "linux/arm64/v8", "linux/amd64", or an architecture alone. Results live in
 * the arena. */
int platform_parse(struct view text, struct arena *arena, struct platform *ret, struct error *err);

/* The canonical names for what an image or a user says; views into literals or
 * into what was given. */
struct platform platform_normal(struct platform platform);
/* This machine's, with "linux" as its system. */
struct platform platform_of_machine(void);

/* How well `have` serves `wanted`: 0 the same, then 1, 2, ... for each step
 * down; -1 not at all. */
int platform_distance(struct platform wanted, struct platform have);

/* "linux/arm/v7" */
struct view platform_format(struct platform platform, struct arena *arena);
