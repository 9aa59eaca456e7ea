/* ws-compat.h
 * The one place that knows Wireshark versions: 4.0, 4.2, 4.4 and 4.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Include it first. The rest of the code is written for the newest names; where an older version lacks one,
 * it is given here. What differs in shape (the boolean type of callbacks, extra arguments) has a wsc_ name.
 */
#ifndef CAMSHARK_COMMON_EPAN_WS_COMPAT_H
#define CAMSHARK_COMMON_EPAN_WS_COMPAT_H

#include <wireshark.h>
#include <ws_version.h>

#define WSC_AT_LEAST(maj, min)                                                                               \
    (WIRESHARK_VERSION_MAJOR > (maj) ||                                                                      \
     (WIRESHARK_VERSION_MAJOR == (maj) && WIRESHARK_VERSION_MINOR >= (min)))

/* wsc_bool: what heuristic dissectors and callbacks of wtap_opttypes.h return, and preferences and columns hold.
 * wsc_cb_bool: what callbacks of uat.h and wmem.h return; these two headers left gboolean one version earlier. */
#if WSC_AT_LEAST(4, 2)
typedef bool wsc_cb_bool;
#else
typedef gboolean wsc_cb_bool;
#endif

#if WSC_AT_LEAST(4, 4)
#include <wsutil/plugins.h> /* not packaged for 4.0, not there in 4.2 */
typedef bool wsc_bool;
#else
#include <epan/tvbuff.h>
typedef gboolean wsc_bool;
#define WS_PLUGIN_DESC_DISSECTOR  1u /* neither 4.0 nor 4.2 asks for plugin_describe() */
#define tvb_get_uint8             tvb_get_guint8
#define tvb_find_uint8            tvb_find_guint8
#define STATS_TREE_MENU_SEPARATOR "/"
#endif

/* Notes that a frame is shown with bytes of another one, which is to be saved with it. */
#if WSC_AT_LEAST(4, 2)
#define wsc_depends_on_frame(pinfo, frame) mark_frame_as_depended_upon((pinfo)->fd, (frame))
#else
#define wsc_depends_on_frame(pinfo, frame) mark_frame_as_depended_upon((pinfo), (frame))
#endif

/* -T ek of 4.0 and 4.2 writes one key for each pair of a field and the one around it, so that a field in trees of two
 * kinds is a key twice. Later ones write one key a field. */
#define WSC_EK_KEY_BY_PARENT (!WSC_AT_LEAST(4, 4))

/* Bit of conversation_completeness in struct tcp_analysis: the connection was reset. The same in all versions, and in no
 * header that they install. */
#define WSC_TCP_COMPLETENESS_RESET 0x20

/* What codecs (wsutil/codecs.h) are called with, and what begins one. Before 4.2 a codec is not told the rate. */
#if WSC_AT_LEAST(4, 2)
#define WSC_CODEC_CONTEXT             codec_context_t
#define WSC_CODEC_INIT_ARGUMENTS      codec_context_t *context _U_
#define WSC_RTP_SET_CHANNELS(info, n) ((info)->info_payload_channels = (n))
#else
#define WSC_CODEC_CONTEXT             void
#define WSC_CODEC_INIT_ARGUMENTS      void
#define WSC_RTP_SET_CHANNELS(info, n) ((void)(info))
#endif

/* Behind the other arguments of register_follow_stream(): how many streams there are, and nothing of sub-streams. And
 * filters of conversations have a context, which is not used. */
#if WSC_AT_LEAST(4, 2)
#define WSC_FOLLOW_COUNTS(count) , (count), NULL
#define WSC_FILTER_CONTEXT       , void *context _U_
#define WSC_NO_FILTER_CONTEXT    , NULL
#else
#define WSC_FOLLOW_COUNTS(count)
#define WSC_FILTER_CONTEXT
#define WSC_NO_FILTER_CONTEXT
#endif

/* Asks for the secrets blocks of a type (pcapng). Before 4.4 only Wireshark's own dissectors can. */
#if WSC_AT_LEAST(4, 4)
#include <epan/secrets.h>
#define wsc_secrets_register_type(type, callback) secrets_register_type((type), (callback))
#else
#define wsc_secrets_register_type(type, callback) ((void)(type), (void)(callback))
#endif

/* What a statistic of the command line begins with returns whether it could. */
#if WSC_AT_LEAST(4, 6)
#define WSC_STAT_INIT          bool
#define WSC_STAT_INIT_DONE(ok) return (ok)
#else
#define WSC_STAT_INIT          void
#define WSC_STAT_INIT_DONE(ok) (void)(ok)
#endif

#if WSC_AT_LEAST(4, 6)
#include <wsutil/value_string.h>
#define wsc_val_to_str(pool, v, vs, fmt)     val_to_str((pool), (v), (vs), (fmt))
#define wsc_val_to_str_ext(pool, v, vs, fmt) val_to_str_ext((pool), (v), (vs), (fmt))
#else
#include <epan/value_string.h>
#define wsc_val_to_str(pool, v, vs, fmt)     val_to_str_wmem((pool), (v), (vs), (fmt))
#define wsc_val_to_str_ext(pool, v, vs, fmt) val_to_str_ext_wmem((pool), (v), (vs), (fmt))
#endif

#endif
