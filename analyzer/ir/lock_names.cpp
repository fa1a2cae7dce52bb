// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/lock_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <vector>

namespace deadheat::ir {

namespace {

struct Phrase {
    std::array<std::string_view, 2> words; ///< one or two, next to each other
    LockVerb verb;
};

/// The longer phrase goes first.
constexpr Phrase kPhrases[] = {
    {{"try", "lock"}, LockVerb::tryAcquire},
    {{"try", "rdlock"}, LockVerb::tryAcquireShared},
    {{"try", "wrlock"}, LockVerb::tryAcquire},
    {{"read", "lock"}, LockVerb::acquireShared},
    {{"reader", "lock"}, LockVerb::acquireShared},
    {{"lock", "shared"}, LockVerb::acquireShared},
    {{"shared", "lock"}, LockVerb::acquireShared},
    {{"lock", "read"}, LockVerb::acquireShared},
    {{"write", "lock"}, LockVerb::acquire},
    {{"writer", "lock"}, LockVerb::acquire},
    {{"lock", "write"}, LockVerb::acquire},
    {{"read", "unlock"}, LockVerb::releaseShared},
    {{"reader", "unlock"}, LockVerb::releaseShared},
    {{"unlock", "shared"}, LockVerb::releaseShared},
    {{"unlock", "read"}, LockVerb::releaseShared},
    {{"write", "unlock"}, LockVerb::release},
    {{"writer", "unlock"}, LockVerb::release},
    {{"unlock", "write"}, LockVerb::release},
    {{"trylock", ""}, LockVerb::tryAcquire},
    {{"rdlock", ""}, LockVerb::acquireShared},
    {{"wrlock", ""}, LockVerb::acquire},
    {{"lock", ""}, LockVerb::acquire},
    {{"unlock", ""}, LockVerb::release},
};

constexpr std::string_view kLockWords[] = {"lock",     "locker",   "guard",  "mutex",
                                           "critical", "spinlock", "rwlock", "monitor"};

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
bool isUpper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }

std::string_view lastPart(std::string_view name) {
    std::size_t colon = name.rfind("::");
    return colon == std::string_view::npos ? name : name.substr(colon + 2);
}

/// "EVBUFFER_LOCK", "tryLock" and "RWLockGuard" as words: at underscores and where small letters become capital.
std::vector<std::string> wordsOf(std::string_view name) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        bool startsWord =
            i > 0 && isUpper(name[i]) &&
            (!isUpper(name[i - 1]) || (i + 1 < name.size() && std::islower(static_cast<unsigned char>(name[i + 1]))));
        if ((name[i] == '_' || startsWord) && !words.back().empty())
            words.emplace_back();
        if (name[i] != '_')
            words.back() += lower(name[i]);
    }
    return words;
}

bool standsAt(const Phrase& phrase, std::span<const std::string> words) {
    return words[0] == phrase.words[0] &&
           (phrase.words[1].empty() || (words.size() > 1 && words[1] == phrase.words[1]));
}

} // namespace

LockName lockNameOf(std::string_view qualifiedName) {
    const std::vector<std::string> words = wordsOf(lastPart(qualifiedName));
    for (const Phrase& phrase : kPhrases)
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (!standsAt(phrase, std::span(words).subspan(i)))
                continue;
            LockName name{phrase.verb, {}};
            for (std::size_t k = 0; k < words.size(); ++k)
                if (k != i && (k != i + 1 || phrase.words[1].empty()))
                    name.of += (name.of.empty() ? "" : "_") + words[k];
            return name;
        }
    return {};
}

bool isNamedLikeLock(std::string_view qualifiedName) {
    const std::vector<std::string> words = wordsOf(lastPart(qualifiedName));
    return std::ranges::any_of(
        words, [](const std::string& word) { return std::ranges::find(kLockWords, word) != std::end(kLockWords); });
}

} // namespace deadheat::ir
