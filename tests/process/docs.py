#!/usr/bin/env python3
"""The documents made from the registry's tables are those in the tree, the schemas are schemas and judge bodies as the
ledger's own check does, and no link in docs/ leads nowhere. Usage: docs.py BUILD"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAILURES = []
SEALED = {"_sd": "A" * 43}
HASH = "sha256:" + "a" * 64
CREDITOR = {
    "pledge_kind": "specific", "pledgors": ["firm-01"], "pledgees": ["bank-one"], "debtor": "firm-01",
    "rights": ["patent:2021101234567"], "right_count": 1, "main_contract_no": SEALED, "main_contract": SEALED,
    "pledge_contract": SEALED, "contract_date": "2026-01-01", "contract_items": ["identity", "claim", "term", "right", "scope"],
    "claim_kind": "loan", "secured_amount": 100, "ccy": "CNY", "debt_from": "2026-01-01", "debt_due": "2027-01-01",
    "scope_of_security": ["principal"],
}


def fail(text):
    FAILURES.append(text)
    print("FAIL", text)


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def current(quanlu):
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([quanlu, "-q", "schema", "--docs", made], check=True, capture_output=True)
        want, have = files_of(pathlib.Path(made)), files_of(ROOT / "docs/registry/generated")
    for name in sorted(want.keys() | have.keys()):
        if want.get(name) != have.get(name):
            fail(f"docs/registry/generated/{name} is not what the tables say: quanlu schema --docs docs/registry/generated")
    return have


def schemas(have):
    validators = {}
    for name, text in have.items():
        if name.startswith("schema/"):
            document = json.loads(text)
            jsonschema.Draft202012Validator.check_schema(document)
            validators[name[7:-5]] = jsonschema.Draft202012Validator(document)
    draft = validators["pledge.draft"]
    if not draft.is_valid(CREDITOR):
        fail(f"pledge.draft: {next(draft.iter_errors(CREDITOR)).message}")
    wrong = {
        "no ccy": {k: v for k, v in CREDITOR.items() if k != "ccy"},
        "unknown member": CREDITOR | {"colour": "red"},
        "clear value where a seal belongs": CREDITOR | {"main_contract": "in clear"},
        "float": CREDITOR | {"secured_amount": 1.5},
        "beyond 2^53-1": CREDITOR | {"secured_amount": 2**53},
        "negative": CREDITOR | {"secured_amount": -1},
        "twice": CREDITOR | {"rights": ["a", "a"]},
        "empty list": CREDITOR | {"rights": []},
        "no such choice": CREDITOR | {"pledge_kind": "other"},
        "day": CREDITOR | {"debt_due": "2027-1-1"},
    }
    for name, body in wrong.items():
        if draft.is_valid(body):
            fail(f"pledge.draft accepts: {name}")
    if len(validators) < 80:
        fail(f"only {len(validators)} schemas")


def links():
    for page in [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
            if not target.startswith("http") and not (page.parent / target).exists():
                fail(f"{page.relative_to(ROOT)}: {target} leads nowhere")


def main():
    have = current(sys.argv[1] + "/bin/quanlu")
    schemas(have)
    links()
    print(f"{len(have)} documents, {len(FAILURES)} failures")
    sys.exit(1 if FAILURES else 0)


main()
