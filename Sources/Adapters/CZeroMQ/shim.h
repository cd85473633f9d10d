#ifndef FLOTILLA_CZEROMQ_SHIM_H
#define FLOTILLA_CZEROMQ_SHIM_H
#include <errno.h>
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
