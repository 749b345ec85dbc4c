// A file that is there whole or not at all, after a crash and a power failure too.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace quanlu::crypto {

enum class IfThere { replace, refuse };

// Writes beside, fsyncs, gives it its name, fsyncs the directory. `mode`: of the file, less the
// process's umask. Error: errno of what failed; EEXIST: there is such a file and `refuse`. After an
// error the file is as it was before, unless only the directory could not be synced.
Status<int> write_durably(const std::string& path, std::string_view bytes, mode_t mode,
                          IfThere if_there);

}  // namespace quanlu::crypto
