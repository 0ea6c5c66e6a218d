/* All processes, as the kernel's iterator tells them. */
#pragma once

#include "base/error.h"
#include "sensor/collect/probe.h"

struct bpf_program;

int snapshot_processes(struct bpf_program *program, probe_each *each, void *context,
                       struct error *err);
