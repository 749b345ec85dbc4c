#!/usr/bin/env python3
"""Puts known defects back into the code, one at a time, and sees whether our own tests notice.

Usage: run.py BUILD_DIR [--only M7,M12] [--work DIR] [--first | --every-killer] [--fresh] [--as-copied] [--jobs N]
              [--seconds N] [--table FILE]
Copies the files that git knows or would add to WORK/tree (default BUILD_DIR/mutants), configures them as BUILD_DIR
is, and for each mutant of mutants.toml changes the text, builds what its killers need, runs them until one fails, and
puts the text back. First every killer must pass on the code as it is. --first: only the first killer of each;
--every-killer: all of them, to see which notice. Results are kept by what was changed and by the killers
(WORK/results.json, WORK/report.md): --fresh forgets them; --as-copied goes on with the copy of last time while the
sources move. --seconds: the longest a killer may take; a mutant that runs longer has no end and counts as killed.
Exit code 0: all killed; 1: not all; 2: the table or the tests are wrong: an old text that is not there exactly once,
a mutant that does not compile, a killer that fails on the code as it is."""
import argparse
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KEPT_OPTIONS = ("CMAKE_BUILD_TYPE", "CMAKE_CXX_FLAGS", "CMAKE_CXX_FLAGS_RELEASE", "CMAKE_CXX_FLAGS_RELWITHDEBINFO",
                "QUANLU_SANITIZE", "QUANLU_WERROR", "CMAKE_CXX_COMPILER")


# Programs that a test starts and does not link.
PROGRAMS = {"test_cli": " quanlu", "test_ledger_proof": " quanlu-verify"}


class TableError(Exception):
    pass


def digest(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def edited(tree, mutant):
    """The changed text of every file that the mutant touches."""
    texts = {}
    for edit in mutant["edit"]:
        name = edit["file"]
        text = texts.get(name) or (tree / name).read_text()
        found = text.count(edit["old"])
        if found != 1:
            raise TableError(f"{mutant['id']}: old text occurs {found} times in {name}: {edit['old'].strip()[:60]}")
        texts[name] = text.replace(edit["old"], edit["new"])
    return texts


class Bench:
    """The copy of the sources, its build, and what is known already."""

    def __init__(self, build, work, jobs, seconds, as_copied):
        self.work, self.jobs, self.seconds = work, jobs, seconds
        self.tree = work / "tree"
        self.build = self.tree / "build" / "mutants"  # as deep as ROOT/build/X: ccache then knows the objects
        self.known_path = work / "results.json"
        self.known = {"baseline": {}, "mutants": {}}
        if self.known_path.exists():
            self.known = json.loads(self.known_path.read_text())
        self.sources = self.known["sources"] if as_copied else self.copy_sources()
        self.known["sources"] = self.sources
        self.save()
        self.configure(build)

    def copy_sources(self):
        words = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(words, check=True, capture_output=True).stdout
        wanted = {}
        for name in listed.decode().split("\0"):
            is_ours = name.startswith("tests/mutants/") and not name.endswith(".cmake")  # the build asks for that
            if name and (ROOT / name).is_file() and not is_ours:
                wanted[name] = ROOT / name
        total = hashlib.sha256()
        for name, source in sorted(wanted.items()):
            content = source.read_bytes()
            total.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
            target = self.tree / name
            if target.exists() and target.read_bytes() == content:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod(source.stat().st_mode)
        for old in self.tree.rglob("*"):
            name = str(old.relative_to(self.tree))
            if old.is_file() and name not in wanted and not name.startswith("build/") and "__pycache__" not in name:
                old.unlink()
        return total.hexdigest()[:16]

    def configure(self, build):
        options = []
        for line in (build / "CMakeCache.txt").read_text().splitlines():
            found = re.match(r"(\w+):\w+=(.*)", line)
            if found and found[1] in KEPT_OPTIONS:
                options.append(f"-D{found[1]}={found[2]}")
        if (ROOT / "build" / "ccache").is_dir():
            os.environ.setdefault("CCACHE_DIR", str(ROOT / "build" / "ccache"))
        done = subprocess.run(["cmake", "-G", "Ninja", "-S", str(self.tree), "-B", str(self.build), *options],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise TableError("configure: " + done.stderr[-2000:])

    def save(self):
        fresh = self.known_path.with_suffix(".new")
        fresh.write_text(json.dumps(self.known, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
        fresh.replace(self.known_path)  # whole, whenever the run is stopped

    # --- killers

    def command(self, killer):
        """The words to run, and the target they need."""
        words = shlex.split(killer)
        if words[0] == "model":
            script = str(self.tree / "tests/model/run.py")
            return [sys.executable, script, str(self.build), "--jobs", "1", *words[1:]], "model_check"
        fault = self.tree / "tests/faults" / (words[0] + ".py")
        if fault.exists():  # and the programs that it starts
            return [sys.executable, str(fault), str(self.build), *words[1:]], "quanlud quanlu"
        if words[0] == "spin":
            return [sys.executable, str(self.tree / "tests/spin/run.py"), str(self.build), *words[1:]], "spin_trace"
        return [str(self.build / "tests" / words[0]), *words[1:]], words[0] + PROGRAMS.get(words[0], "")

    def make(self, targets):
        words = ["nice", "-n", "10", "cmake", "--build", str(self.build), "-j", str(self.jobs), "--target"]
        named = sorted({one for several in targets for one in several.split()})
        done = subprocess.run([*words, *named], capture_output=True, text=True)
        return done.returncode == 0, done.stdout + done.stderr

    def run(self, killer):
        """(passed, what it said, seconds); passed is None when it was skipped."""
        words, _ = self.command(killer)
        start = time.monotonic()
        try:
            done = subprocess.run(["nice", "-n", "10", *words], capture_output=True, text=True, errors="replace",
                                  cwd=self.build, timeout=self.seconds)
        except subprocess.TimeoutExpired:
            return False, f"no end in {self.seconds} s", time.monotonic() - start
        seconds = time.monotonic() - start
        if done.returncode == 77:
            return None, "skipped", seconds
        text = done.stdout + "\n" + done.stderr
        if "No test cases matched" in text or "No tests ran" in text or "unknown option" in text:
            raise TableError(f"{killer}: names no test")
        return done.returncode == 0, said(text, done.returncode), seconds

    # --- the code as it is, and mutants

    def baseline(self, killers):
        todo = [one for one in killers if self.known["baseline"].get(one, {}).get("sources") != self.sources]
        if not todo:
            return
        print(f"baseline: {len(todo)} killers on the code as it is", flush=True)
        built, text = self.make({self.command(one)[1] for one in todo})
        if not built:
            raise TableError("the code as it is does not build:\n" + text[-3000:])
        for killer in todo:
            passed, what, seconds = self.run(killer)
            if passed is False:
                raise TableError(f"baseline fails: {killer}: {what}")
            held = {"sources": self.sources, "skipped": passed is None, "seconds": round(seconds, 1)}
            self.known["baseline"][killer] = held
            self.save()
            print(f"  {'skipped' if passed is None else 'passes'} {seconds:6.1f} s  {killer}", flush=True)

    def judge(self, mutant, every):
        texts = edited(self.tree, mutant)
        key = digest(*(part for pair in sorted(texts.items()) for part in pair), *mutant["killers"], str(every))
        held = self.known["mutants"].get(mutant["id"])
        if held and held["key"] == key:
            return held
        before = {name: (self.tree / name).read_text() for name in texts}
        result = {"key": key, "killed_by": [], "detail": "", "seconds": 0.0, "build_seconds": 0.0, "survived": []}
        try:
            for name, text in texts.items():
                (self.tree / name).write_text(text)
            self.hunt(mutant, every, result)
        finally:
            for name, text in before.items():
                (self.tree / name).write_text(text)
        self.known["mutants"][mutant["id"]] = result
        self.save()
        return result

    def hunt(self, mutant, every, result):
        for killer in mutant["killers"]:
            if self.known["baseline"][killer]["skipped"]:
                continue
            start = time.monotonic()
            built, text = self.make({self.command(killer)[1]})
            result["build_seconds"] = round(result["build_seconds"] + time.monotonic() - start, 1)
            if not built:
                errors = [line for line in text.splitlines() if "error" in line]
                raise TableError(f"{mutant['id']} does not compile: " + "\n".join(errors[:4] or [text[-500:]]))
            passed, what, seconds = self.run(killer)
            result["seconds"] = round(result["seconds"] + seconds, 1)
            if passed is not False:
                result["survived"].append(killer)
                continue
            result["detail"] = result["detail"] or what
            result["killed_by"].append(killer)
            if not every:
                return


def said(text, code):
    """The line of a failed run that says what was noticed."""
    found = re.search(r"((?:seed|case) \d+ FAILED: .*)", text)
    if found:
        return found[1]
    name = re.search(r"\n-{60,}\n(.+)\n(?:.+\n)*?-{60,}\n", text)
    if name:
        where = re.search(r"([\w.]+\.cpp:\d+): FAILED", text)
        return f"\"{name[1].strip()}\"" + (f" {where[1]}" if where else "")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    marked = [line for line in lines if re.search(r"FAILED|ENSURE|differ|Error|fail|stream", line)]
    return ((marked or lines or [""])[0 if marked else -1])[:200] + ("" if code >= 0 else f" (signal {-code})")


def report(bench, mutants, results):
    lines = ["| id | what | whose | killed by | what it said | seconds |", "|---|---|---|---|---|---|"]
    for mutant in mutants:
        result = results[mutant["id"]]
        by = "; ".join(f"`{one}`" for one in result["killed_by"]) or "**survived**"
        detail = result["detail"].replace("|", "\\|")[:110]
        lines.append(
            f"| {mutant['id']} | {mutant['what']} | {mutant['from']} | {by} | {detail} | {result['seconds']} |")
    (bench.work / "report.md").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--table", type=pathlib.Path, default=HERE / "mutants.toml")
    parser.add_argument("--first", action="store_true")
    parser.add_argument("--every-killer", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--as-copied", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=900)
    asked = parser.parse_args()
    mutants = tomllib.loads(asked.table.read_text())["mutant"]
    ids = [mutant["id"] for mutant in mutants]
    only = [one for one in asked.only.split(",") if one]
    if len(set(ids)) != len(ids) or not set(only) <= set(ids):
        raise TableError("ids must be unique, and those of --only in the table")
    work = (asked.work or asked.build / "mutants").resolve()
    work.mkdir(parents=True, exist_ok=True)
    if asked.fresh:
        (work / "results.json").unlink(missing_ok=True)
    bench = Bench(asked.build.resolve(), work, asked.jobs, asked.seconds, asked.as_copied)
    for mutant in mutants:  # the whole table, whatever was asked for
        edited(bench.tree, mutant)
    chosen = [mutant for mutant in mutants if not only or mutant["id"] in only]
    if asked.first:
        chosen = [mutant | {"killers": mutant["killers"][:1]} for mutant in chosen]
    bench.baseline(list(dict.fromkeys(killer for mutant in chosen for killer in mutant["killers"])))
    results, wrong = {}, 0
    for mutant in chosen:
        try:
            result = results[mutant["id"]] = bench.judge(mutant, asked.every_killer)
        except TableError as error:
            print(f"{mutant['id']} WRONG: {error}", flush=True)
            wrong += 1
            continue
        fate = f"killed by {'; '.join(result['killed_by'])}: {result['detail']}" if result["killed_by"] else "SURVIVED"
        print(f"{mutant['id']} {fate} ({result['seconds']} s, build {result['build_seconds']} s)", flush=True)
    report(bench, [mutant for mutant in chosen if mutant["id"] in results], results)
    killed = sum(1 for one in results.values() if one["killed_by"])
    print(f"killed {killed} of {len(chosen)}")
    return 2 if wrong else 0 if killed == len(chosen) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except TableError as error:
        print(f"mutants: {error}", file=sys.stderr)
        sys.exit(2)
