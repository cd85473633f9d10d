#ifndef FLOTILLA_CZEROMQ_SHIM_H
#define FLOTILLA_CZEROMQ_SHIM_H
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>
#include <zmq.h>

/* Glibc's Swift module lacks eventfd. */
static inline int flotilla_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline void flotilla_eventfd_ring(int fd) {
    uint64_t one = 1;
    ssize_t ignored = write(fd, &one, sizeof one);
    (void)ignored;
}

static inline void flotilla_eventfd_drain(int fd) {
    uint64_t count;
    ssize_t ignored = read(fd, &count, sizeof count);
    (void)ignored;
}

/* epoll over the descriptors of libzmq's sockets, each under a number of the caller's. */
static inline int flotilla_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int flotilla_epoll_add(int epoll, int fd, uint64_t number) {
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = number};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static inline int flotilla_epoll_remove(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }

/* How many numbers were written; -1 with errno. */
static inline int flotilla_epoll_wait(int epoll, uint64_t *numbers, int count, int milliseconds) {
    struct epoll_event events[256];
    int found = epoll_wait(epoll, events, count < 256 ? count : 256, milliseconds);
    for (int i = 0; i < found; i++) numbers[i] = events[i].data.u64;
    return found;
}

static inline void flotilla_close(int fd) { close(fd); }

/* errno as libzmq sees it: positive number, EAGAIN 11. */
static inline int flotilla_zmq_errno(void) { return zmq_errno(); }

/* Receives one frame without waiting. The message lives inside zmq_msg_t, so it is handed over by pointer and copied
   by the caller before flotilla_msg_close. Returns the size, or -1. */
static inline int flotilla_msg_receive(zmq_msg_t *message, void *socket, int *more) {
    zmq_msg_init(message);
    int size = zmq_msg_recv(message, socket, ZMQ_DONTWAIT);
    if (size < 0) {
        zmq_msg_close(message);
        return -1;
    }
    *more = zmq_msg_more(message);
    return size;
}

/* Ends the connection a message came over: libzmq closes the descriptor itself once it has seen the end. */
static inline void flotilla_hang_up(int fd) { (void)shutdown(fd, SHUT_RDWR); }

/* The descriptor a message came over, or -1. */
static inline int flotilla_msg_source(zmq_msg_t *message) { return zmq_msg_get(message, ZMQ_SRCFD); }

/* The port of an IPv4 socket's own end, 0 when the descriptor is no such socket. */
static inline uint16_t flotilla_local_port(int fd) {
    struct sockaddr_in own;
    socklen_t size = sizeof own;
    if (getsockname(fd, (struct sockaddr *)&own, &size) != 0 || own.sin_family != AF_INET) return 0;
    return ntohs(own.sin_port);
}

/* The other end of an IPv4 connection, address << 16 | port in host order; 0 when the descriptor is none. */
static inline uint64_t flotilla_peer(int fd) {
    struct sockaddr_in other;
    socklen_t size = sizeof other;
    if (getpeername(fd, (struct sockaddr *)&other, &size) != 0 || other.sin_family != AF_INET) return 0;
    return (uint64_t)ntohl(other.sin_addr.s_addr) << 16 | ntohs(other.sin_port);
}

enum { FLOTILLA_FILTER_MOST = 512 };

/* From now on a listening TCP socket drops the SYNs of these IPv4 addresses (host order), and lets of all others
   so many of 2^32 pass. The filter is copied to the connections that come of the socket: for anything that is not a
   SYN without ACK it says yes at once. At offset 0 is the TCP header; the IP header is before it. */
static inline int flotilla_filter_connections(int fd, const uint32_t *addresses, int count, uint32_t passing) {
    struct sock_filter code[16 + 2 * FLOTILLA_FILTER_MOST];
    unsigned short length = 0;
    if (count > FLOTILLA_FILTER_MOST) {
        errno = EINVAL;
        return -1;
    }
    struct sock_filter head[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13), /* flags of TCP */
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)SKF_NET_OFF), /* version of IP */
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x40, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + 12), /* source address */
    };
    for (unsigned i = 0; i < sizeof head / sizeof *head; i++) code[length++] = head[i];
    struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
    for (int i = 0; i < count; i++) {
        struct sock_filter same = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, addresses[i], 0, 1);
        code[length++] = same;
        code[length++] = drop;
    }
    if (passing != UINT32_MAX) {
        struct sock_filter random = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_RANDOM));
        struct sock_filter above = BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, passing, 0, 1);
        code[length++] = random;
        code[length++] = above;
        code[length++] = drop;
    }
    struct sock_filter pass = BPF_STMT(BPF_RET | BPF_K, UINT32_MAX);
    code[length++] = pass;
    struct sock_fprog program = {.len = length, .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/* Every connection is let in again. */
static inline int flotilla_unfilter(int fd) {
    int ignored = 0;
    int result = setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &ignored, sizeof ignored);
    /* ENOENT: it has no filter. */
    return result != 0 && errno == ENOENT ? 0 : result;
}

/* A new file that only its owner reads; fails when it is there. */
static inline int flotilla_create_private(const char *path) {
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* Mode bits of a file that is open, or -1. */
static inline int flotilla_file_mode(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 ? (int)(status.st_mode & 07777) : -1;
}

static inline int flotilla_open_read(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }
#endif
