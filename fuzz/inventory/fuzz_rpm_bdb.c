#include "analyse.h"

#include "inventory/rpm-bdb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_rpm_bdb, "var/lib/rpm/Packages", data, size);
    return 0;
}
