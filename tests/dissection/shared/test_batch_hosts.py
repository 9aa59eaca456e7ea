"""camshark-batch with GNU parallel: on this machine, and on two ssh servers on loopback, each with a name of its own."""

import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import time

import pytest

from tests.batch import runs
from tests.dissection import harness

pytestmark = [pytest.mark.skipif(harness.SANITIZE, reason="what is tested here is the program around the plugins"),
              pytest.mark.skipif(not shutil.which("parallel"), reason="not installed: parallel")]
SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
HOSTS = ("attic", "cellar")


@pytest.fixture(scope="module")
def batch(stage):
    return runs.Batch(stage)


def outputs(folder):
    return {str(path.relative_to(folder)): [json.loads(line) for line in path.read_text().splitlines()]
            for path in folder.rglob("*.jsonl") if not path.name.startswith(".")}


@pytest.fixture(scope="module")
def expected(batch):
    out = batch.new_folder()
    batch.run("captures", "--out", out)
    return outputs(out)


def test_parallel_on_this_machine_writes_the_same(batch, expected):
    out = batch.new_folder()
    done = batch.run("captures", "captures/gone.pcap", "--out", out, "--parallel", "--chunk", "4", status=1)
    assert "gone.pcap: not read: no such file" in done.err
    assert outputs(out) == expected and [path.name for path in out.glob(".camshark-batch-*")] == []
    assert len((out / "camshark-batch.joblog").read_text().splitlines()) == 4  # a head and three chunks
    assert f"{len(expected)} captures done before" in batch.run("captures", "--out", out, "--parallel", "--resume").err


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def answers(port):
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def hosts(batch, tmp_path_factory):
    """(file of hosts, ssh command, camshark-batch there): both servers are this user's, who may not load plugins as root."""
    missing = [name for name, found in (("openssh-server", SSHD), ("openssh-client", shutil.which("ssh-keygen")),
                                        ("rsync", shutil.which("rsync"))) if not found]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("ssh")
    if os.geteuid() == 0:
        os.makedirs("/run/sshd", exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "user"], check=True)
    shutil.copy(folder / "user.pub", folder / "allowed")
    servers, client = [], []
    for name in HOSTS:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        port = free_port()
        (folder / f"{name}.conf").write_text(
            f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/{name}\nAuthorizedKeysFile {folder}/allowed\nStrictModes no\n"
            f"UsePAM no\nPidFile none\nPermitRootLogin yes\nSetEnv CAMSHARK_TEST_HOST={name}\nMaxStartups 100\n")
        with open(folder / f"{name}.log", "wb") as log:
            servers.append(subprocess.Popen([SSHD, "-D", "-e", "-f", folder / f"{name}.conf"], stderr=log))
        client.append(f"Host {name}\n  HostName 127.0.0.1\n  Port {port}\n  HostKeyAlias {name}\n")
        if not answers(port):
            pytest.skip(f"sshd does not start here: {(folder / f'{name}.log').read_text()[-300:]}")
    (folder / "config").write_text("".join(client) + f"Host *\n  User {pwd.getpwuid(os.geteuid())[0]}\n"
                                   f"  IdentityFile {folder}/user\n"
                                   f"  StrictHostKeyChecking no\n  UserKnownHostsFile {folder}/known\n  LogLevel ERROR\n")
    (folder / "hosts").write_text("".join(f"1/{name}\n" for name in HOSTS))
    yield folder
    for server in servers:
        server.terminate()
        server.wait(10)


def remote(batch, folder):
    """The program that a host has: it notes which host it is, and gives up root's rights as the tests do."""
    program = folder / "remote"
    env = batch.environment()
    words = " ".join(f"{name}='{env[name]}'" for name in ("HOME", "WIRESHARK_CONFIG_DIR", "WIRESHARK_PLUGIN_DIR",
                                                         "WIRESHARK_DATA_DIR", "WIRESHARK_EXTCAP_DIR"))
    # Root's folders are not for whom the plugins are loaded for, so it works in a copy.
    program.write_text(f"""#!/bin/sh
echo $CAMSHARK_TEST_HOST $(stat -c %a $2/setup.json) >>{folder}/used
copy=$(mktemp -d) && cp -R "$2" $copy/ && chmod -R a+rwX $copy && here=$PWD && cd $copy || exit
{' '.join(harness.without_privileges())} env {words} {runs.PYTHON} {batch.program} "$@"
status=$?
cp -R "$2.out" "$here/" && rm -rf $copy
exit $status
""")
    program.chmod(0o755)
    return program


def run_on_hosts(batch, hosts, out, *words, status=0):
    """With this user's own rights, who may read the key of ssh."""
    command = [runs.PYTHON, batch.program, *(word.format(keys=batch.keys) for word in runs.KEYS), *words, "--out", out,
               "--hosts", hosts / "hosts", "--ssh", f"ssh -F {hosts}/config", "--remote", remote(batch, hosts), "--chunk", "3"]
    done = subprocess.run([str(word) for word in command], cwd=batch.folder, capture_output=True, text=True, timeout=100)
    assert done.returncode == status, done.stderr
    return done


def test_hosts_write_the_same_and_keep_nothing_and_one_that_is_gone_costs_nothing(batch, hosts, expected):
    out = batch.new_folder()
    (hosts / "config").write_text((hosts / "config").read_text() + "Host nowhere\n  HostName 127.0.0.1\n  Port 1\n")
    (hosts / "hosts").write_text((hosts / "hosts").read_text() + "1/nowhere\n")
    run_on_hosts(batch, hosts, out, "captures")
    assert outputs(out) == expected
    used = [line.split() for line in (hosts / "used").read_text().splitlines()]
    assert {host for host, _ in used} == set(HOSTS) and {mode for _, mode in used} == {"600"}
    joblog = (out / "camshark-batch.joblog").read_text()
    assert "0102030405060708091011121314" not in joblog and "Sommer-2026" not in joblog
    home = os.path.expanduser("~/.parallel/tmp")
    assert [name for _, _, names in os.walk(home) for name in names if name.endswith("setup.json")] == []


def test_a_run_on_hosts_goes_on_where_it_was_ended(batch, hosts, expected):
    out = batch.new_folder()
    used = hosts / "used"
    run_on_hosts(batch, hosts, out, "captures/newcamd", batch.folder / "gone.pcap", status=1)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.jsonl") if not path.name.startswith(".")}
    state = out / ".camshark-batch.jsonl"
    done = [line for line in state.read_text().splitlines() if line and "gone.pcap" not in line]
    # As if it had been ended before it noted the last one, and while it noted the one before that.
    state.write_text("\n".join([*done[:-2], done[-2][:20]]))
    used.write_text("")
    err = run_on_hosts(batch, hosts, out, "captures/newcamd", "--resume").stderr
    skipped, new = map(int, re.search(r"(\d+) captures done before, (\d+) captures without faults", err).groups())
    assert (skipped, new) == (len(before) - 2, 2) and used.read_text()
    after = {path: path.stat().st_mtime_ns for path in before}
    assert sum(before[path] == after[path] for path in before) == skipped
    used.write_text("")
    assert f"{len(before)} captures done before" in run_on_hosts(batch, hosts, out, "captures/newcamd", "--resume").stderr
    assert used.read_text() == ""  # no host was asked
    written = {f"newcamd/{name}": records for name, records in outputs(out).items()}
    assert written == {name: records for name, records in expected.items() if name.startswith("newcamd/")}


@pytest.mark.skipif(not shutil.which("xargs"), reason="not installed: findutils")
def test_xargs_runs_workers_that_write_the_same(batch, expected):
    """The line of docs/batch.md."""
    text = (harness.ROOT / "docs" / "batch.md").read_text()
    (line,) = [line.strip().rpartition("  #")[0] for line in text.splitlines() if "xargs -P" in line]
    out = batch.new_folder()
    words = " ".join(word.format(keys=batch.keys) for word in runs.KEYS)
    line = line.replace("/data/", "captures/").replace("camshark-batch", f"{runs.PYTHON} {batch.program} {words}")
    line = line.replace("records", str(out))
    done = subprocess.run(harness.without_privileges() + ["sh", "-c", line], cwd=batch.folder, env=batch.environment(),
                          capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    written = {name.removeprefix("captures/").replace("//", "/"): records for name, records in outputs(out).items()}
    shown = [record["file"] for records in written.values() for record in records]
    assert sorted(written) == sorted(expected) and all(name.startswith("captures/") for name in shown)
    assert {name: [{**record, "file": None} for record in records] for name, records in written.items()} == \
        {name: [{**record, "file": None} for record in records] for name, records in expected.items()}
