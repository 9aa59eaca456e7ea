/* mid-session.c
 * Session keys without an opened login: given as they are, learned from other logins of the capture, or made of DESKEY and
 * password.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where the login is not in the capture, or no DESKEY opens it, each frame is asked whether a session key opens it. One frame is no proof: a wrong
 * key passes with a chance of a millionth, and there may be thousands. So
 *
 *   the first frame that a key opens    makes that key the suspect
 *   the second one                      proves it, if both agree on header version and direction: the session has its key
 *   frames that came before             were kept, and are noted now, as if they had been opened in their order
 *
 * A connection of which frames are kept waits: a login that is opened later is tried on them, too, because nothing more
 * may come of it.
 *
 * Keys come from other logins of the capture (learned-keys.c) and from rows of the key table that have a session key, or DESKEY
 * and password. Behind a login that no DESKEY opens, only session keys that were given may help, and a DESKEY that has come since
 * (late-deskey.c). How often they are tried is limited: by frames of a connection here, and by tries in the file there.
 *
 * What one connection teaches another one is the only state that is not tied to a conversation. It is in file
 * scope as all state, and written on the first pass alone.
 */
#include <newcamd/record/mid-session.h>

#include <string.h>

#include <epan/conversation.h>
#include <common/epan/file-memory.h>

#include <newcamd/record/candidates.h>
#include <newcamd/record/late-deskey.h>
#include <newcamd/record/learned-keys.h>
#include <newcamd/record/greeting-note.h>
#include <newcamd/record/settings.h>

/* Keys are tried on so many frames of a connection before it is given up until another login is opened, or keys come from
 * elsewhere; and on so many in all, but for the latter. */
#define TRIES_A_KEY_SET 8
#define TRIES_MAX       64

/* A key that comes later is tried on so many of the first frames: behind a login and its reply, which only the greeting
 * opens, and two that prove the key. */
#define TRIES_A_WAITING 4

/* So many frames of a connection are kept for a key that comes later. */
#define CLOSED_MAX 4096

/* A connection without its login, of which frames are kept. */
typedef struct waiting {
    struct waiting *older;
    newcamd_connection_t *connection;
    newcamd_conversation_t *conversation;
    conversation_t *tcp;
} waiting_t;

/* Those of a file. First pass only. */
typedef struct {
    waiting_t *newest; /* NULL if there is none */
    unsigned count;
    unsigned learned; /* so many learned keys have been tried on all of them */
} waiting_list_t;

static wmem_map_t *waiting_of_file; /* "list" -> waiting_list_t */

/* A frame on which keys are tried. */
typedef struct {
    const newcamd_session_t *session;
    newcamd_suspect_t *suspect;
    gcry_cipher_hd_t cipher;
    const packet_info *pinfo;
    unsigned direction;
    uint32_t place;
    const uint8_t *frame;
    size_t frame_len;
} trial_t;

/* The direction in which the card server probably sends: who accepted the connection tells, if that is known.
 *   at_source  whether the key is one for the sender of the frame */
static unsigned
expected_server(const trial_t *trial, bool at_source)
{
    const newcamd_session_t *session = trial->session;

    if (session->greeted) {
        return session->reverse ? 1 - session->acceptor : session->acceptor;
    }
    return at_source ? trial->direction : 1 - trial->direction;
}

/* Tries a key; if it opens the frame it is the suspect from now on.
 *   deskey  that it was made of; NULL if that is not known */
static bool
suspect_key(const trial_t *trial, const uint8_t *deskey, const uint8_t *session_key, const char *key_row,
            bool at_source)
{
    newcamd_suspect_t *suspect = trial->suspect;
    newcamd_worlds_t worlds;

    if (!newcamd_cipher_set_key(trial->cipher, session_key) ||
        !newcamd_proof_try(trial->cipher, newcamd_forced_header(), trial->direction, trial->frame,
                           trial->frame_len, &worlds)) {
        return false;
    }
    suspect->has_deskey = deskey != NULL;
    if (deskey != NULL) {
        memcpy(suspect->deskey, deskey, NEWCAMD_KEY14_LEN);
    }
    memcpy(suspect->session_key, session_key, NEWCAMD_KEY14_LEN);
    suspect->key_row = wmem_strdup(wmem_file_scope(), key_row);
    suspect->worlds = worlds;
    suspect->expected_server = expected_server(trial, at_source);
    suspect->direction = trial->direction;
    suspect->place = trial->place;
    return true;
}

/* Those that were learned from one port, as far as tries are left. */
static bool
suspect_learned_from(const trial_t *trial, uint32_t port, bool at_source, unsigned *left)
{
    for (const newcamd_learned_t *learned = newcamd_learned_from(port); learned != NULL && *left > 0;
         learned = learned->older) {
        (*left)--;
        if (suspect_key(trial, learned->deskey, learned->session_key, learned->key_row, at_source)) {
            return true;
        }
    }
    return false;
}

/* Keys learned from the same server's port first, then the others (section 8.4); the newest first, so that the limit
 * leaves out what is longest ago. */
static bool
suspect_learned(const trial_t *trial)
{
    const packet_info *pinfo = trial->pinfo;
    const unsigned count = newcamd_learned_count();
    unsigned left = newcamd_learned_tries(pinfo, count);

    if (suspect_learned_from(trial, pinfo->srcport, true, &left) ||
        (pinfo->destport != pinfo->srcport && suspect_learned_from(trial, pinfo->destport, false, &left))) {
        return true;
    }
    for (unsigned i = count; i > 0 && left > 0; i--, left--) {
        const newcamd_learned_t *learned = newcamd_learned_key(i);
        if (learned->port != pinfo->srcport && learned->port != pinfo->destport &&
            suspect_key(trial, learned->deskey, learned->session_key, learned->key_row, false)) {
            return true;
        }
    }
    return false;
}

/* Keeps which candidates were tried, for whoever shows the frame: others may come later, which nobody tries on it.
 *   first, count  the first one's name, and how many there were; valid until keys come or go */
static void
keep_given(newcamd_suspect_t *suspect, const char *first, unsigned count)
{
    if (count > 0 && g_strcmp0(suspect->given, first) != 0) {
        suspect->given = wmem_strdup(wmem_file_scope(), first);
    }
    suspect->given_count = count;
}

/* Those of the user, and of the capture. Behind a login that was seen, a session key that is made of a DESKEY does not help:
 * that DESKEY did not open the login. */
static bool
suspect_candidates(const trial_t *trial, bool behind_login)
{
    newcamd_candidate_t candidate;
    const char *first = NULL;
    unsigned at = 0, count = 0;
    bool at_source, opened = false;

    while (!opened && newcamd_candidate_next_either(trial->pinfo, &at, &candidate, &at_source)) {
        const uint8_t *key =
            (behind_login && !candidate.is_session_key) ? NULL : newcamd_candidate_session_key(&candidate);
        const uint8_t *deskey = candidate.is_session_key ? NULL : candidate.row->deskey;
        if (key != NULL && newcamd_candidate_may_try(&candidate)) {
            first = (first != NULL) ? first : candidate.row->name;
            count++;
            opened = suspect_key(trial, deskey, key, candidate.row->name, at_source);
        }
    }
    keep_given(trial->suspect, first, count);
    return opened;
}

/* That of the login that was seen, which a DESKEY has opened since. */
static bool
suspect_late(const trial_t *trial, const newcamd_connection_t *connection)
{
    const newcamd_closed_login_t *closed = connection->closed_login;

    return suspect_key(trial, NULL, closed->session_key, closed->key_row, false);
}

/* Whether the suspect opens a second frame; then it is no suspect any more. */
static bool
prove_suspect(newcamd_connection_t *connection, const trial_t *trial)
{
    const newcamd_suspect_t *suspect = trial->suspect;
    newcamd_worlds_t worlds;
    unsigned header_len, server;

    if (suspect->key_row == NULL ||
        (suspect->direction == trial->direction && suspect->place == trial->place) ||
        !newcamd_cipher_set_key(trial->cipher, suspect->session_key) ||
        !newcamd_proof_try(trial->cipher, newcamd_forced_header(), trial->direction, trial->frame,
                           trial->frame_len, &worlds)) {
        return false;
    }
    worlds = newcamd_proof_combine(suspect->worlds, worlds);
    if (worlds.possible == 0) {
        return false;
    }
    newcamd_proof_choose(worlds, suspect->expected_server, &header_len, &server);
    newcamd_session_prove(&connection->session, suspect->has_deskey ? suspect->deskey : NULL,
                          suspect->session_key, header_len, server);
    newcamd_session_settle(&connection->session, suspect->direction, suspect->place);
    newcamd_session_settle(&connection->session, trial->direction, trial->place);
    connection->key_row = suspect->key_row;
    connection->recognized_in = trial->pinfo->num;
    return true;
}

static waiting_list_t *
waiting_list(void)
{
    waiting_list_t *list = wmem_map_lookup(waiting_of_file, "list");

    if (list == NULL) {
        list = camshark_file_new0(waiting_list_t);
        wmem_map_insert(waiting_of_file, "list", list);
    }
    return list;
}

/* From its first frame that is kept on, a connection waits. */
static void
begin_waiting(newcamd_connection_t *connection, const packet_info *pinfo)
{
    waiting_list_t *list = waiting_list();
    waiting_t *waiting = camshark_file_new0(waiting_t);

    waiting->connection = connection;
    waiting->conversation = newcamd_conversation_get((packet_info *)pinfo, false);
    waiting->tcp = find_conversation_pinfo((packet_info *)pinfo, 0);
    waiting->older = list->newest;
    list->newest = waiting;
    list->count++;
}

static void
keep_closed_frame(newcamd_connection_t *connection, const trial_t *trial)
{
    wmem_map_t **by_place = &connection->closed_at[trial->direction];

    if (*by_place == NULL) {
        *by_place = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
    }
    if (connection->closed_count >= CLOSED_MAX ||
        wmem_map_contains(*by_place, GUINT_TO_POINTER(trial->place))) {
        return;
    }
    newcamd_closed_t *closed = camshark_file_new0(newcamd_closed_t);
    closed->frame = trial->pinfo->num;
    closed->time = trial->pinfo->abs_ts;
    closed->direction = trial->direction;
    closed->port = trial->pinfo->srcport;
    closed->place = trial->place;
    closed->bytes = wmem_memdup(wmem_file_scope(), trial->frame, trial->frame_len);
    closed->len = trial->frame_len;
    wmem_map_insert(*by_place, GUINT_TO_POINTER(trial->place), closed);
    if (connection->last_closed != NULL) {
        connection->last_closed->next = closed;
    } else {
        connection->closed = closed;
        if (connection->login_frame == 0) {
            begin_waiting(connection, trial->pinfo);
        }
    }
    connection->last_closed = closed;
    connection->closed_count++;
}

static void
note_closed(newcamd_connection_t *connection, newcamd_closed_t *closed, bool lost)
{
    const size_t plain_len = closed->len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    uint8_t *plain = g_malloc(plain_len);

    if (newcamd_session_decide(&connection->session, closed->direction, closed->place, closed->bytes,
                               closed->len, plain) != NEWCAMD_KEY_NONE) {
        newcamd_noted_t message = {
            .frame = closed->frame,
            .time = &closed->time,
            .direction = closed->direction,
            .bytes = plain,
            .len = (unsigned)plain_len,
        };
        newcamd_session_settle(&connection->session, closed->direction, closed->place);
        newcamd_connection_message(connection, &message, lost, &closed->turn, &closed->context);
    } else {
        newcamd_connection_hole(connection, closed->direction, &closed->time);
    }
    g_free(plain);
}

void
newcamd_mid_session_note(newcamd_connection_t *connection, uint32_t but_frame)
{
    camshark_stream_place_t stream[2] = { { .known = false } };

    for (newcamd_closed_t *closed = connection->closed; closed != NULL; closed = closed->next) {
        camshark_stream_place_t *own = &stream[closed->direction];
        if (closed == connection->closed) {
            newcamd_connection_hole(connection, 1 - closed->direction, &closed->time);
        }
        if (closed->frame != but_frame) {
            note_closed(connection, closed,
                        !own->known || camshark_stream_place_lost(own, closed->place) > 0);
            camshark_stream_place_advance(own, closed->place + (uint32_t)closed->len);
        }
        wmem_free(wmem_file_scope(), closed->bytes);
        closed->bytes = NULL;
    }
}

const newcamd_closed_t *
newcamd_mid_session_closed(const newcamd_connection_t *connection, unsigned direction, uint32_t place)
{
    wmem_map_t *by_place = connection->closed_at[direction];
    const newcamd_closed_t *closed =
        (by_place != NULL) ? wmem_map_lookup(by_place, GUINT_TO_POINTER(place)) : NULL;

    return (closed != NULL && closed->bytes == NULL) ? closed : NULL;
}

/* Whether all keys that are there have been tried in vain on enough frames. Other candidates are tried on some more in any
 * case.
 *   learned, edition  what tells of the keys that are there */
static bool
is_spent(newcamd_suspect_t *suspect, unsigned learned, uint32_t edition)
{
    if (suspect->edition != edition) {
        suspect->tried = MIN(suspect->tried, TRIES_MAX - TRIES_A_KEY_SET);
    }
    return suspect->tried >= TRIES_MAX || (suspect->tried > 0 && suspect->tried % TRIES_A_KEY_SET == 0 &&
                                           suspect->learned == learned && suspect->edition == edition);
}

bool
newcamd_mid_session_try(newcamd_connection_t *connection, const packet_info *pinfo, unsigned direction,
                        uint32_t place, const uint8_t *frame, size_t frame_len)
{
    newcamd_suspect_t *suspect = &connection->suspect;
    const unsigned learned = newcamd_learned_count();
    const uint32_t edition = newcamd_candidates_edition();
    const trial_t trial = { .session = &connection->session,
                            .suspect = suspect,
                            .cipher = newcamd_trial_open(),
                            .pinfo = pinfo,
                            .direction = direction,
                            .place = place,
                            .frame = frame,
                            .frame_len = frame_len };

    const bool behind_login = connection->login_frame != 0;
    unsigned more;

    DISSECTOR_ASSERT(!PINFO_FD_VISITED(pinfo));
    const bool late = behind_login && newcamd_late_deskey_look(connection, pinfo, trial.cipher);
    if (behind_login && !late && newcamd_candidates_session_keys(pinfo, &more) == NULL) {
        gcry_cipher_close(trial.cipher);
        return false;
    }
    const bool proved = trial.cipher != NULL && prove_suspect(connection, &trial);
    const bool spent = is_spent(suspect, learned, edition);
    if (trial.cipher != NULL && !proved && !spent && !(late && suspect_late(&trial, connection)) &&
        !(!behind_login && suspect_learned(&trial)) && !suspect_candidates(&trial, behind_login)) {
        suspect->tried++;
        suspect->learned = learned;
        suspect->edition = edition;
    }
    gcry_cipher_close(trial.cipher);
    if (!proved && !(behind_login && spent)) {
        keep_closed_frame(connection, &trial);
    }
    return proved;
}

/* Whether a key opens two of the first frames that are kept of a connection. */
static bool
learned_opens(newcamd_connection_t *connection, const newcamd_learned_t *learned, const packet_info *pinfo,
              gcry_cipher_hd_t cipher)
{
    newcamd_suspect_t suspect = { 0 };
    trial_t trial = {
        .session = &connection->session, .suspect = &suspect, .cipher = cipher, .pinfo = pinfo
    };
    unsigned tries = 0;

    for (const newcamd_closed_t *closed = connection->closed; closed != NULL && tries < TRIES_A_WAITING;
         closed = closed->next, tries++) {
        trial.direction = closed->direction;
        trial.place = closed->place;
        trial.frame = closed->bytes;
        trial.frame_len = closed->len;
        if (suspect.key_row == NULL) {
            suspect_key(&trial, learned->deskey, learned->session_key, learned->key_row,
                        closed->port == learned->port);
        } else if (prove_suspect(connection, &trial)) {
            return true;
        }
    }
    return false;
}

/* The conversation is ours from its first frame on, if nobody has claimed it. */
static void
claim_waiting(const waiting_t *waiting)
{
    newcamd_connection_t *connection = waiting->connection;
    const dissector_handle_t ours = find_dissector("newcamd");
    const uint32_t first = connection->restarted ? connection->closed->frame : waiting->tcp->setup_frame;

    if (conversation_get_dissector(waiting->tcp, connection->closed->frame) == ours) {
        return;
    }
    newcamd_early_claim_from(waiting->conversation, connection, first);
    conversation_set_dissector_from_frame_number(waiting->tcp, first, ours);
    if (waiting->conversation->connection == connection) {
        waiting->conversation->early.note.frame = 0;
    }
}

/* Tries a key on a connection that waits. Returns whether it waits no longer. */
static bool
try_waiting(const waiting_t *waiting, const newcamd_learned_t *learned, const packet_info *pinfo,
            gcry_cipher_hd_t cipher)
{
    newcamd_connection_t *connection = waiting->connection;

    if (connection->session.login != NEWCAMD_LOGIN_NOT_SEEN) {
        return true;
    }
    if (!learned_opens(connection, learned, pinfo, cipher)) {
        return false;
    }
    claim_waiting(waiting);
    newcamd_mid_session_note(connection, 0);
    return true;
}

void
newcamd_mid_session_learned(const packet_info *pinfo)
{
    waiting_list_t *list = waiting_list();
    const unsigned count = newcamd_learned_count();
    gcry_cipher_hd_t cipher = newcamd_trial_open();
    waiting_t **link = &list->newest;

    if (cipher != NULL && list->learned < count && list->count > 0) {
        unsigned left = newcamd_learned_tries(pinfo, list->count * TRIES_A_WAITING);
        for (; *link != NULL && left >= TRIES_A_WAITING; left -= TRIES_A_WAITING) {
            if (try_waiting(*link, newcamd_learned_key(count), pinfo, cipher)) {
                *link = (*link)->older;
                list->count--;
            } else {
                link = &(*link)->older;
            }
        }
    }
    list->learned = count;
    gcry_cipher_close(cipher);
}

void
newcamd_mid_session_register(void)
{
    waiting_of_file = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_str_hash, g_str_equal);
}
