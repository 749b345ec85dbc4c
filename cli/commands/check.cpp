// Looking before money moves: many rights or invoices at one height with one bundle, and a data
// certificate with everything it rests on. What is printed is what the proof shows, never what the
// node says.
#include <algorithm>

#include "cli/command.h"
#include "cli/csv.h"
#include "cli/fingerprint_key.h"
#include "cli/foreign.h"
#include "cli/i18n.h"
#include "cli/numbers.h"
#include "cli/verified.h"
#include "crypto/base/civil_time.h"
#include "ledger/registry/ids/fingerprint.h"
#include "ledger/registry/ids/right_no.h"
#include "ledger/registry/rules/pledge_grounds.h"

namespace quanlu::cli {

namespace {

// One bundle over all `keys`, which the node must answer in this order.
Result<Proven, Failure> fetch_batch(Session& session, const Parsed& parsed,
                                    const json::Value& question,
                                    const std::vector<std::string>& keys) {
    TRY(const Context context, Context::load(session.flags));
    TRY(const chain::Genesis genesis, context.genesis());
    TRY(const std::string node, context.need("node"));
    TRY(const std::string at, at_height_query(parsed));
    HttpRequest request{
        "POST", node + "/v1/collateral-checks" + at, "application/json", json::write(question), {}};
    add_credential(context, "/v1/collateral-checks", request);
    TRY(const HttpAnswer said, session.http.send(request));
    if (said.status != 200) return Err(failure_of_answer(said));
    return verify_batch(said.body, keys, genesis, height_in(request.url), session.flags.no_verify);
}

Status<Failure> write_bundle(const Parsed& parsed, const Proven& proven, Answer& answer) {
    answer.notes.push_back(trust_line(proven));
    if (!parsed.has("--out")) return Unit{};
    TRY_VOID(write_text_file(parsed.get("--out"), proven.bundle_text + "\n"));
    answer.notes.push_back(std::string(say("proof written: ", "证明已写入:")) +
                           parsed.get("--out"));
    return Unit{};
}

// What a pledge of it has to acknowledge.
json::Array to_acknowledge(const json::Value& fields) {
    json::Array out;
    for (const auto& [name, code] : registry::kRisks)
        if (fields.bool_or(name, false)) out.emplace_back(name);
    return out;
}

// What stands against a new pledge of a right on `day`; empty when nothing does.
std::string against(const json::Value& record, const std::string& day) {
    const json::Value& enc = object_in(record, "enc");
    std::string found;
    const auto add = [&found](const std::string& what) {
        found += (found.empty() ? "" : "; ") + what;
    };
    for (const json::Value& one : array_in(enc, "pledges"))
        add(std::string(say("pledged ", "已质押 ")) + std::string(one.string_or("id", "")));
    for (const json::Value& one : array_in(enc, "freezes"))
        add(std::string(say("frozen ", "已查封 ")) + std::string(one.string_or("id", "")));
    if (const json::Value* pool = enc.find("pool"))
        add(std::string(say("in pool ", "已入池 ")) + std::string(pool->string_or("id", "")));
    for (const json::Value& one : array_in(record, "objections"))
        add(std::string(say("objection ", "异议 ")) + std::string(one.string_or("id", "")) + " " +
            std::string(one.string_or("ground", "")));
    if (record.find("register_mismatch") != nullptr)
        add(std::string(say("differs from the statutory register", "与法定登记簿不一致")));
    if (const json::Value* held = enc.find("reservation"))
        add(std::string(say("reserved ", "在先受理 ")) +
            std::string(held->string_or("pledge", "")));
    for (const registry::EntryGround ground :
         {registry::entry_status, registry::entry_fee, registry::entry_dispute}) {
        const auto refusal =
            ground(std::string(record.string_or("id", "")), object_in(record, "fields"), day);
        if (!refusal) continue;
        const Failure why = failure_of(refusal->code, refusal->facts);
        add(why.code + " " + std::string(say(why.en, why.zh)));
    }
    return found;
}

Result<Answer, Failure> right_check(Session& session, const Parsed& parsed) {
    std::vector<std::string> numbers = parsed.list("NUMBER");
    if (parsed.has("--batch")) {
        TRY(const std::vector<CsvRow> rows, read_csv(parsed.get("--batch"), {"right_no"}));
        for (const CsvRow& row : rows) {
            if (!registry::guess_right_key(row.at("right_no")))
                return Err(bad_cell(parsed.get("--batch"), row.line, "right_no",
                                    "E_BAD_RIGHT_NO " + row.at("right_no")));
            numbers.push_back(row.at("right_no"));
        }
    }
    if (numbers.empty() || numbers.size() > proof::kBatchMax)
        return Err(usage_error("1 to 1000 rights at a time", "每次 1 至 1000 项权利",
                               "quanlu right check NUMBER..., or --batch FILE.csv",
                               "quanlu right check 编号… 或 --batch 文件.csv"));
    json::Array asked;
    std::vector<std::string> keys;
    for (const std::string& number : numbers) {
        const auto key = registry::guess_right_key(number);
        if (!key)
            return Err(failure_of(chain::Code::E_BAD_RIGHT_NO, json::Object{{"right_no", number}}));
        if (std::find(keys.begin(), keys.end(), "right/" + *key) != keys.end())
            return Err(usage_error(number + " is there twice", number + " 重复"));
        asked.emplace_back(number);
        keys.push_back("right/" + *key);
    }
    TRY(const Proven proven,
        fetch_batch(session, parsed, json::Object{{"rights", std::move(asked)}}, keys));
    Answer answer;
    answer.schema = "quanlu.right.check/1";
    set_trust(answer, proven);
    answer.table = Table{{std::string(say("right", "权利")), std::string(say("answer", "结论")),
                          std::string(say("holders", "权利人"))},
                         {}};
    json::Array rows;
    // By the ledger's time, not this machine's: the same proof gives the same answer.
    const UnixMillis then = proven.verified ? proven.verdict.time : UnixMillis{now_ms()};
    const std::string day = to_text(shanghai_date(then));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const auto& value = proven.bundle.items[i].value;
        const std::string why = value ? against(*value, day) : std::string();
        const bool is_free = value && why.empty();
        std::string holders;
        if (value) {
            for (const json::Value& one : array_in(object_in(*value, "fields"), "holders"))
                holders += (holders.empty() ? "" : ", ") + std::string(one.string_or("party", ""));
        }
        json::Array risks = value ? to_acknowledge(object_in(*value, "fields")) : json::Array{};
        std::string text =
            !value ? std::string(say("not on the ledger", "账本上不存在")) + absence_mark(proven)
            : is_free
                ? std::string(say("free: no pledge, freeze or pool", "无负担:无质押、查封、入池"))
                : why;
        for (const json::Value& one : risks)
            text += std::string(say("; to be acknowledged: ", ";须确认:")) + one.as_string();
        if (!is_free) answer.exit = Exit::no;
        rows.push_back(json::Object{{"right_no", numbers[i]},
                                    {"on_ledger", value.has_value()},
                                    {"free", is_free},
                                    {"against", why},
                                    {"to_acknowledge", std::move(risks)}});
        answer.table->rows.push_back({numbers[i], text, holders});
        answer.ids.push_back(numbers[i]);
    }
    answer.data = std::move(rows);
    TRY_VOID(write_bundle(parsed, proven, answer));
    return answer;
}

const std::vector<std::string>& invoice_columns() {
    static const std::vector<std::string> columns = {
        "country", "number_form", "number", "seller", "buyer", "date", "currency", "amount_minor"};
    return columns;
}

Result<std::vector<registry::Fingerprints>, Failure> fingerprints_of_rows(
    const std::string& path, const std::vector<CsvRow>& rows, BytesView key) {
    std::vector<registry::Fingerprints> prints;
    for (const CsvRow& row : rows) {
        registry::Invoice invoice{row.at("country"),  row.at("number_form"), row.at("number"),
                                  row.at("seller"),   row.at("buyer"),       row.at("date"),
                                  row.at("currency"), row.at("amount_minor")};
        const auto made = registry::fingerprints_of(invoice, key);
        if (!made)
            return Err(bad_cell(path, row.line,
                                registry::is_invoice_number(invoice.number_form, invoice.number)
                                    ? "number, seller, buyer, date, currency or amount_minor"
                                    : "number",
                                "not in the form that has one spelling (DOMAIN E.6)"));
        prints.push_back(*made);
    }
    return prints;
}

// What a lender may learn: hit or not, financed or not, since which month. Never who.
std::string invoice_answer(const Proven& proven, const std::optional<json::Value>& value,
                           bool& is_financed) {
    is_financed = false;
    if (!value) return std::string(say("no hit", "无命中")) + absence_mark(proven);
    std::string month;
    for (const json::Value& one : array_in(*value, "registrations")) {
        if (one.string_or("status", "") == "financed") month = one.string_or("month", "");
    }
    is_financed = value->bool_or("financed", false);
    if (is_financed) return std::string(say("financed already, since ", "已融资,自 ")) + month;
    return std::string(say("registered by a bank, not financed", "已有银行登记,未融资"));
}

Result<Answer, Failure> invoice_check(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    std::string key_path = parsed.get("--fingerprint-key");
    if (key_path.empty()) {
        TRY(key_path, context.need("fingerprint_key"));
    }
    TRY(const Bytes key, read_fingerprint_key(key_path));
    const std::string path = parsed.get("--batch");
    TRY(const std::vector<CsvRow> rows, read_csv(path, invoice_columns()));
    if (rows.empty() || rows.size() > proof::kBatchMax)
        return Err(usage_error("1 to 1000 invoices at a time", "每次 1 至 1000 张发票"));
    TRY(const std::vector<registry::Fingerprints> prints, fingerprints_of_rows(path, rows, key));
    json::Array asked;
    std::vector<std::string> keys;
    for (const registry::Fingerprints& one : prints) {
        asked.emplace_back(one.exact);
        keys.push_back("invfp/" + one.exact);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (keys[i] == keys[j])
                return Err(bad_cell(path, rows[i].line, "number",
                                    "the same invoice as in line " + std::to_string(rows[j].line)));
        }
    }
    TRY(const Proven proven,
        fetch_batch(session, parsed, json::Object{{"fingerprints", std::move(asked)}}, keys));
    Answer answer;
    answer.schema = "quanlu.invoice.check/1";
    set_trust(answer, proven);
    answer.table = Table{{std::string(say("line", "行")), std::string(say("number", "发票号码")),
                          std::string(say("answer", "结论"))},
                         {}};
    json::Array out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        bool is_financed = false;
        const std::string text = invoice_answer(proven, proven.bundle.items[i].value, is_financed);
        if (is_financed) answer.exit = Exit::no;
        out.push_back(json::Object{{"line", rows[i].line},
                                   {"fingerprint", prints[i].exact},
                                   {"hit", proven.bundle.items[i].value.has_value()},
                                   {"financed", is_financed}});
        answer.table->rows.push_back({std::to_string(rows[i].line), rows[i].at("number"), text});
        answer.ids.push_back(prints[i].exact);
    }
    answer.data = std::move(out);
    TRY_VOID(write_bundle(parsed, proven, answer));
    return answer;
}

// Why a certificate does not hold today; empty when it does.
std::string flaw_of(const std::optional<json::Value>& record, const std::string& today) {
    if (!record) return std::string(say("not on the ledger", "账本上不存在"));
    const std::string state(record->string_or("state", ""));
    if (state != "issued" && state != "renewed") return state;
    const json::Value& fields = object_in(*record, "fields");
    if (fields.string_or("valid_from", "") > today)
        return std::string(say("not valid before ", "尚未生效,始于 ")) +
               std::string(fields.string_or("valid_from", ""));
    if (fields.string_or("valid_to", "") < today)
        return std::string(say("ended on ", "已届满于 ")) +
               std::string(fields.string_or("valid_to", ""));
    return {};
}

constexpr std::int64_t kCertificatesMax = 200;

// The certificate and all that it rests on, each proven live.
Result<Answer, Failure> cert_verify(Session& session, const Parsed& parsed) {
    TRY(const Context context, Context::load(session.flags));
    const std::string today = to_text(shanghai_date(UnixMillis{now_ms()}));
    Answer answer;
    answer.schema = "quanlu.cert.verify/1";
    answer.verified = true;
    answer.table = Table{{std::string(say("certificate", "证书")), std::string(say("kind", "类别")),
                          std::string(say("until", "有效至")), std::string(say("answer", "结论"))},
                         {}};
    json::Array rows;
    std::vector<std::string> waiting{parsed.get("ID")};
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (i == kCertificatesMax)
            return Err(Failure{
                Exit::trust, "too_many", "it rests on more certificates than are verified at once",
                "所依据的证书超过单次核验上限", json::Object{{"most", kCertificatesMax}},
                "verify the certificates that it names one by one", "请逐一核验其所引用的证书"});
        const std::string id = waiting[i];
        TRY(const Proven proven,
            fetch_proven(session, context, "/v1/certificates/" + url_encode(id), "cert/" + id));
        if (i == 0) {
            answer.as_of = proven.as_of;
            answer.notes.push_back(trust_line(proven));
        }
        answer.verified = *answer.verified && proven.verified;
        answer.is_stale = answer.is_stale || proven.is_stale;
        // Whoever answers could say anything of a certificate: a word is no verification.
        const bool is_word = !proven.verified && !session.flags.no_verify;
        const std::string flaw =
            is_word ? std::string(say("not proven to this party", "未向本方提供证明"))
                    : flaw_of(proven.value, today);
        // What is proven not to hold outweighs what is not proven.
        if (!flaw.empty() && (answer.exit == Exit::done || !is_word))
            answer.exit = is_word                   ? Exit::trust
                          : i == 0 && !proven.value ? Exit::not_found
                                                    : Exit::no;
        const json::Value none;
        const json::Value& fields = proven.value ? object_in(*proven.value, "fields") : none;
        answer.table->rows.push_back({id, std::string(fields.string_or("certificate_kind", "")),
                                      std::string(fields.string_or("valid_to", "")),
                                      flaw.empty() ? std::string(say("holds", "有效")) : flaw});
        rows.push_back(json::Object{{"id", id}, {"holds", flaw.empty()}, {"flaw", flaw}});
        if (is_word) continue;
        for (const char* name : {"transaction_ref", "scenario_ref"}) {
            const std::string next(fields.string_or(name, ""));
            if (!next.empty() && std::find(waiting.begin(), waiting.end(), next) == waiting.end())
                waiting.push_back(next);
        }
        for (const json::Value& one : array_in(fields, "entity_refs"))
            if (one.is_string() &&
                std::find(waiting.begin(), waiting.end(), one.as_string()) == waiting.end())
                waiting.push_back(one.as_string());
    }
    answer.data = std::move(rows);
    answer.ids = std::move(waiting);
    return answer;
}

}  // namespace

void add_check_commands(std::vector<Command>& commands) {
    const Option out{"--out", "write the proof bundle", "写出证明文件", Option::Kind::value, false,
                     ""};
    const Option at{"--at-height",
                    "as it stood at this height",
                    "该高度时的状态",
                    Option::Kind::value,
                    false,
                    ""};
    commands.push_back(
        {{"right", "check"},
         "may these rights be pledged? one proof for all; exit 1 when one is not free",
         "核查权利上的负担(一份证明;有负担时退出码 1)",
         "quanlu right check ZL202230000017.2 --out proof.json",
         {{"NUMBER", "right numbers", "权利号", Option::Kind::many, false, ""},
          {"--batch", "CSV with the column right_no", "CSV 文件,列 right_no", Option::Kind::value,
           false, ""},
          at,
          out},
         right_check});
    commands.push_back(
        {{"invoice", "check"},
         "financed elsewhere? fingerprints are made here, the invoices stay here; exit 1 on a hit",
         "查询是否重复融资(指纹在本机计算,票面不出本机;命中时退出码 1)",
         "quanlu invoice check --batch invoices.csv",
         {{"--batch", "CSV: country,number_form,number,seller,buyer,date,currency,amount_minor",
           "CSV 文件,列 country,number_form,number,seller,buyer,date,currency,amount_minor",
           Option::Kind::value, true, ""},
          {"--fingerprint-key", "the banks' key of this epoch", "本期指纹密钥", Option::Kind::value,
           false, ""},
          at,
          out},
         invoice_check});
    commands.push_back(
        {{"cert", "verify"},
         "a data certificate and all it rests on, each proven; exit 1 when one fails",
         "核验数据证书及其全部依据(任一无效时退出码 1)",
         "quanlu cert verify DI-330108-20261120-00000001-C",
         {{"ID", "certificate", "证书编号", Option::Kind::value, true, ""}},
         cert_verify});
}

}  // namespace quanlu::cli
