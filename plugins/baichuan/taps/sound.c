/* sound.c
 * ADPCM for Wireshark's own player of sound.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The player takes a codec by the name of the payload, and Wireshark 4.0 asks the codec for the rate: so there is a codec for
 * each. A codec keeps nothing, since there is one context for all streams, and a block needs none.
 */
#include <common/epan/ws-compat.h>

#include <epan/dissectors/packet-rtp.h>
#include <epan/tap.h>
#include <wsutil/codecs.h>

#include <string.h>

#include <baichuan/taps/sound.h>
#include <baichuan/wire/adpcm.h>

#define RTP_HEADER   12u
#define PAYLOAD_TYPE 98u      /* one of those that have no meaning of their own */
#define FIRST_NUMBER 0x10000u /* sequence numbers of 16 bits count on from here */

static int rtp_tap = -1;

/* ---- codecs ------------------------------------------------------------------------------------------- */

static void
end_codec(WSC_CODEC_CONTEXT *context _U_)
{
}

static unsigned
channels_of_codec(WSC_CODEC_CONTEXT *context _U_)
{
    return 1;
}

/* Without room for them it says how many bytes the samples need. */
static size_t
decode_block(WSC_CODEC_CONTEXT *context _U_, const void *block, size_t len, void *samples, size_t *room)
{
    const size_t needed = bc_adpcm_samples(len) * sizeof(int16_t);

    if (samples == NULL || room == NULL) {
        return needed;
    }
    if (*room < needed) {
        return 0;
    }
    bc_adpcm_decode(block, len, samples);
    *room = needed;
    return needed;
}

#define RATE_FUNCTIONS(rate)                                                                                 \
    static void *begin_##rate(WSC_CODEC_INIT_ARGUMENTS)                                                      \
    {                                                                                                        \
        return NULL;                                                                                         \
    }                                                                                                        \
    static unsigned rate_##rate(WSC_CODEC_CONTEXT *context _U_)                                              \
    {                                                                                                        \
        return rate;                                                                                         \
    }

RATE_FUNCTIONS(8000)
RATE_FUNCTIONS(11025)
RATE_FUNCTIONS(16000)
RATE_FUNCTIONS(22050)
RATE_FUNCTIONS(32000)
RATE_FUNCTIONS(44100)
RATE_FUNCTIONS(48000)

typedef struct {
    uint32_t rate; /* samples a second */
    const char *name;
    codec_init_fn begin;
    codec_get_frequency_fn rate_of;
} codec_row_t;

#define CODEC_ROW(rate)                                                                                      \
    {                                                                                                        \
        rate, "ADPCM " #rate " from Baichuan", begin_##rate, rate_##rate                                     \
    }

static const codec_row_t codecs[] = { CODEC_ROW(8000),  CODEC_ROW(11025), CODEC_ROW(16000), CODEC_ROW(22050),
                                      CODEC_ROW(32000), CODEC_ROW(44100), CODEC_ROW(48000) };

/* NULL if there is none. */
static const codec_row_t *
codec_with_rate(uint32_t rate)
{
    for (size_t i = 0; i < array_length(codecs); i++) {
        if (codecs[i].rate == rate) {
            return &codecs[i];
        }
    }
    return NULL;
}

/* ---- packets ------------------------------------------------------------------------------------------ */

/* What RTP would have before the block. */
static void
write_rtp_header(uint8_t header[RTP_HEADER], const bc_media_packet_t *packet)
{
    const uint16_t number = GUINT16_TO_BE((uint16_t)packet->sound->number);
    const uint32_t stamp = GUINT32_TO_BE((uint32_t)packet->sound->before);
    const uint32_t stream = GUINT32_TO_BE(packet->stream);

    header[0] = 0x80;
    header[1] = PAYLOAD_TYPE;
    memcpy(header + 2, &number, sizeof number);
    memcpy(header + 4, &stamp, sizeof stamp);
    memcpy(header + 8, &stream, sizeof stream);
}

/* The block behind a header, as the listeners want it. */
static void
describe_sound(struct _rtp_info *info, const bc_media_packet_t *packet, const uint8_t *bytes,
               const codec_row_t *codec)
{
    const bc_media_sound_t *sound = packet->sound;

    info->info_version = 2;
    info->info_marker_set = sound->number == 0;
    info->info_media_types = RTP_MEDIA_AUDIO;
    info->info_payload_type = PAYLOAD_TYPE;
    info->info_payload_type_str = codec->name;
    info->info_payload_rate = (int)codec->rate;
    WSC_RTP_SET_CHANNELS(info, 1);
    info->info_seq_num = (uint16_t)sound->number;
    info->info_extended_seq_num = sound->number + FIRST_NUMBER;
    info->info_timestamp = (uint32_t)sound->before;
    info->info_extended_timestamp = sound->before;
    info->info_sync_src = packet->stream;
    info->info_data = bytes;
    info->info_payload_offset = RTP_HEADER;
    info->info_payload_len = packet->header.size - BC_MEDIA_ADPCM_PREFIX;
    info->info_data_len = RTP_HEADER + info->info_payload_len;
    info->info_all_data_present = true;
    info->info_setup_frame_num = packet->begin_frame;
}

bool
bc_sound_wanted(void)
{
    return rtp_tap > 0 && have_tap_listener(rtp_tap);
}

void
bc_sound_give(packet_info *pinfo, const bc_media_packet_t *packet, const uint8_t *payload, uint32_t rate)
{
    const codec_row_t *codec = codec_with_rate(rate);

    if (codec == NULL) {
        return;
    }
    const size_t block = packet->header.size - BC_MEDIA_ADPCM_PREFIX;
    struct _rtp_info *info = wmem_new0(pinfo->pool, struct _rtp_info);
    uint8_t *bytes = wmem_alloc(pinfo->pool, RTP_HEADER + block);
    write_rtp_header(bytes, packet);
    memcpy(bytes + RTP_HEADER, payload + BC_MEDIA_ADPCM_PREFIX, block);
    describe_sound(info, packet, bytes, codec);
    tap_queue_packet(rtp_tap, pinfo, info);
}

void
bc_sound_handoff(void)
{
    rtp_tap = find_tap_id("rtp");
    for (size_t i = 0; i < array_length(codecs); i++) {
        register_codec(codecs[i].name, codecs[i].begin, end_codec, channels_of_codec, codecs[i].rate_of,
                       decode_block);
    }
}
