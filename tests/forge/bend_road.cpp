// Kinds that bend the links between headers, the changes of the committee, a line of the log and
// its place, the question; and bytes one by one.
#include <algorithm>

#include "tests/forge/bend.h"

namespace quanlu::forge {

namespace {

using chain::Header;
using proof::EpochStep;
using proof::LogItem;

const Header& any_header(const Ledger& ledger, Prng& prng) {
    return any_of(prng, ledger.places()).header;
}

const Kind kPath[] = {
    {"link dropped",
     [](const World&, Prng& prng, Mutant& mutant) {
         auto& path = mutant.bundle.final.path;
         if (path.empty()) return false;
         path.erase(path.begin() + static_cast<std::ptrdiff_t>(prng.below(path.size())));
         return true;
     }},
    {"link doubled",
     [](const World&, Prng& prng, Mutant& mutant) {
         auto& path = mutant.bundle.final.path;
         if (path.empty()) return false;
         const auto at = static_cast<std::ptrdiff_t>(prng.below(path.size()));
         const Header copy = path[static_cast<std::size_t>(at)];
         path.insert(path.begin() + at, copy);
         return true;
     }},
    {"links swapped",
     [](const World&, Prng& prng, Mutant& mutant) {
         auto& path = mutant.bundle.final.path;
         if (path.size() < 2) return false;
         Header &a = any_of(prng, path), &b = any_of(prng, path);
         std::swap(a, b);
         return !(a == b);
     }},
    {"path turned round",
     [](const World&, Prng&, Mutant& mutant) {
         auto& path = mutant.bundle.final.path;
         if (path.empty()) return false;
         path.insert(path.begin(), mutant.bundle.final.header);
         mutant.bundle.final.header = path.back();
         path.pop_back();
         return true;
     }},
    {"path left out",
     [](const World&, Prng&, Mutant& mutant) {
         if (mutant.bundle.final.path.empty()) return false;
         mutant.bundle.final.path.clear();
         return true;
     }},
    {"a link of elsewhere",
     [](const World& world, Prng& prng, Mutant& mutant) {
         auto& path = mutant.bundle.final.path;
         const Header& other = any_header(prng.chance(1, 2) ? world.real : world.away, prng);
         if (path.empty() || prng.chance(1, 3)) {
             path.push_back(other);
         } else {
             any_of(prng, path) = other;
         }
         return true;
     }},
    {"a forged header tied to a true one",  // true links and certificate above a false header
     [](const World&, Prng& prng, Mutant& mutant) {
         proof::FinalHeader& final = mutant.bundle.final;
         final.path.insert(final.path.begin(), final.header);
         final.header.state_root = random_hash(prng);
         if (prng.chance(1, 2) && final.header.height > Height(0))
             final.header.height = final.header.height.prev();
         return true;
     }},
    {"a link invented above",
     [](const World&, Prng& prng, Mutant& mutant) {
         proof::FinalHeader& final = mutant.bundle.final;
         Header child = final.path.empty() ? final.header : final.path.back();
         child.parent = chain::hash_of(child);
         child.parent_view = child.view;
         child.view = child.view.next();
         child.height = child.height.next();
         if (prng.chance(1, 2)) child.state_root = random_hash(prng);
         final.path.push_back(child);
         final.finalization.statement.block = chain::hash_of(child);
         final.finalization.statement.view = child.view;
         return true;
     }},
    {"links over size",
     [](const World&, Prng&, Mutant& mutant) {
         mutant.bundle.final.path.resize(proof::kPathMax + 1, mutant.bundle.final.header);
         return true;
     }},
};

bool change_step(Prng& prng, Mutant& mutant, bool (*change)(EpochStep&, Prng&)) {
    auto& steps = mutant.bundle.epochs;
    return !steps.empty() && change(any_of(prng, steps), prng);
}

const Kind kEpoch[] = {
    {"step dropped",
     [](const World&, Prng& prng, Mutant& mutant) {
         auto& steps = mutant.bundle.epochs;
         if (steps.empty()) return false;
         steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(prng.below(steps.size())));
         return true;
     }},
    {"step doubled",
     [](const World&, Prng& prng, Mutant& mutant) {
         auto& steps = mutant.bundle.epochs;
         if (steps.empty()) return false;
         const EpochStep copy = any_of(prng, steps);
         steps.push_back(copy);
         return true;
     }},
    {"steps swapped",
     [](const World&, Prng&, Mutant& mutant) {
         auto& steps = mutant.bundle.epochs;
         if (steps.size() < 2) return false;
         std::swap(steps[0], steps[1]);
         return true;
     }},
    {"step too many",
     [](const World& world, Prng&, Mutant& mutant) {
         const auto all = world.real.steps_to(Epoch(2));
         if (mutant.bundle.epochs.size() >= all.size()) return false;
         mutant.bundle.epochs = all;
         return true;
     }},
    {"committee of the forger",
     [](const World& world, Prng& prng, Mutant& mutant) {
         auto& steps = mutant.bundle.epochs;
         if (steps.empty()) return false;
         steps.back().next = world.forger.list;
         if (prng.chance(1, 2)) {
             const Header& header = mutant.bundle.final.path.empty()
                                        ? mutant.bundle.final.header
                                        : mutant.bundle.final.path.back();
             mutant.bundle.final.finalization = certify(header, world.forger, {0, 1, 2, 3, 4});
         }
         return true;
     }},
    {"committee of the forger, named by the sealing header",
     [](const World& world, Prng& prng, Mutant& mutant) {
         auto& steps = mutant.bundle.epochs;
         if (steps.empty()) return false;
         EpochStep& step = steps.back();
         step.next = world.forger.list;
         Header& sealing = step.sealing.header;
         sealing.next_members_hash = chain::Members(sealing.epoch.next(), world.forger.list).hash();
         step.sealing.path.clear();
         const Committee& committee = world.real.committees()[steps.size() - 1];
         // As if that were enough: the new committee signs, or f of the old one.
         step.sealing.finalization = prng.chance(1, 2) ? certify(sealing, world.forger, {0, 1, 2})
                                                       : certify(sealing, committee, {0});
         return true;
     }},
    {"committee in another order",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_step(prng, mutant, [](EpochStep& step, Prng&) {
             std::rotate(step.next.begin(), step.next.begin() + 1, step.next.end());
             return true;
         });
     }},
    {"member left out",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_step(prng, mutant, [](EpochStep& step, Prng&) {
             step.next.pop_back();
             return true;
         });
     }},
    {"key of a member replaced",
     [](const World& world, Prng& prng, Mutant& mutant) {
         auto& steps = mutant.bundle.epochs;
         if (steps.empty()) return false;
         any_of(prng, any_of(prng, steps).next).key = world.forger.list.front().key;
         return true;
     }},
    {"member renamed",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_step(prng, mutant, [](EpochStep& step, Prng& chance) {
             any_of(chance, step.next).name += "x";
             return true;
         });
     }},
    {"sealing header replaced",
     [](const World& world, Prng& prng, Mutant& mutant) {
         auto& steps = mutant.bundle.epochs;
         if (steps.empty()) return false;
         proof::FinalHeader& sealing = any_of(prng, steps).sealing;
         const proof::FinalHeader before = sealing;
         const std::size_t place =
             1 + static_cast<std::size_t>(prng.below(world.real.places().size() - 1));
         sealing = world.real.final_at(place, prng.below(3));
         return !(sealing == before);
     }},
    {"drain header in place of the sealing one",  // it names the same next committee
     [](const World& world, Prng&, Mutant& mutant) {
         if (mutant.bundle.epochs.empty()) return false;
         for (std::size_t i = 0; i < world.real.places().size(); ++i) {
             if (world.real.places()[i].header.kind != chain::BlockKind::drain) continue;
             mutant.bundle.epochs.front().sealing = world.real.final_at(i, 0);
             return true;
         }
         return false;
     }},
    {"sealing header of another ledger",
     [](const World& world, Prng& prng, Mutant& mutant) {
         auto& steps = mutant.bundle.epochs;
         if (steps.empty()) return false;
         steps.front().sealing = world.away.steps_to(Epoch(1)).front().sealing;
         if (prng.chance(1, 2)) steps.front().sealing.header.chain = world.real.tag();
         return true;
     }},
    {"sealing header signed by too few",
     [](const World& world, Prng& prng, Mutant& mutant) {
         auto& steps = mutant.bundle.epochs;
         if (steps.empty()) return false;
         const auto at = static_cast<std::size_t>(prng.below(steps.size()));
         proof::FinalHeader& sealing = steps[at].sealing;
         const Header& header = sealing.path.empty() ? sealing.header : sealing.path.back();
         if (!world.real.place_of(chain::hash_of(header)) ||
             at + 1 >= world.real.committees().size())
             return false;
         if (prng.chance(1, 2)) {
             sealing.finalization = certify(header, world.real.committees()[at], {0, 1});
         } else {
             const Committee& next = world.real.committees()[at + 1];
             sealing.finalization = certify(header, next, {0, 1, 2});
         }
         return true;
     }},
};

template <class Change>
bool change_log(Mutant& mutant, Change change) {
    if (!mutant.bundle.log) return false;
    const LogItem before = *mutant.bundle.log;
    change(*mutant.bundle.log);
    return !(*mutant.bundle.log == before);
}

template <std::size_t kWay>
bool bend_log_path(const World&, Prng& prng, Mutant& mutant) {
    return mutant.bundle.log && bend_hashes(mutant.bundle.log->proof.path, kWay, prng);
}

// The line with one member changed; written canonically, as a line is.
bool change_line(Prng& prng, Mutant& mutant, void (*change)(json::Value&, Prng&)) {
    return change_log(mutant, [&](LogItem& item) {
        auto line = json::parse(item.line, 1024 * 1024);
        if (!line.ok() || !line->is_object()) return;
        change(*line, prng);
        item.line = json::write(*line);
    });
}

std::size_t any_line(const World& world, Prng& prng) {
    return static_cast<std::size_t>(prng.below(world.real.lines().size()));
}

const Kind kLog[] = {
    {"log path: hash dropped", bend_log_path<0>},
    {"log path: hash doubled", bend_log_path<1>},
    {"log path: hashes swapped", bend_log_path<2>},
    {"log path: turned round", bend_log_path<3>},
    {"log path: hash replaced", bend_log_path<4>},
    {"log path: level added below", bend_log_path<5>},
    {"log path: level added above", bend_log_path<6>},
    {"log path: empty", bend_log_path<7>},
    {"log path: over size", bend_log_path<8>},
    {"index altered",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_log(mutant, [&](LogItem& item) {
             item.proof.index = prng.chance(1, 5) ? static_cast<std::uint64_t>(json::kIntegerMax)
                                                  : prng.below(item.proof.size + 3);
         });
     }},
    {"log size altered",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_log(
             mutant, [&](LogItem& item) { item.proof.size = prng.below(2 * item.proof.size + 3); });
     }},
    {"another line",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_log(
             mutant, [&](LogItem& item) { item.line = world.real.lines()[any_line(world, prng)]; });
     }},
    {"line of another ledger",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_log(mutant,
                           [&](LogItem& item) { item.line = any_of(prng, world.away.lines()); });
     }},
    {"header's line as a transaction's",  // with its own true path
     [](const World& world, Prng& prng, Mutant& mutant) {
         const auto size = static_cast<std::size_t>(mutant.bundle.final.header.log_size);
         if (!mutant.bundle.log || size == 0) return false;
         const auto index = static_cast<std::size_t>(prng.below(size));
         if (world.real.tx_ids().contains(index)) return false;
         mutant.bundle.log = LogItem{world.real.lines()[index], world.real.line_proof(index, size)};
         return true;
     }},
    {"path of another line",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_log(mutant, [&](LogItem& item) {
             const auto size = static_cast<std::size_t>(mutant.bundle.final.header.log_size);
             if (size == 0) return;
             const auto index = static_cast<std::size_t>(prng.below(size));
             const std::uint64_t kept = item.proof.index;
             item.proof = world.real.line_proof(index, size);
             if (prng.chance(1, 2)) item.proof.index = kept;
         });
     }},
    {"path of another log size",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_log(mutant, [&](LogItem& item) {
             const std::size_t index = static_cast<std::size_t>(item.proof.index);
             const std::size_t total = world.real.lines().size();
             if (index >= total) return;
             const std::size_t size =
                 index + 1 + static_cast<std::size_t>(prng.below(total - index));
             const std::uint64_t kept = item.proof.size;
             item.proof = world.real.line_proof(index, size);
             if (prng.chance(1, 2)) item.proof.size = kept;
         });
     }},
    {"outcome altered",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_line(prng, mutant, [](json::Value& line, Prng& chance) {
             json::Value& outcome = line["outcome"];
             if (!outcome.is_object()) return;
             if (chance.chance(1, 2)) {
                 outcome.set("state", "registered");
             } else {
                 outcome.set("record", "PL-1");
             }
         });
     }},
    {"height or index in the line altered",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_line(prng, mutant, [](json::Value& line, Prng& chance) {
             line.set(chance.chance(1, 2) ? "height" : "index",
                      static_cast<std::int64_t>(chance.below(100)));
         });
     }},
    {"time in the line altered",
     [](const World&, Prng& prng, Mutant& mutant) {
         return change_line(prng, mutant, [](json::Value& line, Prng& chance) {
             line.set("time", static_cast<std::int64_t>(chance.below(1'000'000)));
         });
     }},
    {"transaction in the line replaced",
     [](const World& world, Prng& prng, Mutant& mutant) {
         return change_log(mutant, [&](LogItem& item) {
             auto line = json::parse(item.line, 1024 * 1024);
             const auto other = json::parse(world.real.lines()[any_line(world, prng)], 1024 * 1024);
             if (!line.ok() || !line->is_object() || other->find("tx") == nullptr) return;
             line->set("tx", *other->find("tx"));
             if (prng.chance(1, 2)) line->set("id", *other->find("id"));
             item.line = json::write(*line);
         });
     }},
};

const Kind kQuestion[] = {
    {"older header for a newer height",
     [](const World&, Prng& prng, Mutant& mutant) {
         mutant.question.at_height =
             Height(mutant.bundle.final.header.height.value + 1 + prng.below(50));
         return true;
     }},
    {"newer header for an older height",
     [](const World&, Prng& prng, Mutant& mutant) {
         const std::uint64_t height = mutant.bundle.final.header.height.value;
         if (height == 0) return false;
         mutant.question.at_height = Height(prng.below(height));
         return true;
     }},
    {"older header for a newer moment",
     [](const World&, Prng& prng, Mutant& mutant) {
         mutant.question.at_height.reset();
         mutant.question.now = UnixMillis{mutant.bundle.final.header.time.value + 59'990 +
                                          static_cast<std::int64_t>(prng.below(20))};
         if (prng.chance(1, 2)) mutant.question.now->value += prng.between(0, 1'000'000'000);
         return true;
     }},
    {"header of the future",
     [](const World&, Prng& prng, Mutant& mutant) {
         mutant.question.at_height.reset();
         mutant.question.now = UnixMillis{mutant.bundle.final.header.time.value - 60'010 +
                                          static_cast<std::int64_t>(prng.below(20))};
         return true;
     }},
    {"answer about another key",
     [](const World& world, Prng& prng, Mutant& mutant) {
         mutant.question.key = any_key(world.real.table(world.real.last()), prng);
         return true;
     }},
};

// Finds the byte at a running count and bends it, or only counts.
class ByteWalk {
public:
    ByteWalk(std::size_t at, std::size_t op, bool count_only)
        : at_(at), op_(op), count_only_(count_only) {}

    void bytes(std::span<std::uint8_t> span) {
        count_ += span.size();
        if (done_ || count_only_) return;
        if (at_ < span.size()) {
            span[at_] = bent(span[at_], op_);
            done_ = true;
            return;
        }
        at_ -= span.size();
    }
    void text(std::string& text) {
        bytes({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    }
    void header(Header& header) {
        Bytes encoded = chain::encode(header);
        const bool before = done_;
        bytes(encoded);
        if (done_ == before || count_only_) return;
        auto decoded = chain::decode_header(encoded);
        has_form_ = decoded.ok();
        if (decoded.ok()) header = *decoded;
    }
    void value(json::Value& value) {
        std::string written = json::write(value);
        const bool before = done_;
        text(written);
        if (done_ == before || count_only_) return;
        auto parsed = json::parse(written, 1024 * 1024);
        has_form_ = parsed.ok();
        if (parsed.ok()) value = *std::move(parsed);
    }
    void number(std::uint64_t& number) {
        std::array<std::uint8_t, 8> bytes_of_it{};
        std::memcpy(bytes_of_it.data(), &number, 8);
        bytes(bytes_of_it);
        std::memcpy(&number, bytes_of_it.data(), 8);
    }
    void final_header(proof::FinalHeader& final) {
        header(final.header);
        for (Header& one : final.path) header(one);
        chain::QuorumCert& cert = final.finalization;
        number(cert.statement.epoch.value);
        number(cert.statement.view.value);
        bytes(cert.statement.block.bytes);
        number(cert.signers);
        for (crypto::Signature& signature : cert.signatures) bytes(signature);
    }
    void walk(proof::Bundle& bundle) {
        bytes(bundle.chain_id.bytes);
        final_header(bundle.final);
        for (EpochStep& step : bundle.epochs) {
            final_header(step.sealing);
            for (chain::Member& member : step.next) {
                text(member.name);
                text(member.party);
                bytes(member.key);
            }
        }
        for (proof::MapItem& item : bundle.items) {
            text(item.key);
            if (item.value) value(*item.value);
            if (item.proof.leaf) {
                bytes(item.proof.leaf->key_hash.bytes);
                bytes(item.proof.leaf->value_hash.bytes);
            }
            for (Hash& sibling : item.proof.siblings) bytes(sibling.bytes);
        }
        if (!bundle.log) return;
        text(bundle.log->line);
        number(bundle.log->proof.index);
        number(bundle.log->proof.size);
        for (Hash& hash : bundle.log->proof.path) bytes(hash.bytes);
    }
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] bool has_form() const { return has_form_; }

private:
    std::size_t at_, op_, count_ = 0;
    bool count_only_, done_ = false, has_form_ = true;
};

}  // namespace

std::span<const Kind> path_kinds() {
    return kPath;
}
std::span<const Kind> epoch_kinds() {
    return kEpoch;
}
std::span<const Kind> log_kinds() {
    return kLog;
}
std::span<const Kind> question_kinds() {
    return kQuestion;
}

std::uint8_t bent(std::uint8_t byte, std::size_t op) {
    if (op < 8) return static_cast<std::uint8_t>(byte ^ (1U << op));
    if (op == 8) return static_cast<std::uint8_t>(byte + 1);
    return op == 9 ? 0 : 255;
}

std::size_t bytes_of(proof::Bundle& bundle) {
    ByteWalk walk(0, 0, true);
    walk.walk(bundle);
    return walk.count();
}

bool bend_byte(proof::Bundle& bundle, std::size_t at, std::size_t op) {
    ByteWalk walk(at, op, false);
    walk.walk(bundle);
    return walk.has_form();
}

}  // namespace quanlu::forge
