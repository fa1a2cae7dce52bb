// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/glob.h"

namespace deadheat::report {

bool matchesGlob(std::string_view glob, std::string_view text) {
    // Linear with one point of return: only the last `*` ever needs to take more.
    std::size_t g = 0, t = 0, star = std::string_view::npos, resume = 0;
    while (t < text.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            resume = t;
        } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
            ++g;
            ++t;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return glob.substr(g).find_first_not_of('*') == std::string_view::npos;
}

bool GlobList::matches(std::string_view text) const {
    std::string_view rest = list_;
    bool matched = rest.find_first_not_of(" ,") == std::string_view::npos;
    bool first = true;
    while (!rest.empty()) {
        auto item = rest.substr(0, rest.find(','));
        rest.remove_prefix(item.size() == rest.size() ? rest.size() : item.size() + 1);
        const auto begin = item.find_first_not_of(' ');
        if (begin == std::string_view::npos)
            continue;
        item = item.substr(begin, item.find_last_not_of(' ') - begin + 1);
        const bool takesOut = item[0] == '-';
        if (first && takesOut)
            matched = true; // a list that only takes out starts from everything
        first = false;
        if (matchesGlob(takesOut ? item.substr(1) : item, text))
            matched = !takesOut;
    }
    return matched;
}

} // namespace deadheat::report
