/* message-ids.h
 * Numbers that BC messages have in their headers, as far as anything depends on them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * docs/baichuan-messages.tsv has all of them, with names. Message ids of files and streams are in
 * binary-messages.c as well.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_MESSAGE_IDS_H
#define CAMSHARK_BAICHUAN_WIRE_MESSAGE_IDS_H

/* bc_header_t.msg_id */
enum {
    BC_MSG_LOGIN = 1,
    BC_MSG_LOGOUT = 2,
    BC_MSG_VIDEO = 3,
    BC_MSG_VIDEO_STOP = 4,
    BC_MSG_REPLAY = 5,
    BC_MSG_DOWNLOAD = 8,
    BC_MSG_TALK_STOP = 11,
    BC_MSG_SUBSCRIBE = 31,
    BC_MSG_SNAPSHOT = 109,
    BC_MSG_TEST_EMAIL = 141,
    BC_MSG_DOWNLOAD_BY_TIME = 143,
    BC_MSG_CHANNEL_INFO = 145,
    BC_MSG_TALK_CONFIG = 201,
    BC_MSG_TALK = 202,
    BC_MSG_UDP_KEEP_ALIVE = 234, /* the one push that clients answer (section 3.4) */
    BC_MSG_REPLAY_BY_TIME = 381,
};

/* bc_header_t.code of a reply (section 8). */
enum {
    BC_STATUS_OK = 200,
    BC_STATUS_LAST_PIECE = 201, /* of the last message with a picture */
    BC_STATUS_REFUSED = 400,    /* and all up to 499 */
    BC_STATUS_REFUSED_END = 500,
};

#endif
