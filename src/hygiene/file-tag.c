#include "hygiene/file-tag.h"

#include "base/buf.h"
#include "base/cursor.h"
#include "base/hash.h"

enum { MODE_SETUID = 04000, MODE_SETGID = 02000, MODE_STICKY = 01000, MODE_OTHERS_WRITE = 0002 };

const char *file_kind_name(enum file_kind kind)
{
    static const char *const names[FILE_KIND_COUNT] = {
        [FILE_REGULAR] = "file",
        [FILE_DIRECTORY] = "directory",
        [FILE_SYMLINK] = "symlink",
        [FILE_HARD_LINK] = "hard-link",
        [FILE_CHARACTER_DEVICE] = "character-device",
        [FILE_BLOCK_DEVICE] = "block-device",
        [FILE_FIFO] = "fifo",
    };

    return kind < FILE_KIND_COUNT && names[kind] ? names[kind] : "unknown";
}

const char *file_tag_name(enum file_tag tag)
{
    static const char *const names[FILE_TAG_COUNT] = {
        [TAG_SETUID] = "setuid",
        [TAG_SETGID] = "setgid",
        [TAG_WORLD_WRITABLE] = "world-writable",
        [TAG_DEVICE] = "device",
        [TAG_CAPABILITIES] = "capabilities",
        [TAG_LARGE] = "large",
        [TAG_SHELL] = "shell",
        [TAG_PACKAGE_MANAGER] = "package-manager",
        [TAG_COMPILER] = "compiler",
        [TAG_BUILD_TOOL] = "build-tool",
        [TAG_DEBUGGER] = "debugger",
        [TAG_NETWORK_TOOL] = "network-tool",
        [TAG_DOWNLOADER] = "downloader",
        [TAG_SSH_SERVER] = "ssh-server",
        [TAG_SUDO] = "sudo",
        [TAG_CONTAINER_TOOL] = "container-tool",
        [TAG_CREDENTIALS] = "credentials",
        [TAG_PRIVATE_KEY] = "private-key",
        [TAG_SSH_HOST_KEY] = "ssh-host-key",
        [TAG_HISTORY] = "history",
        [TAG_VERSION_CONTROL] = "version-control",
        [TAG_CRON] = "cron",
        [TAG_PACKAGE_CACHE] = "package-cache",
        [TAG_PRELOAD] = "preload",
        [TAG_CORE_DUMP] = "core-dump",
        [TAG_BUILD_FILE] = "build-file",
        [TAG_WATCHED] = "watched",
    };

    return tag < FILE_TAG_COUNT ? names[tag] : "unknown";
}

/* ---- Names ---- */

/* Programs, by name, in a directory of programs. */
static const struct program {
    enum file_tag tag;
    const char *names[40];
} programs[] = {
    {TAG_SHELL,
     {"sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "csh", "tcsh", "fish", "busybox", "rbash",
      "yash"}},
    {TAG_PACKAGE_MANAGER,
     {"apt", "apt-get", "aptitude", "dpkg", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper",
      "rpm", "pacman", "opkg", "emerge", "snap", "flatpak"}},
    {TAG_COMPILER,
     {"gcc",
      "g++",
      "cc",
      "c++",
      "clang",
      "clang++",
      "tcc",
      "rustc",
      "javac",
      "gfortran",
      "ghc",
      "ldc2",
      "dmd",
      "gnatmake",
      "nasm",
      "yasm",
      "as",
      "ld",
      "x86_64-linux-gnu-gcc",
      "aarch64-linux-gnu-gcc",
      "swiftc",
      "ocamlopt",
      "zig",
      "kotlinc",
      "scalac"}},
    {TAG_BUILD_TOOL,
     {"make", "gmake", "cmake", "ninja", "meson", "mvn", "gradle", "ant", "bazel", "cargo", "sbt",
      "automake", "autoconf", "libtool", "msbuild", "scons"}},
    {TAG_DEBUGGER,
     {"gdb", "gdbserver", "lldb", "lldb-server", "strace", "ltrace", "perf", "bpftrace", "dlv",
      "delve", "valgrind", "radare2", "r2", "systemtap", "stap", "jdb", "uftrace"}},
    {TAG_NETWORK_TOOL,
     {"nc",        "ncat",     "netcat",   "nc.openbsd",  "nc.traditional", "nmap",
      "zenmap",    "masscan",  "zmap",     "tcpdump",     "tshark",         "dumpcap",
      "wireshark", "socat",    "telnet",   "ftp",         "tftp",           "hping3",
      "arpspoof",  "ettercap", "ngrep",    "proxychains", "proxychains4",   "chisel",
      "frpc",      "frps",     "rustscan", "hydra",       "sqlmap",         "msfconsole",
      "msfvenom",  "nikto",    "responder"}},
    {TAG_DOWNLOADER, {"curl", "wget", "aria2c", "lftp", "axel", "fetch"}},
    {TAG_SSH_SERVER, {"sshd", "dropbear", "tinysshd", "in.telnetd", "telnetd", "vsftpd"}},
    {TAG_SUDO, {"sudo", "doas", "sudoedit", "visudo"}},
    {TAG_CONTAINER_TOOL,
     {"docker",       "dockerd", "podman",  "nerdctl", "ctr",      "crictl",    "containerd",
      "runc",         "crun",    "kubectl", "kubelet", "k3s",      "helm",      "oc",
      "amicontained", "botb",    "deepce",  "cdk",     "peirates", "kubeletctl"}},
};

/* Files by name, anywhere; with a "/" the path has to end so. */
static const struct named {
    enum file_tag tag;
    const char *names[80];
} named[] = {
    {TAG_CREDENTIALS,
     {".npmrc",
      ".yarnrc.yml",
      ".pypirc",
      ".netrc",
      "_netrc",
      ".git-credentials",
      ".gem/credentials",
      ".cargo/credentials",
      ".cargo/credentials.toml",
      ".aws/credentials",
      ".azure/accessTokens.json",
      ".azure/azureProfile.json",
      ".azure/msal_token_cache.json",
      ".config/gcloud/credentials.db",
      ".config/gcloud/application_default_credentials.json",
      ".config/gcloud/access_tokens.db",
      ".aliyun/config.json",
      ".tccli/default.credential",
      ".huaweicloud/config.json",
      ".hcloud/config.json",
      ".bce/credentials",
      ".docker/config.json",
      ".dockercfg",
      ".dockerconfigjson",
      "containers/auth.json",
      ".kube/config",
      "kubeconfig",
      "kubeconfig.yaml",
      "kubeconfig.yml",
      "kubernetes/admin.conf",
      ".env",
      ".env.local",
      ".env.production",
      ".env.prod",
      ".env.staging",
      ".env.development",
      ".htpasswd",
      ".pgpass",
      ".my.cnf",
      ".mylogin.cnf",
      ".mongorc.js",
      ".s3cfg",
      ".boto",
      ".rclone.conf",
      "rclone/rclone.conf",
      ".vault-token",
      ".terraformrc",
      "terraform.tfstate",
      "terraform.tfvars",
      ".terraform.d/credentials.tfrc.json",
      ".m2/settings.xml",
      ".m2/settings-security.xml",
      ".gradle/gradle.properties",
      ".composer/auth.json",
      "NuGet/NuGet.Config",
      ".config/hub",
      ".config/gh/hosts.yml",
      ".config/glab-cli/config.yml",
      ".ossutilconfig",
      ".cos.conf",
      ".databrickscfg",
      ".snowsql/config",
      "wp-config.php",
      "credentials.json",
      "client_secret.json",
      "service-account.json",
      "serviceaccount.json",
      "secring.gpg",
      ".password-store",
      "logins.json",
      "krb5.keytab",
      ".travis.yml.enc",
      ".chef/knife.rb",
      ".tugboat",
      ".ftpconfig",
      ".remote-sync.json",
      "sftp-config.json",
      ".esmtprc"}},
    {TAG_SSH_HOST_KEY,
     {"etc/ssh/ssh_host_rsa_key", "etc/ssh/ssh_host_dsa_key", "etc/ssh/ssh_host_ecdsa_key",
      "etc/ssh/ssh_host_ed25519_key", "etc/dropbear/dropbear_rsa_host_key",
      "etc/dropbear/dropbear_ed25519_host_key", "etc/dropbear/dropbear_ecdsa_host_key"}},
    {TAG_HISTORY,
     {".bash_history", ".zsh_history", ".ash_history", ".sh_history", ".history", ".python_history",
      ".psql_history", ".mysql_history", ".rediscli_history", ".sqlite_history",
      ".node_repl_history", ".irb_history", ".lesshst", ".viminfo", ".wget-hsts"}},
    {TAG_VERSION_CONTROL,
     {".git/HEAD", ".git/config", ".svn/wc.db", ".svn/entries", ".hg/store", ".bzr/branch-format"}},
    {TAG_CRON, {"etc/crontab"}},
    {TAG_PRELOAD, {"etc/ld.so.preload"}},
    {TAG_CORE_DUMP, {"core.dump", "core", "hs_err_pid1.log", "java_pid1.hprof"}},
    {TAG_BUILD_FILE,
     {"Dockerfile", "Containerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yaml",
      "compose.yml", ".gitlab-ci.yml", ".travis.yml", "Jenkinsfile", ".dockerignore"}},
};

static const struct suffixed {
    enum file_tag tag;
    const char *suffix; /* from the last dot */
} suffixed[] = {
    {TAG_CREDENTIALS, ".kdbx"},    {TAG_CREDENTIALS, ".keytab"}, {TAG_CREDENTIALS, ".p12"},
    {TAG_CREDENTIALS, ".pfx"},     {TAG_CREDENTIALS, ".jks"},    {TAG_CREDENTIALS, ".ovpn"},
    {TAG_CREDENTIALS, ".tfstate"}, {TAG_CREDENTIALS, ".ppk"},    {TAG_CORE_DUMP, ".hprof"},
};

/* What lies below a directory. */
static const struct below {
    enum file_tag tag;
    struct view directory;
} below[] = {
    {TAG_CRON, VIEW("etc/cron.d/")},
    {TAG_CRON, VIEW("etc/cron.hourly/")},
    {TAG_CRON, VIEW("etc/cron.daily/")},
    {TAG_CRON, VIEW("etc/cron.weekly/")},
    {TAG_CRON, VIEW("etc/cron.monthly/")},
    {TAG_CRON, VIEW("var/spool/cron/")},
    {TAG_CRON, VIEW("etc/crontabs/")},
    {TAG_PACKAGE_CACHE, VIEW("var/lib/apt/lists/")},
    {TAG_PACKAGE_CACHE, VIEW("var/cache/apt/")},
    {TAG_PACKAGE_CACHE, VIEW("var/cache/apk/")},
    {TAG_PACKAGE_CACHE, VIEW("etc/apk/cache/")},
    {TAG_PACKAGE_CACHE, VIEW("var/cache/yum/")},
    {TAG_PACKAGE_CACHE, VIEW("var/cache/dnf/")},
    {TAG_PACKAGE_CACHE, VIEW("var/cache/libdnf5/")},
    {TAG_PACKAGE_CACHE, VIEW("var/cache/zypp/")},
    {TAG_PACKAGE_CACHE, VIEW("var/cache/pacman/")},
    {TAG_PACKAGE_CACHE, VIEW("root/.cache/pip/")},
    {TAG_PACKAGE_CACHE, VIEW("root/.npm/_cacache/")},
    {TAG_PACKAGE_CACHE, VIEW("root/.cache/go-build/")},
    {TAG_PACKAGE_CACHE, VIEW("root/.cargo/registry/")},
    {TAG_PACKAGE_CACHE, VIEW("root/.m2/repository/")},
    {TAG_PACKAGE_CACHE, VIEW("root/.gradle/caches/")},
    {TAG_PACKAGE_CACHE, VIEW("root/.composer/cache/")},
};

/* ---- The tables, indexed ---- */

/* What one name means: tags of programs, and names to compare. */
struct name_entry {
    uint64_t as_program, anywhere;
    const char *tail; /* the path has to end so; NULL: the name is enough */
    uint64_t with_tail;
    struct name_entry *next; /* another tail of the same name */
};

enum { NAMES_LIMIT = 512 };

struct file_tagger {
    struct hash_map *names, *suffixes;
    struct name_entry entries[NAMES_LIMIT];
    size_t entry_count;
};

static struct name_entry *add_entry(struct file_tagger *tagger, struct hash_map *map,
                                    struct view key)
{
    void **slot = hash_map_slot(map, key);
    struct name_entry *entry;

    if (!slot || tagger->entry_count == NAMES_LIMIT)
        return NULL;
    entry = &tagger->entries[tagger->entry_count++];
    entry->next = *slot;
    *slot = entry;
    return entry;
}

static bool add_programs(struct file_tagger *tagger)
{
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
        for (const char *const *name = programs[i].names; *name; name++) {
            struct name_entry *entry = add_entry(tagger, tagger->names, view_of(*name));

            if (!entry)
                return false;
            entry->as_program = FILE_TAG_BIT(programs[i].tag);
        }
    return true;
}

static bool add_named(struct file_tagger *tagger)
{
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
        for (const char *const *name = named[i].names; *name; name++) {
            struct view text = view_of(*name);
            ptrdiff_t slash = view_rfind(text, '/');
            struct name_entry *entry =
                add_entry(tagger, tagger->names, view_sub(text, (size_t)(slash + 1), text.len));

            if (!entry)
                return false;
            entry->tail = slash < 0 ? NULL : *name;
            *(slash < 0 ? &entry->anywhere : &entry->with_tail) = FILE_TAG_BIT(named[i].tag);
        }
    return true;
}

static bool add_suffixes(struct file_tagger *tagger)
{
    for (size_t i = 0; i < sizeof(suffixed) / sizeof(suffixed[0]); i++) {
        struct name_entry *entry = add_entry(tagger, tagger->suffixes, view_of(suffixed[i].suffix));

        if (!entry)
            return false;
        entry->anywhere = FILE_TAG_BIT(suffixed[i].tag);
    }
    return true;
}

struct file_tagger *file_tagger_new(void)
{
    _cleanup_(file_tagger_free_p) struct file_tagger *tagger = calloc(1, sizeof(*tagger));

    if (!tagger)
        return NULL;
    tagger->names = hash_map_new();
    tagger->suffixes = hash_map_new();
    if (!tagger->names || !tagger->suffixes || !add_programs(tagger) || !add_named(tagger) ||
        !add_suffixes(tagger))
        return NULL;
    return take_ptr(&tagger);
}

void file_tagger_free(struct file_tagger *tagger)
{
    if (!tagger)
        return;
    hash_map_free(tagger->names);
    hash_map_free(tagger->suffixes);
    free(tagger);
}

static void add_text(struct buf *to, enum file_tag tag, struct view text)
{
    buf_add_u8(to, (uint8_t)tag);
    buf_add_bytes(to, text);
}

uint64_t file_tag_fingerprint(void)
{
    _cleanup_(buf_done) struct buf text = BUF_INIT(1 << 16);

    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
        for (const char *const *name = programs[i].names; *name; name++)
            add_text(&text, programs[i].tag, view_of(*name));
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
        for (const char *const *name = named[i].names; *name; name++)
            add_text(&text, named[i].tag, view_of(*name));
    for (size_t i = 0; i < sizeof(suffixed) / sizeof(suffixed[0]); i++)
        add_text(&text, suffixed[i].tag, view_of(suffixed[i].suffix));
    for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++)
        add_text(&text, below[i].tag, below[i].directory);
    return hash_stable(buf_view(&text));
}

/* ---- Deciding ---- */

static struct view name_of(struct view path)
{
    return view_sub(path, (size_t)(view_rfind(path, '/') + 1), path.len);
}

static bool lies_among_programs(struct view path, struct view name)
{
    struct view directory = view_sub(path, 0, path.len - name.len);

    return view_ends(directory, VIEW("bin/"));
}

static bool ends_with_tail(struct view path, struct view tail)
{
    return view_ends(path, tail) &&
           (path.len == tail.len || path.ptr[path.len - tail.len - 1] == '/');
}

static uint64_t tags_of_name(const struct file_tagger *tagger, const struct file_status *file)
{
    struct view name = name_of(file->path);
    const struct name_entry *entry = hash_map_get(tagger->names, name);
    ptrdiff_t dot = view_rfind(name, '.');
    uint64_t tags = 0;

    for (; entry; entry = entry->next) {
        tags |= entry->anywhere;
        if (entry->as_program && lies_among_programs(file->path, name))
            tags |= entry->as_program;
        if (entry->tail && ends_with_tail(file->path, view_of(entry->tail)))
            tags |= entry->with_tail;
    }
    if (dot >= 0) {
        entry = hash_map_get(tagger->suffixes, view_sub(name, (size_t)dot, name.len));
        tags |= entry ? entry->anywhere : 0;
    }
    return tags;
}

static uint64_t tags_of_place(struct view path)
{
    if (path.len < 8 || (path.ptr[0] != 'e' && path.ptr[0] != 'v' && path.ptr[0] != 'r'))
        return 0; /* all directories of the table begin so */
    for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++)
        if (view_starts(path, below[i].directory) && path.len > below[i].directory.len)
            return FILE_TAG_BIT(below[i].tag);
    return 0;
}

static uint64_t tags_of_status(const struct file_status *file)
{
    bool directory = file->kind == FILE_DIRECTORY, link = file->kind == FILE_SYMLINK;
    uint64_t tags = 0;

    if (link)
        return 0; /* its permissions mean nothing */
    if (!directory && file->mode & MODE_SETUID)
        tags |= FILE_TAG_BIT(TAG_SETUID);
    if (!directory && file->mode & MODE_SETGID)
        tags |= FILE_TAG_BIT(TAG_SETGID);
    if (file->mode & MODE_OTHERS_WRITE && !(directory && file->mode & MODE_STICKY) &&
        file->kind != FILE_CHARACTER_DEVICE && file->kind != FILE_BLOCK_DEVICE)
        tags |= FILE_TAG_BIT(TAG_WORLD_WRITABLE);
    if (file->kind == FILE_CHARACTER_DEVICE || file->kind == FILE_BLOCK_DEVICE)
        tags |= FILE_TAG_BIT(TAG_DEVICE);
    if (file->capabilities)
        tags |= FILE_TAG_BIT(TAG_CAPABILITIES);
    if (file->size >= FILE_LARGE)
        tags |= FILE_TAG_BIT(TAG_LARGE);
    return tags;
}

uint64_t file_tagger_tags(const struct file_tagger *tagger, const struct file_status *file)
{
    const uint64_t of_files = FILE_TAG_BIT(TAG_PACKAGE_CACHE) | FILE_TAG_BIT(TAG_CRON);
    uint64_t tags = tags_of_status(file);

    if (file->kind == FILE_DIRECTORY)
        return tags;
    tags |= tags_of_name(tagger, file);
    if (file->kind == FILE_REGULAR || file->kind == FILE_HARD_LINK)
        tags |= tags_of_place(file->path) & of_files;
    /* A placeholder keeps an empty directory in version control. */
    if (file->kind == FILE_REGULAR && file->size == 0)
        tags &= ~(FILE_TAG_BIT(TAG_CREDENTIALS) | FILE_TAG_BIT(TAG_CRON) |
                  FILE_TAG_BIT(TAG_HISTORY) | FILE_TAG_BIT(TAG_PRELOAD) |
                  FILE_TAG_BIT(TAG_CORE_DUMP) | FILE_TAG_BIT(TAG_PACKAGE_CACHE));
    return tags;
}

/* ---- Capabilities ---- */

uint64_t file_capabilities(struct view attribute)
{
    struct cursor c = cursor_of(attribute);
    uint32_t revision = cursor_u32(&c) >> 24;
    uint64_t permitted = cursor_u32(&c);

    cursor_u32(&c); /* inheritable */
    if (revision == 2 || revision == 3) {
        permitted |= (uint64_t)cursor_u32(&c) << 32;
        cursor_u32(&c);
    } else if (revision != 1) {
        return 0;
    }
    return c.failed ? 0 : permitted;
}

const char *file_capability_name(unsigned capability)
{
    static const char *const names[FILE_CAPABILITY_COUNT] = {
        "cap_chown",
        "cap_dac_override",
        "cap_dac_read_search",
        "cap_fowner",
        "cap_fsetid",
        "cap_kill",
        "cap_setgid",
        "cap_setuid",
        "cap_setpcap",
        "cap_linux_immutable",
        "cap_net_bind_service",
        "cap_net_broadcast",
        "cap_net_admin",
        "cap_net_raw",
        "cap_ipc_lock",
        "cap_ipc_owner",
        "cap_sys_module",
        "cap_sys_rawio",
        "cap_sys_chroot",
        "cap_sys_ptrace",
        "cap_sys_pacct",
        "cap_sys_admin",
        "cap_sys_boot",
        "cap_sys_nice",
        "cap_sys_resource",
        "cap_sys_time",
        "cap_sys_tty_config",
        "cap_mknod",
        "cap_lease",
        "cap_audit_write",
        "cap_audit_control",
        "cap_setfcap",
        "cap_mac_override",
        "cap_mac_admin",
        "cap_syslog",
        "cap_wake_alarm",
        "cap_block_suspend",
        "cap_audit_read",
        "cap_perfmon",
        "cap_bpf",
        "cap_checkpoint_restore",
    };

    return capability < FILE_CAPABILITY_COUNT ? names[capability] : "unknown";
}
