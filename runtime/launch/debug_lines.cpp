// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/debug_lines.h"

#include "runtime/launch/stacks.h"

#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/DebugInfo/DWARF/DWARFDie.h>
#include <llvm/Object/ObjectFile.h>
#include <map>

namespace deadheat::launch {

using llvm::DWARFDebugLine;
using llvm::DWARFDie;

class DebugReader {
public:
    explicit DebugReader(DebugLines& lines) : lines_(lines) {}

    void read(llvm::DWARFContext& context) {
        for (const auto& unit : context.compile_units()) {
            const DWARFDebugLine::LineTable* table = context.getLineTableForUnit(unit.get());
            if (!table)
                continue;
            unitFiles_.clear();
            folder_ = unit->getCompilationDir() ? unit->getCompilationDir() : "";
            readRows(*table);
            for (const auto& entry : unit->dies())
                readEntry({unit.get(), &entry}, *table);
        }
    }

private:
    static constexpr std::size_t kNone = ~std::size_t{0};

    std::size_t fileAt(const DWARFDebugLine::LineTable& table, std::uint64_t index) {
        const auto [known, isNew] = unitFiles_.try_emplace(index, kNone);
        std::string name;
        if (isNew && table.getFileNameByIndex(index, folder_,
                                              llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath, name)) {
            const auto [entry, isNewName] = byName_.try_emplace(name, lines_.files_.size());
            if (isNewName)
                lines_.files_.push_back(name);
            known->second = entry->second;
        }
        return known->second;
    }

    void add(std::uint64_t begin, std::uint64_t end, std::size_t file, unsigned line) {
        if (begin < end && file != kNone && line != 0)
            lines_.pieces_.push_back({{begin, end}, file, line});
    }

    void readRows(const DWARFDebugLine::LineTable& table) {
        for (std::size_t i = 0; i + 1 < table.Rows.size(); ++i) {
            const DWARFDebugLine::Row& row = table.Rows[i];
            if (!row.EndSequence && row.Address.Address != 0)
                add(row.Address.Address, table.Rows[i + 1].Address.Address, fileAt(table, row.File), row.Line);
        }
    }

    static std::vector<CodeRange> rangesOf(const DWARFDie& die) {
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

    void readEntry(const DWARFDie& die, const DWARFDebugLine::LineTable& table) {
        if (die.getTag() == llvm::dwarf::DW_TAG_inlined_subroutine) {
            const std::uint64_t file = llvm::dwarf::toUnsigned(die.find(llvm::dwarf::DW_AT_call_file), 0);
            const std::uint64_t line = llvm::dwarf::toUnsigned(die.find(llvm::dwarf::DW_AT_call_line), 0);
            for (const CodeRange& range : rangesOf(die))
                add(range.begin, range.end, fileAt(table, file), static_cast<unsigned>(line));
        } else if (die.getTag() == llvm::dwarf::DW_TAG_subprogram) {
            const std::string file = die.getDeclFile(llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath);
            if (!Stacks::isSystem(file))
                return;
            for (const CodeRange& range : rangesOf(die))
                lines_.foreign_.push_back(range);
        }
    }

    DebugLines& lines_;
    std::map<std::string, std::size_t> byName_;
    std::map<std::uint64_t, std::size_t> unitFiles_; ///< by number in the unit's line table
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

std::vector<CodeRange> DebugLines::code(std::size_t file, unsigned first, unsigned last) const {
    std::vector<CodeRange> result;
    for (const Piece& piece : pieces_)
        if (piece.file == file && piece.line >= first && piece.line <= last)
            result.push_back(piece.range);
    return result;
}

} // namespace deadheat::launch
