#include "highwayhash256.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX2_INLINE static inline __attribute__((target("avx2"), always_inline))
#define AVX512 __attribute__((target("avx2,avx512f,avx512bw")))
#define AVX512_INLINE static inline __attribute__((target("avx2,avx512f,avx512bw"), always_inline))

/* Byte i of each 128-bit half of a zipped vector is byte order[i] of the half it came from. */
#define ZIPPER_ORDER 0x070806090d0a040b, 0x000f010e05020c03

/* One message: a register holds all four lanes. */
typedef struct {
    __m256i v0, v1, mul0, mul1;
} state_256;

/* Two messages: the lower half of a register holds one's lanes, the upper half the other's. */
typedef struct {
    __m512i v0, v1, mul0, mul1;
} state_512;

AVX2_INLINE __m256i load_256(const void *bytes) { return _mm256_loadu_si256(bytes); }

AVX2_INLINE state_256 start_256(const uint64_t *key) {
    const __m256i words = load_256(key);
    state_256 state;
    state.mul0 = load_256(highwayhash_mul0);
    state.mul1 = load_256(highwayhash_mul1);
    state.v0 = _mm256_xor_si256(state.mul0, words);
    state.v1 = _mm256_xor_si256(state.mul1, _mm256_shuffle_epi32(words, 0xb1));
    return state;
}

AVX2_INLINE void absorb_256(state_256 *state, __m256i packet) {
    const __m256i order = _mm256_set_epi64x(ZIPPER_ORDER, ZIPPER_ORDER);
    state->v1 = _mm256_add_epi64(state->v1, _mm256_add_epi64(state->mul0, packet));
    state->mul0 = _mm256_xor_si256(state->mul0, _mm256_mul_epu32(state->v1, _mm256_srli_epi64(state->v0, 32)));
    state->v0 = _mm256_add_epi64(state->v0, state->mul1);
    state->mul1 = _mm256_xor_si256(state->mul1, _mm256_mul_epu32(state->v0, _mm256_srli_epi64(state->v1, 32)));
    state->v0 = _mm256_add_epi64(state->v0, _mm256_shuffle_epi8(state->v1, order));
    state->v1 = _mm256_add_epi64(state->v1, _mm256_shuffle_epi8(state->v0, order));
}

AVX2_INLINE void absorb_rest_256(state_256 *state, const uint8_t *rest, size_t size) {
    uint8_t packet[packet_size];
    const __m256i left = _mm256_set1_epi32((int)size), right = _mm256_set1_epi32(32 - (int)size);
    state->v0 = _mm256_add_epi64(state->v0, left);
    state->v1 = _mm256_or_si256(_mm256_sllv_epi32(state->v1, left), _mm256_srlv_epi32(state->v1, right));
    highwayhash_last_packet(rest, size, packet);
    absorb_256(state, load_256(packet));
}

/* `rest` is what the message has after its whole packets. */
AVX2_INLINE void finish_256(state_256 state, const uint8_t *rest, size_t rest_size, void *digest) {
    highwayhash_state words;
    if (rest_size) absorb_rest_256(&state, rest, rest_size);
    for (int round = 0; round < final_rounds; round++)
        absorb_256(&state, _mm256_shuffle_epi32(_mm256_permute4x64_epi64(state.v0, 0x4e), 0xb1));
    _mm256_storeu_si256((__m256i *)words.v0, state.v0);
    _mm256_storeu_si256((__m256i *)words.v1, state.v1);
    _mm256_storeu_si256((__m256i *)words.mul0, state.mul0);
    _mm256_storeu_si256((__m256i *)words.mul1, state.mul1);
    highwayhash_digest(&words, digest);
}

AVX2 void highwayhash256_avx2(const uint64_t *key, const void *message, size_t size, void *digest) {
    const size_t rest_size = size % packet_size, whole_size = size - rest_size;
    const uint8_t *bytes = message;
    state_256 state = start_256(key);
    for (size_t offset = 0; offset < whole_size; offset += packet_size)
        absorb_256(&state, load_256(bytes + offset));
    finish_256(state, rest_size ? bytes + whole_size : NULL, rest_size, digest);
}

AVX2 void highwayhash256_2_avx2(
    const uint64_t *key, const void *const *messages, size_t size, void *const *digests) {
    const size_t rest_size = size % packet_size, whole_size = size - rest_size;
    const uint8_t *first = messages[0], *second = messages[1];
    state_256 state0 = start_256(key), state1 = state0;
    for (size_t offset = 0; offset < whole_size; offset += packet_size) {
        absorb_256(&state0, load_256(first + offset));
        absorb_256(&state1, load_256(second + offset));
    }
    finish_256(state0, first + whole_size, rest_size, digests[0]);
    finish_256(state1, second + whole_size, rest_size, digests[1]);
}

AVX512_INLINE void absorb_512(state_512 *state, __m512i packets) {
    const __m512i order = _mm512_set_epi64(ZIPPER_ORDER, ZIPPER_ORDER, ZIPPER_ORDER, ZIPPER_ORDER);
    state->v1 = _mm512_add_epi64(state->v1, _mm512_add_epi64(state->mul0, packets));
    state->mul0 = _mm512_xor_si512(state->mul0, _mm512_mul_epu32(state->v1, _mm512_srli_epi64(state->v0, 32)));
    state->v0 = _mm512_add_epi64(state->v0, state->mul1);
    state->mul1 = _mm512_xor_si512(state->mul1, _mm512_mul_epu32(state->v0, _mm512_srli_epi64(state->v1, 32)));
    state->v0 = _mm512_add_epi64(state->v0, _mm512_shuffle_epi8(state->v1, order));
    state->v1 = _mm512_add_epi64(state->v1, _mm512_shuffle_epi8(state->v0, order));
}

AVX512_INLINE __m512i join_512(__m256i lower, __m256i upper) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(lower), upper, 1);
}

AVX512_INLINE state_256 lower_256(state_512 state) {
    return (state_256){
        _mm512_castsi512_si256(state.v0), _mm512_castsi512_si256(state.v1), _mm512_castsi512_si256(state.mul0),
        _mm512_castsi512_si256(state.mul1)};
}

AVX512_INLINE state_256 upper_256(state_512 state) {
    return (state_256){
        _mm512_extracti64x4_epi64(state.v0, 1), _mm512_extracti64x4_epi64(state.v1, 1),
        _mm512_extracti64x4_epi64(state.mul0, 1), _mm512_extracti64x4_epi64(state.mul1, 1)};
}

AVX512 void highwayhash256_4_avx512(
    const uint64_t *key, const void *const *messages, size_t size, void *const *digests) {
    const size_t rest_size = size % packet_size, whole_size = size - rest_size;
    const uint8_t *first = messages[0], *second = messages[1], *third = messages[2], *fourth = messages[3];
    const state_256 start = start_256(key);
    state_512 state01 = {
        join_512(start.v0, start.v0), join_512(start.v1, start.v1), join_512(start.mul0, start.mul0),
        join_512(start.mul1, start.mul1)};
    state_512 state23 = state01;
    for (size_t offset = 0; offset < whole_size; offset += packet_size) {
        absorb_512(&state01, join_512(load_256(first + offset), load_256(second + offset)));
        absorb_512(&state23, join_512(load_256(third + offset), load_256(fourth + offset)));
    }
    finish_256(lower_256(state01), first + whole_size, rest_size, digests[0]);
    finish_256(upper_256(state01), second + whole_size, rest_size, digests[1]);
    finish_256(lower_256(state23), third + whole_size, rest_size, digests[2]);
    finish_256(upper_256(state23), fourth + whole_size, rest_size, digests[3]);
}

#endif
