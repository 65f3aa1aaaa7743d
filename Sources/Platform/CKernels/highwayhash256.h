/*
 * What the HighwayHash kernels share. The state is four vectors of four 64-bit lanes; a packet of
 * 32 message bytes is one such vector.
 *
 *     message   | packet | packet | … | rest, 0…31 bytes |
 *               mixed in as they are    stuffed into one more packet, its size mixed in first
 *     then ten rounds of the state's own v0, then 1024 bits folded to 256
 */
#pragma once

#include "CKernels.h"

#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the kernels read packets as little-endian words"
#endif

enum { packet_size = 32, final_rounds = 10 };

static const uint64_t highwayhash_mul0[4] = {
    0xdbe6d5d5fe4cce2f, 0xa4093822299f31d0, 0x13198a2e03707344, 0x243f6a8885a308d3};
static const uint64_t highwayhash_mul1[4] = {
    0x3bd39e10cb0ef593, 0xc0acf169b5f18a8c, 0xbe5466cf34e90c6c, 0x452821e638d01377};

typedef struct {
    uint64_t v0[4], v1[4], mul0[4], mul1[4];
} highwayhash_state;

static inline uint64_t swap_halves(uint64_t word) { return word >> 32 | word << 32; }

static inline void highwayhash_start(highwayhash_state *state, const uint64_t *key) {
    for (int lane = 0; lane < 4; lane++) {
        state->mul0[lane] = highwayhash_mul0[lane];
        state->mul1[lane] = highwayhash_mul1[lane];
        state->v0[lane] = highwayhash_mul0[lane] ^ key[lane];
        state->v1[lane] = highwayhash_mul1[lane] ^ swap_halves(key[lane]);
    }
}

/* The packet that stands for the last `size` bytes, 1…31: whole words in place, the odd bytes at
 * the end of the packet, or spread behind its middle when there is room. */
static inline void highwayhash_last_packet(const uint8_t *rest, size_t size, uint8_t packet[packet_size]) {
    const size_t odd_size = size & 3;
    const uint8_t *odd = rest + (size - odd_size);
    memset(packet, 0, packet_size);
    memcpy(packet, rest, size - odd_size);
    if (size & 16) {
        /* The last four bytes, some of which may stand in the words above as well. */
        memcpy(packet + 28, odd + odd_size - 4, 4);
    } else if (odd_size) {
        packet[16] = odd[0];
        packet[17] = odd[odd_size >> 1];
        packet[18] = odd[odd_size - 1];
    }
}

static inline void highwayhash_reduce(
    uint64_t a3, uint64_t a2, uint64_t a1, uint64_t a0, uint64_t *high, uint64_t *low) {
    a3 &= 0x3fffffffffffffff;
    *high = a1 ^ (a3 << 1 | a2 >> 63) ^ (a3 << 2 | a2 >> 62);
    *low = a0 ^ a2 << 1 ^ a2 << 2;
}

static inline void highwayhash_digest(const highwayhash_state *state, void *digest) {
    uint64_t words[4];
    for (int lane = 0; lane < 4; lane += 2) {
        highwayhash_reduce(
            state->v1[lane + 1] + state->mul1[lane + 1], state->v1[lane] + state->mul1[lane],
            state->v0[lane + 1] + state->mul0[lane + 1], state->v0[lane] + state->mul0[lane], &words[lane + 1],
            &words[lane]);
    }
    memcpy(digest, words, sizeof words);
}
