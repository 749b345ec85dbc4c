"""What a campaign runs: for each item its command, how much of it makes a batch, and how much is enough."""
import dataclasses
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

ROLES = ("equivocator nuller sync_liar conflicter per_peer withholder outdated impersonator wrong_root time_liar stripper "
         "flooder selective mutator").split()
SHAPES = "scattered half ring single bridge one_way slow swizzle flapping".split()


@dataclasses.dataclass
class Item:
    name: str
    what: str          # what is counted
    goal: int
    batch: int         # of one command
    command: list      # {from} {count} {build} are filled in
    first: int = 0     # where {from} begins
    group: str = ""    # items whose counts are added up in the report
    weight: float = 1  # share of the time beside the others
    alone: bool = False  # real processes: nothing else runs beside them
    limit_s: int = 1800
    did: str = ""        # pattern of how many there were, in what the command says; another number is a failure
    counts: dict = dataclasses.field(default_factory=dict)  # name -> pattern with one number in brackets


def sim(name, group, goal, batch, first, *more, weight=1.0):
    return Item(name, "seeds", goal, batch, ["{build}/tests/sim", "--seeds", "{count}", "--from", "{from}", *more], first, group, weight,
                did=r"(?m)^(\d+) seeds from", counts={"heights": r"(\d+) heights", "messages": r"(\d+) messages", "crashes": r"(\d+) crashes",
                        "acknowledged": r"(\d+) acknowledged", "races": r"(\d+) races", "with liars": r"(\d+) seeds with"})


def core(name, group, goal, batch, first, *words, weight=1.0):
    return Item(name, "cases", goal, batch, ["{build}/tests/core_sim", *words, "--cases", "{count}", "--from", "{from}"], first, group,
                weight, did=r"(?m)^(\d+) \w+ cases from", counts={"final blocks": r"(\d+) final blocks", "crashes": r"(\d+) crashes",
                        "named": r"(\d+) liars named", "with no liar": r"(\d+) with no liar"})


def script(name, what, goal, batch, words, first=1, group="", weight=1.0, alone=False, counts=None, limit_s=1800):
    command = [sys.executable, str(ROOT / "tests" / words[0]), *words[1:]]
    return Item(name, what, goal, batch, command, first, group, weight, alone, limit_s, counts=counts or {})


# Microseconds of a run where they are not about one: a batch of each decoder takes some 20 s of a free core.
COST_US = {"cli_flags": 44, "export_folder": 37, "contexts": 15, "batch_answer": 15, "block_log": 15, "bundle": 12, "api_request": 9,
           "node_config": 9, "tx": 9, "body_file": 8, "genesis": 6, "journal": 6, "einvoice": 5, "batch_cells": 5, "quorum_cert": 4, "jws": 4,
           "signed_vote": 4, "act": 3, "checkpoint": 3, "proof_forms": 3, "right_no": 3, "outcome": 2}


def decoders():
    named = re.findall(r"(?m)^QUANLU_FUZZ\((\w+)\)", (ROOT / "tests/fuzz/targets.def").read_text())
    return [Item(f"fuzz.{one}", "runs", 20_000_000, 20_000_000 // COST_US.get(one, 1),
                 ["{build}/tests/fuzz_smoke", "--runs", "{count}", "--seed", "{from}", "--artifacts", "{build}/campaign", one], 1,
                 "decoders", 0.2, did=r" runs +(\d+) ") for one in named]


def plan():
    """All items, in the order of the report."""
    items = [
        # A third of them have a twin among the members: two million without one.
        core("core.weather", "schedules of the core", 3_000_000, 20_000, 1, "weather", weight=4),
        sim("sim.honest", "honest schedules, whole replica", 100_000, 2_000, 1, "--honest", weight=1),
        core("twins.n4.views4", "twins", 262_144, 20_000, 0, "twins", "--views", "4", weight=1),
        core("twins.n4.groups3", "twins", 275_684, 20_000, 0, "twins", "--views", "3", "--groups", "3", weight=1),
        core("twins.n4.views5", "twins", 1_000_000, 20_000, 1_000_000, "twins", "--views", "5", weight=2),
        core("twins.n7", "twins", 400_000, 5_000, 1, "twins", "--n", "7", weight=2),
        core("twins.n10", "twins", 100_000, 2_000, 1, "twins", "--n", "10", weight=1),
    ]
    for role in ROLES:
        items.append(sim(f"role.{role}", "active Byzantine", 71_000, 2_000, 1, "--role", role, weight=1))
    items.append(sim("role.mixed", "active Byzantine", 50_000, 2_000, 1_000_000, weight=1))
    for how, goal in (("set_back", 50_000), ("wiped", 10_000), ("flipped", 10_000)):
        items.append(sim(f"memory.{how}", "members that forget", goal, 2_000, 1, "--memory", how, weight=0.5))
    for n in (7, 10, 13, 31):
        items.append(sim(f"sim.n{n}", "larger committees", 2_000 if n < 31 else 200, 100 if n < 31 else 10, 1, "--n", str(n), weight=0.3))
    for shape in SHAPES:
        items.append(sim(f"shape.{shape}", "network shapes", 10_000, 1_000, 1, "--shape", shape, weight=0.3))
    items += [
        Item("forge.proofs", "mutants", 2_000_000, 200_000, ["{build}/tests/forge_proofs", "--mutants", "{count}", "--seed", "{from}"], 1,
             did=r"(?m)^(\d+) mutants of"),
        Item("forge.exports", "exports", 2_500, 500, ["{build}/tests/forge_exports", "--cases", "{count}", "--seed", "{from}"], 1),
        Item("disk.crash", "runs over every storage operation", 5, 1, ["{build}/tests/disk_crash", "--depth", "1", "--seed", "{from}"], 1,
             counts={"restarts": r"restarts (\d+)"}),
        Item("disk.crash2", "runs, cut again while recovering", 1, 1, ["{build}/tests/disk_crash", "--depth", "2", "--seed", "{from}"], 1,
             limit_s=7_200, counts={"restarts": r"restarts (\d+)", "in recovery": r"recovery (\d+)"}),
        Item("disk.corrupt", "cases", 5_000, 500, ["{build}/tests/disk_corrupt", "--cases", "{count}", "--seed", "{from}"], 1),
        script("mutants", "runs of the table", 1, 1, ["mutants/run.py", "{build}"], limit_s=14_400, counts={"killed": r"killed (\d+)"}),
        script("flood", "floods", 1, 1, ["faults/flood.py", "{build}"], alone=True),
        script("storm", "assets raced for while four nodes fail", 20_000, 2_000,
               ["faults/storm.py", "{build}", "--minutes", "20", "--assets", "{count}", "--seed", "{from}"], alone=True, limit_s=3_600,
               counts={"raced": r"(\d+) assets raced", "winners": r"(\d+) winners", "refused for another": r"(\d+) losers",
                       "faults": r"faults: (\d+)", "races under a fault": r"(\d+) while a fault was active",
                       "violations": r"(\d+) violations"}),
        script("model", "transactions", 1_000_000, 100_000, ["model/run.py", "{build}", "--txs", "{count}", "--streams", "5", "--from", "{from}", "--jobs", "1"]),
        script("spin.traces", "traces", 10_000, 200, ["spin/run.py", "{build}", "--traces", "{count}", "--from", "{from}"], limit_s=3_600),
        script("kill9", "kills", 1_000, 50, ["process/kill9.py", "{build}", "{count}", "2", "--seed", "{from}"], alone=True, limit_s=3_600,
               counts={"soon after the start": r"(\d+) within", "while catching up": r"(\d+) while catching up",
                       "of all at once": r"(\d+) times at once", "acknowledged": r"(\d+) acknowledged", "missing": r"(\d+) missing"}),
    ]
    return items + decoders()


def known(build: pathlib.Path):
    """The items whose program is built here; the others by name."""
    here, missing = [], []
    for item in plan():
        program = item.command[1 if item.command[0] == sys.executable else 0].replace("{build}", str(build))
        (here if pathlib.Path(program).exists() else missing).append(item)
    return here, [one.name for one in missing]
