#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/close_range.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int clinux_epoll_add(int epoll, int fd, uint32_t interest, uint64_t token) {
    struct epoll_event event = {.events = interest, .data = {.u64 = token}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int clinux_epoll_delete(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }

int clinux_epoll_wait(int epoll, struct clinux_event *events, int timeout_ms) {
    struct epoll_event ready[CLINUX_EVENTS_MAX];
    int count = epoll_wait(epoll, ready, CLINUX_EVENTS_MAX, timeout_ms);
    for (int i = 0; i < count; i++) {
        events[i] = (struct clinux_event){.token = ready[i].data.u64, .ready = ready[i].events};
    }
    return count;
}

int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static socklen_t pack(const struct clinux_address *address, struct sockaddr_storage *storage) {
    memset(storage, 0, sizeof *storage);
    if (address->is_v6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(address->port);
        v6->sin6_scope_id = address->scope;
        memcpy(&v6->sin6_addr, address->bytes, 16);
        return sizeof *v6;
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address->port);
    memcpy(&v4->sin_addr, address->bytes, 4);
    return sizeof *v4;
}

static void unpack(const struct sockaddr_storage *storage, struct clinux_address *address) {
    memset(address, 0, sizeof *address);
    if (storage->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)storage;
        address->is_v6 = 1;
        address->port = ntohs(v6->sin6_port);
        address->scope = v6->sin6_scope_id;
        memcpy(address->bytes, &v6->sin6_addr, 16);
    } else if (storage->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)storage;
        address->port = ntohs(v4->sin_port);
        memcpy(address->bytes, &v4->sin_addr, 4);
    }
}

int clinux_tcp_socket(int is_v6) {
    return socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int clinux_bind(int fd, const struct clinux_address *address) {
    struct sockaddr_storage storage;
    socklen_t size = pack(address, &storage);
    return bind(fd, (struct sockaddr *)&storage, size);
}

int clinux_connect(int fd, const struct clinux_address *address) {
    struct sockaddr_storage storage;
    socklen_t size = pack(address, &storage);
    return connect(fd, (struct sockaddr *)&storage, size);
}

int clinux_accept(int fd, struct clinux_address *peer) {
    struct sockaddr_storage storage = {0};
    socklen_t size = sizeof storage;
    int accepted = accept4(fd, (struct sockaddr *)&storage, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) unpack(&storage, peer);
    return accepted;
}

int clinux_local_address(int fd, struct clinux_address *address) {
    struct sockaddr_storage storage = {0};
    socklen_t size = sizeof storage;
    int result = getsockname(fd, (struct sockaddr *)&storage, &size);
    if (result == 0) unpack(&storage, address);
    return result;
}

static int set(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value);
}

int clinux_set_reuse_address(int fd) { return set(fd, SOL_SOCKET, SO_REUSEADDR, 1); }
int clinux_set_reuse_port(int fd) { return set(fd, SOL_SOCKET, SO_REUSEPORT, 1); }
int clinux_set_no_delay(int fd) { return set(fd, IPPROTO_TCP, TCP_NODELAY, 1); }
int clinux_set_keep_alive(int fd) { return set(fd, SOL_SOCKET, SO_KEEPALIVE, 1); }
int clinux_set_v6_only(int fd, int on) { return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, on); }
int clinux_set_send_buffer(int fd, int size) { return set(fd, SOL_SOCKET, SO_SNDBUF, size); }
int clinux_set_receive_buffer(int fd, int size) { return set(fd, SOL_SOCKET, SO_RCVBUF, size); }

int clinux_set_linger_zero(int fd) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

int clinux_socket_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    int result = getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return result == 0 ? error : -1;
}

ssize_t clinux_receive(int fd, void *bytes, size_t size) { return recv(fd, bytes, size, 0); }

ssize_t clinux_send(int fd, const void *first, size_t first_size, const void *second, size_t second_size) {
    struct iovec parts[2] = {
        {.iov_base = (void *)first, .iov_len = first_size},
        {.iov_base = (void *)second, .iov_len = second_size},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

int clinux_resolve(const char *host, struct clinux_address *addresses, int capacity) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int result = getaddrinfo(host, NULL, &hints, &found);
    if (result != 0) return result < 0 ? result : -result;
    int count = 0;
    for (struct addrinfo *each = found; each != NULL && count < capacity; each = each->ai_next) {
        if (each->ai_family != AF_INET && each->ai_family != AF_INET6) continue;
        struct sockaddr_storage storage = {0};
        memcpy(&storage, each->ai_addr, each->ai_addrlen);
        unpack(&storage, &addresses[count++]);
    }
    freeaddrinfo(found);
    return count;
}

const char *clinux_resolve_error(int code) { return gai_strerror(code); }

static void stop_signals(sigset_t *signals) {
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGHUP);
}

int clinux_block_stop_signals(void) {
    sigset_t signals;
    stop_signals(&signals);
    int result = pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (result == 0) return 0;
    errno = result;
    return -1;
}

int clinux_signalfd(void) {
    sigset_t signals;
    stop_signals(&signals);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_read_signal(int fd) {
    struct signalfd_siginfo info;
    ssize_t size = read(fd, &info, sizeof info);
    return size == (ssize_t)sizeof info ? (int)info.ssi_signo : -1;
}

int clinux_ignore_sigpipe(void) { return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0; }

int clinux_close_on_exec_from(unsigned first) { return close_range(first, ~0u, CLOSE_RANGE_CLOEXEC); }
