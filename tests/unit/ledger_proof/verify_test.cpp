// The judge: true bundles are valid with the right facts; whoever lies about chain, set, finality,
// link, record, line, key, height or age is found out.
#include "ledger/proof/verify.h"

#include "crypto/base/civil_time.h"
#include "ledger.h"

namespace quanlu::proof {

namespace {

const Question kAny{};

std::string why(const Bundle& bundle, const chain::Genesis& genesis) {
    const Verdict verdict = verify(bundle, genesis, kAny);
    return verdict.answer == Answer::invalid ? verdict.reason
                                             : std::string(to_text(verdict.answer));
}

}  // namespace

TEST_CASE("records, absences, transactions and batches, final by themselves or by a later header") {
    const Ledger ledger;
    for (std::size_t height = 0; height <= 6; ++height) {
        for (std::size_t final_at = std::max<std::size_t>(height, 1); final_at <= 6; ++final_at) {
            for (const auto& [key, value] : ledger.maps[height]) {
                const Bundle bundle = ledger.about(key, height, final_at);
                REQUIRE(ledger.is_true(bundle));
                const Verdict verdict = verify(bundle, ledger.genesis, kAny);
                REQUIRE(verdict.answer == Answer::valid);
                REQUIRE(verdict.facts.size() == 1);
                REQUIRE(verdict.facts[0].key == key);
                REQUIRE(verdict.facts[0].present);
                REQUIRE(verdict.height == Height(height));
                REQUIRE(verdict.time == ledger.headers[height].time);
                REQUIRE(verdict.headers_linked == final_at - height);
                REQUIRE(verdict.members == 4);
                REQUIRE(verdict.signers ==
                        std::vector<std::string>{"node-0-0", "node-0-1", "node-0-2"});
            }
            const Verdict absent =
                verify(ledger.about("right/CN:none", height, final_at), ledger.genesis, kAny);
            REQUIRE(absent.answer == Answer::valid);
            REQUIRE_FALSE(absent.facts[0].present);
            for (std::size_t tx = 1; tx <= height; ++tx) {
                const Verdict line = verify(ledger.tx(tx, height, final_at), ledger.genesis, kAny);
                REQUIRE(line.answer == Answer::valid);
            }
            if (height > 1) {
                const Verdict batch = verify(
                    ledger.batch({"right/CN:10", "right/none", "right/CN:11"}, height, final_at),
                    ledger.genesis, kAny);
                REQUIRE(batch.answer == Answer::valid);
                REQUIRE(batch.facts.size() == 3);
                REQUIRE(batch.facts[1].sentence.en == "right/none has no record on this ledger");
            }
        }
    }
}

TEST_CASE("what is said is what the proven value holds") {
    const Ledger ledger;
    const auto said = [&](const Bundle& bundle) {
        return verify(bundle, ledger.genesis, kAny).facts.at(0).sentence;
    };
    CHECK(said(ledger.about("right/CN:11", 1, 1)).en ==
          "right/CN:11 has no pledge, no freeze, no pool, no filing under review");
    CHECK(said(ledger.about("right/CN:11", 1, 1)).zh ==
          "right/CN:11 无质押、无保全、无入池、无在审申请");
    CHECK(said(ledger.about("right/CN:10", 2, 2)).en ==
          "right/CN:10 has 1 pledge (PL-1), no freeze, no pool, no filing under review");
    CHECK(said(ledger.about("party/bank-hz", 2, 2)).en ==
          "party/bank-hz is on the ledger, state active");
    CHECK(said(ledger.about("right/CN:99", 2, 2)).zh == "right/CN:99 在本账本无登记");
    const std::string done = said(ledger.tx(1, 4, 4)).en, refused = said(ledger.tx(2, 4, 4)).en;
    CHECK(done.find("pledge.submit by bank-hz (tx ") == 0);
    CHECK(done.find("was carried out at height 1, index 0, record PL-1 is submitted") !=
          std::string::npos);
    CHECK(refused.find("was refused at height 2, index 0: E_ALREADY_PLEDGED") != std::string::npos);
}

TEST_CASE("too few, repeated, foreign or misplaced signatures make nothing final") {
    const Ledger ledger;
    Bundle good = ledger.about("right/CN:11", 3, 3);
    REQUIRE(why(good, ledger.genesis) == "valid");
    Bundle bundle = good;
    bundle.final.finalization = certify(ledger.headers[3], 0b1111);
    CHECK(why(bundle, ledger.genesis) == "valid");
    bundle.final.finalization = certify(ledger.headers[3], 0b1010);  // q - 1
    CHECK(why(bundle, ledger.genesis) == "certificate");
    bundle.final.finalization = certify(ledger.headers[3], 0b0001);
    bundle.final.finalization.signatures.assign(3, bundle.final.finalization.signatures[0]);
    CHECK(why(bundle, ledger.genesis) == "certificate");
    bundle.final.finalization.signers = 0b0111;
    CHECK(why(bundle, ledger.genesis) == "certificate");
    bundle.final.finalization = certify(ledger.headers[3], 0b11100000);
    CHECK(why(bundle, ledger.genesis) == "certificate");
    // Notarized is not final (8.5 trap g), nor is a nullified view.
    bundle.final.finalization = certify(ledger.headers[3], 0b1111, chain::VoteKind::notarize);
    CHECK(why(bundle, ledger.genesis) == "finality");
    bundle.final.finalization.statement.kind = chain::VoteKind::finalize;
    CHECK(why(bundle, ledger.genesis) == "certificate");
    bundle.final.finalization = certify(ledger.headers[2]);
    CHECK(why(bundle, ledger.genesis) == "finality");
    bundle.final.finalization = certify(ledger.headers[4]);
    CHECK(why(bundle, ledger.genesis) == "finality");
    bundle = good;
    bundle.final.finalization.statement.view = bundle.final.finalization.statement.view.next();
    CHECK(why(bundle, ledger.genesis) == "finality");
    bundle = good;
    bundle.final.finalization.statement.epoch = Epoch(1);
    CHECK(why(bundle, ledger.genesis) == "finality");
    bundle = good;
    bundle.final.header.epoch = Epoch(1);
    CHECK(why(bundle, ledger.genesis) == "epoch");
    // A header nobody signed, whatever it says of itself.
    bundle = good;
    bundle.final.header.state_root = naive_root(ledger.maps[4]);
    CHECK(why(bundle, ledger.genesis) == "finality");
}

TEST_CASE("a path must lead child by child to the finalized header") {
    const Ledger ledger;
    const Bundle good = ledger.about("right/CN:11", 2, 6);
    REQUIRE(why(good, ledger.genesis) == "valid");
    for (std::size_t i = 0; i < good.final.path.size(); ++i) {
        Bundle bundle = good;
        bundle.final.path.erase(bundle.final.path.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(why(bundle, ledger.genesis) ==
              (i + 1 == good.final.path.size() ? "finality" : "path"));
        bundle = good;
        bundle.final.path.insert(bundle.final.path.begin() + static_cast<std::ptrdiff_t>(i),
                                 good.final.path[i]);
        CHECK(why(bundle, ledger.genesis) == "path");
        bundle = good;
        bundle.final.path[i].time.value += 1;
        CHECK(why(bundle, ledger.genesis) ==
              (i + 1 == good.final.path.size() ? "finality" : "path"));
    }
    Bundle bundle = good;
    std::swap(bundle.final.path[0], bundle.final.path[1]);
    CHECK(why(bundle, ledger.genesis) == "path");
    bundle = good;
    bundle.final.path.assign(kPathMax + 1, good.final.path[0]);
    CHECK(why(bundle, ledger.genesis) == "path");

    // An uncle: same parent as a final header, never finalized, offered with the real chain behind
    // it.
    chain::Header uncle = ledger.headers[3];
    uncle.state_root = naive_root(ledger.maps[1]);
    bundle = ledger.about("right/CN:20", 1, 1);  // absent at height 1
    bundle.final.header = uncle;
    bundle.final.path = {ledger.headers[4]};
    bundle.final.finalization = certify(ledger.headers[4]);
    CHECK(why(bundle, ledger.genesis) == "path");

    // Correct hash, wrong place: each linking field alone.
    const auto link = [&](auto change) {
        Bundle changed = ledger.about("right/CN:11", 2, 3);
        change(changed.final.path[0]);
        changed.final.finalization = certify(changed.final.path[0]);
        return why(changed, ledger.genesis);
    };
    CHECK(link([](chain::Header&) {}) == "valid");
    CHECK(link([](chain::Header& h) { h.height = Height(4); }) == "path");
    CHECK(link([](chain::Header& h) { h.parent_view = View(1); }) == "path");
    CHECK(link([](chain::Header& h) { h.view = h.parent_view; }) == "path");
    CHECK(link([](chain::Header& h) { h.chain.chain_id = Hash{}; }) == "path");
    CHECK(link([](chain::Header& h) { h.epoch = Epoch(1); }) == "path");
    CHECK(link([](chain::Header& h) { h.parent = Hash{}; }) == "path");
}

TEST_CASE("another chain, another genesis, another member set") {
    const Ledger ledger;
    const Bundle good = ledger.about("right/CN:11", 3, 3);
    CHECK(why(good, genesis_of("other-net")) == "wrong_chain");
    Bundle bundle = good;
    bundle.chain_id = genesis_of("other-net").chain_id;
    CHECK(why(bundle, ledger.genesis) == "wrong_chain");
    CHECK(why(bundle, genesis_of("other-net")) ==
          "wrong_chain");  // its header is still of the first chain
    // Signed by the right members, but the header names another set.
    bundle = good;
    bundle.final.header.members_hash = Hash{};
    bundle.final.finalization = certify(bundle.final.header);
    CHECK(why(bundle, ledger.genesis) == "members");
}

TEST_CASE("values, keys, proofs and lines are bound to the header's roots") {
    const Ledger ledger;
    const Bundle good = ledger.about("right/CN:10", 3, 3);
    Bundle bundle = good;
    (*bundle.items[0].value)["enc"].set("pledges", json::Array{});
    CHECK(why(bundle, ledger.genesis) == "tree_proof");
    bundle = good;
    bundle.items[0].key = "right/CN:11";
    CHECK(why(bundle, ledger.genesis) == "tree_proof");
    bundle = good;
    bundle.kind = BundleKind::absence;
    bundle.items[0].value.reset();
    CHECK(why(bundle, ledger.genesis) == "tree_proof");
    bundle = ledger.about("right/CN:10", 1, 1);  // yesterday's value under today's header
    bundle.final = good.final;
    CHECK(why(bundle, ledger.genesis) == "tree_proof");
    bundle = good;
    bundle.items[0].proof = ledger.about("right/CN:11", 3, 3).items[0].proof;
    CHECK(why(bundle, ledger.genesis) == "tree_proof");
    bundle = good;
    bundle.items.clear();
    CHECK(why(bundle, ledger.genesis) == "empty");
    bundle = ledger.batch({"right/CN:10", "right/none"}, 3, 3);
    bundle.items[1].key = "right/CN:11";
    CHECK(why(bundle, ledger.genesis) == "tree_proof");

    const Bundle tx = ledger.tx(2, 5, 5);
    REQUIRE(why(tx, ledger.genesis) == "valid");
    bundle = tx;
    bundle.log->line.replace(bundle.log->line.find("E_ALREADY_PLEDGED"), 17, "E_RESERVED_BY_OTH");
    CHECK(why(bundle, ledger.genesis) == "log_proof");
    bundle = tx;
    bundle.log->proof.index += 1;
    CHECK(why(bundle, ledger.genesis) == "log_proof");
    bundle = tx;
    bundle.log->proof.size -= 1;
    CHECK(why(bundle, ledger.genesis) == "log_proof");
    bundle = tx;
    bundle.final = ledger.final(4, 4);
    CHECK(why(bundle, ledger.genesis) == "log_proof");
    // A header line is in the log, but is no transaction.
    bundle = tx;
    bundle.log = LogItem{ledger.logs[5][2], {2, 10, naive_path(ledger.logs[5], 2, 0, 10)}};
    CHECK(why(bundle, ledger.genesis) == "leaf");
}

TEST_CASE("a line in the log whose members disagree is no transaction") {
    const Ledger ledger;
    const std::string good = ledger.tx_lines[0];
    const auto judge = [&](const std::string& line) {
        Bundle bundle = ledger.tx(1, 1, 1);
        std::vector<std::string> log = ledger.logs[1];
        log[1] = line;
        bundle.log = LogItem{line, {1, 2, naive_path(log, 1, 0, 2)}};
        bundle.final.header.log_root = naive_log_root(log, 0, 2);
        bundle.final.finalization = certify(bundle.final.header);
        return why(bundle, ledger.genesis);
    };
    const auto replaced = [&](const std::string& from, const std::string& to) {
        std::string line = good;
        line.replace(line.find(from), from.size(), to);
        return line;
    };
    REQUIRE(judge(good) == "valid");
    CHECK(judge(replaced("\"height\":1", "\"height\":2")) ==
          "leaf");  // after the header that proves it
    CHECK(judge(replaced("\"index\":0", "\"index\":-1")) == "leaf");
    CHECK(judge(replaced("\"kind\":\"tx\"", "\"kind\":\"ty\"")) == "leaf");
    CHECK(judge(replaced("\"code\":\"OK\"", "\"code\":\"NO\"")) == "leaf");
    CHECK(judge(replaced("{\"height\"", "{ \"height\"")) == "leaf");
    CHECK(judge(replaced("\"id\":\"", "\"id\":\"0")) == "leaf");
    CHECK(judge(replaced("{\"height\"", "{\"a\":1,\"height\"")) == "leaf");
    CHECK(judge("{}") == "leaf");
    CHECK(judge("not json") == "leaf");
    // Another chain's transaction with its own right id.
    chain::TxDraft draft{"bank-hz", "op", "a.b", "", 1, 2, -1, json::Object{}};
    const Hash other = crypto::sha256(as_bytes("other"));
    const auto tx = chain::parse_tx(chain::sign_tx(key_of(0x77), other, draft), other);
    CHECK(judge(chain::tx_leaf({Height(1), 0}, UnixMillis{1}, tx->jws, tx->id, {})) == "leaf");
}

TEST_CASE("the question asked decides: key, height, age") {
    const Ledger ledger;
    const Bundle bundle = ledger.about("right/CN:10", 3, 3);
    const std::int64_t made = ledger.headers[3].time.value;
    const auto ask = [&](Question question) { return verify(bundle, ledger.genesis, question); };
    Question question;
    question.key = "right/CN:10";
    CHECK(ask(question).answer == Answer::valid);
    question.key = "right/CN:1";
    CHECK(ask(question).answer == Answer::other_key);
    CHECK(exit_code(ask(question)) == 1);
    question.key.reset();

    question.now = UnixMillis{made + 60'000};
    CHECK(ask(question).answer == Answer::valid);
    CHECK(*ask(question).age_ms == 60'000);
    question.now = UnixMillis{made + 60'001};
    CHECK(ask(question).answer == Answer::stale);
    CHECK(exit_code(ask(question)) == 3);
    question.max_age_ms = 60'001;
    CHECK(ask(question).answer == Answer::valid);
    question.now = UnixMillis{made - 60'000};
    CHECK(ask(question).answer == Answer::valid);
    question.now = UnixMillis{made - 60'001};
    CHECK(ask(question).answer == Answer::stale);

    question.now = UnixMillis{made + 100LL * 365 * kMillisPerDay};
    CHECK(ask(question).answer == Answer::stale);
    question.at_height = Height(3);
    CHECK(ask(question).answer == Answer::valid);
    CHECK(exit_code(ask(question)) == 0);
    question.at_height = Height(2);
    CHECK(ask(question).answer == Answer::other_height);
    CHECK(exit_code(ask(question)) == 1);

    Question one;
    one.key = "right/none";
    const Verdict batch =
        verify(ledger.batch({"right/CN:10", "right/none"}, 3, 3), ledger.genesis, one);
    REQUIRE(batch.facts.size() == 1);
    CHECK(batch.facts[0].key == "right/none");
    const Verdict tx = verify(ledger.tx(1, 2, 2), ledger.genesis, kAny);
    one.key = tx.facts[0].key;
    CHECK(verify(ledger.tx(1, 2, 2), ledger.genesis, one).answer == Answer::valid);
    CHECK(verify(ledger.tx(2, 2, 2), ledger.genesis, one).answer == Answer::other_key);
}

TEST_CASE("member sets follow one another through sealing headers") {
    const Ledger ledger(3);
    const auto sealed = [&](std::vector<chain::Member> next) {
        chain::Header header = Ledger::child_of(ledger.headers[3]);
        header.kind = chain::BlockKind::sealing;
        header.next_members_hash = chain::Members(Epoch(1), std::move(next)).hash();
        return header;
    };
    const chain::Header sealing = sealed(members_of(1));
    chain::Header first = Ledger::child_of(sealing);
    first.epoch = Epoch(1);
    first.kind = chain::BlockKind::normal;
    first.parent_view = sealing.view;
    first.view = View(1);
    first.members_hash = sealing.next_members_hash;
    first.state_root = naive_root(ledger.maps[3]);

    Bundle good = ledger.about("right/CN:10", 3, 3);
    good.final = {first, {}, certify(first)};
    good.epochs = {{{sealing, {}, certify(sealing)}, members_of(1)}};
    const Verdict verdict = verify(good, ledger.genesis, kAny);
    REQUIRE(verdict.answer == Answer::valid);
    CHECK(verdict.epoch == Epoch(1));
    CHECK(verdict.signers[0] == "node-1-0");

    Bundle bundle = good;
    bundle.epochs.clear();
    CHECK(why(bundle, ledger.genesis) == "epoch");
    bundle = good;
    bundle.epochs.push_back(good.epochs[0]);
    CHECK(why(bundle, ledger.genesis) == "epoch");
    bundle = ledger.about("right/CN:10", 3, 3);  // a step nobody needs
    bundle.epochs = good.epochs;
    CHECK(why(bundle, ledger.genesis) == "epoch");
    bundle = good;
    bundle.epochs[0].next = members_of(2);
    CHECK(why(bundle, ledger.genesis) == "members");
    // A whole epoch of strangers behind a true sealing header that names others.
    chain::Header theirs = first;
    theirs.members_hash = chain::Members(Epoch(1), members_of(2)).hash();
    bundle.final = {theirs, {}, certify(theirs, 0b0111, chain::VoteKind::finalize, 2)};
    CHECK(why(bundle, ledger.genesis) == "members");
    bundle = good;  // signed by the new set itself, which nobody has vouched for
    bundle.epochs[0].sealing.header = sealed(members_of(2));
    bundle.epochs[0].next = members_of(2);
    CHECK(why(bundle, ledger.genesis) == "finality");
    bundle = good;
    bundle.epochs[0].sealing.finalization = certify(sealing, 0b0011);
    CHECK(why(bundle, ledger.genesis) == "certificate");
    bundle = good;  // an ordinary header cannot hand over, whoever signed it
    chain::Header normal = sealing;
    normal.kind = chain::BlockKind::normal;
    bundle.epochs[0].sealing = {normal, {}, certify(normal)};
    CHECK(why(bundle, ledger.genesis) == "sealing");
    bundle = good;  // the old members may not sign for the new epoch
    bundle.final.finalization = ledger.about("right/CN:10", 3, 3).final.finalization;
    CHECK(why(bundle, ledger.genesis) == "finality");
    chain::Header old = first;
    old.epoch = Epoch(0);
    bundle = good;
    bundle.final.finalization.signatures = certify(old).signatures;
    CHECK(why(bundle, ledger.genesis) == "certificate");

    // The sealing header final through a drain header behind it, which takes no height.
    chain::Header drain = Ledger::child_of(sealing);
    drain.kind = chain::BlockKind::drain;
    drain.height = sealing.height;
    bundle = good;
    bundle.epochs[0].sealing = {sealing, {drain}, certify(drain)};
    CHECK(why(bundle, ledger.genesis) == "valid");
    drain.height = sealing.height.next();
    bundle.epochs[0].sealing = {sealing, {drain}, certify(drain)};
    CHECK(why(bundle, ledger.genesis) == "path");
}

}  // namespace quanlu::proof
