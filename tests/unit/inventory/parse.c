#include "parse.h"

struct view parse(const struct analyser *analyser, const char *path, struct view content, int *ret,
                  struct error *err)
{
    static struct buf payload;
    int r;

    buf_done(&payload);
    payload = BUF_INIT(PARSE_LIMIT);
    r = analyser->parse(view_of(path), content, &payload, err);
    if (ret)
        *ret = r;
    else
        assert_int_equal(r, 0);
    return buf_view(&payload);
}

const char *packages_text(struct view payload)
{
    static char room[1 << 16];
    struct package_list_reader reader = package_list_read(payload);
    struct buf text = BUF_INIT(sizeof(room) - 1);
    struct package_entry entry;
    enum package_list_item item;

    while ((item = package_list_next(&reader)) > PACKAGE_LIST_END) {
        if (item == PACKAGE_LIST_NOTE) {
            buf_addf(&text, "!%.*s\n", VIEW_ARG(reader.text));
            continue;
        }
        assert_true(package_list_fields(reader.text, &entry));
        buf_addf(&text, "%.*s|%.*s|%.*s|%.*s|%.*s\n", VIEW_ARG(entry.name), VIEW_ARG(entry.version),
                 VIEW_ARG(entry.arch), VIEW_ARG(entry.source_name), VIEW_ARG(entry.source_version));
    }
    assert_int_equal(item, PACKAGE_LIST_END);
    memcpy(room, buf_cstr(&text), text.len + 1);
    buf_done(&text);
    return room;
}
