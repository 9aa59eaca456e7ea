"""Runs of tshark and sharkd that are forked from one start of it: see forkserver.c, which is the other side."""

import array
import collections
import os
import select
import signal
import socket
import subprocess

MAX_REQUEST = 65536  # bytes of arguments; forkserver.c knows it too

Run = collections.namedtuple("Run", "pid ended")  # process id; socket that gives the status when it has ended


class ForkServer:
    """One program that waits, registered and with our plugins, to be forked.

    command: the words that start it; a run can replace as many of its arguments as there are. environment: with
    LD_PRELOAD."""

    def __init__(self, command, environment, cwd):
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], cwd=cwd, stdin=subprocess.DEVNULL,
                env={**environment, "CAMSHARK_FORKSERVER": str(theirs.fileno())})

    def start(self, words, stdin, stdout, stderr):
        """A run with these arguments and file descriptors."""
        request = b"".join(os.fsencode(word) + b"\0" for word in words)
        assert 0 < len(request) <= MAX_REQUEST, f"{len(request)} bytes of arguments"
        ended, theirs = socket.socketpair()
        with theirs:
            descriptors = array.array("i", [stdin, stdout, stderr, theirs.fileno()])
            self._socket.sendmsg([request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        answer = self._socket.recv(4)
        assert len(answer) == 4, f"the fork server ended: {self._process.wait()}"
        pid = int.from_bytes(answer, "little", signed=True)
        assert pid > 0, "the fork server could not fork"
        return Run(pid, ended)

    @staticmethod
    def wait(run, timeout):
        """The exit status of a run as subprocess gives it: negative for a signal."""
        with run.ended:
            if not select.select([run.ended], [], [], timeout)[0]:
                os.kill(run.pid, signal.SIGKILL)
                raise TimeoutError(f"no end after {timeout} s")
            status = run.ended.recv(4)
        assert len(status) == 4, "the fork server ended before its run"
        return os.waitstatus_to_exitcode(int.from_bytes(status, "little"))

    def close(self):
        self._socket.close()
        self._process.wait()
