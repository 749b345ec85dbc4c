// B.8 financing_event: proposed, approved, drawn, repaid or defaulted, released
// to R-19.
#include "receivable_bank.h"

namespace quanlu::registry {

namespace {

json::Value reason() {
    return json::Object{{"reason", "r"}};
}
json::Value amount(std::int64_t n) {
    return json::Object{{"amount", n}};
}

class LoanDesk : public ReceivableBank {
public:
    LoanDesk() {
        open();
        pledge_id = pledge_data_right();
    }

    // 300,000.00 CNY on a pledge that secures 500,000.00.
    [[nodiscard]] json::Value loan() const {
        json::Value body =
            js("{'kind':'data_pledge_loan','lenders':['bank'],'borrower':'seller','secured_claim':"
               "30000000,'ccy':'CNY',"
               "'statistics_bucket':{'year':2026,'district':'330108','kind':'data_pledge_loan','"
               "amount_band':'below_1m'}}");
        for (const char* name : {"principal", "rate", "rate_kind", "repay_plan", "purpose"})
            body.set(name, sealed());
        body.set("signed_on", "2026-11-20");
        body.set("draw_date", "2026-11-20");
        body.set("due_date", "2027-02-20");
        body.set("pledge_ids", json::Array{pledge_id});
        return body;
    }
    [[nodiscard]] json::Value factoring(const std::string& receivable) const {
        return with(
            loan(),
            js("{'kind':'factoring','pledge_ids':'-','receivable_ids':['" + receivable +
               "'],'secured_claim':8000000,'statistics_bucket':{'year':2026,'district':'330108',"
               "'kind':'factoring','amount_band':'below_1m'}}"));
    }
    std::string proposed(const json::Value& body) {
        return ok("seller", "finance.propose", "", body);
    }
    std::string approved(const json::Value& body) {
        const std::string id = proposed(body);
        ok("bank", "finance.approve", id);
        return id;
    }
    std::string drawn(const json::Value& body) {
        const std::string id = approved(body);
        ok("bank", "finance.draw", id);
        return id;
    }
    std::string refused(const json::Value& changes) {
        return code("seller", "finance.propose", "", with(loan(), changes));
    }
    // What live loans draw on the pledge.
    std::int64_t claims() {
        const auto held = get("claims/" + pledge_id);
        return held == nullptr ? 0 : held->find("fields")->integer_or("drawn", 0);
    }
    void change(const std::string& key, const std::string& name, json::Value value) {
        json::Value whole = record(key);
        whole["fields"].set(name, std::move(value));
        plant(key, whole);
    }
    void end_pledge() {
        ok("bank", "pledge.request_cancel", pledge_id,
           json::Object{{"ground", "paid"}, {"letter", sealed()}});
        ok("office", "pledge.cancel", pledge_id);
    }

    std::string pledge_id;
};

json::Value freeze_body(const char* valid_to) {
    return js("{'order_no':'1','case_no':'2','ruling_hash':'" + kHash +
              "','assistance_notice_hash':'" + kHash +
              "','rights':['data_ip:DI-2026-1'],'scope':['block_transfer'],'valid_to':'" +
              valid_to + "'}");
}

}  // namespace

TEST_CASE("a loan runs from proposal to release and closing") {
    LoanDesk desk;
    const std::string id = desk.proposed(desk.loan());
    const std::string key = "fin/" + id;
    CHECK(id.starts_with("FE-330108-20261120-"));
    CHECK(desk.code("bank", "finance.draw", id) == "E_BAD_STATE");
    CHECK(desk.code("seller", "finance.approve", id) == "E_ROLE");
    CHECK(desk.code("bank-2", "finance.approve", id) == "E_WRONG_AUTHORITY");
    CHECK(desk.submit("bank", "maker", "finance.approve", id, json::Object{}).state ==
          "pending_approval");
    CHECK(desk.submit("bank", "maker", "finance.approve", id, json::Object{}).refusal->code ==
          chain::Code::E_FOUR_EYES);
    CHECK(desk.submit("bank", "checker", "finance.approve", id, json::Object{}).state ==
          "approved");
    desk.ok("bank", "finance.draw", id);
    CHECK(desk.told("finance.drawn", id));
    CHECK(desk.claims() == 30'000'000);
    CHECK(desk.code("bank", "finance.repay", id, amount(30'000'001)) == "E_OVERPAID");
    CHECK(desk.code("bank", "finance.repay", id, amount(0)) == "E_SCHEMA");
    CHECK(desk.code("bank-2", "finance.repay", id, amount(1)) == "E_WRONG_AUTHORITY");
    desk.ok("bank", "finance.repay", id, amount(10'000'000));
    CHECK(desk.state(key) == "partially_repaid");
    CHECK(desk.claims() == 20'000'000);
    desk.ok("bank", "finance.repay", id, amount(20'000'000));
    CHECK(desk.state(key) == "repaid");
    CHECK(desk.get("claims/" + desk.pledge_id) == nullptr);
    CHECK(desk.told("finance.release_duty", id));
    CHECK(desk.code("bank", "finance.close", id) == "E_BAD_STATE");
    desk.end_pledge();
    CHECK(desk.code("other", "finance.close", id) == "E_WRONG_AUTHORITY");
    desk.ok("seller", "finance.close", id);
    CHECK(desk.warnings.empty());
    CHECK(desk.state(key) == "closed");
}

TEST_CASE(
    "the release duty closes by itself when the pledges are gone, and is flagged when they are "
    "not") {
    LoanDesk desk;
    const std::string id = desk.drawn(desk.loan());
    desk.ok("bank", "finance.repay", id, amount(30'000'000));
    CHECK(desk.field("fin/" + id, "release_duty").string_or("due", "") == "2026-12-04");
    SECTION("released in time") {
        desk.end_pledge();
        desk.pass_days(15);
        CHECK(desk.state("fin/" + id) == "closed");
    }
    SECTION("released late") {
        desk.pass_days(14);
        CHECK_FALSE(desk.told("finance.release_overdue"));
        desk.pass_days(1);
        CHECK(desk.told("finance.release_overdue", id));
        CHECK(desk.state("fin/" + id) == "repaid");
        desk.end_pledge();
        desk.ok("bank", "finance.close", id);
        CHECK(desk.warned(chain::Code::W_CANCEL_OVERDUE));
    }
}

TEST_CASE("a proposal is whole and names what there is") {
    LoanDesk desk;
    CHECK(desk.refused(js("{'pledge_ids':'-'}")) == "E_SCHEMA");
    CHECK(desk.refused(js("{'kind':'factoring'}")) == "E_SCHEMA");
    CHECK(desk.refused(js("{'kind':'mixed_pledge'}")) == "E_SCHEMA");
    CHECK(desk.refused(js("{'secured_claim':0}")) == "E_SCHEMA");
    CHECK(desk.refused(js("{'principal':30000000}")) == "E_SCHEMA");
    CHECK(desk.refused(js("{'statistics_bucket':{'year':2025,'district':'330108','kind':'data_"
                          "pledge_loan','amount_band':'below_1m'}}")) == "E_SCHEMA");
    CHECK(desk.refused(js("{'statistics_bucket':{'year':2026,'district':'33010','kind':'data_"
                          "pledge_loan','amount_band':'below_1m'}}")) == "E_SCHEMA");
    CHECK(desk.refused(js("{'statistics_bucket':{'year':2026,'district':'330108','kind':'factoring'"
                          ",'amount_band':'below_1m'}}")) == "E_SCHEMA");
    CHECK(desk.refused(js("{'pledge_ids':['PL-none']}")) == "E_NOT_FOUND");
    CHECK(desk.refused(js("{'certificate_ids':['DI-none']}")) == "E_NOT_FOUND");
    CHECK(desk.refused(js("{'lenders':['nobody']}")) == "E_NOT_FOUND");
    CHECK(desk.refused(js("{'lenders':['other']}")) == "E_ROLE");
    CHECK(desk.refused(js("{'lenders':['bank-2']}")) == "E_CLAIM_NOT_ASSIGNED");
    CHECK(desk.refused(js("{'guarantors':['nobody']}")) == "E_NOT_FOUND");
    CHECK(desk.refused(js("{'borrower':'buyer'}")) == "E_WRONG_AUTHORITY");
    CHECK(desk.refused(js("{'signed_on':'2026-11-21'}")) == "E_BACKDATED");
    CHECK(desk.refused(js("{'due_date':'2026-11-20'}")) == "E_BACKDATED");
    CHECK(desk.refused(js("{'draw_date':'2026-11-19','signed_on':'2026-11-20'}")) == "E_BACKDATED");
    CHECK(desk.refused(js("{'due_date':'2029-11-20'}")) == "E_DEBT_TERM_EXCEEDS_RIGHT");
    CHECK(desk.refused(js("{'due_date':'2029-11-19'}")) == "OK");
    desk.ok("regulator", "party.suspend", "bank", reason());
    CHECK(desk.refused(js("{}")) == "E_PARTY_NOT_ACTIVE");
}

TEST_CASE("the borrower agrees, and every pledgor who signed for another debtor") {
    LoanDesk desk;
    const std::string id = desk.ok("bank", "finance.propose", "", desk.loan());
    CHECK(desk.code("bank", "finance.approve", id) == "E_CONSENT_REQUIRED");
    CHECK(desk.code("other", "finance.consent", id) == "E_NOT_INTERESTED");
    desk.ok("seller", "finance.consent", id);
    CHECK(desk.code("seller", "finance.consent", id) == "E_BAD_STATE");
    desk.ok("bank", "finance.approve", id);
    const std::string third =
        desk.ok("bank", "finance.propose", "", with(desk.loan(), js("{'borrower':'buyer'}")));
    desk.ok("buyer", "finance.consent", third);
    CHECK(desk.code("bank", "finance.approve", third) == "E_PLEDGOR_CONSENT_REQUIRED");
    desk.ok("seller", "finance.consent", third);
    CHECK(desk.code("bank", "finance.approve", third) == "OK");
}

TEST_CASE("nothing is drawn before every pledge is registered and effective (CC Art 444)") {
    LoanDesk desk;
    const std::string early = desk.approved(desk.loan());
    const std::string key = "pledge/" + desk.pledge_id;
    const json::Value standing = desk.record(key);
    json::Value pending = standing;
    pending.set("state", "under_review");
    desk.plant(key, pending);
    CHECK(desk.code("bank", "finance.draw", early) == "E_PLEDGE_NOT_EFFECTIVE");
    pending.set("state", "cancelled");
    desk.plant(key, pending);
    CHECK(desk.code("bank", "finance.draw", early) == "E_PLEDGE_NOT_EFFECTIVE");
    CHECK(desk.refused(js("{}")) == "E_PLEDGE_NOT_EFFECTIVE");
    desk.plant(key, standing);
    desk.change(key, "statutory_effective_date", "2026-11-21");
    CHECK(desk.code("bank", "finance.draw", early) == "E_PLEDGE_NOT_EFFECTIVE");
    const std::string gap = desk.approved(with(desk.loan(), js("{'unsecured_gap':true}")));
    CHECK(desk.code("bank", "finance.draw", gap) == "OK");
    desk.plant(key, standing);
    const std::string later =
        desk.approved(with(desk.loan(), js("{'draw_date':'2026-11-22','secured_claim':1}")));
    CHECK(desk.code("bank", "finance.draw", later) == "E_BACKDATED");
    desk.pass_days(2);
    CHECK(desk.code("bank", "finance.draw", later) == "OK");
}

TEST_CASE("claims drawn stay within what the pledge secures (R-10, GuarInt Art 15)") {
    LoanDesk desk;
    const std::string first = desk.drawn(desk.loan());
    const std::string second = desk.approved(with(desk.loan(), js("{'secured_claim':20000001}")));
    CHECK(desk.code("bank", "finance.draw", second) == "E_EXCEEDS_SECURED_AMOUNT");
    CHECK(desk.refusal.facts.integer_or("room", 0) == 20'000'000);
    const std::string third = desk.approved(with(desk.loan(), js("{'secured_claim':20000000}")));
    desk.ok("bank", "finance.draw", third);
    CHECK(desk.claims() == 50'000'000);
    const std::string dollars =
        desk.approved(with(desk.loan(), js("{'secured_claim':1,'ccy':'USD'}")));
    CHECK(desk.code("bank", "finance.draw", dollars) == "E_EXCEEDS_SECURED_AMOUNT");
    desk.ok("bank", "finance.repay", first, amount(1));
    CHECK(desk.code("bank", "finance.draw", second) == "E_EXCEEDS_SECURED_AMOUNT");
    desk.ok("bank", "finance.repay", first, amount(20'000'000));
    CHECK(desk.code("bank", "finance.draw", second) == "OK");
    CHECK(desk.claims() == 9'999'999 + 20'000'000 + 20'000'001);
}

TEST_CASE("a maximum pledge stops growing when a court freezes its right (R-10)") {
    LoanDesk desk;
    desk.change("pledge/" + desk.pledge_id, "pledge_kind", "maximum_amount");
    desk.change("pledge/" + desk.pledge_id, "max_amount", 60'000'000);
    const std::string id = desk.approved(with(desk.loan(), js("{'secured_claim':60000000}")));
    desk.ok("court", "freeze.serve", "", freeze_body("2026-12-31"));
    CHECK(desk.code("bank", "finance.draw", id) == "E_MAX_CLAIM_FROZEN");
    CHECK(desk.refusal.conflict.has_value());
    desk.pass_days(45);
    CHECK(desk.code("bank", "finance.draw", id) == "OK");
}

TEST_CASE("a freeze does not touch a specific pledge made before it (R-07)") {
    LoanDesk desk;
    const std::string id = desk.approved(desk.loan());
    desk.ok("court", "freeze.serve", "", freeze_body("2026-12-31"));
    CHECK(desk.code("bank", "finance.draw", id) == "OK");
}

TEST_CASE("overdue by block time or by the bank, default only after that") {
    LoanDesk desk;
    const std::string id = desk.drawn(desk.loan());
    const json::Value notice = json::Object{{"debtor_notice", kHash}, {"reason", "r"}};
    CHECK(desk.code("bank", "finance.mark_overdue", id) == "E_NO_DEFAULT");
    CHECK(desk.code("bank", "finance.declare_default", id, notice) == "E_NO_DEFAULT");
    desk.pass_days(92);  // the due date
    CHECK(desk.state("fin/" + id) == "drawn");
    desk.pass_days(1);
    CHECK(desk.state("fin/" + id) == "overdue");
    CHECK(desk.told("finance.overdue", id));
    CHECK(desk.code("bank", "finance.declare_default", id, reason()) == "E_SCHEMA");
    desk.ok("bank", "finance.repay", id, amount(1));
    CHECK(desk.state("fin/" + id) == "overdue");
    desk.ok("bank", "finance.declare_default", id, notice);
    CHECK(desk.code("bank", "finance.recover", id,
                    with(amount(1), json::Object{{"proceeds", sealed()}})) == "E_BAD_STATE");
    desk.ok("bank", "finance.enforce", id, reason());
    SECTION("recovered in part: the rest is unsecured, the release duty opens") {
        CHECK(desk.code("bank", "finance.recover", id,
                        with(amount(30'000'000), json::Object{{"proceeds", sealed()}})) ==
              "E_OVERPAID");
        desk.ok("bank", "finance.recover", id,
                with(amount(20'000'000), json::Object{{"proceeds", sealed()}}));
        CHECK(desk.state("fin/" + id) == "recovered");
        CHECK(desk.field("fin/" + id, "outstanding").as_integer() == 9'999'999);
        CHECK(desk.claims() == 0);
        CHECK(desk.field("fin/" + id, "release_duty").bool_or("overdue", true) == false);
    }
    SECTION("written off") {
        desk.ok("bank", "finance.write_off", id, reason());
        CHECK(desk.state("fin/" + id) == "written_off");
        CHECK(desk.claims() == 0);
    }
    SECTION("a higher rank stands before") {
        json::Value right = desk.record("right/data_ip:DI-2026-1");
        right["enc"]["pledges"].push(
            js("{'id':'PL-senior','rank':1,'pledgees':['bank-2'],'since':{'height':2,'index':0}}"));
        right["enc"]["pledges"].as_array().front().set("rank", 2);
        desk.plant("right/data_ip:DI-2026-1", right);
        CHECK(desk.code("bank", "finance.recover", id,
                        with(amount(1), json::Object{{"proceeds", sealed()}})) ==
              "E_HIGHER_RANK_UNPAID");
        CHECK(desk.refusal.conflict == chain::Where{Height(2), 0});
    }
}

TEST_CASE("the bank marks overdue before the ledger comes by, and once") {
    LoanDesk desk;
    const std::string id = desk.drawn(desk.loan());
    // Moved by hand to the day after: the sweep of that block has not run yet.
    desk.change("fin/" + id, "due_date", "2026-11-19");
    desk.ok("bank", "finance.mark_overdue", id);
    CHECK(desk.state("fin/" + id) == "overdue");
    CHECK(desk.code("bank", "finance.mark_overdue", id) == "E_BAD_STATE");
    desk.pass_days(93);
    CHECK_FALSE(desk.told("finance.overdue", id));
}

TEST_CASE("factoring is drawn on the lender's registered interest, once (R-18)") {
    LoanDesk desk;
    const std::string receivable = desk.registered("bank", desk.invoice());
    CHECK(desk.code("seller", "finance.propose", "",
                    with(desk.factoring(receivable), js("{'receivable_ids':['RV-none']}"))) ==
          "E_NOT_FOUND");
    const std::string id = desk.approved(desk.factoring(receivable));
    CHECK(desk.code("bank", "finance.draw", id) == "E_PLEDGE_NOT_EFFECTIVE");
    desk.tax(receivable);
    desk.seller_agrees(receivable, "bank", "assignment", 8'000'000);
    desk.ok("bank", "invoice.finance", receivable, desk.financing("assignment", 8'000'000));
    const std::string over =
        desk.approved(with(desk.factoring(receivable), js("{'secured_claim':8000001}")));
    CHECK(desk.code("bank", "finance.draw", over) == "E_EXCEEDS_SECURED_AMOUNT");
    const std::string again = desk.approved(desk.factoring(receivable));
    desk.ok("bank", "finance.draw", id);
    CHECK(desk.code("bank", "finance.draw", again) == "E_DUPLICATE_FINANCED");
    desk.ok("bank", "finance.repay", id, amount(8'000'000));
    CHECK(desk.code("bank", "finance.close", id) == "E_BAD_STATE");
    desk.ok("bank", "invoice.repay", receivable,
            json::Object{{"interest", 1}, {"amount", 8'000'000}});
    desk.ok("bank", "finance.close", id);
    CHECK(desk.code("bank", "finance.draw", again) == "E_BAD_STATE");
    CHECK(desk.code("seller", "finance.propose", "", desk.factoring(receivable)) == "E_BAD_STATE");
}

TEST_CASE("another financed registration of the invoice stops the drawing") {
    // No act of the registry makes this: two registrations financed at once. The drawing looks all
    // the same.
    LoanDesk desk;
    const std::string mine = desk.registered("bank", desk.invoice());
    const std::string id = desk.approved(desk.factoring(mine));
    CHECK(desk.code("bank", "finance.draw", id) == "E_PLEDGE_NOT_EFFECTIVE");
    json::Value value = desk.fingerprint('1');
    value["registrations"].push(
        js("{'n':9,'applicant':'x','status':'financed','month':'2026-11'}"));
    desk.plant("invfp/" + hex64('1'), value);
    CHECK(desk.code("bank", "finance.draw", id) == "E_DUPLICATE_FINANCED");
}

TEST_CASE("the owner of a receivable or certificate agrees to its use for another's loan") {
    LoanDesk desk;
    const std::string receivable = desk.registered("bank", desk.invoice());
    const std::string id = desk.ok("bank", "finance.propose", "",
                                   with(desk.factoring(receivable), js("{'borrower':'other'}")));
    desk.ok("other", "finance.consent", id);
    CHECK(desk.code("bank", "finance.approve", id) == "E_CONSENT_REQUIRED");
    desk.ok("seller", "finance.consent", id);
    CHECK(desk.code("bank", "finance.approve", id) == "OK");
    const std::string cert = desk.certify("seller", desk.transaction());
    const std::string second = desk.ok(
        "bank", "finance.propose", "",
        with(desk.loan(),
             js("{'borrower':'other','pledge_ids':'-','certificate_ids':['" + cert + "']}")));
    desk.ok("other", "finance.consent", second);
    CHECK(desk.code("bank", "finance.approve", second) == "E_CONSENT_REQUIRED");
}

TEST_CASE("a revoked, expired or surrendered certificate alerts the loans that rest on it (R-19)") {
    LoanDesk desk;
    const std::string cert =
        desk.certify("seller", with(desk.transaction(), js("{'valid_to':'2026-12-31'}")));
    const json::Value body = with(desk.loan(), js("{'certificate_ids':['" + cert + "']}"));
    const std::string id = desk.drawn(body);
    const std::string only_proposed = desk.proposed(body);
    const auto alerts = [&](const std::string& one) {
        const json::Value* list = desk.record("fin/" + one).find("fields")->find("risk_alerts");
        return list == nullptr ? std::size_t{0} : list->as_array().size();
    };
    SECTION("revoked") {
        desk.ok(
            "regulator", "cert.revoke", cert,
            js("{'ground':'authorisation_withdrawn','effective_from':'2026-11-20','reason':'r'}"));
        CHECK(desk.warned(chain::Code::W_BASIS_LOST));
        CHECK(desk.told("finance.risk_alert", id));
    }
    SECTION("expired") {
        desk.pass_days(42);
        CHECK(desk.state("cert/" + cert) == "expired");
        CHECK(desk.told("finance.risk_alert", id));
    }
    SECTION("surrendered") {
        desk.ok("seller", "cert.surrender", cert, reason());
        CHECK(desk.warned(chain::Code::W_BASIS_LOST));
    }
    CHECK(alerts(id) == 1);
    CHECK(desk.state("fin/" + id) == "drawn");  // no default by itself
    CHECK(alerts(only_proposed) == 0);
    CHECK(desk.code("bank", "finance.approve", only_proposed) == "E_BASIS_EXPIRED");
}

TEST_CASE("a certificate that is superseded hands its loans to the new one") {
    LoanDesk desk;
    const std::string cert = desk.certify("seller", desk.transaction());
    const std::string id =
        desk.drawn(with(desk.loan(), js("{'certificate_ids':['" + cert + "']}")));
    // One that ends earlier would take from the loan what it rests on.
    CHECK(desk.code("seller", "cert.apply", "",
                    with(desk.transaction(),
                         json::Object{{"supersedes", cert}, {"valid_to", "2027-06-29"}})) ==
          "E_PLEDGEE_CONSENT_REQUIRED");
    const std::string next =
        desk.certify("seller", with(desk.transaction(), json::Object{{"supersedes", cert}}));
    CHECK_FALSE(desk.told("finance.risk_alert"));
    desk.ok("regulator", "cert.revoke", next,
            js("{'ground':'fraud','effective_from':'2026-11-20','reason':'r'}"));
    CHECK(desk.told("finance.risk_alert", id));
}

TEST_CASE("a voided invoice alerts the loan on it") {
    LoanDesk desk;
    const std::string receivable = desk.financed("bank", desk.invoice(), "assignment");
    const std::string id = desk.drawn(desk.factoring(receivable));
    desk.tax(receivable, "voided");
    CHECK(desk.warned(chain::Code::W_BASIS_LOST));
    CHECK(desk.told("finance.risk_alert", id));
    desk.ok("bank", "finance.repay", id, amount(8'000'000));
    desk.tax(receivable, "voided");
    CHECK_FALSE(desk.told("finance.risk_alert"));  // a loan that is over is not alerted
}

TEST_CASE(
    "a new loan for an old one keeps the pledge's rank, if the pledgor agrees (GuarInt Art 16)") {
    LoanDesk desk;
    const std::string old = desk.drawn(with(desk.loan(), js("{'secured_claim':50000000}")));
    const json::Value fresh =
        with(desk.loan(),
             js("{'lenders':['bank-2'],'secured_claim':50000000,'rolls_over':'" + old + "'}"));
    CHECK(desk.refused(js("{'rolls_over':'FE-none'}")) == "E_NOT_FOUND");
    CHECK(desk.code("buyer", "finance.propose", "", with(fresh, js("{'borrower':'buyer'}"))) ==
          "E_WRONG_AUTHORITY");
    const std::string id = desk.ok("bank-2", "finance.propose", "", fresh);
    CHECK(desk.code("bank-2", "finance.approve", id) == "E_CONSENT_REQUIRED");
    desk.ok("seller", "finance.consent", id);
    CHECK(desk.code("bank-2", "finance.approve", id) == "E_CONSENT_REQUIRED");
    CHECK(desk.refusal.field == "/rolls_over");
    desk.ok("bank", "finance.consent", id);
    desk.ok("bank-2", "finance.approve", id);
    desk.ok("bank-2", "finance.draw", id);
    CHECK(desk.state("fin/" + old) == "rolled_over");
    CHECK(desk.field("fin/" + old, "rolled_into").as_string() == id);
    CHECK(desk.claims() == 50'000'000);
    CHECK(desk.code("bank", "finance.repay", old, amount(1)) == "E_BAD_STATE");
    CHECK(desk.refused(json::Object{{"rolls_over", old}}) == "E_BAD_STATE");
}

TEST_CASE("a lender that is no pledgee rolls over what the old loan drew, and no more") {
    LoanDesk desk;
    const std::string old = desk.drawn(with(desk.loan(), js("{'secured_claim':30000000}")));
    // Of the pledge's 500,000.00 the old loan frees 300,000.00.
    const auto fresh = [&](std::int64_t claim) {
        return with(desk.loan(), json::Object{{"lenders", json::Array{"bank-2"}},
                                              {"secured_claim", claim},
                                              {"rolls_over", old}});
    };
    const auto approved = [&](std::int64_t claim) {
        const std::string id = desk.ok("bank-2", "finance.propose", "", fresh(claim));
        desk.ok("seller", "finance.consent", id);
        desk.ok("bank", "finance.consent", id);
        desk.ok("bank-2", "finance.approve", id);
        return id;
    };
    const std::string more = approved(30'000'001), same = approved(30'000'000);
    CHECK(desk.code("bank-2", "finance.draw", more) == "E_EXCEEDS_SECURED_AMOUNT");
    CHECK(desk.refusal.facts.integer_or("room", 0) == 30'000'000);
    desk.ok("bank-2", "finance.draw", same);
    CHECK(desk.claims() == 30'000'000);
    CHECK(*desk.record("claims/" + desk.pledge_id).find("fields")->find("lenders") ==
          json::Value(json::Array{"bank-2"}));
    // And once more, from what the second loan draws.
    const std::string third = desk.ok("seller", "finance.propose", "",
                                      with(desk.loan(), json::Object{{"rolls_over", same}}));
    desk.ok("bank-2", "finance.consent", third);
    desk.ok("bank", "finance.approve", third);
    desk.ok("bank", "finance.draw", third);
    CHECK(desk.claims() == 30'000'000);
}

TEST_CASE("a third party's pledge rolls over only with that pledgor") {
    LoanDesk desk;
    desk.change("pledge/" + desk.pledge_id, "pledgors", json::Array{"other"});
    const std::string old = desk.drawn(desk.loan());
    const std::string id = desk.proposed(with(desk.loan(), json::Object{{"rolls_over", old}}));
    CHECK(desk.code("bank", "finance.approve", id) == "E_PLEDGOR_CONSENT_REQUIRED");
    desk.ok("other", "finance.consent", id);
    CHECK(desk.code("bank", "finance.approve", id) == "OK");
}

TEST_CASE("one receivable carries a bounded number of live financings") {
    LoanDesk desk;
    const std::string receivable = desk.registered("bank", desk.invoice());
    for (int i = 0; i < 100; ++i) desk.approved(desk.factoring(receivable));
    const std::string id = desk.proposed(desk.factoring(receivable));
    CHECK(desk.code("bank", "finance.approve", id) == "E_SCHEMA");
}

}  // namespace quanlu::registry
