// Is this node well, for machines and for a person at 3 a.m.
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cstdlib>

#include "node/api/resources.h"

namespace quanlu::api {

namespace {

constexpr std::int64_t kLoopSilentMs = 5'000;
constexpr std::int64_t kLoopDeadMs = 60'000;  // a disk may stand still for a while, not so long
constexpr std::int64_t kHeartbeatsMissedMax = 6;

json::Array voters(const chain::Members& members, std::uint64_t bits) {
    json::Array names;
    for (chain::MemberIndex m = 0; m < members.n(); ++m) {
        if (bits >> m & 1) names.emplace_back(members.at(m).name);
    }
    return names;
}

json::Array missing(const chain::Members& members, chain::MemberIndex self,
                    const replica::Replica::Status& now) {
    json::Array list;
    for (chain::MemberIndex m = 0; m < members.n(); ++m) {
        bool is_up = m == self;
        for (const chain::MemberIndex one : now.connected) is_up = is_up || one == m;
        if (is_up) continue;
        const std::int64_t heard = m < now.heard_ms_ago.size() ? now.heard_ms_ago[m] : -1;
        json::Value one = json::Object{{"member", members.at(m).name},
                                       {"why", heard < 0 ? "never heard" : "connection lost"}};
        if (heard >= 0) one.set("last_heard_ms", heard);
        list.push_back(std::move(one));
    }
    return list;
}

// The same as lines of text.
Reply plain(const json::Value& all) {
    Reply reply;
    reply.content_type = "text/plain; charset=utf-8";
    reply.body = all.bool_or("ready", false) ? "ready\n" : "not ready\n";
    for (const json::Value& reason : all.find("reasons")->as_array())
        reply.body += "  because " + reason.as_string() + "\n";
    if (const json::Value* likely = all.find("likely"))
        reply.body += "  likely  " + likely->as_string() + "\n";
    reply.body += "  height  " + std::to_string(all.integer_or("height", 0)) + "\n  view    " +
                  std::to_string(all.integer_or("view", 0)) + ", leader " +
                  std::string(all.string_or("leader", "")) + "\n";
    for (const char* name : {"notarize_from", "nullify_from", "finalize_from", "missing"})
        reply.body += std::string("  ") + name + " " + json::write(*all.find(name)) + "\n";
    return reply;
}

}  // namespace

// Alive: the core loop shows itself, or has not begun. Who watches a node restarts it by this.
Reply Resources::alive(const std::optional<Snapshot>& snapshot) {
    const std::int64_t silent_ms = snapshot ? snapshot->age_ms : 0;
    const bool is_alive = silent_ms <= kLoopDeadMs;
    Reply reply = ok(json::Object{{"alive", is_alive}, {"core_loop_silent_ms", silent_ms}});
    reply.status = is_alive ? 200 : 503;
    return reply;
}

// Ready: final blocks keep coming and enough members are heard. Else why, in plain words, and what
// to do.
Reply Resources::ready(const Snapshot& snapshot, const Request& request) const {
    const auto& now = snapshot.status;
    const std::int64_t heartbeat = backend_.genesis->params.heartbeat_ms;
    const std::int64_t silent_ms = backend_.wall_ms() - now.tip_time.value;
    const chain::Members members = backend_.genesis->member_set();
    json::Array reasons;
    std::string likely;
    const auto add = [&](std::string reason, std::string_view advice) {
        reasons.emplace_back(std::move(reason));
        if (likely.empty()) likely = advice;
    };
    if (now.memory_answers_missing)
        add("this node does not vote yet: " + std::to_string(*now.memory_answers_missing) +
                " more members must say what they hold of its votes",
            "members start, or their links are down; one of them that logs two_lives hears this "
            "key from two places: docs/operators, lost vote memory");
    else if (!now.consensus.may_vote)
        add("this node does not vote: its vote memory is missing, damaged or outdated",
            "docs/operators: lost vote memory");
    if (snapshot.age_ms > kLoopSilentMs)
        add("the core loop has not shown itself for " + std::to_string(snapshot.age_ms) + " ms",
            "the disk or the machine is too slow: look at its latency");
    if (now.height.value == 0) add("no block is final yet", "the network is starting");
    if (now.connected.size() + 1 < members.quorum())
        add("connected to " + std::to_string(now.connected.size()) + " of " +
                std::to_string(members.n() - 1) + " members, " +
                std::to_string(members.quorum() - 1) + " needed",
            "members under \"missing\" are down or not reachable: peers in the configuration, "
            "firewall");
    if (now.syncing_to)
        add("catching up to height " + std::to_string(now.syncing_to->value), "wait");
    // It refuses the blocks of the others or they refuse its own, and the ledger goes on without
    // its votes: nothing else here would say so.
    const std::int64_t off_ms = now.clock_off_median_ms;  // how far the others are ahead
    if (now.connected.size() + 1 >= members.quorum() &&
        std::abs(off_ms) > backend_.genesis->params.clock_eps_ms)
        add("this node's clock is " + std::to_string(std::abs(off_ms)) + " ms " +
                (off_ms > 0 ? "behind" : "ahead of") + " those of the other members",
            "the clock of this machine: NTP");
    if (silent_ms > kHeartbeatsMissedMax * heartbeat)
        add("no finalized block for " + std::to_string(silent_ms / 1000) + " s",
            "fewer than " + std::to_string(members.quorum()) +
                " members vote for the same: compare /readyz of the others, and their clocks");
    const bool is_ready = reasons.empty();
    json::Value out = json::Object{{"ready", is_ready},
                                   {"height", now.height.value},
                                   {"view", now.consensus.view.value},
                                   {"leader", members.at(now.consensus.leader).name},
                                   {"notarize_from", voters(members, now.consensus.notarized_by)},
                                   {"nullify_from", voters(members, now.consensus.nullified_by)},
                                   {"finalize_from", voters(members, now.consensus.finalized_by)},
                                   {"needed", static_cast<std::int64_t>(members.quorum())},
                                   {"missing", missing(members, backend_.self, now)},
                                   {"reasons", std::move(reasons)},
                                   {"clock_off_median_ms", now.clock_off_median_ms}};
    if (!likely.empty()) out.set("likely", likely);
    Reply reply = request.query.contains("verbose") ? plain(out) : ok(out);
    reply.status = is_ready ? 200 : 503;
    return reply;
}

Reply Resources::metrics(const Snapshot& snapshot) const {
    const auto& now = snapshot.status;
    std::vector<prometheus::MetricFamily> families;
    const auto gauge = [&families](const char* name, const char* help, std::int64_t value) {
        prometheus::ClientMetric metric;
        metric.gauge.value = static_cast<double>(value);
        families.push_back({name, help, prometheus::MetricType::Gauge, {metric}});
    };
    gauge("quanlu_consensus_height", "Height of the last final block.",
          static_cast<std::int64_t>(now.height.value));
    gauge("quanlu_consensus_view", "Present view.",
          static_cast<std::int64_t>(now.consensus.view.value));
    gauge("quanlu_consensus_floor_view", "View of the last final block.",
          static_cast<std::int64_t>(now.consensus.floor.view.value));
    gauge("quanlu_consensus_delta_milliseconds", "Delay bound with back-off.",
          now.consensus.delta_ms);
    gauge("quanlu_consensus_may_vote", "1 when this member votes.", now.consensus.may_vote ? 1 : 0);
    gauge("quanlu_consensus_tip_age_milliseconds", "Age of the last final block.",
          backend_.wall_ms() - now.tip_time.value);
    gauge("quanlu_mempool_transactions", "Transactions that wait.",
          static_cast<std::int64_t>(now.mempool_count));
    gauge("quanlu_mempool_bytes", "Bytes of transactions that wait.",
          static_cast<std::int64_t>(now.mempool_bytes));
    gauge("quanlu_peers_connected", "Members connected.",
          static_cast<std::int64_t>(now.connected.size()));
    gauge("quanlu_evidence_total", "Pairs of contradicting statements recorded.",
          static_cast<std::int64_t>(backend_.evidence().size()));
    Reply reply;
    reply.content_type = "text/plain; version=0.0.4";
    reply.body = prometheus::TextSerializer().Serialize(families);
    return reply;
}

}  // namespace quanlu::api
