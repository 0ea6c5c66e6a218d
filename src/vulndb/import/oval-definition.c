#include "vulndb/import/cut-text.h"
#include "vulndb/import/cve-name.h"
#include "vulndb/import/oval-reader.h"

static void start_member(struct oval_reader *reader, struct view name,
                         const struct xml_attributes *attributes)
{
    struct view id = xml_attribute(attributes, "id");
    struct oval_document *document = reader->document;
    struct oval_definition *definition = NULL;

    reader->definition = NULL;
    reader->node_depth = 0;
    if (view_eq(name, VIEW("definition")))
        definition = oval_reader_find(reader, reader->definitions, id, sizeof(*definition));
    if (!definition || definition->id.len)
        return; /* without an id, or a second of the same */
    definition->id = oval_reader_keep(reader, id);
    definition->class_name = oval_reader_keep(reader, xml_attribute(attributes, "class"));
    if (document->last_definition)
        document->last_definition->next = definition;
    else
        document->definitions = definition;
    document->last_definition = definition;
    document->definition_count++;
    reader->definition = definition;
}

static void end_title(struct oval_reader *reader, struct view text)
{
    if (!reader->definition->title.len)
        reader->definition->title = oval_reader_keep(reader, text);
}

static void end_description(struct oval_reader *reader, struct view text)
{
    struct view rest = text, cve, names = VIEW_EMPTY;

    if (reader->definition->description.len)
        return;
    reader->definition->description =
        oval_reader_keep(reader, cut_text(text, OVAL_DESCRIPTION_KEPT));
    while ((cve = cve_name_next(&rest)).len)
        if (view_find_view(names, cve) < 0)
            names = arena_printf(reader->arena, "%.*s%s%.*s", VIEW_ARG(names), names.len ? " " : "",
                                 VIEW_ARG(cve));
    reader->definition->cves_in_text = names;
}

/* Where a DSA is all that Debian has, the description is "security update". */
static void end_moreinfo(struct oval_reader *reader, struct view text)
{
    if (text.len && view_eq(reader->definition->description, VIEW("security update")))
        reader->definition->description =
            oval_reader_keep(reader, cut_text(text, OVAL_DESCRIPTION_KEPT));
}

static void end_severity(struct oval_reader *reader, struct view text)
{
    if (!reader->definition->severity.len)
        reader->definition->severity = oval_reader_keep(reader, text);
}

static void end_platform(struct oval_reader *reader, struct view text)
{
    if (!reader->definition->platform.len)
        reader->definition->platform = oval_reader_keep(reader, text);
}

static void end_product(struct oval_reader *reader, struct view text)
{
    if (!reader->definition->product.len)
        reader->definition->product = oval_reader_keep(reader, text);
}

static void end_advisory_date(struct oval_reader *reader, struct view text)
{
    if (!reader->definition->issued.len)
        reader->definition->issued = oval_reader_keep(reader, text);
}

static void start_advisory(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    reader->definition->from = oval_reader_keep(reader, xml_attribute(attributes, "from"));
}

static void start_issued(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    reader->definition->issued = oval_reader_keep(reader, xml_attribute(attributes, "date"));
}

static void start_updated(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    reader->definition->updated = oval_reader_keep(reader, xml_attribute(attributes, "date"));
}

static void start_reference(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    struct oval_definition *definition = reader->definition;
    struct oval_reference *reference = arena_alloc(reader->arena, sizeof(*reference));

    if (!reference)
        return;
    reference->source = oval_reader_keep(reader, xml_attribute(attributes, "source"));
    reference->id = oval_reader_keep(reader, xml_attribute(attributes, "ref_id"));
    reference->url = oval_reader_keep(reader, xml_attribute(attributes, "ref_url"));
    if (definition->last_reference)
        definition->last_reference->next = reference;
    else
        definition->references = reference;
    definition->last_reference = reference;
}

/* Red Hat writes the score before the vector: "7.5/CVSS:3.1/AV:N/...". */
static struct view vector_of(struct view text)
{
    ptrdiff_t at = view_find_view(text, VIEW("CVSS:"));

    if (at < 0)
        at = view_find_view(text, VIEW("AV:"));
    return at < 0 ? VIEW_EMPTY : view_sub(text, (size_t)at, text.len);
}

static void start_cve(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    struct oval_definition *definition = reader->definition;
    struct oval_cve *cve = arena_alloc(reader->arena, sizeof(*cve));
    struct view vector = vector_of(xml_attribute(attributes, "cvss_vector")); /* Canonical's */

    if (!cve)
        return;
    cve->cvss2 = oval_reader_keep(reader, vector_of(xml_attribute(attributes, "cvss2")));
    cve->cvss3 = oval_reader_keep(reader, vector_of(xml_attribute(attributes, "cvss3")));
    cve->cvss4 = oval_reader_keep(reader, vector_of(xml_attribute(attributes, "cvss4")));
    if (!cve->cvss3.len && view_starts(vector, VIEW("CVSS:3")))
        cve->cvss3 = oval_reader_keep(reader, vector);
    cve->impact = oval_reader_keep(reader, xml_attribute(attributes, "impact"));
    if (definition->last_cve)
        definition->last_cve->next = cve;
    else
        definition->cves = cve;
    definition->last_cve = cve;
}

static void end_cve(struct oval_reader *reader, struct view text)
{
    if (reader->definition->last_cve)
        reader->definition->last_cve->id = oval_reader_keep(reader, cve_name_next(&text));
}

static void start_resolution(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    struct oval_resolution *resolution = arena_alloc(reader->arena, sizeof(*resolution));

    if (!resolution)
        return;
    resolution->state = oval_reader_keep(reader, xml_attribute(attributes, "state"));
    resolution->next = reader->definition->resolutions;
    reader->definition->resolutions = resolution;
}

static void end_component(struct oval_reader *reader, struct view text)
{
    struct oval_resolution *resolution = reader->definition->resolutions;
    struct view *component;

    if (!resolution)
        return;
    component = arena_push(reader->arena, &resolution->components, &resolution->component_count,
                           sizeof(*component));
    if (component)
        *component = oval_reader_keep(reader, text);
}

/* ---- Definitions: criteria ---- */

static struct oval_node *add_node(struct oval_reader *reader,
                                  const struct xml_attributes *attributes)
{
    struct oval_node *node = arena_alloc(reader->arena, sizeof(*node));
    struct oval_node *parent = reader->node_depth ? reader->nodes[reader->node_depth - 1] : NULL;

    if (!node)
        return NULL;
    node->negate = view_eq(xml_attribute(attributes, "negate"), VIEW("true"));
    if (!parent && !reader->definition->criteria)
        reader->definition->criteria = node;
    else if (parent && parent->last)
        parent->last = parent->last->next = node;
    else if (parent)
        parent->first = parent->last = node;
    return node;
}

static void start_criteria(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    static const struct {
        struct view word;
        enum oval_node_type type;
    } operators[] = {
        {VIEW("AND"), OVAL_AND},
        {VIEW("OR"), OVAL_OR},
        {VIEW("ONE"), OVAL_ONE},
        {VIEW("XOR"), OVAL_XOR},
    };
    struct view word = xml_attribute(attributes, "operator");
    struct oval_node *node = add_node(reader, attributes);

    for (size_t i = 0; node && i < sizeof(operators) / sizeof(operators[0]); i++)
        if (view_eq(word, operators[i].word))
            node->type = operators[i].type;
    /* The depth of elements bounds that of nodes. */
    reader->nodes[reader->node_depth++] = node;
}

static void end_criteria(struct oval_reader *reader, struct view text)
{
    (void)text;
    if (reader->node_depth)
        reader->node_depth--;
}

static void start_criterion(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    struct oval_node *node;

    if (view_find_view(xml_attribute(attributes, "comment"), VIEW(" is signed with ")) >= 0)
        return;
    node = add_node(reader, attributes);
    if (!node)
        return;
    node->type = OVAL_CRITERION;
    node->comment = oval_reader_keep_comment(reader, attributes);
    node->test = oval_reader_find(reader, reader->tests, xml_attribute(attributes, "test_ref"),
                                  sizeof(*node->test));
}

static void start_extend(struct oval_reader *reader, const struct xml_attributes *attributes)
{
    struct oval_node *node = add_node(reader, attributes);

    if (!node)
        return;
    node->type = OVAL_EXTEND;
    node->comment = oval_reader_keep(reader, xml_attribute(attributes, "comment"));
    node->extended =
        oval_reader_find(reader, reader->definitions, xml_attribute(attributes, "definition_ref"),
                         sizeof(*node->extended));
}

static const struct oval_element elements[] = {
    {VIEW("criterion"), start_criterion, NULL},
    {VIEW("criteria"), start_criteria, end_criteria},
    {VIEW("extend_definition"), start_extend, NULL},
    {VIEW("title"), NULL, end_title},
    {VIEW("description"), NULL, end_description},
    {VIEW("moreinfo"), NULL, end_moreinfo},
    {VIEW("reference"), start_reference, NULL},
    {VIEW("severity"), NULL, end_severity},
    {VIEW("platform"), NULL, end_platform},
    {VIEW("product"), NULL, end_product},
    {VIEW("advisory"), start_advisory, NULL},
    {VIEW("advisory_date"), NULL, end_advisory_date},
    {VIEW("issued"), start_issued, NULL},
    {VIEW("updated"), start_updated, NULL},
    {VIEW("cve"), start_cve, end_cve},
    {VIEW("resolution"), start_resolution, NULL},
    {VIEW("component"), NULL, end_component},
};

const struct oval_elements oval_definition_elements = {
    start_member,
    elements,
    sizeof(elements) / sizeof(elements[0]),
};
