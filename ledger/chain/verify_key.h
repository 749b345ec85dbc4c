// The only maker of Verified<T>; included by the check functions of this module and by nobody else.
#pragma once

#include "ledger/chain/verified.h"

namespace quanlu::chain {

struct VerifyKey {
    template <class T>
    static Verified<T> seal(T value) {
        return Verified<T>(std::move(value));
    }
};

}  // namespace quanlu::chain
