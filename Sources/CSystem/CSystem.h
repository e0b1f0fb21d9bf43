// What `import Glibc` leaves out, and what cannot be said in Swift.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

// Hidden by glibc without _GNU_SOURCE, which a module map cannot set for a header of its own.
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *size, int flags);
#endif

// Marks each descriptor from 3 on to be closed by exec. Safe between fork and exec.
static inline void close_rest_on_exec(void) {
#if defined(__linux__) && defined(SYS_close_range)
  // CLOSE_RANGE_CLOEXEC, of Linux 5.11; glibc names it for _GNU_SOURCE alone.
  if (syscall(SYS_close_range, 3U, ~0U, 4U) == 0) return;
#endif
  long limit = sysconf(_SC_OPEN_MAX);
  for (long other = 3; other < limit; other++) fcntl((int)other, F_SETFD, FD_CLOEXEC);
}

// Starts a program in a process group of its own. posix_spawn can neither change the folder (in
// every C library) nor have the child end with its parent. Between fork and exec only calls that
// are safe in a process whose other threads are gone.
//
// - folder: where it runs; NULL for the caller's.
// - Returns the child, or -1 with errno; *call is then the call that failed.
static inline pid_t start_program(char *const *arguments, const char *folder, int output,
                                  int errors, const char **call) {
  static const char *const names[] = {"open", "chdir", "exec"};
  int report[2];
  *call = "pipe";
  if (pipe(report) < 0) return -1;
  fcntl(report[0], F_SETFD, FD_CLOEXEC);
  fcntl(report[1], F_SETFD, FD_CLOEXEC);
  pid_t parent = getpid();
  *call = "fork";
  pid_t child = fork();
  if (child == 0) {
    int failure[2] = {0, 0};
    setpgid(0, 0);
    // What this process was given, and did not open itself, may be open to its children.
    close_rest_on_exec();
#ifdef __linux__
    // The parent may be gone already.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
#endif
    // What is ignored here would be ignored there too.
    const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    for (unsigned index = 0; index < sizeof signals / sizeof *signals; index++)
      signal(signals[index], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0) {
      failure[0] = 0;
    } else if (folder && chdir(folder) < 0) {
      failure[0] = 1;
    } else {
      execvp(arguments[0], arguments);
      failure[0] = 2;
    }
    failure[1] = errno;
    if (write(report[1], failure, sizeof failure) < 0) _exit(126);
    _exit(127);
  }
  int code = errno;
  close(report[1]);
  if (child > 0) {
    // Here as well as there, so that it is so for whoever comes first.
    setpgid(child, child);
    int failure[2];
    ssize_t count;
    do count = read(report[0], failure, sizeof failure);
    while (count < 0 && errno == EINTR);
    if (count == sizeof failure) {
      *call = names[failure[0]];
      code = failure[1];
      // Nobody else knows of this one, to take its end.
      int status;
      while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
      child = -1;
    }
  }
  close(report[0]);
  errno = code;
  return child;
}
