#pragma once
/* The check is of macros, and the functions below have types. */
#define CURL_DISABLE_TYPECHECK
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Swift calls no variadic functions. */

static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
/* Texts are copied, and so is the body of CURLOPT_COPYPOSTFIELDS once its size is set. */
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_bytes_callback(
    CURL *handle, CURLoption option, size_t (*callback)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(handle, option, callback);
}
static inline CURLcode ccurl_set_socket_callback(
    CURL *handle, curl_socket_t (*callback)(void *, curlsocktype, struct curl_sockaddr *)) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode ccurl_status(CURL *handle, long *status) {
    return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, status);
}

/* Whether the message ends a transfer; the result is in a union. */
static inline int ccurl_ends(const CURLMsg *message, CURLcode *result) {
    if (message->msg != CURLMSG_DONE) return 0;
    *result = message->data.result;
    return 1;
}

/* A function-like macro and a cast. */
static inline int ccurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1; }
static inline curl_socket_t ccurl_no_socket(void) { return CURL_SOCKET_BAD; }

/* Opens the socket that libcurl asks for. */
static inline curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* The address's 4 or 16 bytes in network order; returns how many, 0 for another family. */
static inline int ccurl_address_bytes(const struct curl_sockaddr *address, unsigned char bytes[16]) {
    if (address->family == AF_INET && address->addrlen >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in value;
        memcpy(&value, &address->addr, sizeof value);
        memcpy(bytes, &value.sin_addr, 4);
        return 4;
    }
    if (address->family == AF_INET6 && address->addrlen >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 value;
        memcpy(&value, &address->addr, sizeof value);
        memcpy(bytes, &value.sin6_addr, 16);
        return 16;
    }
    return 0;
}

/* inet_pton(3): 1 for four decimal numbers, or for an IPv6 address without a zone. */
static inline int ccurl_parse_v4(const char *text, unsigned char bytes[16]) {
    return inet_pton(AF_INET, text, bytes);
}
static inline int ccurl_parse_v6(const char *text, unsigned char bytes[16]) {
    return inet_pton(AF_INET6, text, bytes);
}
