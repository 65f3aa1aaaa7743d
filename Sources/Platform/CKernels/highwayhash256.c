#include "highwayhash256.h"

/* Spreads the bytes of two lanes over each other; the SIMD kernels do the same with one shuffle. */
static void zipper_merge_and_add(uint64_t v1, uint64_t v0, uint64_t *add1, uint64_t *add0) {
    *add0 += ((v0 & 0xff000000) | (v1 & 0xff00000000)) >> 24
        | ((v0 & 0xff0000000000) | (v1 & 0xff000000000000)) >> 16 | (v0 & 0xff0000) | (v0 & 0xff00) << 32
        | (v1 & 0xff00000000000000) >> 8 | v0 << 56;
    *add1 += ((v1 & 0xff000000) | (v0 & 0xff00000000)) >> 24 | (v1 & 0xff0000) | (v1 & 0xff0000000000) >> 16
        | (v1 & 0xff00) << 24 | (v0 & 0xff000000000000) >> 8 | (v1 & 0xff) << 48 | (v0 & 0xff00000000000000);
}

static void absorb(highwayhash_state *state, const uint64_t packet[4]) {
    for (int lane = 0; lane < 4; lane++) {
        state->v1[lane] += state->mul0[lane] + packet[lane];
        state->mul0[lane] ^= (state->v1[lane] & 0xffffffff) * (state->v0[lane] >> 32);
        state->v0[lane] += state->mul1[lane];
        state->mul1[lane] ^= (state->v0[lane] & 0xffffffff) * (state->v1[lane] >> 32);
    }
    zipper_merge_and_add(state->v1[1], state->v1[0], &state->v0[1], &state->v0[0]);
    zipper_merge_and_add(state->v1[3], state->v1[2], &state->v0[3], &state->v0[2]);
    zipper_merge_and_add(state->v0[1], state->v0[0], &state->v1[1], &state->v1[0]);
    zipper_merge_and_add(state->v0[3], state->v0[2], &state->v1[3], &state->v1[2]);
}

static void absorb_bytes(highwayhash_state *state, const uint8_t *bytes) {
    uint64_t packet[4];
    memcpy(packet, bytes, sizeof packet);
    absorb(state, packet);
}

static uint64_t rotate_each_half(uint64_t word, unsigned count) {
    const uint32_t low = (uint32_t)word, high = (uint32_t)(word >> 32);
    return (uint64_t)(uint32_t)(high << count | high >> (32 - count)) << 32
        | (uint32_t)(low << count | low >> (32 - count));
}

static void absorb_rest(highwayhash_state *state, const uint8_t *rest, size_t size) {
    uint8_t packet[packet_size];
    for (int lane = 0; lane < 4; lane++) {
        state->v0[lane] += (uint64_t)size << 32 | size;
        state->v1[lane] = rotate_each_half(state->v1[lane], (unsigned)size);
    }
    highwayhash_last_packet(rest, size, packet);
    absorb_bytes(state, packet);
}

void highwayhash256_portable(const uint64_t *key, const void *message, size_t size, void *digest) {
    highwayhash_state state;
    const uint8_t *bytes = message;
    highwayhash_start(&state, key);
    for (; size >= packet_size; size -= packet_size, bytes += packet_size) absorb_bytes(&state, bytes);
    if (size) absorb_rest(&state, bytes, size);
    for (int round = 0; round < final_rounds; round++) {
        const uint64_t packet[4] = {
            swap_halves(state.v0[2]), swap_halves(state.v0[3]), swap_halves(state.v0[0]), swap_halves(state.v0[1])};
        absorb(&state, packet);
    }
    highwayhash_digest(&state, digest);
}

void highwayhash256(const uint64_t *key, const void *message, size_t size, void *digest) {
#if defined(__x86_64__)
    if (processor_has_avx2()) {
        highwayhash256_avx2(key, message, size, digest);
        return;
    }
#endif
    highwayhash256_portable(key, message, size, digest);
}

void highwayhash256_many(
    const uint64_t *key, const void *const *messages, size_t count, size_t size, void *const *digests) {
    size_t index = 0;
#if defined(__x86_64__)
    if (processor_has_avx512()) {
        for (; count - index >= 4; index += 4)
            highwayhash256_4_avx512(key, messages + index, size, digests + index);
    }
    if (processor_has_avx2()) {
        for (; count - index >= 2; index += 2)
            highwayhash256_2_avx2(key, messages + index, size, digests + index);
    }
#endif
    for (; index < count; index++) highwayhash256(key, messages[index], size, digests[index]);
}
