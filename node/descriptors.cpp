// See descriptors.h.
#include "node/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace quanlu::node {

Result<std::size_t, StartError> client_connections(std::size_t members) {
    constexpr rlim_t kWanted = 8'192;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return Err(StartError{78, "getrlimit fails"});
    if (limit.rlim_cur < kWanted && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = std::min(limit.rlim_max, kWanted);
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return Err(StartError{78, "setrlimit fails"});
    }
    const std::size_t descriptors = std::min<rlim_t>(limit.rlim_cur, 1 << 20);
    const std::size_t clients = client_connections_of(descriptors, members);
    if (clients == 0) {
        return Err(StartError{78, "too few file descriptors: " + std::to_string(descriptors) +
                                      " are allowed and " +
                                      std::to_string(descriptors_needed(members) + kClientsMin) +
                                      " are needed; raise the limit to 1,024 or more (ulimit -n, "
                                      "LimitNOFILE)"});
    }
    return clients;
}

}  // namespace quanlu::node
