// What people hand to the command line: flags, tables, e-invoices, bodies in JSON and TOML,
// contexts.
#include <fcntl.h>
#include <libxml/xmlerror.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "cli/command.h"
#include "cli/commands/batch.h"
#include "cli/csv.h"
#include "cli/einvoice/einvoice.h"
#include "cli/seal.h"
#include "crypto/base/encode.h"
#include "crypto/base/text.h"
#include "crypto/sealed.h"
#include "ledger/registry/record_type.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/world.h"
#include "tests/include/forms.h"

namespace quanlu::fuzz {

namespace {

bool is_house_json(const json::Value& value) {
    const std::string text = json::write(value);
    const auto read = json::parse(text, text.size());
    return read.ok() && *read == value;
}

void is_failure(const cli::Failure& failure) {
    must(!failure.code.empty() && !failure.en.empty() && !failure.zh.empty() &&
             failure.facts.is_object(),
         "command line: a failure has a code, words and facts");
}

std::string quoted(const std::string& cell) {
    std::string out = "\"";
    for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

// What the XML library would print.
void count_words(void* count, const char*, ...) {
    ++*static_cast<std::uint64_t*>(count);
}

const registry::Fields& body_fields(const char* type, const char* verb) {
    return *registry::find_verb(*registry::find_record_type(type), verb)->body;
}

}  // namespace

void fuzz_csv(Input input) {
    const std::vector<std::string> columns = {"a", "b"}, optional = {"c"};
    const std::string text = text_of(input);
    const auto rows = cli::parse_csv("t.csv", text, columns, optional);
    if (!rows.ok()) return is_failure(rows.error());
    if (!rows->empty()) accepted();
    std::string again = "a,b,c\n";
    std::size_t line = 0;
    for (const cli::CsvRow& row : *rows) {
        must(row.line > line, "csv: lines ascend");
        line = row.line;
        must(row.cells.contains("a") && row.cells.contains("b"), "csv: every column in every row");
        const auto c = row.cells.find("c");
        again += quoted(row.at("a")) + "," + quoted(row.at("b")) + "," +
                 quoted(c == row.cells.end() ? "" : c->second) + "\r\n";
    }
    const auto read = cli::parse_csv("t.csv", again, columns, optional);
    must(read.ok() && read->size() == rows->size(), "csv: what is quoted anew is read");
    for (std::size_t i = 0; i < rows->size(); ++i) {
        must(read->at(i).at("a") == rows->at(i).at("a") &&
                 read->at(i).at("b") == rows->at(i).at("b"),
             "csv: what is quoted anew says the same");
    }
}

void seed_csv(Seeds& seeds) {
    seeds.add("plain", "a,b\n1,2\n3,4\n");
    seeds.add("quoted",
              "\xEF\xBB\xBF"
              "b,a,c\r\n\"x,\"\"y\"\"\n\",权录,\r\n\r\n1,2,3");
    seeds.add("open", "a,b\n\"1,2\n");
    seeds.add("wide", "a,b\n1,2,3\n");
}

// The first line names the columns by number, the next are cells: as a row of a table of acts.
void fuzz_batch_cells(Input input) {
    static const registry::Fields* const kFields[] = {
        &body_fields("pledge", "draft"), &body_fields("right", "register"),
        &body_fields("invoice", "register_fingerprint")};
    const Moded in = moded(input);
    const registry::Fields& fields = *kFields[in.mode % 3];
    std::map<std::string, std::string> cells;
    Reader rest(in.rest);
    while (rest.ok() && rest.left() > 2) {
        const std::size_t field = rest.u8() % fields.size();
        cells[std::string(fields[field].name)] =
            std::string(as_text(rest.raw(std::min<std::size_t>(rest.u8(), rest.left()))));
    }
    const auto body = cli::body_of_cells(cells, fields);
    if (!body.ok()) {
        must(!body.error().field.empty(), "cells: a refusal names its column");
        return;
    }
    const auto checked = registry::check_fields(*body, fields);
    if (checked.ok()) accepted();
    must(is_house_json(*body), "cells: a body is JSON of the house profile");
}

void seed_batch_cells(Seeds& seeds) {
    const json::Value bodies[] = {
        forms::pledge("firm-0", "bank", "patent:2021100000001", "2026-11-20"),
        forms::patent(1, "firm-0", "2026-11-20"),
        forms::invoice("firm-0", "firm-1", std::string(64, 'a'), std::string(64, 'b'))};
    const char* const verbs[][2] = {
        {"pledge", "draft"}, {"right", "register"}, {"invoice", "register_fingerprint"}};
    for (std::uint8_t which = 0; which < 3; ++which) {
        const registry::Fields& fields = body_fields(verbs[which][0], verbs[which][1]);
        Bytes row;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const json::Value* value = bodies[which].find(fields[i].name);
            if (value == nullptr) continue;
            const std::string cell = value->is_string() ? value->as_string() : json::write(*value);
            row.push_back(static_cast<std::uint8_t>(i));
            row.push_back(static_cast<std::uint8_t>(cell.size()));
            append(row, as_bytes(cell));
        }
        seeds.add_mode("row-" + std::to_string(which), which, row);
    }
    Bytes lists;
    for (std::size_t i = 0; i < body_fields("right", "register").size(); ++i) {
        lists.push_back(static_cast<std::uint8_t>(i));
        lists.push_back(9);
        append(lists, as_bytes("a:1;b:2;c"));
    }
    seeds.add_mode("lists", 1, lists);
}

void fuzz_einvoice(Input input) {
    static std::uint64_t said = 0;
    xmlSetGenericErrorFunc(&said, count_words);
    said = 0;
    const auto read = cli::read_einvoice(text_of(input));
    must(said == 0, "e-invoice: the XML library says nothing on its own");
    if (!read.ok()) {
        must(!read.error().reason.empty(), "e-invoice: a refusal has a reason");
        return;
    }
    accepted();
    const registry::Invoice& facts = read->facts;
    must(registry::exact_form(facts) && registry::economic_form(facts),
         "e-invoice: what is read has a fingerprint");
    must(read->syntax == "ubl" || read->syntax == "cii", "e-invoice: one of two syntaxes");
    must(is_utf8(read->seller_name) && is_utf8(read->buyer_name), "e-invoice: names are UTF-8");
    must(text_of(input).find("<!DOCTYPE") == std::string::npos, "e-invoice: no document type");
}

void seed_einvoice(Seeds& seeds) {
    const auto party = [](const std::string& kind, const std::string& vat, const std::string& at) {
        return "<cac:" + kind + "><cac:Party><cac:PostalAddress><cac:Country>" +
               "<cbc:IdentificationCode>" + at + "</cbc:IdentificationCode></cac:Country>" +
               "</cac:PostalAddress><cac:PartyTaxScheme><cbc:CompanyID>" + vat +
               "</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>" +
               "</cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>" + kind +
               "</cbc:RegistrationName><cbc:CompanyID>R-1</cbc:CompanyID>" +
               "</cac:PartyLegalEntity></cac:Party></cac:" + kind + ">";
    };
    const std::string spaces =
        "xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" "
        "xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">";
    const std::string ubl =
        "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" " + spaces +
        "<cbc:ID> inv 7/a </cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate>"
        "<cbc:DueDate>2027-01-20</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"
        "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>" +
        party("AccountingSupplierParty", "de 111", "DE") +
        party("AccountingCustomerParty", "FR222", "FR") +
        "<cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID=\"EUR\">1234.50"
        "</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal></Invoice>";
    const auto trade = [](const std::string& kind, const std::string& vat, const std::string& at) {
        return "<ram:" + kind + "><ram:Name>" + kind + "</ram:Name><ram:PostalTradeAddress>" +
               "<ram:CountryID>" + at + "</ram:CountryID></ram:PostalTradeAddress>" +
               "<ram:SpecifiedTaxRegistration><ram:ID schemeID=\"VA\">" + vat +
               "</ram:ID></ram:SpecifiedTaxRegistration></ram:" + kind + ">";
    };
    const std::string cii =
        "<rsm:CrossIndustryInvoice "
        "xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\" "
        "xmlns:ram=\"urn:un:unece:uncefact:data:standard:"
        "ReusableAggregateBusinessInformationEntity:100\" "
        "xmlns:udt=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100\">"
        "<rsm:ExchangedDocument><ram:ID>INV 7/A</ram:ID><ram:TypeCode>380</ram:TypeCode>"
        "<ram:IssueDateTime><udt:DateTimeString format=\"102\">20261120</udt:DateTimeString>"
        "</ram:IssueDateTime></rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>"
        "<ram:ApplicableHeaderTradeAgreement>" +
        trade("SellerTradeParty", "DE111", "DE") + trade("BuyerTradeParty", "FR222", "FR") +
        "</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeSettlement>"
        "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>1234.5"
        "</ram:GrandTotalAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        "</ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction>"
        "</rsm:CrossIndustryInvoice>";
    seeds.add("ubl", ubl);
    seeds.add("cii", cii);
    seeds.add("dtd", "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;\">]><a>&d;</a>");
    seeds.add("credit",
              "<CreditNote "
              "xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2\"/>");
}

// Mode 1: TOML, else JSON; the body a person wrote, with its sealed fields closed.
void fuzz_body_file(Input input) {
    const Moded in = moded(input);
    const std::string name = in.mode % 2 == 1 ? "body.toml" : "body.json";
    write_scratch(name, in.rest);
    const auto body = cli::read_body(scratch() + "/" + name);
    if (!body.ok()) return is_failure(body.error());
    accepted();
    must(is_house_json(*body), "body: what is read is JSON of the house profile");
    if (!body->is_object()) return;
    const registry::Fields& fields = body_fields("pledge", "draft");
    const cli::Sealed sealed = cli::seal(*body, fields);
    for (const json::Value& one : sealed.disclosures) {
        const auto opened = crypto::parse_disclosure(one.as_string());
        must(opened.has_value(), "body: what is sealed can be opened");
        const json::Value* held = sealed.body.find(opened->name);
        must(held != nullptr &&
                 held->string_or("_sd", "") == crypto::disclosure_digest(one.as_string()) &&
                 body->find(opened->name) != nullptr && *body->find(opened->name) == opened->value,
             "body: a disclosure opens its field");
    }
    (void)registry::check_fields(sealed.body, fields);
}

void seed_body_file(Seeds& seeds) {
    seeds.add_mode(
        "json", 0,
        as_bytes(json::write(forms::pledge("firm-0", "bank", "patent:1", "2026-11-20"))));
    seeds.add_mode(
        "toml", 1,
        as_bytes("pledge_kind = \"specific\"\npledgors = [\"firm-0\"]\npledgees = ['bank']\n"
                 "main_contract_no = \"HT-2026-001\"\nsecured_amount = 100_000\nright_count = 1\n"
                 "debt_from = 2026-11-20\ndebt_due = \"2030-01-01\"\nflag = true\n"
                 "[extra.deep]\nlist = [1, [2, {a = \"b\"}]]\n"));
    seeds.add_mode("toml-kinds", 1,
                   as_bytes("a = 0x1F\nb = \"\"\"x\ny\"\"\"\nc = 2026-11-20T10:00:00Z\nd = 1.5\n"));
}

void fuzz_contexts(Input input) {
    write_scratch("contexts.toml", input);
    cli::Flags flags;
    flags.config = scratch() + "/contexts.toml";
    for (const char* chosen : {"", "office"}) {
        flags.context = chosen;
        const auto context = cli::Context::load(flags);
        if (!context.ok()) {
            is_failure(context.error());
            continue;
        }
        if (!context->names().empty()) accepted();
        must(context->find("node") != nullptr && context->need("node").ok(),
             "contexts: there is always a node to ask");
        for (const auto& [name, setting] : context->all())
            must(!setting.origin.empty(), "contexts: every setting says where it is from");
    }
}

void seed_contexts(Seeds& seeds) {
    seeds.add("two",
              "current = \"office\"\n[context.office]\nnode = \"http://127.0.0.1:7180\"\n"
              "genesis = \"/g.json\"\nparty = \"ipo-yuhang\"\nkey = \"/k.pem\"\n"
              "passphrase_file = \"/p\"\n[context.bank]\nfingerprint_key = \"/f\"\n");
    seeds.add("none", "current = 3\ncontext = []\n");
}

namespace {

// Standard output and error go nowhere while a command line is read, but for QUANLU_FUZZ_LOUD=1.
class Quiet {
public:
    Quiet() { turn(nowhere_, nowhere_); }
    ~Quiet() { turn(out_, err_); }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

private:
    static int kept(int fd) { return std::getenv("QUANLU_FUZZ_LOUD") != nullptr ? -1 : dup(fd); }
    static void turn(int out, int err) {
        if (out_ < 0) return;
        std::fflush(stdout);
        std::fflush(stderr);
        dup2(out, 1);
        dup2(err, 2);
    }
    // Opened once for all runs.
    static inline const int out_ = kept(1), err_ = kept(2),
                            nowhere_ = open("/dev/null", O_WRONLY | O_CLOEXEC);
};

}  // namespace

// One word a line. No command is ever run: the words end with a format that does not exist, twice,
// so that it is refused even when the option before takes the first for its value. Words that ask
// for completion are pure and pass as they are.
void fuzz_cli_flags(Input input) {
    std::vector<std::string> words{"quanlu"};
    std::string word;
    for (const char c : text_of(input)) {
        if (c == '\0') continue;
        if (c != '\n') {
            word += c;
            continue;
        }
        if (word != "--") words.push_back(word);
        word.clear();
    }
    if (!word.empty() && word != "--") words.push_back(word);
    if (words.size() > 64) return;
    const bool completes = words.size() > 1 && words[1] == "__complete";
    if (!completes) {
        words.emplace_back("--output=none-such");
        words.emplace_back("--output=none-such");
    }
    std::vector<char*> argv;
    for (std::string& one : words) argv.push_back(one.data());
    argv.push_back(nullptr);
    int exit = 0;
    {
        const Quiet quiet;
        exit = cli::run_app(static_cast<int>(words.size()), argv.data());
    }
    // 0: completion, help or version; 2: usage.
    must(exit == 0 || exit == 2, "flags: a command line that is wrong is refused as such");
    if (exit == 0) accepted();
}

void seed_cli_flags(Seeds& seeds) {
    for (const char* text :
         {"right\nshow\nZL202110123456.7", "pledge\nlist\n--right\nZL202110123456.7\n-o\njson",
          "pledge\nregister\nPL-1\n--file\nx.toml\n--lang=zh", "--help", "--version",
          "invoice\ncheck\n--batch\nx.csv\n--node=http://a:1", "__complete\npledge\nre",
          "plegde\nshow", "proof\nget\nright/patent:1\n--out\nf\n--at-height\n3",
          "errors\nE_ALREADY_PLEDGED", "-q\n--yes\n--no-input\nkey\nshow\nf"})
        seeds.add("words-" + std::to_string(seeds.list().size()), std::string_view(text));
}

void fuzz_url(Input input) {
    const std::string text = text_of(input);
    const std::string encoded_text = cli::url_encode(text);
    must(is_ascii(encoded_text) && cli::url_decode(encoded_text) == text, "url: text comes back");
    (void)cli::url_decode(text);
    for (const int digits : {0, 2, 3}) {
        const auto minor = cli::to_minor_units(text, digits);
        if (!minor.ok()) continue;
        accepted();
        must(!minor->empty() && minor->size() <= 15 && minor->front() != '0' &&
                 minor->find_first_not_of("0123456789") == std::string::npos,
             "amount: whole minor units above zero");
    }
}

void seed_url(Seeds& seeds) {
    seeds.add("path", "/v1/proofs?key=right/patent:1 权录%41");
    seeds.add("amount", "1234.50");
    seeds.add("small", "0.001");
    seeds.add("zeros", "000100.000000");
}

}  // namespace quanlu::fuzz
