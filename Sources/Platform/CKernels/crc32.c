#include "CKernels.h"

#include <pthread.h>
#include <string.h>

/* Eight bytes a step: slices[n][b] is what byte b does to the register when n more bytes follow it. */
typedef struct {
    uint32_t slices[8][256];
} crc32_tables;

static crc32_tables ieee, castagnoli;
static pthread_once_t built = PTHREAD_ONCE_INIT;

static void build_tables(crc32_tables *tables, uint32_t reflected_polynomial) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? reflected_polynomial : 0);
        tables->slices[0][byte] = crc;
    }
    for (int slice = 1; slice < 8; slice++) {
        for (int byte = 0; byte < 256; byte++) {
            const uint32_t before = tables->slices[slice - 1][byte];
            tables->slices[slice][byte] = before >> 8 ^ tables->slices[0][before & 255];
        }
    }
}

static void build(void) {
    build_tables(&ieee, 0xedb88320);
    build_tables(&castagnoli, 0x82f63b78);
}

static uint32_t update(const crc32_tables *tables, uint32_t crc, const uint8_t *bytes, size_t size) {
    const uint32_t(*slices)[256] = tables->slices;
    crc = ~crc;
    for (; size >= 8; size -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, sizeof word);
        word ^= crc;
        crc = slices[7][word & 255] ^ slices[6][word >> 8 & 255] ^ slices[5][word >> 16 & 255]
            ^ slices[4][word >> 24 & 255] ^ slices[3][word >> 32 & 255] ^ slices[2][word >> 40 & 255]
            ^ slices[1][word >> 48 & 255] ^ slices[0][word >> 56];
    }
    for (; size; size--, bytes++) crc = crc >> 8 ^ slices[0][(crc ^ *bytes) & 255];
    return ~crc;
}

uint32_t crc32_ieee_portable(uint32_t crc, const void *bytes, size_t size) {
    pthread_once(&built, build);
    return update(&ieee, crc, bytes, size);
}

uint32_t crc32c_portable(uint32_t crc, const void *bytes, size_t size) {
    pthread_once(&built, build);
    return update(&castagnoli, crc, bytes, size);
}
