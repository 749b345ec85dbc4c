// The one file that knows libxml2. A document is read once into a tree, asked by path, and freed.
#include "cli/einvoice/einvoice.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <memory>
#include <optional>

#include "crypto/base/civil_time.h"
#include "ledger/registry/ids/ascii.h"
#include "ledger/registry/ids/currency.h"
#include "ledger/registry/record_type.h"

namespace quanlu::cli {

namespace {

// Claims for payment (UNTDID 1001): invoice, partial, corrected, prepayment, tax, factored. Credit
// notes and the like are not.
constexpr std::string_view kClaimTypes = "326|380|383|386|388|393";

using Doc = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;
using Context = std::unique_ptr<xmlXPathContext, decltype(&xmlXPathFreeContext)>;
using Object = std::unique_ptr<xmlXPathObject, decltype(&xmlXPathFreeObject)>;

const xmlChar* xml(const char* text) {
    return reinterpret_cast<const xmlChar*>(text);
}

// Text as people mean it: no blanks around it.
std::string trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const std::size_t from = text.find_first_not_of(kBlank);
    if (from == std::string_view::npos) return {};
    return std::string(text.substr(from, text.find_last_not_of(kBlank) - from + 1));
}

// The library prints some errors however it is asked not to; ours are said by the caller.
void say_nothing(void*, const char*, ...) {}

class Document {
public:
    explicit Document(std::string_view text)
        : doc_(xmlReadMemory(text.data(), static_cast<int>(text.size()), "invoice", nullptr,
                             XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING),
               &xmlFreeDoc),
          context_(doc_ ? xmlXPathNewContext(doc_.get()) : nullptr, &xmlXPathFreeContext) {
        if (!context_) return;
        constexpr const char* kSpaces[][2] = {
            {"ubl", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"},
            {"cn", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"},
            {"cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"},
            {"cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"},
            {"rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"},
            {"ram",
             "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"},
            {"udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"}};
        for (const auto& [prefix, space] : kSpaces)
            xmlXPathRegisterNs(context_.get(), xml(prefix), xml(space));
    }

    [[nodiscard]] bool is_read() const { return context_ != nullptr; }
    [[nodiscard]] bool has_dtd() const { return doc_->intSubset || doc_->extSubset; }
    [[nodiscard]] bool has(const std::string& path) const { return !texts(path, 1).empty(); }
    [[nodiscard]] std::string text(const std::string& path) const {
        const auto found = texts(path, 1);
        return found.empty() ? std::string() : found.front();
    }
    // Of the nodes at `path`, in document order.
    [[nodiscard]] std::vector<std::string> texts(const std::string& path, int most) const {
        const Object found(xmlXPathEvalExpression(xml(path.c_str()), context_.get()),
                           &xmlXPathFreeObject);
        std::vector<std::string> out;
        if (!found || found->type != XPATH_NODESET || found->nodesetval == nullptr) return out;
        for (int i = 0; i < found->nodesetval->nodeNr && i < most; ++i) {
            xmlChar* held = xmlNodeGetContent(found->nodesetval->nodeTab[i]);
            out.push_back(held == nullptr ? std::string()
                                          : trimmed(reinterpret_cast<const char*>(held)));
            xmlFree(held);
        }
        return out;
    }

private:
    Doc doc_;
    Context context_;
};

// Where each term stands in one syntax.
struct Paths {
    const char* syntax;
    std::string root, number, type, date, due, ccy, total;
    std::string seller_name, seller_vat, seller_registration, seller_country;
    std::string buyer_name, buyer_vat, buyer_registration;
};

Paths ubl_paths() {
    const std::string root = "/ubl:Invoice";
    const std::string seller = root + "/cac:AccountingSupplierParty/cac:Party";
    const std::string buyer = root + "/cac:AccountingCustomerParty/cac:Party";
    const std::string vat =
        "/cac:PartyTaxScheme[normalize-space(cac:TaxScheme/cbc:ID)='VAT']/cbc:CompanyID";
    const std::string legal = "/cac:PartyLegalEntity/cbc:CompanyID";
    const std::string name = "/cac:PartyLegalEntity/cbc:RegistrationName";
    return {"ubl",
            root,
            root + "/cbc:ID",
            root + "/cbc:InvoiceTypeCode",
            root + "/cbc:IssueDate",
            root + "/cbc:DueDate",
            root + "/cbc:DocumentCurrencyCode",
            root + "/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
            seller + name,
            seller + vat,
            seller + legal,
            seller + "/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
            buyer + name,
            buyer + vat,
            buyer + legal};
}

Paths cii_paths() {
    const std::string root = "/rsm:CrossIndustryInvoice";
    const std::string head = root + "/rsm:ExchangedDocument";
    const std::string trade = root + "/rsm:SupplyChainTradeTransaction";
    const std::string seller = trade + "/ram:ApplicableHeaderTradeAgreement/ram:SellerTradeParty";
    const std::string buyer = trade + "/ram:ApplicableHeaderTradeAgreement/ram:BuyerTradeParty";
    const std::string money = trade + "/ram:ApplicableHeaderTradeSettlement";
    const std::string vat = "/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']";
    const std::string legal = "/ram:SpecifiedLegalOrganization/ram:ID";
    return {"cii",
            root,
            head + "/ram:ID",
            head + "/ram:TypeCode",
            head + "/ram:IssueDateTime/udt:DateTimeString[@format='102']",
            money +
                "/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/"
                "udt:DateTimeString[@format='102']",
            money + "/ram:InvoiceCurrencyCode",
            money + "/ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:GrandTotalAmount",
            seller + "/ram:Name",
            seller + vat,
            seller + legal,
            seller + "/ram:PostalTradeAddress/ram:CountryID",
            buyer + "/ram:Name",
            buyer + vat,
            buyer + legal};
}

// CII writes days as 20261120.
std::string day_of(const std::string& text) {
    if (!registry::digits_of_length(text, 8, 8)) return text;
    return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
}

std::string number_form(std::string_view country, std::string_view number) {
    for (const char* form : {"FP20", "FPCN"}) {
        if (country == "CN" && registry::is_invoice_number(form, number)) return form;
    }
    return "FRGN";
}

}  // namespace

Result<std::string, std::string> to_minor_units(std::string_view decimal, int digits) {
    if (decimal.starts_with("-")) return Err(std::string("not above zero"));
    const std::size_t point = decimal.find('.');
    const std::string_view whole = decimal.substr(0, point);
    std::string fraction(point == std::string_view::npos ? "" : decimal.substr(point + 1));
    if (!registry::all_digits(whole) || (point != std::string_view::npos && fraction.empty()) ||
        (!fraction.empty() && !registry::all_digits(fraction)))
        return Err(std::string("no decimal number"));
    const auto width = static_cast<std::size_t>(digits);
    while (fraction.size() > width && fraction.back() == '0') fraction.pop_back();
    if (fraction.size() > width) return Err(std::string("finer than the currency"));
    fraction.append(width - fraction.size(), '0');
    std::string minor = std::string(whole) + fraction;
    minor.erase(0, minor.find_first_not_of('0'));
    if (minor.empty() || minor.front() == '0') return Err(std::string("not above zero"));
    constexpr std::size_t kDigitsMax = 15;  // below 2^53
    if (minor.size() > kDigitsMax) return Err(std::string("above the ledger's range"));
    return minor;
}

Result<EInvoice, EInvoiceRefusal> read_einvoice(std::string_view text) {
    xmlSetGenericErrorFunc(nullptr, say_nothing);
    if (text.size() > kEInvoiceBytesMax) return Err(EInvoiceRefusal{"form", "", "above 16 MiB"});
    const Document document(text);
    if (!document.is_read()) return Err(EInvoiceRefusal{"not_xml", "", ""});
    if (document.has_dtd()) return Err(EInvoiceRefusal{"dtd", "", ""});
    if (document.has("/cn:CreditNote")) return Err(EInvoiceRefusal{"credit_note", "BT-3", "381"});
    const Paths ubl = ubl_paths();
    const Paths cii = cii_paths();
    const bool is_ubl = document.has(ubl.root);
    if (!is_ubl && !document.has(cii.root)) return Err(EInvoiceRefusal{"syntax", "", ""});
    const Paths& at = is_ubl ? ubl : cii;
    EInvoice invoice;
    invoice.syntax = at.syntax;
    invoice.type_code = document.text(at.type);
    if (!registry::in_list(kClaimTypes, invoice.type_code))
        return Err(EInvoiceRefusal{"credit_note", "BT-3", invoice.type_code});
    registry::Invoice& facts = invoice.facts;
    // The first that is there; ids in one spelling.
    const auto id_of = [&](const std::string& vat, const std::string& registration) {
        const std::string first = document.text(vat);
        return registry::upper_without_spaces(first.empty() ? document.text(registration) : first);
    };
    facts.country = registry::upper_without_spaces(document.text(at.seller_country));
    facts.number = registry::upper_without_spaces(document.text(at.number));
    facts.number_form = number_form(facts.country, facts.number);
    facts.seller_id = id_of(at.seller_vat, at.seller_registration);
    facts.buyer_id = id_of(at.buyer_vat, at.buyer_registration);
    facts.date = day_of(document.text(at.date));
    facts.ccy = document.text(at.ccy);
    invoice.seller_name = document.text(at.seller_name);
    invoice.buyer_name = document.text(at.buyer_name);
    invoice.due_date = day_of(document.text(at.due));
    struct Needed {
        const char* term;
        const std::string& value;
    };
    const std::string total = document.text(at.total);
    for (const Needed& one :
         {Needed{"BT-1", facts.number}, Needed{"BT-2", facts.date}, Needed{"BT-5", facts.ccy},
          Needed{"BT-40", facts.country}, Needed{"BT-31, BT-30", facts.seller_id},
          Needed{"BT-48, BT-47", facts.buyer_id}, Needed{"BT-112", total}}) {
        if (one.value.empty()) return Err(EInvoiceRefusal{"missing", one.term, ""});
    }
    const auto digits = registry::minor_unit_digits(facts.ccy);
    if (!digits) return Err(EInvoiceRefusal{"form", "BT-5", facts.ccy});
    const auto minor = to_minor_units(total, *digits);
    if (!minor.ok()) return Err(EInvoiceRefusal{"amount", "BT-112", total + ": " + minor.error()});
    facts.amount_minor = *minor;
    if (!invoice.due_date.empty() && !date_from_text(invoice.due_date))
        return Err(EInvoiceRefusal{"form", "BT-9", invoice.due_date});
    if (!registry::exact_form(facts))
        return Err(EInvoiceRefusal{"form", "BT-1, BT-2, BT-31, BT-40, BT-48", facts.number});
    return invoice;
}

}  // namespace quanlu::cli
