#include "config/kubernetes/version.h"

static int refuse(struct view text, struct error *err)
{
    error_set(err, ERROR_USAGE, "'%.*s' is no version of Kubernetes", VIEW_ARG(text));
    error_hint(err, "write 1.31, v1.31, 1.31.4 or latest");
    return ERROR_USAGE;
}

/* What may stand behind the minor version: nothing, or ".PATCH" and the mark of
 * a distribution. */
static bool is_patch(struct view rest)
{
    struct view digits = view_strip_prefix(rest, VIEW("."));
    size_t count = 0;

    if (rest.len == 0)
        return true;
    if (digits.len == rest.len)
        return false;
    while (count < digits.len && digits.ptr[count] >= '0' && digits.ptr[count] <= '9')
        count++;
    return count && (count == digits.len || digits.ptr[count] == '-' || digits.ptr[count] == '+');
}

int kubernetes_version_parse(struct view text, unsigned *ret_minor, struct error *err)
{
    struct view number = view_strip_prefix(view_strip_prefix(text, VIEW("v")), VIEW("1."));
    uint64_t minor;
    size_t digits = 0;

    if (view_eq(text, VIEW("latest"))) {
        *ret_minor = KUBERNETES_MINOR_NEWEST;
        return 0;
    }
    while (digits < number.len && number.ptr[digits] >= '0' && number.ptr[digits] <= '9')
        digits++;
    if (number.len == view_strip_prefix(text, VIEW("v")).len ||
        !view_to_u64(view_sub(number, 0, digits), &minor) || minor > KUBERNETES_MINOR_LIMIT ||
        !is_patch(view_sub(number, digits, number.len - digits)))
        return refuse(text, err);
    *ret_minor = minor ? (unsigned)minor : 1;
    return 0;
}

unsigned kubernetes_minor_known(unsigned minor)
{
    return minor == 0 || minor > KUBERNETES_MINOR_NEWEST ? KUBERNETES_MINOR_NEWEST : minor;
}

bool kubernetes_minor_is_newer(unsigned minor, struct error *ret_why)
{
    if (minor <= KUBERNETES_MINOR_NEWEST)
        return false;
    error_set(ret_why, ERROR_UNSUPPORTED,
              "Kubernetes 1.%u is newer than what is known here: it counts as 1.%d", minor,
              KUBERNETES_MINOR_NEWEST);
    error_hint(ret_why, "a newer plimsoll may know more");
    return true;
}

unsigned kubernetes_key_since(struct view key)
{
    static const struct {
        struct view key;
        unsigned since;
    } keys[] = {
        {VIEW("automountServiceAccountToken"), 6},
        {VIEW("allowPrivilegeEscalation"), 8},
        {VIEW("ephemeral-storage"), 8},
        {VIEW("shareProcessNamespace"), 10},
        {VIEW("runAsGroup"), 10},
        {VIEW("ttlSecondsAfterFinished"), 12},
        {VIEW("procMount"), 12},
        {VIEW("seccompProfile"), 19},
        {VIEW("hostUsers"), 25},
        {VIEW("appArmorProfile"), 30},
    };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (view_eq(keys[i].key, key))
            return keys[i].since;
    return 0;
}
