// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text.h"
#include "analyzer/pipeline/extraction.h"
#include "analyzer/pipeline/modules.h"
#include "analyzer/pipeline/unit_cache.h"
#include "report/user_error.h"
#include "tests/pipeline/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::pipeline;
using testing::HasSubstr;

namespace {

class ExtractAll : public testing::Test {
protected:
    ExtractAll() {
        add("a.cpp", "#include \"h.h\"\nint counter;\nvoid a() { ++counter; }\n");
        add("b.cpp", "#include \"h.h\"\nextern int counter;\nvoid b() { ++counter; }\n");
        folder_.write("h.h", "struct Shared { int x; };\n");
    }

    void add(const std::string& name, const std::string& text) {
        folder_.write(name, text);
        commands_.push_back({folder_.path.string(), name, {"g++", "-c", name}});
    }

    Extraction run(unsigned jobs = 2, std::function<bool(const std::string&)> needsModules = nullptr) {
        ExtractionOptions options;
        options.needsModules = std::move(needsModules);
        options.jobs = jobs;
        options.projectRoot = folder_.path;
        options.cacheFolder = folder_.path / "cache";
        return extractAll(commands_, options);
    }

    std::size_t cachedModules() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path / "cache"))
            count += entry.path().extension() == ".dhir";
        return count;
    }

    TemporaryFolder folder_;
    std::vector<extract::CompileCommand> commands_;
};

TEST_F(ExtractAll, GivesTheSameForAnyNumberOfJobs) {
    const auto one = run(1);
    std::filesystem::remove_all(folder_.path / "cache");
    const auto four = run(4);
    ASSERT_EQ(one.modules.size(), 2u);
    EXPECT_EQ(one.modules, four.modules);
    EXPECT_EQ(one.modules[0].source, "a.cpp");
    EXPECT_EQ(one.modules[1].source, "b.cpp");
}

TEST_F(ExtractAll, AnUnchangedUnitIsNotReadAgain) {
    EXPECT_EQ(run().fromCache, 0u);
    const auto again = run();
    EXPECT_EQ(again.fromCache, 2u);
    EXPECT_EQ(again.modules.size(), 2u);
}

TEST_F(ExtractAll, AChangedFileOrCommandIsReadAgain) {
    run();
    folder_.write("a.cpp", "void other();\nvoid a() { other(); }\n");
    const auto changed = run();
    EXPECT_EQ(changed.fromCache, 1u);
    EXPECT_THAT(ir::print(changed.modules[0]), HasSubstr("other"));
    EXPECT_EQ(cachedModules(), 2u) << "the old module is removed";
    folder_.write("h.h", "struct Shared { long x; };\n");
    EXPECT_EQ(run().fromCache, 1u) << "only b.cpp includes it now";
    commands_[1].arguments.insert(commands_[1].arguments.begin() + 1, "-DX");
    EXPECT_EQ(run().fromCache, 1u);
}

TEST_F(ExtractAll, ADamagedCacheIsReadAgain) {
    const auto whole = run();
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path / "cache"))
        if (entry.path().extension() == ".unit")
            std::ofstream(entry.path()) << "garbage";
    const auto again = run();
    EXPECT_EQ(again.fromCache, 0u);
    EXPECT_EQ(again.modules, whole.modules);
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path / "cache"))
        if (entry.path().extension() == ".dhir")
            std::filesystem::remove(entry.path());
    EXPECT_EQ(run().modules, whole.modules);
}

TEST_F(ExtractAll, TheKeyTellsWhetherAnyModuleChanged) {
    const auto key = run().key;
    EXPECT_FALSE(key.empty());
    EXPECT_EQ(run().key, key);
    folder_.write("a.cpp", "#include \"h.h\"\nint counter;\nvoid a() { counter = counter + counter; ++counter; }\n");
    const auto changed = run().key;
    EXPECT_NE(changed, key);
    commands_.pop_back();
    EXPECT_NE(run().key, changed);
}

TEST_F(ExtractAll, WithoutNeedNoModuleIsLoadedButAllIsTold) {
    add("broken.cpp", "int good() { return 1; }\nint bad( {\n");
    const auto whole = run();
    std::string asked;
    const auto light = run(2, [&](const std::string& key) {
        asked = key;
        return false;
    });
    EXPECT_EQ(asked, whole.key);
    EXPECT_TRUE(light.modules.empty());
    EXPECT_EQ(light.notifications, whole.notifications);
    EXPECT_EQ(light.withErrors, 1u);
}

TEST_F(ExtractAll, AModuleThatCannotBeLoadedIsToldAndReadAgainNextTime) {
    const auto whole = run();
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path / "cache"))
        if (entry.path().extension() == ".dhir")
            std::ofstream(entry.path()) << "garbage";
    const auto result = run();
    EXPECT_EQ(result.lost, 2u);
    EXPECT_TRUE(result.key.empty());
    ASSERT_EQ(result.notifications.size(), 2u);
    EXPECT_EQ(result.notifications[0].location.file, "a.cpp");
    EXPECT_EQ(run().modules, whole.modules);
}

TEST_F(ExtractAll, AUnitWithErrorsIsToldAndAnalysedAsFarAsItParses) {
    add("broken.cpp", "int good() { return 1; }\nint bad( {\n");
    for (int round = 0; round < 2; ++round) { // errors are not cached
        const auto result = run();
        EXPECT_EQ(result.withErrors, 1u);
        EXPECT_EQ(result.modules.size(), 3u);
        ASSERT_EQ(result.notifications.size(), 1u);
        EXPECT_EQ(result.notifications[0].location.file, "broken.cpp");
        EXPECT_EQ(result.notifications[0].location.line, 2u);
        EXPECT_THAT(result.notifications[0].message, HasSubstr("broken.cpp is analysed as far as it parses"));
    }
}

TEST_F(ExtractAll, AMissingHeaderMayAppearLater) {
    add("c.cpp", "#include \"late.h\"\n");
    EXPECT_EQ(run().withErrors, 1u);
    folder_.write("late.h", "");
    EXPECT_EQ(run().withErrors, 0u);
}

TEST_F(ExtractAll, ACrashLosesOneUnitAndSaysWhich) {
    add("crash.cpp", "#pragma clang __debug crash\n");
    const auto result = run();
    EXPECT_EQ(result.lost, 1u);
    EXPECT_EQ(result.modules.size(), 2u);
    ASSERT_EQ(result.notifications.size(), 1u);
    EXPECT_EQ(result.notifications[0].location.file, "crash.cpp");
    EXPECT_THAT(result.notifications[0].message, HasSubstr("missing from the analysis"));
}

TEST_F(ExtractAll, AMissingSourceIsTold) {
    commands_.push_back({folder_.path.string(), "gone.cpp", {"g++", "-c", "gone.cpp"}});
    const auto result = run();
    EXPECT_EQ(result.lost + result.withErrors, 1u);
    ASSERT_EQ(result.notifications.size(), 1u);
    EXPECT_THAT(result.notifications[0].message, HasSubstr("gone.cpp"));
}

TEST_F(ExtractAll, UnknownFlagsAreDroppedAndCounted) {
    commands_[0].arguments.insert(commands_[0].arguments.begin() + 1, {"-fno-such-gcc-flag", "-mno-such-machine-flag"});
    EXPECT_EQ(run().droppedFlags, 2u);
    EXPECT_EQ(run().droppedFlags, 2u) << "also from the cache";
}

TEST_F(ExtractAll, ACacheThatCannotBeIsTheUsersToMend) {
    folder_.write("cache", "a file");
    EXPECT_THROW(run(), report::UserError);
}

TEST_F(ExtractAll, ProgressCountsUnitsRead) {
    std::vector<std::size_t> done;
    ExtractionOptions options;
    options.projectRoot = folder_.path;
    options.cacheFolder = folder_.path / "cache";
    options.progress = [&](std::size_t count, std::size_t total, const std::string&) {
        done.push_back(count);
        EXPECT_EQ(total, 2u);
    };
    extractAll(commands_, options);
    EXPECT_THAT(done, testing::ElementsAre(1, 2));
}

TEST(Modules, DepfilesEscapeNames) {
    EXPECT_EQ(depfileText("out.dhir", {"a b.cpp", "c#d$.h"}), "out.dhir: \\\n  a\\ b.cpp \\\n  c\\#d$$.h\n");
}

TEST_F(ExtractAll, ModulesAreFilesToo) {
    ModuleRequest request;
    request.unit.paths = {(folder_.path / "a.cpp").string()};
    request.unit.flags = std::vector<std::string>{};
    request.output = (folder_.path / "a.dhir").string();
    request.depfile = (folder_.path / "a.d").string();
    EXPECT_TRUE(writeModule(request).empty());
    EXPECT_EQ(readModules({request.output}).modules.size(), 1u);
    EXPECT_THAT(moduleText(request.output), HasSubstr("counter"));
    std::ifstream in(request.depfile);
    const std::string depfile{std::istreambuf_iterator<char>(in), {}};
    EXPECT_THAT(depfile, testing::AllOf(HasSubstr("a.dhir:"), HasSubstr("a.cpp"), HasSubstr("h.h")));
    folder_.write("bad.dhir", "garbage");
    EXPECT_THROW(readModules({(folder_.path / "bad.dhir").string()}), report::UserError);
    EXPECT_THROW(moduleText(folder_.path / "none.dhir"), report::UserError);
}

} // namespace
