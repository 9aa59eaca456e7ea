"""Passwords and keys: where they come from, which one wins, and what is said when none fits."""

import pytest

from tests.dissection.baichuan.messages import messages
from tests.peers import baichuan
from tests.peers.baichuan import VERSION, Session
from tests.peers.pcap import Capture


def row(camera="", user="", password="", key="", iv="", comment=""):
    return [camera, user, password, key, iv, comment]


def table(*rows):
    return {"baichuan_keys": list(rows)}


def one_request(tcp, session):
    tcp.client(session.message(80))
    tcp.server(session.reply(80, VERSION))


@pytest.fixture
def capture(tmp_path):
    """Login and one request of user admin, password Secret-1, at camera 10.0.0.1."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    one_request(tcp, Session("aes").play_login(tcp))
    return made.write(tmp_path / "c.pcap")


def version(found):
    (message,) = [m for m in found if m["msg_id"] == 80 and m["status_code"] == 200]
    return message


# ---- what opens ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows, prefs, origin", [
    ([row(password="Secret-1")], {}, "row 1"),
    ([row(password="Secret-1", comment="porch")], {}, "row 1: porch"),
    ([row(password="x"), row(password="Secret-1", comment="two"), row(password="Secret-1", comment="three")], {},
     "row 2: two"),
    ([], {"baichuan.password": "Secret-1"}, "preference baichuan.password"),
    ([row(password="x")], {"baichuan.password": "Secret-1"}, "preference baichuan.password"),
    ([row(password="Secret-1", comment="first")], {"baichuan.password": "Secret-1"}, "row 1: first"),
    ([row(camera="10.0.0.1", password="Secret-1")], {}, "row 1"),
    ([row(camera="10.0.0.0/24", password="Secret-1")], {}, "row 1"),
    ([row(user="somebody else", password="Secret-1")], {}, "row 1"),
])
def test_the_first_row_that_fits_opens(tshark, capture, rows, prefs, origin):
    message = version(messages(tshark(tables=table(*rows), prefs=prefs), capture))

    assert (message["payload"]["xml"], message["key_row"]) == (VERSION, origin)


@pytest.mark.parametrize("camera", ["10.0.0.2", "10.0.1.0/24", "2001:db8::/32"])
def test_a_row_of_another_address_is_not_tried(tshark, capture, camera):
    """10.0.0.2 is the client."""
    message = version(messages(tshark(tables=table(row(camera=camera, password="Secret-1"))), capture))

    assert message["payload"]["xml"] is None
    assert message["experts"] == ["no_key"]


def test_a_row_on_the_command_line_opens(tshark, capture):
    prefs = {"uat:baichuan_keys": '"10.0.0.1","admin","Secret-1","","","given with -o"'}

    assert version(messages(tshark(prefs=prefs), capture))["key_row"] == "row 1: given with -o"


def test_the_empty_password_is_tried_without_being_asked_for(tshark, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    one_request(tcp, Session("aes", password="").play_login(tcp))

    message = version(messages(tshark(tables=table(row(password="x"))), made.write(tmp_path / "c.pcap")))
    assert (message["payload"]["xml"], message["key_row"]) == (VERSION, "empty password")


@pytest.mark.parametrize("key, iv", [
    ("{text}", ""), ("{hex}", ""), ("{text}", "0123456789abcdef"), ("{hex}", "30313233343536373839616263646566"),
])
def test_a_capture_without_login_opens_with_the_key_itself(tshark, tmp_path, key, iv):
    made = Capture()
    session = Session("aes")
    one_request(made.tcp(server=("10.0.0.1", 9000)), session)
    key = key.format(text=session.key.decode(), hex=session.key.hex())

    message = version(messages(tshark(tables=table(row(key=key, iv=iv, comment="raw"))), made.write(tmp_path / "c.pcap")))
    assert (message["payload"]["xml"], message["key_row"]) == (VERSION, "row 1: raw")


def test_a_key_with_an_iv_of_its_own_opens(tshark, tmp_path):
    """As after a sigV3 login (docs/baichuan.md 2.7), with the vector of 2.8."""
    key, iv = "06881bd01dbca5c8fbefedcf3617dd2d", "878e6778e1394b9ddd60703b8c413d66"
    data = baichuan.aes(bytes.fromhex(key), VERSION.encode(), bytes.fromhex(iv))
    assert data.hex().startswith("43beac48c83870c05978eb246509bdc13bb3c776cacc3812")
    made = Capture()
    made.tcp(server=("10.0.0.1", 9000)).server(baichuan.header(80, len(data), baichuan.DEVICE, 200) + data)

    found = messages(tshark(tables=table(row(key=key, iv=iv))), made.write(tmp_path / "c.pcap"))
    assert version(found)["payload"]["xml"] == VERSION


def test_two_cameras_with_different_passwords_both_open(tshark, tmp_path):
    made = Capture()
    for address, password, nonce in (("10.0.0.1", "one", "AAAAAAAAAAAAAAAA"), ("10.0.0.7", "two", "BBBBBBBBBBBBBBBB")):
        tcp = made.tcp(server=(address, 9000)).open()
        one_request(tcp, Session("aes", password=password, nonce=nonce).play_login(tcp))
    rows = table(row(camera="10.0.0.1", password="one", comment="A"), row(camera="10.0.0.7", password="two", comment="B"))

    found = [m for m in messages(tshark(tables=rows), made.write(tmp_path / "c.pcap")) if m["payload"]["xml"] == VERSION]
    assert [m["key_row"] for m in found] == ["row 1: A", "row 2: B"]


# ---- what does not, and why ---------------------------------------------------------------------------------------


def test_without_a_password_the_login_and_the_messages_say_so(tshark, capture):
    found = messages(tshark(), capture)

    assert [m["experts"] for m in found] == [[], [], ["no_key"], [], [], ["no_key"]]
    assert version(found)["payload"]["encrypted"] is not None
    (text,) = tshark().fields(capture, "_ws.expert.message", filter="baichuan.username")
    assert "baichuan_keys" in text[0] and "baichuan.password" in text[0]


def test_a_wrong_password_does_not_match_the_hash_of_the_login(tshark, capture):
    keyed = tshark(tables=table(row(password="wrong")))

    assert [m["experts"] for m in messages(keyed, capture)] == [[], [], ["wrong_password"], [], [], ["wrong_password"]]
    (text,) = keyed.fields(capture, "_ws.expert.message", filter="baichuan.username")
    assert "Check the password in row 1: the login's hash does not match it" in text[0]


def test_a_wrong_key_is_named(tshark, capture):
    found = messages(tshark(tables=table(row(key="0123456789abcdef"))), capture)

    assert version(found)["experts"] == ["wrong_key"]


def test_a_capture_without_login_says_that_it_needs_the_key(tshark, tmp_path):
    made = Capture()
    one_request(made.tcp(server=("10.0.0.1", 9000)), Session("aes"))

    found = messages(tshark(tables=table(row(password="Secret-1"))), made.write(tmp_path / "c.pcap"))
    assert version(found)["experts"] == ["no_login"]


@pytest.mark.parametrize("rows, named", [
    ([row(key="0123456789abcdef", comment="attic")], "the raw keys of row 1: attic do not fit"),
    ([row(password="Secret-1"), row(key="0123456789abcdef"), row(key="fedcba9876543210", comment="attic")],
     "the raw keys of row 2, row 3: attic do not fit"),
    ([row(password="Secret-1")], None),
    ([row(camera="10.0.0.9", key="0123456789abcdef")], None),
])
def test_a_missing_login_is_still_told_where_raw_keys_of_others_are_given(tshark, tmp_path, rows, named):
    made = Capture()
    one_request(made.tcp(server=("10.0.0.1", 9000)), Session("aes"))

    path = made.write(tmp_path / "c.pcap")
    ((text,),) = tshark(tables=table(*rows)).fields(path, "_ws.expert.message", filter="baichuan.expert.no_login")
    assert text.startswith("Add the raw AES key to Keys (baichuan_keys): the login with its nonce is not in the capture")
    assert named in text if named else "raw keys of" not in text


def test_a_login_whose_nonce_was_not_captured_says_so(tshark, tmp_path):
    made = Capture()
    session = Session("aes")
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.client(session.hello())
    tcp.skip("s", len(session.nonce_reply()))
    tcp.client(session.login())
    tcp.server(session.login_reply())
    one_request(tcp, session)

    found = messages(tshark(tables=table(row(password="Secret-1"))), made.write(tmp_path / "c.pcap"))
    assert [m["experts"] for m in found] == [[], ["no_login"], [], [], ["no_login"]]


def test_an_extension_that_the_known_key_does_not_open_says_so(tshark, tmp_path):
    made = Capture()
    session = Session("aes")
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session.play_login(tcp)
    tcp.server(baichuan.header(80, 60, baichuan.DEVICE, 200, payload_offset=40) + b"\xa5" * 60)

    message = messages(tshark(prefs={"baichuan.password": "Secret-1"}), made.write(tmp_path / "c.pcap"))[-1]
    assert message["experts"] == ["not_opened"]
    assert message["extension"]["encrypted"] == b"\xa5" * 40


def test_a_good_answer_to_a_login_without_a_device_is_noted(tshark, tmp_path):
    """docs/baichuan.md 3.1: one client takes it for a refusal."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    Session("aes").play_login(tcp)
    tcp.server(baichuan.header(1, 0, baichuan.DEVICE, 200))

    found = messages(tshark(prefs={"baichuan.password": "Secret-1"}), made.write(tmp_path / "c.pcap"))
    assert [m["experts"] for m in found] == [[], [], [], [], ["login_empty"]]


@pytest.mark.parametrize("code", [400, 401, 406])
def test_a_refused_login_is_named(tshark, tmp_path, code):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    Session("aes").play_login(tcp, code=code)

    found = messages(tshark(tables=table(row(password="Secret-1"))), made.write(tmp_path / "c.pcap"))
    assert (found[-1]["status_code"], found[-1]["experts"]) == (code, ["login_refused"])


def test_a_readable_session_needs_no_password(tshark, tmp_path):
    for cipher in ("none", "xor"):
        made = Capture()
        tcp = made.tcp(server=("10.0.0.1", 9000)).open()
        one_request(tcp, Session(cipher).play_login(tcp))

        found = messages(tshark(tables=table(row(password="wrong"))), made.write(tmp_path / f"{cipher}.pcap"))
        assert [m["experts"] for m in found] == [[]] * 6


# ---- bad input ----------------------------------------------------------------------------------------------------

BAD = [
    (row(key="0123456789abcdef0"), "An AES key is 32 hexadecimal digits"),
    (row(key="012345678901234567890123456"), "An AES key is 32 hexadecimal digits, not 27. "
                                             "Or it is 16 characters, taken as they are; this has 27."),
    (row(key="0123456789012345678901234567890g"), '"g" is not one of them'),
    (row(key="0123456789abcdef", iv="0123"), "An AES IV is 32 hexadecimal digits, not 4."),
    (row(camera="camera.example.org", password="x"), '"camera.example.org" is none (host names are not looked up)'),
    (row(camera="10.0.0.1/33", password="x"), "An address is an IPv4 or IPv6 address"),
    (row(password="x", iv="0123456789abcdef"), "An IV is only used together with a key"),
]
IDS = ["17 characters", "27 digits", "letter g", "short iv", "host name", "prefix", "iv without key"]


@pytest.mark.parametrize("bad, sentence", BAD, ids=IDS)
def test_a_bad_row_on_the_command_line_is_refused_with_a_sentence(tshark, capture, bad, sentence):
    value = ",".join(f'"{cell}"' for cell in bad)
    result = tshark(prefs={"uat:baichuan_keys": value}).run(capture, check=False)

    assert result.status != 0
    assert sentence in result.err


@pytest.mark.parametrize("bad, sentence", BAD, ids=IDS)
def test_a_bad_row_in_a_file_is_named_and_the_capture_still_opens(tshark, capture, bad, sentence):
    keyed = tshark(tables=table(bad), prefs={"baichuan.password": "Secret-1"})

    assert sentence in keyed.run(capture).err
    assert version(messages(keyed, capture))["key_row"] == "preference baichuan.password"


def test_an_unknown_preference_is_refused_by_wireshark(tshark, capture):
    assert tshark(prefs={"baichuan.passwort": "x"}).run(capture, check=False).status != 0
