"""Logins: whose passwords and user names have the hashes that they show, and what they show besides."""

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers.baichuan import VERSION, Session
from tests.peers.pcap import Capture

KEYS = (harness.KEYS / "baichuan_keys").read_text()


def row(user="", password="", comment="", key="", camera=""):
    return [camera, user, password, key, "", comment]


def table(*rows):
    return {"baichuan_keys": list(rows)}


def connection(tmp_path, play, session=None):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    play(tcp, session or Session("aes"))
    return made.write(tmp_path / "c.pcap")


def whole_login(tcp, session):
    session.play_login(tcp)
    tcp.server(session.reply(80, VERSION))


@pytest.fixture
def capture(tmp_path):
    """A login of user admin with password Secret-1."""
    return connection(tmp_path, whole_login)


def verdicts(keyed, capture):
    """(password_ok, user_ok) of the login request: True, False, or None where it is not shown."""
    def verdict(name):
        shown = [value for value in ("True", "False") if keyed.frames(capture, f"baichuan.login.{name} == {value}")]
        return {"True": True, "False": False}[shown[0]] if shown else None

    return verdict("password_ok"), verdict("user_ok")


# ---- verdicts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows, prefs, expected", [
    ([row("admin", "Secret-1")], {}, (True, True)),
    ([row("root", "Secret-1")], {}, (True, False)),
    ([row("", "Secret-1")], {}, (True, None)),
    ([row("admin", "wrong")], {}, (False, True)),
    ([row("root", "wrong")], {}, (False, False)),
    ([row("", "wrong")], {}, (False, None)),
    ([row("admin", "wrong"), row("", "Secret-1")], {}, (True, None)),
    ([row("root", "wrong"), row("admin", "Secret-1")], {}, (True, True)),
    ([row("root", "wrong"), row("admin", "also wrong")], {}, (False, True)),
    ([], {"baichuan.password": "Secret-1"}, (True, None)),
    ([], {"baichuan.password": "wrong"}, (False, None)),
    ([], {}, (None, None)),
    ([row("admin", "Secret-1", camera="10.9.9.9")], {}, (None, None)),
])
def test_hashes_say_whether_password_and_user_are_known(tshark, capture, rows, prefs, expected):
    assert verdicts(tshark(tables=table(*rows), prefs=prefs), capture) == expected


def test_a_legacy_login_says_it_without_a_nonce(tshark, tmp_path):
    capture = connection(tmp_path, lambda tcp, session: tcp.client(session.hello(legacy=True)))

    assert verdicts(tshark(tables=table(row("admin", "Secret-1"))), capture) == (True, True)
    assert verdicts(tshark(tables=table(row("root", "wrong"))), capture) == (False, False)


def test_an_empty_password_leaves_the_legacy_field_empty(tshark, tmp_path):
    hello = Session("none").hello(legacy=True)
    hello = hello[:52] + b"\0" * 32 + hello[84:]
    capture = connection(tmp_path, lambda tcp, session: tcp.client(hello))

    assert verdicts(tshark(), capture) == (True, None)
    assert verdicts(tshark(tables=table(row("admin", "wrong"))), capture) == (True, None)


def test_the_code_of_an_access_key_login_proves_the_password(tshark, tmp_path):
    def play(tcp, session):
        tcp.client(session.hello())
        tcp.server(session.nonce_reply())
        tcp.client(session.accesskey_login())
        tcp.server(session.reply(80, VERSION))

    capture = connection(tmp_path, play)
    keyed = tshark(tables=table(row("admin", "Secret-1", "key")))
    assert verdicts(keyed, capture) == (True, True)
    found = messages(keyed, capture)
    assert found[2]["password"] == baichuan.login_hash("Secret-1", Session().nonce)
    assert (found[3]["payload"]["xml"], found[3]["key_row"]) == (VERSION, "row 1: key")


TOKENS = "token-A-77", "token-B-88"


def token_login(tcp, session, first_leg=True):
    """getAccesskey and authLogin of docs/baichuan.md 2.7; without its first leg only the tokens prove a password."""
    tcp.client(session.hello())
    tcp.server(session.nonce_reply())
    if first_leg:
        tcp.client(session.accesskey_login())
    else:
        tcp.skip("c", len(session.accesskey_login()))
    tcp.server(session.tokens_reply(*TOKENS))
    tcp.client(session.token_login(*TOKENS))
    tcp.server(session.login_reply())
    tcp.server(session.reply(80, VERSION))


def login_verdict(keyed, capture):
    """password_ok of the authLogin request."""
    return [value for value in ("True", "False") if keyed.frames(
        capture, f'baichuan.login.auth_type == "authLogin" && baichuan.login.password_ok == {value}')]


def test_tokens_of_an_access_key_login_are_decrypted(tshark, tmp_path):
    capture = connection(tmp_path, token_login)
    keyed = tshark(tables=table(row("admin", "Secret-1", "key")))

    assert keyed.fields(capture, "baichuan.login.token", "baichuan.key_row", filter="baichuan.login.token") == [
        ("|".join(TOKENS), "row 1: key")]
    assert login_verdict(keyed, capture) == ["True"]
    assert [m["experts"] for m in messages(keyed, capture)] == [[]] * 7
    assert tshark().frames(capture, "baichuan.login.token") == []


def test_a_token_proves_the_password_where_the_first_leg_is_missing(tshark, tmp_path):
    capture = connection(tmp_path, lambda tcp, session: token_login(tcp, session, first_leg=False))
    right = tshark(tables=table(row("", "x"), row("", "Secret-1", "second")))
    wrong = tshark(tables=table(row("", "x", "porch")))

    assert login_verdict(right, capture) == ["True"]
    assert messages(right, capture)[-1]["key_row"] == "row 2: second"
    assert login_verdict(wrong, capture) == ["False"]
    shown = sentences(wrong, capture)
    assert ["Check the password in row 1: porch: the login's hash does not match it" in text for text in shown] == [True, True]


def test_a_token_login_without_its_tokens_proves_nothing(tshark, tmp_path):
    def play(tcp, session):
        tcp.client(session.hello())
        tcp.server(session.nonce_reply())
        tcp.client(session.token_login(*TOKENS))
        tcp.server(session.reply(80, VERSION))

    capture = connection(tmp_path, play)
    keyed = tshark(tables=table(row("", "Secret-1")))
    assert login_verdict(keyed, capture) == []
    assert messages(keyed, capture)[-1]["payload"]["xml"] == VERSION


def test_tokens_are_hidden_with_secrets(tshark, sharkd, tmp_path):
    capture = connection(tmp_path, token_login)
    prefs = {"baichuan.password": "Secret-1", "baichuan.hide_secrets": "TRUE"}

    assert tshark(prefs=prefs).fields(capture, "baichuan.login.token", filter="baichuan.login.token") == [("(hidden)|(hidden)",)]
    for args in (["-V", "-x"], ["-T", "pdml"], ["-T", "json", "-x"]):
        out = tshark(prefs=prefs).run(capture, *args).out
        assert not [token for token in TOKENS if token in out or token.encode().hex() in out]
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=prefs)


# ---- wrong rows are named ---------------------------------------------------------------------------------------------


def sentences(keyed, capture):
    rows = keyed.fields(capture, "_ws.expert.message", filter="baichuan.expert.wrong_password")
    return [text for (text,) in rows]


@pytest.mark.parametrize("rows, prefs, named", [
    ([row("", "x")], {}, "row 1"),
    ([row("", "x", "porch"), row("", "", "", key="0123456789abcdef"), row("", "y")], {}, "row 1: porch, row 3"),
    ([row("", "x")], {"baichuan.password": "z"}, "row 1, preference baichuan.password"),
    ([row("", "x")] * 8, {}, ", ".join(f"row {i}" for i in range(1, 9))),
    ([row("", "x")] * 11, {}, ", ".join(f"row {i}" for i in range(1, 9)) + " and 3 more"),
    ([row("", "x", "c" * 500)], {}, "row 1: " + "c" * 53),
])
def test_one_item_names_the_rows_whose_passwords_are_wrong(tshark, capture, rows, prefs, named):
    keyed = tshark(tables=table(*rows), prefs=prefs)

    sentence = f"Check the password in {named}: the login's hash does not match it"
    assert sentences(keyed, capture) == [sentence, sentence]  # at the login, and where it hurts


def test_rows_that_were_tried_before_the_right_one_are_no_problem(tshark, capture):
    keyed = tshark(tables=table(row("", "x"), row("", "Secret-1")))

    assert sentences(keyed, capture) == []
    assert keyed.frames(capture, "baichuan && _ws.expert.message") == []


def test_each_login_of_a_connection_names_its_own_rows(tshark, tmp_path):
    def play(tcp, session):
        whole_login(tcp, session)
        whole_login(tcp, Session("aes", nonce="2222222222222222", password="Other-2"))

    capture = connection(tmp_path, play)
    keyed = tshark(tables=table(row("", "x", "a"), row("", "Other-2", "b")))
    assert sentences(keyed, capture) == ["Check the password in row 1: a, row 2: b: the login's hash does not match it"] * 2
    assert [m["key_row"] for m in messages(keyed, capture) if m["msg_id"] == 80] == [None, "row 2: b"]


def test_without_the_login_request_one_block_proves_the_password(tshark, tmp_path):
    def play(tcp, session):
        tcp.client(session.hello())
        tcp.server(session.nonce_reply())
        tcp.skip("c", len(session.login()))
        tcp.server(session.reply(80, VERSION))

    capture = connection(tmp_path, play)
    found = messages(tshark(tables=table(row("", "x"), row("", "Secret-1", "second"), row("", "Secret-1", "third"))), capture)
    assert (found[-1]["payload"]["xml"], found[-1]["key_row"]) == (VERSION, "row 2: second")
    assert messages(tshark(tables=table(row("", "x"))), capture)[-1]["experts"] == ["wrong_key"]


# ---- what else a login shows ----------------------------------------------------------------------------------------------


def test_the_answer_to_the_login_describes_the_device(tshark):
    keyed = tshark(files={"baichuan_keys": KEYS})
    rows = keyed.fields(harness.CAPTURES / "baichuan" / "aio_tcp_aes.pcapng", "baichuan.login.device.type",
                        "baichuan.login.device.type_info", "baichuan.login.device.channels",
                        "baichuan.login.device.resolution", "baichuan.login.device.firmware", "baichuan.login.device.software",
                        filter="baichuan.login.device.type")

    assert rows == [("wifi_solo_ipc", "IPC", "1", "2304*1296", "00000000000000", "33555019")]


@pytest.mark.parametrize("name, user, password", [
    ("aio_tcp_aes", "admin", "Sommer-2026"), ("aio_tcp_xor", "admin", "Winter01"), ("none_tcp", "viewer", "frei"),
    ("video_tcp_aes", "hof", "Video-Hof-3"),
])
def test_a_logout_shows_the_plain_password(tshark, name, user, password):
    keyed = tshark(files={"baichuan_keys": KEYS})
    rows = keyed.fields(harness.CAPTURES / "baichuan" / f"{name}.pcapng", "baichuan.username", "baichuan.password",
                        filter="baichuan.msg_id == 2 && baichuan.payload.xml")

    assert rows == [(user, password)]


def test_the_nonce_reply_of_an_account_login_shows_its_methods(tshark, tmp_path):
    xml = baichuan.body("<Encryption><type>md5</type><nonce>6a2da8d0-IuDIFGJQenDTaXFxRm7w</nonce>"
                        "<authTypeList>password, sigV3</authTypeList><sigVer>v3</sigVer></Encryption>")
    data = baichuan.xor(xml.encode(), 0)
    capture = connection(tmp_path, lambda tcp, session: tcp.server(baichuan.header(1, len(data), baichuan.SHORT, 0xDD12) + data))

    rows = tshark().fields(capture, "baichuan.nonce", "baichuan.login.auth_types", "baichuan.login.signature_version",
                           filter="baichuan.nonce")
    assert rows == [("6a2da8d0-IuDIFGJQenDTaXFxRm7w", "password, sigV3", "v3")]


def test_a_second_attempt_with_the_same_nonce_has_its_own_key(tshark, tmp_path):
    def play(tcp, session):
        session.play_login(tcp, code=400)
        second = Session("aes", password="Other-2")
        tcp.client(second.login())
        tcp.server(second.login_reply())
        tcp.server(second.reply(80, VERSION))

    capture = connection(tmp_path, play)
    both = table(row("", "Secret-1", "one"), row("", "Other-2", "two"))
    assert [m["key_row"] for m in messages(tshark(tables=both), capture) if m["username"] or m["msg_id"] == 80] == [
        "row 1: one", "row 2: two", "row 2: two"]
    first = tshark(tables=table(row("", "Secret-1", "one")))
    assert [m["experts"] for m in messages(first, capture)][4:] == [["wrong_password"], [], ["wrong_password"]]


SIGV3_KEY, SIGV3_IV = "06881bd01dbca5c8fbefedcf3617dd2d", "878e6778e1394b9ddd60703b8c413d66"


def key_exchange(tcp, session):
    """A login with sigV3 (docs/baichuan.md 2.7): its request has class 0, and the key follows from secrets of both ends."""
    tcp.client(session.hello())
    nonce = baichuan.xor(baichuan.body(
        f"<Encryption><type>md5</type><nonce>{session.nonce}</nonce><authTypeList>sigV3</authTypeList><sigVer>v3</sigVer>"
        "<ECDHE><pubKeyAlgo>X25519</pubKeyAlgo><publicKey>cam-key</publicKey></ECDHE></Encryption>").encode(), 0)
    tcp.server(baichuan.header(1, len(nonce), baichuan.SHORT, 0xDD12) + nonce)
    request = baichuan.xor(baichuan.body("<LoginUser><authType>sigV3</authType><publicKey>app-key</publicKey>"
                                         "<cipherContent>cipher-9</cipherContent></LoginUser>").encode(), 0)
    tcp.client(baichuan.header(1, len(request), baichuan.DEVICE) + request)
    tcp.server(session.login_reply())
    data = baichuan.aes(bytes.fromhex(SIGV3_KEY), VERSION.encode(), bytes.fromhex(SIGV3_IV))
    tcp.server(baichuan.header(80, len(data), baichuan.DEVICE, 200) + data)


def test_a_login_with_key_exchange_opens_with_key_and_iv(tshark, sharkd, tmp_path):
    capture = connection(tmp_path, key_exchange)
    rows = table(row("", "Secret-1"), ["", "", "", SIGV3_KEY, SIGV3_IV, "exchanged"])
    found = messages(tshark(tables=rows), capture, links=("response_to",))

    assert (found[-1]["payload"]["xml"], found[-1]["key_row"]) == (VERSION, "row 2: exchanged")
    assert [m["experts"] for m in found] == [[]] * 5
    assert [m["response_to"] for m in found[:4]] == [None, "4", None, "6"]
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, tables=rows)


@pytest.mark.parametrize("rows", [[], [row("", "Secret-1")]])
def test_a_login_with_key_exchange_says_that_no_password_opens_it(tshark, tmp_path, rows):
    capture = connection(tmp_path, key_exchange)
    keyed = tshark(tables=table(*rows))

    assert [m["experts"] for m in messages(keyed, capture)] == [[], [], ["key_exchange"], [], ["key_exchange"]]
    ((text,),) = keyed.fields(capture, "_ws.expert.message", filter="baichuan.msg_id == 80")
    assert "no password opens" in text and "baichuan_keys" in text
    assert messages(tshark(tables=table(row("", "", key="0123456789abcdef"))), capture)[-1]["experts"] == ["wrong_key"]


def test_a_clear_answer_to_a_legacy_login_is_a_structure(tshark, tmp_path):
    """Devices from before XML describe themselves; only an echo of the login has its hashes (docs/baichuan.md 11)."""
    def play(tcp, session):
        tcp.client(session.hello(legacy=True))
        text = b"Device NHD-805, 4 channels, " * 5
        tcp.server(baichuan.header(1, len(text), baichuan.SHORT, 0xDD00) + text)

    capture = connection(tmp_path, play, Session("none", requested=1))
    request, answer = messages(tshark(), capture)
    assert request["username"] == baichuan.login_hash("admin")
    assert (answer["username"], answer["payload"]["data"]) == (None, b"Device NHD-805, 4 channels, " * 5)
    assert tshark().frames(capture, "baichuan.legacy") == [answer["frame"]]
    assert tshark().fields(capture, "_ws.col.Info", filter="baichuan.magic") == [("Login: legacy",), ("Login: legacy",)]


@pytest.mark.parametrize("rows", [[row("admin", "Secret-1")], [row("root", "x", "porch")], []])
def test_verdicts_and_rows_are_the_same_in_any_order(tshark, sharkd, tmp_path, rows):
    def play(tcp, session):
        tcp.client(session.hello(legacy=True))
        whole_login(tcp, session)
        whole_login(tcp, Session("aes", nonce="2222222222222222", password="Other-2"))

    assert assert_state_rule(tshark, sharkd, connection(tmp_path, play), {"baichuan"}, tables=table(*rows)) == 12
