// Every byte layout against vectors.h, and every decoder against every one-byte change and every
// truncation.
#include "fixture.h"

namespace quanlu::chain {

namespace {

// For each changed or cut text: `decode` refuses, or the value it gives is another one whose
// encoding is exactly that text. So no two texts stand for one value.
template <class Decode>
void check_strict(const Bytes& whole, std::size_t step, Decode decode) {
    REQUIRE(decode(BytesView(whole)) == whole);
    for (std::size_t cut = 0; cut < whole.size(); cut += step) {
        const auto again = decode(BytesView(whole).first(cut));
        if (again) FAIL("decoded after a cut to " << cut << " of " << whole.size());
    }
    Bytes longer = whole;
    longer.push_back(0);
    REQUIRE_FALSE(decode(BytesView(longer)));
    std::size_t refused = 0;
    for (std::size_t at = 0; at < whole.size(); at += step) {
        for (const int change : {0x01, 0x80, 0xFF}) {
            Bytes changed = whole;
            changed[at] = static_cast<std::uint8_t>(changed[at] ^ change);
            const auto again = decode(BytesView(changed));
            if (!again) {
                ++refused;
                continue;
            }
            if (*again != changed)
                FAIL("byte " << at << " changed by " << change
                             << " decodes to something else's text");
        }
    }
    CHECK(refused > 0);
}

std::optional<Bytes> again_header(BytesView bytes) {
    const auto header = decode_header(bytes);
    if (!header.ok()) return std::nullopt;
    return encode(*header);
}

std::optional<Bytes> again_cert(BytesView bytes) {
    Reader in(bytes);
    const QuorumCert cert = decode_quorum_cert(in);
    if (!in.done()) return std::nullopt;
    return encoded(cert);
}

std::optional<Bytes> again_vote(BytesView bytes) {
    Reader in(bytes);
    const SignedVote vote = decode_signed_vote(in);
    if (!in.done()) return std::nullopt;
    return encoded(vote);
}

std::optional<Bytes> again_justification(BytesView bytes) {
    Reader in(bytes);
    const Justification justification = decode_justification(in);
    if (!in.done()) return std::nullopt;
    return encoded(justification);
}

std::optional<Bytes> again_block(BytesView bytes) {
    const auto block = decode_block(bytes);
    if (!block.ok()) return std::nullopt;
    return encoded(*block);
}

void put_be(Bytes& bytes, std::size_t at, std::uint64_t value) {
    for (int i = 7; i >= 0; --i, value >>= 8)
        bytes[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value);
}

}  // namespace

TEST_CASE("genesis, members and parameters hash as the second implementation says") {
    const Genesis genesis = test_genesis();
    CHECK(to_hex(genesis.chain_id) == vectors::kChainId);
    CHECK(to_hex(genesis.member_set().hash()) == vectors::kMembersHash);
    CHECK(to_hex(hash_of(genesis.params)) == vectors::kParamsHash);
    CHECK(to_hex(as_bytes(json::write(to_json(genesis)))) == vectors::kGenesisHex);
    std::string keys;
    for (const Member& member : member_list(4)) keys += to_hex(member.key);
    CHECK(keys == vectors::kMemberKeys);
    CHECK(genesis.members == member_list(4));
    const Header header = genesis_header(genesis, crypto::sha256(as_bytes("s")));
    CHECK(to_hex(header.txs_hash) == vectors::kTxsHashEmpty);
    CHECK(header.log_root == crypto::sha256(BytesView{}));
    CHECK(header.height == Height(0));
    CHECK(header.view == View(0));
}

TEST_CASE("statement, vote and certificate bytes") {
    const ChainTag tag = test_genesis().tag();
    const Hash block = hash_of(test_header());
    CHECK(to_hex(statement_bytes(tag, {VoteKind::notarize, Epoch(0), View(9), block})) ==
          vectors::kStatementNotarize);
    CHECK(to_hex(statement_bytes(tag, {VoteKind::nullify, Epoch(0), View(8), Hash{}})) ==
          vectors::kStatementNullify);
    CHECK(to_hex(encoded(make_vote(VoteKind::notarize, View(9), block, 2, tag))) == vectors::kVote);
    CHECK(to_hex(encoded(make_cert(VoteKind::finalize, View(9), block, 0b0111, tag))) ==
          vectors::kCertFinalize);
}

TEST_CASE("transaction, header, block and leaves") {
    const Genesis genesis = test_genesis();
    const auto officer = key_of(0x77);
    CHECK(crypto::thumbprint(officer.public_key()) == vectors::kOfficerKid);
    CHECK(sign_tx(officer, genesis.chain_id, test_draft()) == vectors::kJws);
    const auto tx = parse_tx(vectors::kJws, genesis.chain_id);
    REQUIRE(tx.ok());
    CHECK(to_hex(tx->id) == vectors::kTxId);
    CHECK(to_hex(tx->hash) == vectors::kTxHash);
    CHECK(to_hex(txs_hash({tx->hash})) == vectors::kTxsHash);

    const Header header = test_header();
    CHECK(to_hex(encode(header)) == vectors::kHeader);
    CHECK(to_hex(hash_of(header)) == vectors::kBlockHash);
    CHECK(to_hex(encoded(test_block())) == vectors::kBlock);
    const auto block = decode_block(*from_hex(vectors::kBlock));
    REQUIRE(block.ok());
    CHECK(block->header == header);
    CHECK(block->justification == test_block().justification);

    const auto leaf = [](const std::string& line) {
        CHECK(json::write(*json::parse(line)) == line);  // a line is JCS
        return to_hex(crypto::sha256({BytesView(std::array<std::uint8_t, 1>{0}), as_bytes(line)}));
    };
    CHECK(leaf(header_leaf(header)) == vectors::kHeaderLeafHash);
    CHECK(leaf(system_leaf(Height(5), header.time,
                           {{"freeze.expired", "FZ-1", json::Object{{"by", "time"}}}})) ==
          vectors::kSystemLeafHash);
    Outcome ok;
    ok.record = "PL-1";
    ok.version = 4;
    ok.state = "registered";
    ok.warnings = {Code::W_BASIS_LOST};
    ok.events = {{"pledge.registered", "PL-1", {}}};
    CHECK(leaf(tx_leaf({Height(5), 0}, header.time, tx->jws, tx->id, ok)) ==
          vectors::kTxLeafOkHash);
    Outcome refused;
    refused.refusal = Refusal(Code::E_ALREADY_PLEDGED, "/rights", json::Object{{"pledge", "PL-1"}},
                              Where{Height(3), 0});
    CHECK(leaf(tx_leaf({Height(5), 0}, header.time, tx->jws, tx->id, refused)) ==
          vectors::kTxLeafRefusedHash);
}

TEST_CASE("every byte of a header, vote, certificate, justification and block counts") {
    check_strict(*from_hex(vectors::kHeader), 1, again_header);
    check_strict(*from_hex(vectors::kVote), 1, again_vote);
    check_strict(*from_hex(vectors::kCertFinalize), 1, again_cert);
    check_strict(encoded(test_block().justification), 1, again_justification);
    check_strict(*from_hex(vectors::kBlock), 1, again_block);
}

TEST_CASE("a block's body is the one its header names") {
    Block block = test_block();
    block.body.push_back(vectors::kJws);
    const auto more = decode_block(encoded(block));
    REQUIRE_FALSE(more.ok());
    CHECK(more.error() == Reject::bad_body);
    block.body = {std::string(vectors::kJws) + "A"};
    const auto other = decode_block(encoded(block));
    REQUIRE_FALSE(other.ok());
    CHECK(other.error() == Reject::bad_body);
}

TEST_CASE("a header of another tag, version, suite or kind is none") {
    const Bytes header = *from_hex(vectors::kHeader);
    const auto holds = [&](std::size_t at, std::uint8_t value) {
        Bytes changed = header;
        changed[at] = value;
        return decode_header(changed).ok();
    };
    CHECK(holds(124, 2));  // kind: drain
    CHECK_FALSE(holds(124, 3));
    CHECK_FALSE(holds(11, '2'));               // tag
    for (const std::size_t at : {13U, 15U}) {  // version, suite
        CHECK(holds(at, 1));
        CHECK_FALSE(holds(at, 0));
        CHECK_FALSE(holds(at, 2));
    }
}

TEST_CASE("numbers that JSON cannot hold are refused where they are read") {
    const Bytes header = *from_hex(vectors::kHeader);
    const std::uint64_t max = static_cast<std::uint64_t>(json::kIntegerMax);
    for (const std::size_t at :
         {48U, 56U, 64U, 104U, 112U, 161U}) {  // epoch, view, height, parent_view, time, log_size
        Bytes changed = header;
        put_be(changed, at, max);
        CHECK(decode_header(changed).ok());
        put_be(changed, at, max + 1);
        CHECK_FALSE(decode_header(changed).ok());
        put_be(changed, at, UINT64_MAX);
        CHECK_FALSE(decode_header(changed).ok());
    }
    Bytes vote = *from_hex(vectors::kVote);
    put_be(vote, 9, max + 1);
    CHECK_FALSE(again_vote(vote));
    Bytes cert = *from_hex(vectors::kCertFinalize);
    put_be(cert, 1, max + 1);
    CHECK_FALSE(again_cert(cert));
}

TEST_CASE("lengths are bounded before anything is allocated") {
    Writer body;
    body.u32(static_cast<std::uint32_t>(kBlockTxMax + 1));
    body.raw(Bytes(64 * 1024));
    Reader in(body.bytes());
    CHECK(decode_body(in).empty());
    CHECK_FALSE(in.ok());

    Writer one;
    one.u32(1);
    one.u32(static_cast<std::uint32_t>(kTxBytesMax + 1));
    one.raw(Bytes(kTxBytesMax + 1));
    Reader long_tx(one.bytes());
    decode_body(long_tx);
    CHECK_FALSE(long_tx.ok());

    Writer many;  // each within its limit, the sum above kBlockBytesMax
    const std::size_t count = kBlockBytesMax / kTxBytesMax + 1;
    many.u32(static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i) many.blob(Bytes(kTxBytesMax, 'a'));
    Reader heavy(many.bytes());
    decode_body(heavy);
    CHECK_FALSE(heavy.ok());

    Writer skipped;
    skipped.u8(0);
    skipped.u16(static_cast<std::uint16_t>(kJustifyMax + 1));
    Reader gap(skipped.bytes());
    decode_justification(gap);
    CHECK_FALSE(gap.ok());
}

}  // namespace quanlu::chain
