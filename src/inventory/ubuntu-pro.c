#include "inventory/ubuntu-pro.h"

#include "base/cleanup.h"
#include "codec/json.h"
#include "inventory/deb822.h"

static const struct view esm_host = VIEW("esm.ubuntu.com");

/* "deb https://esm.ubuntu.com/apps/ubuntu jammy-apps-security main" */
static bool list_enables(struct view content)
{
    while (content.ptr) {
        struct view line = view_trim(view_line(&content));
        struct view rest = line;

        if (view_eq(view_word(&rest), VIEW("deb")) && view_find_view(rest, esm_host) >= 0)
            return true;
    }
    return false;
}

/* sources.list(5), the deb822 style: Enabled is yes unless it says no. */
static bool sources_enable(struct view content)
{
    struct deb822 reader = deb822_read(content);
    bool esm = false, enabled = true;

    for (enum deb822_event event; (event = deb822_next(&reader)) != DEB822_END;) {
        if (event == DEB822_FIELD && deb822_is(&reader, VIEW("URIs")))
            esm = view_find_view(reader.value, esm_host) >= 0;
        if (event == DEB822_FIELD && deb822_is(&reader, VIEW("Enabled")))
            enabled = !view_eq_nocase(reader.value, VIEW("no"));
        if (event != DEB822_STANZA_END)
            continue;
        if (esm && enabled)
            return true;
        esm = false;
        enabled = true;
    }
    return false;
}

static int parse_source(struct view path, struct view content, struct buf *payload,
                        struct error *err)
{
    bool enabled =
        view_ends(path, VIEW(".sources")) ? sources_enable(content) : list_enables(content);

    (void)err;
    buf_add_u8(payload, enabled);
    return 0;
}

/* {"attached": true, "services": [{"name": "esm-infra", "status": "enabled"}]} */
static bool status_says_enabled(struct json_value status)
{
    if (!json_bool(json_get(status, VIEW("attached"))))
        return false;
    for (struct json_iter i = json_iter(json_get(status, VIEW("services"))); json_next(&i);)
        if (view_starts(json_get_string(i.value, VIEW("name")), VIEW("esm-")) &&
            view_eq(json_get_string(i.value, VIEW("status")), VIEW("enabled")))
            return true;
    return false;
}

static int parse_status(struct view path, struct view content, struct buf *payload,
                        struct error *err)
{
    _cleanup_(json_parser_free_p) struct json_parser *parser = NULL;
    struct json_value status;
    int r = json_parser_new(&parser, err);

    (void)path;
    if (r >= 0)
        r = json_parse(parser, content, &status, err);
    if (r < 0)
        return r;
    buf_add_u8(payload, status_says_enabled(status));
    return 0;
}

static const char *const source_patterns[] = {"etc/apt/sources.list.d/ubuntu-esm-*.list",
                                              "etc/apt/sources.list.d/ubuntu-esm-*.sources", NULL};
static const char *const status_patterns[] = {"var/lib/ubuntu-advantage/status.json", NULL};

const struct analyser analyser_ubuntu_pro_source = {
    .name = "ubuntu-pro-source",
    .version = 1,
    .kind = FACT_PRO,
    .patterns = source_patterns,
    .size_limit = UBUNTU_PRO_SOURCE_LIMIT,
    .parse = parse_source,
};

const struct analyser analyser_ubuntu_pro_status = {
    .name = "ubuntu-pro-status",
    .version = 1,
    .kind = FACT_PRO,
    .patterns = status_patterns,
    .size_limit = UBUNTU_PRO_STATUS_LIMIT,
    .parse = parse_status,
};
