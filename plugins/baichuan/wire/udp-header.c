/* udp-header.c
 * What a datagram is: BcUdp's packets and the LAN search.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/udp-header.h>

#include <string.h>

#define MAGIC_WITHOUT_TYPE 0x2a87cf00u
#define MAX_DATA           1480u
#define NOTHING            0xffffffffu /* the word at 12 of an alarm, and of an acknowledgement of nothing */
#define LAN_MARK_AT        104u

static const uint8_t lan_mark[BC_LAN_REQUEST] = { 0xaa, 0xaa, 0x00, 0x00 };

uint32_t
bc_udp_word(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Whether the word at an offset is the number of bytes behind a header. */
static bool
has_length(const uint8_t *datagram, size_t at, size_t header, size_t have, size_t len)
{
    return have >= header && len >= header && bc_udp_word(datagram + at) == len - header;
}

static bool
is_data(const uint8_t *datagram, size_t have, size_t len)
{
    return has_length(datagram, 16, BC_UDP_DATA_HEADER, have, len) && bc_udp_word(datagram + 8) == 0 &&
           len > BC_UDP_DATA_HEADER && len - BC_UDP_DATA_HEADER <= MAX_DATA;
}

static bool
is_ack(const uint8_t *datagram, size_t have, size_t len)
{
    if (!has_length(datagram, 24, BC_UDP_ACK_HEADER, have, len) || bc_udp_word(datagram + 8) != 0) {
        return false;
    }
    for (size_t i = BC_UDP_ACK_HEADER; i < have; i++) {
        if (datagram[i] > 1) {
            return false;
        }
    }
    return true;
}

bc_udp_type_t
bc_udp_recognise(const uint8_t *datagram, size_t have, size_t len)
{
    if (have < BC_UDP_DATA_HEADER || (bc_udp_word(datagram) & 0xffffff00u) != MAGIC_WITHOUT_TYPE) {
        return BC_UDP_NONE;
    }
    switch (datagram[0]) {
    case BC_UDP_DISCOVERY:
        if (has_length(datagram, 4, BC_UDP_DISCOVERY_HEADER, have, len) && bc_udp_word(datagram + 8) == 1) {
            return BC_UDP_DISCOVERY;
        }
        break;
    case BC_UDP_DATA:
        if (is_data(datagram, have, len)) {
            return BC_UDP_DATA;
        }
        break;
    case BC_UDP_ACK:
        if (is_ack(datagram, have, len)) {
            return BC_UDP_ACK;
        }
        break;
    case BC_UDP_ALARM:
        if (has_length(datagram, 4, BC_UDP_ALARM_HEADER, have, len) &&
            bc_udp_word(datagram + 12) == NOTHING) {
            return BC_UDP_ALARM;
        }
        break;
    case BC_UDP_HUB:
        if (has_length(datagram, 4, BC_UDP_HUB_HEADER, have, len)) {
            return BC_UDP_HUB;
        }
        break;
    default:
        break;
    }
    return BC_UDP_NONE;
}

bool
bc_lan_is_request(const uint8_t *datagram, size_t len, uint16_t destination_port)
{
    return destination_port == BC_LAN_PORT_CAMERA && len == sizeof lan_mark &&
           memcmp(datagram, lan_mark, sizeof lan_mark) == 0;
}

bool
bc_lan_is_reply(const uint8_t *datagram, size_t len, uint16_t destination_port)
{
    return destination_port == BC_LAN_PORT_CLIENT && len == BC_LAN_REPLY &&
           memcmp(datagram + LAN_MARK_AT, lan_mark, sizeof lan_mark) == 0;
}
