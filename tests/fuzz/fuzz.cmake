# Fuzzing (tests/fuzz/README.md): fuzz_smoke in every build; fuzz_targets with libFuzzer when the
# compiler is clang and QUANLU_FUZZ is set. Included by tests/tests.cmake.
option(QUANLU_FUZZ "Build the libFuzzer program (clang)" OFF)

set(fuzz_sources tests/fuzz/targets.cpp tests/fuzz/world.cpp tests/fuzz/json_targets.cpp
  tests/fuzz/chain_targets.cpp tests/fuzz/disk_targets.cpp tests/fuzz/proof_targets.cpp
  tests/fuzz/registry_targets.cpp tests/fuzz/api_targets.cpp tests/fuzz/cli_targets.cpp
  tests/sim/signatures.cpp)
set(fuzz_uses cli node node/api ledger/audit ledger/index ledger/proof)

quanlu_tool(fuzz_smoke SOURCES tests/fuzz/main.cpp tests/fuzz/mutate.cpp ${fuzz_sources} USES ${fuzz_uses})
target_link_libraries(fuzz_smoke PRIVATE PkgConfig::LIBXML2)
# Verdicts on signatures are the real ones, remembered.
target_link_options(fuzz_smoke PRIVATE ${keyed_hash_signatures})
target_compile_definitions(fuzz_smoke PRIVATE QUANLU_FUZZ_CORPUS="${CMAKE_SOURCE_DIR}/tests/fuzz/corpus")
add_test(NAME fuzz.smoke COMMAND fuzz_smoke --runs 2000 --artifacts ${CMAKE_BINARY_DIR}/tests)
set_tests_properties(fuzz.smoke PROPERTIES LABELS fuzz TIMEOUT 600)

if(QUANLU_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "QUANLU_FUZZ: the compiler must be clang")
  endif()
  # Everything is instrumented; only the one program has libFuzzer's main.
  target_compile_options(quanlu_flags INTERFACE -fsanitize=fuzzer-no-link)
  quanlu_tool(fuzz_targets SOURCES tests/fuzz/libfuzzer.cpp ${fuzz_sources} USES ${fuzz_uses})
  target_link_libraries(fuzz_targets PRIVATE PkgConfig::LIBXML2)
  target_link_options(fuzz_targets PRIVATE -fsanitize=fuzzer ${keyed_hash_signatures})
endif()
