// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace deadheat::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Junit, AReportWithoutFindingsPasses) {
    const std::string xml = toJunit({}, {"deadheat explore", "bank", ""});
    EXPECT_THAT(xml, HasSubstr("<testcase classname=\"deadheat explore\" name=\"bank\">"));
    EXPECT_THAT(xml, HasSubstr("failures=\"0\""));
    EXPECT_THAT(xml, Not(HasSubstr("<failure")));
}

TEST(Junit, FindingsFailTheTestWithEverythingEscaped) {
    Report report;
    report.findings.resize(2);
    report.findings[0].rule = "data-race";
    report.findings[0].message = "race on 'a<b>' & \"c\"";
    const std::string xml = toJunit(report, {"deadheat explore", "bank", "line\n\x01 <end>"});
    EXPECT_THAT(xml, HasSubstr("failures=\"1\""));
    EXPECT_THAT(xml, HasSubstr("type=\"data-race\""));
    EXPECT_THAT(xml, HasSubstr("message=\"race on 'a&lt;b&gt;' &amp; &quot;c&quot; (and 1 more)\""));
    EXPECT_THAT(xml, HasSubstr(">line&#10;? &lt;end&gt;</failure>"));
}

} // namespace
} // namespace deadheat::report
