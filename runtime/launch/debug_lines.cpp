// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/debug_lines.h"

#include "runtime/launch/stacks.h"

#include <algorithm>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/DebugInfo/DWARF/DWARFDie.h>
#include <llvm/Object/ObjectFile.h>
#include <map>
#include <string_view>

namespace deadheat::launch {

using llvm::DWARFDebugLine;
using llvm::DWARFDie;

namespace {

/// Numbers for names, in order of first use.
class Names {
public:
    explicit Names(std::vector<std::string>& names) : names_(names) {}
    std::size_t operator()(const std::string& name) {
        const auto [entry, isNew] = known_.try_emplace(name, names_.size());
        if (isNew)
            names_.push_back(name);
        return entry->second;
    }

private:
    std::vector<std::string>& names_;
    std::map<std::string, std::size_t> known_;
};

std::vector<CodeRange> rangesOf(const DWARFDie& die) {
    std::vector<CodeRange> result;
    auto ranges = die.getAddressRanges();
    if (!ranges) {
        llvm::consumeError(ranges.takeError());
        return result;
    }
    for (const llvm::DWARFAddressRange& range : *ranges)
        if (range.LowPC != 0 && range.LowPC < range.HighPC)
            result.push_back({range.LowPC, range.HighPC});
    return result;
}

bool isFunction(const DWARFDie& die) {
    return die.getTag() == llvm::dwarf::DW_TAG_subprogram || die.getTag() == llvm::dwarf::DW_TAG_inlined_subroutine;
}

/// Drops a bracketed end: "f<int>" becomes "f".
void dropBracketed(std::string& name, char open, char close) {
    if (!name.ends_with(close))
        return;
    int depth = 0;
    for (std::size_t at = name.size(); at-- > 0;) {
        depth += name[at] == close;
        depth -= name[at] == open;
        if (depth == 0) {
            name.erase(at);
            return;
        }
    }
}

} // namespace

std::string shortName(std::string function) {
    constexpr std::string_view kCall = "operator()";
    if (function.ends_with("(lambda)"))
        return std::string(kCall);
    for (const std::string_view qualifier : {" const", " volatile", " &&", " &", " noexcept"})
        if (function.ends_with(qualifier))
            function.erase(function.size() - qualifier.size());
    if (!function.ends_with(kCall))
        dropBracketed(function, '(', ')');
    if (function.ends_with(kCall))
        return std::string(kCall);
    if (function.find("operator") == std::string::npos) {
        dropBracketed(function, '<', '>');
        function.erase(0, function.find_last_of(' ') + 1); // a template's name begins with its result type
    }
    const std::size_t scope = function.rfind("::");
    return scope == std::string::npos ? function : function.substr(scope + 2);
}

/// Reads one unit after the other.
class DebugReader {
public:
    explicit DebugReader(DebugLines& lines)
        : lines_(lines), fileNumber_(lines.files_), functionNumber_(lines.functions_) {
        functionNumber_(""); // that of code outside all functions
    }

    void read(llvm::DWARFContext& context) {
        for (const auto& unit : context.compile_units()) {
            table_ = context.getLineTableForUnit(unit.get());
            if (!table_)
                continue;
            unitFiles_.clear();
            spans_.clear();
            folder_ = unit->getCompilationDir() ? unit->getCompilationDir() : "";
            for (const auto& entry : unit->dies())
                readFunction({unit.get(), &entry});
            readRows();
        }
    }

private:
    static constexpr std::size_t kNone = ~std::size_t{0};
    static constexpr auto kAbsolute = llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath;

    /// The code of a function, or of one place where it is inlined.
    struct Span {
        CodeRange range;
        std::size_t function;
    };

    std::size_t fileAt(std::uint64_t index) {
        const auto [known, isNew] = unitFiles_.try_emplace(index, kNone);
        std::string name;
        if (isNew && table_->getFileNameByIndex(index, folder_, kAbsolute, name))
            known->second = fileNumber_(name);
        return known->second;
    }

    void add(const CodeRange& range, std::size_t file, std::uint64_t line, std::size_t function) {
        if (range.begin < range.end && file != kNone)
            lines_.pieces_.push_back({range, file, static_cast<unsigned>(line), function});
    }

    std::size_t nameOf(const DWARFDie& die) {
        const char* name = die.getShortName();
        return functionNumber_(name ? shortName(name) : "");
    }

    void readFunction(const DWARFDie& die) {
        if (!isFunction(die))
            return;
        const std::vector<CodeRange> ranges = rangesOf(die);
        if (ranges.empty())
            return;
        const std::size_t function = nameOf(die);
        for (const CodeRange& range : ranges)
            spans_.push_back({range, function});
        if (die.getTag() == llvm::dwarf::DW_TAG_inlined_subroutine)
            readCall(die, ranges);
        else if (Stacks::isSystem(die.getDeclFile(kAbsolute)))
            lines_.foreign_.insert(lines_.foreign_.end(), ranges.begin(), ranges.end());
    }

    /// Inlined code belongs to the line that calls it, too.
    void readCall(const DWARFDie& die, const std::vector<CodeRange>& ranges) {
        const std::uint64_t file = llvm::dwarf::toUnsigned(die.find(llvm::dwarf::DW_AT_call_file), 0);
        const std::uint64_t line = llvm::dwarf::toUnsigned(die.find(llvm::dwarf::DW_AT_call_line), 0);
        DWARFDie caller = die.getParent();
        while (caller && !isFunction(caller))
            caller = caller.getParent();
        const std::size_t function = caller ? nameOf(caller) : functionNumber_("");
        for (const CodeRange& range : ranges)
            add(range, fileAt(file), line, function);
    }

    /// Rows in order of addresses, each with the innermost function around it. Of equal spans the later one is inside.
    void readRows() {
        std::stable_sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) {
            return a.range.begin != b.range.begin ? a.range.begin < b.range.begin : a.range.end > b.range.end;
        });
        std::vector<std::size_t> rows;
        for (std::size_t i = 0; i + 1 < table_->Rows.size(); ++i)
            if (!table_->Rows[i].EndSequence && table_->Rows[i].Address.Address != 0)
                rows.push_back(i);
        std::stable_sort(rows.begin(), rows.end(), [this](std::size_t a, std::size_t b) {
            return table_->Rows[a].Address.Address < table_->Rows[b].Address.Address;
        });
        std::vector<Span> around;
        std::size_t next = 0;
        for (const std::size_t i : rows) {
            const CodeRange range{table_->Rows[i].Address.Address, table_->Rows[i + 1].Address.Address};
            for (; next < spans_.size() && spans_[next].range.begin <= range.begin; ++next)
                around.push_back(spans_[next]);
            while (!around.empty() && around.back().range.end <= range.begin)
                around.pop_back();
            add(range, fileAt(table_->Rows[i].File), table_->Rows[i].Line,
                around.empty() ? functionNumber_("") : around.back().function);
        }
    }

    DebugLines& lines_;
    Names fileNumber_, functionNumber_;
    const DWARFDebugLine::LineTable* table_ = nullptr;
    std::map<std::uint64_t, std::size_t> unitFiles_; ///< by number in the unit's line table
    std::vector<Span> spans_;
    std::string folder_;
};

DebugLines::DebugLines(const std::string& module) {
    auto object = llvm::object::ObjectFile::createObjectFile(module);
    if (!object) {
        llvm::consumeError(object.takeError());
        return;
    }
    const auto context = llvm::DWARFContext::create(*object->getBinary());
    DebugReader(*this).read(*context);
}

std::vector<CodeRange> DebugLines::code(std::size_t file, unsigned first, unsigned last,
                                        const std::string& function) const {
    std::vector<CodeRange> result;
    for (const Piece& piece : pieces_) {
        const bool named = !function.empty() && functions_[piece.function] == function;
        const bool onLine = piece.line >= first && piece.line <= last;
        if (piece.file == file && (function.empty() ? onLine : named && (onLine || piece.line == 0)))
            result.push_back(piece.range);
    }
    return result;
}

} // namespace deadheat::launch
