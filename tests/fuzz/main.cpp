// The targets without libFuzzer: the corpus, then mutants of it from a fixed seed. Also writes the
// corpus.
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "crypto/hash.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/targets.h"

namespace {

namespace fs = std::filesystem;
namespace fuzz = quanlu::fuzz;
using quanlu::Bytes;

constexpr unsigned kHangSeconds = 20;
constexpr std::size_t kFileBytesMax = 8'000, kCorpusBytesMax = 500'000;

struct Arguments {
    std::uint64_t runs = 2'000, seed = 1;
    std::string corpus = QUANLU_FUZZ_CORPUS, write_corpus, input, artifacts = ".";
    bool list = false;
    std::vector<const fuzz::Target*> targets;
};

// What is being run, for the signal handlers.
std::atomic<std::uint64_t> run_number = 0;  // 0: nothing
const char* running_target = "";
const Bytes* running_input = nullptr;
char artifact_path[4'096];

// The input goes to a file before the process ends: whoever reads the log can run it again.
void keep_input(int signal) {
    const int fd = open(artifact_path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    bool kept = fd >= 0 && running_input != nullptr;
    if (kept) {
        const ssize_t n = write(fd, running_input->data(), running_input->size());
        kept = n == static_cast<ssize_t>(running_input->size());
        close(fd);
    }
    char text[5'000];
    const int n =
        std::snprintf(text, sizeof text, "fuzz: %s: signal %d, input %s %s\n", running_target,
                      signal, kept ? "kept in" : "not kept in", artifact_path);
    if (n > 0 && write(2, text, static_cast<std::size_t>(n)) < 0) _exit(70);
    std::signal(signal, SIG_DFL);
    if (signal == SIGALRM) _exit(70);
    raise(signal);
}

// Once a second: has the same run been going on since kHangSeconds? (A timer for each run would
// cost two calls of the kernel, more than many decoders.)
void watch(int) {
    static std::uint64_t seen = 0;
    static unsigned seconds = 0;
    const std::uint64_t now = run_number;
    seconds = now == seen && now != 0 ? seconds + 1 : 0;
    seen = now;
    if (seconds >= kHangSeconds) keep_input(SIGALRM);
}

void start_watch() {
    std::signal(SIGALRM, watch);
    itimerval second{{1, 0}, {1, 0}};
    setitimer(ITIMER_REAL, &second, nullptr);
}

Bytes read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::vector<Bytes> corpus_of(const std::string& folder, const fuzz::Target& target) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& one : fs::directory_iterator(fs::path(folder) / target.name, error))
        files.push_back(one.path());
    std::sort(files.begin(), files.end());
    std::vector<Bytes> corpus;
    for (const fs::path& file : files) corpus.push_back(read_file(file));
    if (!corpus.empty()) return corpus;
    fuzz::Seeds seeds;
    target.seeds(seeds);
    for (const auto& one : seeds.list()) corpus.push_back(one.bytes);
    return corpus;
}

// Slowest input so far, in microseconds.
struct Slowest {
    std::int64_t us = 0;
};

void run_one(const fuzz::Target& target, const Bytes& bytes, Slowest& slowest) {
    running_input = &bytes;
    static std::uint64_t number = 0;
    run_number = ++number;
    const auto from = std::chrono::steady_clock::now();
    try {
        // A copy of its own size, so that a sanitizer sees the first byte beyond.
        const Bytes exact(bytes);
        target.run(exact);
    } catch (const std::exception& error) {
        fuzz::must(false, std::string("no exception leaves a decoder: ") + error.what());
    }
    const auto took = std::chrono::steady_clock::now() - from;
    run_number = 0;
    slowest.us = std::max<std::int64_t>(
        slowest.us, std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}

std::uint64_t seed_of(const fuzz::Target& target, std::uint64_t seed) {
    const quanlu::Hash hash = quanlu::crypto::sha256(quanlu::as_bytes(target.name));
    std::uint64_t own = 0;
    std::memcpy(&own, hash.bytes.data(), sizeof own);
    return own ^ seed;
}

void run_target(const fuzz::Target& target, const Arguments& arguments) {
    running_target = target.name;
    std::snprintf(artifact_path, sizeof artifact_path, "%s/crash-%s", arguments.artifacts.c_str(),
                  target.name);
    fuzz::counts() = {};
    const auto from = std::chrono::steady_clock::now();
    Slowest slowest;
    const std::vector<Bytes> corpus = corpus_of(arguments.corpus, target);
    for (const Bytes& bytes : corpus) run_one(target, bytes, slowest);
    const std::uint64_t of_corpus = fuzz::counts().accepted;
    fuzz::Mutator mutator(seed_of(target, arguments.seed));
    for (std::uint64_t i = 0; i < arguments.runs; ++i)
        run_one(target, mutator.next(corpus), slowest);
    const auto took = std::chrono::steady_clock::now() - from;
    std::printf(
        "%-15s corpus %3zu  runs %8llu  accepted %3llu + %8llu  %8lld ms  "
        "slowest %6lld us\n",
        target.name, corpus.size(), static_cast<unsigned long long>(arguments.runs),
        static_cast<unsigned long long>(of_corpus),
        static_cast<unsigned long long>(fuzz::counts().accepted - of_corpus),
        static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()),
        static_cast<long long>(slowest.us));
    std::fflush(stdout);
}

// Files that are there and are no seed (regression-*) stay.
int write_corpus(const Arguments& arguments) {
    std::size_t total = 0;
    for (const fuzz::Target* target : arguments.targets) {
        fuzz::Seeds seeds;
        target->seeds(seeds);
        const fs::path folder = fs::path(arguments.write_corpus) / target->name;
        fs::create_directories(folder);
        for (auto [name, bytes] : seeds.list()) {
            for (char& c : name) {
                if (c == '/' || c == ':') c = '-';
            }
            if (bytes.size() > kFileBytesMax) {
                std::fprintf(stderr, "%s/%s: %zu bytes, left out\n", target->name, name.c_str(),
                             bytes.size());
                continue;
            }
            total += bytes.size();
            std::ofstream file(folder / name, std::ios::binary | std::ios::trunc);
            file.write(reinterpret_cast<const char*>(bytes.data()),
                       static_cast<std::streamsize>(bytes.size()));
            if (!file) return 74;
        }
    }
    std::printf("%zu bytes written to %s\n", total, arguments.write_corpus.c_str());
    return total > kCorpusBytesMax ? 1 : 0;
}

bool take_arguments(int argc, char** argv, Arguments& to) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool has_value = i + 1 < argc;
        if (word == "--list") {
            to.list = true;
        } else if (word == "--runs" && has_value) {
            to.runs = std::strtoull(argv[++i], nullptr, 10);
        } else if (word == "--seed" && has_value) {
            to.seed = std::strtoull(argv[++i], nullptr, 10);
        } else if (word == "--corpus" && has_value) {
            to.corpus = argv[++i];
        } else if (word == "--write-corpus" && has_value) {
            to.write_corpus = argv[++i];
        } else if (word == "--input" && has_value) {
            to.input = argv[++i];
        } else if (word == "--artifacts" && has_value) {
            to.artifacts = argv[++i];
        } else if (const fuzz::Target* target = fuzz::find_target(word)) {
            to.targets.push_back(target);
        } else {
            return false;
        }
    }
    if (to.targets.empty()) {
        for (const fuzz::Target& one : fuzz::targets()) to.targets.push_back(&one);
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    if (!take_arguments(argc, argv, arguments)) {
        std::fputs(
            "fuzz_smoke [--runs N] [--seed S] [--corpus DIR] [--artifacts DIR] [TARGET...]\n"
            "fuzz_smoke --input FILE TARGET\n"
            "fuzz_smoke --write-corpus DIR [TARGET...]\n"
            "fuzz_smoke --list\n",
            stderr);
        return 2;
    }
    if (arguments.list) {
        for (const fuzz::Target* one : arguments.targets) std::puts(one->name);
        return 0;
    }
    if (!arguments.write_corpus.empty()) return write_corpus(arguments);
    for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
        std::signal(signal, keep_input);
    start_watch();
    if (!arguments.input.empty()) {
        Slowest slowest;
        running_target = arguments.targets.front()->name;
        std::snprintf(artifact_path, sizeof artifact_path, "%s/crash-%s",
                      arguments.artifacts.c_str(), running_target);
        run_one(*arguments.targets.front(), read_file(arguments.input), slowest);
        std::printf("%s: accepted %llu, %lld us\n", running_target,
                    static_cast<unsigned long long>(fuzz::counts().accepted),
                    static_cast<long long>(slowest.us));
        return 0;
    }
    for (const fuzz::Target* one : arguments.targets) run_target(*one, arguments);
    return 0;
}
