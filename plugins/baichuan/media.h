/* media.h
 * Media packets (BcMedia): info, video frames, audio.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 5.
 */
#ifndef CAMSHARK_BAICHUAN_MEDIA_H
#define CAMSHARK_BAICHUAN_MEDIA_H

typedef enum {
    BAICHUAN_MEDIA_INFO = 1,
    BAICHUAN_MEDIA_I_FRAME,
    BAICHUAN_MEDIA_P_FRAME,
    BAICHUAN_MEDIA_AAC,
    BAICHUAN_MEDIA_ADPCM, /* its payload begins with the four bytes before the block, section 5.5 */
} baichuan_media_type_t;

typedef enum {
    BAICHUAN_CODEC_NONE,
    BAICHUAN_CODEC_H264,
    BAICHUAN_CODEC_H265,
} baichuan_codec_t;

#endif
