// See verified.h.
#include "cli/verified.h"

#include <cstdlib>

#include "cli/foreign.h"
#include "cli/i18n.h"
#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"
#include "ledger/proof/report.h"

namespace quanlu::cli {

namespace {

json::Value as_of_header(const chain::Header& header) {
    return json::Object{{"height", header.height.value},
                        {"time", to_rfc3339(header.time)},
                        {"state_root", to_hex(header.state_root)}};
}

}  // namespace

Failure bad_proof(const std::string& reason, const std::string& detail) {
    return {Exit::no,
            "bad_proof",
            "the node's proof does not hold: nothing of its answer is shown",
            "节点的证明不成立:其应答不予显示",
            json::Object{{"reason", reason}, {"detail", detail}},
            "ask another node with --node and tell the operator",
            "用 --node 询问其他节点并告知运维"};
}

std::optional<Height> height_in(const std::string& path) {
    constexpr std::string_view kName = "at_height=";
    const std::size_t at = path.find(kName);
    if (at == std::string::npos) return std::nullopt;
    return Height(std::strtoull(path.c_str() + at + kName.size(), nullptr, 10));
}

void add_credential(const Context& context, const std::string& path, HttpRequest& request) {
    if (context.find("key") == nullptr || context.find("party") == nullptr) return;
    const auto actor = Actor::from(context, false);
    // The credential names the path as the node reads it, decoded.
    const std::string named = url_decode(path.substr(0, path.find('?')));
    if (actor.ok())
        request.headers.push_back("Authorization: Quanlu-JWS " +
                                  actor->credential(request.method, named));
}

namespace {

std::string age_text(std::int64_t ms) {
    const proof::Sentence said = proof::say_age(ms < 0 ? -ms : ms);
    if (ms < -proof::kClockAheadMs)
        return std::string(say(said.en + " ahead of this machine's clock: check the clock",
                               "比本机时钟超前 " + said.zh + ",请检查本机时钟"));
    return std::string(say(said.en + " ago", said.zh + "前"));
}

// What holds for its time and is older than asked is shown, and never passes for the present.
Status<Failure> judge(Proven& proven, const chain::Genesis& genesis,
                      const proof::Question& question, bool no_verify) {
    proven.verdict = proof::verify(proven.bundle, genesis, question);
    if (no_verify) {
        proven.verified = false;
        return Unit{};
    }
    proven.is_stale = proven.verdict.answer == proof::Answer::stale;
    if (proven.verdict.answer != proof::Answer::valid && !proven.is_stale)
        return Err(bad_proof(
            std::string(proof::to_text(proven.verdict.answer)) + " " + proven.verdict.reason,
            proven.verdict.detail));
    proven.as_of = as_of_header(proven.bundle.final.header);
    return Unit{};
}

}  // namespace

Result<Proven, Failure> fetch_proven(Session& session, const Context& context,
                                     const std::string& path, const std::string& key) {
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const std::string node, context.need("node"));
    HttpRequest request{"GET", node + path, "", "", {}};
    add_credential(context, path, request);
    TRY(const HttpAnswer answer, session.http.send(request));
    if (answer.status != 200 && answer.status != 404) return Err(failure_of_answer(answer));
    const auto body = json::parse(answer.body, kAnswerBytesMax);
    if (!body.ok() || !body->is_object() || body->find("as_of") == nullptr)
        return Err(failure_of_answer(answer));
    Proven proven;
    proven.as_of = *body->find("as_of");
    const json::Value* document = body->find("bundle");
    if (document == nullptr) {
        proven.verified = false;
        if (const json::Value* value = body->find("value")) proven.value = as_said(*value);
        return proven;
    }
    auto bundle = proof::bundle_from_json(*document);
    if (!bundle.ok()) return Err(bad_proof("form", bundle.error()));
    proven.bundle = std::move(bundle).value();
    proven.bundle_text = json::write(*document);
    // A proof of several keys holds as well; what is read below must be about the one asked.
    if (proven.bundle.items.size() != 1 || proven.bundle.items.front().key != key)
        return Err(bad_proof("other_key", "not about " + key + " alone"));
    proof::Question question;
    question.key = key;
    question.now = UnixMillis{now_ms()};
    question.at_height = height_in(path);
    TRY_VOID(judge(proven, genesis, question, session.flags.no_verify));
    proven.value = proven.bundle.items.front().value;
    return proven;
}

namespace {

// The bundle in `body` must be about exactly these keys, in this order.
Result<Proven, Failure> verify_bundle(const json::Value& body, const std::vector<std::string>& keys,
                                      const chain::Genesis& genesis, std::optional<Height> height,
                                      bool no_verify) {
    const json::Value* document = body.find("bundle");
    if (document == nullptr || body.find("as_of") == nullptr)
        return Err(bad_proof("form", "no bundle in the answer"));
    auto bundle = proof::bundle_from_json(*document);
    if (!bundle.ok()) return Err(bad_proof("form", bundle.error()));
    Proven proven;
    proven.as_of = *body.find("as_of");
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
    question.at_height = height;
    TRY_VOID(judge(proven, genesis, question, no_verify));
    return proven;
}

}  // namespace

Result<Proven, Failure> verify_batch(const std::string& answer_text,
                                     const std::vector<std::string>& keys,
                                     const chain::Genesis& genesis, std::optional<Height> height,
                                     bool no_verify) {
    const auto body = json::parse(answer_text, kAnswerBytesMax);
    if (!body.ok()) return Err(bad_proof("form", body.error().reason));
    for (const json::Value& one : array_in(*body, "items")) {
        if (one.string_or("trust", "") != "unverified") continue;
        return Err(
            failure_of(chain::Code::E_FORBIDDEN, json::Object{{"key", one.string_or("key", "")}}));
    }
    return verify_bundle(*body, keys, genesis, height, no_verify);
}

Result<Proven, Failure> fetch_keys(Session& session, const Context& context,
                                   const std::vector<std::string>& keys,
                                   std::optional<Height> height) {
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const std::string node, context.need("node"));
    json::Array asked;
    for (const std::string& key : keys) asked.emplace_back(key);
    HttpRequest request{
        "POST",
        node + "/v1/proofs" + (height ? "?at_height=" + std::to_string(height->value) : ""),
        "application/json",
        json::write(json::Object{{"keys", std::move(asked)}}),
        {}};
    add_credential(context, "/v1/proofs", request);
    TRY(const HttpAnswer said, session.http.send(request));
    TRY(const json::Value body, page_of(said));
    std::map<std::string, json::Value> open;
    for (const json::Value& one : array_in(body, "items")) {
        const json::Value* value = one.find("value");
        if (one.string_or("trust", "") == "unverified" && value != nullptr)
            open.emplace(std::string(one.string_or("key", "")), *value);
    }
    std::vector<std::string> covered;
    for (const std::string& key : keys) {
        if (!open.contains(key)) covered.push_back(key);
    }
    if (covered.empty()) {
        Proven proven;
        proven.verified = false;
        proven.public_parts = std::move(open);
        if (const json::Value* as_of = body.find("as_of")) proven.as_of = *as_of;
        return proven;
    }
    TRY(Proven proven, verify_bundle(body, covered, genesis, height, session.flags.no_verify));
    proven.public_parts = std::move(open);
    return proven;
}

void set_trust(Answer& answer, const Proven& proven) {
    answer.as_of = proven.as_of;
    answer.verified = proven.verified;
    answer.is_stale = proven.is_stale;
}

std::string absence_mark(const Proven& proven) {
    return std::string(proven.verified ? say(" (proven absence)", "(已证明)")
                                       : say(" (not proven)", "(未核验)"));
}

std::string trust_line(const Proven& proven) {
    const std::string height = std::to_string(proven.as_of.integer_or("height", 0));
    if (!proven.verified) {  // print() says that it is not proven
        return std::string(say("as of height ", "高度 ")) + height +
               std::string(say("  (public part, or --no-verify)", "  (仅公开部分,或 --no-verify)"));
    }
    std::string signers;
    for (const std::string& name : proven.verdict.signers)
        signers += (signers.empty() ? "" : ", ") + name;
    return std::string(proven.is_stale ? say("STALE, true at that time only: as of height ",
                                             "已过时,仅证明当时情况 · 高度 ")
                                       : say("as of height ", "核验 已通过 · 高度 ")) +
           height + ", " + to_shanghai_text(proven.verdict.time) + " (" +
           age_text(proven.verdict.age_ms.value_or(0)) +
           std::string(say("), signed by ", "),签名 ")) +
           std::to_string(proven.verdict.signers.size()) + "/" +
           std::to_string(proven.verdict.members) + ": " + signers;
}

}  // namespace quanlu::cli
