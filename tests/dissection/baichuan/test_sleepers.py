"""A hub's battery cameras that sleep: a plain 400 from a channel that was reported in standby (docs/baichuan.md 8)."""

import pytest

from tests.dissection.state_rule import assert_state_rule
from tests.peers.baichuan import Session, body, extension
from tests.peers.baichuan_udp import Link
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}


def channels(**states):
    items = "".join(f"<ChannelInfo><channelId>{name[1:]}</channelId><uid>95270000{name}</uid>"
                    f"<loginState>{state}</loginState></ChannelInfo>" for name, state in states.items())
    return body(f'<ChannelInfoList version="1.1">{items}</ChannelInfoList>')


class Hub:
    """A logged-in connection to a hub."""

    def __init__(self, cipher="aes", carrier="tcp"):
        self.made = Capture()
        self.connection = (self.made.tcp(server=("10.0.0.1", 9000)).open() if carrier == "tcp"
                           else Link(self.made, acks=True).open())
        self.session = Session(cipher).play_login(self.connection)
        self.number = 0

    def report(self, **states):
        return self.connection.server(self.session.reply(145, channels(**states), exchange=0))[-1]

    def ask(self, msg_id, channel, code=400, in_payload=False):
        """A request to a channel, and its answer's frame."""
        self.number += 1
        exchange = self.number << 16
        named = body(f"<Preview><channelId>{channel}</channelId></Preview>") if in_payload else ""
        ext = None if in_payload else extension(channelId=channel)
        self.connection.client(self.session.message(msg_id, named, ext=ext, exchange=exchange))
        return self.connection.server(self.session.reply(msg_id, code=code, exchange=exchange))[-1]

    def write(self, tmp_path):
        return self.made.write(tmp_path / "c.pcap")


def asleep(tshark, capture):
    return [tuple(map(int, row)) for row in tshark(prefs=PASSWORD).fields(
        capture, "frame.number", "baichuan.standby_in", filter="baichuan.expert.asleep")]


@pytest.mark.parametrize("carrier", ["tcp", "udp"])
@pytest.mark.parametrize("in_payload", [False, True])
@pytest.mark.parametrize("cipher", ["none", "xor", "aes", "full"])
def test_a_refusal_of_a_channel_in_standby_says_asleep(tshark, tmp_path, cipher, in_payload, carrier):
    hub = Hub(cipher, carrier)
    report = hub.report(c0="login", c3="standby")
    refused = hub.ask(253, 3, in_payload=in_payload)

    assert asleep(tshark, hub.write(tmp_path)) == [(refused, report)]
    ((info,),) = tshark(prefs=PASSWORD).fields(tmp_path / "c.pcap", "_ws.col.Info", filter="baichuan.expert.asleep")
    assert info.endswith("Reply 400 Get Battery Info [asleep]")
    ((text,),) = tshark(prefs=PASSWORD).fields(tmp_path / "c.pcap", "_ws.expert.message",
                                               filter="baichuan.expert.asleep")
    assert "channel 3 is asleep" in text


@pytest.mark.parametrize("case", ["awake channel", "another channel", "another status", "success", "unknown state"])
def test_nobody_else_is_called_asleep(tshark, tmp_path, case):
    hub = Hub()
    hub.report(c0="login", c3="x" if case == "unknown state" else "standby", c4="standby")
    channel = {"awake channel": 0, "another channel": 2}.get(case, 3)
    hub.ask(253, channel, code={"another status": 405, "success": 200}.get(case, 400))

    assert asleep(tshark, hub.write(tmp_path)) == []


def test_the_last_report_counts(tshark, tmp_path):
    hub = Hub()
    hub.report(c1="standby", c2="login")
    hub.report(c2="standby", c1="login")
    hub.ask(253, 1)
    last = hub.report(c2="standby")
    refused = hub.ask(253, 2)

    assert asleep(tshark, hub.write(tmp_path)) == [(refused, last)]


def test_a_refusal_before_any_report_is_not_explained(tshark, tmp_path):
    hub = Hub()
    hub.ask(253, 3)
    hub.report(c3="standby")

    assert asleep(tshark, hub.write(tmp_path)) == []


def test_an_item_without_a_channel_puts_nobody_to_sleep(tshark, tmp_path):
    hub = Hub()
    items = "".join(f"<ChannelInfo>{named}<loginState>standby</loginState></ChannelInfo>"
                    for named in ("", "<channelId>99999</channelId>", "<channelId>x</channelId>"))
    hub.connection.server(hub.session.reply(145, body(f"<ChannelInfoList>{items}</ChannelInfoList>"), exchange=0))
    hub.ask(253, 0)
    hub.ask(253, 99999)

    assert asleep(tshark, hub.write(tmp_path)) == []


def test_a_connection_does_not_know_the_reports_of_another(tshark, tmp_path):
    hub = Hub()
    hub.report(c3="standby")
    other = hub.made.tcp(client=("10.0.0.9", 41000), server=("10.0.0.1", 9000)).open()
    session = Session().play_login(other)
    other.client(session.message(253, ext=extension(channelId=3)))
    other.server(session.reply(253, code=400))

    assert asleep(tshark, hub.write(tmp_path)) == []


def test_sleepers_obey_the_state_rule(tshark, sharkd, tmp_path):
    hub = Hub("full")
    hub.report(c1="standby", c3="standby")
    hub.ask(253, 3)
    hub.ask(208, 1, in_payload=True)
    hub.report(c3="login")
    hub.ask(253, 3)
    capture = hub.write(tmp_path)

    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD) == 12
    assert len(asleep(tshark, capture)) == 2
