// See foreign.h.
#include "cli/foreign.h"

namespace quanlu::cli {

namespace {

json::Value facts_of(const json::Value& refusal) {
    json::Value facts = object_in(refusal, "facts");
    if (const json::Value* field = refusal.find("field")) facts.set("field", *field);
    if (const json::Value* at = refusal.find("at")) {
        facts.set("standing", "height " + std::to_string(at->integer_or("height", 0)) + ", index " +
                                  std::to_string(at->integer_or("index", 0)));
    }
    return facts;
}

}  // namespace

const json::Array& array_in(const json::Value& value, std::string_view name) {
    static const json::Array none;
    const json::Value* found = value.find(name);
    return found == nullptr || !found->is_array() ? none : found->as_array();
}

const json::Value& object_in(const json::Value& value, std::string_view name) {
    static const json::Value none;
    const json::Value* found = value.find(name);
    return found == nullptr || !found->is_object() ? none : *found;
}

Result<json::Value, Failure> body_of(const HttpAnswer& answer) {
    auto body = json::parse(answer.body, kAnswerBytesMax);
    if (answer.status != 200 || !body.ok() || !body->is_object())
        return Err(failure_of_answer(answer));
    return std::move(body).value();
}

Result<json::Value, Failure> page_of(const HttpAnswer& answer) {
    TRY(json::Value body, body_of(answer));
    const json::Value* items = body.find("items");
    if (items == nullptr || !items->is_array()) return Err(failure_of_answer(answer));
    return body;
}

json::Value as_said(json::Value said) {
    if (said.is_object()) said.erase("trust");
    if (said.is_array()) {
        for (json::Value& row : said.as_array()) {
            if (row.is_object()) row.erase("trust");
        }
    }
    return said;
}

Failure failure_of_refusal(const json::Value& refusal) {
    const auto code = chain::code_from_name(refusal.string_or("code", ""));
    if (code && *code != chain::Code::ok) return failure_of(*code, facts_of(refusal));
    return {Exit::unreachable,
            "answer",
            "the node's answer is not understood",
            "节点应答无法识别",
            refusal.is_object() ? refusal : json::Value(),
            "ask another node with --node and tell the operator",
            "用 --node 询问其他节点并告知运维"};
}

Failure failure_of_answer(const HttpAnswer& answer) {
    const auto body = json::parse(answer.body, kAnswerBytesMax);
    if (body.ok() && body->is_object() && body->find("code") != nullptr)
        return failure_of_refusal(*body);
    return {Exit::unreachable,
            "http_" + std::to_string(answer.status),
            "an unexpected answer",
            "意外应答",
            json::Object{{"status", static_cast<std::int64_t>(answer.status)}},
            "ask another node with --node and tell the operator",
            "用 --node 询问其他节点并告知运维"};
}

}  // namespace quanlu::cli
