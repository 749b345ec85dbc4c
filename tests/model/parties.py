"""B.1 party with its officers; policy switches (Q-20)."""
from codec import hex_of
from common import REASON
from engine import Type, thumbprint
from fields import table
from identifiers import is_lei, is_uscc

ROLES = ("ip_office|cert_center|assessor|bank|guarantor|shortfall_payer|appraiser|pledgor|pledgee|originator|"
         "plan_manager|custodian|rating_agency|sales_agent|investor|account_debtor|factor|court|regulator|auditor|agent|"
         "evidence_node|node_operator|dpo|public")
KINDS = "enterprise|institution|government_body|social_org|individual_business|natural_person|foreign_org"

table("officer", """
key: jwk
duties: choices maker|checker|admin|clerk|judge
valid_from: date
valid_to: date
""")
table("party", f"""
party_id: party
party_kind: choice {KINDS}
legal_name?: text 300
natural_name?: sealed
uscc?: text 18
uscc_legacy_flag?: boolean
lei?: text 20
country: country
id_document?: sealed
address?: sealed
contact?: sealed
legal_representative?: sealed
affiliates?: parties 64
roles: choices {ROLES}
officers: objects 64 officer
""")
table("party.add", "officer: object officer")
table("party.kid", "kid: text 43")
table("party.rotate", "kid: text 43\nofficer: object officer")
table("party.replace", "kid?: text 43\nofficer: object officer")
table("party.name", "legal_name: text 300\nchange_certificate_hash: hash")


def check_officer(officer, roles):
    if officer["valid_from"] > officer["valid_to"]:
        return "E_BACKDATED"
    duties = officer["duties"]
    if "admin" in duties and len(duties) > 1:
        return "E_SCHEMA"
    return "E_SCHEMA" if {"clerk", "judge"} & set(duties) and "court" not in roles else None


def content_holds(act):
    f = act.f
    person = f["party_kind"] == "natural_person"
    if person and ("legal_name" in f or "uscc" in f):
        return "E_SCHEMA"
    if not person and ("legal_name" not in f or "natural_name" in f):
        return "E_SCHEMA"
    if person and "natural_name" not in f:
        return "E_SCHEMA"
    if (person or f["party_kind"] == "foreign_org") and "id_document" not in f:
        return "E_SCHEMA"
    uscc = f.get("uscc", "")
    organisation = f["party_kind"] not in ("natural_person", "foreign_org")
    if not uscc and f["country"] == "CN" and organisation:
        return "E_BAD_USCC"
    if uscc and not is_uscc(uscc, f.get("uscc_legacy_flag", False)):
        return "E_BAD_USCC"
    if "lei" in f and not is_lei(f["lei"]):
        return "E_SCHEMA"
    kids = set()
    for officer in f["officers"]:
        code = check_officer(officer, f["roles"])
        if code:
            return code
        kid = thumbprint(officer["key"])
        if kid in kids:
            return "E_SCHEMA"
        kids.add(kid)
    return None


def address_there(act):
    return None if "address" in act.f else "E_SCHEMA"


def name_keys(act):
    for officer in act.f["officers"]:
        officer["kid"] = thumbprint(officer["key"])


def rename(act):
    act.record["name_changed"] = dict(act.where, **{"from": act.f["legal_name"],
                                                    "certificate": act.body["change_certificate_hash"]})
    act.f["legal_name"] = act.body["legal_name"]


def has_legal_name(act):
    return "E_SCHEMA" if act.f["party_kind"] == "natural_person" else None


def no_open_records(act):
    held = act.get("open/" + act.id)
    return "E_PARTY_HAS_OPEN_RECORDS" if held and held["n"] else None


def own_party(act):
    return None if act.id == act.party else "E_WRONG_AUTHORITY"


def named(act, kid):
    return next((one for one in act.f["officers"] if one["kid"] == kid), None)


def officer_known(act):
    kid = act.body.get("kid", "")
    if not kid:
        return None
    officer = named(act, kid)
    if officer is None:
        return "E_UNKNOWN_KEY"
    return "E_KEY_NOT_IN_FORCE" if "revoked_at" in officer else None


def old_no_admin(act):
    officer = named(act, act.body.get("kid", ""))
    return "E_WRONG_AUTHORITY" if officer and "admin" in officer["duties"] else None


def new_no_admin(act):
    return "E_WRONG_AUTHORITY" if "admin" in act.body["officer"]["duties"] else None


def new_is_admin(act):
    if "admin" not in act.body["officer"]["duties"]:
        return "E_SCHEMA"
    old = named(act, act.body.get("kid", ""))
    return None if old is None or "admin" in old["duties"] else "E_SCHEMA"


def new_fits(act):
    officer = act.body["officer"]
    code = check_officer(officer, act.f["roles"])
    if code:
        return code
    return "E_SCHEMA" if named(act, thumbprint(officer["key"])) else None


def room(act):
    full = len(act.f["officers"]) >= 64 and not any("revoked_at" in one for one in act.f["officers"])
    return "E_TOO_LARGE" if full else None


def add(act):
    officers = act.f["officers"]
    if len(officers) >= 64:
        officers.remove(min((one for one in officers if one.get("revoked_at")), key=lambda one: one["revoked_at"]))
    officers.append(dict(act.body["officer"], kid=thumbprint(act.body["officer"]["key"])))


def revoke(act):
    for officer in act.f["officers"]:
        if officer["kid"] == act.body["kid"]:
            officer["revoked_at"] = act.time


def rotate(act):
    revoke(act)
    add(act)


def replace(act):
    if "kid" in act.body:
        revoke(act)
    add(act)


AUTHORITIES = {"court", "regulator", "auditor", "ip_office", "cert_center", "evidence_node", "node_operator"}


def authorities_by_regulator(act):
    if "regulator" in act.get("party/" + act.party)["fields"]["roles"]:
        return None
    return "E_WRONG_AUTHORITY" if AUTHORITIES & set(act.f["roles"]) else None


REGISTRARS = "regulator|ip_office|cert_center"
party = Type("party", "party/", party_fields=("party_id", "affiliates"), id_of=lambda body: body["party_id"])
party.handles = lambda record: [f"{name}:{record['fields'][name]}" for name in ("uscc", "lei") if name in record["fields"]] + \
    (["name:" + hex_of(record["fields"]["legal_name"])] if "legal_name" in record["fields"] else [])
party.verb("register", "", "active", REGISTRARS, "two", "party", [authorities_by_regulator], name_keys,
           [content_holds, address_there])
party.verb("amend_name", "active", "", REGISTRARS, "two", "party.name", [has_legal_name], rename)
party.verb("suspend", "active", "suspended", "regulator", "two", REASON)
party.verb("report_compromise", "active", "suspended", "", "two", REASON, [own_party])
party.verb("resume", "suspended", "active", "regulator", "two", REASON)
party.verb("deregister", "active|suspended", "deregistered", "regulator", "two", REASON, [no_open_records])
party.verb("add_officer", "active", "", "", "admin", "party.add", [own_party, new_no_admin, new_fits, room], add)
party.verb("revoke_officer", "active", "", "", "admin", "party.kid", [own_party, officer_known, old_no_admin], revoke)
party.verb("rotate_officer", "active", "", "", "admin", "party.rotate",
           [own_party, officer_known, old_no_admin, new_no_admin, new_fits], rotate)
party.verb("replace_admin", "active|suspended", "", "", "quorum", "party.replace",
           [officer_known, new_is_admin, new_fits, room], replace)

# Policies

LIMITS = {"approval_ttl_days": (1, 90), "extract_days_max": (1, 366), "tax_status_hours_max": (1, 720),
          "voucher_max_term_days": (1, 3660), "ranked_pledge_trademark": (0, 1), "ranked_pledge_copyright": (0, 1),
          "ranked_pledge_layout": (0, 1), "ranked_pledge_data_ip": (0, 1)}
table("step", "from_height: integer\nvalue: integer")
table("policy", f"name: choice {'|'.join(LIMITS)}\nsteps: objects 1000 step")


def value_allowed(name, value):
    low, high = LIMITS[name]
    return None if low <= value <= high else "E_SCHEMA"


def steps_ahead(act):
    steps = act.f["steps"]
    if steps[0]["from_height"] <= act.height:
        return "E_BACKDATED"
    last = -1
    for step in steps:
        if step["from_height"] <= last:
            return "E_BACKDATED"
        last = step["from_height"]
        code = value_allowed(act.f["name"], step["value"])
        if code:
            return code
    return None


def step_ahead(act):
    start = act.body["from_height"]
    if start <= act.height or start <= act.f["steps"][-1]["from_height"]:
        return "E_BACKDATED"
    return value_allowed(act.f["name"], act.body["value"])


def room_for_step(act):
    return None if len(act.f["steps"]) < 1000 else "E_TOO_LARGE"


policy = Type("policy", "policy/", id_of=lambda body: body["name"])
policy.verb("introduce", "", "in_force", "", "quorum", "policy", [steps_ahead])
policy.verb("change", "in_force", "", "", "quorum", "step", [step_ahead, room_for_step],
            lambda act: act.f["steps"].append(dict(act.body)))

# The calendar of working days (decision 0021)

table("calendar.day", "day: date\nkind: choice holiday|workday")
table("calendar", "year: integer 2999\ndays: objects 120 calendar.day")
table("calendar.days", "days: objects 120 calendar.day")


def days_hold(listed, year):
    texts = [one["day"] for one in listed]
    return None if texts == sorted(set(texts)) and all(one[:4] == str(year) for one in texts) else "E_SCHEMA"


def past_unchanged(act):
    def past(listed):
        return [one for one in listed if one["day"] <= act.today]

    return None if past(act.f["days"]) == past(act.body["days"]) else "E_BACKDATED"


calendar = Type("calendar", "calendar/", id_of=lambda body: str(body["year"]))
calendar.verb("introduce", "", "in_force", "", "quorum", "calendar", [lambda act: days_hold(act.f["days"], act.f["year"])])
calendar.verb("amend", "in_force", "", "", "quorum", "calendar.days",
              [lambda act: days_hold(act.body["days"], act.f["year"]), past_unchanged],
              lambda act: act.f.update(days=act.body["days"]))
