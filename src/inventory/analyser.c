#include "inventory/analyser.h"

#include "base/hash.h"
#include "base/text.h"
#include "inventory/apk-installed.h"
#include "inventory/dpkg-files.h"
#include "inventory/dpkg-license.h"
#include "inventory/dpkg-status.h"
#include "inventory/os-release.h"
#include "inventory/pattern.h"
#include "inventory/release-file.h"
#include "inventory/rpm-bdb.h"
#include "inventory/rpm-manifest.h"
#include "inventory/rpm-ndb.h"
#include "inventory/rpm-sqlite.h"
#include "inventory/ubuntu-pro.h"

const struct analyser *const analysers[] = {
    &analyser_os_release,        &analyser_lsb_release,
    &analyser_release_file,      &analyser_suse_release,
    &analyser_alpine_release,    &analyser_debian_version,
    &analyser_ubuntu_pro_source, &analyser_ubuntu_pro_status,
    &analyser_dpkg_status,       &analyser_dpkg_status_directory,
    &analyser_dpkg_list,         &analyser_dpkg_md5sums,
    &analyser_dpkg_license,      &analyser_apk_installed,
    &analyser_rpm_sqlite,        &analyser_rpm_sqlite_journal,
    &analyser_rpm_ndb,           &analyser_rpm_bdb,
    &analyser_rpm_manifest_1,    &analyser_rpm_manifest_2,
};

const size_t analyser_count = sizeof(analysers) / sizeof(analysers[0]);

enum { ENCODING_VERSION = 1 /* of layers and of payloads as a whole */ };

uint64_t analyser_fingerprint(void)
{
    uint64_t fingerprint = (uint64_t)ENCODING_VERSION * 31 + (uint64_t)text_language();

    for (size_t i = 0; i < analyser_count; i++) {
        fingerprint = fingerprint * 31 + hash_stable(view_of(analysers[i]->name));
        fingerprint = fingerprint * 31 + analysers[i]->version;
        for (const char *const *pattern = analysers[i]->patterns; *pattern; pattern++)
            fingerprint = fingerprint * 31 + hash_stable(view_of(*pattern));
    }
    return fingerprint;
}

bool analyser_add_patterns(struct pattern_set *set)
{
    for (size_t i = 0; i < analyser_count; i++)
        for (const char *const *pattern = analysers[i]->patterns; *pattern; pattern++)
            if (!pattern_set_add(set, view_of(*pattern), (unsigned)i))
                return false;
    return true;
}
