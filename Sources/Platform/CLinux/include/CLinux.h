// Linux calls that Swift cannot import safely as they stand: unions, macros, address families.
// No logic here beyond moving fields; the Swift surface is the Posix module.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

enum { CLINUX_EVENTS_MAX = 256 };

// An epoll_event without its union of pointers.
struct clinux_event {
    uint64_t token;
    uint32_t ready;
};

int clinux_epoll_create(void);
// `interest` is EPOLL* bits; the caller adds EPOLLET where it wants edges.
int clinux_epoll_add(int epoll, int fd, uint32_t interest, uint64_t token);
int clinux_epoll_delete(int epoll, int fd);
// Fills at most CLINUX_EVENTS_MAX entries of `events`; returns how many, or -1 with errno.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int timeout_ms);

// A non-blocking eventfd.
int clinux_eventfd(void);

// An IPv4 or IPv6 socket address in one shape. `is_v6` 0 uses the first four bytes.
// `port` is in host order, `scope` is the IPv6 interface index.
struct clinux_address {
    uint8_t bytes[16];
    uint32_t scope;
    uint16_t port;
    uint8_t is_v6;
};

// A non-blocking, close-on-exec TCP socket.
int clinux_tcp_socket(int is_v6);
int clinux_bind(int fd, const struct clinux_address *address);
// EINPROGRESS is how a non-blocking connect starts.
int clinux_connect(int fd, const struct clinux_address *address);
// The accepted socket is non-blocking and close-on-exec.
int clinux_accept(int fd, struct clinux_address *peer);
int clinux_local_address(int fd, struct clinux_address *address);

int clinux_set_reuse_address(int fd);
int clinux_set_reuse_port(int fd);
int clinux_set_no_delay(int fd);
int clinux_set_keep_alive(int fd);
int clinux_set_v6_only(int fd, int on);
int clinux_set_send_buffer(int fd, int size);
int clinux_set_receive_buffer(int fd, int size);
// close(2) then resets the connection and discards what was not sent.
int clinux_set_linger_zero(int fd);
// SO_ERROR: 0 or an errno value; -1 with errno when the call itself failed.
int clinux_socket_error(int fd);

ssize_t clinux_receive(int fd, void *bytes, size_t size);
// One sendmsg of two stretches, with MSG_NOSIGNAL. A stretch may be empty.
ssize_t clinux_send(int fd, const void *first, size_t first_size, const void *second, size_t second_size);

// A host name's addresses, at most `capacity` of them. Blocks.
// Returns how many were filled, or minus an EAI_* number.
int clinux_resolve(const char *host, struct clinux_address *addresses, int capacity);
const char *clinux_resolve_error(int code);

// Blocks SIGTERM, SIGINT and SIGHUP in the calling thread; threads it starts inherit that.
int clinux_block_stop_signals(void);
// A non-blocking signalfd for those three.
int clinux_signalfd(void);
// The next signal's number, or -1 with errno.
int clinux_read_signal(int fd);
// Writing to a closed pipe or socket becomes an error instead of the end of the process.
int clinux_ignore_sigpipe(void);

// Closes every descriptor from `first` on when a program is run. ENOSYS before Linux 5.11.
int clinux_close_on_exec_from(unsigned first);

#endif
