/* What a capture says about the machine, read from this one. */
#pragma once

#include "sensor/abi/event.h"

enum { HOST_NAME_SIZE = 256 };

/* What can't be read is 0, or "". */
void host_describe(struct sensor_host *ret, char name[static HOST_NAME_SIZE]);
