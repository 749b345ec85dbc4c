// Puts the shipped code on a SimFs: every path under kMount goes there instead of to the kernel,
// from PosixDisk, DataDir and LevelDB alike. The linker wraps the calls (disk.cmake), so not a line
// of product code is another.
#pragma once

#include <csetjmp>
#include <functional>

#include "tests/disk/sim_fs.h"

namespace quanlu::disk {

inline constexpr const char* kMount = "/simfs";

// The file system that new calls under kMount see. Mounts nest.
class Mounted {
public:
    explicit Mounted(SimFs& fs);
    ~Mounted();
    Mounted(const Mounted&) = delete;
    Mounted& operator=(const Mounted&) = delete;

private:
    SimFs* before_;
};
SimFs* mounted();

// Runs `work`; what in it ends the process (_Exit: the shipped code's only way out of a storage
// error; abort: a broken ENSURE) ends `work` alone. The exit code, or nothing when `work` came to
// its end. Objects of work are not destroyed then, as in a process that is gone. Nests.
inline constexpr int kAborted = 134;
std::optional<int> run_as_process(const std::function<void()>& work);
// The exit code in words, with what the last broken ENSURE said.
std::string how_it_ended(int code);

// LevelDB's write buffer under kMount: the least it allows, so that tables are written and merged
// all the time.
inline constexpr std::size_t kWriteBufferBytes = 64 * 1024;

}  // namespace quanlu::disk
