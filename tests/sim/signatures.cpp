// Signatures are what a simulation spends most of its time on. The linker puts these functions in
// front of crypto::verify, crypto::is_acceptable and SigningKey::sign (tests.cmake). With `real`,
// the verdict is the real one, remembered by everything it depends on (decoders under fuzzing use
// this too: most mutants carry signatures that were judged before). With `keyed_hash`, a
// signature is a hash of public key and message: whoever knows the key could make it, but liars
// here sign with their own keys alone, and every bit of key, message and signature still decides
// the verdict.
#include "tests/sim/signatures.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "crypto/hash.h"
#include "crypto/suite.h"

namespace {

struct ByBytes {
    std::size_t operator()(const quanlu::Hash& hash) const {
        std::size_t out = 0;
        std::copy_n(hash.bytes.begin(), sizeof out, reinterpret_cast<std::uint8_t*>(&out));
        return out;
    }
};
// Of one seed they are few; a decoder's mutants would fill the memory.
constexpr std::size_t kVerdictsMax = 100'000;
thread_local std::unordered_map<quanlu::Hash, bool, ByBytes> verdicts;
thread_local quanlu::sim::Signing signing = quanlu::sim::Signing::real;

quanlu::crypto::Signature keyed(const quanlu::crypto::PublicKey& key, quanlu::BytesView message) {
    static const std::uint8_t kOne[] = {1}, kTwo[] = {2};
    const quanlu::Hash low = quanlu::crypto::sha256({kOne, key, message});
    const quanlu::Hash high = quanlu::crypto::sha256({kTwo, low.view()});
    quanlu::crypto::Signature out{};
    std::copy(low.bytes.begin(), low.bytes.end(), out.begin());
    std::copy(high.bytes.begin(), high.bytes.end(), out.begin() + 32);
    return out;
}

}  // namespace

namespace quanlu::sim {

void set_signing(Signing how) {
    signing = how;
    verdicts.clear();
}

}  // namespace quanlu::sim

// The names are the linker's: --wrap=X sends calls of X to __wrap_X, and __real_X is X.
extern "C" bool
__real__ZN6quanlu6crypto6verifyERKSt5arrayIhLm32EESt4spanIKhLm18446744073709551615EERKS1_IhLm64EE(
    const quanlu::crypto::PublicKey& key, quanlu::BytesView message,
    const quanlu::crypto::Signature& signature);

extern "C" bool
__wrap__ZN6quanlu6crypto6verifyERKSt5arrayIhLm32EESt4spanIKhLm18446744073709551615EERKS1_IhLm64EE(
    const quanlu::crypto::PublicKey& key, quanlu::BytesView message,
    const quanlu::crypto::Signature& signature) {
    if (signing == quanlu::sim::Signing::keyed_hash) return signature == keyed(key, message);
    const quanlu::Hash name = quanlu::crypto::sha256({key, signature, message});
    if (const auto known = verdicts.find(name); known != verdicts.end()) return known->second;
    const bool verdict =
        __real__ZN6quanlu6crypto6verifyERKSt5arrayIhLm32EESt4spanIKhLm18446744073709551615EERKS1_IhLm64EE(
            key, message, signature);
    if (verdicts.size() >= kVerdictsMax) verdicts.clear();
    verdicts.emplace(name, verdict);
    return verdict;
}

// The few keys of all scenes are asked about again and again.
extern "C" bool __real__ZN6quanlu6crypto13is_acceptableERKSt5arrayIhLm32EE(
    const quanlu::crypto::PublicKey& key);

extern "C" bool __wrap__ZN6quanlu6crypto13is_acceptableERKSt5arrayIhLm32EE(
    const quanlu::crypto::PublicKey& key) {
    thread_local std::map<quanlu::crypto::PublicKey, bool> known;
    const auto found = known.find(key);
    if (found != known.end()) return found->second;
    const bool verdict = __real__ZN6quanlu6crypto13is_acceptableERKSt5arrayIhLm32EE(key);
    if (known.size() < 10'000) known.emplace(key, verdict);
    return verdict;
}

// A member function takes its object first, and what it returns by hidden pointer like any other
// function of the same result: declared as a free function with `self` the call is the same
// (Itanium C++ ABI).
extern "C" quanlu::crypto::Signature
__real__ZNK6quanlu6crypto10SigningKey4signESt4spanIKhLm18446744073709551615EE(
    const quanlu::crypto::SigningKey* self, quanlu::BytesView message);

extern "C" quanlu::crypto::Signature
__wrap__ZNK6quanlu6crypto10SigningKey4signESt4spanIKhLm18446744073709551615EE(
    const quanlu::crypto::SigningKey* self, quanlu::BytesView message) {
    if (signing == quanlu::sim::Signing::keyed_hash) return keyed(self->public_key(), message);
    return __real__ZNK6quanlu6crypto10SigningKey4signESt4spanIKhLm18446744073709551615EE(self,
                                                                                         message);
}
