// quanlu-verify as a program: exit codes of ECOSYSTEM 1.5, both languages, one JSON document, no
// socket code linked.
#include <chrono>

#include "folder.h"
#include "ledger.h"
#include "ledger/proof/checkpoint.h"
#include "program.h"

namespace quanlu::proof {

TEST_CASE("quanlu-verify: exit codes, languages, JSON, no sockets") {
    const auto binary = built_program("quanlu-verify");
    if (!binary) {
        WARN("SKIPPED: quanlu-verify is not built");
        return;
    }
    const Ledger ledger(3);
    const Folder folder;
    const std::string genesis =
        folder.write("genesis.json", json::write_pretty(chain::to_json(ledger.genesis)));
    const std::string other =
        folder.write("other.json", json::write(chain::to_json(genesis_of("other-net"))));
    const std::string good =
        folder.write("good.json", json::write(to_json(ledger.about("right/CN:31", 3, 3))));
    Bundle bad = ledger.about("right/CN:31", 3, 3);
    bad.final.finalization.signatures[0][0] ^= 1;
    const std::string forged = folder.write("forged.json", json::write(to_json(bad)));
    const std::string junk = folder.write("junk.json", "{\"version\":1}");
    const auto verify = [&](const std::string& arguments) {
        return run("LANG=C LANGUAGE= LC_ALL= '" + *binary + "' " + arguments + " 2>&1");
    };
    const std::string trust = " --genesis " + genesis;

    // The sample is of 2025, so its age is years; a fresh one is made below.
    CHECK(verify(good + trust).exit == 3);
    CHECK(verify(good + trust).out.find("STALE") != std::string::npos);
    CHECK(verify(good + trust + " --at-height 3").exit == 0);
    CHECK(verify(good + trust + " --at-height=2").exit == 1);
    CHECK(verify(good + trust + " --max-age 3155760000").exit == 0);
    CHECK(verify(good + trust + " --at-height 3 --key right/CN:31").exit == 0);
    CHECK(verify(good + trust + " --at-height 3 --key right/CN:32").exit == 1);
    CHECK(verify("--at-height 3 - " + trust + " < " + good).exit == 0);
    // A key of the map that reads like a transaction's id: that there is none says nothing of it.
    const std::string id(64, '5');
    const std::string alike =
        folder.write("alike.json", json::write(to_json(ledger.about(id, 3, 3))));
    CHECK(verify(alike + trust + " --at-height 3").exit == 0);
    CHECK(verify(alike + trust + " --at-height 3 --key " + id).exit == 1);
    CHECK(verify(forged + trust).exit == 1);
    CHECK(verify(forged + trust).out.find("INVALID") != std::string::npos);
    CHECK(verify(good + " --genesis " + other).exit == 1);
    CHECK(verify(junk + trust).exit == 2);
    CHECK(verify(folder.file("none.json") + trust).exit == 2);
    CHECK(verify(good + " --genesis " + junk).exit == 2);
    CHECK(verify(good).exit == 4);
    CHECK(verify(good + " --genesis " + folder.file("none.json")).exit == 4);
    for (const char* wrong : {"", "--nonsense", "a b", "--key", "a --at-height x",
                              "a --at-height -1", "a --max-age 1s", "a --lang de", "a --json=1",
                              "-x a", "a --at-height 9007199254740992", "a --key=", "''"}) {
        INFO(wrong);
        CHECK(verify(wrong).exit == 2);
    }
    CHECK(verify("--help").exit == 0);
    CHECK(verify("--help").out.find("examples") != std::string::npos);

    const Ran zh = run("LANG=zh_CN.UTF-8 LANGUAGE= LC_ALL= '" + *binary + "' " + good + trust +
                       " --at-height 3 2>&1");
    CHECK(zh.out.find("有效") != std::string::npos);
    CHECK(zh.out.find("无质押") != std::string::npos);
    CHECK(verify(good + trust + " --lang zh").out.find("过期") != std::string::npos);
    CHECK(zh.out.find('\x1b') == std::string::npos);

    for (const std::string& arguments :
         {good + trust + " --json", forged + trust + " --json", junk + trust + " --json",
          std::string("--json"), good + " --json"}) {
        const Ran ran = verify(arguments);
        INFO(arguments << "\n" << ran.out);
        const auto document = json::parse(ran.out.substr(0, ran.out.find('\n')));
        REQUIRE(document.ok());
        CHECK(document->integer_or("exit", -1) == ran.exit);
        CHECK(ran.out.find('\n') + 1 == ran.out.size());
    }
    CHECK(run("'" + *binary + "' --help > /dev/full 2>&1").exit == 70);

    SignedCheckpoint note{{origin_of(ledger.genesis.chain_id), 6, ledger.headers[3].log_root}, {}};
    for (std::uint8_t i = 0; i < 3; ++i) {
        note.signatures.push_back(sign_checkpoint(note.checkpoint, ledger.genesis.members[i].name,
                                                  key_of(static_cast<std::uint8_t>(i + 1))));
        const std::string file = folder.write("checkpoint", write_checkpoint(note));
        CHECK(verify(file + trust).exit == (i < 2 ? 3 : 0));
    }
    const std::string whole = folder.write("checkpoint", write_checkpoint(note)) + trust;
    for (const char* asked : {" --key right/CN:31", " --at-height 3", " --max-age 60"})
        CHECK(verify(whole + asked).exit == 2);
    note.checkpoint.size = 7;
    CHECK(verify(folder.write("checkpoint", write_checkpoint(note)) + trust).exit == 1);
    CHECK(verify(folder.write("checkpoint", "quanlu/x\n") + trust).exit == 2);

    const Ran symbols = run("nm -D --undefined-only '" + *binary + "'");
    REQUIRE(symbols.exit == 0);
    for (const char* name : {" socket", " connect", " getaddrinfo", " bind", " listen", " accept",
                             " sendto", " recvfrom"}) {
        CHECK(symbols.out.find(name) == std::string::npos);
    }
}

TEST_CASE("quanlu-verify: a bundle made a moment ago is valid") {
    const auto binary = built_program("quanlu-verify");
    if (!binary) {
        WARN("SKIPPED: quanlu-verify is not built");
        return;
    }
    Ledger ledger(1);
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    ledger.headers[1].time = UnixMillis{now.count()};
    const Folder folder;
    const std::string genesis =
        folder.write("genesis.json", json::write(chain::to_json(ledger.genesis)));
    const std::string fresh =
        folder.write("fresh.json", json::write(to_json(ledger.about("right/none", 1, 1))));
    const Ran ran = run("'" + *binary + "' " + fresh + " --genesis=" + genesis + " --lang en 2>&1");
    INFO(ran.out);
    CHECK(ran.exit == 0);
    CHECK(ran.out.find("VALID") == 2);
}

}  // namespace quanlu::proof
