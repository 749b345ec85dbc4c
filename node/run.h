// quanlud's commands. Each returns the process's exit code.
#pragma once

#include "node/config.h"

namespace quanlu::node {

int run_node(const Config& config);
int init_node(const Config& config);
int check_config(const Config& config);
int reindex(const Config& config);

}  // namespace quanlu::node
