// Debian's libldap, loaded when it is first needed: the program starts without it.
// No logic here beyond finding functions and moving fields; the Swift surface is the Directory module.
#ifndef CLDAP_H
#define CLDAP_H

#include <ldap.h>
#include <stddef.h>

// For LDAP_OPT_X_TLS_PROTOCOL_MIN: a macro of macros, which Swift does not see.
enum cldap_tls_version { cldap_tls_1_2 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2 };

// Loads the library, once. Returns NULL, or why it cannot be used: a text that stays where it is.
const char *cldap_load(void);

// All that follows only after a successful cldap_load(). Results are libldap's codes, 0 for success.

int cldap_open(LDAP **connection, const char *url);
// Connects, within LDAP_OPT_NETWORK_TIMEOUT, and sends nothing.
int cldap_connect(LDAP *connection);
// The connected socket; -1 where there is none.
int cldap_descriptor(LDAP *connection);
// Ends both directions: whoever reads or writes comes back with an error.
int cldap_cut(int descriptor);
// Says goodbye, closes, and frees.
void cldap_close(LDAP *connection);

int cldap_set_number(LDAP *connection, int option, int value);
int cldap_set_text(LDAP *connection, int option, const char *value);
// Less than zero: for ever.
int cldap_set_time(LDAP *connection, int option, long milliseconds);
// LDAP_OPT_OFF, which is a pointer.
int cldap_switch_off(LDAP *connection, int option);
// Messages that are larger end the connection.
int cldap_set_incoming_max(LDAP *connection, size_t size);

// Requests, whose answers are waited for by id.
int cldap_bind(LDAP *connection, const char *dn, const void *password, size_t size, int *id);
int cldap_start_tls(LDAP *connection, int *id);
// Entries' names only, without attributes and without following aliases.
int cldap_search(LDAP *connection, const char *base, int scope, const char *filter, int count_max, int *id);
void cldap_abandon(LDAP *connection, int id);

// The type of the next message of that request; 0 when none came in that time, -1 on failure.
int cldap_wait(LDAP *connection, int id, long milliseconds, LDAPMessage **message);
void cldap_free_message(LDAPMessage *message);
// The code in a final answer.
int cldap_answer(LDAP *connection, LDAPMessage *message, int *code);
// An entry's name, for cldap_free_text; NULL where there is none.
char *cldap_entry_name(LDAP *connection, LDAPMessage *entry);
void cldap_free_text(char *text);

// The handshake, on a connection on which both sides expect it.
int cldap_install_tls(LDAP *connection);
// The connection's last code.
int cldap_last_code(LDAP *connection);
const char *cldap_describe(int code);

#endif
