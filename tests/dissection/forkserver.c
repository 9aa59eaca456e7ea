/* One start of tshark or sharkd for many runs of it.
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * To register Wireshark's dissectors takes ten times as long as to dissect a small capture. This module is
 * preloaded into a real tshark or sharkd and stops it at the end of epan_init(), before it has read a
 * preference or a capture. From there it forks one process a run; each goes on as the program itself would,
 * with the arguments of its run.
 *
 * forkserver.py is the other side. It sends one packet a run over the SOCK_SEQPACKET socket whose number is
 * in CAMSHARK_FORKSERVER: the arguments from argv[1] on, each ended by a NUL, with four file descriptors:
 * stdin, stdout, stderr and one that gets the four bytes of waitpid()'s status when the run has ended. The
 * answer is the process id (int, host byte order), or -1. The server ends when the socket is closed.
 *
 * The number of arguments is fixed at start: a run with fewer keeps what the others were started with. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_REQUEST 65536 /* bytes of arguments; forkserver.py knows it too */
#define DESCRIPTORS 4
#define MAX_RUNS    64

/* Truth is an int, as up to Wireshark 4.2: whoever means a bool reads the same. */
__attribute__((visibility("default"))) int epan_init(void *cb, void *data, int load_plugins);

static struct {
    pid_t pid;
    int status_fd;
} runs[MAX_RUNS];

static int arguments;
static char **argument;

__attribute__((constructor)) static void
remember_arguments(int argc, char **argv)
{
    arguments = argc;
    argument = argv;
}

/* One request: its length in bytes, 0 at the end of the connection, -1 for one that is not as described
 * above. */
static ssize_t
receive(int socket, char *request, int descriptors[DESCRIPTORS])
{
    union {
        char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec data = { request, MAX_REQUEST };
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
    };
    ssize_t length;
    do {
        length = recvmsg(socket, &message, 0);
    } while (length < 0 && errno == EINTR);
    if (length <= 0) {
        return 0;
    }
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_len != CMSG_LEN(DESCRIPTORS * sizeof(int)) || request[length - 1] != '\0' ||
        (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
        return -1;
    }
    memcpy(descriptors, CMSG_DATA(header), DESCRIPTORS * sizeof(int));
    return length;
}

/* In the child: takes over descriptors and arguments. */
static void
become(char *request, ssize_t length, const int descriptors[DESCRIPTORS])
{
    for (int i = 0; i < 3; i++) {
        dup2(descriptors[i], i);
    }
    for (int i = 0; i < DESCRIPTORS; i++) {
        close(descriptors[i]);
    }
    int next = 1;
    for (char *word = request; word < request + length && next < arguments; word += strlen(word) + 1) {
        argument[next++] = word;
    }
}

static void
report_ended(void)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (int i = 0; i < MAX_RUNS; i++) {
            if (runs[i].pid == pid) {
                /* Nobody may be left to read it. */
                send(runs[i].status_fd, &status, sizeof status, MSG_NOSIGNAL);
                close(runs[i].status_fd);
                runs[i].pid = 0;
            }
        }
    }
}

static int
free_run(void)
{
    for (int i = 0; i < MAX_RUNS; i++) {
        if (runs[i].pid == 0) {
            return i;
        }
    }
    return -1;
}

/* Returns in a child that is to go on as the program; the server itself ends here. */
static void
serve(int socket)
{
    static char request[MAX_REQUEST];
    sigset_t child_ended, before;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_ended, &before);
    /* sharkd ignores it, and then nobody would learn how a run ended. */
    void (*handler)(int) = signal(SIGCHLD, SIG_DFL);
    struct pollfd wait_for[] = { { socket, POLLIN, 0 },
                                 { signalfd(-1, &child_ended, SFD_CLOEXEC), POLLIN, 0 } };
    for (;;) {
        if (poll(wait_for, 2, -1) < 0) {
            continue;
        }
        if (wait_for[1].revents) {
            struct signalfd_siginfo info;
            (void)!read(wait_for[1].fd, &info, sizeof info);
            report_ended();
        }
        if (!wait_for[0].revents) {
            continue;
        }
        int descriptors[DESCRIPTORS];
        ssize_t length = receive(socket, request, descriptors);
        if (length == 0) {
            _exit(0);
        }
        int run = free_run();
        pid_t pid = length < 0 || run < 0 ? -1 : fork();
        if (pid == 0) {
            close(wait_for[1].fd);
            close(socket);
            signal(SIGCHLD, handler);
            sigprocmask(SIG_SETMASK, &before, NULL);
            become(request, length, descriptors);
            return;
        }
        send(socket, &pid, sizeof pid, MSG_NOSIGNAL);
        if (length < 0) {
            continue;
        }
        for (int i = 0; i < DESCRIPTORS - (pid > 0); i++) {
            close(descriptors[i]);
        }
        if (pid > 0) {
            runs[run].pid = pid;
            runs[run].status_fd = descriptors[3];
        }
    }
}

/* Stands before libwireshark's function of this name; takes and gives what that takes and gives. */
int
epan_init(void *cb, void *data, int load_plugins)
{
    int (*theirs)(void *, void *, int) = (int (*)(void *, void *, int))dlsym(RTLD_NEXT, "epan_init");
    int ready = theirs && theirs(cb, data, load_plugins);
    const char *number = getenv("CAMSHARK_FORKSERVER");
    if (ready && number) {
        unsetenv("CAMSHARK_FORKSERVER");
        unsetenv("LD_PRELOAD");
        serve(atoi(number));
    }
    return ready;
}
