#include "inventory/foreign.h"

/* What is looked at, and how. */
enum subject {
    VERSION_HOLDS,    /* the version holds the mark, in any case */
    VENDOR_STARTS,    /* rpm's Vendor begins with it */
    MAINTAINER_HOLDS, /* dpkg's Maintainer holds it: the address, mostly */
};

/* Distributions whose own packages carry the mark. */
enum family {
    NOBODY,
    FEDORA,
    MICROSOFT,
    ORACLE,
};

struct mark {
    enum subject subject;
    struct view mark;
    const char *origin;
    enum family own; /* no mark of a foreign package there */
};

/* dpkg. The archives of Debian and Ubuntu never use these in a version: PPAs
 * must sort below the archive, and others put their name into the revision. */
static const struct mark deb_marks[] = {
    {VERSION_HOLDS, VIEW("ppa"), "Launchpad PPA", NOBODY},
    {VERSION_HOLDS, VIEW("deb.sury.org"), "deb.sury.org", NOBODY},
    {VERSION_HOLDS, VIEW(".pgdg"), "PostgreSQL (apt.postgresql.org)", NOBODY},
    {VERSION_HOLDS, VIEW("nodesource"), "NodeSource", NOBODY},
    {VERSION_HOLDS, VIEW("+maria~"), "MariaDB", NOBODY},
    {VERSION_HOLDS, VIEW("cran"), "CRAN", NOBODY},
    {VERSION_HOLDS, VIEW("+cuda"), "NVIDIA", NOBODY},
    /* Vendors that number their packages like everybody: their address tells.
     * Not the whole company's where its people also maintain for Debian. */
    {MAINTAINER_HOLDS, VIEW("@docker.com>"), "Docker", NOBODY},
    {MAINTAINER_HOLDS, VIEW("team@containerd.io>"), "Docker", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@nodesource.com>"), "NodeSource", NOBODY},
    {MAINTAINER_HOLDS, VIEW("nginx-packaging@"), "nginx.org", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@percona.com>"), "Percona", NOBODY},
    {MAINTAINER_HOLDS, VIEW("mysql-build@oss.oracle.com"), "MySQL", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@mongodb.com>"), "MongoDB", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@elastic.co>"), "Elastic", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@grafana.com>"), "Grafana", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@hashicorp.com>"), "HashiCorp", NOBODY},
    {MAINTAINER_HOLDS, VIEW("Kubernetes Authors <"), "Kubernetes", NOBODY},
    {MAINTAINER_HOLDS, VIEW("cudatools@nvidia.com"), "NVIDIA", NOBODY},
    {MAINTAINER_HOLDS, VIEW("NVIDIA CORPORATION <"), "NVIDIA", NOBODY},
    {MAINTAINER_HOLDS, VIEW("Microsoft <"), "Microsoft", NOBODY},
    {MAINTAINER_HOLDS, VIEW("gpgsecurity@microsoft.com"), "Microsoft", NOBODY},
    {MAINTAINER_HOLDS, VIEW("azpycli@microsoft.com"), "Microsoft", NOBODY},
    {MAINTAINER_HOLDS, VIEW("vscode-linux@microsoft.com"), "Microsoft", NOBODY},
    {MAINTAINER_HOLDS, VIEW("Google Cloud CLI Authors"), "Google", NOBODY},
    {MAINTAINER_HOLDS, VIEW("Chrome Linux Team <"), "Google", NOBODY},
    {MAINTAINER_HOLDS, VIEW("support@gitlab.com"), "GitLab", NOBODY},
    {MAINTAINER_HOLDS, VIEW("temurin-dev@eclipse.org"), "Adoptium", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@azul.com>"), "Azul", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@datadoghq.com>"), "Datadog", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@influxdata.com>"), "InfluxData", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@zabbix.com>"), "Zabbix", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@puppet.com>"), "Puppet", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@rabbitmq.com>"), "RabbitMQ", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@opensearch.org>"), "OpenSearch", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@clickhouse.com>"), "ClickHouse", NOBODY},
    {MAINTAINER_HOLDS, VIEW("@confluent.io>"), "Confluent", NOBODY},
};

/* rpm. The Vendor is set where a package is built; of distributions' own only
 * Fedora's is here, which others meet as EPEL. */
static const struct mark rpm_marks[] = {
    {VENDOR_STARTS, VIEW("Fedora Project"), "EPEL", FEDORA},
    {VENDOR_STARTS, VIEW("Remi Collet"), "Remi", NOBODY},
    {VENDOR_STARTS, VIEW("Remi's RPM repository"), "Remi", NOBODY},
    {VENDOR_STARTS, VIEW("RPM Fusion"), "RPM Fusion", NOBODY},
    {VENDOR_STARTS, VIEW("The ELRepo Project"), "ELRepo", NOBODY},
    {VENDOR_STARTS, VIEW("IUS"), "IUS", NOBODY},
    {VENDOR_STARTS, VIEW("GhettoForge"), "GhettoForge", NOBODY},
    {VENDOR_STARTS, VIEW("Docker"), "Docker", NOBODY},
    {VENDOR_STARTS, VIEW("NodeSource"), "NodeSource", NOBODY},
    {VENDOR_STARTS, VIEW("Node Source"), "NodeSource", NOBODY},
    {VENDOR_STARTS, VIEW("PostgreSQL Global Development Group"), "PostgreSQL", NOBODY},
    {VENDOR_STARTS, VIEW("MariaDB Foundation"), "MariaDB", NOBODY},
    {VENDOR_STARTS, VIEW("Percona"), "Percona", NOBODY},
    {VENDOR_STARTS, VIEW("Oracle and/or its affiliates"), "MySQL", ORACLE},
    {VENDOR_STARTS, VIEW("NGINX"), "nginx.org", NOBODY},
    {VENDOR_STARTS, VIEW("MongoDB"), "MongoDB", NOBODY},
    {VENDOR_STARTS, VIEW("Elastic"), "Elastic", NOBODY},
    {VENDOR_STARTS, VIEW("Grafana"), "Grafana", NOBODY},
    {VENDOR_STARTS, VIEW("HashiCorp"), "HashiCorp", NOBODY},
    {VENDOR_STARTS, VIEW("obs://build.opensuse.org/isv:kubernetes"), "Kubernetes", NOBODY},
    {VENDOR_STARTS, VIEW("Kubernetes"), "Kubernetes", NOBODY},
    {VENDOR_STARTS, VIEW("NVIDIA"), "NVIDIA", NOBODY},
    {VENDOR_STARTS, VIEW("Microsoft"), "Microsoft", MICROSOFT},
    {VENDOR_STARTS, VIEW("Google"), "Google", NOBODY},
    {VENDOR_STARTS, VIEW("GitLab"), "GitLab", NOBODY},
    {VENDOR_STARTS, VIEW("GitHub"), "GitHub", NOBODY},
    {VENDOR_STARTS, VIEW("Eclipse Adoptium"), "Adoptium", NOBODY},
    {VENDOR_STARTS, VIEW("Azul Systems"), "Azul", NOBODY},
    {VENDOR_STARTS, VIEW("Datadog"), "Datadog", NOBODY},
    {VENDOR_STARTS, VIEW("InfluxData"), "InfluxData", NOBODY},
    {VENDOR_STARTS, VIEW("Zabbix"), "Zabbix", NOBODY},
    {VENDOR_STARTS, VIEW("Puppet"), "Puppet", NOBODY},
    {VENDOR_STARTS, VIEW("Broadcom, Inc. and/or its affiliates"), "RabbitMQ", NOBODY},
    {VENDOR_STARTS, VIEW("ClickHouse"), "ClickHouse", NOBODY},
    {VENDOR_STARTS, VIEW("Confluent"), "Confluent", NOBODY},
    {VENDOR_STARTS, VIEW("Fedora Copr"), "Fedora Copr", NOBODY},
    /* Release tags, for packages without a Vendor. */
    {VERSION_HOLDS, VIEW(".remi"), "Remi", NOBODY},
    {VERSION_HOLDS, VIEW("pgdg"), "PostgreSQL", NOBODY},
    {VERSION_HOLDS, VIEW(".elrepo"), "ELRepo", NOBODY},
    {VERSION_HOLDS, VIEW(".ius"), "IUS", NOBODY},
    {VERSION_HOLDS, VIEW("nodesource"), "NodeSource", NOBODY},
};

/* dpkg's Origin is set by few, and then by the distribution or by a vendor. */
static const struct view deb_own_origins[] = {
    VIEW("Debian"), VIEW("Ubuntu"),    VIEW("Canonical"), VIEW("Raspbian"),  VIEW("Kali"),
    VIEW("Devuan"), VIEW("LinuxMint"), VIEW("Deepin"),    VIEW("UnionTech"),
};

static enum family family_of(const struct os_info *os)
{
    static const struct {
        struct view id;
        enum family family;
    } families[] = {
        {VIEW("fedora"), FEDORA},
        {VIEW("mariner"), MICROSOFT},
        {VIEW("azurelinux"), MICROSOFT},
        {VIEW("ol"), ORACLE},
    };

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (view_eq(families[i].id, os->id))
            return families[i].family;
    return NOBODY;
}

static bool holds_nocase(struct view text, struct view mark)
{
    for (size_t i = 0; i + mark.len <= text.len; i++)
        if (view_eq_nocase(view_sub(text, i, mark.len), mark))
            return true;
    return false;
}

static bool mark_applies(const struct mark *mark, const struct package *package)
{
    switch (mark->subject) {
    case VERSION_HOLDS:
        return holds_nocase(package->version, mark->mark);
    case VENDOR_STARTS:
        return view_starts(package->vendor, mark->mark);
    case MAINTAINER_HOLDS:
        return holds_nocase(package->maintainer, mark->mark);
    }
    return false;
}

static const char *find_mark(const struct mark *marks, size_t count, const struct package *package,
                             const struct os_info *os)
{
    enum family family = family_of(os);

    for (size_t i = 0; i < count; i++)
        if ((marks[i].own == NOBODY || marks[i].own != family) && mark_applies(&marks[i], package))
            return marks[i].origin;
    return NULL;
}

static bool has_foreign_deb_origin(const struct package *package, const struct os_info *os)
{
    if (package->vendor.len == 0 ||
        !(view_eq(os->id, VIEW("debian")) || view_eq(os->id, VIEW("ubuntu"))))
        return false;
    for (size_t i = 0; i < sizeof(deb_own_origins) / sizeof(deb_own_origins[0]); i++)
        if (view_eq_nocase(package->vendor, deb_own_origins[i]))
            return false;
    return true;
}

const char *package_foreign_origin(const struct package *package, const struct os_info *os)
{
    const char *origin;

    switch (package->type) {
    case PACKAGE_DEB:
        origin = find_mark(deb_marks, sizeof(deb_marks) / sizeof(deb_marks[0]), package, os);
        if (!origin && has_foreign_deb_origin(package, os))
            origin = "another origin";
        return origin;
    case PACKAGE_RPM:
        return find_mark(rpm_marks, sizeof(rpm_marks) / sizeof(rpm_marks[0]), package, os);
    default: /* apk keeps no trace of where a package came from */
        return NULL;
    }
}
