// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The random numbers of all strategies: xoshiro256** seeded through splitmix64 (Blackman and Vigna, 2018). The same seed
// and schedule number give the same sequence on every machine, so a range of schedules can run anywhere.
#pragma once

#include <cstdint>

namespace deadheat::sched {

class Random {
public:
    Random() : Random(0, 0) {}
    Random(std::uint64_t seed, std::uint64_t number) {
        std::uint64_t state = seed ^ (number * 0xd1342543de82ef95ull + 0x2545f4914f6cdd1dull);
        for (std::uint64_t& word : words_)
            word = splitmix(state);
    }

    std::uint64_t next() {
        const std::uint64_t result = rotate(words_[1] * 5, 7) * 9;
        const std::uint64_t shifted = words_[1] << 17;
        words_[2] ^= words_[0];
        words_[3] ^= words_[1];
        words_[1] ^= words_[2];
        words_[0] ^= words_[3];
        words_[2] ^= shifted;
        words_[3] = rotate(words_[3], 45);
        return result;
    }

    /// Uniform in [0, bound); bound must not be 0.
    std::uint64_t below(std::uint64_t bound) {
        return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
    }

    bool oneIn(std::uint64_t n) { return below(n) == 0; }

private:
    static std::uint64_t rotate(std::uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }
    static std::uint64_t splitmix(std::uint64_t& state) {
        std::uint64_t z = (state += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }

    std::uint64_t words_[4];
};

} // namespace deadheat::sched
