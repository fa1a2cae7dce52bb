// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/findings_cache.h"
#include "report/user_error.h"
#include "tests/pipeline/temporary_folder.h"

#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::pipeline;

namespace {

report::Finding finding() {
    report::Finding finding;
    finding.rule = "data-race";
    finding.variant = "wrong-lock";
    finding.level = report::Level::error;
    finding.confidence = report::Confidence::high;
    finding.world = report::World::open;
    finding.message = "two locks";
    finding.subject = "counter";
    finding.location = {"a.cpp", 1, 2, 3, 4};
    finding.notes = {{{"b.cpp", 5, 6, 7, 8}, "here", "f"}};
    finding.traces = {{"main thread", finding.notes, {"m"}}};
    return finding;
}

class FindingsCacheTest : public testing::Test {
protected:
    TemporaryFolder folder_;
    FindingsCache cache_{folder_.path};
};

TEST_F(FindingsCacheTest, GivesBackWhatWasStored) {
    cache_.store("key", {finding(), report::Finding{}});
    const auto loaded = cache_.load("key");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(*loaded, (std::vector<report::Finding>{finding(), report::Finding{}}));
}

TEST_F(FindingsCacheTest, KnowsOnlyTheLastKey) {
    EXPECT_FALSE(cache_.load("key"));
    cache_.store("key", {finding()});
    EXPECT_FALSE(cache_.load("other"));
    cache_.store("other", {});
    EXPECT_FALSE(cache_.load("key"));
    EXPECT_TRUE(cache_.load("other"));
}

TEST_F(FindingsCacheTest, ADamagedFileIsAsNone) {
    cache_.store("key", {finding()});
    const auto file = folder_.path / "last.findings";
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    EXPECT_FALSE(cache_.load("key"));
    std::filesystem::resize_file(file, 3);
    EXPECT_FALSE(cache_.load("key"));
}

TEST_F(FindingsCacheTest, AFolderThatIsGoneIsTheUsersToMend) {
    const FindingsCache gone(folder_.path / "gone");
    EXPECT_THROW(gone.store("key", {}), report::UserError);
}

} // namespace
