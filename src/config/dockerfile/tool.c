#include "config/dockerfile/tool.h"

struct tool {
    const char *name;
    const char *values;      /* short options with a value */
    const char *long_values; /* long ones, between blanks */
    bool subcommand;
    bool long_dash; /* words behind one dash are one option: find -name */
};

#define PIP_LONG                                                                                   \
    " requirement constraint editable index-url extra-index-url find-links target prefix root "    \
    "src platform python-version implementation abi trusted-host cert client-cert cache-dir log "  \
    "proxy retries timeout upgrade-strategy no-binary only-binary install-option "                 \
    "global-option build-option config-settings progress-bar hash report python exists-action "
#define YUM_LONG                                                                                   \
    " config releasever installroot enablerepo disablerepo exclude setopt repo repoid forcearch "  \
    "repofrompath comment enable disable disableplugin enableplugin advisory downloaddir "

static const struct tool tools[] = {
    {"addgroup", "gK", " gid ", false, false},
    {"adduser", "hgsGuk",
     " home gecos shell uid gid ingroup firstuid lastuid conf add-extra-groups ", false, false},
    {"apk", "tXp",
     " virtual repository root arch repositories-file keys-dir cache-dir wait "
     "progress-fd cache-max-age ",
     true, false},
    {"apt", "oct", " option config-file target-release default-release host-architecture ", true,
     false},
    {"apt-get", "oct", " option config-file target-release default-release host-architecture ",
     true, false},
    {"aptitude", "oqtw", " target-release ", true, false},
    {"cargo", "Zj",
     " git branch tag rev path root version registry features target jobs profile "
     "manifest-path ",
     true, false},
    {"chmod", "", " reference ", false, false},
    {"chown", "", " reference from ", false, false},
    {"composer", "d", " working-dir ", true, false},
    {"conda", "cnp", " channel name prefix file ", true, false},
    {"curl", "AbcCdDeEFhHKmoPQrtTuUwxXyYz",
     " output url header data data-binary data-raw data-urlencode form user user-agent proxy "
     "proxy-user request max-time connect-timeout retry retry-delay retry-max-time cacert capath "
     "cert cert-type key key-type ciphers cookie cookie-jar referer range resolve write-out "
     "config upload-file dump-header interface limit-rate max-redirs noproxy oauth2-bearer "
     "output-dir proto proto-default proto-redir pinnedpubkey tls-max unix-socket ",
     false, false},
    {"dnf", "cexd", YUM_LONG, true, false},
    {"easy_install", "difHsxab", "", false, false},
    {"find", "", "", false, true},
    {"gem", "vins", " version install-dir bindir source ", true, false},
    {"git", "cC",
     " depth branch origin config exec-path git-dir work-tree reference separate-git-dir ", true,
     false},
    {"go", "", "", true, true},
    {"java", "", "", false, true},
    {"microdnf", "", YUM_LONG, true, false},
    {"npm", "C", " prefix registry loglevel cache userconfig workspace omit include ", true, false},
    {"openssl", "", "", true, true},
    {"pip", "rcefitd", PIP_LONG, true, false},
    {"pip2", "rcefitd", PIP_LONG, true, false},
    {"pip3", "rcefitd", PIP_LONG, true, false},
    {"pnpm", "C", " dir registry filter ", true, false},
    {"rpm", "DEr", " define root dbpath rcfile ", false, false},
    {"service", "", "", false, false},
    {"ssh", "bcDEeFIiJLlmOopQRSWw", "", false, false},
    {"sshpass", "pdfP", "", false, false},
    {"systemctl", "HMnopPt", " host machine lines output property type state root ", true, false},
    {"tar", "CfbTX", " directory file files-from exclude strip-components ", false, false},
    {"tdnf", "cexd", YUM_LONG, true, false},
    {"useradd", "bcdefgGkKprRsuZ",
     " base-dir comment home-dir expiredate inactive gid groups skel key password root prefix "
     "shell "
     "uid selinux-user ",
     false, false},
    {"usermod", "cdefgGlpRsuvVwWZ",
     " comment home expiredate inactive gid groups login password root shell uid ", false, false},
    {"uv", "rci", " requirement constraint index-url extra-index-url ", true, false},
    {"wget", "OPoaetTwQUiBl",
     " output-document directory-prefix output-file append-output execute tries timeout wait "
     "user-agent header user password http-user http-password post-data post-file input-file "
     "ca-certificate ca-directory certificate private-key proxy-user proxy-password method "
     "body-data secure-protocol ",
     false, false},
    {"yarn", "", " cwd cache-folder registry modules-folder ", true, false},
    {"yum", "cexdR", YUM_LONG, true, false},
    {"zypper", "crtp", " root config reposd-dir cache-dir plus-repo repo type from ", true, false},
};

static const struct tool any = {"", "", "", false, false};

static const struct tool *find_tool(struct view name)
{
    size_t low = 0, high = sizeof(tools) / sizeof(*tools);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = view_cmp(name, view_of(tools[middle].name));

        if (order == 0)
            return &tools[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return &any;
}

bool tool_has_subcommand(struct view name)
{
    return find_tool(name)->subcommand;
}

struct splitter {
    const struct tool *tool;
    const struct shell_command *command;
    struct arena *arena;
    struct tool_line line;
};

static struct tool_option *add_option(struct splitter *s, struct view name, size_t word)
{
    struct tool_option *option =
        arena_push(s->arena, &s->line.options, &s->line.option_count, sizeof(*option));

    if (option) {
        option->name = name;
        option->word = word;
        option->known = s->command->words[word].known;
    }
    return option;
}

static void set_value(struct splitter *s, struct tool_option *option, struct view value,
                      size_t word)
{
    if (!option)
        return;
    option->value = value;
    option->has_value = true;
    option->known = s->command->words[word].known;
}

static bool is_long_value(const struct tool *tool, struct view name)
{
    char text[64];
    int len = snprintf(text, sizeof(text), " %.*s ", VIEW_ARG(name));

    return len > 0 && (size_t)len < sizeof(text) && strstr(tool->long_values, text);
}

/* Each gives the index of the last word it took. */
static size_t split_long(struct splitter *s, size_t at)
{
    struct view text = s->command->words[at].text, value = text;
    struct view name = view_cut(&value, '=');
    struct tool_option *option = add_option(s, name, at);

    if (value.ptr) {
        set_value(s, option, value, at);
    } else if (is_long_value(s->tool, view_sub(name, 2, name.len)) && at + 1 < s->command->count) {
        at++;
        set_value(s, option, s->command->words[at].text, at);
    }
    return at;
}

static size_t split_short(struct splitter *s, size_t at)
{
    struct view text = s->command->words[at].text;

    for (size_t i = 1; i < text.len; i++) {
        struct view name = arena_printf(s->arena, "-%c", text.ptr[i]);
        struct tool_option *option = add_option(s, name, at);

        if (!text.ptr[i] || !strchr(s->tool->values, text.ptr[i]))
            continue;
        if (i + 1 < text.len) {
            bool equals = text.ptr[i + 1] == '=';

            set_value(s, option, view_sub(text, i + 1 + equals, text.len), at);
        } else if (at + 1 < s->command->count) {
            at++;
            set_value(s, option, s->command->words[at].text, at);
        }
        break;
    }
    return at;
}

static bool add_operand(struct splitter *s, size_t at)
{
    const struct shell_word **slot =
        arena_push(s->arena, &s->line.operands, &s->line.operand_count, sizeof(*slot));

    if (slot)
        *slot = &s->command->words[at];
    return slot;
}

bool tool_split(const struct shell_command *command, struct arena *arena, struct tool_line *ret)
{
    struct splitter s = {find_tool(command->name), command, arena, {NULL, 0, NULL, 0}};
    bool operands_only = false;

    for (size_t i = 1; i < command->count; i++) {
        struct view text = command->words[i].text;

        if (operands_only || text.len < 2 || text.ptr[0] != '-') {
            if (!add_operand(&s, i))
                return false;
        } else if (view_eq(text, VIEW("--"))) {
            operands_only = true;
        } else if (text.ptr[1] == '-') {
            i = split_long(&s, i);
        } else if (s.tool->long_dash) {
            add_option(&s, text, i);
        } else {
            i = split_short(&s, i);
        }
    }
    *ret = s.line;
    return arena_failed(arena, "a command", NULL) == 0;
}
