// See verified.h.
#include "cli/verified.h"

#include "cli/i18n.h"
#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"

namespace quanlu::cli {

namespace {

Failure bad_proof(const std::string& reason, const std::string& detail) {
    return {Exit::no,
            "bad_proof",
            "the node's proof does not hold: nothing of its answer is shown",
            "节点的证明不成立:其应答不予显示",
            json::Object{{"reason", reason}, {"detail", detail}},
            "ask another node with --node and tell the operator",
            "用 --node 询问其他节点并告知运维"};
}

}  // namespace

void add_credential(const Context& context, const std::string& path, HttpRequest& request) {
    if (context.find("key") == nullptr || context.find("party") == nullptr) return;
    const auto actor = Actor::from(context, false);
    // The credential names the path as the node reads it, decoded.
    const std::string named = url_decode(path.substr(0, path.find('?')));
    if (actor.ok())
        request.headers.push_back("Authorization: Quanlu-JWS " +
                                  actor->credential(request.method, named));
}

Result<Proven, Failure> fetch_proven(Session& session, const Context& context,
                                     const std::string& path, const std::string& key) {
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const std::string node, context.need("node"));
    HttpRequest request{"GET", node + path, "", "", {}};
    add_credential(context, path, request);
    TRY(const HttpAnswer answer, session.http.send(request));
    if (answer.status != 200 && answer.status != 404) return Err(failure_of_answer(answer));
    const auto body = json::parse(answer.body, 64 * 1024 * 1024);
    if (!body.ok() || !body->is_object() || body->find("as_of") == nullptr)
        return Err(failure_of_answer(answer));
    Proven proven;
    proven.as_of = *body->find("as_of");
    const json::Value* document = body->find("bundle");
    if (document == nullptr) {
        proven.verified = false;
        if (const json::Value* value = body->find("value")) proven.value = *value;
        return proven;
    }
    auto bundle = proof::bundle_from_json(*document);
    if (!bundle.ok()) return Err(bad_proof("form", bundle.error()));
    proven.bundle = std::move(bundle).value();
    proven.bundle_text = json::write(*document);
    proof::Question question;
    question.key = key;
    question.now = UnixMillis{now_ms()};
    if (path.find("at_height=") != std::string::npos)
        question.at_height = Height(proven.bundle.final.header.height);
    proven.verdict = proof::verify(proven.bundle, genesis, question);
    if (session.flags.no_verify) {
        proven.verified = false;
    } else if (proven.verdict.answer != proof::Answer::valid &&
               proven.verdict.answer != proof::Answer::stale) {
        return Err(bad_proof(
            std::string(proof::to_text(proven.verdict.answer)) + " " + proven.verdict.reason,
            proven.verdict.detail));
    }
    if (!proven.bundle.items.empty()) proven.value = proven.bundle.items.front().value;
    return proven;
}

Result<Proven, Failure> verify_batch(const std::string& answer_text,
                                     const std::vector<std::string>& keys,
                                     const chain::Genesis& genesis, bool no_verify) {
    const auto body = json::parse(answer_text, 64 * 1024 * 1024);
    const json::Value* document = body.ok() ? body->find("bundle") : nullptr;
    if (body.ok() && body->find("items") != nullptr && body->find("items")->is_array()) {
        for (const json::Value& one : body->find("items")->as_array()) {
            if (one.string_or("trust", "") != "unverified") continue;
            return Err(failure_of(chain::Code::E_FORBIDDEN,
                                  json::Object{{"key", one.string_or("key", "")}}));
        }
    }
    if (document == nullptr || body->find("as_of") == nullptr)
        return Err(bad_proof("form", "no bundle in the answer"));
    auto bundle = proof::bundle_from_json(*document);
    if (!bundle.ok()) return Err(bad_proof("form", bundle.error()));
    Proven proven;
    proven.as_of = *body->find("as_of");
    proven.bundle = std::move(bundle).value();
    proven.bundle_text = json::write(*document);
    if (proven.bundle.items.size() != keys.size())
        return Err(bad_proof("other_key", "not as many answers as questions"));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (proven.bundle.items[i].key != keys[i])
            return Err(bad_proof("other_key", proven.bundle.items[i].key));
    }
    proof::Question question;
    question.now = UnixMillis{now_ms()};
    proven.verdict = proof::verify(proven.bundle, genesis, question);
    const bool holds = proven.verdict.answer == proof::Answer::valid ||
                       proven.verdict.answer == proof::Answer::stale;
    if (no_verify) {
        proven.verified = false;
    } else if (!holds) {
        return Err(bad_proof(
            std::string(proof::to_text(proven.verdict.answer)) + " " + proven.verdict.reason,
            proven.verdict.detail));
    }
    return proven;
}

std::string trust_line(const Proven& proven) {
    const std::string height = std::to_string(proven.as_of.integer_or("height", 0));
    if (!proven.verified) {
        return std::string(say("NOT PROVEN  as of height ", "未核验  高度 ")) + height +
               std::string(say("  (public part, or --no-verify)", "  (仅公开部分,或 --no-verify)"));
    }
    std::string signers;
    for (const std::string& name : proven.verdict.signers)
        signers += (signers.empty() ? "" : ", ") + name;
    const std::int64_t age = proven.verdict.age_ms.value_or(0);
    return std::string(say("as of height ", "核验 已通过 · 高度 ")) + height + ", " +
           to_shanghai_text(proven.verdict.time) + " (" + std::to_string(age / 1000) + "." +
           std::to_string(age % 1000 / 100) + " s" +
           std::string(say(" ago), signed by ", " 前),签名 ")) +
           std::to_string(proven.verdict.signers.size()) + "/" +
           std::to_string(proven.verdict.members) + ": " + signers;
}

}  // namespace quanlu::cli
