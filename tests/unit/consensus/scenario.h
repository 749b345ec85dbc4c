// Consensus scripts in words (tests/scenarios/README.md): cores that receive only what the script
// delivers. Casts are durable at once unless held; a node that has a block's body answers its check
// at once.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "consensus/simplex.h"
#include "fixture.h"

namespace quanlu::consensus {

class Scenario {
public:
    // Carries out one line of a script; what happened, one line each. A line it does not understand
    // is an error.
    std::string run(const std::string& line);

private:
    struct Node {
        std::unique_ptr<Simplex> core;
        Floor floor;
        std::vector<SignedVote> votes;  // the journal
        std::vector<QuorumCert> certs;
        std::set<std::string> bodies, checks;
        std::vector<Cast> held;
        bool holds = false, is_down = false;
    };
    struct Mail {  // by (kind, view, from, block): the last one of each
        std::optional<Verified<SignedVote>> vote;
        std::optional<QuorumCert> cert;
        std::optional<CheckedProposal> proposal;
    };
    struct MailKey {
        std::string kind;
        View view;
        MemberIndex from;
        std::string block;
        auto operator<=>(const MailKey&) const = default;
    };
    struct Words {  // a command, its bare words and its name=value pairs
        std::string command;
        std::vector<std::string> bare;
        std::map<std::string, std::string> named;
    };

    static Words split(const std::string& line);
    void set_members(std::size_t n);
    void start(MemberIndex node, bool with_memory);
    void deliver(const Words& words);
    void forge(const Words& words);
    void pass(std::int64_t ms);
    void expire(MemberIndex node);
    void wait(const Words& words);
    void expect(const Words& words);
    void give(MemberIndex to, MemberIndex from, const MailKey& key, const Mail& mail);
    void carry_out(MemberIndex node, Effects& effects);
    void carry_out_votes(MemberIndex node, const std::vector<Cast>& casts);
    void answer_checks(MemberIndex node);
    void build(MemberIndex node, const NeedBuild& need);
    void post(MemberIndex from, const Proposal& proposal);
    std::vector<MemberIndex> nodes(const std::string& list) const;
    std::string name_of(const Hash& block) const;
    [[nodiscard]] Hash hash_of(const std::string& name) const;
    void say(MemberIndex node, const std::string& text);

    std::optional<chain::Members> members_;
    std::vector<Node> nodes_;
    std::map<MailKey, Mail> mail_;
    std::map<std::string, Header> headers_;
    std::map<Hash, std::string> names_;
    std::map<std::string, CheckedProposal> proposals_;
    std::set<std::string> bad_;
    Millis now_{0};
    std::string out_;
};

}  // namespace quanlu::consensus
