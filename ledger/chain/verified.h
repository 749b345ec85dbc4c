// "Certificates are facts, claims are hints", held by the compiler: only the verify() functions of
// ledger/chain make a Verified<T>. There is no way to say "trust me".
#pragma once

#include <utility>

namespace quanlu::chain {

struct VerifyKey;

template <class T>
class Verified {
public:
    const T& operator*() const { return value_; }
    const T* operator->() const { return &value_; }

private:
    explicit Verified(T value) : value_(std::move(value)) {}
    friend struct VerifyKey;
    T value_;
};

}  // namespace quanlu::chain
