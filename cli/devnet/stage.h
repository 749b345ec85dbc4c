// The stage of the worked input: officers of the development network's parties, acting through
// different nodes, and what a spectator is shown. An outcome that a scene does not expect ends it
// with the refusal that came.
#pragma once

#include <map>

#include "cli/devnet/demo.h"

namespace quanlu::cli {

// SHA-256 of "test", standing for documents that are not part of the example.
inline constexpr const char* kPaperHash =
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

class Stage {
public:
    Stage(const Devnet& net, Http& http, bool quiet);

    // One officer of a party. Parties use different nodes, as they would.
    Result<Outcome, Failure> act_as(const std::string& party, const std::string& duty,
                                    const std::string& act, const std::string& record,
                                    const json::Value& body);
    // The maker, and the checker with the same content where the act asks for a second officer.
    Result<Outcome, Failure> act(const std::string& party, const std::string& act,
                                 const std::string& record = "", const json::Value& body = {});
    // The refusal must come, and with this code; its facts are shown.
    Status<Failure> expect_refusal(const Result<Outcome, Failure>& outcome, const std::string& code,
                                   const std::string& what);

    void say_line(std::string_view en, std::string_view zh, const std::string& text);
    // A date of Shanghai, so many days from today.
    [[nodiscard]] std::string day(int ahead) const;
    [[nodiscard]] const Devnet& net() const { return net_; }

    DemoResult out;

private:
    Result<Actor*, Failure> officer(const std::string& party, const std::string& duty);
    Result<Outcome, Failure> submit(const std::string& party, const std::string& duty,
                                    const std::string& act, const std::string& record);
    const Devnet& net_;
    Http& http_;
    Progress progress_;
    std::map<std::string, Actor> officers_;
    json::Value sealed_;  // the body at hand, its sealed fields closed: what both officers sign
};

// The scenes, in order. Each leaves what the next may need in Stage::out.
Status<Failure> play_pledges(Stage& stage);
Status<Failure> play_freeze(Stage& stage);
Status<Failure> play_data_invoice(Stage& stage);
Status<Failure> play_receivable(Stage& stage);
Status<Failure> play_loan(Stage& stage);

}  // namespace quanlu::cli
