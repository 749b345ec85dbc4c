// The command line. One door for what third parties throw; everything else is a Failure with a
// code.
#include <cstdio>
#include <exception>

#include "cli/command.h"

int main(int argc, char** argv) {
    try {
        return quanlu::cli::run_app(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error internal  %s\n", error.what());
        return 70;
    }
}
