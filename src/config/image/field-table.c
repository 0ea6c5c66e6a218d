#include <stddef.h>

#include "config/image/event.h"

#define MEMBER(field, kind, type, member)                                                          \
    {                                                                                              \
        field, kind, offsetof(struct type, member)                                                 \
    }

static const struct image_member whole_members[] = {
    MEMBER("image.name", IMAGE_TEXT, image_subject_whole, name),
    MEMBER("image.tag", IMAGE_TEXT, image_subject_whole, tag),
    MEMBER("image.pinned", IMAGE_TRUTH, image_subject_whole, digest),
    MEMBER("image.architecture", IMAGE_TEXT, image_subject_whole, architecture),
    MEMBER("image.created", IMAGE_TEXT, image_subject_whole, created),
    MEMBER("image.age_known", IMAGE_TRUTH, image_subject_whole, age_known),
    MEMBER("image.age_days", IMAGE_NUMBER, image_subject_whole, age_days),
    MEMBER("image.size", IMAGE_NUMBER, image_subject_whole, size),
    MEMBER("image.hidden", IMAGE_NUMBER, image_subject_whole, hidden),
    MEMBER("image.layer_count", IMAGE_NUMBER, image_subject_whole, layer_count),
    MEMBER("image.package_count", IMAGE_NUMBER, image_subject_whole, package_count),
    MEMBER("image.files_known", IMAGE_TRUTH, image_subject_whole, files_known),
    MEMBER("image.user", IMAGE_TEXT, image_subject_whole, user),
    MEMBER("image.root", IMAGE_TRUTH, image_subject_whole, root),
    MEMBER("image.entrypoint", IMAGE_TEXTS, image_subject_whole, entrypoint),
    MEMBER("image.command", IMAGE_TEXTS, image_subject_whole, command),
    MEMBER("image.volumes", IMAGE_TEXTS, image_subject_whole, volumes),
    MEMBER("image.ports", IMAGE_TEXTS, image_subject_whole, ports),
    MEMBER("image.healthcheck", IMAGE_TEXT, image_subject_whole, healthcheck),
    MEMBER("image.stop_signal", IMAGE_TEXT, image_subject_whole, stop_signal),
    MEMBER("image.tags", IMAGE_TEXTS, image_subject_whole, tags),
    MEMBER("image.packages", IMAGE_TEXTS, image_subject_whole, packages),
};

static const struct image_member layer_members[] = {
    MEMBER("layer.index", IMAGE_NUMBER, image_subject_layer, index),
    MEMBER("layer.size", IMAGE_NUMBER, image_subject_layer, size),
    MEMBER("layer.hidden", IMAGE_NUMBER, image_subject_layer, hidden),
    MEMBER("layer.created_by", IMAGE_TEXT, image_subject_layer, created_by),
};

static const struct image_member history_members[] = {
    MEMBER("history.index", IMAGE_NUMBER, image_subject_history, index),
    MEMBER("history.instruction", IMAGE_TEXT, image_subject_history, instruction),
    MEMBER("history.text", IMAGE_TEXT, image_subject_history, text),
    MEMBER("history.arguments", IMAGE_TEXTS, image_subject_history, arguments),
    MEMBER("history.secret_arguments", IMAGE_TEXTS, image_subject_history, secret_arguments),
    MEMBER("history.empty", IMAGE_TRUTH, image_subject_history, empty),
};

static const struct image_member env_members[] = {
    MEMBER("env.name", IMAGE_TEXT, image_subject_env, name),
    MEMBER("env.value", IMAGE_TEXT, image_subject_env, value),
    MEMBER("env.secret", IMAGE_TRUTH, image_subject_env, secret),
};

static const struct image_member port_members[] = {
    MEMBER("port.number", IMAGE_NUMBER, image_subject_port, number),
    MEMBER("port.protocol", IMAGE_TEXT, image_subject_port, protocol),
};

static const struct image_member volume_members[] = {
    MEMBER("volume.path", IMAGE_TEXT, image_subject_volume, path),
};

static const struct image_member file_members[] = {
    MEMBER("file.path", IMAGE_TEXT, image_subject_file, path),
    MEMBER("file.name", IMAGE_TEXT, image_subject_file, name),
    MEMBER("file.directory", IMAGE_TEXT, image_subject_file, directory),
    MEMBER("file.kind", IMAGE_TEXT, image_subject_file, kind),
    MEMBER("file.link", IMAGE_TEXT, image_subject_file, link),
    MEMBER("file.mode_text", IMAGE_TEXT, image_subject_file, mode_text),
    MEMBER("file.mode", IMAGE_NUMBER, image_subject_file, mode),
    MEMBER("file.uid", IMAGE_NUMBER, image_subject_file, uid),
    MEMBER("file.gid", IMAGE_NUMBER, image_subject_file, gid),
    MEMBER("file.size", IMAGE_NUMBER, image_subject_file, size),
    MEMBER("file.layer", IMAGE_NUMBER, image_subject_file, layer),
    MEMBER("file.gone_in", IMAGE_NUMBER, image_subject_file, gone_in),
    MEMBER("file.tags", IMAGE_TEXTS, image_subject_file, tags),
    MEMBER("file.capabilities", IMAGE_TEXTS, image_subject_file, capabilities),
};

static const struct image_member account_members[] = {
    MEMBER("account.name", IMAGE_TEXT, image_subject_account, name),
    MEMBER("account.shell", IMAGE_TEXT, image_subject_account, shell),
    MEMBER("account.password", IMAGE_TEXT, image_subject_account, password),
    MEMBER("account.uid", IMAGE_NUMBER, image_subject_account, uid),
    MEMBER("account.known", IMAGE_TRUTH, image_subject_account, known),
    MEMBER("account.line", IMAGE_NUMBER, image_subject_account, line),
};

static const struct image_member cron_members[] = {
    MEMBER("cron.path", IMAGE_TEXT, image_subject_cron, path),
    MEMBER("cron.command", IMAGE_TEXT, image_subject_cron, command),
    MEMBER("cron.user", IMAGE_TEXT, image_subject_cron, user),
    MEMBER("cron.line", IMAGE_NUMBER, image_subject_cron, line),
};

static const struct image_member sudo_members[] = {
    MEMBER("sudo.path", IMAGE_TEXT, image_subject_sudo, path),
    MEMBER("sudo.who", IMAGE_TEXT, image_subject_sudo, who),
    MEMBER("sudo.without_password", IMAGE_TRUTH, image_subject_sudo, without_password),
    MEMBER("sudo.line", IMAGE_NUMBER, image_subject_sudo, line),
};

static const struct image_member owner_members[] = {
    MEMBER("owner.uid", IMAGE_NUMBER, image_subject_owner, uid),
    MEMBER("owner.count", IMAGE_NUMBER, image_subject_owner, count),
    MEMBER("owner.path", IMAGE_TEXT, image_subject_owner, path),
    MEMBER("owner.known", IMAGE_TRUTH, image_subject_owner, known),
};

static const struct image_member package_members[] = {
    MEMBER("package.name", IMAGE_TEXT, image_subject_package, name),
    MEMBER("package.version", IMAGE_TEXT, image_subject_package, version),
    MEMBER("package.type", IMAGE_TEXT, image_subject_package, type),
};

static const struct image_member os_members[] = {
    MEMBER("os.id", IMAGE_TEXT, image_subject_os, id),
    MEMBER("os.version", IMAGE_TEXT, image_subject_os, version),
    MEMBER("os.name", IMAGE_TEXT, image_subject_os, name),
    MEMBER("os.eol", IMAGE_TRUTH, image_subject_os, eol),
    MEMBER("os.eol_date", IMAGE_TEXT, image_subject_os, eol_date),
};

#define TABLE(key, type, members)                                                                  \
    {                                                                                              \
        key, sizeof(struct type), members, sizeof(members) / sizeof((members)[0])                  \
    }

const struct image_part_table image_parts[IMAGE_PART_COUNT] = {
    [IMAGE_PART_WHOLE] = TABLE(NULL, image_subject_whole, whole_members),
    [IMAGE_PART_LAYER] = TABLE("layers", image_subject_layer, layer_members),
    [IMAGE_PART_HISTORY] = TABLE(NULL, image_subject_history, history_members),
    [IMAGE_PART_ENV] = TABLE(NULL, image_subject_env, env_members),
    [IMAGE_PART_PORT] = TABLE(NULL, image_subject_port, port_members),
    [IMAGE_PART_VOLUME] = TABLE(NULL, image_subject_volume, volume_members),
    [IMAGE_PART_FILE] = TABLE("files", image_subject_file, file_members),
    [IMAGE_PART_DELETED_FILE] = TABLE("deleted_files", image_subject_file, file_members),
    [IMAGE_PART_ACCOUNT] = TABLE("accounts", image_subject_account, account_members),
    [IMAGE_PART_CRON] = TABLE("crons", image_subject_cron, cron_members),
    [IMAGE_PART_SUDO] = TABLE("sudoers", image_subject_sudo, sudo_members),
    [IMAGE_PART_OWNER] = TABLE("owners", image_subject_owner, owner_members),
    [IMAGE_PART_PACKAGE] = TABLE("packages", image_subject_package, package_members),
};

const struct image_part_table image_os_table = TABLE("os", image_subject_os, os_members);
