# Faults on real processes and the checker of histories (README.md here).
# Included by tests/tests.cmake, after PYTHON is found.
function(quanlu_faults_test name labels timeout script)
  add_test(NAME faults.${name} COMMAND ${PYTHON} ${CMAKE_SOURCE_DIR}/tests/faults/${script}.py ${ARGN})
  set_tests_properties(faults.${name} PROPERTIES LABELS "${labels}" TIMEOUT ${timeout})
endfunction()
quanlu_faults_test(history "process" 60 history_test)
quanlu_faults_test(proxy "process" 60 proxy)
quanlu_faults_test(storm_short "process;long" 600 storm ${CMAKE_BINARY_DIR} --minutes 0.7)
quanlu_faults_test(flood "process" 600 flood ${CMAKE_BINARY_DIR})
quanlu_faults_test(tls "process;long" 600 tls ${CMAKE_BINARY_DIR} --half-open 2000)
quanlu_faults_test(set_back "process" 600 set_back ${CMAKE_BINARY_DIR})
quanlu_faults_test(storm_full "process;full" 7200 storm ${CMAKE_BINARY_DIR} --nodes 7 --minutes 60 --assets 5000 --seed 7)
set_tests_properties(faults.storm_short faults.flood faults.tls faults.storm_full PROPERTIES RUN_SERIAL ON)
