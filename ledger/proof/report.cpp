// Words of STORYBOARD 2; facts are those of the verdict and no others.
#include "ledger/proof/report.h"

#include "crypto/base/civil_time.h"
#include "crypto/base/encode.h"

namespace quanlu::proof {

namespace {

constexpr std::int64_t kSecond = 1'000, kMinute = 60 * kSecond, kHour = 60 * kMinute,
                       kDay = 24 * kHour;
constexpr std::size_t kFactLinesMax = 20;  // a screen; a batch of a thousand is read as JSON

std::string_view pick(const Sentence& sentence, Tongue tongue) {
    return tongue == Tongue::zh ? std::string_view(sentence.zh) : std::string_view(sentence.en);
}

std::string quoted(std::string_view text, Tongue tongue) {
    return tongue == Tongue::zh ? "「" + std::string(text) + "」" : "\"" + std::string(text) + "\"";
}

// 2026-11-20 12:44:31 UTC
std::string utc(UnixMillis time) {
    std::string text = to_rfc3339(time);
    return text.substr(0, 10) + " " + text.substr(11, 8) + " UTC";
}

std::string short_hash(const Hash& hash) {
    const std::string hex = to_hex(hash);
    return hex.substr(0, 8) + ".." + hex.substr(56);
}

Sentence headline(const Verdict& verdict) {
    switch (verdict.answer) {
        case Answer::valid:
            return {"VALID  ", "有效  "};
        case Answer::stale:
            return {"STALE  ", "过期  "};
        case Answer::invalid:
            return {"INVALID", "无效  "};
        case Answer::other_key:
        case Answer::other_height:
            return {"NOT THE ANSWER", "答非所问"};
    }
    ENSURE(false);
}

void line(std::string& out, std::string_view label, std::string_view text) {
    out += "  ";
    out += label;
    out += "  ";
    out += text;
    out += '\n';
}

Sentence checked_sentence(const Verdict& verdict) {
    std::size_t steps = 0;
    for (const Fact& fact : verdict.facts) steps += fact.steps;
    const std::string linked = std::to_string(verdict.headers_linked);
    std::string names;
    for (const std::string& name : verdict.signers) names += (names.empty() ? "" : ", ") + name;
    const std::string count = std::to_string(verdict.signers.size()),
                      n = std::to_string(verdict.members);
    const std::string epoch = std::to_string(verdict.epoch.value),
                      genesis = short_hash(verdict.chain_id);
    Sentence said;
    said.en = "path (" + std::to_string(steps) + " steps) · header" +
              (verdict.headers_linked > 0 ? " and " + linked + " after it" : "") + " · " + count +
              " distinct signatures of the " + n + " members of epoch " + epoch + " (" + names +
              ") · genesis " + genesis;
    said.zh = "路径(" + std::to_string(steps) + " 步)· 区块头" +
              (verdict.headers_linked > 0 ? "及其后 " + linked + " 个" : "") + " · 第 " + epoch +
              " 届 " + n + " 名成员中 " + count + " 名的不同签名(" + names + ")· 创世 " + genesis;
    return said;
}

Sentence age_sentence(const Verdict& verdict, const Question& question) {
    const std::int64_t age = *verdict.age_ms;
    if (age < -kClockAheadMs) {
        const Sentence ahead = say_age(-age);
        return {ahead.en + " in the future of this machine's clock: check the clock",
                "比本机时钟超前 " + ahead.zh + ":请检查本机时钟"};
    }
    const Sentence said = say_age(age < 0 ? 0 : age);
    if (verdict.answer == Answer::stale) {
        return {said.en + ": true then; ask again for today",
                said.zh + ":当时属实;如问今日请重新查询"};
    }
    if (question.at_height) return {said.en + ": true at that height", said.zh + ":在该高度属实"};
    return {said.en, said.zh};
}

std::string invalid_lines(const Verdict& verdict, Tongue tongue) {
    const bool zh = tongue == Tongue::zh;
    std::string out;
    line(out, pick(headline(verdict), tongue), verdict.reason + ": " + verdict.detail);
    line(out, zh ? "含义" : "meaning",
         zh ? "本文件未证明任何事实,请勿据此办理" : "this file proves nothing; do not act on it");
    line(out, zh ? "下一步" : "next   ",
         zh ? "向另一节点重新索取,并核对 genesis 文件"
            : "ask another node for it, and compare the genesis file");
    return out;
}

}  // namespace

Sentence say_age(std::int64_t ms) {
    const auto two = [](std::int64_t a, const char* a_en, const char* a_zh, std::int64_t b,
                        const char* b_en, const char* b_zh) {
        Sentence said{std::to_string(a) + a_en, std::to_string(a) + a_zh};
        if (b != 0) {
            said.en += " " + std::to_string(b) + b_en;
            said.zh += std::to_string(b) + b_zh;
        }
        return said;
    };
    if (ms < kMinute) {
        const std::string seconds =
            std::to_string(ms / kSecond) + "." + std::to_string(ms % kSecond / 100);
        return {seconds + " s", seconds + " 秒"};
    }
    if (ms < kHour) return two(ms / kMinute, " min", "分", ms % kMinute / kSecond, " s", "秒");
    if (ms < kDay) return two(ms / kHour, " h", "小时", ms % kHour / kMinute, " min", "分");
    const std::int64_t days = ms / kDay;
    if (days < 365)
        return two(days, days == 1 ? " day" : " days", "天", ms % kDay / kHour, " h", "小时");
    const std::int64_t years = days / 365, rest = days % 365;
    return two(years, years == 1 ? " year" : " years", "年", rest, rest == 1 ? " day" : " days",
               "天");
}

std::string to_lines(const Verdict& verdict, const Question& question, Tongue tongue) {
    if (verdict.answer == Answer::invalid) return invalid_lines(verdict, tongue);
    const bool zh = tongue == Tongue::zh;
    const std::string place =
        zh ? ",高度 " + grouped(verdict.height.value) + "," + utc(verdict.time)
           : " at height " + grouped(verdict.height.value) + ", " + utc(verdict.time);
    std::string out;
    std::size_t shown = 0;
    for (const Fact& fact : verdict.facts) {
        if (shown == kFactLinesMax) break;
        line(out, pick(headline(verdict), tongue),
             quoted(pick(fact.sentence, tongue), tongue) + place);
        ++shown;
    }
    if (shown < verdict.facts.size()) {
        const std::string rest = grouped(verdict.facts.size() - shown);
        line(
            out, zh ? "其余  " : "more   ",
            zh ? rest + " 项同样核验通过,见 --json" : rest + " more, checked likewise: see --json");
    }
    if (verdict.answer == Answer::other_key) {
        line(out, zh ? "所问  " : "asked  ",
             *question.key + (zh ? ",本文件未涉及" : ", which this file does not speak of"));
    }
    if (verdict.answer == Answer::other_height) {
        const std::string asked = grouped(question.at_height->value);
        line(out, zh ? "所问  " : "asked  ", zh ? "高度 " + asked : "height " + asked);
    }
    line(out, zh ? "已核验" : "checked", pick(checked_sentence(verdict), tongue));
    if (verdict.age_ms)
        line(out, zh ? "时效  " : "age    ", pick(age_sentence(verdict, question), tongue));
    for (const Sentence& limit : verdict.not_shown)
        line(out, zh ? "未证明" : "not shown", pick(limit, tongue));
    return out;
}

json::Value to_json(const Verdict& verdict) {
    json::Value out = json::Object{{"schema", "quanlu.verify/1"},
                                   {"answer", to_text(verdict.answer)},
                                   {"exit", exit_code(verdict)}};
    if (verdict.answer == Answer::invalid) {
        out.set("reason", verdict.reason);
        out.set("detail", verdict.detail);
        return out;
    }
    out.set("as_of", json::Object{{"height", verdict.height.value},
                                  {"time", to_rfc3339(verdict.time)},
                                  {"epoch", verdict.epoch.value},
                                  {"block", to_hex(verdict.block)},
                                  {"state_root", to_hex(verdict.state_root)},
                                  {"log_root", to_hex(verdict.log_root)},
                                  {"chain_id", to_hex(verdict.chain_id)}});
    json::Array facts, signers, limits;
    for (const Fact& fact : verdict.facts) {
        facts.push_back(json::Object{{"key", fact.key},
                                     {"present", fact.present},
                                     {"en", fact.sentence.en},
                                     {"zh", fact.sentence.zh},
                                     {"steps", static_cast<std::int64_t>(fact.steps)}});
    }
    for (const std::string& name : verdict.signers) signers.emplace_back(name);
    for (const Sentence& limit : verdict.not_shown)
        limits.push_back(json::Object{{"en", limit.en}, {"zh", limit.zh}});
    out.set("facts", std::move(facts));
    out.set("signers", std::move(signers));
    out.set("members", static_cast<std::int64_t>(verdict.members));
    out.set("headers_linked", static_cast<std::int64_t>(verdict.headers_linked));
    if (verdict.age_ms) out.set("age_ms", *verdict.age_ms);
    out.set("not_shown", std::move(limits));
    return out;
}

}  // namespace quanlu::proof
