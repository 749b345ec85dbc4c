# Storage that tears, forgets, fails and lies, under the shipped code (README.md here). The linker
# puts the file operations of PosixDisk, DataDir and LevelDB on a simulated file system.
set(disk_member tests/disk/sim_fs.cpp tests/disk/mount.cpp tests/disk/level_env.cpp
    tests/disk/member.cpp tests/sim/scene.cpp)
quanlu_tool(disk_crash SOURCES tests/disk/crash.cpp tests/disk/judge.cpp ${disk_member} USES node)
quanlu_tool(disk_corrupt SOURCES tests/disk/corrupt.cpp tests/disk/damage.cpp ${disk_member} USES node)
set(disk_calls mkdir open openat close dup fdopendir readdir rewinddir closedir pread fstat write
    fsync fdatasync ftruncate renameat unlinkat flock _Exit abort
    _ZN6quanlu13ensure_failedEPKcS1_iSt17basic_string_viewIcSt11char_traitsIcEE
    _ZNSt10filesystem6statusERKNS_7__cxx114pathERSt10error_code
    _ZNSt10filesystem8is_emptyERKNS_7__cxx114pathERSt10error_code
    _ZNSt10filesystem10remove_allERKNS_7__cxx114pathERSt10error_code
    _ZNSt10filesystem18create_directoriesERKNS_7__cxx114pathERSt10error_code
    _ZN7leveldb2DB4OpenERKNS_7OptionsERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEPPS0_)
list(TRANSFORM disk_calls PREPEND "-Wl,--wrap=" OUTPUT_VARIABLE disk_wraps)
foreach(tool disk_crash disk_corrupt)
  if(TARGET ${tool})
    target_link_libraries(${tool} PRIVATE ${LEVELDB})
    target_link_options(${tool} PRIVATE ${disk_wraps})
  endif()
endforeach()
if(TARGET disk_crash)
  add_test(NAME disk.crash COMMAND disk_crash --depth 1 --seed 1)
  # The power goes twice, the second time while what is left of a state is on its way out.
  add_test(NAME disk.crash_twice COMMAND disk_crash --depth 2 --deep-one-in 1 --seed 2 --from-op 115 --to-op 116)
  # Two minutes; twenty with a sanitizer.
  set_tests_properties(disk.crash disk.crash_twice PROPERTIES LABELS sim TIMEOUT 3600)
endif()
if(TARGET disk_corrupt)
  add_test(NAME disk.corrupt COMMAND disk_corrupt --cases 300 --seed 1)
  # A ledger that another chain's genesis file calls its own.
  add_test(NAME disk.corrupt_3501 COMMAND disk_corrupt --cases 500 --seed 3501 --only 386)
  set_tests_properties(disk.corrupt disk.corrupt_3501 PROPERTIES LABELS sim TIMEOUT 1200)
endif()
