// What members sign and send: headers, votes, certificates, blocks, transactions, genesis,
// outcomes, frames. Canonical both ways.
#include "crypto/base/encode.h"
#include "crypto/hash.h"
#include "ledger/chain/leaf.h"
#include "node/replica/wire.h"
#include "tests/fuzz/targets.h"
#include "tests/fuzz/world.h"

namespace quanlu::fuzz {

namespace {

using chain::VoteKind;

constexpr auto kCountable = static_cast<std::uint64_t>(json::kIntegerMax);

// Decodes with a Reader and encodes what was read: the same bytes.
template <class Decode>
void both_ways(Input input, std::string_view property, const Decode& decode) {
    Reader in(input);
    const auto value = decode(in);
    if (!in.done()) return;
    accepted();
    must(equal(encoded(value), input), property);
}

chain::QuorumCert cert_of(VoteKind kind, View view, const Hash& block) {
    chain::QuorumCert cert;
    cert.statement = {kind, Epoch(0), view, block};
    for (std::uint32_t member = 0; member < 3; ++member) {
        cert.signers |= std::uint64_t{1} << member;
        cert.signatures.push_back(vote_of(kind, view, block, member).signature);
    }
    return cert;
}

chain::Justification justification_of() {
    chain::Justification out = world().blocks.back().block.justification;
    out.skipped.push_back(cert_of(VoteKind::nullify, View(8), Hash{}));
    out.skipped.push_back(cert_of(VoteKind::nullify, View(9), Hash{}));
    return out;
}

// Mode 1: the header is made to fit the body that follows it, so that mutants pass the hash.
Bytes fitted(Input input) {
    const Moded in = moded(input);
    Bytes bytes = to_bytes(in.rest);
    if (in.mode % 2 == 0 || bytes.size() < chain::kHeaderBytes) return bytes;
    auto header = chain::decode_header(BytesView(bytes).first(chain::kHeaderBytes));
    Reader rest(BytesView(bytes).subspan(chain::kHeaderBytes));
    const chain::Body body = chain::decode_body(rest);
    if (!header.ok() || !rest.ok()) return bytes;
    header->tx_count = static_cast<std::uint32_t>(body.size());
    header->txs_hash = chain::txs_hash(chain::tx_hashes(body));
    const Bytes head = encode(*header);
    std::copy(head.begin(), head.end(), bytes.begin());
    return bytes;
}

}  // namespace

void fuzz_header(Input input) {
    const auto header = chain::decode_header(input);
    if (!header.ok()) return;
    accepted();
    must(equal(encode(*header), input), "header: one encoding");
    must(header->height.value <= kCountable && header->view.value <= kCountable &&
             header->epoch.value <= kCountable && header->time.value >= 0,
         "header: its numbers are countable");
    must(chain::header_leaf(*header).size() < 1'024, "header: a leaf of bounded size");
}

void seed_header(Seeds& seeds) {
    seeds.add("genesis", encode(world().headers.front()));
    seeds.add("tip", encode(world().headers.back()));
}

void fuzz_signed_vote(Input input) {
    both_ways(input, "vote: one encoding",
              [](Reader& in) { return chain::decode_signed_vote(in); });
    Reader in(input);
    const chain::SignedVote vote = chain::decode_signed_vote(in);
    if (!in.done()) return;
    must(chain::is_countable(vote.vote), "vote: epoch and view are countable");
    const auto verified = verify(vote, world().genesis.member_set(), world().genesis.tag());
    must(!verified.ok() || vote.member < 4, "vote: only members sign");
}

void seed_signed_vote(Seeds& seeds) {
    const Hash block = chain::hash_of(world().headers.back());
    seeds.add("notarize", encoded(vote_of(VoteKind::notarize, View(3), block, 1)));
    seeds.add("nullify", encoded(vote_of(VoteKind::nullify, View(4), Hash{}, 2)));
    seeds.add("finalize", encoded(vote_of(VoteKind::finalize, View(5), block, 3)));
}

void fuzz_quorum_cert(Input input) {
    both_ways(input, "certificate: one encoding",
              [](Reader& in) { return chain::decode_quorum_cert(in); });
    Reader in(input);
    const chain::QuorumCert cert = chain::decode_quorum_cert(in);
    if (!in.done()) return;
    const chain::Members members = world().genesis.member_set();
    const bool holds = check(cert, members, world().genesis.tag()).ok();
    must(!holds || (cert.signatures.size() >= members.quorum() && cert.signers < 16),
         "certificate: a quorum of members");
}

void seed_quorum_cert(Seeds& seeds) {
    seeds.add("finalize", encoded(*world().blocks.back().finalization));
    seeds.add("notarize", encoded(*world().blocks.back().block.justification.parent));
    seeds.add("nullify", encoded(cert_of(VoteKind::nullify, View(7), Hash{})));
}

void fuzz_justification(Input input) {
    both_ways(input, "justification: one encoding",
              [](Reader& in) { return chain::decode_justification(in); });
    Reader in(input);
    const chain::Justification justification = chain::decode_justification(in);
    if (!in.done()) return;
    must(justification.skipped.size() <= chain::kJustifyMax, "justification: bounded");
    const auto linked = chain::verify_links(world().headers.back(), justification,
                                            world().genesis.member_set(), world().genesis.tag());
    must(!linked.ok() || justification.parent, "justification: no block without its parent's");
}

void seed_justification(Seeds& seeds) {
    seeds.add("first", encoded(chain::Justification{}));
    seeds.add("parent", encoded(world().blocks.back().block.justification));
    seeds.add("skipped", encoded(justification_of()));
}

void fuzz_block(Input input) {
    const Bytes bytes = fitted(input);
    const auto block = chain::decode_block(bytes);
    if (!block.ok()) return;
    accepted();
    must(encoded(*block) == bytes, "block: one encoding");
    must(block->body.size() == block->header.tx_count &&
             chain::txs_hash(chain::tx_hashes(block->body)) == block->header.txs_hash,
         "block: the body is the one of the header");
    for (const std::string& jws : block->body)
        must(jws.size() <= chain::kTxBytesMax, "block: transactions of bounded size");
}

void seed_block(Seeds& seeds) {
    const chain::Block& block = world().blocks.at(1).block;
    seeds.add_mode("whole", 0, encoded(block));
    seeds.add_mode("fitted", 1, encoded(block));
    chain::Block skipped = block;
    skipped.justification = justification_of();
    skipped.body = {"a", "bc"};
    seeds.add_mode("skipped", 1, encoded(skipped));
}

void fuzz_tx(Input input) {
    const std::string text = jws_of(input);
    const Hash& chain_id = world().genesis.chain_id;
    const auto tx = chain::parse_tx(text, chain_id);
    if (!tx.ok()) {
        const auto said = json::parse(json::write(chain::to_json(tx.error())), 1 << 20);
        must(said.ok(), "tx: a refusal is JSON of the house profile");
        return;
    }
    accepted();
    must(tx->jws == text && tx->hash == crypto::sha256(as_bytes(text)), "tx: kept as it came");
    must(tx->exp > tx->iat && tx->iat >= 0 && tx->body.is_object(), "tx: claims have form");
    must(!tx->ver || *tx->ver >= 1, "tx: versions count from 1");
    must(text.size() <= chain::kTxBytesMax, "tx: of bounded size");
    const std::size_t dot = text.find('.') + 1;
    const auto claims = from_base64url(text.substr(dot, text.rfind('.') - dot));
    must(claims.has_value(), "tx: claims in base64url");
    const auto members = json::parse(as_text(*claims), text.size());
    must(members.ok() &&
             members->as_object().size() == 7U + (tx->rec.empty() ? 0U : 1U) + (tx->ver ? 1U : 0U),
         "tx: no claim that is not known");
    must(as_text(*claims).find('\0') == std::string_view::npos &&
             !as_text(*claims).starts_with("\xEF\xBB\xBF"),
         "tx: nothing after the claims, no byte order mark");
    must(!chain::parse_tx(text, Hash{}).ok(), "tx: of one chain only");
    // The same claims once more, in canonical spelling and signed: the same transaction.
    chain::TxDraft draft{tx->iss, tx->jti, tx->act, tx->rec, tx->iat, tx->exp, -1, tx->body};
    if (tx->ver) draft.ver = *tx->ver;
    const auto again = chain::parse_tx(chain::sign_tx(member_key(0), chain_id, draft), chain_id);
    if (!again.ok()) {
        must(again.error().code == chain::Code::E_TOO_LARGE, "tx: what is signed again is read");
        return;
    }
    must(again->iss == tx->iss && again->jti == tx->jti && again->act == tx->act &&
             again->rec == tx->rec && again->ver == tx->ver && again->iat == tx->iat &&
             again->exp == tx->exp && again->body == tx->body && again->operation == tx->operation,
         "tx: what is signed again says the same");
    must(check_signature(*again, member_key(0).public_key()).ok(), "tx: the signature holds");
    (void)check_window(*tx, world().now(), 600'000);
}

void seed_tx(Seeds& seeds) {
    std::size_t n = 0;
    for (const auto& tx : world().txs) {
        if (tx->jws.size() > 3'000 || ++n > 3) continue;
        seeds.add_mode("whole-" + std::to_string(n), 0, as_bytes(tx->jws));
        seeds.add_mode("open-" + std::to_string(n), 1, opened_jws(tx->jws));
    }
    chain::TxDraft draft{"bank",
                         "op:1._-x",
                         "pledge.sign",
                         "PL-1",
                         1'795'140'000,
                         1'795'140'600,
                         3,
                         json::Object{{"note", "质押"}}};
    const std::string jws = chain::sign_tx(member_key(0), world().genesis.chain_id, draft);
    Bytes open = opened_jws(jws);
    seeds.add_mode("open-ver", 1, open);
    open.pop_back();
    append(open, as_bytes(",\"more\":1}"));
    seeds.add_mode("open-more", 1, open);
}

void fuzz_genesis(Input input) {
    const std::string text = text_of(input);
    const auto genesis = chain::parse_genesis(text);
    if (!genesis.ok()) {
        must(!genesis.error().empty(), "genesis: a refusal has a reason");
        return;
    }
    accepted();
    const std::string canonical = json::write(chain::to_json(*genesis));
    must(genesis->chain_id == crypto::sha256(as_bytes(canonical)),
         "genesis: the chain id is that of the document");
    const auto again = chain::parse_genesis(canonical);
    must(again.ok() && again->chain_id == genesis->chain_id && again->params == genesis->params &&
             again->members == genesis->members && again->records == genesis->records,
         "genesis: the canonical text says the same");
    must(!genesis->members.empty() && genesis->members.size() <= chain::kMembersMax,
         "genesis: 1 to 64 members");
    (void)genesis->member_set();
    const auto store_kv = kv::make_memory_kv();
    state::Store store(*store_kv);
    (void)execution::genesis_tip(*genesis, store);  // refuses or founds
}

void seed_genesis(Seeds& seeds) {
    chain::Genesis genesis = world().genesis;
    genesis.name = "seed";
    json::Value records;
    for (const char* party : {"party/office", "party/bank"})
        records.set(party, genesis.records.as_object().at(party));
    genesis.records = records;
    seeds.add("two-parties", json::write(chain::to_json(genesis)));
    genesis.records = json::Value();
    genesis.members.resize(1);
    seeds.add("lone", json::write_pretty(chain::to_json(genesis)));
}

void fuzz_outcome(Input input) {
    const auto value = json::parse(text_of(input));
    if (!value.ok()) return;
    if (const auto event = chain::event_from_json(*value))
        must(chain::to_json(*event) == *value, "event: one spelling");
    const auto outcome = chain::outcome_from_json(*value);
    if (!outcome) return;
    accepted();
    must(chain::to_json(*outcome) == *value, "outcome: one spelling");
    must(chain::outcome_text(*outcome) == json::write(*value), "outcome: one text");
}

void seed_outcome(Seeds& seeds) {
    std::size_t n = 0;
    for (const chain::Outcome& outcome : world().outcomes) {
        if (++n % 5 == 1)
            seeds.add("office-" + std::to_string(n), json::write(chain::to_json(outcome)));
    }
    chain::Outcome refused;
    refused.refusal = chain::Refusal(chain::Code::E_ALREADY_PLEDGED, "/rights",
                                     json::Object{{"pledge", "PL-1"}}, chain::Where{Height(7), 2});
    seeds.add("refused", json::write(chain::to_json(refused)));
    chain::Outcome warned;
    warned.record = "PL-1";
    warned.version = 2;
    warned.warnings = {chain::all_codes().front().code};
    seeds.add("warned", json::write(chain::to_json(warned)));
}

void fuzz_wire(Input input) {
    namespace wire = replica::wire;
    const auto message = wire::decode(input);
    if (!message.ok()) return;
    accepted();
    must(equal(wire::encode(*message), input), "wire: one encoding");
}

void seed_wire(Seeds& seeds) {
    namespace wire = replica::wire;
    const World& all = world();
    const chain::FinalBlock& last = all.blocks.back();
    const Hash hash = chain::hash_of(last.block.header);
    const auto add = [&](const char* name, const wire::Message& message) {
        seeds.add(name, wire::encode(message));
    };
    wire::Greeting greeting;
    greeting.view = View(9);
    greeting.height = Height(5);
    greeting.floor = last.finalization;
    greeting.wall = all.now();
    greeting.life = 77;
    greeting.version = "0.1.0";
    add("greeting", greeting);
    greeting.entry = last.block.justification.parent;
    greeting.about = wire::Greeting::About::question;
    add("greeting-question", greeting);
    greeting.about = wire::Greeting::About::answer;
    greeting.asked_by = 78;
    add("greeting-answer-none", greeting);
    greeting.yours = {vote_of(VoteKind::notarize, View(3), hash, 1),
                      vote_of(VoteKind::finalize, View(3), hash, 1)};
    add("greeting-answer", greeting);
    add("proposal",
        wire::Proposal{last.block.header, chain::tx_hashes(last.block.body), justification_of(),
                       vote_of(VoteKind::notarize, View(9), hash, 1)});
    add("vote", wire::VoteMsg{vote_of(VoteKind::finalize, View(9), hash, 2)});
    add("cert", wire::CertMsg{*last.finalization});
    add("txs", wire::Txs{{all.txs.back()->jws, "x"}});
    add("fetch-txs", wire::FetchTxs{hash, chain::tx_hashes(last.block.body)});
    add("fetch-cert", wire::FetchCert{VoteKind::nullify, Epoch(0), View(8)});
    add("fetch-cert-any", wire::FetchCert{{}, Epoch(0), View(8)});
    add("fetch-block", wire::FetchBlock{hash});
    add("block", wire::BlockMsg{last.block});
    add("fetch-range", wire::FetchRange{Height(1), 512});
    chain::FinalBlock small = last;
    small.block.body.clear();
    small.block.header.tx_count = 0;
    small.block.header.txs_hash = chain::txs_hash({});
    chain::FinalBlock covered = small;
    covered.finalization.reset();
    add("range", wire::Range{{covered, small}});
    add("range-empty", wire::Range{});
}

}  // namespace quanlu::fuzz
