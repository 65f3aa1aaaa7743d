#include "CKernels.h"

#include <pthread.h>
#include <string.h>

/* 0xad93d23594c93659 with its bits in reverse: in a reflected register bit 63 is x^0. */
static const uint64_t reflected_polynomial = 0x9a6c9329ac4bc9b5;

/* slices[n][b] is what byte b does to the register when n more bytes follow it. */
static uint64_t slices[8][256];

/* To multiply by x^n, a carry-less product of reflected words needs x^(n - 1): it comes out one
 * bit low. Each pair moves the earlier and the later half of 16 bytes. */
static struct {
    uint64_t over_64_bytes[2], over_16_bytes[2];
} folds;

static pthread_once_t built = PTHREAD_ONCE_INIT;

static uint64_t times_x(uint64_t word) { return word >> 1 ^ (word & 1 ? reflected_polynomial : 0); }

/* x^exponent modulo the polynomial. */
static uint64_t power_of_x(int exponent) {
    uint64_t word = (uint64_t)1 << 63;
    while (exponent--) word = times_x(word);
    return word;
}

static void build(void) {
    for (int byte = 0; byte < 256; byte++) {
        uint64_t crc = (uint64_t)byte;
        for (int bit = 0; bit < 8; bit++) crc = times_x(crc);
        slices[0][byte] = crc;
    }
    for (int slice = 1; slice < 8; slice++) {
        for (int byte = 0; byte < 256; byte++) {
            const uint64_t before = slices[slice - 1][byte];
            slices[slice][byte] = before >> 8 ^ slices[0][before & 255];
        }
    }
    folds.over_64_bytes[0] = power_of_x(512 + 64 - 1);
    folds.over_64_bytes[1] = power_of_x(512 - 1);
    folds.over_16_bytes[0] = power_of_x(128 + 64 - 1);
    folds.over_16_bytes[1] = power_of_x(128 - 1);
}

/* The bare register, without the inversions before and after. */
static uint64_t update(uint64_t crc, const uint8_t *bytes, size_t size) {
    for (; size >= 8; size -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, sizeof word);
        word ^= crc;
        crc = slices[7][word & 255] ^ slices[6][word >> 8 & 255] ^ slices[5][word >> 16 & 255]
            ^ slices[4][word >> 24 & 255] ^ slices[3][word >> 32 & 255] ^ slices[2][word >> 40 & 255]
            ^ slices[1][word >> 48 & 255] ^ slices[0][word >> 56];
    }
    for (; size; size--, bytes++) crc = crc >> 8 ^ slices[0][(crc ^ *bytes) & 255];
    return crc;
}

uint64_t crc64_nvme_portable(uint64_t crc, const void *bytes, size_t size) {
    pthread_once(&built, build);
    return ~update(~crc, bytes, size);
}

#if defined(__x86_64__)

#include <immintrin.h>

#define PCLMUL __attribute__((target("sse4.1,pclmul")))
#define PCLMUL_INLINE static inline __attribute__((target("sse4.1,pclmul"), always_inline))

PCLMUL_INLINE __m128i load(const uint8_t *bytes) { return _mm_loadu_si128((const __m128i *)bytes); }

/* Moves 16 bytes of message forward onto `later`, which lies as far ahead as `fold` says. */
PCLMUL_INLINE __m128i folded(__m128i bytes, __m128i fold, __m128i later) {
    const __m128i earlier_half = _mm_clmulepi64_si128(bytes, fold, 0x00);
    const __m128i later_half = _mm_clmulepi64_si128(bytes, fold, 0x11);
    return _mm_xor_si128(_mm_xor_si128(earlier_half, later_half), later);
}

/* Folding turns the message into 16 bytes with the same remainder; the tables do those and the
 * bytes after the last whole 16. */
PCLMUL uint64_t crc64_nvme_pclmul(uint64_t crc, const void *message, size_t size) {
    const uint8_t *bytes = message;
    pthread_once(&built, build);
    if (size < 64) return ~update(~crc, bytes, size);

    const __m128i over_64 = load((const uint8_t *)folds.over_64_bytes);
    const __m128i over_16 = load((const uint8_t *)folds.over_16_bytes);
    /* What came before acts as if added to the first eight bytes. */
    __m128i a = _mm_xor_si128(load(bytes), _mm_cvtsi64_si128((long long)~crc));
    __m128i b = load(bytes + 16), c = load(bytes + 32), d = load(bytes + 48);
    for (bytes += 64, size -= 64; size >= 64; bytes += 64, size -= 64) {
        a = folded(a, over_64, load(bytes));
        b = folded(b, over_64, load(bytes + 16));
        c = folded(c, over_64, load(bytes + 32));
        d = folded(d, over_64, load(bytes + 48));
    }
    d = folded(folded(folded(a, over_16, b), over_16, c), over_16, d);
    for (; size >= 16; bytes += 16, size -= 16) d = folded(d, over_16, load(bytes));

    uint8_t remainder[16];
    _mm_storeu_si128((__m128i *)remainder, d);
    return ~update(update(0, remainder, sizeof remainder), bytes, size);
}

#endif

uint64_t crc64_nvme(uint64_t crc, const void *bytes, size_t size) {
#if defined(__x86_64__)
    if (processor_has_pclmul()) return crc64_nvme_pclmul(crc, bytes, size);
#endif
    return crc64_nvme_portable(crc, bytes, size);
}
