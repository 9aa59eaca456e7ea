"""Ports that rows of the key table name: newcamd takes them from their owners, and from nobody else."""

import pytest

from tests.dissection import harness, state_rule
from tests.dissection.newcamd import cases
from tests.dissection.newcamd import session_cases
from tests.peers import newcamd, pcap

# Ports that card servers use, or have been seen on, and that Wireshark knows as VNC's, HTTP's, X11's and RTPproxy's.
OWNED_PORTS = [5500, 5501, 5900, 6000, 8080, 22222]
WAYS = pytest.mark.parametrize("args", [(), ("-2",), ("-o", "tcp.try_heuristic_first:TRUE")],
                               ids=["one pass", "two passes", "heuristics first"])
SERVER = "10.0.0.1"


def row(port, deskey=cases.DESKEY, server=""):
    return {"newcamd_keys": [[server, str(port), deskey, "", "", "named"]]}


def connection(path, port, opened=True):
    """A whole connection to a port. Without its handshake, Wireshark does not know who listens."""
    capture, peer = pcap.Capture(), cases.login()
    tcp = newcamd.connect(capture, peer, server=(SERVER, port)) if opened else capture.tcp(server=(SERVER, port))
    session_cases.session(tcp, peer)
    tcp.close()
    return capture.write(path)


def http(tcp):
    tcp.client(b"GET /index.html HTTP/1.1\r\nHost: example.org\r\n\r\n")
    tcp.server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")


def vnc(tcp):
    """RFB 3.8 without a password, up to the server's name, and requests for pictures, which have a length that is one of
    newcamd's at their start."""
    tcp.server(b"RFB 003.008\n")
    tcp.client(b"RFB 003.008\n")
    tcp.server(b"\1\1")
    tcp.client(b"\1")
    tcp.server(bytes(4))
    tcp.client(b"\1")
    tcp.server(bytes.fromhex("01000100201800010 0ff00ff00ff100800000000".replace(" ", "")) + b"\0\0\0\4home")
    tcp.client(bytes.fromhex("03000000000001000100"))


def x11(tcp):
    tcp.client(b"l\0" + bytes.fromhex("0b000000000000000000"))
    tcp.server(bytes.fromhex("000b0b0000000300") + b"no way..\0\0\0\0")


OWNERS = {"http": (8080, http), "vnc": (5900, vnc), "x11": (6000, x11)}


def owned(path, owner, port=None, server=SERVER):
    capture = pcap.Capture()
    usual, talk = OWNERS[owner]
    tcp = capture.tcp(server=(server, port or usual)).open()
    talk(tcp)
    tcp.close()
    return capture.write(path)


@WAYS
@pytest.mark.parametrize("port", OWNED_PORTS)
def test_a_row_that_names_a_port_takes_it_from_its_owner(tshark, path, port, args):
    connection(path, port)
    found = tshark(tables=row(port)).fields(path, "newcamd.command", filter="newcamd.command", args=args)
    assert [text for (text,) in found] == ["0xe0", "0xe1", "0xe3", "0xe4", "0x80", "0x80", "0x80", "0x80"]


@WAYS
@pytest.mark.parametrize("port", OWNED_PORTS)
def test_what_no_key_opens_there_shows_its_greeting_and_why_it_is_closed(tshark, path, port, args):
    connection(path, port)
    found = tshark(tables=row(port, cases.OTHER_DESKEY)).fields(
        path, "frame.number", "newcamd.greeting", "_ws.expert.message", filter="newcamd", args=args)
    assert [bool(greeting) for _, greeting, _ in found] == [True] + [False] * 8
    assert all(message.startswith("Check the DESKEY in row 1: named (newcamd_keys): no key opened the login in frame 5")
               for _, _, message in found[1:])


@pytest.mark.parametrize("port", OWNED_PORTS)
def test_a_session_without_its_login_says_so_there(tshark, path, port):
    connection(path, port, opened=False)
    assert tshark(tables=row(port)).frames(path, "newcamd.expert.login_missing") == [1, 2, 3, 4]


def test_a_row_takes_the_port_of_its_own_server_alone(tshark, path):
    connection(path, 5501)
    assert len(tshark(tables=row(5501, server=SERVER)).frames(path, "newcamd")) == 9
    other = tshark(tables=row(5501, server="10.0.0.9"))
    assert other.frames(path, "newcamd") == []
    assert other.frames(path, "vnc") == tshark().frames(path, "vnc") != []


@WAYS
@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("table", [
    row(15050), row(5501), {"newcamd_keys": [["10.9.9.9", str(port), cases.DESKEY, "", "", ""] for port in OWNED_PORTS]}],
    ids=["another port", "another port of VNC", "another server"])
def test_the_owner_keeps_its_traffic_where_rows_name_another_port_or_server(tshark, path, owner, table, args):
    owned(path, owner)
    found = tshark(tables=table)
    assert found.frames(path, "newcamd", args=args) == []
    assert found.run(path, "-V", *args).out == tshark().run(path, "-V", *args).out
    assert len(found.frames(path, owner, args=args)) >= 2


@WAYS
@pytest.mark.parametrize("owner", ["http", "x11"])
def test_what_does_not_look_like_newcamd_goes_to_the_owner_of_the_named_port(tshark, path, owner, args):
    owned(path, owner)
    found = tshark(tables=row(OWNERS[owner][0]))
    assert found.frames(path, "newcamd", args=args) == []
    assert found.frames(path, owner, args=args) == tshark().frames(path, owner, args=args) != []


def test_decode_as_of_the_user_is_stronger_than_a_row(tshark, path):
    owned(path, "http", port=5501)
    found = tshark(tables=row(5501))
    assert len(found.frames(path, "http", args=("-d", "tcp.port==5501,http"))) == 2


def test_a_row_given_for_one_run_takes_its_port(tshark, path):
    connection(path, 5501)
    found = tshark(prefs={"uat:newcamd_keys": f'"","5501","{cases.DESKEY}","","",""'})
    assert len(found.frames(path, "newcamd")) == 9


def test_the_owner_has_its_port_while_newcamd_is_switched_off(tshark, path):
    owned(path, "vnc")
    off = tshark(tables=row(5900), files={"disabled_protos": "newcamd\n"})
    assert off.run(path, "-V").out == tshark().run(path, "-V").out


# ---- rows that come and go between files ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def replacing():
    """sharkd(capture, tables=...) in which a row that is set takes the place of all rows."""
    stage = harness.ReplacingRows()
    yield lambda capture, tables=None: harness.Sharkd(stage, capture, tables)
    stage.close()


def load_with(session, capture, port, server=SERVER):
    """The columns of all frames after the table has got this row alone and the file was loaded again."""
    row = f'"{server}","{port}","{cases.DESKEY}","","",""'
    session.request("setconf", name="uat:newcamd_keys", value=row)
    session.request("load", file=session.file(capture))
    return columns(session)


def columns(session):
    return [frame["c"] for frame in session.request("frames")]


def count_of(frames, protocol):
    return sum(frame[4].lower() == protocol for frame in frames)


@pytest.mark.parametrize("port", OWNED_PORTS)
def test_a_port_goes_back_to_its_owner_with_the_row_that_named_it(replacing, sharkd, path, port):
    connection(path, port)
    with sharkd(path) as without:
        owned_frames = columns(without)
    with replacing(path, tables=row(port)) as session:
        assert count_of(columns(session), "newcamd") == 9
        assert load_with(session, path, 15050, "10.0.0.9") == owned_frames
        assert count_of(load_with(session, path, port), "newcamd") == 9
        assert load_with(session, path, 15050, "10.0.0.9") == owned_frames


@pytest.mark.parametrize("owner", OWNERS)
def test_its_traffic_was_and_is_the_owners(replacing, sharkd, path, owner):
    owned(path, owner)
    port = OWNERS[owner][0]
    with sharkd(path) as without:
        owned_frames = columns(without)
    with replacing(path, tables=row(5501)) as session:
        assert columns(session) == owned_frames
        load_with(session, path, port, "10.0.0.9")
        assert load_with(session, path, 15050) == owned_frames


@pytest.mark.parametrize("deskey", [cases.DESKEY, cases.OTHER_DESKEY], ids=["opened", "closed"])
def test_a_named_port_of_others_obeys_the_state_rule(tshark, sharkd, path, deskey):
    connection(path, 5501)
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=row(5501, deskey)) == 9
