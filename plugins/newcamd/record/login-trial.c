/* login-trial.c
 * Which key of the user opens a login, or the reply to one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/login-trial.h>

#include <string.h>

#include <newcamd/record/candidates.h>
#include <newcamd/record/late-deskey.h>
#include <newcamd/record/learned-keys.h>
#include <newcamd/record/settings.h>

/* Whether the password of the key that opened the login is not the one that is in it. */
static bool
password_differs(const newcamd_session_t *session, const newcamd_candidate_t *candidate, const uint8_t *frame,
                 size_t frame_len)
{
    const newcamd_key_row_t *row = candidate->row;
    const char *crypt = newcamd_key_row_crypt(candidate->row);
    uint8_t key[NEWCAMD_KEY14_LEN];

    if (crypt == NULL) {
        return false;
    }
    newcamd_session_key(row->deskey, (const uint8_t *)crypt, strlen(crypt), key);
    if (memcmp(key, session->session_key, sizeof key) == 0) {
        return false;
    }
    if (*row->user == '\0') {
        return true;
    }

    newcamd_login_text_t text;
    const size_t plain_len = frame_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    uint8_t *plain = g_malloc(plain_len);
    const bool same_user = newcamd_session_open(session, NEWCAMD_KEY_LOGIN, frame, frame_len, plain) &&
                           newcamd_login_read(plain, plain_len, session->header_len, &text) &&
                           strlen(row->user) == text.user_len &&
                           memcmp(row->user, plain + text.user, text.user_len) == 0;
    g_free(plain);
    return same_user;
}

/* Keeps which keys failed on a login, for whoever shows it: others may come later, which nobody tries on it.
 *   first, count  the first one's name, and how many there were; valid until keys come or go */
static void
keep_tried(newcamd_connection_t *connection, const char *first, unsigned count)
{
    if (count > 0 && g_strcmp0(connection->tried, first) != 0) {
        connection->tried = wmem_strdup(wmem_file_scope(), first);
    }
    connection->tried_count = MAX(count, connection->tried_count);
}

/* Tries the keys for a server on a login, in their order. Gives the one that opens it. */
static bool
try_candidates(newcamd_connection_t *connection, const address *server, uint32_t port, const uint8_t *frame,
               size_t frame_len, newcamd_candidate_t *candidate)
{
    newcamd_session_t *session = &connection->session;
    gcry_cipher_hd_t trial = newcamd_trial_open();
    const char *first = NULL;
    unsigned at = 0, count = 0;
    bool opened = false;

    while (trial != NULL && !opened && newcamd_candidate_next(server, port, &at, candidate)) {
        if (!newcamd_candidate_may_try(candidate)) {
            continue;
        }
        opened = newcamd_session_try_login(session, trial, candidate->row->deskey, newcamd_forced_header(),
                                           frame, frame_len);
        if (!candidate->is_default) {
            first = (first != NULL) ? first : candidate->row->name;
            count++;
        }
    }
    gcry_cipher_close(trial);
    keep_tried(connection, first, count);
    return opened;
}

bool
newcamd_connection_login(newcamd_connection_t *connection, const address *server, uint32_t port,
                         uint32_t login_frame, const uint8_t *frame, size_t frame_len)
{
    newcamd_session_t *session = &connection->session;
    newcamd_candidate_t candidate;

    connection->login_frame = login_frame;
    connection->tried_count = 0;
    session->login = NEWCAMD_LOGIN_NOT_OPENED;
    /* A server that connects names a port, and rows may have another one of its ports. */
    const bool opened = try_candidates(connection, server, port, frame, frame_len, &candidate) ||
                        (session->reverse &&
                         try_candidates(connection, server, NEWCAMD_ANY_PORT, frame, frame_len, &candidate));
    if (opened) {
        connection->key_row = wmem_strdup(wmem_file_scope(), candidate.row->name);
    }
    if (session->login == NEWCAMD_LOGIN_OPENED) {
        connection->password_differs = password_differs(session, &candidate, frame, frame_len);
        newcamd_learn_session_key(session, port, connection->login_frame, connection->key_row);
    } else if (session->login == NEWCAMD_LOGIN_NOT_OPENED) {
        newcamd_late_deskey_keep(connection, frame, frame_len);
    }
    return opened;
}

bool
newcamd_connection_login_reply(newcamd_connection_t *connection, const address *server, uint32_t port,
                               const uint8_t *frame, size_t frame_len)
{
    gcry_cipher_hd_t trial = newcamd_trial_open();
    newcamd_candidate_t candidate;
    unsigned at = 0;
    bool opened = false;

    while (trial != NULL && !opened && newcamd_candidate_next(server, port, &at, &candidate)) {
        opened = newcamd_candidate_may_try(&candidate) &&
                 newcamd_session_try_reply(&connection->session, trial, candidate.row->deskey,
                                           newcamd_forced_header(), frame, frame_len);
    }
    gcry_cipher_close(trial);
    if (opened) {
        connection->key_row = wmem_strdup(wmem_file_scope(), candidate.row->name);
    }
    return opened;
}
