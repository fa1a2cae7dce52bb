// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/words.h"

#include <array>

namespace deadheat::report {

namespace {

constexpr std::array<std::string_view, 3> kLevels = {"style", "warning", "error"};
constexpr std::array<std::string_view, 3> kConfidences = {"low", "medium", "high"};
constexpr std::array<std::string_view, 4> kWorlds = {"closed", "open", "run", "local"};
constexpr std::array<std::string_view, 4> kConfirmationStates = {"", "confirmed", "unconfirmed", "not tried"};
constexpr std::array<std::string_view, 4> kExplanations = {
    "both places are reached from threads that may run at the same time",
    "the code's own locking says that it is used by several threads",
    "observed in an execution",
    "wrong on its own, whatever other threads do",
};

template <typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& words, std::string_view word) {
    for (std::size_t i = 0; i < N; ++i)
        if (words[i] == word)
            return static_cast<Enum>(i);
    return std::nullopt;
}

} // namespace

std::string_view wordOf(Level level) { return kLevels[static_cast<std::size_t>(level)]; }
std::string_view wordOf(Confidence confidence) { return kConfidences[static_cast<std::size_t>(confidence)]; }
std::string_view wordOf(World world) { return kWorlds[static_cast<std::size_t>(world)]; }
std::string_view wordOf(Confirmation::State state) { return kConfirmationStates[static_cast<std::size_t>(state)]; }
std::string_view explain(World world) { return kExplanations[static_cast<std::size_t>(world)]; }

std::optional<Level> levelFromWord(std::string_view word) { return find<Level>(kLevels, word); }
std::optional<Confidence> confidenceFromWord(std::string_view word) { return find<Confidence>(kConfidences, word); }
std::optional<World> worldFromWord(std::string_view word) { return find<World>(kWorlds, word); }

} // namespace deadheat::report
