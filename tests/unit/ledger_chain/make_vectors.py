#!/usr/bin/env python3
"""Writes vectors.h: the byte layouts of docs/protocol.md, computed from that text alone.

A second implementation in the standard library, so that the C++ is pinned by something that shares no code with it.
Run:  python3 make_vectors.py > vectors.h
"""
import base64
import hashlib
import json
import struct

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def sha(b):
    return hashlib.sha256(b).digest()


def add(a, b):  # RFC 8032 5.1.4, extended coordinates
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def mul(s, p):
    q = (0, 1, 1, 0)
    while s:
        if s & 1:
            q = add(q, p)
        p = add(p, p)
        s >>= 1
    return q


def recover(y):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return P - x if x & 1 else x


GY = 4 * pow(5, P - 2, P) % P
GX = recover(GY)
G = (GX, GY, 1, GX * GY % P)


def pack(p):
    z = pow(p[2], P - 2, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def secret(seed):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    return a, h[32:]


def public(seed):
    return pack(mul(secret(seed)[0], G))


def sign(seed, message):
    a, prefix = secret(seed)
    key = public(seed)
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    big_r = pack(mul(r, G))
    h = int.from_bytes(hashlib.sha512(big_r + key + message).digest(), "little") % L
    return big_r + ((r + h * a) % L).to_bytes(32, "little")


def b64u(b):
    return base64.urlsafe_b64encode(b).rstrip(b"=").decode()


def jcs(value):  # the profile's JCS: ASCII keys, integers, strings
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def u8(n): return struct.pack(">B", n)
def u16(n): return struct.pack(">H", n)
def u32(n): return struct.pack(">I", n)
def u64(n): return struct.pack(">Q", n)


# Four members; the seed of member i is 32 bytes of i + 1. The officer's seed is 32 bytes of 0x77.
SEEDS = [bytes([i + 1]) * 32 for i in range(4)]
NAMES = ["node-a", "node-b", "node-c", "node-d"]
PARTIES = ["ipo-yuhang", "bank-hz", "court-hz", "notary-zj"]
OFFICER = b"\x77" * 32


def jwk(key):
    return {"crv": "Ed25519", "kty": "OKP", "x": b64u(key)}


PARAMS = {"block_bytes_max": 4194304, "block_tx_max": 4000, "clock_eps_ms": 2000, "deadlines_per_block_max": 1000,
          "delta_max_ms": 10000, "delta_ms": 500, "heartbeat_ms": 5000, "tx_validity_max_ms": 600000}
GENESIS = {
    "members": [{"key": jwk(public(s)), "name": n, "party": p} for s, n, p in zip(SEEDS, NAMES, PARTIES)],
    "name": "test-net", "params": PARAMS, "records": {"party/bank-hz": {"name": "杭州某银行", "state": "active"}},
    "suite": "intl", "time": 1763640000000, "version": 1}
CHAIN = sha(jcs(GENESIS))

members_bytes = b"QUANLU-MEM/1" + u64(0) + u32(4)
for s, n, p in zip(SEEDS, NAMES, PARTIES):
    members_bytes += u8(len(n)) + n.encode() + u8(len(p)) + p.encode() + public(s)
MEMBERS_HASH = sha(members_bytes)
PARAMS_HASH = sha(jcs(PARAMS))


def statement(kind, view, block):
    return b"QUANLU-BFT/1" + u8(kind) + u16(1) + CHAIN + u64(0) + u64(view) + block


def vote(kind, view, block, member):
    return u8(kind) + u64(0) + u64(view) + block + u32(member) + sign(SEEDS[member], statement(kind, view, block))


def cert(kind, view, block, signers):
    bits = sum(1 << i for i in signers)
    return u8(kind) + u64(0) + u64(view) + block + u64(bits) + b"".join(
        sign(SEEDS[i], statement(kind, view, block)) for i in signers)


claims = {"iss": "bank-hz", "aud": CHAIN.hex(), "jti": "op-1", "iat": 1763640100, "exp": 1763640400,
          "act": "pledge.register", "rec": "PL-330110-20261120-00000017-4", "ver": 3, "body": {"note": "质押"}}
kid = b64u(sha(jcs(jwk(public(OFFICER)))))
signing_input = b64u(jcs({"alg": "EdDSA", "kid": kid, "typ": "quanlu-tx+jws"})) + "." + b64u(jcs(claims))
JWS = signing_input + "." + b64u(sign(OFFICER, signing_input.encode()))

txs_hash = sha(b"QUANLU-TXS/1" + u32(1) + sha(JWS.encode()))
PARENT = sha(b"parent")
HEADER = (b"QUANLU-HDR/1" + u16(1) + u16(1) + CHAIN + u64(0) + u64(9) + u64(5) + PARENT + u64(7) + u64(1763640200123)
          + u32(1) + u8(0) + u32(1) + txs_hash + u64(42) + sha(b"log") + sha(b"state") + MEMBERS_HASH + MEMBERS_HASH
          + PARAMS_HASH)
assert len(HEADER) == 329
BLOCK_HASH = sha(HEADER)
body = u32(1) + u32(len(JWS)) + JWS.encode()
justification = u8(1) + cert(2, 7, PARENT, [0, 1, 3]) + u16(1) + cert(3, 8, bytes(32), [0, 2, 3])
BLOCK = HEADER + body + justification

header_leaf = jcs({"hash": BLOCK_HASH.hex(), "header": b64u(HEADER), "height": 5, "kind": "header", "time": 1763640200123})
system_leaf = jcs({"events": [{"facts": {"by": "time"}, "record": "FZ-1", "type": "freeze.expired"}], "height": 5,
                   "kind": "system", "time": 1763640200123})
ok = {"code": "OK", "events": [{"record": "PL-1", "type": "pledge.registered"}], "record": "PL-1", "state": "registered",
      "version": 4, "warnings": ["W_BASIS_LOST"]}
refused = {"at": {"height": 3, "index": 0}, "code": "E_ALREADY_PLEDGED", "facts": {"pledge": "PL-1"}, "field": "/rights"}
tx_id = sha(signing_input.encode())


def tx_leaf(outcome):
    return jcs({"height": 5, "id": tx_id.hex(), "index": 0, "kind": "tx", "outcome": outcome, "time": 1763640200123,
                "tx": JWS})


def text(name, value):
    print(f"inline constexpr const char* {name} =")
    for at in range(0, len(value), 96):
        end = ";" if at + 96 >= len(value) else ""
        print(f'    "{value[at:at + 96]}"{end}')
    print()



print("""// Made by make_vectors.py from docs/protocol.md with Python's standard library: nothing here came out of our C++.
// Keys: the seed of member i is 32 bytes of i + 1, the officer's is 32 bytes of 0x77. A difference means that a layout
// has changed, and with it every signature and every chain.
#pragma once

namespace quanlu::vectors {
""")
text("kMemberKeys", "".join(public(s).hex() for s in SEEDS))
text("kOfficerKid", kid)
text("kGenesisHex", jcs(GENESIS).hex())
text("kChainId", CHAIN.hex())
text("kMembersHash", MEMBERS_HASH.hex())
text("kParamsHash", PARAMS_HASH.hex())
text("kStatementNotarize", statement(2, 9, BLOCK_HASH).hex())
text("kStatementNullify", statement(3, 8, bytes(32)).hex())
text("kVote", vote(2, 9, BLOCK_HASH, 2).hex())
text("kCertFinalize", cert(4, 9, BLOCK_HASH, [0, 1, 2]).hex())
text("kJws", JWS)
text("kTxId", tx_id.hex())
text("kTxHash", sha(JWS.encode()).hex())
text("kTxsHash", txs_hash.hex())
text("kTxsHashEmpty", sha(b"QUANLU-TXS/1" + u32(0)).hex())
text("kHeader", HEADER.hex())
text("kBlockHash", BLOCK_HASH.hex())
text("kBlock", BLOCK.hex())
text("kHeaderLeafHash", sha(b"\0" + header_leaf).hex())
text("kSystemLeafHash", sha(b"\0" + system_leaf).hex())
text("kTxLeafOkHash", sha(b"\0" + tx_leaf(ok)).hex())
text("kTxLeafRefusedHash", sha(b"\0" + tx_leaf(refused)).hex())
print("}  // namespace quanlu::vectors")
