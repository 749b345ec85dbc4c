// See judge.h.
#include "tests/disk/judge.h"

#include <algorithm>
#include <cstdio>

namespace quanlu::disk {

namespace {

const std::string kData = std::string(kMount) + "/data";

bool starts_with(const Bytes& bytes, const Bytes& start) {
    return bytes.size() >= start.size() && std::equal(start.begin(), start.end(), bytes.begin());
}

bool names_a_place(const std::string& why) {
    return why.find(kMount) != std::string::npos || why.find("height") != std::string::npos;
}

void note(std::map<std::string, Tally::Kind>& kinds, const std::string& kind,
          const std::string& example) {
    Tally::Kind& one = kinds[kind];
    if (one.count++ == 0) one.example = example;
}

// I14, from the bytes on the medium: has what leaves been synced?
Member::Eavesdrop is_durable_first(const SimFs& fs, Told& told) {
    return [&fs, &told](const std::string& what, BytesView bytes) {
        const bool is_lie =
            fs.fault.kind == Fault::Kind::misdirect || fs.fault.kind == Fault::Kind::flip;
        if (is_lie || bytes.empty() || !told.complaint.empty()) return;
        const std::string folder = kData + (what == "vote" ? "/journal" : "/blocks");
        for (const std::string& path : fs.files(folder)) {
            const Bytes& synced = fs.durable(path);
            if (std::search(synced.begin(), synced.end(), bytes.begin(), bytes.end()) !=
                synced.end())
                return;
        }
        told.complaint = "a " + what + " left before it was synced";
    };
}

}  // namespace

void Tally::outcome(const std::string& kind, const std::string& example) {
    note(outcomes, kind, example);
}
void Tally::violation(const std::string& kind, const std::string& example) {
    note(violations, kind, example);
}

void Tally::print() const {
    std::printf(
        "restarts %llu, of them during recovery %llu; votes held against what was sent "
        "%llu; blocks made afterwards %llu\n",
        static_cast<unsigned long long>(restarts),
        static_cast<unsigned long long>(restarts_in_recovery),
        static_cast<unsigned long long>(votes_checked),
        static_cast<unsigned long long>(blocks_after));
    for (const auto& [kind, one] : outcomes)
        std::printf("  %8llu  %s (first: %s)\n", static_cast<unsigned long long>(one.count),
                    kind.c_str(), one.example.c_str());
    for (const auto& [kind, one] : violations)
        std::printf("  VIOLATION %llu  %s (first: %s)\n",
                    static_cast<unsigned long long>(one.count), kind.c_str(), one.example.c_str());
    std::printf("violations: %zu kinds\n", violations.size());
}

std::string run_script(const World& world, Told& told, std::size_t blocks, GoodRun* good,
                       const SimFs& fs) {
    const Member::Eavesdrop eavesdrop = is_durable_first(fs, told);
    {
        Member member(world, told);
        if (const std::string error = member.init(); !error.empty()) return error;
    }
    for (const std::size_t part : {blocks / 2, blocks - blocks / 2}) {
        Member member(world, told, eavesdrop);
        if (const std::string error = member.boot(); !error.empty()) return error;
        for (std::size_t i = 0; i < part; ++i) {
            if (!member.add_blocks(1)) {
                if (!member.is_memory_intact()) return "mute";
                return member.io_error().empty() ? "stands still" : member.io_error();
            }
            if (good != nullptr)
                (*good)[member.height().value] = {member.replica().final_tip().hash, member.root(),
                                                  member.store_digest()};
        }
        member.shut_down();
    }
    return {};
}

void Judge::restart(SimFs fs, const Told& told, const Case& what) {
    ++tally_.restarts;
    const Mounted mounted(fs);
    Told now = told;
    now.complaint.clear();
    auto member = std::make_unique<Member>(world_, now);
    if (what.is_deep) {
        fs.hook = [&](const SimFs::Op& op) {
            const auto keep = static_cast<Keep>(random_.below(5));
            const SimFs left = fs.after_power_cut(keep, random_);
            ++tally_.restarts_in_recovery;
            Case again{what.label + ", again at " + std::to_string(op.number) + " " + op.what +
                           " " + op.path + " " + to_text(keep),
                       what.before, false, what.may_refuse};
            restart(left, now, again);
        };
    }
    const SimFs as_found = fs;
    std::string why;
    const auto exit_code = run_as_process([&] { why = member->boot(); });
    fs.hook = nullptr;
    if (exit_code) {
        (void)member.release();  // it is gone like a process: nothing of it is torn down
        const std::string kind = "ends itself at start with " + how_it_ended(*exit_code);
        if (what.may_refuse) return tally_.outcome(kind, what.label);
        return tally_.violation(kind, what.label);
    }
    if (!why.empty()) return refused(as_found, told, what, why);
    const auto later = run_as_process([&] { judge(*member, fs, told, now, what); });
    if (!later) return;
    (void)member.release();
    const std::string kind = "ends itself when its store is read, with " + how_it_ended(*later);
    if (what.may_refuse) return tally_.outcome(kind, what.label);
    tally_.violation(kind, what.label);
}

void Judge::refused(SimFs fs, const Told& told, const Case& what, const std::string& why) {
    if (told.was_initialised) {
        const bool is_named = names_a_place(why);
        const std::string kind = is_named ? "refuses, place named" : "refuses, no place named";
        if (is_named) return tally_.outcome(kind, what.label + ": " + why);
        return tally_.violation(kind, what.label + ": " + why);
    }
    // `init` never said that it was done: the operator says it again.
    const Mounted mounted(fs);
    Told now = told;
    Member member(world_, now);
    std::string error = member.init();
    if (error.empty()) error = member.boot();
    if (!error.empty()) return tally_.violation("init cannot be repeated", what.label + error);
    tally_.outcome(member.is_memory_intact() ? "init repeated, serves" : "init repeated, mute",
                   what.label);
}

// Which keys of the store are missing, other or too many, held against one rebuilt from the block
// log: by their first letter (docs/formats/state-db.md).
std::string Judge::differs_in(Member& member, const SimFs& fs, const Told& told) {
    SimFs copy = fs;
    copy.hook = nullptr;
    for (const std::string& path : copy.files(kData + "/state")) copy.remove(path);
    const Mounted mounted(copy);
    Told now = told;
    Member rebuilt(world_, now);
    if (!rebuilt.boot().empty() || rebuilt.height() != member.height()) return " (not comparable)";
    const auto is = member.store_content(), should = rebuilt.store_content();
    std::map<std::string, int> kinds;
    std::string heights;  // of missing blocks
    const auto count = [&](const char* how, const Bytes& key) {
        ++kinds[std::string(how) + " '" + static_cast<char>(key.front()) + "'"];
        if (key.front() == 'b') heights += " " + std::to_string(key.back());
    };
    for (const auto& [key, value] : should) {
        const auto found = is.find(key);
        if (found == is.end()) {
            count("missing", key);
        } else if (found->second != value) {
            count("other", key);
        }
    }
    for (const auto& [key, value] : is) {
        if (!should.contains(key)) count("extra", key);
    }
    std::string text = ":";
    for (const auto& [kind, n] : kinds) text += " " + kind + " " + std::to_string(n);
    if (!heights.empty()) text += "; blocks" + heights;
    return text + "; tip " + std::to_string(member.height().value);
}

void Judge::check_store(Member& member, const SimFs& fs, const Told& before, const Case& what) {
    const std::uint64_t height = member.height().value;
    const std::uint64_t told = before.blocks.empty() ? 0 : before.blocks.rbegin()->first;
    if (height < told) return tally_.violation("an acknowledged block is gone", what.label);
    for (const auto& [at, hash] : before.blocks) {
        const auto good = good_.find(at);
        if (good != good_.end() && good->second.block != hash)
            return tally_.violation("the told chain is another", what.label);
    }
    const auto applied = member.data().store().applied();
    if (!applied || applied->height.value != height || applied->state_root != member.root())
        return tally_.violation("the store is not at the tip", what.label);
    const auto good = good_.find(height);
    if (good == good_.end()) return;
    if (good->second.block != member.replica().final_tip().hash) {
        if (height == told) tally_.violation("the told tip is another", what.label);
        return;  // a block that nobody heard of was made anew
    }
    if (good->second.root != member.root())
        return tally_.violation("another state root", what.label);
    if (good->second.store != member.store_digest())
        tally_.violation("the store's content differs",
                         what.label + differs_in(member, fs, before));
}

void Judge::judge(Member& member, SimFs& fs, const Told& before, Told& now, const Case& what) {
    if (what.before != nullptr && !what.may_refuse) {
        for (const char* folder : {"/blocks", "/journal"}) {
            for (const std::string& path : what.before->files(kData + folder)) {
                if (!starts_with(fs.content(path), what.before->durable(path)))
                    tally_.violation("synced bytes are gone from " + path, what.label);
            }
        }
    }
    check_store(member, fs, before, what);
    if (!member.is_memory_intact()) {
        // What it still finds it may say again; a new signature it may not give.
        const auto& all = member.remembered();
        for (std::size_t n = before.votes.size(); n < now.votes.size(); ++n) {
            if (std::find(all.begin(), all.end(), now.votes[n]) == all.end())
                tally_.violation("signs without memory", what.label);
        }
        if (before.was_initialised && !what.may_refuse)
            return tally_.violation("mute after a power cut", what.label);
        return tally_.outcome(before.was_initialised ? "serves, mute" : "init cut, mute",
                              what.label);
    }
    for (const chain::SignedVote& vote : before.votes) {
        ++tally_.votes_checked;
        const auto& all = member.remembered();
        if (std::find(all.begin(), all.end(), vote) == all.end()) {
            tally_.violation(what.may_refuse
                                 ? "a sent vote is forgotten, memory called intact (lying medium)"
                                 : "a sent vote is forgotten",
                             what.label);
            break;
        }
    }
    // It goes on: old transactions again, then new blocks.
    std::vector<execution::TxPtr> again;
    for (std::size_t n = 0; n < before.next_tx; n += 1 + before.next_tx / 3)
        again.push_back(world_.txs[n]);
    bool goes_on = false;
    const auto exit_code = run_as_process(
        [&] { goes_on = (again.empty() || member.submit_again(again)) && member.add_blocks(2); });
    if (exit_code && what.may_refuse)
        return tally_.outcome("ends itself later with " + how_it_ended(*exit_code), what.label);
    if (exit_code)
        return tally_.violation("ends itself later with " + how_it_ended(*exit_code), what.label);
    if (!member.may_vote()) return tally_.violation("does not know a vote it sent", what.label);
    if (!goes_on) return tally_.violation("stands still", what.label);
    tally_.blocks_after += 2;
    if (!now.complaint.empty()) return tally_.violation(now.complaint, what.label);
    tally_.outcome("serves right data", what.label);
}

}  // namespace quanlu::disk
