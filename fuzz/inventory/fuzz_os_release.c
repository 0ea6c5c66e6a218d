#include "analyse.h"

#include "inventory/os-release.h"
#include "inventory/release-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_analyser(&analyser_os_release, "etc/os-release", data, size);
    fuzz_analyser(&analyser_lsb_release, "etc/lsb-release", data, size);
    fuzz_analyser(&analyser_release_file, "etc/redhat-release", data, size);
    fuzz_analyser(&analyser_suse_release, "etc/SuSE-release", data, size);
    fuzz_analyser(&analyser_alpine_release, "etc/alpine-release", data, size);
    fuzz_analyser(&analyser_debian_version, "etc/debian_version", data, size);
    return 0;
}
