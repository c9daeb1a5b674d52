//
// cairn/sigv4/detail/scratch_array.hpp: room for a number of elements that is usually small.
//
#ifndef CAIRN_SIGV4_DETAIL_SCRATCH_ARRAY_HPP
#define CAIRN_SIGV4_DETAIL_SCRATCH_ARRAY_HPP

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace cairn::sigv4::detail {

// Elements that have room in an object itself. The fuzz targets have room for one only: then what
// is written beyond an array's end is beyond a block of the heap, and is noticed.
#if defined(CAIRN_SIGV4_LITTLE_ROOM)
inline constexpr std::size_t most_inline = 1;
#else
inline constexpr std::size_t most_inline = SIZE_MAX;
#endif

// `size` uninitialised elements, in the object itself up to N, else on the heap.
template <class T, std::size_t N>
class scratch_array {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

public:
    explicit scratch_array(std::size_t size) {
        if (size > N || size > most_inline)
            data_ = new T[size];
    }
    scratch_array(scratch_array const&) = delete;
    scratch_array& operator=(scratch_array const&) = delete;
    ~scratch_array() {
        if (data_ != local())
            delete[] data_;
    }

    T& operator[](std::size_t i) noexcept { return data_[i]; }
    T* data() noexcept { return data_; }
    T const* data() const noexcept { return data_; }

private:
    T* local() noexcept { return reinterpret_cast<T*>(local_); }

    // Bytes, for an array of T would be initialised where T's members are: that took longer
    // than filling the few elements that a request needs.
    alignas(T) unsigned char local_[N * sizeof(T)];
    T* data_ = local();
};

} // namespace cairn::sigv4::detail

#endif
