#include "cmd/line/option.h"

void option_list_words(const struct option *option, const char *separator, struct buf *to)
{
    struct option_word word;

    for (size_t i = 0; option->word && option->word(i, &word); i++)
        buf_addf(to, "%s%s", i ? separator : "", word.name);
}

struct option_iter option_iter(const struct option_group *const *groups)
{
    return (struct option_iter){groups, 0, NULL};
}

bool option_next(struct option_iter *iter)
{
    while (*iter->groups && iter->next == (*iter->groups)->count) {
        iter->groups++;
        iter->next = 0;
    }
    if (!*iter->groups)
        return false;
    iter->option = &(*iter->groups)->options[iter->next++];
    return true;
}
