/* assembler.h
 * One direction of a byte stream: which bytes are there, which message they belong to, and what is missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * No protocol in it. Its user cuts the stream into messages by arithmetic; the assembler knows places, slices,
 * holes and overlaps, keeps the bytes of messages that are not finished, and tells of late bytes whose message
 * they are. First pass only: what is found out here goes into records, and later passes read these.
 *
 * Words
 *   place     where a byte is in the stream. On the wire 32 bits that wrap (TCP: sequence number; BcUdp: bytes
 *             counted by the carrier). Here 64 bits, of which the low 32 are those of the wire.
 *   slice     what one packet brings. Slices come in any order and may overlap; of a byte that comes twice the
 *             first one counts. Its end may not have been captured (snap length): these bytes exist, and are
 *             "seen", but are no more "here" than lost ones.
 *   fresh     bytes of the newest slice that were not here before.
 *   message   a stretch of the stream that the user has begun: place, length, his own pointer. A stretch in
 *             which no message could be found is one, too. Messages do not overlap.
 *   open      a message that is not finished; its frames are known and, unless its bytes pass by, they are kept.
 *   finished  the user has shown it. While it has holes, late bytes find it.
 *   front     where the next message begins by arithmetic. Bytes behind it belong to nobody yet and are kept.
 *
 * For each slice: feed, then look at parts, begin messages, finish messages in whatever order the protocol
 * needs, then done. Between feed and done the newest slice is read where the caller has it, without a copy; a
 * message that lies in one slice costs none at all.
 *
 *     camshark_arrival_t arrival = camshark_assembler_feed(a, &slice);
 *     if (arrival.kind == CAMSHARK_ARRIVAL_FAR) {            // the stream goes on elsewhere, or a stray packet
 *         if (!arrival.far_again && !begins_with_header(slice)) { show as stray bytes; return; }
 *         finish what is open (camshark_assembler_oldest); camshark_assembler_restart(a, slice.place);
 *         arrival = camshark_assembler_feed(a, &slice);
 *     }
 *     // 1. Fresh bytes of messages that had begun before.
 *     for (uint64_t at = arrival.from; camshark_assembler_part(a, at, &part); at = part.place + part.len)
 *         if (part.message != NULL) {
 *             note in this frame's record: bytes of part.message->owner, at part.offset, part.len long
 *             part.message->finished: "late bytes of the message in frame N"
 *             passes by: keep camshark_assembler_before(a, part.place, 16, ...) in the record: decryption
 *         }
 *     // 2. What is whole, or will not become so; and new messages, as far as their headers are here. (With patience
 *     // a younger one may be whole before the oldest: show and finish those in a second loop over the parts, not
 *     // in the first: the slice may have more of the same message, which is forgotten when it is finished.)
 *     do {
 *         while ((m = camshark_assembler_due(a, PATIENCE)) != NULL) { show(m); camshark_assembler_finish(a, m); }
 *     } while (frame_one(a));
 *     camshark_assembler_done(a);
 *
 * Baichuan, frame_one():
 *     front = camshark_assembler_front(a);
 *     if (front >= camshark_assembler_newest(a)) return false;
 *     bytes = camshark_assembler_peek(a, front, BC_LONG_HEADER, scratch, &got);
 *     switch (bc_header_parse(bytes, got, &header)) {
 *     case BC_HEADER_OK: possible:
 *         m = camshark_assembler_begin(a, front, header.len + header.body_len, keep or pass by, owner);
 *         for (o = 0; camshark_assembler_fragment(a, m, o, &f); o = f.offset + f.len)
 *             the record of frame f.frame: part of owner, f.offset, f.len     // this frame's among them
 *             (passes by, and f.frame is an earlier one: its bytes, and those before, can be read until done)
 *         m is whole, though an older one is not: show(m); camshark_assembler_finish(a, m);
 *         return true;
 *     case BC_HEADER_MORE:
 *         if (camshark_assembler_newest(a) - front <= got + PATIENCE) return false;   // it may still come
 *         break;                              // a hole in the header: bytes far behind it are here already
 *     case BC_HEADER_NONE: break;
 *     }
 *     // Last resort: the next header among what is held, from where the last search ended (remember that
 *     // place, or the same bytes are searched with each slice).
 *     for (at = MAX(front, searched); camshark_assembler_held(a, at, &run); at = run.to)
 *         look through camshark_assembler_peek()s of run, found at q:
 *             m = camshark_assembler_begin(a, front, q - front, CAMSHARK_PASS_BY, owner of skipped bytes);
 *             its fragments' frames say so; camshark_assembler_finish(a, m); return true;
 *     (Nothing found: all but 23 bytes of what is held should be begun and finished as skipped bytes as well.)
 *   A header at the start of a slice that lies inside an open message belies that one's length: if the slice is NEXT or
 *     AHEAD, so that nothing is held behind it (else a sender can have the same bytes listed over and over),
 *     camshark_assembler_shorten(a, m, slice's place - start), and the front is where the slice begins.
 *   show(m): m whole and in one fragment of this frame: from the frame's own buffer. Else
 *     bytes = wmem_alloc(wmem_file_scope(), m->total); camshark_assembler_read(a, start, m->total, bytes), and
 *     camshark_assembler_fragment() and _hole() for the record: list of fragments, baichuan.hole.
 *   Media that pass by: their parts are shown in each frame (1.); due and finished they only lose their list.
 *   End of capture: on the first packet of a later pass _oldest() gives what waits behind a hole, still readable.
 *
 * Baichuan over BcUdp: the order of packets is the carrier's (session/udp-order.h): it gives each packet in turn
 *   with the place behind the last one and the frame it was captured in, which may be an earlier one. When it
 *   gives up k packets it moves its place on by k times the usual piece. Should the next header not be where
 *   arithmetic says, the hole was not that long: begin what follows where the header is (shorten the message
 *   with the hole if it lies in that, or begin skipped bytes up to it). A packet that comes after it was given
 *   up gets the place that was counted for it, and is late like any other.
 *
 * newcamd: as Baichuan, with these differences. front holds the greeting (14 bytes) where the session expects
 *   one, else a length L (2 bytes, big endian): camshark_assembler_begin(a, front, 2 + L, CAMSHARK_KEEP, owner).
 *   Whether it is a clear login is asked when it is whole. Messages are decided in their order, and the
 *   loop above does so: what is whole is shown before the next length is read. A hole at the front, or a length
 *   that cannot be: the first slice's run of camshark_assembler_held() that frames fill to its end
 *   (newcamd_frames_fill) goes on, what lies before it is skipped bytes. Acknowledged and not seen:
 *   camshark_assembler_unwrap(a, tcpinfo->lastackseq) > camshark_assembler_newest(a).
 *
 * Bounds. A feed takes O(log n) in what is held, besides the bytes that it brings (amortised); n is bounded by
 * the constants below, whatever a sender does. Over a bound the oldest is forgotten first; camshark_assembler_due()
 * tells of an open message once at least before it is gone, though perhaps without its bytes. Idle, without a byte
 * held or missing, an assembler takes less than 60 bytes.
 */
#ifndef CAMSHARK_COMMON_PURE_ASSEMBLER_H
#define CAMSHARK_COMMON_PURE_ASSEMBLER_H

#include <stdbool.h>
#include <stdint.h>

#include <common/pure/place-tree.h>

/* Bytes behind the newest one that are still known. What is older is forgotten; slices of it are OLD. A slice
 * farther ahead than this, or twice as far behind, is FAR. */
#define CAMSHARK_ASSEMBLER_WINDOW 0x2000000u /* 32 MiB */
/* The longest message. */
#define CAMSHARK_ASSEMBLER_LONGEST 0x1000000u /* 16 MiB */
/* Memory for the bytes that are kept, less than the window. Above it new ones are not (camshark_message_t.dropped), and
 * those of no message are forgotten. */
#define CAMSHARK_ASSEMBLER_KEPT 0x1800000u /* 24 MiB */
/* Stretches of bytes that are here, with holes between them. Above it the oldest stretch is forgotten. */
#define CAMSHARK_ASSEMBLER_STRETCHES 65536u
/* Slices of open messages whose frames are known. Above it a slice is added to the one that it continues
 * (camshark_fragment_t.left_out). */
#define CAMSHARK_ASSEMBLER_FRAGMENTS 16384u
/* Open messages, and finished ones that have holes. Above it the oldest is forgotten. */
#define CAMSHARK_ASSEMBLER_MESSAGES 1024u
/* Bytes before a hole, or before what comes next, that stay of a message that passes by or is finished. */
#define CAMSHARK_ASSEMBLER_TAIL 32u

typedef struct camshark_assembler camshark_assembler_t;

/* What one packet brings. */
typedef struct {
    uint32_t place;       /* of its first byte, as on the wire */
    uint32_t len;         /* bytes of the stream */
    uint32_t captured;    /* how many of these are at bytes; the others exist, but nobody has them */
    uint32_t frame;       /* the caller's number for the packet */
    const uint8_t *bytes; /* stay the caller's; read until camshark_assembler_done() */
} camshark_slice_t;

typedef enum {
    CAMSHARK_ARRIVAL_EMPTY,  /* no byte in it */
    CAMSHARK_ARRIVAL_NEXT,   /* goes on behind the newest byte, and may repeat some before it */
    CAMSHARK_ARRIVAL_AHEAD,  /* behind a gap */
    CAMSHARK_ARRIVAL_LATE,   /* all of it before the newest byte, and something of it was not known */
    CAMSHARK_ARRIVAL_REPEAT, /* nothing that was not here before: retransmission, keep-alive */
    CAMSHARK_ARRIVAL_OLD,    /* before all that is still known; not taken */
    CAMSHARK_ARRIVAL_FAR,    /* far from the window, or longer than the longest message; not taken */
} camshark_arrival_kind_t;

typedef struct {
    camshark_arrival_kind_t kind;
    uint64_t from, to; /* of the slice, without what lies before all that is still known */
    uint64_t gap;      /* AHEAD: bytes between the newest one and the slice */
    uint32_t fresh;    /* bytes of it that were not here before */
    bool far_again;    /* FAR, and goes on where the last slice that was far ended */
} camshark_arrival_t;

/* What becomes of the bytes of a message that are not in its last slice. */
typedef enum {
    CAMSHARK_KEEP, /* kept until it is finished */
    CAMSHARK_PASS_BY, /* dropped with camshark_assembler_done(), but for CAMSHARK_ASSEMBLER_TAIL bytes before each
                       * place where others may follow. Those that had come before it was begun stay. */
} camshark_keeping_t;

/* To be read only. A pointer to an open message is good until it is finished, or forgotten in done(), begin() or
 * restart(); one to a finished message until done(). */
typedef struct {
    camshark_place_node_t node; /* node.at is the place of its first byte */
    void *owner;                /* the user's */
    uint32_t total;             /* bytes, from 1 on */
    uint32_t here;              /* how many of them were captured and came; whole if all */
    uint32_t seen;              /* how many are known to exist: those, and the ones that were not captured */
    uint32_t dropped;           /* bytes that came and should have been kept, but are not: over a bound */
    camshark_keeping_t keeping;
    bool finished;
} camshark_message_t;

/* Fresh bytes that belong together. */
typedef struct {
    uint64_t place;
    uint32_t len;
    uint32_t offset;             /* of them in their message */
    camshark_message_t *message; /* NULL: nobody's (yet, if not before the front) */
} camshark_part_t;

/* Bytes of one frame in a message. */
typedef struct {
    uint32_t frame;
    uint32_t offset; /* in the message */
    uint32_t len;
    uint32_t left_out; /* slices of other frames that were added to this one: over a bound */
} camshark_fragment_t;

/* Bytes of a message that are not here. */
typedef struct {
    uint32_t offset; /* in the message */
    uint32_t len;
    bool
        cut; /* they were sent, but the snap length cut them off (or, over a bound, they are forgotten); else lost, or
               * not here yet */
} camshark_hole_t;

/* Bytes of one slice that are held. */
typedef struct {
    uint64_t from, to;
} camshark_run_t;

/* Place of a message's first byte, and of what follows its last one. */
static inline uint64_t
camshark_message_start(const camshark_message_t *message)
{
    return message->node.at;
}

static inline uint64_t
camshark_message_end(const camshark_message_t *message)
{
    return message->node.at + message->total;
}

static inline bool
camshark_message_is_whole(const camshark_message_t *message)
{
    return message->here == message->total;
}

/* ---- Life --------------------------------------------------------------------------------------------- */

/* A new one, to be freed with camshark_assembler_free(). Memory is GLib's and its own: for file scope, free it in a
 * wmem callback. It begins with the first slice. */
camshark_assembler_t *camshark_assembler_new(void);

/* NULL is allowed. Owners stay the user's. */
void camshark_assembler_free(camshark_assembler_t *assembler);

/* Forgets everything, open messages included: take them with camshark_assembler_oldest() before. The stream goes
 * on at a place (32 bits, as on the wire), where a message is expected to begin. */
void camshark_assembler_restart(camshark_assembler_t *assembler, uint32_t place);

/* ---- One slice ---------------------------------------------------------------------------------------- */

/* Takes in a slice. slice->bytes must stay until camshark_assembler_done(); where that is not called (an exception),
 * the next feed takes the bytes of this slice for seen and not kept. captured above len is taken for len. */
camshark_arrival_t camshark_assembler_feed(camshark_assembler_t *assembler, const camshark_slice_t *slice);

/* The first fresh bytes at or behind a place, up to where they end or another message begins. False if there are no
 * more. Bytes of messages that were finished meanwhile no longer count. */
bool camshark_assembler_part(const camshark_assembler_t *assembler, uint64_t at, camshark_part_t *part);

/* Ends work on the newest slice: keeps of it what has to be kept, and forgets what is over the bounds. */
void camshark_assembler_done(camshark_assembler_t *assembler);

/* ---- Places ------------------------------------------------------------------------------------------- */

/* Where the next message begins by arithmetic: where the stream (re)started, then behind the last message. 0 before
 * the first slice. */
uint64_t camshark_assembler_front(const camshark_assembler_t *assembler);

/* Moves the front, for bytes before the first slice or a new beginning. Messages stay what they are. */
void camshark_assembler_set_front(camshark_assembler_t *assembler, uint64_t place);

/* Behind the last byte that is known to exist. */
uint64_t camshark_assembler_newest(const camshark_assembler_t *assembler);

/* The 64 bits of a place on the wire: the nearest to the newest byte. */
uint64_t camshark_assembler_unwrap(const camshark_assembler_t *assembler, uint32_t place);

/* ---- Bytes -------------------------------------------------------------------------------------------- */

/* Bytes from a place on, as far as they are held in a row.
 *   want     bytes that the caller can use
 *   scratch  room for so many; used where they are not in one piece
 *   got      gets their number; more than want if they lie there anyway, 0 if there are none
 * The pointer is good until the next call but reading ones. NULL if there are none. */
const uint8_t *camshark_assembler_peek(const camshark_assembler_t *assembler, uint64_t place, uint32_t want,
                                       uint8_t *scratch, uint32_t *got);

/* Copies len bytes from a place on. Those that are not held become 0. Returns how many were. */
uint32_t camshark_assembler_read(const camshark_assembler_t *assembler, uint64_t place, uint32_t len,
                                 uint8_t *out);

/* Copies the bytes directly before a place, at most len: what decryption needs of the slice before. Returns their
 * number: less than len behind a hole, and where they are no longer held; they lie at the start of out. */
uint32_t camshark_assembler_before(const camshark_assembler_t *assembler, uint64_t place, uint32_t len,
                                   uint8_t *out);

/* The first bytes that are held at or behind a place, as far as one slice has brought them; the next call with run->to
 * goes on. False if there are none. */
bool camshark_assembler_held(const camshark_assembler_t *assembler, uint64_t at, camshark_run_t *run);

/* ---- Messages ----------------------------------------------------------------------------------------- */

/* Begins a message, whatever of it is here. The front moves behind it, never backwards.
 *   total  1 to CAMSHARK_ASSEMBLER_LONGEST
 *   owner  is given back with the message
 * NULL if total is not possible, the start lies behind the newest byte or before all that is still known, or it
 * overlaps another message that is not forgotten. */
camshark_message_t *camshark_assembler_begin(camshark_assembler_t *assembler, uint64_t start, uint32_t total,
                                             camshark_keeping_t keeping, void *owner);

/* Changes what becomes of the bytes of an open message from the newest slice on. */
void camshark_assembler_keep(camshark_message_t *message, camshark_keeping_t keeping);

/* Makes an open message shorter; what it loses is nobody's. A front at its end moves along. Takes longer the more
 * stretches are here behind the new end. False, and nothing done, if total is 0 or not less than it was. */
bool camshark_assembler_shorten(camshark_assembler_t *assembler, camshark_message_t *message, uint32_t total);

/* The user has shown an open message: its bytes and frames are dropped. One with holes stays known to late bytes
 * until CAMSHARK_ASSEMBLER_MESSAGES or _WINDOW are over; any other is forgotten at once. */
void camshark_assembler_finish(camshark_assembler_t *assembler, camshark_message_t *message);

/* The oldest open message if nothing of it is to be waited for: all of it was seen; or the stream has gone on so many
 * bytes (patience) behind its end - 0: its last byte, or one behind it, was seen; or it is about to be forgotten. Else
 * NULL. Where a younger one may be whole before: see camshark_message_is_whole() of a part's message. */
camshark_message_t *camshark_assembler_due(const camshark_assembler_t *assembler, uint64_t patience);

/* The oldest open message; NULL if there is none. */
camshark_message_t *camshark_assembler_oldest(const camshark_assembler_t *assembler);

/* The message that a place lies in, be it open or finished; NULL if there is none, or it is forgotten. */
camshark_message_t *camshark_assembler_owner(const camshark_assembler_t *assembler, uint64_t place);

/* The first fragment of an open message that ends behind an offset, in the order of offsets; the newest slice counts.
 * False if there are no more. */
bool camshark_assembler_fragment(const camshark_assembler_t *assembler, const camshark_message_t *message,
                                 uint32_t offset, camshark_fragment_t *fragment);

/* The first hole of an open message at or behind an offset. A hole of which one part was cut and another lost counts as
 * several. False if there are no more. All holes in turn take as long as the fragments, so ask when the message is
 * shown, and not with each slice: here and seen say how much is missing. */
bool camshark_assembler_hole(const camshark_assembler_t *assembler, const camshark_message_t *message,
                             uint32_t offset, camshark_hole_t *hole);

#endif
