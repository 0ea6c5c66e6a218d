#include "analyse.h"

#include "inventory/rpm-ndb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_rpm_ndb, "var/lib/rpm/Packages.db", data, size);
    return 0;
}
