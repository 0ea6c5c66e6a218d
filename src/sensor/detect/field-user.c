#include "sensor/detect/event-read.h"
#include "sensor/detect/fields.h"
#include "sensor/state/user-names.h"

/* Nobody logged in, and other numbers that are none. */
enum { NO_ID = UINT32_MAX };

bool observation_user(const struct reading *r, uint32_t uid, struct user_entry *ret)
{
    const struct observation *o = r->o;

    if (o->users && uid != NO_ID &&
        user_names_user(o->users, o->container, o->process, uid, o->event->time, ret))
        return true;
    /* Whatever a container's files say, or when it was gone before they could be read. */
    if (uid != 0)
        return false;
    *ret = (struct user_entry){.name = VIEW("root"), .home = VIEW("/root")};
    return true;
}

bool observation_group(const struct reading *r, uint32_t gid, struct view *ret)
{
    const struct observation *o = r->o;

    return o->users && gid != NO_ID &&
           user_names_group(o->users, o->container, o->process, gid, o->event->time, ret);
}

/* user.uid is the effective one, as Falco's. */
static uint32_t id_of(const struct sensor_credentials *credentials, int which)
{
    switch (which) {
    case USER_REAL:
        return credentials->uid;
    case USER_LOGIN:
        return credentials->loginuid;
    case USER_GROUP:
        return credentials->egid;
    default:
        return credentials->euid;
    }
}

struct rule_values field_user_id(const struct reading *r)
{
    const struct sensor_credentials *credentials = observation_credentials(r->o);
    uint32_t id;

    if (!credentials)
        return FIELD_MISSING;
    id = id_of(credentials, r->how);
    return field_number(r, id == NO_ID ? -1 : (int64_t)id);
}

struct rule_values field_user_text(const struct reading *r)
{
    const struct sensor_credentials *credentials = observation_credentials(r->o);
    int which = r->how == USER_LOGIN_NAME ? USER_LOGIN : USER_EFFECTIVE;
    struct user_entry user;
    struct view text;

    if (!credentials || !observation_user(r, id_of(credentials, which), &user))
        return field_text(r, FIELD_UNKNOWN);
    text = r->how == USER_HOME ? user.home : r->how == USER_SHELL ? user.shell : user.name;
    return field_text(r, text.len ? text : FIELD_UNKNOWN);
}

struct rule_values field_group_name(const struct reading *r)
{
    const struct sensor_credentials *credentials = observation_credentials(r->o);
    struct view name;

    if (!credentials || !observation_group(r, credentials->egid, &name))
        return field_text(r, FIELD_UNKNOWN);
    return field_text(r, name);
}
