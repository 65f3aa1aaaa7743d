#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* Function-like macros of OpenSSL, which Swift does not see. */

static inline long tls_context_set_version_min(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}

static inline long tls_context_set_mode(SSL_CTX *context, long mode) { return SSL_CTX_set_mode(context, mode); }

static inline long tls_context_set_session_cache(SSL_CTX *context, long mode) {
    return SSL_CTX_set_session_cache_mode(context, mode);
}

static inline void tls_context_set_name_callback(
    SSL_CTX *context, int (*callback)(SSL *, int *, void *), void *argument) {
    SSL_CTX_set_tlsext_servername_callback(context, callback);
    SSL_CTX_set_tlsext_servername_arg(context, argument);
}

static inline long tls_session_set_name(SSL *session, const char *name) {
    return SSL_set_tlsext_host_name(session, (void *)name);
}

/* SSL_OP_* are 64-bit macros with casts. */
static inline void tls_context_set_server_options(SSL_CTX *context) {
    SSL_CTX_set_options(
        context,
        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
            | SSL_OP_IGNORE_UNEXPECTED_EOF);
}

/* Certificates of clients. */

static inline long tls_context_set_peer_chain_size_max(SSL_CTX *context, long size) {
    return SSL_CTX_set_max_cert_list(context, size);
}

/* No session is taken up again, in any version: with NO_TICKET TLS 1.3 would still send references into the cache. */
static inline int tls_context_disable_resumption(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    return SSL_CTX_set_num_tickets(context, 0);
}

static inline int tls_certificate_count(const STACK_OF(X509) *certificates) { return sk_X509_num(certificates); }

static inline X509 *tls_certificate_at(const STACK_OF(X509) *certificates, int index) {
    return sk_X509_value(certificates, index);
}
