# The protocol as a Promela model, its mutants, and the shipped core held against it (README.md here).
# Without spin the tests say so and count as skipped.
quanlu_tool(spin_trace SOURCES tests/spin/trace.cpp USES consensus)
if(TARGET spin_trace)
  set(spin ${PYTHON} ${CMAKE_SOURCE_DIR}/tests/spin/run.py ${CMAKE_BINARY_DIR})
  add_test(NAME spin.model COMMAND ${spin} --model)
  add_test(NAME spin.mutants COMMAND ${spin} --mutants)
  add_test(NAME spin.traces COMMAND ${spin} --traces 100)
  set_tests_properties(spin.model spin.mutants spin.traces PROPERTIES LABELS "spin;long" TIMEOUT 1200 SKIP_RETURN_CODE 77)
endif()
