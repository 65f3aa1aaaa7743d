#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

/* Function-like macros of OpenSSL, which Swift does not see. */

static inline void openssl_free(void *memory) { OPENSSL_free(memory); }

/* Parameters, which keep the pointer to their name: Swift's copy of a name would be gone at once. */

static inline OSSL_PARAM openssl_mac_digest(char *name) {
    return OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
}
