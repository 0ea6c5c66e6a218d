#include "secret/content.h"
#include "secret/rules.h"

struct view secret_rules_builtin(void)
{
    return view_from(secret_content_compiled,
                     (size_t)(secret_content_compiled_end - secret_content_compiled));
}

int secret_rules_read_builtin(struct secret_rule_files *files, struct error *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < secret_content_count; i++) {
        const struct secret_content *content = &secret_contents[i];

        r = secret_rule_file_read(files,
                                  view_from(content->text, (size_t)(content->end - content->text)),
                                  view_of(content->name), err);
    }
    return r;
}
