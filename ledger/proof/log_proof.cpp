// RFC 9162 2.1.3.2 and 2.1.4.2 through crypto/merkle.h; here only the JSON and the limits.
#include "ledger/proof/log_proof.h"

#include "crypto/base/encode.h"
#include "crypto/merkle.h"

namespace quanlu::proof {

namespace {

json::Value path_json(const std::vector<Hash>& path) {
    json::Array list;
    for (const Hash& hash : path) list.emplace_back(to_hex(hash));
    return list;
}

std::optional<std::vector<Hash>> path_from(const json::Value& value) {
    const json::Value* list = value.find("path");
    if (list == nullptr || !list->is_array() || list->as_array().size() > kLogPathMax)
        return std::nullopt;
    std::vector<Hash> path;
    for (const json::Value& one : list->as_array()) {
        const auto hash = one.is_string() ? hash_from_hex(one.as_string()) : std::nullopt;
        if (!hash) return std::nullopt;
        path.push_back(*hash);
    }
    return path;
}

std::optional<std::uint64_t> number_from(const json::Value& value, std::string_view name) {
    const std::int64_t number = value.integer_or(name, -1);
    if (number < 0) return std::nullopt;
    return static_cast<std::uint64_t>(number);
}

}  // namespace

bool verify_line(const LogInclusion& proof, std::string_view line, const LogHead& log) {
    if (proof.size != log.size || proof.index >= log.size || proof.path.size() > kLogPathMax)
        return false;
    return crypto::verify_inclusion(crypto::log_leaf_hash(as_bytes(line)), proof.index, proof.size,
                                    proof.path, log.root);
}

bool verify_growth(const LogConsistency& proof, const LogHead& older, const LogHead& newer) {
    if (proof.old_size != older.size || proof.new_size != newer.size ||
        proof.path.size() > kLogPathMax)
        return false;
    return crypto::verify_consistency(proof.old_size, proof.new_size, older.root, newer.root,
                                      proof.path);
}

json::Value to_json(const LogInclusion& proof) {
    return json::Object{
        {"index", proof.index}, {"path", path_json(proof.path)}, {"size", proof.size}};
}

json::Value to_json(const LogConsistency& proof) {
    return json::Object{{"new_size", proof.new_size},
                        {"old_size", proof.old_size},
                        {"path", path_json(proof.path)}};
}

std::optional<LogInclusion> log_inclusion_from_json(const json::Value& value) {
    auto path = path_from(value);
    const auto index = number_from(value, "index"), size = number_from(value, "size");
    if (!path || !index || !size || value.as_object().size() != 3) return std::nullopt;
    return LogInclusion{*index, *size, std::move(*path)};
}

std::optional<LogConsistency> log_consistency_from_json(const json::Value& value) {
    auto path = path_from(value);
    const auto old_size = number_from(value, "old_size"), new_size = number_from(value, "new_size");
    if (!path || !old_size || !new_size || value.as_object().size() != 3) return std::nullopt;
    return LogConsistency{*old_size, *new_size, std::move(*path)};
}

}  // namespace quanlu::proof
