// B.9, R-11 to R-16: the whole chain of E.10, and each refusal.
#include "programme_desk.h"

#include "ledger/registry/rules/waterfall.h"

namespace quanlu::registry {

namespace {

constexpr std::int64_t kIssued = 11'000'000'000;     // 110,000,000.00 CNY
constexpr std::int64_t kAppraised = 14'450'000'000;  // 144,500,000.00 CNY

json::Value tranches(std::int64_t senior, std::int64_t rest) {
    return json::Array{json::Object{{"name", "A"},
                                    {"class", "senior"},
                                    {"face", senior},
                                    {"coupon_ppm", 38'000},
                                    {"expected_maturity", "2027-11-19"},
                                    {"rating", "AAA"}},
                       json::Object{{"name", "S"},
                                    {"class", "subordinate"},
                                    {"face", rest},
                                    {"coupon_ppm", 0},
                                    {"expected_maturity", "2027-11-19"}}};
}
json::Value face(const char* tranche, const char* holder, std::int64_t amount) {
    return json::Object{{"tranche", tranche}, {"holder", holder}, {"face", amount}};
}
json::Value line(const char* name, std::int64_t due, std::int64_t paid, const char* tranche = "") {
    json::Value out = json::Object{{"line", name}, {"due", due}, {"paid", paid}};
    if (*tranche != '\0') out.set("tranche", tranche);
    return out;
}
json::Value pay(const std::string& day, std::int64_t collected, std::int64_t credits,
                const json::Array& lines) {
    return json::Object{
        {"pay_date", day}, {"collected", collected}, {"other_credits", credits}, {"lines", lines}};
}

// One firm, four patents with loans of 100 on values of 150 each; two of them pooled.
struct Small : ProgrammeDesk {
    std::vector<std::string> rights, pledges, claims, reports;
    std::string id;

    explicit Small(bool pooled = true) {
        for (int i = 0; i < 4; ++i) {
            rights.push_back(patent("firm-1", 100 + i));
            pledges.push_back(pledged("firm-1", rights.back(), "small-loan", 100));
            claims.push_back(lent("firm-1", {pledges.back()}, 100));
            reports.push_back(appraised({rights.back()}, 150));
        }
        id = ok("manager", "programme.set_up", "", set_up());
        if (!pooled) return;
        REQUIRE(entered(id, asset(0)) == "OK");
        REQUIRE(entered(id, asset(1)) == "OK");
    }
    [[nodiscard]] json::Value asset(std::size_t i, std::int64_t principal = 100,
                                    std::int64_t value = 150) const {
        return entry(claims[i], pledges[i], reports[i], principal, value);
    }
    [[nodiscard]] json::Value shelf(std::int64_t amount = 1'000) const {
        return json::Object{
            {"shelf_amount", amount}, {"shelf_valid_to", day(300)}, {"exchange_letter", kHash}};
    }
    [[nodiscard]] json::Value issue_of(std::int64_t senior = 150, std::int64_t rest = 50) const {
        return json::Object{
            {"issue_amount", senior + rest},
            {"issued_on", today()},
            {"tranches", tranches(senior, rest)},
            {"holders", json::Array{face("A", "fund-a", senior - 50), face("A", "fund-b", 50),
                                    face("S", "small-loan", rest)}}};
    }
    Small& issued() {
        ok("manager", "programme.approve_shelf", id, shelf());
        REQUIRE(both("programme.issue_tranches", id, issue_of()) == "OK");
        return *this;
    }
    void collected(int no, const char* kind, std::int64_t amount) {
        ok("small-loan", "programme.collect", id,
           json::Object{{"no", no}, {"kind", kind}, {"amount", amount}, {"received_on", today()}});
    }
    std::string paid(std::int64_t collected_, std::int64_t credits, const json::Array& lines) {
        return both("programme.distribute", id, pay(today(), collected_, credits, lines));
    }
    const json::Value& of(const char* name) { return field("programme/" + id, name); }
};

}  // namespace

TEST_CASE("the seed deal from pool to cancellations (E.10)") {
    ProgrammeDesk desk;
    const std::string id = desk.ok("manager", "programme.set_up", "", desk.set_up());
    const std::string key = "programme/" + id;
    CHECK(id.starts_with("SP-330108-20261120-"));
    std::vector<std::string> pledges, rights;
    std::int64_t principal_left = kIssued, value_left = kAppraised;
    json::Value again;
    // 12 firms, 16 or 17 patents each, 195 in all; what does not divide falls on the last.
    for (int firm = 0, done = 0; firm < 12; ++firm) {
        const std::string name = "firm-" + std::to_string(firm + 1);
        const int count = firm < 3 ? 17 : 16;
        json::Array firm_rights, firm_pledges;
        for (int i = 0; i < count; ++i) {
            rights.push_back(desk.patent(name, 1'000 + done + i));
            pledges.push_back(desk.pledged(name, rights.back(), "small-loan", 60'000'000));
            firm_rights.push_back(rights.back());
            firm_pledges.push_back(pledges.back());
        }
        const std::int64_t each = kIssued / 195, worth = kAppraised / 195;
        const bool last = firm == 11;
        const std::int64_t lent = last ? principal_left : each * count;
        const std::int64_t value = last ? value_left : worth * count;
        const std::string claim = desk.lent(name, firm_pledges, lent);
        const std::string report = desk.appraised(firm_rights, value);
        for (int i = 0; i < count; ++i) {
            const bool end = last && i == count - 1;
            const json::Value entry =
                desk.entry(claim, pledges[static_cast<std::size_t>(done + i)], report,
                           end ? principal_left : each, end ? value_left : worth);
            REQUIRE(desk.entered(id, entry) == "OK");
            REQUIRE(desk.field(key, "asset_count").as_integer() == done + i + 1);
            principal_left -= each;
            value_left -= worth;
            if (done + i == 0) again = entry;
        }
        done += count;
    }
    REQUIRE(pledges.size() == 195);
    CHECK(desk.field(key, "asset_count").as_integer() == 195);
    CHECK(desk.field(key, "advance_rate_ppm").as_integer() == 761'245);
    CHECK(desk.entered(id, again) == "E_IN_OTHER_POOL");
    CHECK(desk.refusal.facts.string_or("right", "") == rights[0]);

    desk.ok("manager", "programme.approve_shelf", id,
            json::Object{{"shelf_amount", 100'000'000'000},
                         {"shelf_valid_to", desk.day(300)},
                         {"exchange_letter", kHash}});
    REQUIRE(desk.both("programme.issue_tranches", id,
                      json::Object{
                          {"issue_amount", kIssued},
                          {"issued_on", desk.today()},
                          {"tranches", tranches(10'450'000'000, 550'000'000)},
                          {"holders", json::Array{face("A", "fund-a", 6'000'000'001),
                                                  face("A", "fund-b", 4'449'999'999),
                                                  face("S", "small-loan", 550'000'000)}}}) == "OK");

    // A court freezes one pooled patent: nothing new on it, distributions go on.
    desk.ok("court", "freeze.serve", "",
            json::Object{{"order_no", "1"},
                         {"case_no", "1"},
                         {"ruling_hash", kHash},
                         {"assistance_notice_hash", kHash},
                         {"rights", json::Array{rights[7]}},
                         {"scope", json::Array{"block_transfer", "block_new_pledge"}},
                         {"valid_to", desk.day(180)}});
    const auto collect = [&](int no, const char* kind, std::int64_t amount) {
        desk.ok("small-loan", "programme.collect", id,
                json::Object{
                    {"no", no}, {"kind", kind}, {"amount", amount}, {"received_on", desk.today()}});
    };
    desk.pass_days(170);
    CHECK(desk.pledge_refused("firm-1", rights[7], "bank") == "E_ASSET_FROZEN");
    CHECK(desk.pledge_refused("firm-1", rights[8], "bank") == "E_ALREADY_PLEDGED");
    collect(1, "interest", 300'000'001);
    CHECK(
        desk.both("programme.distribute", id,
                  pay(desk.today(), 300'000'001, 0,
                      {line("taxes", 1'000'000, 1'000'000), line("custody_fees", 500'000, 500'000),
                       line("manager_fees", 500'000, 500'000),
                       line("senior_interest", 198'550'000, 198'550'000, "A"),
                       line("senior_principal", 99'450'001, 99'450'001, "A")})) == "OK");
    // To the fen: of 198,550,000 and of 99,450,001 each by face, the rest to the larger.
    const json::Value payout = desk.record("payout/" + id + "/1");
    std::int64_t out = 0;
    for (const json::Value& one : payout.find("fields")->find("payouts")->as_array())
        out += one.integer_or("amount", 0);
    CHECK(out == 198'550'000 + 99'450'001);

    // The frozen patent goes, an eligible one of the same firm comes.
    const std::string spare = desk.patent("firm-1", 9'000);
    const std::string spare_pledge = desk.pledged("firm-1", spare, "small-loan", 60'000'000);
    const std::string spare_claim = desk.lent("firm-1", {spare_pledge}, 60'000'000);
    const std::string spare_report = desk.appraised({spare}, 80'000'000);
    json::Value swap = desk.entry(spare_claim, spare_pledge, spare_report, 60'000'000, 80'000'000);
    swap.set("no", 8);
    swap.set("reason", "freeze");
    swap.set("notice_hash", kHash);
    CHECK(desk.all_three("programme.replace_asset", id, swap) == "OK");
    CHECK(desk.record("right/" + rights[7]).find("enc")->find("pool") == nullptr);
    CHECK(desk.record("right/" + spare).find("enc")->find("pool") != nullptr);
    CHECK(desk.field(key, "asset_count").as_integer() == 195);

    // Second pay date: everything comes in, everything goes out.
    desk.pass_days(194);
    CHECK(desk.both("programme.clear", id, json::Object{}) == "E_TRANCHE_OUTSTANDING");
    const json::Array pool = desk.field(key, "pool").as_array();
    for (const json::Value& entry : pool) {
        if (entry.string_or("status", "") == "replaced") continue;
        collect(static_cast<int>(entry.integer_or("no", 0)), "principal",
                entry.integer_or("principal", 0));
    }
    const std::int64_t senior = 10'450'000'000 - 99'450'001;
    const std::int64_t needed = 1'000'000 + 190'000'000 + senior + 550'000'000;
    collect(1, "interest", needed - desk.field(key, "cash").as_integer());
    CHECK(desk.both("programme.distribute", id,
                    pay(desk.today(), needed, 0,
                        {line("taxes", 1'000'000, 1'000'000),
                         line("senior_interest", 190'000'000, 190'000'000, "A"),
                         line("senior_principal", senior, senior, "A"),
                         line("subordinate", 550'000'000, 550'000'000, "S")})) == "OK");
    CHECK(desk.field(key, "cash").as_integer() == 0);
    CHECK(desk.field(key, "distributions").as_array().back().integer_or("outstanding", -1) == 0);

    desk.ok("small-loan", "pledge.request_cancel", pledges[0],
            json::Object{{"ground", "paid"}, {"letter", sealed()}});
    CHECK(desk.code("office", "pledge.cancel", pledges[0]) == "E_IN_SECURITIZATION_POOL");
    CHECK(desk.both("programme.clear", id, json::Object{}) == "OK");
    CHECK(desk.state(key) == "cleared");
    desk.ok("office", "pledge.cancel", pledges[0]);
    for (std::size_t i = 1; i < pledges.size(); ++i) desk.cancelled(pledges[i]);
    for (const std::string& right : rights) {
        const json::Value& enc = *desk.record("right/" + right).find("enc");
        CHECK(enc.find("pool") == nullptr);
        CHECK(enc.find("pledges")->as_array().empty());
    }
}

TEST_CASE("parties of a programme hold their roles, manager and custodian are two") {
    ProgrammeDesk desk;
    const auto refused = [&](const std::string& changes) {
        return desk.code("manager", "programme.set_up", "", with(desk.set_up(), js(changes)));
    };
    CHECK(desk.code("bank", "programme.set_up", "", desk.set_up()) == "E_ROLE");
    CHECK(refused("{'custodian':'bank'}") == "E_ROLE");
    CHECK(refused("{'originator':'bank'}") == "E_ROLE");
    CHECK(refused("{'servicer':'nobody'}") == "E_NOT_FOUND");
    desk.found("both-in-one", "plan_manager|custodian");
    CHECK(desk.code("both-in-one", "programme.set_up", "",
                    with(desk.set_up(), js("{'custodian':'both-in-one'}"))) == "E_SCHEMA");
}

TEST_CASE("what may enter a pool") {
    Small desk(false);
    const auto enter = [&](const json::Value& entry) { return desk.entered(desk.id, entry); };
    CHECK(enter(with(desk.asset(0), js("{'claim':'FE-x'}"))) == "E_NOT_FOUND");
    CHECK(enter(with(desk.asset(0), js("{'pledge':'PL-x'}"))) == "E_NOT_FOUND");
    CHECK(enter(with(desk.asset(0), js("{'appraisal_id':'AP-x'}"))) == "E_NOT_FOUND");
    CHECK(enter(with(desk.asset(0), json::Object{{"appraisal_id", desk.reports[1]}})) ==
          "E_APPRAISAL_SUBJECT_MISMATCH");
    CHECK(enter(with(desk.asset(0), json::Object{{"pledge", desk.pledges[1]}})) ==
          "E_APPRAISAL_SUBJECT_MISMATCH");
    CHECK(enter(with(desk.asset(0), json::Object{{"pledge", desk.pledges[1]},
                                                 {"appraisal_id", desk.reports[1]}})) ==
          "E_NOT_ELIGIBLE");  // the loan does not rest on it
    CHECK(enter(desk.asset(0, 101)) == "E_NOT_ELIGIBLE");
    CHECK(enter(desk.asset(0, 0)) == "E_NOT_ELIGIBLE");
    CHECK(enter(desk.asset(0, 100, 151)) == "E_NOT_ELIGIBLE");
    CHECK(desk.code("bank", "programme.add_asset", desk.id, desk.asset(0)) == "E_ROLE");

    // Pledged to somebody else; not registered; not performing.
    const std::string right = desk.patent("firm-2", 500);
    const std::string elsewhere = desk.pledged("firm-2", right, "bank", 100);
    CHECK(enter(with(desk.asset(0), json::Object{{"pledge", elsewhere}})) ==
          "E_ALREADY_PLEDGED_ELSEWHERE");
    desk.cancelled(desk.pledges[3]);
    CHECK(enter(desk.asset(3)) == "E_PLEDGE_NOT_EFFECTIVE");
    desk.ok("small-loan", "finance.repay", desk.claims[2], json::Object{{"amount", 100}});
    CHECK(enter(desk.asset(2)) == "E_NOT_ELIGIBLE");

    // An open objection, a freeze, a report out of its term.
    const std::string objection =
        desk.ok("firm-1", "objection.file", "",
                json::Object{{"against", desk.rights[1]}, {"ground", "wrong_owner"}});
    CHECK(enter(desk.asset(1)) == "E_NOT_ELIGIBLE");
    desk.ok("firm-1", "objection.withdraw", objection, json::Object{{"reason", "r"}});
    desk.ok("court", "freeze.serve", "",
            json::Object{{"order_no", "1"},
                         {"case_no", "1"},
                         {"ruling_hash", kHash},
                         {"assistance_notice_hash", kHash},
                         {"rights", json::Array{desk.rights[0]}},
                         {"scope", json::Array{"block_transfer"}},
                         {"valid_to", desk.day(30)}});
    CHECK(enter(desk.asset(0)) == "E_ASSET_FROZEN");
    CHECK(enter(desk.asset(1)) == "OK");
    CHECK(enter(desk.asset(1)) == "E_IN_OTHER_POOL");
    const std::string other = desk.ok("manager", "programme.set_up", "", desk.set_up());
    CHECK(desk.entered(other, desk.asset(1)) == "E_IN_OTHER_POOL");
    CHECK(desk.refusal.facts.string_or("programme", "") == desk.id);

    // Dropped, it is free again; so is its claim.
    const auto drop = [&](int no) {
        const json::Value body = json::Object{{"no", no}};
        const std::string first = desk.code("small-loan", "programme.drop_asset", desk.id, body);
        return first == "OK" ? desk.code("manager", "programme.drop_asset", desk.id, body) : first;
    };
    CHECK(drop(2) == "E_NOT_FOUND");
    CHECK(drop(1) == "OK");
    CHECK(desk.entered(other, desk.asset(1)) == "OK");
    desk.pass_days(361);
    CHECK(enter(desk.asset(0)) == "E_APPRAISAL_EXPIRED");
}

TEST_CASE("an appraiser linked to the borrower, a claim in parts") {
    ProgrammeDesk desk;
    desk.found("manager-kin", "plan_manager", {"appraiser"});
    const std::string id = desk.ok("manager", "programme.set_up", "", desk.set_up());
    const std::string kin = desk.ok("manager-kin", "programme.set_up", "", desk.set_up());
    const std::string two = desk.patent("firm-1", 2), three = desk.patent("firm-1", 3);
    const std::string first = desk.pledged("firm-1", two, "small-loan", 60),
                      second = desk.pledged("firm-1", three, "small-loan", 60);
    const std::string whole = desk.lent("firm-1", {first, second}, 100);
    const std::string report = desk.appraised({two, three}, 150);
    CHECK(desk.code("small-loan", "programme.add_asset", kin,
                    desk.entry(whole, first, report, 60, 100)) == "E_APPRAISER_CONFLICT");
    CHECK(desk.entered(id, desk.entry(whole, first, report, 60, 100)) == "OK");
    CHECK(desk.entered(id, desk.entry(whole, second, report, 41, 50)) == "E_NOT_ELIGIBLE");
    CHECK(desk.entered(id, desk.entry(whole, second, report, 40, 51)) == "E_NOT_ELIGIBLE");
    CHECK(desk.entered(id, desk.entry(whole, second, report, 40, 50)) == "OK");
    CHECK(desk.record("pooled/" + whole).integer_or("entries", 0) == 2);
}

TEST_CASE("a pool names so many rights at most") {
    Small desk(false);
    const auto with_rights = [&](std::size_t n) {
        json::Array many;
        for (std::size_t i = 0; i < n; ++i) many.push_back(desk.rights[0]);
        return many;
    };
    json::Value pledge = desk.record("pledge/" + desk.pledges[0]);
    pledge["fields"].set("rights", with_rights(101));
    desk.plant("pledge/" + desk.pledges[0], pledge);
    CHECK(desk.entered(desk.id, desk.asset(0)) == "E_TOO_LARGE");
    REQUIRE(desk.entered(desk.id, desk.asset(1)) == "OK");
    json::Value programme = desk.record("programme/" + desk.id);
    programme["fields"]["pool"].as_array().front().set("rights", with_rights(2'000));
    desk.plant("programme/" + desk.id, programme);
    CHECK(desk.entered(desk.id, desk.asset(2)) == "E_TOO_LARGE");
}

TEST_CASE("what may be issued") {
    Small desk;
    CHECK(desk.both("programme.issue_tranches", desk.id, desk.issue_of()) == "E_BAD_STATE");
    CHECK(desk.code("manager", "programme.approve_shelf", desk.id,
                    with(desk.shelf(), js("{'shelf_valid_to':'2026-11-19'}"))) == "E_BACKDATED");
    desk.found("manager-2", "plan_manager");
    CHECK(desk.code("manager-2", "programme.approve_shelf", desk.id, desk.shelf()) ==
          "E_WRONG_AUTHORITY");
    desk.ok("manager", "programme.approve_shelf", desk.id, desk.shelf(199));
    const auto issue = [&](const json::Value& body) {
        return desk.both("programme.issue_tranches", desk.id, body);
    };
    CHECK(issue(desk.issue_of()) == "E_SHELF_EXCEEDED");  // 200 of 199
    const json::Value good = desk.issue_of(149, 50);
    CHECK(issue(with(good, js("{'issue_amount':198}"))) == "E_SHELF_EXCEEDED");
    CHECK(issue(with(good, js("{'issued_on':'2026-11-21'}"))) == "E_BACKDATED");
    json::Array holders = good.find("holders")->as_array();
    holders.pop_back();
    CHECK(issue(with(good, json::Object{{"holders", holders}})) == "E_SCHEMA");
    holders = {face("S", "small-loan", 50)};
    for (int i = 0; i < 149; ++i)
        holders.push_back(face("A", ("f-" + std::to_string(i)).c_str(), 1));
    CHECK(issue(with(good, json::Object{{"holders", holders}})) == "OK");
    CHECK(desk.of("investors").as_integer() == 150);
    CHECK(desk.record("shelf/" + kHash).integer_or("used", 0) == 199);

    // The same letter names the same shelf.
    const std::string second = desk.ok("manager", "programme.set_up", "", desk.set_up());
    CHECK(desk.code("manager", "programme.approve_shelf", second, desk.shelf(500)) ==
          "E_SHELF_EXCEEDED");
    desk.ok("manager", "programme.approve_shelf", second, desk.shelf(199));
}

TEST_CASE("two hundred holders, the cap on the advance rate, a pledge that ended") {
    {
        Small desk;
        desk.ok("manager", "programme.approve_shelf", desk.id, desk.shelf());
        json::Value body = desk.issue_of(150, 50);
        json::Array holders;
        for (int i = 0; i < 150; ++i)
            holders.push_back(face("A", ("f-" + std::to_string(i)).c_str(), 1));
        for (int i = 0; i < 50; ++i)
            holders.push_back(face("S", ("s-" + std::to_string(i)).c_str(), 1));
        body.set("holders", holders);
        CHECK(desk.both("programme.issue_tranches", desk.id, body) == "OK");
    }
    {
        Small desk(false);
        REQUIRE(desk.entered(desk.id, desk.asset(0, 100, 120)) == "OK");
        desk.ok("manager", "programme.approve_shelf", desk.id, desk.shelf());
        json::Value body = desk.issue_of(60, 40);
        body.set("holders", json::Array{face("A", "f", 60), face("S", "s", 40)});
        CHECK(desk.both("programme.issue_tranches", desk.id, body) == "E_ADVANCE_RATE");
        CHECK(desk.refusal.facts.integer_or("advance_rate_ppm", 0) == 833'333);
    }
    {
        Small desk;
        desk.ok("manager", "programme.approve_shelf", desk.id, desk.shelf());
        CHECK(desk.both("programme.issue_tranches", desk.id, desk.issue_of(151, 50)) ==
              "E_ADVANCE_RATE");  // more than the claims
        json::Value pledge = desk.record("pledge/" + desk.pledges[1]);
        pledge.set("state", "revoked");
        desk.plant("pledge/" + desk.pledges[1], pledge);
        CHECK(desk.both("programme.issue_tranches", desk.id, desk.issue_of()) ==
              "E_PLEDGE_NOT_EFFECTIVE");
    }
    {
        Small desk(false);
        desk.ok("manager", "programme.approve_shelf", desk.id, desk.shelf());
        CHECK(desk.both("programme.issue_tranches", desk.id, desk.issue_of()) == "E_NOT_ELIGIBLE");
    }
}

TEST_CASE("more than two hundred holders are refused") {
    ProgrammeDesk desk;
    const std::string right = desk.patent("firm-1", 1);
    const std::string pledge = desk.pledged("firm-1", right, "small-loan", 500);
    const std::string claim = desk.lent("firm-1", {pledge}, 500);
    const std::string id = desk.ok("manager", "programme.set_up", "", desk.set_up());
    REQUIRE(desk.entered(id, desk.entry(claim, pledge, desk.appraised({right}, 900), 500, 900)) ==
            "OK");
    desk.ok(
        "manager", "programme.approve_shelf", id,
        json::Object{
            {"shelf_amount", 900}, {"shelf_valid_to", desk.day(9)}, {"exchange_letter", kHash}});
    json::Array holders{face("S", "s", 50)};
    for (int i = 0; i < 200; ++i)
        holders.push_back(face("A", ("f-" + std::to_string(i)).c_str(), 1));
    CHECK(desk.both("programme.issue_tranches", id,
                    json::Object{{"issue_amount", 250},
                                 {"issued_on", desk.today()},
                                 {"tranches", tranches(200, 50)},
                                 {"holders", holders}}) == "E_TOO_MANY_HOLDERS");
}

TEST_CASE("the waterfall: order, balance, nothing passed over") {
    Small desk;
    desk.issued();
    desk.collected(1, "interest", 60);
    const auto interest = [](std::int64_t due, std::int64_t paid_) {
        return line("senior_interest", due, paid_, "A");
    };
    const auto principal = [](std::int64_t due, std::int64_t paid_) {
        return line("senior_principal", due, paid_, "A");
    };
    CHECK(desk.paid(61, 0, {interest(61, 61)}) == "E_WATERFALL_UNBALANCED");  // not there
    CHECK(desk.paid(60, 0, {interest(59, 59)}) == "E_WATERFALL_UNBALANCED");
    CHECK(desk.paid(60, 0, {interest(59, 60)}) == "E_WATERFALL_UNBALANCED");
    CHECK(desk.paid(60, 0, {principal(151, 60)}) == "E_WATERFALL_UNBALANCED");
    CHECK(desk.paid(60, 0, {interest(61, 50), principal(10, 10)}) == "E_WATERFALL_ORDER");
    CHECK(desk.paid(60, 0, {principal(10, 10), interest(50, 50)}) == "E_WATERFALL_ORDER");
    CHECK(desk.paid(60, 0, {interest(30, 30), interest(30, 30)}) == "E_WATERFALL_ORDER");
    CHECK(desk.paid(60, 0, {principal(60, 60)}) == "E_WATERFALL_ORDER");  // interest left out
    CHECK(desk.paid(60, 0, {interest(5, 5), line("subordinate", 55, 55, "S")}) ==
          "E_WATERFALL_ORDER");  // principal left out
    CHECK(desk.paid(60, 0, {line("taxes", 60, 60, "A")}) == "E_SCHEMA");
    CHECK(desk.paid(60, 0, {line("senior_interest", 60, 60, "S")}) == "E_SCHEMA");
    CHECK(desk.paid(60, 0, {line("senior_interest", 60, 60)}) == "E_SCHEMA");
    CHECK(desk.paid(60, 0, {line("senior_interest", 60, 60, "X")}) == "E_SCHEMA");
    CHECK(desk.both("programme.distribute", desk.id, pay(desk.day(1), 60, 0, {interest(60, 60)})) ==
          "E_BACKDATED");
    CHECK(
        desk.both("programme.distribute", desk.id, pay(desk.day(-1), 60, 0, {interest(60, 60)})) ==
        "E_BACKDATED");  // before issue
    CHECK(desk.paid(50, 10,
                    {line("taxes", 5, 5), interest(5, 5), principal(0, 0),
                     line("subordinate", 50, 50, "S")}) == "OK");
    CHECK(desk.of("cash").as_integer() == 10);
    CHECK(desk.paid(10, 0, {interest(10, 10)}) == "E_BACKDATED");  // the same day again
    const json::Array& faces = desk.of("tranches").as_array();
    CHECK(faces[0].integer_or("outstanding", 0) == 150);
    CHECK(faces[1].integer_or("outstanding", 0) == 0);

    // From its maturity on, all of the principal is due.
    desk.pass_days(364);
    CHECK(desk.paid(10, 0, {interest(2, 2), principal(8, 8)}) == "E_WATERFALL_ORDER");
    CHECK(desk.paid(10, 0, {interest(2, 2), principal(150, 8)}) == "OK");
}

TEST_CASE("a programme states its own order") {
    Small desk(false);
    desk.id = desk.ok("manager", "programme.set_up", "",
                      with(desk.set_up(), js("{'waterfall':['senior_interest','taxes',"
                                             "'senior_principal','subordinate']}")));
    REQUIRE(desk.entered(desk.id, desk.asset(0)) == "OK");
    REQUIRE(desk.entered(desk.id, desk.asset(1)) == "OK");
    desk.issued();
    desk.collected(1, "interest", 10);
    CHECK(desk.paid(10, 0, {line("taxes", 5, 5), line("senior_interest", 5, 5, "A")}) ==
          "E_WATERFALL_ORDER");
    CHECK(desk.paid(10, 0, {line("custody_fees", 10, 10)}) == "E_SCHEMA");
    CHECK(desk.paid(10, 0, {line("senior_interest", 5, 5, "A"), line("taxes", 5, 5)}) == "OK");
}

TEST_CASE("shares: by face, rounded down, the rest to the largest, ties to the lowest id") {
    const auto shares = [](const json::Array& holders, std::int64_t amount) {
        json::Array out = shares_of(json::Object{{"holders", holders}}, "A", amount);
        std::string text;
        for (const json::Value& one : out)
            text += std::string(one.string_or("holder", "")) + "=" +
                    std::to_string(one.integer_or("amount", 0)) + " ";
        return text;
    };
    CHECK(shares({face("A", "c", 1), face("A", "b", 1), face("A", "a", 1)}, 100) ==
          "a=34 b=33 c=33 ");
    CHECK(shares({face("A", "a", 1), face("A", "b", 2), face("S", "c", 9)}, 10) == "a=3 b=7 ");
    CHECK(shares({face("A", "a", 9'007'199'254'740'991)}, 9'007'199'254'740'991) ==
          "a=9007199254740991 ");
}

TEST_CASE("replacement: value, cap, and the old one leaves only for the new") {
    Small desk;
    desk.issued();
    const auto swap = [&](std::size_t with_asset, std::int64_t principal, std::int64_t value) {
        json::Value body = desk.asset(with_asset, principal, value);
        body.set("no", 1);
        body.set("reason", "defect");
        body.set("notice_hash", kHash);
        return desk.all_three("programme.replace_asset", desk.id, body);
    };
    CHECK(swap(2, 99, 150) == "E_NOT_ELIGIBLE");
    CHECK(swap(2, 100, 149) == "E_NOT_ELIGIBLE");
    CHECK(swap(1, 100, 150) == "E_IN_OTHER_POOL");
    CHECK(swap(2, 100, 150) == "E_REPLACEMENT_CAP");  // a tenth of 200
    CHECK(desk.record("right/" + desk.rights[0]).find("enc")->find("pool") != nullptr);
}

TEST_CASE("sums in the facts of a refusal stay within what is read again") {
    constexpr std::int64_t kMost = json::kIntegerMax;
    Small desk;
    desk.ok("manager", "programme.approve_shelf", desk.id, desk.shelf());
    json::Value body = desk.issue_of();
    body.set("tranches", tranches(kMost, kMost));
    body.set("holders", json::Array{face("A", "fund-a", kMost), face("S", "small-loan", kMost)});
    CHECK(desk.both("programme.issue_tranches", desk.id, body) == "E_SHELF_EXCEEDED");
    CHECK(desk.refusal.facts.integer_or("faces", 0) == -1);
    REQUIRE(desk.both("programme.issue_tranches", desk.id, desk.issue_of()) == "OK");
    desk.collected(1, "interest", 1);
    const json::Array lines = {line("taxes", kMost, kMost), line("custody_fees", kMost, kMost)};
    CHECK(desk.paid(1, kMost, lines) == "E_WATERFALL_UNBALANCED");
    CHECK(desk.refusal.facts.integer_or("in", 0) == -1);
    CHECK(desk.refusal.facts.integer_or("lines", 0) == -1);
    json::Value programme = desk.record("programme/" + desk.id);
    programme["fields"].set("replaced", kMost);
    desk.plant("programme/" + desk.id, programme);
    const json::Value swap =
        with(desk.asset(2), js("{'no':1,'reason':'defect','notice_hash':'" + kHash + "'}"));
    CHECK(desk.all_three("programme.replace_asset", desk.id, swap) == "E_REPLACEMENT_CAP");
    CHECK(desk.refusal.facts.find("replaced") == nullptr);
}

TEST_CASE("defaults, shortfall, acceleration") {
    Small desk;
    desk.issued();
    const auto default_of = [&](const std::string& party, int days) {
        return desk.code(party, "programme.asset_default", desk.id,
                         json::Object{{"no", 1}, {"days_overdue", days}, {"notice_hash", kHash}});
    };
    CHECK(default_of("manager", 30) == "E_WRONG_AUTHORITY");
    CHECK(default_of("small-loan", 29) == "E_NO_TRIGGER");
    const auto accelerate = [&](const char* trigger, bool shown = false) {
        json::Value body = json::Object{{"trigger", trigger}};
        if (shown) body.set("evidence", kHash);
        return desk.both("programme.accelerate", desk.id, body);
    };
    CHECK(accelerate("default_rate") == "E_NO_TRIGGER");
    CHECK(accelerate("shortfall_payer_failed") == "E_NO_TRIGGER");
    CHECK(accelerate("rating") == "E_NO_TRIGGER");
    CHECK(default_of("small-loan", 30) == "OK");

    const auto call = [&](std::int64_t needed, const std::string& on) {
        return desk.code(
            "manager", "programme.call_shortfall", desk.id,
            json::Object{{"pay_date", desk.day(5)}, {"shortfall_date", on}, {"needed", needed}});
    };
    desk.collected(2, "principal", 40);
    CHECK(call(40, desk.day(4)) == "E_NO_SHORTFALL");
    CHECK(call(50, desk.day(5)) == "E_BACKDATED");
    CHECK(call(50, desk.day(4)) == "OK");
    CHECK(accelerate("shortfall_payer_failed") == "E_NO_TRIGGER");  // its day is ahead
    CHECK(desk.paid(40, 10,
                    {line("senior_interest", 20, 20, "A"),
                     line("senior_principal", 30, 30, "A")}) == "OK");
    CHECK(desk.of("shortfalls").as_array()[0].integer_or("paid", 0) == 10);
    CHECK(accelerate("default_rate") == "OK");  // half of the pool

    // Once accelerated, all of the senior principal is due before anybody below.
    desk.pass_days(1);
    desk.collected(2, "principal", 60);
    CHECK(desk.code("small-loan", "programme.collect", desk.id,
                    json::Object{{"no", 2},
                                 {"kind", "principal"},
                                 {"amount", 1},
                                 {"received_on", desk.today()}}) == "E_WATERFALL_UNBALANCED");
    CHECK(desk.paid(60, 0,
                    {line("senior_interest", 10, 10, "A"),
                     line("senior_principal", 50, 50, "A")}) == "E_WATERFALL_ORDER");
    CHECK(desk.paid(60, 0,
                    {line("senior_interest", 10, 10, "A"),
                     line("senior_principal", 120, 50, "A")}) == "OK");
    CHECK(desk.both("programme.clear", desk.id, json::Object{}) == "E_TRANCHE_OUTSTANDING");
    CHECK(desk.both("programme.clear", desk.id, json::Object{{"assets_sold", kHash}}) == "OK");
    CHECK(desk.record("right/" + desk.rights[1]).find("enc")->find("pool") == nullptr);
    CHECK(desk.get("pooled/" + desk.claims[1]) == nullptr);
}

TEST_CASE("abandoned before issue, everything is free") {
    Small desk;
    CHECK(desk.code("custodian", "programme.abandon", desk.id, json::Object{{"reason", "r"}}) ==
          "E_ROLE");
    desk.ok("manager", "programme.abandon", desk.id, json::Object{{"reason", "r"}});
    CHECK(desk.record("right/" + desk.rights[0]).find("enc")->find("pool") == nullptr);
    desk.cancelled(desk.pledges[0]);
}

}  // namespace quanlu::registry
