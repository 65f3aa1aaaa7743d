#define _GNU_SOURCE
#include "CLDAP.h"

#include <dlfcn.h>
#include <lber.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>

static struct {
    __typeof__(&ldap_initialize) initialize;
    __typeof__(&ldap_connect) connect;
    __typeof__(&ldap_unbind_ext) unbind;
    __typeof__(&ldap_set_option) set_option;
    __typeof__(&ldap_get_option) get_option;
    __typeof__(&ldap_sasl_bind) bind;
    __typeof__(&ldap_start_tls) start_tls;
    __typeof__(&ldap_install_tls) install_tls;
    __typeof__(&ldap_search_ext) search;
    __typeof__(&ldap_abandon_ext) abandon;
    __typeof__(&ldap_result) result;
    __typeof__(&ldap_msgfree) free_message;
    __typeof__(&ldap_parse_result) parse_result;
    __typeof__(&ldap_get_dn) get_dn;
    __typeof__(&ldap_memfree) free_text;
    __typeof__(&ldap_err2string) describe;
    __typeof__(&ber_sockbuf_ctrl) control_socket;
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[256];
static int is_loaded;

static int find(void *handle, const char *name, void *place) {
    void *function = dlsym(handle, name);
    if (!function) {
        snprintf(failure, sizeof failure, "%s is missing", name);
        return 0;
    }
    // The way POSIX gives for a function's address in a void pointer.
    *(void **)place = function;
    return 1;
}

static void load(void) {
    // The names of 2.5 and 2.6; ldap.h's interface is the same.
    void *handle = dlopen("libldap-2.5.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!handle) handle = dlopen("libldap.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(failure, sizeof failure, "neither libldap-2.5.so.0 nor libldap.so.2 can be loaded");
        return;
    }
    is_loaded = find(handle, "ldap_initialize", &library.initialize)
        && find(handle, "ldap_connect", &library.connect)
        && find(handle, "ldap_unbind_ext", &library.unbind) && find(handle, "ldap_set_option", &library.set_option)
        && find(handle, "ldap_get_option", &library.get_option) && find(handle, "ldap_sasl_bind", &library.bind)
        && find(handle, "ldap_start_tls", &library.start_tls)
        && find(handle, "ldap_install_tls", &library.install_tls)
        && find(handle, "ldap_search_ext", &library.search) && find(handle, "ldap_abandon_ext", &library.abandon)
        && find(handle, "ldap_result", &library.result) && find(handle, "ldap_msgfree", &library.free_message)
        && find(handle, "ldap_parse_result", &library.parse_result)
        && find(handle, "ldap_get_dn", &library.get_dn) && find(handle, "ldap_memfree", &library.free_text)
        && find(handle, "ldap_err2string", &library.describe)
        && find(handle, "ber_sockbuf_ctrl", &library.control_socket);
}

const char *cldap_load(void) {
    pthread_once(&once, load);
    return is_loaded ? NULL : failure;
}

int cldap_open(LDAP **connection, const char *url) { return library.initialize(connection, url); }

int cldap_connect(LDAP *connection) { return library.connect(connection); }

int cldap_descriptor(LDAP *connection) {
    int descriptor = -1;
    return library.get_option(connection, LDAP_OPT_DESC, &descriptor) == LDAP_OPT_SUCCESS ? descriptor : -1;
}

int cldap_cut(int descriptor) { return shutdown(descriptor, SHUT_RDWR); }

void cldap_close(LDAP *connection) { library.unbind(connection, NULL, NULL); }

int cldap_set_number(LDAP *connection, int option, int value) {
    return library.set_option(connection, option, &value);
}

int cldap_set_text(LDAP *connection, int option, const char *value) {
    return library.set_option(connection, option, value);
}

static struct timeval time_of(long milliseconds) {
    return (struct timeval){.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
}

int cldap_set_time(LDAP *connection, int option, long milliseconds) {
    struct timeval time = time_of(milliseconds);
    // What libldap itself takes for no limit.
    if (milliseconds < 0) time = (struct timeval){.tv_sec = -1};
    return library.set_option(connection, option, &time);
}

int cldap_switch_off(LDAP *connection, int option) {
    return library.set_option(connection, option, LDAP_OPT_OFF);
}

int cldap_set_incoming_max(LDAP *connection, size_t size) {
    Sockbuf *socket = NULL;
    ber_len_t length = size;
    int code = library.get_option(connection, LDAP_OPT_SOCKBUF, &socket);
    if (code != LDAP_OPT_SUCCESS || !socket) return LDAP_OTHER;
    return library.control_socket(socket, LBER_SB_OPT_SET_MAX_INCOMING, &length) == 1 ? LDAP_SUCCESS : LDAP_OTHER;
}

int cldap_bind(LDAP *connection, const char *dn, const void *password, size_t size, int *id) {
    struct berval secret = {.bv_len = size, .bv_val = (char *)password};
    return library.bind(connection, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, id);
}

int cldap_start_tls(LDAP *connection, int *id) { return library.start_tls(connection, NULL, NULL, id); }

int cldap_install_tls(LDAP *connection) { return library.install_tls(connection); }

int cldap_search(LDAP *connection, const char *base, int scope, const char *filter, int count_max, int *id) {
    char *attributes[] = {LDAP_NO_ATTRS, NULL};
    return library.search(connection, base, scope, filter, attributes, 0, NULL, NULL, NULL, count_max, id);
}

void cldap_abandon(LDAP *connection, int id) { library.abandon(connection, id, NULL, NULL); }

int cldap_wait(LDAP *connection, int id, long milliseconds, LDAPMessage **message) {
    struct timeval time = time_of(milliseconds);
    return library.result(connection, id, LDAP_MSG_ONE, &time, message);
}

void cldap_free_message(LDAPMessage *message) { library.free_message(message); }

int cldap_answer(LDAP *connection, LDAPMessage *message, int *code) {
    return library.parse_result(connection, message, code, NULL, NULL, NULL, NULL, 0);
}

char *cldap_entry_name(LDAP *connection, LDAPMessage *entry) { return library.get_dn(connection, entry); }

void cldap_free_text(char *text) { library.free_text(text); }

int cldap_last_code(LDAP *connection) {
    int code = LDAP_OTHER;
    return library.get_option(connection, LDAP_OPT_RESULT_CODE, &code) == LDAP_OPT_SUCCESS ? code : LDAP_OTHER;
}

const char *cldap_describe(int code) { return library.describe(code); }
