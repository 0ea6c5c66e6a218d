#include "vulndb/import/oval-reader.h"

static enum oval_kind kind_of(struct view name)
{
    static const struct {
        struct view prefix;
        enum oval_kind kind;
    } kinds[] = {
        {VIEW("rpminfo_"), OVAL_RPM},         {VIEW("dpkginfo_"), OVAL_DPKG},
        {VIEW("textfilecontent"), OVAL_FILE}, {VIEW("rpmverify"), OVAL_VERIFY},
        {VIEW("uname_"), OVAL_UNAME},         {VIEW("family_"), OVAL_FAMILY},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (view_starts(name, kinds[i].prefix))
            return kinds[i].kind;
    return OVAL_ELSE;
}

static void start_test(struct oval_reader *reader, struct view name,
                       const struct xml_attributes *attributes)
{
    struct oval_test *test =
        oval_reader_find(reader, reader->tests, xml_attribute(attributes, "id"), sizeof(*test));

    reader->test = test;
    if (!test)
        return;
    test->kind = kind_of(name);
    test->comment = oval_reader_keep_comment(reader, attributes);
    test->none_satisfy = view_eq(xml_attribute(attributes, "check"), VIEW("none satisfy")) ||
                         view_eq(xml_attribute(attributes, "check_existence"), VIEW("none_exist"));
}

static void start_test_object(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    if (reader->test)
        reader->test->object =
            oval_reader_find(reader, reader->objects, xml_attribute(attributes, "object_ref"),
                             sizeof(struct oval_object));
}

static void start_test_state(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    struct oval_test *test = reader->test;

    if (test && test->state_count < OVAL_STATES_LIMIT)
        test->states[test->state_count++] =
            oval_reader_find(reader, reader->states, xml_attribute(attributes, "state_ref"),
                             sizeof(struct oval_state));
}

static void start_object(struct oval_reader *reader, struct view name,
                         const struct xml_attributes *attributes)
{
    reader->object = oval_reader_find(reader, reader->objects, xml_attribute(attributes, "id"),
                                      sizeof(*reader->object));
    if (reader->object)
        reader->object->kind = kind_of(name);
}

static void start_state(struct oval_reader *reader, struct view name,
                        const struct xml_attributes *attributes)
{
    reader->state = oval_reader_find(reader, reader->states, xml_attribute(attributes, "id"),
                                     sizeof(*reader->state));
    if (reader->state)
        reader->state->kind = kind_of(name);
}

static void start_variable(struct oval_reader *reader, struct view name,
                           const struct xml_attributes *attributes)
{
    (void)name;
    reader->variable = oval_reader_find(reader, reader->variables, xml_attribute(attributes, "id"),
                                        sizeof(*reader->variable));
}

static enum oval_operation operation_of(const struct xml_attributes *attributes)
{
    static const struct view words[] = {
        [OVAL_EQUALS] = VIEW("equals"),
        [OVAL_NOT_EQUAL] = VIEW("not equal"),
        [OVAL_LESS] = VIEW("less than"),
        [OVAL_LESS_OR_EQUAL] = VIEW("less than or equal"),
        [OVAL_GREATER] = VIEW("greater than"),
        [OVAL_GREATER_OR_EQUAL] = VIEW("greater than or equal"),
        [OVAL_PATTERN] = VIEW("pattern match"),
    };
    struct view word = xml_attribute(attributes, "operation");

    if (!word.len)
        return OVAL_EQUALS;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (view_eq(word, words[i]))
            return (enum oval_operation)i;
    return OVAL_OTHER;
}

static void start_object_name(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    struct view variable = xml_attribute(attributes, "var_ref");

    if (!reader->object)
        return;
    reader->object->name_operation = operation_of(attributes);
    if (variable.len)
        reader->object->names =
            oval_reader_find(reader, reader->variables, variable, sizeof(struct oval_variable));
}

static void end_object_name(struct oval_reader *reader, struct view text)
{
    if (reader->object)
        reader->object->name = oval_reader_keep(reader, text);
}

static void end_object_path(struct oval_reader *reader, struct view text)
{
    if (reader->object)
        reader->object->path = oval_reader_keep(reader, text);
}

static void end_object_pattern(struct oval_reader *reader, struct view text)
{
    if (reader->object)
        reader->object->pattern = oval_reader_keep(reader, text);
}

static void start_evr(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    if (reader->state)
        reader->state->evr_operation = operation_of(attributes);
}

static void end_evr(struct oval_reader *reader, struct view text)
{
    if (reader->state)
        reader->state->evr = oval_reader_keep(reader, text);
}

static void start_version(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    if (reader->state)
        reader->state->version_operation = operation_of(attributes);
}

static void end_version(struct oval_reader *reader, struct view text)
{
    if (reader->state)
        reader->state->version = oval_reader_keep(reader, text);
}

static void start_arch(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    if (reader->state)
        reader->state->arch_operation = operation_of(attributes);
}

static void end_arch(struct oval_reader *reader, struct view text)
{
    if (reader->state)
        reader->state->arch = oval_reader_keep(reader, text);
}

static void end_state_text(struct oval_reader *reader, struct view text)
{
    if (reader->state)
        reader->state->text = oval_reader_keep(reader, text);
}

static void end_signature(struct oval_reader *reader, struct view text)
{
    (void)text;
    if (reader->state)
        reader->state->signature = true;
}

static void end_value(struct oval_reader *reader, struct view text)
{
    struct view *value;

    if (!reader->variable || !text.len)
        return;
    value = arena_push(reader->arena, &reader->variable->values, &reader->variable->count,
                       sizeof(*value));
    if (value)
        *value = oval_reader_keep(reader, text);
}

static const struct oval_element in_tests[] = {
    {VIEW("object"), start_test_object, NULL},
    {VIEW("state"), start_test_state, NULL},
};

static const struct oval_element in_objects[] = {
    {VIEW("name"), start_object_name, end_object_name},
    {VIEW("path"), NULL, end_object_path},
    {VIEW("pattern"), NULL, end_object_pattern},
};

static const struct oval_element in_states[] = {
    {VIEW("evr"), start_evr, end_evr},
    {VIEW("version"), start_version, end_version},
    {VIEW("arch"), start_arch, end_arch},
    {VIEW("text"), NULL, end_state_text},
    {VIEW("signature_keyid"), NULL, end_signature},
};

static const struct oval_element in_variables[] = {
    {VIEW("value"), NULL, end_value},
};

const struct oval_elements oval_test_elements = {start_test, in_tests, 2};
const struct oval_elements oval_object_elements = {start_object, in_objects, 3};
const struct oval_elements oval_state_elements = {start_state, in_states, 5};
const struct oval_elements oval_variable_elements = {start_variable, in_variables, 1};
