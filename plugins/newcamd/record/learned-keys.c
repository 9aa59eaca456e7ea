/* learned-keys.c
 * Session keys of logins in this capture, for connections whose login is not in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/learned-keys.h>

#include <string.h>

#include <common/epan/file-memory.h>

static wmem_map_t *learned_by_number; /* from 1 on: their order must not depend on their hashes */
static wmem_map_t *learned_by_key;
static wmem_map_t *learned_by_port; /* the newest one of each port */
static wmem_map_t *tries_of_file;   /* "spent" -> tries_t */

/* A try takes about a microsecond. So many a file cost nothing that anybody notices: 1,000 users whose logins are in the
 * capture, and 1,000 connections without one. After that, tries grow with the capture and not with logins times
 * connections. */
#define FREE_TRIES    1000000u
#define TRIES_A_FRAME 8u
#define LEAST_TRIES   8u

typedef struct {
    uint64_t spent; /* tries of learned keys so far */
    bool left_out;  /* there were more to try */
} tries_t;

static guint
hash_key(gconstpointer key)
{
    return wmem_strong_hash(key, NEWCAMD_KEY14_LEN);
}

static gboolean
equal_keys(gconstpointer one, gconstpointer other)
{
    return memcmp(one, other, NEWCAMD_KEY14_LEN) == 0;
}

void
newcamd_learned_keys_register(void)
{
    learned_by_number =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    learned_by_key = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_key, equal_keys);
    learned_by_port =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_direct_hash, g_direct_equal);
    tries_of_file = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_str_hash, g_str_equal);
}

const newcamd_learned_t *
newcamd_learned_from(uint32_t port)
{
    return wmem_map_lookup(learned_by_port, GUINT_TO_POINTER(port));
}

void
newcamd_learn_session_key(const newcamd_session_t *session, uint32_t port, uint32_t login_frame,
                          const char *key_row)
{
    if (wmem_map_contains(learned_by_key, session->session_key)) {
        return;
    }
    newcamd_learned_t *learned = camshark_file_new0(newcamd_learned_t);
    memcpy(learned->deskey, session->deskey, NEWCAMD_KEY14_LEN);
    memcpy(learned->session_key, session->session_key, NEWCAMD_KEY14_LEN);
    learned->port = port;
    learned->key_row = wmem_strdup_printf(wmem_file_scope(), "login in frame %u (%s)", login_frame, key_row);
    learned->older = newcamd_learned_from(port);
    wmem_map_insert(learned_by_port, GUINT_TO_POINTER(port), learned);
    wmem_map_insert(learned_by_key, learned->session_key, learned);
    wmem_map_insert(learned_by_number, GUINT_TO_POINTER(wmem_map_size(learned_by_number) + 1), learned);
}

unsigned
newcamd_learned_tries(const packet_info *pinfo, unsigned wanted)
{
    tries_t *tries = wmem_map_lookup(tries_of_file, "spent");

    if (tries == NULL) {
        tries = camshark_file_new0(tries_t);
        wmem_map_insert(tries_of_file, "spent", tries);
    }
    const uint64_t credit = FREE_TRIES + (uint64_t)pinfo->num * TRIES_A_FRAME;
    const unsigned allowed = MIN(wanted, (unsigned)MIN(credit - MIN(tries->spent, credit), UINT32_MAX));
    const unsigned given = MAX(allowed, MIN(wanted, LEAST_TRIES));

    tries->spent += allowed;
    tries->left_out |= given < wanted;
    return given;
}

bool
newcamd_learned_left_out(void)
{
    const tries_t *tries = wmem_map_lookup(tries_of_file, "spent");

    return tries != NULL && tries->left_out;
}

unsigned
newcamd_learned_count(void)
{
    return wmem_map_size(learned_by_number);
}

const newcamd_learned_t *
newcamd_learned_key(unsigned number)
{
    return wmem_map_lookup(learned_by_number, GUINT_TO_POINTER(number));
}
