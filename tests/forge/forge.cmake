# Proofs and exports bent in every way, before the shipped verifiers (tests/forge/README.md). Included from tests/tests.cmake.
quanlu_tool(forge_proofs SOURCES tests/forge/proofs.cpp tests/forge/world.cpp tests/forge/ledger.cpp tests/forge/oracle.cpp
            tests/forge/bend_tree.cpp tests/forge/bend_header.cpp tests/forge/bend_road.cpp tests/forge/bend_text.cpp
            tests/forge/judge.cpp tests/forge/cases.cpp tests/forge/memo.cpp
            USES cli ledger/audit)
if(TARGET forge_proofs)
  # Mutants mostly leave certificates alone: one true check of each is remembered (tests/forge/memo.cpp).
  target_link_options(forge_proofs PRIVATE
    -Wl,--wrap=_ZN6quanlu6crypto6verifyERKSt5arrayIhLm32EESt4spanIKhLm18446744073709551615EERKS1_IhLm64EE)
  add_test(NAME forge.proofs COMMAND forge_proofs --mutants 20000 --seed 1)
  set_tests_properties(forge.proofs PROPERTIES LABELS forge TIMEOUT 300)
endif()
quanlu_tool(forge_exports SOURCES tests/forge/exports.cpp tests/forge/export_base.cpp tests/forge/export_files.cpp
            tests/forge/export_blocks.cpp tests/forge/export_histories.cpp tests/forge/ledger.cpp tests/forge/memo.cpp USES ledger/audit)
if(TARGET forge_exports)
  target_link_options(forge_exports PRIVATE
    -Wl,--wrap=_ZN6quanlu6crypto6verifyERKSt5arrayIhLm32EESt4spanIKhLm18446744073709551615EERKS1_IhLm64EE)
  add_test(NAME forge.exports COMMAND forge_exports --cases 120 --seed 1)
  set_tests_properties(forge.exports PROPERTIES LABELS forge TIMEOUT 300)
endif()
