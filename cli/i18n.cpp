// One process speaks one language, chosen before the first word.
#include "cli/i18n.h"

#include <cstdlib>

namespace quanlu::cli {

namespace {

Lang chosen = Lang::en;

}  // namespace

Lang lang_from(std::string_view flag) {
    std::string_view name = flag;
    for (const char* variable : {"QUANLU_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}) {
        if (!name.empty()) break;
        if (const char* value = std::getenv(variable)) name = value;
    }
    return name.starts_with("zh") ? Lang::zh : Lang::en;
}

void set_lang(Lang lang) {
    chosen = lang;
}
Lang lang() {
    return chosen;
}

}  // namespace quanlu::cli
