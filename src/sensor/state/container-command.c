#include "sensor/state/container-command.h"

static struct process *command_of(const struct process_table *table,
                                  const struct container *container)
{
    struct process *process =
        container->command_pid ? process_table_find(table, container->command_pid) : NULL;

    return process && process->is_command && process->container == container ? process : NULL;
}

static void set_command(const struct process_table *table, struct process *process, bool guessed)
{
    struct container *container = process->container;
    struct process *before = command_of(table, container);

    if (before)
        before->is_command = false;
    process->is_command = true;
    container->command_pid = process->pid;
    container->command_guessed = guessed;
}

/* By its number in its own namespace, where that is neither the host's nor its pod's. */
static bool may_be_command(const struct process *process)
{
    return process->container &&
           (process->vpid == 1 || process->vpid == process->pid || process->container->pod_uid.len);
}

void container_command_exec(const struct process_table *table, struct process *process)
{
    const struct container *container = process->container;
    const struct process *above = process->parent;

    if (!may_be_command(process) || !container->seen_made ||
        (container->command_pid && (!container->command_guessed || command_of(table, container))))
        return;
    for (; above && above->container == container; above = above->parent)
        if (!above->ended)
            return;
    if (!above || above->mount_namespace != process->mount_namespace)
        set_command(table, process, false);
}

void container_command_snapshot(const struct process_table *table, struct process *process)
{
    const struct container *container = process->container;
    const struct process *before;

    if (!may_be_command(process) || (container->command_pid && !container->command_guessed))
        return;
    before = command_of(table, container);
    if (!before || process->start < before->start)
        set_command(table, process, true);
}
