// Result<T, E>: a value or the reason why not. gcc 12 has no std::expected in C++20 mode; this is
// the part of it that the house uses. Errors of input are Results; errors of ours are ENSURE.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "crypto/base/check.h"

namespace quanlu {

template <class E>
struct Err {
    E error;
    explicit Err(E e) : error(std::move(e)) {}
};
template <class E>
Err(E) -> Err<E>;

struct Unit {
    bool operator==(const Unit&) const = default;
};

template <class T, class E>
class [[nodiscard]] Result {
public:
    using value_type = T;
    using error_type = E;

    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    template <class F>
    Result(Err<F> err) : held_(std::in_place_index<1>, std::move(err.error)) {}

    [[nodiscard]] bool ok() const { return held_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // REQUIRES: ok().
    T& value() & {
        ENSURE(ok());
        return std::get<0>(held_);
    }
    const T& value() const& {
        ENSURE(ok());
        return std::get<0>(held_);
    }
    T&& value() && {
        ENSURE(ok());
        return std::get<0>(std::move(held_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    // REQUIRES: !ok().
    [[nodiscard]] const E& error() const& {
        ENSURE(!ok());
        return std::get<1>(held_);
    }
    [[nodiscard]] E&& error() && {
        ENSURE(!ok());
        return std::get<1>(std::move(held_));
    }

private:
    std::variant<T, E> held_;
};

// Result without a value: Status<E> f() { ...; return Unit{}; }
template <class E>
using Status = Result<Unit, E>;

}  // namespace quanlu

#define QUANLU_JOIN_(a, b) a##b
#define QUANLU_JOIN(a, b) QUANLU_JOIN_(a, b)
#define QUANLU_TRY_(slot, target, expression)                      \
    auto slot = (expression);                                      \
    if (!slot.ok()) return ::quanlu::Err(std::move(slot).error()); \
    target = std::move(slot).value()
// TRY(auto x, f()): x is f's value, or the function returns f's error. The only control-flow
// macros.
#define TRY(target, expression) \
    QUANLU_TRY_(QUANLU_JOIN(quanlu_try_, __COUNTER__), target, expression)
#define TRY_VOID(expression)                                          \
    do {                                                              \
        auto quanlu_try_void = (expression);                          \
        if (!quanlu_try_void.ok()) {                                  \
            return ::quanlu::Err(std::move(quanlu_try_void).error()); \
        }                                                             \
    } while (false)
