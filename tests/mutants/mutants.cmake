# Known defects put back, one at a time (README.md here). rotation: three that need the consensus core and the journal;
# all: the whole table. Both build in a copy of the sources, never in this tree; nothing of it is in any program.
set(mutants ${PYTHON} ${CMAKE_CURRENT_LIST_DIR}/run.py ${CMAKE_BINARY_DIR})
add_test(NAME mutants.rotation COMMAND ${mutants} --only M1,M12,M14 --first --work ${CMAKE_BINARY_DIR}/mutants_rotation)
add_test(NAME mutants.all COMMAND ${mutants})
set_tests_properties(mutants.rotation PROPERTIES LABELS "mutants;long" TIMEOUT 600 RUN_SERIAL ON)
set_tests_properties(mutants.all PROPERTIES LABELS "mutants;full" TIMEOUT 14400 RUN_SERIAL ON)
