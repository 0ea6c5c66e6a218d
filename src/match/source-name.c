#include "match/source-name.h"

static const struct view signed_prefix = VIEW("linux-signed");

/* Debian ends the name in the architecture that was signed. */
static const struct view signed_architectures[] = {
    VIEW("-amd64"),
    VIEW("-arm64"),
    VIEW("-i386"),
};

struct source source_of(const struct package *package, char room[static SOURCE_NAME_LIMIT])
{
    static const struct view kernel = VIEW("linux");
    struct source source = {package->source_name, package->source_version};
    struct view rest = view_strip_prefix(source.name, signed_prefix);

    if (package->type != PACKAGE_DEB || rest.len == source.name.len ||
        (rest.len && rest.ptr[0] != '-') || kernel.len + rest.len > SOURCE_NAME_LIMIT)
        return source;
    for (size_t i = 0; i < sizeof(signed_architectures) / sizeof(signed_architectures[0]); i++)
        rest = view_strip_suffix(rest, signed_architectures[i]);
    memcpy(room, kernel.ptr, kernel.len);
    if (rest.len)
        memcpy(room + kernel.len, rest.ptr, rest.len);
    return (struct source){view_from(room, kernel.len + rest.len), package->version};
}
