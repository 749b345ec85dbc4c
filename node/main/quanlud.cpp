// The node. One door for what third parties throw.
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "node/run.h"
#ifdef QUANLU_MIMALLOC
#include <mimalloc.h>
#endif

namespace {

constexpr const char* kHelp = R"(quanlud - Quanlu ledger node

  quanlud run          --config FILE   run the node
  quanlud init         --config FILE   make the data directory (first start of a key on a chain)
  quanlud check-config --config FILE   check configuration, genesis, key; for ExecStartPre
  quanlud reindex      --config FILE   rebuild the state store from the block log
  quanlud version

exit: 0 done, 2 usage, 73 in use, 74 storage, 78 configuration
)";

int dispatch(const std::string& command, const std::string& path) {
    const auto config = quanlu::node::load_config(path);
    if (!config.ok()) {
        std::fprintf(stderr, "quanlud: %s\n", config.error().c_str());
        return 78;
    }
    if (command == "run") return quanlu::node::run_node(*config);
    if (command == "init") return quanlu::node::init_node(*config);
    if (command == "check-config") return quanlu::node::check_config(*config);
    return quanlu::node::reindex(*config);
}

}  // namespace

int main(int argc, char** argv) {
#ifdef QUANLU_MIMALLOC
    // Free pages go back after 2 s, not 25 ms: each block would fault its pages in again.
    mi_option_set_default(mi_option_decommit_delay, 2'000);
#endif
    const std::string command = argc > 1 ? argv[1] : "";
    if (command == "--help" || command == "-h" || command == "help")
        return std::fputs(kHelp, stdout) < 0 ? 70 : 0;
    if (command == "version" || command == "--version")
        return std::puts("quanlud " QUANLU_VERSION) < 0 ? 70 : 0;
    const bool known =
        command == "run" || command == "init" || command == "check-config" || command == "reindex";
    if (!known || argc != 4 || std::strcmp(argv[2], "--config") != 0) {
        std::fputs(kHelp, stderr);
        return 2;
    }
    try {
        return dispatch(command, argv[3]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "quanlud: %s\n", error.what());
        return 70;
    }
}
