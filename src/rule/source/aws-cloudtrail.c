#include "base/text.h"
#include "rule/source/falco.h"
#include "rule/source/json-event.h"

#define READ_ARGUMENTS                                                                             \
    const struct document_node *event, const struct rule_use *use, struct json_values *to

static struct view service_of(const struct document_node *event)
{
    return view_strip_suffix(document_get_text(event, VIEW("eventSource")), VIEW(".amazonaws.com"));
}

static void short_source(READ_ARGUMENTS)
{
    struct view service = service_of(event);

    (void)use;
    if (service.len)
        json_values_add_text(to, service, document_get(event, VIEW("eventSource")));
}

/* Who it was, by what the kind of identity tells. */
static const struct document_node *user_node(const struct document_node *event)
{
    static const char *const pointers[] = {
        "/userIdentity/userName",
        "/userIdentity/sessionContext/sessionIssuer/userName",
        "/userIdentity/invokedBy",
        "/userIdentity/type",
    };

    for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
        const struct document_node *node = json_pointer(event, view_of(pointers[i]));

        if (document_text(node).len)
            return node;
    }
    return NULL;
}

static void cloud_user(READ_ARGUMENTS)
{
    (void)use;
    json_values_add(to, user_node(event));
}

/* "alice s3 GetObject" */
static void cloud_info(READ_ARGUMENTS)
{
    (void)use;
    json_values_add_text(to,
                         arena_printf(to->scratch, "%.*s %.*s %.*s",
                                      VIEW_ARG(document_text(user_node(event))),
                                      VIEW_ARG(service_of(event)),
                                      VIEW_ARG(document_get_text(event, VIEW("eventName")))),
                         event);
}

static void bucket_uri(READ_ARGUMENTS)
{
    const struct document_node *bucket = json_pointer(event, VIEW("/requestParameters/bucketName"));
    const struct document_node *key = json_pointer(event, VIEW("/requestParameters/key"));

    (void)use;
    if (bucket)
        json_values_add_text(to,
                             arena_printf(to->scratch, "s3://%.*s%s%.*s",
                                          VIEW_ARG(document_text(bucket)), key ? "/" : "",
                                          VIEW_ARG(document_text(key))),
                             bucket);
}

/* The tag "Name" among those that RunInstances gives to instances. */
static void instance_name(READ_ARGUMENTS)
{
    const struct document_node *sets =
        json_pointer(event, VIEW("/requestParameters/tagSpecificationSet/items"));

    (void)use;
    for (size_t i = 0; i < document_count(sets); i++) {
        const struct document_node *set = document_item(sets, i);
        const struct document_node *tags = document_get(set, VIEW("tags"));

        if (!view_eq(document_get_text(set, VIEW("resourceType")), VIEW("instance")))
            continue;
        for (size_t k = 0; k < document_count(tags); k++)
            if (view_eq(document_get_text(document_item(tags, k), VIEW("key")), VIEW("Name"))) {
                json_values_add(to, document_get(document_item(tags, k), VIEW("value")));
                return;
            }
    }
}

/* Names and meanings are those of Falco's fields, so that its files load. */
static const struct rule_field fields[] = {
    JSON_EVENT_FIELDS,
    {"ct.id", RULE_TEXT, 0, TR_KEY("id of the event"), JSON_AT("/eventID")},
    {"ct.error", RULE_TEXT, 0, TR_KEY("error code; not there when the call succeeded"),
     JSON_AT("/errorCode")},
    {"ct.errormessage", RULE_TEXT, 0, TR_KEY("message of the error"), JSON_AT("/errorMessage")},
    {"ct.time", RULE_TEXT, 0, TR_KEY("when the request was made"), JSON_AT("/eventTime")},
    {"ct.src", RULE_TEXT, 0, TR_KEY("service that was called, such as s3.amazonaws.com"),
     JSON_AT("/eventSource")},
    {"ct.shortsrc", RULE_TEXT, 0, TR_KEY("that service without .amazonaws.com"),
     JSON_READ(short_source)},
    {"ct.name", RULE_TEXT, 0, TR_KEY("action that was called, such as CreateUser"),
     JSON_AT("/eventName")},
    {"ct.user", RULE_TEXT, 0, TR_KEY("user who made the call: name, role or service"),
     JSON_READ(cloud_user)},
    {"ct.user.accountid", RULE_TEXT, 0, TR_KEY("account of that user"),
     JSON_AT("/userIdentity/accountId")},
    {"ct.user.identitytype", RULE_TEXT, 0,
     TR_KEY("type of the identity: Root, IAMUser, AssumedRole, ..."),
     JSON_AT("/userIdentity/type")},
    {"ct.user.principalid", RULE_TEXT, 0, TR_KEY("id of the principal"),
     JSON_AT("/userIdentity/principalId")},
    {"ct.user.arn", RULE_TEXT, 0, TR_KEY("ARN of the principal"), JSON_AT("/userIdentity/arn")},
    {"ct.region", RULE_TEXT, 0, TR_KEY("region in which it happened"), JSON_AT("/awsRegion")},
    {"ct.response", RULE_TEXT, 0, TR_KEY("elements of the answer, as JSON"),
     JSON_AT("/responseElements")},
    {"ct.response.subnetid", RULE_TEXT, 0, TR_KEY("subnet in the answer"),
     JSON_AT("/responseElements/subnetId")},
    {"ct.response.reservationid", RULE_TEXT, 0, TR_KEY("reservation in the answer"),
     JSON_AT("/responseElements/reservationId")},
    {"ct.request", RULE_TEXT, 0, TR_KEY("parameters of the request, as JSON"),
     JSON_AT("/requestParameters")},
    {"ct.request.availabilityzone", RULE_TEXT, 0, TR_KEY("availability zone in the request"),
     JSON_AT("/requestParameters/availabilityZone")},
    {"ct.request.cluster", RULE_TEXT, 0, TR_KEY("cluster in the request"),
     JSON_AT("/requestParameters/cluster")},
    {"ct.request.functionname", RULE_TEXT, 0, TR_KEY("function in the request"),
     JSON_AT("/requestParameters/functionName")},
    {"ct.request.groupname", RULE_TEXT, 0, TR_KEY("group in the request"),
     JSON_AT("/requestParameters/groupName")},
    {"ct.request.host", RULE_TEXT, 0, TR_KEY("host in the request"),
     JSON_AT("/requestParameters/Host")},
    {"ct.request.name", RULE_TEXT, 0, TR_KEY("name in the request"),
     JSON_AT("/requestParameters/name")},
    {"ct.request.policy", RULE_TEXT, 0, TR_KEY("policy in the request"),
     JSON_AT("/requestParameters/policy")},
    {"ct.request.serialnumber", RULE_TEXT, 0, TR_KEY("serial number in the request"),
     JSON_AT("/requestParameters/serialNumber")},
    {"ct.request.servicename", RULE_TEXT, 0, TR_KEY("service in the request"),
     JSON_AT("/requestParameters/serviceName")},
    {"ct.request.subnetid", RULE_TEXT, 0, TR_KEY("subnet in the request"),
     JSON_AT("/requestParameters/subnetId")},
    {"ct.request.taskdefinition", RULE_TEXT, 0, TR_KEY("task definition in the request"),
     JSON_AT("/requestParameters/taskDefinition")},
    {"ct.request.username", RULE_TEXT, 0, TR_KEY("user in the request"),
     JSON_AT("/requestParameters/userName")},
    {"ct.srcip", RULE_TEXT, 0, TR_KEY("address or service from which the request came"),
     JSON_AT("/sourceIPAddress")},
    {"ct.useragent", RULE_TEXT, 0, TR_KEY("program that made the request"), JSON_AT("/userAgent")},
    {"ct.info", RULE_TEXT, 0, TR_KEY("summary of the event"), JSON_READ(cloud_info)},
    {"ct.managementevent", RULE_TEXT, 0, TR_KEY("whether it is a management event"),
     JSON_AT("/managementEvent")},
    {"ct.readonly", RULE_TEXT, 0, TR_KEY("whether the call only reads"), JSON_AT("/readOnly")},
    {"ct.requestid", RULE_TEXT, 0, TR_KEY("id of the request"), JSON_AT("/requestID")},
    {"ct.eventtype", RULE_TEXT, 0, TR_KEY("kind of the event, such as AwsApiCall"),
     JSON_AT("/eventType")},
    {"ct.apiversion", RULE_TEXT, 0, TR_KEY("version of the API"), JSON_AT("/apiVersion")},
    {"ct.resources", RULE_TEXT, 0, TR_KEY("resources that were touched, as JSON"),
     JSON_AT("/resources")},
    {"ct.recipientaccountid", RULE_TEXT, 0, TR_KEY("account that got the event"),
     JSON_AT("/recipientAccountId")},
    {"ct.serviceeventdetails", RULE_TEXT, 0,
     TR_KEY("details of an event of the service itself, as JSON"), JSON_AT("/serviceEventDetails")},
    {"ct.sharedeventid", RULE_TEXT, 0, TR_KEY("id that events of several accounts share"),
     JSON_AT("/sharedEventID")},
    {"ct.vpcendpointid", RULE_TEXT, 0, TR_KEY("VPC endpoint of the request"),
     JSON_AT("/vpcEndpointId")},
    {"ct.eventcategory", RULE_TEXT, 0, TR_KEY("category of the event: Management, Data, ..."),
     JSON_AT("/eventCategory")},
    {"ct.addendum.reason", RULE_TEXT, 0, TR_KEY("why the event was delivered late"),
     JSON_AT("/addendum/reason")},
    {"ct.addendum.updatedfields", RULE_TEXT, 0, TR_KEY("fields that a late event changes"),
     JSON_AT("/addendum/updatedFields")},
    {"ct.addendum.originalrequestid", RULE_TEXT, 0,
     TR_KEY("id of the request of the original event"), JSON_AT("/addendum/originalRequestID")},
    {"ct.addendum.originaleventid", RULE_TEXT, 0, TR_KEY("id of the original event"),
     JSON_AT("/addendum/originalEventID")},
    {"ct.sessioncredentialfromconsole", RULE_TEXT, 0,
     TR_KEY("whether the credentials are of a console session"),
     JSON_AT("/sessionCredentialFromConsole")},
    {"ct.edgedevicedetails", RULE_TEXT, 0, TR_KEY("edge device of the request, as JSON"),
     JSON_AT("/edgeDeviceDetails")},
    {"ct.tlsdetails.tlsversion", RULE_TEXT, 0, TR_KEY("TLS version of the request"),
     JSON_AT("/tlsDetails/tlsVersion")},
    {"ct.tlsdetails.ciphersuite", RULE_TEXT, 0, TR_KEY("cipher suite of the request"),
     JSON_AT("/tlsDetails/cipherSuite")},
    {"ct.tlsdetails.clientprovidedhostheader", RULE_TEXT, 0,
     TR_KEY("host name that the client asked for"),
     JSON_AT("/tlsDetails/clientProvidedHostHeader")},
    {"ct.additionaleventdata", RULE_TEXT, 0, TR_KEY("further data of the event, as JSON"),
     JSON_AT("/additionalEventData")},
    {"s3.uri", RULE_TEXT, 0, TR_KEY("object as s3://bucket/key"), JSON_READ(bucket_uri)},
    {"s3.bucket", RULE_TEXT, 0, TR_KEY("bucket of the request"),
     JSON_AT("/requestParameters/bucketName")},
    {"s3.key", RULE_TEXT, 0, TR_KEY("key of the object"), JSON_AT("/requestParameters/key")},
    {"s3.bytes.in", RULE_TEXT, 0, TR_KEY("bytes that were uploaded"),
     JSON_AT("/additionalEventData/bytesTransferredIn")},
    {"s3.bytes.out", RULE_TEXT, 0, TR_KEY("bytes that were downloaded"),
     JSON_AT("/additionalEventData/bytesTransferredOut")},
    {"ec2.name", RULE_TEXT, 0, TR_KEY("Name tag of the instance that is started"),
     JSON_READ(instance_name)},
};

const struct rule_source rule_source_aws_cloudtrail = {
    .name = "aws_cloudtrail",
    .doc = TR_KEY("events of AWS CloudTrail"),
    .fields = fields,
    .field_count = sizeof(fields) / sizeof(fields[0]),
    .extract = json_event_extract,
};
