//
// cairn/sigv4/detail/key_cache.hpp: derived signing keys, found again without a lock.
//
#ifndef CAIRN_SIGV4_DETAIL_KEY_CACHE_HPP
#define CAIRN_SIGV4_DETAIL_KEY_CACHE_HPP

#include <cairn/core/sha256.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cairn::sigv4::detail {

// Four HMACs lead from a secret to the key that signs one day's requests to one service.
CAIRN_DECL hmac_key derive_signing_key(std::string_view secret, std::string_view date,
                                       std::string_view region, std::string_view service);

// Keys by (credentials' id, day); region and service are the owner's and fixed.
//
// Each slot is a sequence lock whose data are atomics too: a reader copies the key and then
// looks whether a writer was there meanwhile, so nobody ever waits. A lost race, and a slot
// taken by others, cost a derivation, never a wrong key. Copies begin empty.
class key_cache {
public:
    key_cache() noexcept = default;
    key_cache(key_cache const&) noexcept {}
    key_cache& operator=(key_cache const&) = delete;
    CAIRN_DECL ~key_cache();

    CAIRN_DECL bool find(std::uint64_t id, std::int32_t day, hmac_key& key) const noexcept;
    CAIRN_DECL void store(std::uint64_t id, std::int32_t day, hmac_key const& key) noexcept;

private:
    struct slot {
        std::atomic<std::uint64_t> sequence{0}; // odd while it is written
        std::atomic<std::uint64_t> id{0};
        std::atomic<std::uint64_t> day{0};
        std::array<std::atomic<std::uint64_t>, sizeof(hmac_key) / 8> key{};
    };

    static constexpr std::size_t slot_count = 4;

    static CAIRN_DECL bool read(slot const& s, std::uint64_t id, std::int32_t day,
                                hmac_key& key) noexcept;
    CAIRN_DECL slot& slot_for(std::uint64_t id) noexcept;

    std::array<slot, slot_count> slots_;
    std::atomic<std::size_t> taken_{0}; // slots that were taken from others
};

} // namespace cairn::sigv4::detail

#if defined(CAIRN_HEADER_ONLY)
#include <cairn/sigv4/detail/impl/key_cache.ipp>
#endif

#endif
