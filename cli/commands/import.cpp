// quanlu invoice import: e-invoices (UBL, CII) into the table that invoice check reads. The files
// and what they say stay on this machine.
#include <algorithm>
#include <map>

#include "cli/command.h"
#include "cli/csv.h"
#include "cli/einvoice/einvoice.h"
#include "cli/fingerprint_key.h"
#include "cli/i18n.h"

namespace quanlu::cli {

namespace {

constexpr std::size_t kFilesMax = 1'000;  // as many as one check takes

std::string reason_text(const EInvoiceRefusal& refusal) {
    struct Text {
        std::string_view reason, en, zh;
    };
    static constexpr Text kTexts[] = {
        {"not_xml", "not a well-formed XML document", "不是格式良好的 XML"},
        {"dtd", "a document type definition is not read", "不接受文档类型定义"},
        {"syntax", "neither UBL 2.1 nor CII", "既非 UBL 2.1 也非 CII"},
        {"credit_note", "no claim for payment: a credit note or a correction",
         "不是付款请求权:贷项通知或更正"},
        {"missing", "a term that the fingerprint needs is missing", "缺少指纹所需要素"},
        {"amount", "no total that can be financed", "总额不可融资"},
        {"form", "not in the form that has one spelling", "要素格式不唯一"}};
    std::string out;
    for (const Text& one : kTexts) {
        if (one.reason == refusal.reason) out = std::string(say(one.en, one.zh));
    }
    if (!refusal.term.empty()) out += " (" + refusal.term + ")";
    if (!refusal.found.empty()) out += ": " + refusal.found;
    return out;
}

std::string csv_line(const registry::Invoice& one) {
    std::string line;
    for (const std::string* cell : {&one.country, &one.number_form, &one.number, &one.seller_id,
                                    &one.buyer_id, &one.date, &one.ccy, &one.amount_minor})
        line += (line.empty() ? "" : ",") + csv_cell(*cell);
    return line + "\n";
}

Result<Answer, Failure> invoice_import(Session& session, const Parsed& parsed) {
    const std::vector<std::string> files = parsed.list("FILE");
    if (files.empty() || files.size() > kFilesMax)
        return Err(usage_error("1 to 1000 files at a time", "每次 1 至 1000 个文件"));
    Bytes key;
    if (const std::string path = parsed.get("--fingerprint-key"); !path.empty()) {
        TRY(key, read_fingerprint_key(path));
    }
    Answer answer;
    answer.schema = "quanlu.invoice.import/1";
    answer.table = Table{{std::string(say("file", "文件")), std::string(say("number", "发票号码")),
                          std::string(say("seller", "卖方")), std::string(say("buyer", "买方")),
                          std::string(say("date", "日期")), std::string(say("total", "价税合计")),
                          std::string(say("answer", "结论"))},
                         {}};
    json::Array rows;
    std::string csv = "country,number_form,number,seller,buyer,date,currency,amount_minor\n";
    std::map<std::string, std::string> first_file;  // by exact form
    Progress progress(session.output.quiet);
    for (std::size_t i = 0; i < files.size(); ++i) {
        progress.show(std::to_string(i) + "/" + std::to_string(files.size()) + " " + files[i]);
        TRY(const std::string text, read_text_file(files[i], kEInvoiceBytesMax));
        auto read = read_einvoice(text);
        if (read.ok()) {
            const auto [held, is_new] =
                first_file.emplace(*registry::exact_form(read->facts), files[i]);
            if (!is_new)
                read = Err(EInvoiceRefusal{"form", "", "the same invoice as " + held->second});
        }
        if (!read.ok()) {
            const EInvoiceRefusal& refusal = read.error();
            answer.exit = Exit::no;
            answer.table->rows.push_back({files[i], "", "", "", "", "", reason_text(refusal)});
            rows.push_back(json::Object{{"file", files[i]},
                                        {"imported", false},
                                        {"reason", refusal.reason},
                                        {"term", refusal.term},
                                        {"found", refusal.found}});
            continue;
        }
        const registry::Invoice& facts = read->facts;
        csv += csv_line(facts);
        answer.table->rows.push_back({files[i], facts.number, facts.seller_id, facts.buyer_id,
                                      facts.date, facts.ccy + " " + facts.amount_minor,
                                      read->syntax});
        json::Value row = json::Object{{"file", files[i]},
                                       {"imported", true},
                                       {"syntax", read->syntax},
                                       {"type_code", read->type_code},
                                       {"number_form", facts.number_form},
                                       {"number", facts.number},
                                       {"country", facts.country},
                                       {"seller", facts.seller_id},
                                       {"seller_name", read->seller_name},
                                       {"buyer", facts.buyer_id},
                                       {"buyer_name", read->buyer_name},
                                       {"date", facts.date},
                                       {"due_date", read->due_date},
                                       {"currency", facts.ccy},
                                       {"amount_minor", facts.amount_minor}};
        if (!key.empty()) {
            const auto prints = registry::fingerprints_of(facts, key);
            row.set("fp_exact", prints->exact);
            row.set("fp_economic", prints->economic);
        }
        rows.push_back(std::move(row));
        answer.ids.push_back(facts.number);
    }
    answer.data = std::move(rows);
    if (const std::string out = parsed.get("--out"); !out.empty()) {
        if (answer.exit == Exit::done) {
            TRY_VOID(write_text_file(out, csv));
            answer.notes.push_back(std::string(say("written: ", "已写入:")) + out +
                                   std::string(say("; next: quanlu invoice check --batch ",
                                                   ";下一步:quanlu invoice check --batch ")) +
                                   out);
        } else {
            answer.notes.push_back(std::string(
                say("nothing written: take out the files that were refused, then repeat",
                    "未写入:请移除被拒文件后重试")));
        }
    }
    return answer;
}

}  // namespace

void add_import_commands(std::vector<Command>& commands) {
    commands.push_back(
        {{"invoice", "import"},
         "read e-invoices (UBL 2.1, CII) into the table that invoice check takes",
         "读取电子发票(UBL 2.1、CII),生成 invoice check 所用表格",
         "quanlu invoice import *.xml --out invoices.csv",
         {{"FILE", "e-invoices", "电子发票文件", Option::Kind::many, true, ""},
          {"--out", "CSV for invoice check --batch; only when every file was read",
           "写出 CSV(全部读取成功时)", Option::Kind::value, false, ""},
          {"--fingerprint-key", "show the fingerprints under the banks' key of this epoch",
           "以本期指纹密钥计算指纹", Option::Kind::value, false, ""}},
         invoice_import});
}

}  // namespace quanlu::cli
