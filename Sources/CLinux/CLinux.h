// What `import Glibc` leaves out and the event loop needs.
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

// Hidden by glibc without _GNU_SOURCE, which a module map cannot set for a header of its own.
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *size, int flags);
