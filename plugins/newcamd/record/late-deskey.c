/* late-deskey.c
 * DESKEYs that come into the key log file behind a login that no key opened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/late-deskey.h>

#include <string.h>

#include <common/epan/file-memory.h>
#include <common/epan/key-sources.h>

#include <newcamd/record/candidates.h>
#include <newcamd/record/settings.h>

void
newcamd_late_deskey_keep(newcamd_connection_t *connection, const uint8_t *frame, size_t frame_len)
{
    newcamd_closed_login_t *closed = connection->closed_login;

    if (!camshark_key_sources_has_log() || frame_len > sizeof closed->frame) {
        return;
    }
    if (closed == NULL) {
        closed = camshark_file_new0(newcamd_closed_login_t);
        connection->closed_login = closed;
    }
    closed->key_row = NULL;
    closed->rows = newcamd_candidates_log_rows();
    closed->len = (unsigned)frame_len;
    memcpy(closed->frame, frame, frame_len);
}

bool
newcamd_late_deskey_hoped(const newcamd_connection_t *connection)
{
    const newcamd_closed_login_t *closed = connection->closed_login;

    return closed != NULL && (closed->key_row != NULL || closed->rows < newcamd_candidates_log_rows());
}

/* Tries one row, on a session that is thrown away: what was decided about the login is not to change. */
static void
try_row(const newcamd_connection_t *connection, const newcamd_key_row_t *row, gcry_cipher_hd_t trial)
{
    newcamd_closed_login_t *closed = connection->closed_login;
    newcamd_session_t session = connection->session;

    if (newcamd_session_try_login(&session, trial, row->deskey, newcamd_forced_header(), closed->frame,
                                  closed->len) &&
        session.login == NEWCAMD_LOGIN_OPENED) {
        memcpy(closed->session_key, session.session_key, sizeof closed->session_key);
        closed->key_row = wmem_strdup(wmem_file_scope(), row->name);
    }
}

bool
newcamd_late_deskey_look(newcamd_connection_t *connection, const packet_info *pinfo, gcry_cipher_hd_t trial)
{
    newcamd_closed_login_t *closed = connection->closed_login;

    if (trial == NULL || !connection->session.greeted || !newcamd_late_deskey_hoped(connection)) {
        return false;
    }
    while (closed->key_row == NULL && closed->rows < newcamd_candidates_log_rows()) {
        const newcamd_key_row_t *row = newcamd_candidates_log_deskey(pinfo, closed->rows++);
        if (row != NULL) {
            try_row(connection, row, trial);
        }
    }
    return closed->key_row != NULL;
}
