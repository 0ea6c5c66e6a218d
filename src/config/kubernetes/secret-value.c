#include "config/kubernetes/secret-value.h"

#include "config/kubernetes/object.h"

enum { NAME_LIMIT = 256 };

/* Parts of names, in lower case, "_" for every separator. */
static const struct view secret_words[] = {
    VIEW("password"),      VIEW("passwd"),     VIEW("passphrase"),     VIEW("pwd"),
    VIEW("secret"),        VIEW("token"),      VIEW("api_key"),        VIEW("apikey"),
    VIEW("access_key"),    VIEW("accesskey"),  VIEW("private_key"),    VIEW("privatekey"),
    VIEW("credential"),    VIEW("auth_key"),   VIEW("encryption_key"), VIEW("signing_key"),
    VIEW("client_secret"), VIEW("master_key"), VIEW("app_key"),        VIEW("appkey"),
};

/* What follows such a word when the value is something about it. */
static const struct view about_words[] = {
    VIEW("_file"),      VIEW("_path"),     VIEW("_dir"),       VIEW("_url"),      VIEW("_uri"),
    VIEW("_name"),      VIEW("_ttl"),      VIEW("_expir"),     VIEW("_length"),   VIEW("_len"),
    VIEW("_policy"),    VIEW("_id"),       VIEW("_endpoint"),  VIEW("_type"),     VIEW("_min"),
    VIEW("_max"),       VIEW("_enabled"),  VIEW("_required"),  VIEW("_timeout"),  VIEW("_lifetime"),
    VIEW("_ref"),       VIEW("_mount"),    VIEW("_header"),    VIEW("_issuer"),   VIEW("_audience"),
    VIEW("_algorithm"), VIEW("_hash"),     VIEW("_namespace"), VIEW("_location"), VIEW("_duration"),
    VIEW("_count"),     VIEW("_limit"),    VIEW("_budget"),    VIEW("_key_name"), VIEW("_field"),
    VIEW("_version"),   VIEW("_provider"), VIEW("_store"),     VIEW("_manager"),  VIEW("_backend"),
    VIEW("_server"),    VIEW("_service"),  VIEW("_host"),      VIEW("_port"),     VIEW("_user"),
    VIEW("_interval"),  VIEW("_period"),   VIEW("_refresh"),   VIEW("_reset"),    VIEW("_volume"),
};

/* Beginnings after which such a word means something else. */
static const struct view switch_words[] = {
    VIEW("enable_"), VIEW("disable_"), VIEW("use_"),    VIEW("require_"), VIEW("allow_"),
    VIEW("max_"),    VIEW("min_"),     VIEW("num_"),    VIEW("skip_"),    VIEW("allow_empty_"),
    VIEW("has_"),    VIEW("is_"),      VIEW("public_"),
};

/* Values that stand for none. */
static const struct view placeholder_values[] = {
    VIEW("true"),      VIEW("false"),      VIEW("yes"),       VIEW("no"),
    VIEW("on"),        VIEW("off"),        VIEW("none"),      VIEW("null"),
    VIEW("nil"),       VIEW("disabled"),   VIEW("enabled"),   VIEW("required"),
    VIEW("optional"),  VIEW("changeme"),   VIEW("change-me"), VIEW("change_me"),
    VIEW("replaceme"), VIEW("replace-me"), VIEW("redacted"),  VIEW("todo"),
    VIEW("tbd"),       VIEW("example"),    VIEW("dummy"),     VIEW("placeholder"),
    VIEW("default"),   VIEW("never"),      VIEW("always"),    VIEW("auto"),
    VIEW("plain"),     VIEW("kubernetes"), VIEW("vault"),     VIEW("file"),
    VIEW("env"),       VIEW("unset"),      VIEW("n/a"),
};

#define LENGTH(table) (sizeof(table) / sizeof((table)[0]))

/* Lower case with "_" between words: dbPassword, DB_PASSWORD and db.password
 * are all db_password. */
static struct view fold_name(struct view name, char *to)
{
    size_t length = 0;

    for (size_t i = 0; i < name.len && length + 2 < NAME_LIMIT; i++) {
        char c = name.ptr[i];
        bool upper = c >= 'A' && c <= 'Z';
        bool after_lower = i && name.ptr[i - 1] >= 'a' && name.ptr[i - 1] <= 'z';

        if (upper && after_lower)
            to[length++] = '_';
        if (upper)
            c = (char)(c - 'A' + 'a');
        else if (c == '-' || c == '.' || c == ' ' || c == '/')
            c = '_';
        to[length++] = c;
    }
    return view_from(to, length);
}

static bool ends_word(struct view rest)
{
    return rest.len == 0 || rest.ptr[0] == '_' || rest.ptr[0] == 's' ||
           (rest.ptr[0] >= '0' && rest.ptr[0] <= '9');
}

static bool begins_word(struct view name, size_t at)
{
    return at == 0 || name.ptr[at - 1] == '_';
}

static bool is_about(struct view rest)
{
    for (size_t i = 0; i < LENGTH(about_words); i++)
        if (view_find_view(rest, about_words[i]) >= 0)
            return true;
    return false;
}

/* "password" and "passwd" end words that are written together: pgpassword,
 * dbpassword. Short words must stand alone: "pwd", "token". */
static bool names_secret(struct view name)
{
    for (size_t i = 0; i < LENGTH(switch_words); i++)
        if (view_starts(name, switch_words[i]))
            return false;
    for (size_t i = 0; i < LENGTH(secret_words); i++) {
        struct view word = secret_words[i];
        ptrdiff_t at = view_find_view(name, word);
        struct view rest;

        if (at < 0)
            continue;
        rest = view_sub(name, (size_t)at + word.len, name.len);
        if (ends_word(rest) && !is_about(rest) && (word.len > 5 || begins_word(name, (size_t)at)))
            return true;
    }
    return false;
}

static bool is_placeholder(struct view value)
{
    for (size_t i = 0; i < LENGTH(placeholder_values); i++)
        if (view_eq_nocase(value, placeholder_values[i]))
            return true;
    for (size_t i = 1; i < value.len; i++)
        if (value.ptr[i] != value.ptr[0])
            return false;
    return true; /* "****", "xxx", "" */
}

static bool is_number(struct view value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((value.ptr[i] < '0' || value.ptr[i] > '9') && value.ptr[i] != '.')
            return false;
    return true;
}

/* A path, an address, a reference into a store of secrets. */
static bool is_reference(struct view value)
{
    return value.ptr[0] == '/' || value.ptr[0] == '<' || value.ptr[0] == '$' ||
           text_is_template(value) || view_find_view(value, VIEW("://")) >= 0 ||
           view_starts(value, VIEW("vault:")) || view_starts(value, VIEW("arn:")) ||
           view_starts(value, VIEW("ref+")) || view_starts(value, VIEW("ENC[")) ||
           view_starts(value, VIEW("secret:"));
}

static bool is_base64url(struct view text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_' || c == '+' || c == '/' || c == '=' || c == '.'))
            return false;
    }
    return true;
}

/* Tokens that tell themselves by how they begin. */
static const struct {
    struct view prefix;
    size_t length; /* at least */
} known_tokens[] = {
    {VIEW("AKIA"), 20},   {VIEW("ASIA"), 20},  {VIEW("LTAI"), 16},  {VIEW("AKID"), 36},
    {VIEW("ghp_"), 40},   {VIEW("gho_"), 40},  {VIEW("ghs_"), 40},  {VIEW("github_pat_"), 60},
    {VIEW("glpat-"), 26}, {VIEW("xoxb-"), 30}, {VIEW("xoxp-"), 30}, {VIEW("sk_live_"), 28},
    {VIEW("npm_"), 40},   {VIEW("AIza"), 39},  {VIEW("hvs."), 28},  {VIEW("dop_v1_"), 70},
};

/* scheme://user:password@host, with a password that is none by reference. */
static bool has_password(struct view value)
{
    ptrdiff_t scheme = view_find_view(value, VIEW("://"));
    struct view rest, user;
    ptrdiff_t at;

    if (scheme <= 0)
        return false;
    rest = view_sub(value, (size_t)scheme + 3, value.len);
    rest = view_cut(&rest, '/');
    at = view_rfind(rest, '@');
    if (at <= 0)
        return false;
    rest = view_sub(rest, 0, (size_t)at);
    user = view_cut(&rest, ':');
    return user.ptr && rest.len && !is_placeholder(rest) && rest.ptr[0] != '$' &&
           rest.ptr[0] != '<' && !text_is_template(rest);
}

bool secret_value(struct view value)
{
    if (view_find_view(value, VIEW("-----BEGIN ")) >= 0 &&
        view_find_view(value, VIEW("PRIVATE KEY-----")) >= 0)
        return true;
    for (size_t i = 0; i < LENGTH(known_tokens); i++)
        if (view_starts(value, known_tokens[i].prefix) && value.len >= known_tokens[i].length &&
            value.len < 256 && is_base64url(value))
            return true;
    return has_password(value);
}

bool secret_named(struct view name, struct view value)
{
    char folded[NAME_LIMIT];

    if (secret_value(value))
        return true;
    if (value.len < 3 || is_placeholder(value) || is_reference(value) || is_number(value))
        return false;
    return names_secret(fold_name(name, folded));
}
