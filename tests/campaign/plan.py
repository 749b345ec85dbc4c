"""What a campaign runs: for each item its command, how much of it makes a batch, and how much is enough."""
import dataclasses
import pathlib

ROLES = ("equivocator nuller sync_liar conflicter per_peer withholder outdated impersonator wrong_root time_liar stripper "
         "flooder selective mutator").split()
SHAPES = "scattered half ring single bridge one_way slow swizzle flapping".split()


@dataclasses.dataclass
class Item:
    name: str
    what: str          # what is counted
    goal: int
    batch: int         # of one command
    command: list      # {from} {count} {seed} {build} are filled in
    first: int = 0     # where {from} begins
    group: str = ""    # items whose counts are added up in the report
    weight: float = 1  # share of the time beside the others
    alone: bool = False  # real processes: nothing else runs beside them
    limit_s: int = 1800
    counts: dict = dataclasses.field(default_factory=dict)  # name -> pattern with one number in brackets


def sim(name, group, goal, batch, first, *more, weight=1.0):
    return Item(name, "seeds", goal, batch, ["{build}/tests/sim", "--seeds", "{count}", "--from", "{from}", *more], first, group, weight,
                counts={"heights": r"(\d+) heights", "messages": r"(\d+) messages", "crashes": r"(\d+) crashes",
                        "acknowledged": r"(\d+) acknowledged", "races": r"(\d+) races"})


def core(name, group, goal, batch, first, *words, weight=1.0):
    return Item(name, "cases", goal, batch, ["{build}/tests/core_sim", *words, "--cases", "{count}", "--from", "{from}"], first, group,
                weight, counts={"final blocks": r"(\d+) final blocks", "crashes": r"(\d+) crashes", "named": r"(\d+) liars"})


def plan():
    """All items, in the order of the report."""
    items = [
        core("core.weather", "honest schedules", 2_000_000, 20_000, 1, "weather", weight=4),
        sim("sim.honest", "honest schedules, whole replica", 100_000, 2_000, 1, "--honest", weight=1),
        core("twins.n4.views4", "twins", 262_144, 20_000, 0, "twins", "--views", "4", weight=1),
        core("twins.n4.groups3", "twins", 275_684, 20_000, 0, "twins", "--views", "3", "--groups", "3", weight=1),
        core("twins.n4.views5", "twins", 1_000_000, 20_000, 1_000_000, "twins", "--views", "5", weight=2),
        core("twins.n7", "twins", 400_000, 5_000, 1, "twins", "--n", "7", weight=2),
        core("twins.n10", "twins", 100_000, 2_000, 1, "twins", "--n", "10", weight=1),
    ]
    for role in ROLES:
        items.append(sim(f"role.{role}", "active Byzantine", 72_000, 2_000, 1, "--role", role, weight=1))
    items.append(sim("role.mixed", "active Byzantine", 50_000, 2_000, 1_000_000, weight=1))
    for n in (7, 10, 13, 31):
        items.append(sim(f"sim.n{n}", "larger committees", 2_000 if n < 31 else 200, 100 if n < 31 else 10, 1, "--n", str(n), weight=0.3))
    for shape in SHAPES:
        items.append(sim(f"shape.{shape}", "network shapes", 10_000, 1_000, 1, "--shape", shape, weight=0.3))
    return items


def known(build: pathlib.Path):
    """The items whose program is built here; the others by name."""
    here, missing = [], []
    for item in plan():
        program = item.command[0].replace("{build}", str(build))
        (here if pathlib.Path(program).exists() or not program.startswith(str(build)) else missing).append(item)
    return here, [one.name for one in missing]
