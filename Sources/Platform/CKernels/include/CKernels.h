/*
 * Arithmetic kernels. Every function may be called by any number of threads at once, allocates
 * nothing, and takes unaligned memory. A function without a suffix picks the fastest kernel this
 * processor has; the suffixed ones are what it picks from. `_portable` runs anywhere and is the
 * twin the others are compared with. A SIMD kernel must only be called when its `processor_has_…`
 * answers true.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
bool processor_has_avx2(void);
/* AVX-512 with byte shuffles (F and BW). */
bool processor_has_avx512(void);
bool processor_has_pclmul(void);
#endif

/* HighwayHash-256. The key is four words; a digest is 32 bytes, four little-endian words. */

void highwayhash256(
    const uint64_t *_Nonnull key, const void *_Nullable message, size_t size, void *_Nonnull digest);

/* `count` messages of `size` bytes each under one key, digest i for message i. */
void highwayhash256_many(
    const uint64_t *_Nonnull key, const void *_Nonnull const *_Nonnull messages, size_t count, size_t size,
    void *_Nonnull const *_Nonnull digests);

void highwayhash256_portable(
    const uint64_t *_Nonnull key, const void *_Nullable message, size_t size, void *_Nonnull digest);

#if defined(__x86_64__)
void highwayhash256_avx2(
    const uint64_t *_Nonnull key, const void *_Nullable message, size_t size, void *_Nonnull digest);
/* Two messages, interleaved. */
void highwayhash256_2_avx2(
    const uint64_t *_Nonnull key, const void *_Nonnull const *_Nonnull messages, size_t size,
    void *_Nonnull const *_Nonnull digests);
/* Four messages, two to a register. */
void highwayhash256_4_avx512(
    const uint64_t *_Nonnull key, const void *_Nonnull const *_Nonnull messages, size_t size,
    void *_Nonnull const *_Nonnull digests);
#endif

/*
 * Cyclic redundancy checks, all reflected with all ones before and after. `crc` is the finished
 * value of the bytes so far (0 before the first), and so is the result.
 */

/* Polynomial 0x04c11db7, as in zlib. */
uint32_t crc32_ieee_portable(uint32_t crc, const void *_Nullable bytes, size_t size);
/* Polynomial 0x1edc6f41 (Castagnoli), as in iSCSI. */
uint32_t crc32c_portable(uint32_t crc, const void *_Nullable bytes, size_t size);

/* Polynomial 0xad93d23594c93659, as in NVM Express. */
uint64_t crc64_nvme(uint64_t crc, const void *_Nullable bytes, size_t size);
uint64_t crc64_nvme_portable(uint64_t crc, const void *_Nullable bytes, size_t size);
#if defined(__x86_64__)
uint64_t crc64_nvme_pclmul(uint64_t crc, const void *_Nullable bytes, size_t size);
#endif
