#!/usr/bin/env python3
"""Style that a program can hold: formatting, third-party layers, banned words and calls, sizes, links in documents.

Each ban says what to use instead. `tidy.py --self-test` plants every violation and fails when one is not found.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CODE_FOLDERS = ("crypto", "ledger", "consensus", "node", "cli")
LINES_MAX = 600

# Third-party headers live in one include root, so CMake cannot hide them; this table does.
THIRD_PARTY = {
    r"<leveldb/": ("ledger/kv/",),
    r"<nlohmann/": ("crypto/base/json.cpp",),
    r"<openssl/": ("crypto/", "node/net/"),
    r"<sodium": ("crypto/",),
    r"<boost/(?!container/|unordered/)": ("node/",),
    r"<utf8proc": ("crypto/base/", "cli/"),
    r"<curl/": ("cli/",),
    r"<CLI/": ("cli/",),
    r"<toml": ("crypto/base/toml.h",),
    r"\"crypto/base/toml.h\"": ("node/", "cli/", "crypto/base/", "tests/"),
    r"<zstd": ("ledger/audit/", "cli/"),
    r"<prometheus/": ("node/",),
}
PURE = ("consensus/", "ledger/registry/", "ledger/execution/", "ledger/chain/", "node/replica/")
BANS = [  # pattern, folders it holds in, what to do instead
    (r"\bassert\(", CODE_FOLDERS, "ENSURE (crypto/base/check.h)"),
    (r"\busing namespace\b", CODE_FOLDERS, "name it"),
    (r"asio::detached\b", CODE_FOLDERS, "spawn() which logs and counts"),
    (r"catch \(\.\.\.\)", CODE_FOLDERS, "catch what you expect, at one of the four doors"),
    (r'#include "[^"]*\.\./', CODE_FOLDERS, "full path from the root"),
    (r"\b(TODO|FIXME|HACK)\b|\bXXX:", CODE_FOLDERS + ("tests", "docs", ".ci"), "an issue, or the work itself"),
    (r"\b(std::)?(system_clock|steady_clock)\b", PURE, "time is an input"),
    (r"\bunordered_(map|set)\b", PURE, "ordered containers: iteration order is consensus"),
    (r"\b(float|double)\b", PURE, "integers: ppm, minor units, milliseconds"),
    (r"#include <(thread|mutex|random|fstream|filesystem|chrono|iostream)>", PURE, "inputs and effects"),
    (r"\b(rand|random_device)\b\(?", PURE, "inputs; keys come from crypto/random"),
]
HEADER_LINES_MAX = 300


def tracked():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True,
                         capture_output=True, text=True).stdout
    return [name for name in out.splitlines() if (ROOT / name).is_file()]


def code_only(text):
    """Comments and string contents blanked, line structure kept."""
    def blank(match):
        found = match.group(0)
        return found if found.startswith("\n") else re.sub(r"[^\n]", " ", found)
    return re.sub(r'//[^\n]*|/\*.*?\*/|R"\w*\(.*?\)\w*"|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def check_text(name, text):
    """Violations of one file as (line, message)."""
    found = []
    is_code = name.endswith((".cpp", ".h", ".def"))
    lines = text.splitlines()
    if is_code and name.startswith(CODE_FOLDERS):
        limit = HEADER_LINES_MAX if name.endswith(".h") else LINES_MAX
        if len(lines) > limit:
            found.append((len(lines), f"{len(lines)} lines, at most {limit}: find the second noun"))
        if not text.startswith("//"):
            found.append((1, "a file opens by saying what it is"))
        for number, line in enumerate(lines, 1):
            for pattern, homes in THIRD_PARTY.items():
                if re.search(r"#include " + pattern, line) and not name.startswith(homes):
                    found.append((number, f"{pattern[1:]} may be included only in {', '.join(homes)}"))
            if re.search(r'#include "tests/', line):
                found.append((number, "product code includes no test"))
    stripped = code_only(text) if is_code else text
    for pattern, folders, instead in BANS:
        if not name.startswith(folders) or name == ".ci/tidy.py":
            continue
        # Words of unfinished work are looked for in comments too; calls only in code.
        haystack = text if "TODO" in pattern else stripped if is_code else ""
        if '#include "' in pattern:
            haystack = text
        for match in re.finditer(pattern, haystack):
            found.append((haystack.count("\n", 0, match.start()) + 1, f"{match.group(0).strip()}: use {instead}"))
    if name.endswith(".md"):
        base = (ROOT / name).parent
        for match in re.finditer(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
            if not (base / match.group(1)).exists():
                found.append((text.count("\n", 0, match.start()) + 1, f"dead link {match.group(1)}"))
    return found


def format_violations(names):
    files = [n for n in names if n.endswith((".cpp", ".h")) and n.startswith(CODE_FOLDERS + ("tests",))]
    if not files:
        return []
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=ROOT, capture_output=True, text=True)
    return [line for line in done.stderr.splitlines() if "error:" in line][:20]


def script_violations(names):
    scripts = [n for n in names if (ROOT / n).read_bytes()[:20].startswith(b"#!/usr/bin/env bash")]
    if not scripts:
        return []
    done = subprocess.run(["shellcheck", "-S", "warning", *scripts], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.splitlines()[:30] if done.returncode else []


def self_test():
    planted = {
        "consensus/x.cpp": "// x\n#include <chrono>\n",
        "ledger/execution/x.cpp": "// x\nstd::unordered_map<int, int> m;\n",
        "ledger/registry/x.cpp": "// x\ndouble d = 0;\n",
        "crypto/x.cpp": "// x\n#include <leveldb/db.h>\n",
        "node/x.cpp": "// x\nusing namespace std;\n",
        "node/y.cpp": "// x\nasio::co_spawn(a, b(), asio::detached);\n",
        "cli/x.cpp": "// x\nassert(true);\n",
        "cli/y.cpp": "// " + "TO" + "DO later\n",
        "cli/z.cpp": "int no_opening_comment;\n",
        "cli/w.cpp": "// x\n" * (LINES_MAX + 1),
        "docs/x.md": "[gone](no/such/file.md)\n",
    }
    missed = [name for name, text in planted.items() if not check_text(name, text)]
    clean = check_text("consensus/ok.cpp", '// double in a comment\nconst char* s = "float";\n')
    if missed or clean:
        print("tidy.py self-test: not found:", missed, "false alarm:", clean)
        return 1
    return 0


def main():
    if self_test():
        return 1
    if sys.argv[1:] == ["--self-test"]:
        return 0
    names = tracked()
    bad = 0
    for name in names:
        path = ROOT / name
        if path.suffix in {".cpp", ".h", ".def", ".py", ".md", ".sh", ".cmake", ".txt", ".yaml"} or path.suffix == "":
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            for line, message in check_text(name, text):
                print(f"{name}:{line}: {message}")
                bad += 1
    for line in format_violations(names) + script_violations(names):
        print(line)
        bad += 1
    print(f"tidy: {len(names)} files, {bad} violations")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
