#include "secret/file-kind.h"

#include <fnmatch.h>

#include "base/path.h"

enum { BINARY_SAMPLE = 8 << 10 };

/* Names as a whole, suffixes, and parts of a path; all in lower case. */
struct name_rule {
    struct view text;
    enum secret_file_kind kind;
};

static const struct name_rule whole_names[] = {
    {VIEW("package-lock.json"), SECRET_FILE_GENERATED},
    {VIEW("npm-shrinkwrap.json"), SECRET_FILE_GENERATED},
    {VIEW("pnpm-lock.yaml"), SECRET_FILE_GENERATED},
    {VIEW("packages.lock.json"), SECRET_FILE_GENERATED},
    {VIEW("go.sum"), SECRET_FILE_GENERATED},
    {VIEW("go.work.sum"), SECRET_FILE_GENERATED},
    {VIEW("bun.lockb"), SECRET_FILE_GENERATED},
    {VIEW("package.resolved"), SECRET_FILE_GENERATED},
    {VIEW("gradle.lockfile"), SECRET_FILE_GENERATED},
    {VIEW("verification-metadata.xml"), SECRET_FILE_GENERATED},
    {VIEW(".env"), SECRET_FILE_SETTINGS},
    {VIEW(".netrc"), SECRET_FILE_SETTINGS},
    {VIEW("_netrc"), SECRET_FILE_SETTINGS},
    {VIEW(".pgpass"), SECRET_FILE_SETTINGS},
    {VIEW(".npmrc"), SECRET_FILE_SETTINGS},
    {VIEW(".pypirc"), SECRET_FILE_SETTINGS},
    {VIEW(".git-credentials"), SECRET_FILE_SETTINGS},
    {VIEW(".dockercfg"), SECRET_FILE_SETTINGS},
    {VIEW("credentials"), SECRET_FILE_SETTINGS},
    {VIEW("dockerfile"), SECRET_FILE_SETTINGS},
    {VIEW("containerfile"), SECRET_FILE_SETTINGS},
    {VIEW("readme"), SECRET_FILE_PROSE},
    {VIEW("changelog"), SECRET_FILE_PROSE},
    {VIEW("news"), SECRET_FILE_PROSE},
    {VIEW("copyright"), SECRET_FILE_PROSE},
};

static const struct name_rule suffixes[] = {
    {VIEW(".lock"), SECRET_FILE_GENERATED},
    {VIEW(".min.js"), SECRET_FILE_GENERATED},
    {VIEW(".min.mjs"), SECRET_FILE_GENERATED},
    {VIEW(".min.css"), SECRET_FILE_GENERATED},
    {VIEW(".map"), SECRET_FILE_GENERATED},
    {VIEW(".bundle.js"), SECRET_FILE_GENERATED},
    {VIEW(".chunk.js"), SECRET_FILE_GENERATED},
    {VIEW("-min.js"), SECRET_FILE_GENERATED},
    {VIEW(".pb.go"), SECRET_FILE_GENERATED},
    {VIEW(".svg"), SECRET_FILE_GENERATED},
    {VIEW(".sum"), SECRET_FILE_GENERATED},
    {VIEW(".snap"), SECRET_FILE_GENERATED},
    {VIEW(".css"), SECRET_FILE_GENERATED},
    {VIEW(".ipynb"), SECRET_FILE_CODE},
    {VIEW(".md"), SECRET_FILE_PROSE},
    {VIEW(".markdown"), SECRET_FILE_PROSE},
    {VIEW(".rst"), SECRET_FILE_PROSE},
    {VIEW(".adoc"), SECRET_FILE_PROSE},
    {VIEW(".html"), SECRET_FILE_PROSE},
    {VIEW(".htm"), SECRET_FILE_PROSE},
    {VIEW(".xhtml"), SECRET_FILE_PROSE},
    {VIEW(".tex"), SECRET_FILE_PROSE},
    {VIEW(".po"), SECRET_FILE_PROSE},
    {VIEW(".pot"), SECRET_FILE_PROSE},
    {VIEW(".pod"), SECRET_FILE_PROSE},
    {VIEW(".texi"), SECRET_FILE_PROSE},
    {VIEW(".env"), SECRET_FILE_SETTINGS},
    {VIEW(".ini"), SECRET_FILE_SETTINGS},
    {VIEW(".cfg"), SECRET_FILE_SETTINGS},
    {VIEW(".conf"), SECRET_FILE_SETTINGS},
    {VIEW(".cnf"), SECRET_FILE_SETTINGS},
    {VIEW(".properties"), SECRET_FILE_SETTINGS},
    {VIEW(".yaml"), SECRET_FILE_SETTINGS},
    {VIEW(".yml"), SECRET_FILE_SETTINGS},
    {VIEW(".toml"), SECRET_FILE_SETTINGS},
    {VIEW(".tfvars"), SECRET_FILE_SETTINGS},
    {VIEW(".config"), SECRET_FILE_SETTINGS},
    {VIEW(".service"), SECRET_FILE_SETTINGS},
    {VIEW(".c"), SECRET_FILE_CODE},
    {VIEW(".h"), SECRET_FILE_CODE},
    {VIEW(".cc"), SECRET_FILE_CODE},
    {VIEW(".cpp"), SECRET_FILE_CODE},
    {VIEW(".hpp"), SECRET_FILE_CODE},
    {VIEW(".cs"), SECRET_FILE_CODE},
    {VIEW(".go"), SECRET_FILE_CODE},
    {VIEW(".java"), SECRET_FILE_CODE},
    {VIEW(".kt"), SECRET_FILE_CODE},
    {VIEW(".scala"), SECRET_FILE_CODE},
    {VIEW(".groovy"), SECRET_FILE_CODE},
    {VIEW(".gradle"), SECRET_FILE_CODE},
    {VIEW(".js"), SECRET_FILE_CODE},
    {VIEW(".mjs"), SECRET_FILE_CODE},
    {VIEW(".cjs"), SECRET_FILE_CODE},
    {VIEW(".jsx"), SECRET_FILE_CODE},
    {VIEW(".ts"), SECRET_FILE_CODE},
    {VIEW(".tsx"), SECRET_FILE_CODE},
    {VIEW(".vue"), SECRET_FILE_CODE},
    {VIEW(".json"), SECRET_FILE_CODE},
    {VIEW(".lua"), SECRET_FILE_CODE},
    {VIEW(".php"), SECRET_FILE_CODE},
    {VIEW(".pl"), SECRET_FILE_CODE},
    {VIEW(".pm"), SECRET_FILE_CODE},
    {VIEW(".ps1"), SECRET_FILE_CODE},
    {VIEW(".py"), SECRET_FILE_CODE},
    {VIEW(".rb"), SECRET_FILE_CODE},
    {VIEW(".rs"), SECRET_FILE_CODE},
    {VIEW(".sql"), SECRET_FILE_CODE},
    {VIEW(".swift"), SECRET_FILE_CODE},
    {VIEW(".tf"), SECRET_FILE_CODE},
    {VIEW(".xml"), SECRET_FILE_CODE},
    {VIEW(".vim"), SECRET_FILE_CODE},
    {VIEW(".m4"), SECRET_FILE_CODE},
    {VIEW(".el"), SECRET_FILE_CODE},
    {VIEW(".dart"), SECRET_FILE_CODE},
};

static const struct name_rule parts[] = {
    {VIEW("/share/doc/"), SECRET_FILE_PROSE},
    {VIEW("/share/man/"), SECRET_FILE_PROSE},
    {VIEW("/share/info/"), SECRET_FILE_PROSE},
    {VIEW("/share/locale/"), SECRET_FILE_PROSE},
    {VIEW("/testdata/"), SECRET_FILE_GENERATED},
    {VIEW("/test-data/"), SECRET_FILE_GENERATED},
    {VIEW("/test_data/"), SECRET_FILE_GENERATED},
    {VIEW("/testvectors/"), SECRET_FILE_GENERATED},
    {VIEW("/test-vectors/"), SECRET_FILE_GENERATED},
    {VIEW("/test_vectors/"), SECRET_FILE_GENERATED},
    {VIEW("/__snapshots__/"), SECRET_FILE_GENERATED},
    {VIEW("/fixtures/"), SECRET_FILE_GENERATED},
    {VIEW("/cassettes/"), SECRET_FILE_GENERATED},
};

static const struct view test_parts[] = {
    VIEW("/test/"),        VIEW("/tests/"),        VIEW("/testing/"),      VIEW("/__tests__/"),
    VIEW("/spec/"),        VIEW("/specs/"),        VIEW("/testdata/"),     VIEW("/test-data/"),
    VIEW("/test_data/"),   VIEW("/fixtures/"),     VIEW("/cassettes/"),    VIEW("/__snapshots__/"),
    VIEW("/mocks/"),       VIEW("/__mocks__/"),    VIEW("/example/"),      VIEW("/examples/"),
    VIEW("/samples/"),     VIEW("/demo/"),         VIEW("/demos/"),        VIEW("/share/doc/"),
    VIEW("/testvectors/"), VIEW("/test-vectors/"), VIEW("/test_vectors/"),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_binary(struct view start)
{
    start = view_sub(start, 0, BINARY_SAMPLE);
    return start.len && memchr(start.ptr, '\0', start.len);
}

/* "/" and the path, in lower case. */
static struct view lower(struct view path, char to[static PATH_LIMIT + 1])
{
    size_t len = path.len < PATH_LIMIT ? path.len : PATH_LIMIT;

    to[0] = '/';
    for (size_t i = 0; i < len; i++)
        to[i + 1] =
            (char)(path.ptr[i] >= 'A' && path.ptr[i] <= 'Z' ? path.ptr[i] | 0x20 : path.ptr[i]);
    return view_from(to, len + 1);
}

static bool holds(struct view path, struct view part)
{
    return path.len >= part.len && memmem(path.ptr, path.len, part.ptr, part.len);
}

/* "test_x.py", "x_test.go", "x.spec.ts", ".env.example" */
static bool is_test_name(struct view name)
{
    static const struct view ends[] = {
        VIEW("_test.go"), VIEW("_test.py"),  VIEW("_test.rb"),  VIEW("_spec.rb"), VIEW("_test.rs"),
        VIEW(".test.js"), VIEW(".test.ts"),  VIEW(".spec.js"),  VIEW(".spec.ts"), VIEW("test.java"),
        VIEW("tests.cs"), VIEW("_test.cc"),  VIEW("_test.cpp"), VIEW("test.php"), VIEW(".test.tsx"),
        VIEW("tests.py"), VIEW("_tests.rs"), VIEW(".test.mjs"),
    };

    for (size_t i = 0; i < COUNT(ends); i++)
        if (view_ends(name, ends[i]))
            return true;
    return view_starts(name, VIEW("test_")) || holds(name, VIEW("example")) ||
           view_ends(name, VIEW(".sample")) || view_ends(name, VIEW(".dist")) ||
           view_ends(name, VIEW(".template"));
}

static bool is_test(struct view path)
{
    if (is_test_name(path_name(path)))
        return true;
    for (size_t i = 0; i < COUNT(test_parts); i++)
        if (holds(path, test_parts[i]))
            return true;
    return false;
}

static enum secret_file_kind kind_of(struct view path)
{
    struct view name = path_name(path);

    for (size_t i = 0; i < COUNT(parts); i++)
        if (holds(path, parts[i].text))
            return parts[i].kind;
    for (size_t i = 0; i < COUNT(whole_names); i++)
        if (view_eq(name, whole_names[i].text))
            return whole_names[i].kind;
    for (size_t i = 0; i < COUNT(suffixes); i++)
        if (view_ends(name, suffixes[i].text))
            return suffixes[i].kind;
    if (view_starts(name, VIEW(".env.")) || view_starts(name, VIEW("dockerfile.")))
        return SECRET_FILE_SETTINGS;
    return SECRET_FILE_TEXT;
}

struct secret_file secret_file_of(struct view path, struct view start)
{
    char copy[PATH_LIMIT + 1];
    struct view lowered = lower(path, copy);
    struct secret_file file = {kind_of(lowered), is_test(lowered)};

    if (is_binary(start))
        file.kind = SECRET_FILE_BINARY;
    return file;
}

bool secret_file_takes(const struct secret_file *file, const struct secret_rule *rule)
{
    if (rule->confidence < secret_file_confidence(file->kind))
        return false;
    if (file->kind == SECRET_FILE_PROSE && rule->guessable)
        return false; /* a password in an explanation explains */
    /* Passwords and the like of tests are made up. */
    return !file->test || (rule->confidence > SECRET_LOW && !rule->guessable);
}

enum secret_confidence secret_file_confidence(enum secret_file_kind kind)
{
    static const enum secret_confidence least[] = {
        [SECRET_FILE_CODE] = SECRET_LOW,       [SECRET_FILE_SETTINGS] = SECRET_LOW,
        [SECRET_FILE_TEXT] = SECRET_LOW,       [SECRET_FILE_PROSE] = SECRET_MEDIUM,
        [SECRET_FILE_GENERATED] = SECRET_HIGH, [SECRET_FILE_BINARY] = SECRET_HIGH,
    };

    return least[kind];
}

bool secret_path_matches(const struct secret_list *patterns, struct view path)
{
    char text[PATH_LIMIT + 1];
    size_t len = path.len < PATH_LIMIT ? path.len : PATH_LIMIT;
    const char *name;

    if (patterns->count == 0)
        return false;
    if (len)
        memcpy(text, path.ptr, len);
    text[len] = '\0';
    name = text + (view_rfind(view_from(text, len), '/') + 1);
    for (size_t i = 0; i < patterns->count; i++)
        if (fnmatch(patterns->items[i].ptr, text, 0) == 0 ||
            fnmatch(patterns->items[i].ptr, name, 0) == 0)
            return true;
    return false;
}
