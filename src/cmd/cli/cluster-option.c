#include "cmd/cli/cluster-option.h"

#include "cmd/cli/settings.h"
#include "config/kubernetes/version.h"

int cluster_option_read(const struct invocation *invocation, struct config_target *ret,
                        struct error *err)
{
    struct view text = view_of(settings_of(invocation)->kubernetes_version);
    int r = kubernetes_version_parse(text, &ret->kubernetes_minor, err);

    return r < 0 ? error_wrap(err, "--kubernetes-version") : 0;
}
