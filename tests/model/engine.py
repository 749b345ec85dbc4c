"""The order of checks that every act goes through (end of DOMAIN C), approvals (B.14), deadlines, blocks.

State keys and values are those of docs/registry/state.md. A guard or effect takes the Act; a guard answers None or a code."""
import base64

import days
import fields
from codec import Tree, hex_of, jcs, sha256
from identifiers import record_no

TYPES = {}
MINUTE_MS = 60_000
MOST = 2**53 - 1
VALUE_BYTES_MOST = 63 * 64 * 1024


def clone(value):
    if isinstance(value, dict):
        return {name: clone(one) for name, one in value.items()}
    if isinstance(value, list):
        return [clone(one) for one in value]
    return value


class Type:
    def __init__(self, name, tag, prefix="", party_fields=(), keeper="", id_of=None):
        self.name, self.tag, self.prefix, self.keeper, self.id_of = name, tag, prefix, keeper, id_of
        self.party_fields, self.verbs, self.deadline = party_fields, {}, None
        self.handles = None  # record -> what it is listed under (decision 0019)
        TYPES[name] = self

    def verb(self, name, start, end, roles, approval, body, guards=(), effect=None, identify=(), parties=None,
             first=False, under_mismatch=False):
        """`start`: states it may come from, "" creates; `identify`: guards that stand before the record's own
        existence is asked; `parties`: who must sign an act of every party."""
        self.verbs[name] = Verb(set(start.split("|")) if start else None, end, set(roles.split("|")) if roles else None,
                                approval, fields.TABLES[body], list(identify), list(guards), effect, parties, first,
                                under_mismatch)


class Verb:
    def __init__(self, *parts):
        (self.start, self.end, self.roles, self.approval, self.body, self.identify, self.guards, self.effect,
         self.parties, self.first, self.under_mismatch) = parts


class Draft:
    """Writes of one act over the state below; None takes a key out."""

    def __init__(self, below):
        self.below, self.written = below, {}

    def get(self, key):
        return self.written[key] if key in self.written else self.below.get(key)

    def put(self, key, value):
        self.written[key] = value

    def change(self, key):
        """The value under `key`, to be changed in place."""
        if key not in self.written:
            self.written[key] = clone(self.below.get(key))
        else:
            self.written[key] = clone(self.written[key])
        return self.written[key]


class Act:
    """What guards and effects see. `record` is the working copy of the whole value."""

    def __init__(self, state, tx, height, index, time):
        self.draft, self.tx, self.party, self.body = Draft(state), tx, tx["iss"], tx["body"]
        self.height, self.index, self.time, self.today = height, index, time, days.day_of(time)
        self.warnings, self.standing, self.verb = [], None, None

    def get(self, key):
        return self.draft.get(key)

    @property
    def where(self):
        return {"height": self.height, "index": self.index, "time": self.time}

    @property
    def f(self):
        return self.record["fields"]

    def text(self, name):
        value = self.f.get(name, "")
        return value if isinstance(value, str) else ""

    def listed(self, name):
        value = self.f.get(name, [])
        return value if isinstance(value, list) else []

    def has_party(self, name, party):
        value = self.f.get(name, [])
        if isinstance(value, str):
            return value == party
        return any((one if isinstance(one, str) else one.get("party", "")) == party for one in value)

    def policy(self, name, fallback):
        return policy_value(self.draft, name, self.height, fallback)

    def touch(self, value):
        """Another record changed by this act: its version rises."""
        value["version"] += 1
        value["updated"] = self.where

    def add_deadline(self, at, what):
        add_deadline(self.draft, at, self.key, what)


def policy_value(draft, name, height, fallback):
    policy = draft.get("policy/" + name)
    value = fallback
    for step in policy["fields"]["steps"] if policy else []:
        if step["from_height"] > height:
            break
        value = step["value"]
    return value


def key_of_record(record_id):
    for one in TYPES.values():
        if one.prefix and record_id.startswith(one.prefix + "-"):
            return one.tag + record_id
    return "right/" + record_id if ":" in record_id else None


# Officers and approvals


def find_officer(party, kid):
    return next((one for one in party["fields"]["officers"] if one.get("kid") == kid), None)


def in_force(officer, time):
    today = days.day_of(time)
    if officer["valid_from"] > today or officer["valid_to"] < today:
        return False
    revoked = officer.get("revoked_at", 0)
    return revoked == 0 or time < revoked


def may_propose(officer):
    return bool({"maker", "clerk"} & set(officer["duties"]))


def may_approve(officer):
    return bool({"checker", "judge"} & set(officer["duties"]))


def check_role(act, party, officer, verb, asked):
    if verb.approval in ("one", "two", "every"):
        if not may_propose(officer) and not may_approve(officer):
            return "E_ADMIN_CANNOT_TRANSACT"
    elif "admin" not in officer["duties"]:
        return "E_ROLE"
    if verb.approval == "quorum" and act.party not in act.get("sys/members")["parties"]:
        return "E_ROLE"
    if verb.roles and not verb.roles & set(party["fields"]["roles"]):
        return "E_ROLE"
    return "E_WRONG_AUTHORITY" if asked and act.party not in asked else None


class Approvals:
    key, pending, complete = "", None, True


def still_stands(act, approval):
    party = act.get("party/" + approval["party"])
    officer = find_officer(party, approval["kid"]) if party and party["state"] == "active" else None
    return officer is not None and in_force(officer, act.time)


def waiting_now(act, key, version):
    """What waits under `key`, with the approvals that still count; None: nothing that counts."""
    held = act.get(key)
    if held is None or held["expires"] <= act.time or held.get("version", 0) != version:
        return None
    fallen = {one["party"] for one in held["approvals"] if not still_stands(act, one)}
    standing = [one for one in held["approvals"] if one["party"] not in fallen]
    return dict(clone(held), approvals=standing) if standing else None


def take_approval(act, party, officer, verb, asked, version):
    """Approvals, or a code."""
    out = Approvals()
    admins = sum("admin" in one["duties"] and in_force(one, act.time) for one in party["fields"]["officers"])
    needed = 2 if admins >= 2 else 1
    if verb.approval == "one" or (verb.approval == "admin" and needed == 1):
        return out
    inside = act.party if verb.approval in ("two", "admin") else ""
    name = "\n".join([act.tx["act"], act.tx.get("rec", ""), inside, jcs(act.body)])
    out.key = "pend/" + hex_of(name)
    out.pending = waiting_now(act, out.key, version)
    if out.pending is None:
        ttl = act.policy("approval_ttl_days", 5)
        out.pending = {"type": "pending", "id": out.key[5:], "act": act.tx["act"], "rec": act.tx.get("rec", ""),
                       "tx": act.tx["id"], "approvals": [], "expires": act.time + ttl * days.DAY_MS, "made": act.where}
        if version:
            out.pending["version"] = version
    given = out.pending["approvals"]
    kid = act.tx["kid"]
    if any(one["party"] == act.party and (verb.approval == "quorum" or one["kid"] == kid) for one in given):
        return "E_FOUR_EYES"
    if verb.approval in ("two", "every"):
        before = sum(one["party"] == act.party for one in given)
        if before >= 2 or (before == 0 and not may_propose(officer)) or (before == 1 and not may_approve(officer)):
            return "E_FOUR_EYES"
    given.append({"party": act.party, "kid": kid})
    members = sorted(set(act.get("sys/members")["parties"]))
    if verb.approval == "two":
        out.complete = len(given) >= 2
    elif verb.approval == "admin":
        out.complete = len(given) >= needed
    elif verb.approval == "quorum":
        out.complete = len(given) >= len(members) - (len(members) - 1) // 3
    else:
        out.complete = all(sum(one["party"] == p for one in given) >= 2 for p in asked)
    if not out.complete:
        who = {"every": sorted(asked), "quorum": members}.get(verb.approval, [act.party])
        each = 1 if verb.approval == "quorum" else 2
        out.pending["waiting"] = [p for p in who if sum(one["party"] == p for one in given) < each]
    return out


# One act


def countable(value):
    """Every integer within what the ledger's form of JSON holds."""
    if isinstance(value, dict):
        return all(map(countable, value.values()))
    if isinstance(value, list):
        return all(map(countable, value))
    return not isinstance(value, int) or -MOST <= value <= MOST


def readable(writes):
    """What no member could read back is not written."""
    return all(value is None or (countable(value) and len(jcs(value).encode()) <= VALUE_BYTES_MOST) for value in writes.values())


def run(act, keys):
    """The code; "OK" leaves the writes in act.draft."""
    tx = act.tx
    name, dot, verb_name = tx["act"].partition(".")
    act.type = TYPES.get(name)
    verb = act.type.verbs.get(verb_name) if act.type and dot else None
    if verb is None:
        return "E_UNKNOWN_ACT"
    act.verb = verb
    creates = verb.start is None
    rec = tx.get("rec", "")
    if creates != (rec == "") or (creates and "ver" in tx):
        return "E_SCHEMA"
    code = fields.check(act.body, verb.body, keys)
    if code:
        return code
    party = act.get("party/" + act.party)
    officer = find_officer(party, tx["kid"])
    act.id = rec if not creates else act.type.id_of(act.body) if act.type.id_of else ""
    act.key = act.type.tag + act.id
    standing = act.get(act.key) if act.id else None
    if creates:
        act.record = {"type": name, "id": act.id, "state": "", "version": 0, "created": act.where,
                      "fields": clone(act.body)}
    else:
        act.record = clone(standing) if standing else {}
        act.record.setdefault("fields", {})
    asked = set(verb.parties(act)) if verb.approval == "every" and (creates or standing) else set()
    code = check_role(act, party, officer, verb, asked)
    if code:
        return code
    version = 0 if creates or not standing else standing.get("version", 0)
    approvals = take_approval(act, party, officer, verb, asked, version)
    if isinstance(approvals, str):
        return approvals
    if "ver" in tx and standing and tx["ver"] != standing.get("version", 0):
        return "E_VERSION_CONFLICT"
    if party["state"] != "active":
        return "E_PARTY_NOT_ACTIVE"
    if not creates and not standing:
        return "E_NOT_FOUND"
    for guard in verb.identify:
        code = guard(act)
        if code:
            return code
    if creates and standing:
        return "E_DUPLICATE_RIGHT"
    if not creates:
        if act.record["state"] not in verb.start:
            return "E_BAD_STATE"
        if "register_mismatch" in act.record and not verb.under_mismatch:
            return "E_REGISTER_MISMATCH"
    for guard in verb.guards:
        code = guard(act)
        if code:
            return code
    if not approvals.complete:
        act.draft.put(approvals.key, approvals.pending)
        act.outcome_state = "pending_approval"
        return "OK"
    if approvals.key and act.get(approvals.key):
        act.draft.put(approvals.key, None)
    if not act.id:
        uscc = party["fields"].get("uscc", "")
        region = uscc[2:8] if len(uscc) == 18 else "000000"
        serial_key = f"serial/{act.type.prefix}/{region}/{act.today}"
        n = (act.get(serial_key) or {"n": 0})["n"] + 1
        act.draft.put(serial_key, {"n": n})
        act.id = record_no(act.type.prefix, region, act.today, n)
        act.key = act.type.tag + act.id
        act.record["id"] = act.id
    if verb.end:
        act.record["state"] = verb.end
    if verb.effect:
        verb.effect(act)
    act.record["version"] += 1
    act.record["updated"] = act.where
    act.draft.put(act.key, act.record)
    act.outcome_state = act.record["state"]
    return "OK"


def enter_lists(before, writes):
    """Every record under the handles that it has now and had not before: list/<type>/<handle> {n}, .../<i> {id}."""
    new = []
    for key, value in sorted(writes.items()):
        kind = TYPES.get(value.get("type")) if value else None
        if kind is None or kind.handles is None or not key.startswith(kind.tag):
            continue
        held = before.get(key)
        old = set(kind.handles(held)) if held else set()
        new += [(f"list/{kind.name}/{one}", value["id"]) for one in sorted(set(kind.handles(value)) - old)]
    for head, record_id in new:
        n = (writes.get(head) or before.get(head) or {"n": 0})["n"] + 1
        writes[head] = {"n": n}
        writes[f"{head}/{n}"] = {"id": record_id}


# Deadlines: due/<minute>/<chunk> holds up to 32 items, due/<minute> the number of chunks, sys/due the next minute.


def add_deadline(draft, at, key, what):
    cursor = draft.get("sys/due")
    minute = max(at // MINUTE_MS, cursor["minute"] if cursor else at // MINUTE_MS)
    head = f"due/{minute}"
    held = draft.get(head)
    chunks = held["chunks"] if held else 0
    last = draft.get(f"{head}/{chunks}") if chunks else None
    items = list(last["items"]) if last else []
    if chunks == 0 or len(items) >= 32:
        chunks, items = chunks + 1, []
        draft.put(head, dict(held or {}, chunks=chunks))
    draft.put(f"{head}/{chunks}", {"items": items + [{"at": at, "key": key, "what": what}]})


class SystemAct:
    def __init__(self, draft, key, record, height, time):
        self.draft, self.key, self.record, self.height, self.time = draft, key, record, height, time
        self.today, self.id, self.index = days.day_of(time), record.get("id", ""), 0

    get = Act.get
    where = Act.where
    f = Act.f
    touch = Act.touch
    policy = Act.policy


def _sweep_minute(draft, minute, height, time, left):
    """Items left over from `left`; whether the minute is empty."""
    head = draft.get(f"due/{minute}")
    if head is None:
        return left, True
    first, undone = head.get("first", 1), 0
    for chunk in range(first, head["chunks"] + 1):
        if left == 0:
            undone = undone or chunk
            break
        key = f"due/{minute}/{chunk}"
        held = draft.get(key)
        if held is None:
            continue
        later = []
        for item in held["items"]:
            if left == 0 or item["at"] > time:
                later.append(item)
                continue
            left -= 1
            record = draft.get(item["key"])
            kind = TYPES.get(record["type"]) if record else None
            if kind is None or kind.deadline is None:
                continue
            act = SystemAct(draft, item["key"], clone(record), height, time)
            kind.deadline(act, item["what"])
            if act.record != record:
                act.record["version"] += 1
                act.record["updated"] = act.where
                draft.put(item["key"], act.record)
        if not later:
            draft.put(key, None)
        else:
            if len(later) != len(held["items"]):
                draft.put(key, {"items": later})
            undone = undone or chunk
    if undone == 0:
        draft.put(f"due/{minute}", None)
    elif undone != first:
        draft.put(f"due/{minute}", dict(draft.get(f"due/{minute}"), first=undone))
    return left, undone == 0


def run_deadlines(state, height, time, most):
    draft = Draft(state)
    now = time // MINUTE_MS
    cursor = draft.get("sys/due")
    first = minute = cursor["minute"] if cursor else now
    left = most
    for _ in range(20_000):
        if minute > now or left == 0:
            break
        left, empty = _sweep_minute(draft, minute, height, time, left)
        if not empty or minute == now:
            break
        minute += 1
    if cursor is None or minute != first:
        draft.put("sys/due", {"minute": minute})
    return draft.written


# Blocks


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def make_tx(claims, kid):
    """Compact JWS with a signature of zeros; whoever compares checks no signatures here."""
    head = b64(jcs({"alg": "EdDSA", "kid": kid, "typ": "quanlu-tx+jws"}).encode())
    signing = head + "." + b64(jcs(claims).encode())
    return dict(claims, kid=kid, id=hex_of(signing), jws=signing + "." + b64(bytes(64)))


class Ledger:
    def __init__(self, genesis, keys):
        self.keys, self.genesis, self.params = keys, genesis, genesis["params"]
        self.chain_id = hex_of(jcs(genesis))
        self.state, self.tree, self.height, self.time = {}, Tree(), 0, genesis["time"]
        self.recent = {}  # (iss, jti) -> exp, seconds
        start = {"height": 0, "index": 0, "time": 0}
        writes = {}
        for key, values in genesis["records"].items():
            name, _, record_id = key.partition("/")
            record = {"type": name, "id": record_id, "version": 1, "fields": clone(values), "created": start,
                      "updated": start, "state": "active" if name == "party" else "in_force"}
            for officer in record["fields"].get("officers", []):
                officer["kid"] = thumbprint(officer["key"])
            writes[key] = record
        enter_lists({}, writes)
        writes["sys/members"] = {"parties": sorted({one["party"] for one in genesis["members"]})}
        self._write(writes)

    def _write(self, writes):
        for key, value in writes.items():
            if value is None:
                self.state.pop(key, None)
            else:
                self.state[key] = value
            self.tree.set(key, None if value is None else jcs(value))

    def admit(self, tx, time, block):
        """The code that keeps a transaction out of a block, or None."""
        if (tx["exp"] - tx["iat"]) * 1000 > self.params["tx_validity_max_ms"]:
            return "E_VALIDITY_TOO_LONG"
        if time >= tx["exp"] * 1000:
            return "E_EXPIRED"
        if tx["iat"] * 1000 - 60_000 > time:
            return "E_NOT_YET_VALID"
        name = (tx["iss"], tx["jti"])
        if self.recent.get(name, 0) * 1000 > time or name in block:
            return "E_DUPLICATE_SUBMISSION"
        party = self.state.get("party/" + tx["iss"])
        if party is None:
            return "E_UNKNOWN_PARTY"
        officer = find_officer(party, tx["kid"])
        if officer is None:
            return "E_UNKNOWN_KEY"
        return None if in_force(officer, time) else "E_KEY_NOT_IN_FORCE"

    def block(self, time, txs):
        """Carries a block out: ([(tx, code, warnings, record)...] in the block's order, [(tx id, code)...] kept out)."""
        self.height += 1
        self.time = time
        written = run_deadlines(self.state, self.height, time, self.params["deadlines_per_block_max"])
        changed = dict(written)
        for key, value in written.items():
            if value is None:
                self.state.pop(key, None)
            else:
                self.state[key] = value
        taken, left, names = [], [], set()
        for tx in sorted(txs, key=lambda one: not goes_first(one)):
            code = self.admit(tx, time, names)
            if code:
                left.append((tx["id"], code))
                continue
            act = Act(self.state, tx, self.height, len(taken), time)
            code = run(act, self.keys)
            if code == "OK":
                enter_lists(self.state, act.draft.written)
                code = "OK" if readable(act.draft.written) else "E_TOO_LARGE"
            if code == "OK":
                for key, value in act.draft.written.items():
                    changed[key] = value
                    if value is None:
                        self.state.pop(key, None)
                    else:
                        self.state[key] = value
            names.add((tx["iss"], tx["jti"]))
            taken.append((tx, code, list(act.warnings) if code == "OK" else [], act))
        for tx, *_ in taken:
            self.recent[(tx["iss"], tx["jti"])] = tx["exp"]
        if self.height % 500 == 0:
            self.recent = {name: exp for name, exp in self.recent.items() if exp * 1000 > time}
        for key, value in changed.items():
            self.tree.set(key, None if value is None else jcs(value))
        return taken, left


def goes_first(tx):
    name, _, verb = tx["act"].partition(".")
    kind = TYPES.get(name)
    return bool(kind and verb in kind.verbs and kind.verbs[verb].first)


def thumbprint(jwk):
    return b64(sha256(jcs(jwk).encode()))
