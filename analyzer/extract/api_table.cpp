// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/api_table.h"

#include "analyzer/extract/api_syntax.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/Support/xxhash.h>

#include <algorithm>
#include <map>

namespace deadheat::extract {

extern const char kBuiltInApi[]; // generated from api.yaml

struct ApiTable::Data {
    // Entries of one name, the latest first. StringMap: looked up for every function that a unit calls.
    llvm::StringMap<std::vector<ApiEntry>> functions;
    std::map<ir::TypeKind, llvm::StringMap<std::vector<ApiEntry>>> methods;
    llvm::StringMap<ApiType> types;
    std::uint64_t fingerprint = 0;

    void add(const ApiDocument& document);
    template <typename Visit>
    void forEachEntry(Visit visit) {
        for (auto& named : functions)
            for (ApiEntry& entry : named.second)
                visit(entry);
    }
    void addFunction(const std::string& name, const ApiEntry& entry) {
        auto& entries = functions[name];
        entries.insert(entries.begin(), entry);
    }
};

namespace {

const ApiEntry* select(const std::vector<ApiEntry>& entries, unsigned arguments) {
    auto fits = [&](const ApiEntry& e) { return e.fewest <= arguments && arguments <= e.most; };
    auto found = std::find_if(entries.begin(), entries.end(), fits);
    return found == entries.end() ? nullptr : &*found;
}

/// The name of a method as the qualified key; "constructor" stands for the class's own name.
std::string methodName(const std::string& className, const std::string& method) {
    std::size_t colon = className.rfind(':');
    std::string last = colon == std::string::npos ? className : className.substr(colon + 1);
    return className + "::" + (method == "constructor" ? last : method);
}

} // namespace

void ApiTable::Data::add(const ApiDocument& document) {
    for (const ApiTypeRule& rule : document.types)
        for (const std::string& name : rule.names)
            types[name] = rule.type;
    for (const ApiRule& rule : document.rules) {
        for (const std::string& name : rule.names) {
            for (ir::TypeKind kind : rule.kinds) {
                auto& entries = methods[kind][name];
                entries.insert(entries.begin(), rule.entry);
            }
            for (const std::string& className : rule.classes)
                addFunction(methodName(className, name), rule.entry);
            if (rule.kinds.empty() && rule.classes.empty())
                addFunction(name, rule.entry);
        }
    }
}

ApiTable::ApiTable() : data_(std::make_unique<Data>()) {}
ApiTable::ApiTable(const ApiTable& other) : data_(std::make_unique<Data>(*other.data_)) {}
ApiTable::ApiTable(ApiTable&&) noexcept = default;
ApiTable& ApiTable::operator=(ApiTable other) noexcept {
    data_.swap(other.data_);
    return *this;
}
ApiTable::~ApiTable() = default;

const ApiTable& ApiTable::builtIn() {
    static const ApiTable table = [] {
        ApiTable made;
        if (auto error = made.add(kBuiltInApi, "api.yaml")) {
            // The embedded table is covered by a test; a broken one must not run at all.
            std::fprintf(stderr, "deadheat: internal error: %s\n", error->c_str());
            std::abort();
        }
        made.data_->forEachEntry([](ApiEntry& entry) { entry.isUser = false; });
        return made;
    }();
    return table;
}

std::optional<std::string> ApiTable::add(std::string_view yaml, const std::string& name) {
    ApiDocument document;
    if (auto error = readApi(yaml, name, document))
        return error;
    data_->add(document);
    data_->fingerprint = llvm::xxh3_64bits(llvm::StringRef(yaml.data(), yaml.size())) ^ (data_->fingerprint * 31);
    return std::nullopt;
}

const ApiEntry* ApiTable::function(std::string_view name, unsigned arguments) const {
    auto found = data_->functions.find(llvm::StringRef(name.data(), name.size()));
    return found == data_->functions.end() ? nullptr : select(found->second, arguments);
}

const ApiEntry* ApiTable::method(ir::TypeKind kind, std::string_view name, unsigned arguments) const {
    auto table = data_->methods.find(kind);
    if (table == data_->methods.end())
        return nullptr;
    auto found = table->second.find(llvm::StringRef(name.data(), name.size()));
    return found == table->second.end() ? nullptr : select(found->second, arguments);
}

bool ApiTable::hasMethods() const { return !data_->methods.empty(); }

const ApiType* ApiTable::type(std::string_view name) const {
    auto found = data_->types.find(llvm::StringRef(name.data(), name.size()));
    return found == data_->types.end() ? nullptr : &found->second;
}

std::uint64_t ApiTable::fingerprint() const { return data_->fingerprint; }

} // namespace deadheat::extract
