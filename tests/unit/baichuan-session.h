/* baichuan-session.h
 * Messages, keys and logins for tests of a session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_TEST_BAICHUAN_SESSION_H
#define CAMSHARK_TEST_BAICHUAN_SESSION_H

#include "baichuan-bytes.h"

#include <baichuan/session/session.h>

#define CLIENT 0u
#define CAMERA 1u

/* The published capture (R5) and the constructed vectors of 2.8. */
#define REAL_NONCE "AB5B32EC757765C2"
#define REAL_HASH  "EC1AF34630047FEB2C5B9D2C5402A8D"
#define REAL_151                                                                                             \
    "f0debc0a97000000a50000000000000200001464a5000000a62f81c354192d6827d4aa8f6abc6fbe233796bec3dba3038eb883" \
    "f8"                                                                                                     \
    "bd3ffcb1a6ac130f4c480dac20ae6bc2ad533a51ac8cfc665a3b8c2f7aa116723beb3a393639f1de8c9ac5b670d9297c80429b" \
    "b4"                                                                                                     \
    "29fe6849d7f94f53603f17cb38789fc9175ad35bf8a8c89154fdc676a08fbdc830ccf38b34fdf0c4b36efd8c37b206170db8e5" \
    "a2"                                                                                                     \
    "161b70617f57257f77f3719ed88c185408aa984f0c9bdb9d75351ffa31fcc2aad5"
#define REAL_102                                                                                             \
    "f0debc0a660000005500000000000006c800000000000000a62f81c354192d6827d4aa8f6abc6fbe233796bec3dba3038eb883" \
    "f8"                                                                                                     \
    "bd3ffcb1a6ac130f4c480dac20897cd2b1034304b98195197d28e1c2f7dd72bcbfa367d1117c309b9bf0cdc0d5d19290fbd84c" \
    "66"                                                                                                     \
    "19c00f0e2d"
#define REAL_3                                                                                               \
    "f0debc0a030000008a0000000000000dc80000006a000000a62f81c354192d6827d4aa8f6abc6fbe233796bec3dba3038eb883" \
    "f8"                                                                                                     \
    "bd3ffcb1a6ac130f4c480dac20ae6bc2ad533a51ac8cfc665a3b8c2f7aa116723beb3a393639f1c99691d68a68f02d36b519d9" \
    "fc"                                                                                                     \
    "989c7385a38d71f589e21a9e45468e802797b504d6ede9b5539031303032200000000009000010050000000f79040f08370279" \
    "04"                                                                                                     \
    "0f0837020000"
#define FULL_NONCE "9E6D1FCB9E69846D"
#define FULL_3                                                                                               \
    "f0debc0a03000000c600000000000900c800000086000000c640e9ad98c8769f3cdb1a55cfd4985710bee2e828f6d0d6cd7b76" \
    "bc"                                                                                                     \
    "8c7cc3fe19a62165915a813b8fd3982c5f89c2af15522d4636680f88be315457a82b18b6034d190661f1c905b7a5aa5df5bdd7" \
    "2a"                                                                                                     \
    "fe56e622f46df9640e2546bd21185ad56422a3000a81b5ff738ef9de569ea0723210aa6345f83440cc44e35b8d079468369582" \
    "e8"                                                                                                     \
    "e4b0fa7e93c3f0ed06fd46a17931ade4b469c9273373d87769d218191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30" \
    "31"                                                                                                     \
    "32333435363738393a3b3c3d3e3f"

/* ---- candidates --------------------------------------------------------------------------------------- */

typedef struct {
    const char *password[4];
    const char *key; /* raw, tried after the passwords */
    unsigned asked;  /* how many candidates were given in all */
} keys_t;

static inline bool
give(void *context, unsigned index, bc_candidate_t *out)
{
    keys_t *keys = context;
    unsigned n = 0;

    memset(out, 0, sizeof *out);
    keys->asked++;
    while (n < G_N_ELEMENTS(keys->password) && keys->password[n] != NULL) {
        if (n == index) {
            out->password = keys->password[n];
            out->origin = keys->password[n];
            return true;
        }
        n++;
    }
    if (keys->key != NULL && index == n) {
        out->key = (const uint8_t *)keys->key;
        out->iv = bc_default_iv;
        out->origin = "raw";
        return true;
    }
    n += keys->key != NULL;
    out->password = "";
    out->origin = "empty password";
    out->fallback = true;
    return index == n;
}

/* ---- messages ----------------------------------------------------------------------------------------- */

static int64_t now = 1700000000; /* seconds */

static inline bc_decision_t
decide(bc_session_t *session, unsigned direction, const uint8_t *bytes, size_t len, keys_t *keys)
{
    const bc_candidates_t candidates = { .get = give, .context = keys };
    bc_header_t header;
    bc_decision_t decision;

    g_assert_cmpint(bc_header_parse(bytes, len, &header), ==, BC_HEADER_OK);
    bc_session_see_header(session, &header, direction);
    bc_message_t message = {
        .header = &header,
        .direction = direction,
        .client = bc_session_client(session),
        .when = now,
        .body = bytes + header.len,
        .have = len - header.len,
    };
    bc_session_decide(session, &message, &candidates, &decision);
    bc_message_clear(&message);
    return decision;
}

static inline bc_decision_t
decide_hex(bc_session_t *session, unsigned direction, const char *hex, keys_t *keys)
{
    size_t len;
    uint8_t *bytes = bytes_of(hex, &len);
    const bc_decision_t decision = decide(session, direction, bytes, len, keys);

    g_free(bytes);
    return decision;
}

/* A message with a payload only, which is XORed with offset 0 if wanted. */
static inline bc_decision_t
decide_text(bc_session_t *session, unsigned direction, const char *header_hex, const char *payload,
            bool xored, keys_t *keys)
{
    size_t header_len;
    uint8_t *header = bytes_of(header_hex, &header_len);
    const size_t len = strlen(payload);
    uint8_t *bytes = g_malloc(header_len + len);

    memcpy(bytes, header, header_len);
    memcpy(bytes + header_len, payload, len);
    bytes[8] = (uint8_t)len;
    bytes[9] = (uint8_t)(len >> 8);
    if (xored) {
        bc_xor(bytes + header_len, len, bytes[12]);
    }
    const bc_decision_t decision = decide(session, direction, bytes, header_len + len, keys);
    g_free(bytes);
    g_free(header);
    return decision;
}

static inline bc_decision_t
nonce_reply(bc_session_t *session, unsigned negotiated, const char *nonce, bool xored, keys_t *keys)
{
    char *header = g_strdup_printf("f0debc0a0100000000000000000000%02x%02xdd1466", 0, negotiated);
    char *xml = g_strdup_printf(PROLOG "<body>\n<Encryption version=\"1.1\">\n<type>md5</type>\n"
                                       "<nonce>%s</nonce>\n</Encryption>\n</body>\n",
                                nonce);
    const bc_decision_t decision = decide_text(session, CAMERA, header, xml, xored, keys);

    g_free(header);
    g_free(xml);
    return decision;
}

static inline bc_decision_t
login(bc_session_t *session, const char *hash, bool xored, keys_t *keys)
{
    char *xml = g_strdup_printf(PROLOG "<body>\n<LoginUser version=\"1.1\">\n<userName>x</userName>\n"
                                       "<password>%s</password>\n</LoginUser>\n</body>\n",
                                hash);
    const bc_decision_t decision =
        decide_text(session, CLIENT, "f0debc0a010000000000000000000000000014640 0000000", xml, xored, keys);

    g_free(xml);
    return decision;
}

static inline void
login_request(bc_session_t *session, keys_t *keys)
{
    decide_hex(session, CLIENT, "f0debc0a010000000000000000000000 12dc1465", keys);
}

#endif
