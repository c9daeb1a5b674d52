#ifndef CAIRN_SIGV4_DETAIL_IMPL_KEY_CACHE_IPP
#define CAIRN_SIGV4_DETAIL_IMPL_KEY_CACHE_IPP

#include <cairn/sigv4/detail/key_cache.hpp>

#include <openssl/crypto.h>

#include <cstring>
#include <string>

namespace cairn::sigv4::detail {

CAIRN_DECL hmac_key derive_signing_key(std::string_view secret, std::string_view date,
                                       std::string_view region, std::string_view service) {
    std::string start;
    start.reserve(4 + secret.size()); // no growth, so no stale copy
    start.append("AWS4").append(secret);
    sha256_digest key =
        hmac_sha256({reinterpret_cast<unsigned char const*>(start.data()), start.size()}, date);
    OPENSSL_cleanse(start.data(), start.size());
    for (std::string_view const part : {region, service, std::string_view("aws4_request")}) {
        sha256_digest next = hmac_sha256(key, part);
        key = next;
        OPENSSL_cleanse(next.data(), next.size());
    }
    hmac_key const ready = hmac_key::from(key);
    OPENSSL_cleanse(key.data(), key.size());
    return ready;
}

CAIRN_DECL key_cache::~key_cache() {
    OPENSSL_cleanse(static_cast<void*>(&slots_), sizeof slots_);
}

// Every load acquires and every store releases: who sees one new word also sees that the
// sequence was odd before it, and none of the loads can move behind the second look.
CAIRN_DECL bool key_cache::read(slot const& s, std::uint64_t id, std::int32_t day,
                                hmac_key& key) noexcept {
    std::uint64_t const before = s.sequence.load(std::memory_order_acquire);
    if (before % 2 != 0 || s.id.load(std::memory_order_acquire) != id ||
        s.day.load(std::memory_order_acquire) != static_cast<std::uint64_t>(day))
        return false;
    auto* const to = reinterpret_cast<unsigned char*>(&key);
    for (std::size_t i = 0; i < s.key.size(); ++i) {
        std::uint64_t const word = s.key[i].load(std::memory_order_acquire);
        std::memcpy(to + i * sizeof word, &word, sizeof word);
    }
    return s.sequence.load(std::memory_order_relaxed) == before;
}

CAIRN_DECL bool key_cache::find(std::uint64_t id, std::int32_t day, hmac_key& key) const noexcept {
    for (std::size_t i = 0; i < slot_count; ++i)
        if (read(slots_[(id + i) % slot_count], id, day, key))
            return true;
    return false;
}

// One that is free, or else each in its turn.
CAIRN_DECL key_cache::slot& key_cache::slot_for(std::uint64_t id) noexcept {
    for (std::size_t i = 0; i < slot_count; ++i) {
        slot& s = slots_[(id + i) % slot_count];
        if (s.id.load(std::memory_order_relaxed) == 0)
            return s;
    }
    return slots_[taken_.fetch_add(1, std::memory_order_relaxed) % slot_count];
}

CAIRN_DECL void key_cache::store(std::uint64_t id, std::int32_t day, hmac_key const& key) noexcept {
    slot& s = slot_for(id);
    std::uint64_t before = s.sequence.load(std::memory_order_relaxed);
    if (before % 2 != 0 ||
        !s.sequence.compare_exchange_strong(before, before + 1, std::memory_order_acquire))
        return; // another thread is storing: the next signature will find its key or ours
    s.id.store(id, std::memory_order_release);
    s.day.store(static_cast<std::uint64_t>(day), std::memory_order_release);
    auto const* const from = reinterpret_cast<unsigned char const*>(&key);
    for (std::size_t i = 0; i < s.key.size(); ++i) {
        std::uint64_t word;
        std::memcpy(&word, from + i * sizeof word, sizeof word);
        s.key[i].store(word, std::memory_order_release);
    }
    s.sequence.store(before + 2, std::memory_order_release);
}

} // namespace cairn::sigv4::detail

#endif
