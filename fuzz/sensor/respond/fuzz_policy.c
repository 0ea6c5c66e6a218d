/* Any bytes as a response policy; what is read can be asked. */
#include "sensor/respond/kept-network.h"
#include "sensor/respond/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct policy *policy, struct view text)
{
    const struct action *actions[POLICY_ACTIONS_LIMIT];
    struct alert alert = {.rule = text, .tags = &text, .tag_count = 1};
    struct response_target target = {
        .pid = 1, .container_id = VIEW("c"), .container_name = text, .image = text};
    size_t count = policy_actions(policy, &alert, &target, actions);

    for (size_t i = 0; i < count; i++)
        if (action_find(view_of(actions[i]->name)) != actions[i])
            abort();
    policy_never(policy, &target, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view text = view_from(data, size);
    struct kept_network network;
    struct policy *policy;

    if (policy_parse(text, "fuzz", &policy, NULL) == 0) {
        ask(policy, text);
        policy_free(policy);
    }
    if (kept_network_parse(text, &network, NULL) == 0 &&
        network.prefix > (network.is_v6 ? 128 : 32))
        abort();
    return 0;
}
