#include "base/text.h"
#include "config/image/event.h"
#include "config/values.h"

static const struct rule_subject subjects[IMAGE_PART_COUNT] = {
    [IMAGE_PART_WHOLE] = {"image", TR_KEY("the image as a whole")},
    [IMAGE_PART_LAYER] = {"layer", TR_KEY("each layer")},
    [IMAGE_PART_HISTORY] = {"history", TR_KEY("each line of the history")},
    [IMAGE_PART_ENV] = {"env", TR_KEY("each environment variable")},
    [IMAGE_PART_PORT] = {"port", TR_KEY("each exposed port")},
    [IMAGE_PART_VOLUME] = {"volume", TR_KEY("each volume")},
    [IMAGE_PART_FILE] = {"file",
                         TR_KEY("each file worth a look: setuid, keys, tools, devices, ...")},
    [IMAGE_PART_DELETED_FILE] = {"deleted_file",
                                 TR_KEY("each file with credentials that a later layer deletes or "
                                        "replaces; fields as of file")},
    [IMAGE_PART_ACCOUNT] = {"account", TR_KEY("each account of /etc/passwd and /etc/shadow")},
    [IMAGE_PART_CRON] = {"cron", TR_KEY("each entry of cron")},
    [IMAGE_PART_SUDO] = {"sudo", TR_KEY("each rule that lets somebody become root")},
    [IMAGE_PART_OWNER] = {"owner", TR_KEY("each owner of files")},
    [IMAGE_PART_PACKAGE] = {"package", TR_KEY("each package")},
};

static const struct rule_field fields[] = {
    {"config", RULE_NODE, RULE_FIELD_TREE,
     TR_KEY("the image's settings as they are: config.User, config.Labels[x], ...")},
    {"image.tag_bytes", RULE_NUMBER, RULE_FIELD_KEY | RULE_FIELD_NEEDS_ARGUMENT,
     TR_KEY("bytes of files with this tag: image.tag_bytes[package-cache]")},
    {"image.tag_count", RULE_NUMBER, RULE_FIELD_KEY | RULE_FIELD_NEEDS_ARGUMENT,
     TR_KEY("how many files have this tag")},
    {"image.name", RULE_TEXT, 0, TR_KEY("the name by which the image was asked for")},
    {"image.tag", RULE_TEXT, 0, TR_KEY("the tag in that name")},
    {"image.pinned", RULE_BOOL, 0, TR_KEY("whether that name has a digest")},
    {"image.architecture", RULE_TEXT, 0, TR_KEY("the architecture, such as amd64")},
    {"image.created", RULE_TEXT, 0, TR_KEY("when it was made, as the image says")},
    {"image.age_known", RULE_BOOL, 0, TR_KEY("whether the image says when it was made")},
    {"image.age_days", RULE_NUMBER, 0, TR_KEY("days since it was made")},
    {"image.size", RULE_NUMBER, 0, TR_KEY("bytes of all its files")},
    {"image.hidden", RULE_NUMBER, 0, TR_KEY("bytes of files that later layers delete or replace")},
    {"image.layer_count", RULE_NUMBER, 0, TR_KEY("how many layers it has")},
    {"image.package_count", RULE_NUMBER, 0, TR_KEY("how many packages it has")},
    {"image.files_known", RULE_BOOL, 0, TR_KEY("whether its layers were looked into")},
    {"image.user", RULE_TEXT, 0, TR_KEY("the user it runs as, without the group")},
    {"image.root", RULE_BOOL, 0, TR_KEY("whether it runs as root")},
    {"image.entrypoint", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the words of the entrypoint")},
    {"image.command", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the words of the command")},
    {"image.volumes", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("paths of its volumes")},
    {"image.ports", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("the ports it exposes, as 80/tcp")},
    {"image.healthcheck", RULE_TEXT, 0, TR_KEY("none, set or disabled")},
    {"image.stop_signal", RULE_TEXT, 0, TR_KEY("the signal that stops it")},
    {"image.tags", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("the tags of all its files: setuid, shell, compiler, ...")},
    {"image.packages", RULE_TEXT, RULE_FIELD_LIST, TR_KEY("names of its packages")},
    {"layer.index", RULE_NUMBER, 0, TR_KEY("its number, from 1")},
    {"layer.size", RULE_NUMBER, 0, TR_KEY("stored bytes")},
    {"layer.hidden", RULE_NUMBER, 0,
     TR_KEY("bytes of its files that later layers delete or replace")},
    {"layer.created_by", RULE_TEXT, 0, TR_KEY("the line of the history that made it")},
    {"history.index", RULE_NUMBER, 0, TR_KEY("the number of the line, from 1")},
    {"history.instruction", RULE_TEXT, 0, TR_KEY("the instruction: RUN, COPY, ADD, ...")},
    {"history.text", RULE_TEXT, 0, TR_KEY("what follows the instruction")},
    {"history.arguments", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("names of build arguments that were set")},
    {"history.secret_arguments", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("names of build arguments whose values look like secrets")},
    {"history.empty", RULE_BOOL, 0, TR_KEY("whether it made no layer")},
    {"env.name", RULE_TEXT, 0, TR_KEY("name of the environment variable")},
    {"env.value", RULE_TEXT, 0, TR_KEY("its value; not for outputs")},
    {"env.secret", RULE_BOOL, 0, TR_KEY("whether it looks like a secret")},
    {"port.number", RULE_NUMBER, 0, TR_KEY("number of the exposed port")},
    {"port.protocol", RULE_TEXT, 0, TR_KEY("tcp, udp or sctp")},
    {"volume.path", RULE_PATH, 0, TR_KEY("path of the volume")},
    {"file.path", RULE_PATH, 0, TR_KEY("absolute path")},
    {"file.name", RULE_TEXT, 0, TR_KEY("the part behind the last slash")},
    {"file.directory", RULE_TEXT, 0, TR_KEY("the part before it")},
    {"file.kind", RULE_TEXT, 0,
     TR_KEY("file, directory, symlink, hard-link, character-device, block-device or fifo")},
    {"file.link", RULE_TEXT, 0, TR_KEY("where a link leads")},
    {"file.mode_text", RULE_TEXT, 0, TR_KEY("permissions in octal: 04755")},
    {"file.mode", RULE_NUMBER, 0, TR_KEY("permissions as a number")},
    {"file.uid", RULE_NUMBER, 0, TR_KEY("owner")},
    {"file.gid", RULE_NUMBER, 0, TR_KEY("group")},
    {"file.size", RULE_NUMBER, 0, TR_KEY("bytes")},
    {"file.layer", RULE_NUMBER, 0, TR_KEY("number of the layer that has it, from 1")},
    {"file.gone_in", RULE_NUMBER, 0, TR_KEY("number of the layer that deleted or replaced it")},
    {"file.tags", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("what it is: setuid, world-writable, shell, credentials, ...")},
    {"file.capabilities", RULE_TEXT, RULE_FIELD_LIST,
     TR_KEY("capabilities of the file: cap_net_raw, ...")},
    {"account.name", RULE_TEXT, 0, TR_KEY("name of the account")},
    {"account.shell", RULE_TEXT, 0, TR_KEY("its shell")},
    {"account.password", RULE_TEXT, 0, TR_KEY("locked, empty or hashed")},
    {"account.uid", RULE_NUMBER, 0, TR_KEY("its number")},
    {"account.known", RULE_BOOL, 0, TR_KEY("whether /etc/passwd has it")},
    {"account.line", RULE_NUMBER, 0, TR_KEY("line in its file")},
    {"cron.path", RULE_PATH, 0, TR_KEY("file that has the entry")},
    {"cron.command", RULE_TEXT, 0, TR_KEY("what is run")},
    {"cron.user", RULE_TEXT, 0, TR_KEY("as whom, where the file says so")},
    {"cron.line", RULE_NUMBER, 0, TR_KEY("line in the file")},
    {"sudo.path", RULE_PATH, 0, TR_KEY("file that has the entry")},
    {"sudo.who", RULE_TEXT, 0, TR_KEY("user or group that may become root")},
    {"sudo.without_password", RULE_BOOL, 0, TR_KEY("whether no password is asked for")},
    {"sudo.line", RULE_NUMBER, 0, TR_KEY("line in the file")},
    {"owner.uid", RULE_NUMBER, 0, TR_KEY("owner of files")},
    {"owner.count", RULE_NUMBER, 0, TR_KEY("how many files")},
    {"owner.path", RULE_PATH, 0, TR_KEY("one of them")},
    {"owner.known", RULE_BOOL, 0, TR_KEY("whether /etc/passwd has the owner")},
    {"package.name", RULE_TEXT, 0, TR_KEY("name of the package")},
    {"package.version", RULE_TEXT, 0, TR_KEY("its version")},
    {"package.type", RULE_TEXT, 0, TR_KEY("deb, rpm or apk")},
    {"os.id", RULE_TEXT, 0, TR_KEY("the distribution: debian, alpine, ...")},
    {"os.version", RULE_TEXT, 0, TR_KEY("its release")},
    {"os.name", RULE_TEXT, 0, TR_KEY("its name for people")},
    {"os.eol", RULE_BOOL, 0, TR_KEY("whether it gets no security updates any more")},
    {"os.eol_date", RULE_TEXT, 0, TR_KEY("the last day it gets them")},
};

/* ---- Reading ---- */

static const struct image_member *find_member(const struct image_part_table *table,
                                              const char *field)
{
    for (size_t i = 0; i < table->member_count; i++)
        if (strcmp(table->members[i].field, field) == 0)
            return &table->members[i];
    return NULL;
}

static struct rule_values texts_of(const struct image_texts *texts, struct arena *scratch)
{
    struct values_list list = {.scratch = scratch};

    for (size_t i = 0; i < texts->count; i++)
        values_add_text(&list, texts->list[i], NULL);
    return values_list(&list);
}

/* An empty text is not there: no tag, no shell, no user. */
static struct rule_values read_member(const void *at, const struct image_member *member,
                                      struct arena *scratch)
{
    const char *place = (const char *)at + member->offset;

    switch (member->kind) {
    case IMAGE_TEXT: {
        struct view text = *(const struct view *)(const void *)place;

        return text.len ? values_text(text, NULL, scratch) : values_none();
    }
    case IMAGE_NUMBER: {
        uint64_t number = *(const uint64_t *)(const void *)place;

        return values_number(number > INT64_MAX ? INT64_MAX : (int64_t)number, NULL, scratch);
    }
    case IMAGE_TRUTH:
        return values_bool(*(const bool *)(const void *)place, NULL, scratch);
    case IMAGE_TEXTS:
        return texts_of((const struct image_texts *)(const void *)place, scratch);
    }
    return values_none();
}

static struct rule_values read_tag(const struct image_subject *subject, const struct rule_use *use,
                                   bool bytes, struct arena *scratch)
{
    for (size_t i = 0; i < subject->tag_count; i++)
        if (view_eq(subject->tags[i].name, use->argument))
            return values_number((int64_t)(bytes ? subject->tags[i].bytes : subject->tags[i].count),
                                 NULL, scratch);
    return subject->whole.files_known ? values_number(0, NULL, scratch) : values_none();
}

static struct rule_values read_whole(const struct image_subject *subject, const char *name,
                                     struct arena *scratch)
{
    const struct image_member *member = find_member(&image_parts[IMAGE_PART_WHOLE], name);

    if (strcmp(name, "image.age_days") == 0 && !subject->whole.age_known)
        return values_none();
    if (member)
        return read_member(&subject->whole, member, scratch);
    member = find_member(&image_os_table, name);
    return member ? read_member(&subject->os, member, scratch) : values_none();
}

static struct rule_values extract(const void *ctx, const struct rule_use *use, const void *item,
                                  struct arena *scratch)
{
    const struct image_event *event = ctx;
    const struct image_member *member;
    const char *name;

    if (use->of_item)
        return values_walk(item, use->steps, use->step_count, scratch);
    name = use->field->name;
    if (strcmp(name, "config") == 0)
        return values_walk(event->subject->config, use->steps, use->step_count, scratch);
    if (strcmp(name, "image.tag_bytes") == 0 || strcmp(name, "image.tag_count") == 0)
        return read_tag(event->subject, use, strcmp(name, "image.tag_bytes") == 0, scratch);
    member = find_member(&image_parts[event->part], name);
    if (member && event->part != IMAGE_PART_WHOLE)
        return read_member(event->at, member, scratch);
    return read_whole(event->subject, name, scratch);
}

const struct rule_source image_source = {
    .name = "image",
    .doc = TR_KEY("container images: their settings, layers and files"),
    .subjects = subjects,
    .subject_count = IMAGE_PART_COUNT,
    .fields = fields,
    .field_count = sizeof(fields) / sizeof(fields[0]),
    .extract = extract,
};
