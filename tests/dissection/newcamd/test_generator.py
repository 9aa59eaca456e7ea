"""The generator of newcamd captures makes the frames that the protocol reference gives as vectors (section 4.6)."""

import pytest

from tests.peers import newcamd

IV = bytes.fromhex("1011121314151617")
GREETING = bytes.fromhex("779dcc5dd20d592edcedb817c1ab")


def login_a(version):
    login = newcamd.Login(user="dummy", password="dummy", version=version)
    login.greeting = GREETING
    login.login_key = newcamd.login_key(login.deskey, GREETING)
    return login


def padding(count):
    return bytes(range(0xA1, 0xA1 + count))


VECTORS = [
    (525, lambda a: a.login(iv=IV, padding=padding(1), flags=0x11),
     "0040809e548c73806aa3688da764cc5cb2d944a991df689765cbaf9e9b4a93dd41b89eff09b24b9afbf04062220d9487ba31ccd63e574ac9d"
     "7971011121314151617"),
    (524, lambda a: a.login(iv=IV, padding=padding(5)),
     "004056b12c04b1f2d0d4cbb45d5c868bf69cbe2f33cc45dbb92cc472e9c63ebcda2ad34d5c1bffceea6378d752db01ed31b882f799ec2b848"
     "5081011121314151617"),
    (525, lambda a: a.ack(iv=IV, padding=padding(2)), "001823bdcb06a5d363916bc9b28c678c400e1011121314151617"),
    (525, lambda a: a.frame(newcamd.message(0xE3), msg_id=2, iv=IV, padding=padding(2)),
     "00185374e44c298cb3f982a6ad243566ea301011121314151617"),
    (525, lambda a: a.card_data(msg_id=2, iv=IV, padding=padding(3)),
     "00305374e44c298cb3f995788ef44a9277c80f27632616d899b6f853e0748a3ef3d4f15604f0b26d2a8c1011121314151617"),
    (524, lambda a: a.frame(newcamd.message(0xFD), msg_id=3, iv=IV, padding=padding(6)),
     "0018f4b60e8b635a6e95092f4040132f05011011121314151617"),
]


@pytest.mark.parametrize("number", range(len(VECTORS)))
def test_a_generated_frame_is_that_of_the_reference(number):
    version, make, expected = VECTORS[number]
    login = login_a(version)
    login.client_id = 0x6D67 if version == 525 else 0x5644
    assert make(login).hex() == expected
