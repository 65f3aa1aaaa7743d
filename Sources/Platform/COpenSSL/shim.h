#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

/* Function-like macros of OpenSSL, which Swift does not see. */

static inline void openssl_free(void *memory) { OPENSSL_free(memory); }

/* The public half of a key for EVP_PKEY_fromdata. */
static inline int openssl_public_key_selection(void) { return EVP_PKEY_PUBLIC_KEY; }

/* Parameters, which keep the pointer to their name: Swift's copy of a name would be gone at once. */

static inline OSSL_PARAM openssl_mac_digest(char *name) {
    return OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
}
static inline OSSL_PARAM openssl_rsa_modulus(unsigned char *number, size_t size) {
    return OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, number, size);
}
static inline OSSL_PARAM openssl_rsa_exponent(unsigned char *number, size_t size) {
    return OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, number, size);
}
static inline OSSL_PARAM openssl_ec_group(char *name) {
    return OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0);
}
static inline OSSL_PARAM openssl_ec_point(void *point, size_t size) {
    return OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, size);
}
