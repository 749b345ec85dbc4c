// See scenario.h.
#include "scenario.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace quanlu::consensus {

namespace {

std::string vote_word(VoteKind kind) {
    return kind == VoteKind::notarize  ? "Notarize"
           : kind == VoteKind::nullify ? "Nullify"
                                       : "Finalize";
}
std::string cert_word(VoteKind kind) {
    return kind == VoteKind::notarize  ? "Notarization"
           : kind == VoteKind::nullify ? "Nullification"
                                       : "Finalization";
}

std::string of_view(View view) {
    return " v=" + std::to_string(view.value);
}

}  // namespace

std::string Scenario::run(const std::string& line) {
    out_.clear();
    const Words words = split(line);
    const auto bare = [&](std::size_t i) {
        INFO(line);
        REQUIRE(words.bare.size() > i);
        return words.bare[i];
    };
    if (words.command == "members") {
        set_members(std::stoul(bare(0)));
    } else if (words.command == "load" || words.command == "unload") {
        for (const MemberIndex node : nodes(bare(0))) {
            Effects effects;
            nodes_[node].core->on_load(now_, words.command == "load", effects);
            carry_out(node, effects);
        }
    } else if (words.command == "deliver") {
        deliver(words);
    } else if (words.command == "forge") {
        forge(words);
    } else if (words.command == "timeout") {
        for (const MemberIndex node : nodes(bare(0))) expire(node);
    } else if (words.command == "wait") {
        wait(words);
    } else if (words.command == "down" || words.command == "up") {
        for (const MemberIndex node : nodes(bare(0)))
            nodes_[node].is_down = words.command == "down";
    } else if (words.command == "bad") {
        bad_.insert(bare(0));
    } else if (words.command == "body") {
        for (const MemberIndex node : nodes(words.named.at("to"))) {
            nodes_[node].bodies.insert(bare(0));
            answer_checks(node);
        }
    } else if (words.command == "hold") {
        for (const MemberIndex node : nodes(bare(0))) nodes_[node].holds = true;
    } else if (words.command == "release") {
        for (const MemberIndex node : nodes(bare(0))) {
            nodes_[node].holds = false;
            carry_out_votes(node, std::exchange(nodes_[node].held, {}));
        }
    } else if (words.command == "restart") {
        const bool is_lost = words.named.contains("memory") && words.named.at("memory") == "lost";
        for (const MemberIndex node : nodes(bare(0))) start(node, !is_lost);
    } else if (words.command == "expect") {
        expect(words);
    } else {
        FAIL("no such command: " << line);
    }
    return out_;
}

Scenario::Words Scenario::split(const std::string& line) {
    Words words;
    std::istringstream in(line);
    in >> words.command;
    for (std::string word; in >> word;) {
        const auto equals = word.find('=');
        if (equals == std::string::npos) {
            words.bare.push_back(word);
        } else {
            words.named[word.substr(0, equals)] = word.substr(equals + 1);
        }
    }
    return words;
}

void Scenario::set_members(std::size_t n) {
    members_ = members_of(n);
    names_[block("genesis")] = "genesis";
    nodes_.resize(n);
    for (MemberIndex i = 0; i < n; ++i) {
        nodes_[i].floor = {View(0), block("genesis"), std::nullopt};
        start(i, true);
    }
}

void Scenario::start(MemberIndex node, bool with_memory) {
    Node& self = nodes_[node];
    self.held.clear();  // what was not durable is gone
    self.checks.clear();
    Restored restored;
    restored.floor = self.floor;
    restored.memory = with_memory ? Memory::confirmed : Memory::lost;
    if (with_memory) {
        restored.own = self.votes;
        restored.certs = self.certs;
    }
    self.core =
        std::make_unique<Simplex>(test_params(), *members_, test_tag(), node, restored, now_);
    Effects effects;
    self.core->start(effects);
    carry_out(node, effects);
}

void Scenario::deliver(const Words& words) {
    const std::string& kind = words.bare.at(0);
    const std::vector<MemberIndex> to =
        nodes(words.named.contains("to") ? words.named.at("to") : "all");
    const std::vector<MemberIndex> from =
        nodes(words.named.contains("from") ? words.named.at("from") : "all");
    const View view(std::stoull(words.named.at("v")));
    const std::map<MailKey, Mail> mail = mail_;
    bool found = false;
    for (const MemberIndex target : to) {
        for (const auto& [key, one] : mail) {
            if (key.kind != kind || key.view != view) continue;
            if (key.from == target && !words.named.contains("from")) continue;
            if (std::find(from.begin(), from.end(), key.from) == from.end()) continue;
            if (words.named.contains("block") && key.block != words.named.at("block")) continue;
            found = true;
            give(target, key.from, key, one);
        }
    }
    if (!found) out_ += "nothing to deliver\n";
}

void Scenario::give(MemberIndex to, MemberIndex from, const MailKey& key, const Mail& mail) {
    Node& node = nodes_[to];
    Effects effects;
    node.core->on_heard(now_, from);
    if (mail.proposal) {
        node.bodies.insert(key.block);
        node.core->on_proposal(now_, *mail.proposal, effects);
    }
    if (mail.vote) node.core->on_vote(now_, *mail.vote, effects);
    if (mail.cert) node.core->on_cert(now_, checked(*mail.cert, *members_), effects);
    carry_out(to, effects);
    answer_checks(to);
}

// What a liar with the key of one member says: another block of its view, or any vote.
void Scenario::forge(const Words& words) {
    const MemberIndex liar = nodes(words.bare.at(0)).front();
    const std::string& kind = words.bare.at(1);
    const std::uint64_t view = std::stoull(words.named.at("v"));
    if (kind == "Propose") {
        const std::string& name = words.named.at("block");
        const CheckedProposal& like = proposals_.at(words.named.at("like"));
        Proposal proposal = *like;
        proposal.header.state_root = block(name);
        const Hash hash = chain::hash_of(proposal.header);
        proposal.leader_vote = sign(notarize(view, hash), liar);
        names_[hash] = name;
        headers_[name] = proposal.header;
        post(liar, proposal);
        return;
    }
    Vote vote =
        kind == "Nullify" ? nullify(view) : notarize(view, hash_of(words.named.at("block")));
    if (kind == "Finalize") vote.kind = VoteKind::finalize;
    const std::string name = kind == "Nullify" ? "" : words.named.at("block");
    mail_[{kind, View(view), liar, name}].vote = checked(sign(vote, liar), *members_);
}

void Scenario::post(MemberIndex from, const Proposal& proposal) {
    auto result = CheckedProposal::check(proposal, *members_, test_tag());
    REQUIRE(result.ok());
    const std::string name = name_of((*result)->hash);
    proposals_.emplace(name, *result);
    mail_[{"Propose", proposal.header.view, from, name}].proposal = *result;
}

void Scenario::pass(std::int64_t ms) {
    now_ = now_ + Millis{ms};
    for (Node& node : nodes_) {
        for (MemberIndex other = 0; other < nodes_.size(); ++other) {
            if (!nodes_[other].is_down) node.core->on_heard(now_, other);
        }
    }
}

// Time passes for one node until it gives up on its view.
void Scenario::expire(MemberIndex node) {
    Node& self = nodes_[node];
    const View view = self.core->view();
    for (int i = 0; i < 100; ++i) {
        pass(50);
        Effects effects;
        self.core->on_tick(now_, effects);
        const bool gave_up = has_note(effects, "give_up");
        carry_out(node, effects);
        if (gave_up || self.core->view() != view) return;
    }
    FAIL("node " << node << " does not give up");
}

// wait MS [nodes]: time passes; members that are not down are heard meanwhile.
void Scenario::wait(const Words& words) {
    pass(std::stoll(words.bare.at(0)));
    for (const MemberIndex node : nodes(words.bare.size() > 1 ? words.bare[1] : "all")) {
        if (nodes_[node].is_down) continue;
        Effects effects;
        nodes_[node].core->on_tick(now_, effects);
        carry_out(node, effects);
    }
}

void Scenario::expect(const Words& words) {
    for (const MemberIndex node : nodes(words.bare.at(0))) {
        const Progress progress = nodes_[node].core->progress();
        say(node, "is in" + of_view(progress.view) +
                      " floor=" + std::to_string(progress.floor.view.value) +
                      " D=" + std::to_string(progress.delta_ms) + " votes=" +
                      std::to_string(progress.votes_held) + (progress.may_vote ? "" : " silent"));
    }
}

void Scenario::carry_out(MemberIndex node, Effects& effects) {
    Node& self = nodes_[node];
    for (const Note& note : effects.notes) {
        const std::string code = note.code;
        if (code.starts_with("cast_")) continue;  // said by the cast itself
        if (code == "enter_view") {
            say(node, "enters" + of_view(note.view));
        } else {
            say(node, "note " + code + of_view(note.view) +
                          (note.detail.empty() ? "" : " " + note.detail));
        }
    }
    if (self.holds) {
        for (const Cast& cast : effects.cast) self.held.push_back(cast);
    } else {
        carry_out_votes(node, effects.cast);
    }
    for (const SendCert& one : effects.send_certs) {
        const Vote& what = one.cert.statement;
        say(node, "sends " + cert_word(what.kind) + of_view(what.view));
        mail_[{cert_word(what.kind), what.view, node, name_of(what.block)}].cert = one.cert;
    }
    for (const SendVote& one : effects.send_votes) {
        const Vote& what = one.vote.vote;
        say(node, "sends again " + vote_word(what.kind) + of_view(what.view));
        mail_[{vote_word(what.kind), what.view, node, name_of(what.block)}].vote =
            checked(one.vote, *members_);
    }
    for (const NeedCert& need : effects.certs) {
        say(node, "asks " + (need.ask ? std::to_string(*need.ask) : "anybody") +
                      " for a certificate" + of_view(need.view));
    }
    for (const Effects::Final& one : effects.finalized) {
        const View view = one.finalization.statement.view;
        say(node, "final " + name_of(one.block));
        self.floor = {view, one.block, one.finalization};
        mail_[{"Finalization", view, node, name_of(one.block)}].cert =
            one.finalization;  // by greeting
        std::erase_if(self.votes,
                      [view](const SignedVote& vote) { return vote.vote.view <= view; });
    }
    for (const Evidence& one : effects.evidence)
        say(node, "has evidence against " + std::to_string(one.first.member));
    for (const NeedCheck& need : effects.checks) {
        const std::string name = name_of(need.block);
        if (!self.bodies.contains(name)) say(node, "lacks " + name);
        self.checks.insert(name);
    }
    answer_checks(node);
    for (const NeedBuild& need : effects.builds) build(node, need);
}

void Scenario::carry_out_votes(MemberIndex node, const std::vector<Cast>& casts) {
    Node& self = nodes_[node];
    for (const Cast& cast : casts) {
        const std::string name = name_of(cast.vote.block);
        const bool is_about_block = cast.vote.kind != VoteKind::nullify;
        say(node, "casts " + vote_word(cast.vote.kind) + of_view(cast.vote.view) +
                      (is_about_block ? " " + name : ""));
        const SignedVote vote = sign(cast.vote, node);
        self.votes.push_back(vote);
        if (cast.basis) self.certs.push_back(*cast.basis);
        const auto proposal = proposals_.find(name);
        if (cast.vote.kind == VoteKind::notarize && proposal != proposals_.end() &&
            proposal->second->header.proposer == node) {
            mail_[{"Propose", cast.vote.view, node, name}].proposal = proposal->second;
        }
        const auto verified = checked(vote, *members_);
        mail_[{vote_word(cast.vote.kind), cast.vote.view, node, name}].vote = verified;
        Effects effects;
        self.core->on_vote(now_, verified, effects);
        carry_out(node, effects);
    }
}

void Scenario::answer_checks(MemberIndex node) {
    Node& self = nodes_[node];
    const std::set<std::string> waiting = self.checks;
    for (const std::string& name : waiting) {
        if (!self.bodies.contains(name) || self.checks.erase(name) == 0) continue;
        Effects effects;
        if (!bad_.contains(name)) self.core->on_load(now_, false, effects);  // it stands in a block
        self.core->on_checked(now_, hash_of(name),
                              bad_.contains(name) ? Verdict::invalid : Verdict::valid, effects);
        carry_out(node, effects);
    }
}

void Scenario::build(MemberIndex node, const NeedBuild& need) {
    const std::string parent = name_of(need.parent);
    std::string name = "b" + std::to_string(need.view.value);
    if (headers_.contains(name)) name += "-again";
    say(node, "builds " + name + " on " + parent +
                  (need.justification.skipped.empty()
                       ? ""
                       : " skipping " + std::to_string(need.justification.skipped.size())));
    const std::uint64_t height = parent == "genesis" ? 1 : headers_.at(parent).height.value + 1;
    const Header header =
        header_of(need.view.value, *members_, need.parent, need.parent_view.value, height, name);
    const Hash hash = chain::hash_of(header);
    names_[hash] = name;
    headers_[name] = header;
    nodes_[node].bodies.insert(name);
    auto proposal = CheckedProposal::check(
        {header, {}, need.justification, sign(notarize(need.view.value, hash), node)}, *members_,
        test_tag());
    REQUIRE(proposal.ok());
    proposals_.emplace(name, *proposal);
    Effects effects;
    nodes_[node].core->on_load(now_, false, effects);  // the transaction stands in a block now
    nodes_[node].core->on_built(now_, header, need.justification, effects);
    carry_out(node, effects);
}

std::vector<MemberIndex> Scenario::nodes(const std::string& list) const {
    std::vector<MemberIndex> found;
    if (list == "all") {
        for (MemberIndex i = 0; i < nodes_.size(); ++i) found.push_back(i);
        return found;
    }
    std::istringstream in(list);
    for (std::string one; std::getline(in, one, ',');)
        found.push_back(static_cast<MemberIndex>(std::stoul(one)));
    return found;
}

std::string Scenario::name_of(const Hash& block) const {
    const auto found = names_.find(block);
    return found == names_.end() ? "" : found->second;
}

Hash Scenario::hash_of(const std::string& name) const {
    for (const auto& [hash, known] : names_) {
        if (known == name) return hash;
    }
    FAIL("no block " << name);
    return {};
}

void Scenario::say(MemberIndex node, const std::string& text) {
    out_ += std::to_string(node) + " " + text + "\n";
}

}  // namespace quanlu::consensus
