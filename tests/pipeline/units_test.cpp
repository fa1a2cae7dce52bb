// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/paths.h"
#include "analyzer/pipeline/units.h"
#include "report/user_error.h"
#include "tests/pipeline/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::pipeline;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class SelectUnits : public testing::Test {
protected:
    void database(const std::string& name, const std::vector<std::string>& files) {
        std::string text;
        for (const auto& file : files) {
            folder_.write(file, "int x;\n");
            text += fmt::format(R"({}{{"directory":"{}","file":"{}","command":"g++ -c -o {}.o {}"}})",
                                text.empty() ? "" : ",", folder_.path.string(), file, file, file);
        }
        folder_.write(name, "[" + text + "]");
    }

    UnitRequest in(const std::string& build, std::vector<std::string> paths = {}) {
        for (auto& path : paths)
            path = (folder_.path / path).string();
        return {folder_.path / build, std::move(paths), std::nullopt};
    }

    std::vector<std::string> selected(const UnitRequest& request) {
        std::vector<std::string> names;
        for (const auto& command : selectUnits(request).commands)
            names.push_back(shownPath(mainFile(command), folder_.path));
        return names;
    }

    std::string errorOf(const UnitRequest& request) {
        try {
            selectUnits(request);
        } catch (const report::UserError& error) {
            return error.what();
        }
        return "no error";
    }

    TemporaryFolder folder_;
};

TEST_F(SelectUnits, TakesAllInTheDatabasesOrder) {
    database("build/compile_commands.json", {"src/b.cpp", "src/a.cpp", "lib/c.cpp"});
    EXPECT_THAT(selected(in("build")), ElementsAre("src/b.cpp", "src/a.cpp", "lib/c.cpp"));
    EXPECT_THAT(selected(in("build/compile_commands.json")), ElementsAre("src/b.cpp", "src/a.cpp", "lib/c.cpp"));
}

TEST_F(SelectUnits, PathsAreFilesFoldersOrGlobs) {
    database("build/compile_commands.json", {"src/b.cpp", "src/a.cpp", "lib/c.cpp"});
    EXPECT_THAT(selected(in("build", {"src"})), ElementsAre("src/b.cpp", "src/a.cpp"));
    EXPECT_THAT(selected(in("build", {"src/"})), ElementsAre("src/b.cpp", "src/a.cpp"));
    EXPECT_THAT(selected(in("build", {"src/../lib/c.cpp"})), ElementsAre("lib/c.cpp"));
    EXPECT_THAT(selected(in("build", {"*/a.cpp", "lib"})), ElementsAre("src/a.cpp", "lib/c.cpp"));
    folder_.write("other/d.cpp", "");
    EXPECT_THAT(errorOf(in("build", {"other"})), HasSubstr("no translation unit of"));
    EXPECT_THAT(errorOf(in("build", {"nowhere.cpp"})), HasSubstr("nowhere.cpp: no such file"));
    EXPECT_THAT(errorOf(in("build", {"*.rs"})), HasSubstr("no translation unit of"));
}

TEST_F(SelectUnits, TheSameCommandForAnotherOutputIsOneUnit) {
    const auto entry = [&](const std::string& flags) {
        return fmt::format(R"({{"directory":"{}","file":"a.cpp","command":"g++ {} -c a.cpp"}})", folder_.path.string(),
                           flags);
    };
    folder_.write("a.cpp", "");
    folder_.write("compile_commands.json",
                  "[" + entry("-o one.o") + "," + entry("-o two.o") + "," + entry("-DX -o three.o") + "]");
    EXPECT_EQ(selectUnits(in(".")).commands.size(), 2u);
}

TEST_F(SelectUnits, LooksForTheDatabaseUpwards) {
    database("compile_commands.json", {"src/deep/a.cpp"});
    UnitRequest request{std::nullopt, {(folder_.path / "src/deep/a.cpp").string()}, std::nullopt};
    EXPECT_THAT(selected(request), ElementsAre("src/deep/a.cpp"));
    std::filesystem::rename(folder_.path / "compile_commands.json",
                            folder_.write("build/x", "").parent_path() / "compile_commands.json");
    EXPECT_EQ(selectUnits(request).buildFolder, folder_.path / "build");
    std::filesystem::remove(folder_.path / "build/compile_commands.json");
    EXPECT_THAT(errorOf(request), HasSubstr("no compile_commands.json in"));
}

TEST_F(SelectUnits, BrokenDatabasesAreOneLine) {
    const auto error = [&](const std::string& text) {
        folder_.write("compile_commands.json", text);
        return errorOf(in("."));
    };
    EXPECT_THAT(error("[\n{]"), HasSubstr("compile_commands.json:2: not valid JSON"));
    EXPECT_THAT(error(""), HasSubstr("compile_commands.json:1: not valid JSON"));
    EXPECT_THAT(error("{}"), HasSubstr("expected a list"));
    EXPECT_THAT(error("[]"), HasSubstr("no compile command in it"));
    EXPECT_THAT(error("[3]"), HasSubstr("entry 1 is no object"));
    EXPECT_THAT(error(R"([{"directory":"/x","command":"cc"}])"), HasSubstr("entry 1 lacks 'directory' or 'file'"));
    EXPECT_THAT(error(R"([{"directory":"/x","file":"a.c"}])"), HasSubstr("entry 1 lacks 'command' or 'arguments'"));
    EXPECT_THAT(errorOf(in("nowhere")), HasSubstr("nowhere: no compile_commands.json in it"));
}

TEST_F(SelectUnits, FlagsReplaceTheDatabase) {
    const auto file = folder_.write("a.c", "");
    const auto units = selectUnits({std::nullopt, {file.string()}, std::vector<std::string>{"-DX"}});
    ASSERT_EQ(units.commands.size(), 1u);
    EXPECT_THAT(units.commands[0].arguments, ElementsAre("clang", "-DX", file.string()));
    EXPECT_THAT(errorOf({std::nullopt, {}, std::vector<std::string>{}}), HasSubstr("at least one source file"));
}

TEST_F(SelectUnits, TheRootIsWhereTheConfigurationOrTheRepositoryIs) {
    database("build/compile_commands.json", {"src/a.cpp", "src/x/b.cpp"});
    EXPECT_EQ(selectUnits(in("build")).projectRoot, folder_.path)
        << "where the compiler was started, above the sources";
    std::filesystem::create_directory(folder_.path / ".git");
    EXPECT_EQ(selectUnits(in("build")).projectRoot, folder_.path);
    folder_.write("src/.deadheat.yaml", "");
    EXPECT_EQ(selectUnits(in("build")).projectRoot, folder_.path / "src");
    EXPECT_EQ(selectUnits(in("build", {"src/x/b.cpp"})).projectRoot, folder_.path / "src");
}

TEST(Paths, BelowTheRootRelativeElseAbsolute) {
    EXPECT_EQ(shownPath("/p/src/a.cpp", "/p"), "src/a.cpp");
    EXPECT_EQ(shownPath("/usr/include/x.h", "/p"), "/usr/include/x.h");
    EXPECT_EQ(shownPath("/p2/a.cpp", "/p"), "/p2/a.cpp");
    EXPECT_EQ(shownPath("/p/a.cpp", ""), "/p/a.cpp");
}

} // namespace
