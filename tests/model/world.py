"""What streams are made of: a consortium, hashes and sealed values that nobody can open, and the untidiness of people:
wrong officers, wrong order, half-filled bodies, late and repeated submissions."""
import random
from collections import Counter, deque

import days
from engine import TYPES, Act, Ledger, b64, clone, jcs, make_tx, thumbprint
from identifiers import patent_check, uscc_inner, uscc_last

START_MS = 1_772_000_000_000  # 2026-02-25
HANDFUL = 60                  # records of a type that moves choose from
OVER = {"withdrawn", "refused", "cancelled", "revoked", "expired", "closed", "released", "executed", "settled", "written_off",
        "superseded", "surrendered", "abandoned", "cleared", "lapsed", "dismissed", "upheld", "rolled_over"}


class World:
    def __init__(self, seed, keys):
        self.r = random.Random(seed)
        self.free_keys = list(keys)
        self.ids = {}       # type -> newest records
        self.later = []     # approvals to come: [block, iss, duty, act, rec, body]
        self.fired = Counter()
        self.serial = self.jti = 0
        self.old = deque(maxlen=50)  # transactions to repeat
        self.mistakes = 12           # of a hundred acts, spoiled
        records = {}
        self.members = ["office-1", "office-2", "bank-1", "bank-2"]
        for name, roles in self.consortium():
            records["party/" + name] = self.party_fields(name, roles)
        records["policy/extract_days_max"] = {"name": "extract_days_max", "steps": [{"from_height": 0, "value": 60}]}
        genesis = {"version": 1, "name": "model", "suite": "intl", "time": START_MS,
                   "members": [{"name": f"m{i}", "party": party, "key": self.jwk()} for i, party in enumerate(self.members)],
                   "params": {"block_bytes_max": 8388608, "block_tx_max": 4000, "clock_eps_ms": 2000, "delta_max_ms": 10000,
                              "delta_ms": 500, "heartbeat_ms": 5000, "deadlines_per_block_max": 20,
                              "tx_validity_max_ms": 600000},
                   "records": records}
        self.ledger = Ledger(genesis, set(keys))
        self.time = START_MS

    @staticmethod
    def consortium():
        out = [("office-1", ["ip_office"]), ("office-2", ["ip_office"]), ("center-1", ["cert_center"]),
               ("regulator-1", ["regulator"]), ("dpo-1", ["dpo"]), ("court-1", ["court"]), ("court-2", ["court"]),
               ("appraiser-1", ["appraiser"]), ("appraiser-2", ["appraiser"]), ("evidence-1", ["evidence_node"]),
               ("assessor-1", ["assessor"]), ("assessor-2", ["assessor"]), ("manager-1", ["plan_manager"]),
               ("custodian-1", ["custodian"]), ("originator-1", ["originator", "shortfall_payer"]), ("factor-1", ["factor"]),
               ("rating-1", ["rating_agency", "guarantor"])]
        out += [(f"bank-{i}", ["bank", "pledgee"]) for i in range(1, 5)]
        return out + [(f"firm-{i}", ["pledgor", "account_debtor"]) for i in range(1, 11)]

    # Small values

    @property
    def state(self):
        return self.ledger.state

    @property
    def today(self):
        return days.day_of(self.time)

    def chance(self, percent):
        return self.r.random() * 100 < percent

    def pick(self, items):
        return self.r.choice(list(items))

    def hash(self):
        return ("sha256:" if self.chance(80) else "sm3:") + f"{self.r.getrandbits(256):064x}"

    def hex(self):
        return f"{self.r.getrandbits(256):064x}"

    def sealed(self):
        return {"_sd": b64(self.r.getrandbits(256).to_bytes(32, "big"))}

    def day(self, first, last):
        return days.plus_days(self.today, self.r.randint(first, last))

    def amount(self, most=1_000_000_00):
        return self.r.randint(1, most)

    def jwk(self):
        return {"crv": "Ed25519", "kty": "OKP", "x": self.free_keys.pop()}

    def officer(self, duties):
        return {"key": self.jwk(), "duties": duties, "valid_from": "2020-01-01", "valid_to": "2099-12-31"}

    def uscc(self):
        body = "91" + self.pick(["330106", "330110", "310115"]) + f"{self.r.getrandbits(26) % 10**8:08d}"
        body += uscc_inner(body)
        return body + uscc_last(body)

    def party_fields(self, name, roles):
        pairs = [["clerk"], ["judge"]] if "court" in roles else [["maker"], ["checker"]]
        kin = {"assessor-2": ["firm-1", "firm-2"], "appraiser-2": ["firm-3", "firm-4"]}.get(name)
        admins = 2 if name in ("office-1", "bank-1", "bank-2") else 1
        return {"party_id": name, "party_kind": "enterprise", "legal_name": "甲" + name, "uscc": self.uscc(),
                "country": "CN", "address": self.sealed(), "roles": roles, **({"affiliates": kin} if kin else {}),
                "officers": [self.officer(duties) for duties in pairs + [["admin"]] * admins]}

    def with_role(self, *roles):
        held = [key[6:] for key, value in self.parties() if set(roles) & set(value["fields"]["roles"])]
        return self.pick(held)

    def parties(self):
        """As they stood when the block was begun: moves ask often."""
        return self._parties

    def any_party(self):
        return self.pick(self.parties())[0][6:]

    def firm(self):
        return self.with_role("pledgor")

    def bank(self):
        return self.with_role("bank")

    def lender(self):
        return self.with_role("bank", "bank", "factor")

    def patent(self, kind):
        digit = {"patent_invention": "1", "patent_utility": "2", "patent_design": "3"}[kind]
        self.serial += 1
        digits = f"20{self.r.randint(18, 25)}{digit}{self.serial:07d}"
        return f"ZL{digits}.{patent_check(digits)}"

    # Records

    def records(self, kind, *states):
        tag = TYPES[kind].tag
        held = [self.state.get(tag + one) for one in self.ids.get(kind, ())]
        return [one for one in held if one and (not states or one["state"] in states)]

    def record(self, kind, *states):
        held = self.records(kind, *states)
        if not states and self.chance(93):
            held = [one for one in held if one["state"] not in OVER] or held
        return self.pick(held) if held else None

    def new(self, kind, percent, most=16):
        """Whether to begin another one; rarely while `most` are under way."""
        under_way = sum(one["state"] not in OVER for one in self.records(kind))
        return self.chance(percent if under_way < most else percent / 12)

    def remember(self, kind, record_id):
        held = self.ids.setdefault(kind, deque(maxlen=HANDFUL))
        if record_id not in held:
            held.append(record_id)

    # Transactions

    def kid(self, party, duty):
        held = self.state.get("party/" + party)
        if held is None:
            return thumbprint({"crv": "Ed25519", "kty": "OKP", "x": self.pick(sorted(self.ledger.keys))})
        officers = [one for one in held["fields"]["officers"]
                    if set(duty.split("|")) & set(one["duties"]) and ("revoked_at" not in one or self.chance(3))]
        return (self.pick(officers) if officers else held["fields"]["officers"][0])["kid"]

    def tx(self, iss, duty, act, rec, body, ver=None):
        self.jti += 1
        iat = self.time // 1000 - self.r.randint(0, 20)
        claims = {"iss": iss, "aud": self.ledger.chain_id, "jti": f"j{self.jti}", "iat": iat, "exp": iat + 300, "act": act,
                  "body": body}
        if rec:
            claims["rec"] = rec
        if ver:
            claims["ver"] = ver
        if self.chance(1):
            claims["iat"], claims["exp"] = self.pick([(iat - 400, iat - 100), (iat + 200, iat + 300), (iat, iat + 601)])
        if self.chance(0.5):
            claims["jti"] = f"j{self.jti - 1}"
        made = make_tx(claims, self.kid(iss, duty))
        self.old.append(made)
        return made

    def steps(self, iss, act, rec, body):
        """(party, duty) of every signature that a whole act needs."""
        name, _, verb_name = act.partition(".")
        verb = TYPES[name].verbs.get(verb_name) if name in TYPES else None
        maker, checker = "maker|clerk", "checker|judge"
        if verb is None or verb.approval == "one":
            return [(iss, maker if self.chance(95) else checker)]
        if verb.approval == "two":
            return [(iss, maker), (iss, checker)]
        if verb.approval == "admin":
            return [(iss, "admin"), (iss, "admin")]
        if verb.approval == "quorum":
            return [(one, "admin") for one in self.r.sample(self.members, 3)]
        held = self.state.get(TYPES[name].tag + rec)
        if held is None:
            return [(iss, maker)]
        probe = Act(self.state, {"iss": iss, "body": body, "act": act}, 0, 0, self.time)
        probe.record, probe.id, probe.type = clone(held), rec, TYPES[name]
        names = [one for one in dict.fromkeys(verb.parties(probe)) if one]
        names = names or [iss]
        self.r.shuffle(names)
        return [(one, duty) for one in names for duty in (maker, checker)]

    def submit(self, iss, act, rec="", body=None):
        """The first signature now, the others in this and the next blocks."""
        body = {} if body is None else body
        steps = self.steps(iss, act, rec, body)
        if self.chance(4) and len(steps) > 1:
            steps.pop(self.r.randrange(len(steps)))
        if self.chance(3):
            steps.insert(self.r.randrange(len(steps) + 1), self.pick(steps))
        if self.chance(2):
            self.r.shuffle(steps)
        ver = None
        held = self.state.get(TYPES[act.partition(".")[0]].tag + rec) if act.partition(".")[0] in TYPES and rec else None
        if held and self.chance(4):
            ver = max(1, held.get("version", 1) + self.pick([0, 0, 1, -1]))
        delay = 0
        for party, duty in steps[1:]:
            delay += self.pick([0, 1, 1, 2])
            self.later.append([self.ledger.height + 1 + delay, party, duty, act, rec, body])
        return self.tx(steps[0][0], steps[0][1], act, rec, body, ver)

    def spoil(self, iss, act, rec, body):
        """The same act, wrong in one way."""
        body = clone(body)
        how = self.r.randrange(9)
        name = self.pick(body) if body else "x"
        if how == 0:
            body.pop(name, None)
        elif how == 1:
            body["unknown_" + str(self.r.randrange(9))] = 1
        elif how == 2 and body:
            body[name] = self.pick(["", -1, True, [], {}, "甲", 2**53 - 1, [1], "2026-02-30", {"_sd": "x"}, "sha256:12"])
        elif how == 3:
            iss = self.any_party()
        elif how == 4:
            held = self.record(self.pick(TYPES))
            rec = held["id"] if held and rec else rec
        elif how == 5:
            act = act.partition(".")[0] + "." + self.pick(["nothing", *TYPES[act.partition(".")[0]].verbs])
        elif how == 6:
            rec = "XX-330106-20260101-00000001-0" if rec else "patent:2020100000010"
        elif how == 7:
            return self.tx(iss, "admin", act, rec, body)
        else:
            return self.tx("nobody-" + str(self.r.randrange(3)) if self.chance(30) else iss, "maker|clerk", act, rec, body,
                           self.r.randint(1, 9))
        return self.tx(iss, self.pick(["maker|clerk", "checker|judge"]), act, rec, body)

    def malformed(self):
        """(text, code) that is no transaction of this chain."""
        iat = self.time // 1000
        claims = {"iss": "bank-1", "aud": self.ledger.chain_id, "jti": "m", "iat": iat, "exp": iat + 60, "act": "pledge.draft",
                  "body": {}}
        wrong = {"aud": "0" * 64, "iss": "Bank", "jti": "a b", "act": "pledge", "exp": iat, "iat": -1, "body": [],
                 "ver": 0, "rec": "", "more": 1}
        how = self.pick([*wrong, "size", "form", "signature", "missing"])
        kid = self.kid("bank-1", "maker")
        if how == "size":
            return "a" * 65_537, "E_TOO_LARGE"
        if how == "form":
            return make_tx(claims, kid)["jws"].replace(".", "!"), "E_SCHEMA"
        if how == "signature":
            return make_tx(claims, kid)["jws"], "E_SIGNATURE"
        if how == "missing":
            del claims[self.pick(["iss", "jti", "iat", "exp", "act", "body"])]
            return make_tx(claims, kid)["jws"], "E_SCHEMA"
        claims[how] = wrong[how]
        return make_tx(claims, kid)["jws"], "E_WRONG_CHAIN" if how == "aud" else "E_SCHEMA"

    # Blocks

    def pass_time(self):
        step = self.r.randint(200, 20_000)
        if self.chance(3):
            step = self.r.randint(1, 12 * 60) * 60_000
        if self.chance(1.2):
            step = self.r.randint(1, 25) * days.DAY_MS
        if self.chance(0.12):
            step = self.r.randint(40, 250) * days.DAY_MS
        self.time += step

    def block(self, move, count):
        """One line of the stream, carried out by the model. `move(world)`: (iss, act, rec, body)."""
        self.pass_time()
        self._parties = [(key, value) for key, value in self.state.items() if key.startswith("party/")]
        height = self.ledger.height + 1
        due = [one for one in self.later if one[0] <= height]
        self.later = [one for one in self.later if one[0] > height]
        txs = [self.tx(party, duty, act, rec, body) for _, party, duty, act, rec, body in due]
        for _ in range(max(1, count - len(txs))):
            made = move(self)
            if made:
                txs.append(self.spoil(*made) if self.chance(self.mistakes) else self.submit(*made))
        if self.old and self.chance(20):
            txs.append(self.pick(self.old))
        if self.chance(30):
            self.r.shuffle(txs)
        txs = list({one["id"]: one for one in txs}.values())
        malformed = [self.malformed() for _ in range(3)] if self.chance(5) else []
        taken, left = self.ledger.block(self.time, txs)
        for tx, code, warnings, act in taken:
            self.fired.update([code, *warnings])
            if code == "OK" and act.outcome_state != "pending_approval":
                self.remember(act.type.name, act.id)
                self.fired.update(name for name in (tx["body"].get("ground"), tx["body"].get("why"))
                                  if isinstance(name, str) and name.startswith("E_"))
        self.fired.update(code for _, code in left)
        self.fired.update(code for _, code in malformed)
        return jcs({"time": self.time, "txs": [one["jws"] for one in txs], "left": [list(one) for one in left],
                    "outcomes": [[code, warnings] for _, code, warnings, _ in taken], "root": self.ledger.tree.root(),
                    "malformed": [list(one) for one in malformed]}), len(txs)
