#include "analyse.h"

#include "inventory/rpm-manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_rpm_manifest_1, "container-manifest-1", data, size);
    fuzz_analyser(&analyser_rpm_manifest_2, "container-manifest-2", data, size);
    return 0;
}
