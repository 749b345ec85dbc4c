#!/usr/bin/env python3
"""The output contract of the command line, over every command there is: with -o json exactly one JSON document on stdout,
also on error; exit codes of the table; a code, a text in both languages and a next step in every refusal; nothing done by
a command that was refused. Usage: cli.py BUILD"""
import json
import os
import pathlib
import pty
import signal
import sys
import termios
import time
import urllib.request

from common import Network

EXITS = {0, 1, 2, 3, 4, 5, 6, 7, 8}
FAILURES = []


def fail(text):
    FAILURES.append(text)
    print("FAIL", text)


def commands(net, prefix=()):
    """Every command's words, found as a shell's completion finds them."""
    offers = net.run("__complete", *prefix, "").stdout.split()
    nouns = [one for one in offers if not one.startswith("-")]
    if not nouns:
        return [prefix]
    return [leaf for noun in nouns for leaf in commands(net, (*prefix, noun))]


def one_document(where, done):
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError as error:
        fail(f"{where}: stdout is not one JSON document ({error}): {done.stdout[:120]!r}")
        return {}


def refused(net, *args, code, exit_code):
    done = net.run(*args, "-o", "json", check=False)
    where = "quanlu " + " ".join(args)
    answer = one_document(where, done)
    if done.returncode != exit_code or answer.get("code") != code:
        fail(f"{where}: exit {done.returncode} {answer.get('code')}, expected {exit_code} {code}")
    for field in ("title", "title_zh"):
        if not answer.get(field):
            fail(f"{where}: no {field}")
    return answer


def every_command(net):
    found = commands(net)
    for words in found:
        if words[0] in ("devnet", "completion"):
            continue
        where = "quanlu " + " ".join(words)
        for rest in ((), ("--no-such-flag",), ("中文", "x\x1b[31m", "third")):
            done = net.run(*words, *rest, "-o", "json", "--no-input", check=False)
            if done.returncode not in EXITS:
                fail(f"{where} {rest}: exit {done.returncode}")
            answer = one_document(f"{where} {rest}", done)
            if done.returncode == 2 and "code" not in answer:
                fail(f"{where} {rest}: a refusal without a code")
            if "\x1b" in done.stdout + done.stderr:
                fail(f"{where} {rest}: an escape sequence passes through")
        for lang in ("en", "zh"):
            if net.run(*words, "--help", "--lang", lang, check=False).returncode != 0:
                fail(f"{where} --help --lang {lang}")
    print(f"{len(found)} commands")
    if len(found) < 60:
        fail("commands are missing")


def reading(net):
    demo = json.loads(pathlib.Path(net.dir + "/demo.json").read_text())
    for noun in ("party", "right", "asset", "cert", "pledge", "invoice", "finance", "freeze"):
        listed = one_document(noun, net.run(noun, "list", "-o", "json"))
        first = listed["data"][0]["id"]
        if net.run(noun, "list", "-q").stdout.split()[0] != first:
            fail(f"{noun} list -q does not begin with {first}")
        shown = one_document(noun, net.run(noun, "show", first, "--as", "ipo-yuhang-maker", "-o", "json"))
        if shown["trust"] != "verified" or shown["data"]["id"] != first:
            fail(f"{noun} show {first}: {shown['trust']}")
        if len(net.run(noun, "list", "-o", "csv").stdout.splitlines()) != len(listed["data"]) + 1:
            fail(f"{noun} list -o csv")
    sheet, plain = net.run("right", "list", "--excel").stdout, net.run("right", "list", "-o", "csv").stdout
    if sheet != "\ufeff" + plain or net.run("right", "list", "-o", "csv", "--excel").stdout != sheet:
        fail("right list --excel is not the table for a spreadsheet")
    refused(net, "right", "list", "--excel", code="usage", exit_code=2)
    absent = net.run("pledge", "show", "PL-none", "-o", "json", check=False)
    if absent.returncode != 5 or one_document("absent", absent)["trust"] != "verified":
        fail("absence is not exit 5 with proof")
    if net.run("right", "check", demo["pledged_right"], check=False).returncode != 1:
        fail("a pledged right passes right check")
    if net.run("right", "check", demo["free_right"]).returncode != 0:
        fail("a free right does not pass right check")
    found = net.run("invoice", "check", "--batch", net.dir + "/invoices.csv", "--as", "bank-two-maker", "-o", "json", check=False)
    if [one["financed"] for one in one_document("invoice check", found)["data"]] != [True, False]:
        fail("invoice check")
    return demo


def searching(net, demo):
    """Lists that are proven complete: nothing left out, and no less than there is."""
    def found(*args, **more):
        return one_document("search", net.run(*args, "-o", "json", **more))

    holder = demo["holder"] if "holder" in demo else "firm-01"
    rights = found("right", "search", "--holder", holder)
    named = {one["id"] for one in json.loads(net.run("right", "list", "--ref", holder, "-o", "json").stdout)["data"]
             if any(two["party"] == holder for two in one["fields"]["holders"])}
    ids = {one["id"] for one in rights["data"]["records"]}
    if rights["trust"] != "verified" or rights["data"]["entries"] < 2 or not named <= ids:
        fail(f"right search: {rights['data']['entries']} entries, {named - ids} missing")
    pledges = found("pledge", "search", "--pledgor", holder)
    if demo["pledge"] not in [one["id"] for one in pledges["data"]["records"]] or pledges["trust"] != "verified":
        fail(f"pledge search: {pledges['data']}")
    early = found("pledge", "search", "--pledgor", holder, "--at-height", "1")
    if early["data"]["entries"] != 0 or early["trust"] != "verified" or early["as_of"]["height"] != 1:
        fail(f"pledge search at height 1: {early['data']}")
    later = found("right", "search", "--holder", holder, "--from", "2", "--out", net.folder + "/list.json")
    if len(later["data"]["records"]) != rights["data"]["entries"] - 1 and rights["data"]["entries"] <= 500:
        fail("right search --from 2")
    fields = json.loads(net.run("party", "show", holder, "--as", "ipo-yuhang-maker", "-o", "json").stdout)["data"]["fields"]
    for option, value in (("--uscc", fields["uscc"]), ("--name", fields["legal_name"])):
        if [one["id"] for one in found("party", "search", option, value)["data"]["records"]] != [holder]:
            fail(f"party search {option} {value}")
    if found("party", "search", "--name", fields["legal_name"] + " ")["data"]["entries"] != 0:
        fail("party search is not exact")
    year = found("finance", "statistics", "--year", early["as_of"]["time"][:4], "--as", "ipo-yuhang-maker")
    drawn = sum(one.get("drawn", 0) for one in year["data"]["counts"])
    loans = [one for one in json.loads(net.run("finance", "list", "--as", "ipo-yuhang-maker", "-o", "json").stdout)["data"]]
    if year["trust"] != "verified" or drawn != sum(one["state"] not in ("proposed", "approved") for one in loans) or drawn < 1:
        fail(f"finance statistics: {drawn} drawn of {len(loans)}")
    public = found("finance", "statistics", "--year", early["as_of"]["time"][:4], "--as", "firm-01-maker")
    if any(one.get("drawn", 0) in range(1, 5) for one in public["data"]["counts"]):
        fail("finance statistics shows the public a count below five")
    past = found("right", "history", demo["pledged_right"])
    numbers = [one["version"] for one in past["data"]]
    heights = [one["height"] for one in past["data"]]
    if past["trust"] != "verified" or numbers[-1] != 1 or numbers != sorted(numbers, reverse=True) or heights != sorted(heights, reverse=True):
        fail(f"right history: {numbers} at {heights}")
    if len(numbers) < 3 or any(one["trust"] != "proven" or one["record"]["version"] != one["version"] for one in past["data"]):
        fail("right history: a version without its record")
    if len(found("pledge", "history", demo["pledge"], "--limit", "2", "--as", "ipo-yuhang-maker")["data"]) != 2:
        fail("pledge history --limit 2")
    dues = found("deadlines", "--days", "300", "--as", "firm-01-maker")["data"]
    if not dues or [one["day"] for one in dues] != sorted(one["day"] for one in dues) or any(one["in_days"] > 300 for one in dues):
        fail(f"deadlines: {dues}")
    if len(found("deadlines", "--days", "0", "--as", "firm-01-maker")["data"]) > len(dues):
        fail("deadlines --days 0")
    refused(net, "deadlines", "--days", "-1", code="usage", exit_code=2)
    refused(net, "pledge", "search", code="usage", exit_code=2)
    refused(net, "pledge", "search", "--pledgor", "a", "--pledgee", "b", code="usage", exit_code=2)
    own_lists(net, found, demo)


def own_lists(net, found, demo):
    """What only a party's own people ask for; digests of files; what an office reported."""
    lender, borrower = "bank-two", "firm-02"  # of the worked example
    loan = json.loads(net.run("finance", "list", "-o", "json").stdout)["data"][0]
    for option, party in (("--lender", lender), ("--borrower", borrower)):
        seen = found("finance", "search", option, party, "--as", party + "-maker")
        if loan["id"] not in [one["id"] for one in seen["data"]["records"]] or seen["trust"] != "verified":
            fail(f"finance search {option} {party}: {seen['data']['entries']}")
    refused(net, "finance", "search", "--lender", lender, "--as", "bank-one-maker",
            code="E_FORBIDDEN", exit_code=8)
    # Not even how many there are: an absent entry would say it.
    for key in ("list/finance/own:lender:bank-two", "list/finance/own:lender:bank-two/9", "list/finance/own:lender:bank-three",
                "list/finance/drawn:2026:all:ip_pledge_loan:below_1m/1"):
        refused(net, "proof", "get", key, "--as", "bank-one-maker", code="E_FORBIDDEN", exit_code=8)
    refused(net, "finance", "portfolio", "--all", "--at-height", "1", "--as", "bank-two-maker", code="usage", exit_code=2)
    sums = found("finance", "portfolio", "--as", lender + "-maker")
    if sums["trust"] != "verified" or sums["data"]["loans"] < 1:
        fail(f"finance portfolio: {sums['trust']} {sums['data']}")
    early = found("finance", "portfolio", "--as", lender + "-maker", "--at-height", "1")
    if early["data"]["loans"] != 0 or early["trust"] != "verified":
        fail(f"finance portfolio at height 1: {early['data']}")
    lines = found("deadlines", "--days", "9000", "--as", "firm-01-maker")["data"]
    if {one["trust"] for one in lines if one["record"].startswith(("patent:", "PL-", "DI-"))} != {"proven"}:
        fail(f"deadlines out of proven lists: {lines}")
    # What an office must tell pledgees of: its own mirror of a pledged right, by the day its fee runs out.
    told = [one for one in found("deadlines", "--days", "9000", "--as", "ipo-yuhang-maker")["data"]
            if one["record"] == demo["pledged_right"] and one["notify"]]
    if not told or any(one["trust"] != "unverified" for one in told):
        fail(f"deadlines of an office do not say whom to tell: {told}")
    delivered = json.loads(net.run("cert", "show", demo["delivery"], "--as", "ipo-yuhang-maker", "-o", "json").stdout)["data"]
    digest = delivered["fields"]["delivery_digest"]["root"]
    if [one["id"] for one in found("cert", "search", "--delivered", digest)["data"]["records"]] != [delivered["id"]]:
        fail("cert search --delivered")
    if found("cert", "search", "--delivered", "sha256:" + "0" * 64)["data"]["entries"] != 0:
        fail("cert search of a file that nobody certified")
    if found("right", "search", "--mismatch", "ipo-yuhang")["data"]["entries"] != 0:
        fail("right search --mismatch")


def refusals(net, demo):
    refused(net, "right", "show", "1234", code="E_BAD_RIGHT_NO", exit_code=2)
    refused(net, "right", "shwo", "x", code="usage", exit_code=2)
    refused(net, "right", "list", "--node", "http://127.0.0.1:1", code="no_node", exit_code=7)
    refused(net, "right", "list", "--as", "nobody", code="context", exit_code=2)
    refused(net, "errors", "E_NO_SUCH", code="unknown_code", exit_code=5)
    refused(net, "pledge", "accept", "PL-none", "--as", "ipo-yuhang-maker", code="E_NOT_FOUND", exit_code=5)
    refused(net, "pledge", "accept", demo["pledge"], "--as", "bank-one-maker", code="E_ROLE", exit_code=8)
    refused(net, "pledge", "accept", demo["pledge"], "--as", "ipo-yuhang-maker", code="E_BAD_STATE", exit_code=1)
    # A genesis of another network: nothing of the answer is shown.
    other = json.loads(pathlib.Path(net.dir + "/genesis.json").read_text())
    other["name"] = "other"
    pathlib.Path(net.folder + "/other.json").write_text(json.dumps(other))
    shown = net.run("right", "show", demo["free_right"], "--genesis", net.folder + "/other.json", "-o", "json", check=False)
    if shown.returncode == 0 or "holders" in shown.stdout:
        fail("an answer of another chain is shown")
    # Keys and secrets that others may read.
    key = f"{net.dir}/officers/firm-01-maker.pem"
    os.chmod(key, 0o644)
    done = net.run("pledge", "withdraw", demo["pledge"], "--as", "firm-01-maker", "-o", "json", check=False)
    if done.returncode not in (2, 4):
        fail(f"a key file of mode 0644 is used: exit {done.returncode}")
    os.chmod(key, 0o600)
    os.chmod(net.dir + "/fingerprint.key", 0o644)
    refused(net, "invoice", "check", "--batch", net.dir + "/invoices.csv", "--as", "bank-two-maker", code="fingerprint_key", exit_code=2)
    os.chmod(net.dir + "/fingerprint.key", 0o600)
    for name, text in {"header": "a,b\n", "width": "right_no\nx,y\n", "quote": 'right_no\n"x\n', "number": "right_no\n1234\n", "empty": ""}.items():
        path = f"{net.folder}/{name}.csv"
        pathlib.Path(path).write_text(text)
        refused(net, "right", "check", "--batch", path, code="csv", exit_code=2)
    for name, text in {"dup.json": '{"a":1,"a":2}', "float.json": '{"a":1.5}', "bad.toml": "a = \n", "no.xml": "<a/>"}.items():
        path = f"{net.folder}/{name}"
        pathlib.Path(path).write_text(text)
        done = net.run("pledge", "draft", "--file", path, "--as", "firm-01-maker", "-o", "json", check=False)
        if done.returncode != 2 or "code" not in one_document(name, done):
            fail(f"pledge draft --file {name}: exit {done.returncode}")


def hidden(terminal):
    """Waits until the terminal shows nothing of what is typed; a prompt is there a moment before."""
    for _ in range(1_000):
        if not termios.tcgetattr(terminal)[3] & termios.ECHO:
            return
        time.sleep(0.01)
    fail("a passphrase is shown as it is typed")


def typed(net, words, answers):
    """What a command says at a terminal where somebody answers its prompts; None: interrupts it."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(net.bin / "quanlu", ["quanlu", *words], net.env)
    said, asked = "", 0
    try:
        while piece := os.read(terminal, 4096).decode(errors="replace"):
            said += piece
            while asked < len(answers) and said.count(": ") > asked:
                hidden(terminal)
                if answers[asked] is None:
                    os.kill(child, signal.SIGINT)
                else:
                    os.write(terminal, answers[asked].encode() + b"\n")
                asked += 1
    except OSError:
        pass  # it ended
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def passphrases(net):
    """Typed where nobody sees them, twice where a key would be lost by a slip."""
    path = net.folder + "/typed.pem"
    longest = "x" * 1_000  # and one more is a byte too many for what holds it
    for answers, exit_code in (([longest + "y"] * 2, 2), (["open sesame", "open sesam"], 2), ([None], 130), (["", ""], 2), (["open sesame", "open sesame"], 0)):
        done, said = typed(net, ("key", "generate", path), answers)
        if done != exit_code or "sesam" in said or pathlib.Path(path).exists() != (exit_code == 0):
            fail(f"key generate, typed {answers}: exit {done}: {said}")
    if typed(net, ("key", "generate", path + ".longest"), [longest] * 2)[0] != 0:
        fail("a passphrase of 1,000 bytes")
    for size, exit_code in ((1_000, 0), (1_001, 2), (4_095, 2)):
        file, made = pathlib.Path(f"{net.folder}/{size}.txt"), pathlib.Path(f"{net.folder}/{size}.pem")
        file.write_text("x" * size + "\n")
        done = net.run("key", "generate", str(made), "--passphrase-file", str(file), check=False)
        if done.returncode != exit_code or made.exists() != (exit_code == 0):
            fail(f"key generate with a passphrase of {size} bytes: exit {done.returncode}")
    for answer, exit_code in (("open sesame", 0), ("another", 2)):
        done, said = typed(net, ("key", "show", path), [answer])
        if done != exit_code:
            fail(f"key show, typed {answer}: exit {done}: {said}")


def batches(net):
    """A table is filed whole or not at all, and says which line and column is wrong."""
    head = ("asset_kind,right_no,title,holders,application_date,grant_date,expiry_date,annual_fee_paid_to,legal_status,"
            "invalidation_pending,ownership_dispute,dual_filing,source_snapshot_hash,source_checked_on\n")
    today = json.loads(net.run("party", "show", "firm-01", "-o", "json").stdout)["as_of"]["time"][:10]

    def line(number, holders="firm-01:1000000"):
        return (f'patent_invention,{number},"a, b",{holders},2021-03-01,2023-05-09,2041-03-01,2099-01-01,in_force,false,false,false,'
                f"sha256:{'a' * 64},{today}\n")

    def batch(text, *rest, code=None):
        path = net.folder + "/rights.csv"
        pathlib.Path(path).write_text(head + text)
        args = ("right", "register", "--batch", path, "--as", "ipo-yuhang-maker", *rest)
        if code:
            return refused(net, *args, code=code, exit_code=1)["facts"]["lines"]
        return json.loads(net.run(*args, "-o", "json", "-q").stdout)["data"]

    good, other = line("ZL202110123456.7"), line("ZL202110123457.1")
    bad = batch(good + line("ZL202110123457.2") + line("ZL202110123458.6", "firm-01:x"), code="batch")
    if [(one["line"], one["column"]) for one in bad] != [(4, "holders")]:
        fail(f"bad cells: {bad}")
    bad = batch(good + line("ZL202110123457.2"), "--dry-run", code="batch")
    if [(one["line"], one["column"], one["code"]) for one in bad] != [(3, "right_no", "E_BAD_RIGHT_NO")]:
        fail(f"refused lines: {bad}")
    if [one["code"] for one in batch(good + good, code="batch")] != ["E_DUPLICATE_RIGHT"]:
        fail("a right twice in one table")
    batch(good + other, "--dry-run")
    if json.loads(net.run("tasks", "--as", "ipo-yuhang-checker", "-o", "json").stdout)["data"]:
        fail("something was filed by a refused table or a dry run")
    if [one["state"] for one in batch(good + other)] != ["pending_approval", "pending_approval"]:
        fail("a good table")
    if len(json.loads(net.run("tasks", "--as", "ipo-yuhang-checker", "-o", "json").stdout)["data"]) != 2:
        fail("two lines, two tasks")


def approvals(net):
    """A checker completes what the maker filed, sealed fields and all, and nothing else."""
    day = net.get(0, "/v1/status")["tip_time"][:10]
    body = {"seller": "firm-01", "buyer": "firm-02", "invoice_kind": "e_fapiao_20", "invoice_number": "26330000000098765432", "invoice_date": day,
            "invoice_amount": 5_000_000, "tax_amount": "500000", "ccy": "CNY", "due_date": "2099-01-01", "fp_epoch": 1, "fp_exact": "5a" * 32,
            "fp_economic": "5b" * 32, "collateral_description": "approvals", "assignment_bar": "none"}
    path = net.folder + "/invoice.json"
    pathlib.Path(path).write_text(json.dumps(body))
    words, checker = ("invoice", "register_fingerprint"), ("--as", "bank-one-checker")
    filed = net.run(*words, "--file", path, "--as", "bank-one-maker", "-o", "json")
    tx = one_document("maker", filed)["data"]["id"]
    opens = f"{net.folder}/{tx}.disclosures.json"
    if f"{' '.join(words)} --approve {tx} --disclosures" not in filed.stderr:
        fail(f"the maker is not told how the checker completes it: {filed.stderr}")
    waiting = json.loads(net.run("tasks", *checker, "-o", "json").stdout)["data"]
    if [one["tx"] for one in waiting] != [tx]:
        fail(f"tasks: {waiting}")
    # Sealed once more it is another act.
    refused(net, *words, "--file", path, *checker, code="E_FOUR_EYES", exit_code=8)
    other = net.folder + "/other.disclosures.json"
    pathlib.Path(other).write_text(json.dumps(["WyJhIiwiYiIsMV0"]))
    for rest in (("--file", path), ("--batch", path), ("--disclosures", other), ("--disclosures", path)):
        refused(net, *words, "--approve", tx, *rest, *checker, code="usage", exit_code=2)
    refused(net, *words, "--file", path, "--disclosures", opens, *checker, code="usage", exit_code=2)
    refused(net, "freeze", "serve", "--approve", tx, *checker, code="usage", exit_code=2)
    refused(net, "invoice", "finance", "RV-1", "--approve", tx, *checker, code="usage", exit_code=2)
    refused(net, "pledge", "draft", "--approve", tx, "--as", "firm-01-maker", code="usage", exit_code=2)
    refused(net, *words, "--approve", "0" * 64, *checker, code="E_NOT_FOUND", exit_code=5)
    refused(net, *words, "--approve", tx, "--as", "bank-two-checker", code="E_FORBIDDEN", exit_code=8)
    seen = json.loads(net.run(*words, "--approve", tx, "--disclosures", opens, "--dry-run", *checker, "-o", "json").stdout)["data"]
    if seen["opened"] != {name: body[name] for name in ("invoice_number", "tax_amount")} or seen["body"]["fp_exact"] != body["fp_exact"]:
        fail(f"what is to be approved: {seen}")
    unseen = net.run(*words, "--approve", tx, "--dry-run", *checker).stderr
    if "approved unseen" not in unseen or "invoice_number, tax_amount" not in unseen:
        fail(f"sealed fields approved without a word: {unseen}")
    done = json.loads(net.run(*words, "--approve", tx, "--disclosures", opens, *checker, "-o", "json").stdout)["data"]
    if done["outcome"]["state"] == "pending_approval" or json.loads(net.run("tasks", *checker, "-o", "json").stdout)["data"]:
        fail(f"an approval that completes nothing: {done}")
    again = net.run(*words, "--approve", done["id"], *checker, "-o", "json", check=False)
    if again.returncode != 2:
        fail(f"what is complete is approved: {again.stdout}")


def numbers(net, demo):
    """What is no number of its option is refused, never read as another."""
    office = ("--as", "ipo-yuhang-maker")
    for text in ("", "12x", "2026-11-20", "1,200", "-1", "null"):
        for words in (("pledge", "accept", demo["pledge"], "--version-expected"), ("pledge", "accept", demo["pledge"], "--wait"),
                      ("pledge", "show", demo["pledge"], "--at-height"), ("right", "check", demo["free_right"], "--at-height"),
                      ("right", "search", "--holder", "firm-01", "--at-height"), ("right", "search", "--holder", "firm-01", "--from"),
                      ("right", "list", "--limit"), ("tasks", "--limit"), ("right", "history", demo["free_right"], "--limit"),
                      ("finance", "portfolio", "--at-height"), ("finance", "statistics", "--year"), ("deadlines", "--days")):
            said = refused(net, *words, text, *office, code="usage", exit_code=2)
            if words[-1] not in said.get("title", ""):
                fail(f"quanlu {' '.join(words)} {text!r}: the option is not named: {said.get('title')}")
    refused(net, "right", "register", "--batch", net.folder + "/rights.csv", "--version-expected", "1", *office, code="usage", exit_code=2)
    tried = one_document("dry run", net.run("pledge", "accept", demo["pledge"], "--version-expected", "1", "--dry-run", *office, "-o", "json", check=False))
    if "E_VERSION_CONFLICT" not in [one["code"] for one in tried["data"]["would_refuse"]]:
        fail(f"a dry run does not ask with the version: {tried}")


def grounds(net, right):
    """What the register says against a pledge is said before anybody files one."""
    day = net.get(0, "/v1/status")["tip_time"][:10]
    plain = {"legal_status": "in_force", "invalidation_pending": False, "ownership_dispute": False, "annual_fee_paid_to": "2099-12-31",
             "source_snapshot_hash": "sha256:" + "a" * 64, "source_checked_on": day}
    for change, free, why, risks in (({"ownership_dispute": True}, False, "E_OWNERSHIP_DISPUTE", []), ({"legal_status": "fee_grace"}, False, "E_ANNUAL_FEE_OVERDUE", []),
                                     ({"annual_fee_paid_to": "2020-01-01"}, False, "E_ANNUAL_FEE_OVERDUE", []),
                                     ({"invalidation_pending": True}, True, "", ["invalidation_pending"]), ({}, True, "", [])):
        for officer in ("ipo-yuhang-maker", "ipo-yuhang-checker"):
            net.act(officer, "right", "update_status", right, body={**plain, **change})
        done = net.run("right", "check", right, "-o", "json", check=False)
        said = one_document("right check", done)["data"][0]
        if (done.returncode, said["free"], said["against"].split(" ")[0], said["to_acknowledge"]) != (0 if free else 1, free, why, risks):
            fail(f"right check of {change}: exit {done.returncode} {said}")


def spellings(net):
    """A list under a spelling that no record can have is not "complete: none"."""
    code = json.loads(net.run("party", "show", "firm-01", "--as", "ipo-yuhang-maker", "-o", "json").stdout)["data"]["fields"]["uscc"]
    for words, handle in ((("anchor", "--hash", "AB" * 32), "hash:sha256:" + "ab" * 32), (("anchor", "--hash", "sm3:" + "ab" * 32), "hash:sm3:" + "ab" * 32),
                          (("cert", "--delivered", "SHA256:" + "AB" * 32), "delivered:sha256:" + "ab" * 32), (("party", "--uscc", code.lower()), "uscc:" + code)):
        said = one_document("search", net.run(words[0], "search", *words[1:], "-o", "json"))["data"]
        if said["handle"] != handle:
            fail(f"{' '.join(words)}: {said['handle']}")
    for words in (("anchor", "--hash", "abc"), ("anchor", "--hash", "md5:" + "a" * 32), ("cert", "--delivered", "ab" * 31), ("party", "--uscc", "9133"),
                  ("party", "--lei", "x"), ("party", "--name", "e\u0301"), ("party", "--name", ""), ("right", "--holder", "FIRM-01"), ("finance", "--lender", "bank one")):
        refused(net, words[0], "search", *words[1:], code="usage", exit_code=2)


def words_of_a_node(net):
    """What is not proven says so in a table too."""
    for words, unproven in ((("right", "list"), True), (("block", "show", "1"), True), (("right", "search", "--holder", "firm-01"), False)):
        for style in ("table", "csv", "ndjson"):
            said = net.run(*words, "-o", style).stderr
            if ("NOT PROVEN" in said) != unproven:
                fail(f"{' '.join(words)} -o {style}: {said!r}")


def main():
    with Network(sys.argv[1], nodes=1, demo=True) as net:
        before = net.get(0, "/v1/status")
        demo = reading(net)
        searching(net, demo)
        every_command(net)
        refusals(net, demo)
        batches(net)
        approvals(net)
        numbers(net, demo)
        spellings(net)
        words_of_a_node(net)
        grounds(net, demo["free_right"])
        passphrases(net)
        after = json.loads(net.run("pledge", "show", demo["pledge"], "--as", "ipo-yuhang-maker", "-o", "json").stdout)
        if after["data"]["state"] != "registered":
            fail("a refused act changed a pledge")
        if net.get(0, "/v1/status")["chain_id"] != before["chain_id"]:
            fail("another chain")
    if FAILURES:
        sys.exit(f"{len(FAILURES)} breaches of the output contract")


main()
