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
