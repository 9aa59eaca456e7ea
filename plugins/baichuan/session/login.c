/* login.c
 * One login of a BC connection: its nonce and hashes, the passwords that were tried on them, and its key.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/session/login.h>

#include <string.h>

#include <baichuan/wire/parts.h>
#include <baichuan/wire/tail.h>

#define USUAL_USER      "admin" /* of cameras as they are sold */
#define MAX_TRIALS      64u /* blocks on which all candidates are tried; after that all keys count as wrong */
#define TRIALS_AGAIN    8u  /* of these, where other candidates come later */
#define TRIED_KEPT      8u  /* blocks that are remembered as tried in vain */
#define TRY_BYTES       256u
#define MAX_TAILS       8u /* ends of messages on which all candidates are tried */
#define REFUSED_NAMED   8u /* rows that are named as wrong; the others are counted */
#define REFUSED_COMMENT 60 /* bytes of a row's name and comment that are repeated */

bc_login_t *
bc_login_new(void)
{
    return g_new0(bc_login_t, 1);
}

void
bc_login_free(bc_login_t *login)
{
    if (login->own_key.aes != NULL) {
        bc_aes_free(login->own_key.aes);
    }
    g_free(login->own_key.origin);
    g_clear_pointer(&login->texts, g_string_chunk_free);
    g_free(login->tried);
    g_free(login->tokens);
    g_free(login->nonce);
    g_free(login);
}

/* ---- keys --------------------------------------------------------------------------------------------- */

static void
adopt_key(bc_login_t *login, const uint8_t *key, const uint8_t *iv, const char *origin)
{
    login->own_key.aes = bc_aes_new(key, iv);
    if (login->own_key.aes != NULL) {
        login->own_key.origin = g_strdup(origin);
        memcpy(login->own_key.key, key, BC_AES_BLOCK);
        memcpy(login->own_key.iv, iv, BC_AES_BLOCK);
        login->key = &login->own_key;
    }
}

static void
adopt_password(bc_login_t *login, const bc_candidate_t *candidate)
{
    uint8_t key[BC_AES_BLOCK];

    if (bc_session_key(login->nonce, candidate->password, key)) {
        adopt_key(login, key, bc_default_iv, candidate->origin);
    }
}

/* Whether a candidate may be tried, which takes so many off its tries: what takes longer counts for more. */
static bool
spend_tries(const bc_candidate_t *candidate, uint32_t cost)
{
    if (candidate->tries == NULL) {
        return true;
    }
    if (*candidate->tries == 0) {
        return false;
    }
    *candidate->tries -= MIN(*candidate->tries, cost);
    return true;
}

/* ---- proof by hash (section 2.6, 2) ------------------------------------------------------------------- */

typedef struct {
    const char *nonce; /* "" for a legacy login */
    const char *user_hash;
    const char *password_hash;
    bool legacy;
    const uint8_t *token; /* NULL, or the slot with what was hashed in place of the password */
} hashes_t;

static bool
text_has_hash(const char *text, const char *hash, const hashes_t *hashes)
{
    char made[BC_HASH_LEN + 1];

    if (hashes->legacy && text[0] == '\0') {
        return hash[0] == '\0'; /* a legacy login leaves the field of an empty password empty */
    }
    return bc_login_hash(text, hashes->nonce, made) && strcmp(made, hash) == 0;
}

static bool
token_has_hash(const char *password, const hashes_t *hashes)
{
    uint8_t key[BC_AES_BLOCK];
    char token[BC_TOKEN_MAX + 1];
    char made[BC_HASH_LEN + 1];

    if (!bc_session_key(hashes->nonce, password, key)) {
        return false;
    }
    bc_aes_t *aes = bc_aes_new(key, bc_default_iv);
    const bool ok = aes != NULL && bc_token_open(hashes->token, aes, token) &&
                    bc_login_hash(token, hashes->nonce, made) && strcmp(made, hashes->password_hash) == 0;
    bc_aes_free(aes);
    return ok;
}

/* A text that lives as long as the login. */
static const char *
keep_text(bc_login_t *login, const char *text)
{
    if (login->texts == NULL) {
        login->texts = g_string_chunk_new(64);
    }
    return g_string_chunk_insert_const(login->texts, text);
}

/* Adds the name of a row to the list of those that are wrong. */
static void
name_refused_row(GString *refused, unsigned n, const char *origin)
{
    if (n > REFUSED_NAMED) {
        return;
    }
    char *name = g_strndup(origin, REFUSED_COMMENT);
    char *valid = g_utf8_make_valid(name, -1);
    g_string_append_printf(refused, "%s%s", (n > 1) ? ", " : "", valid);
    g_free(valid);
    g_free(name);
}

/* Ends that list. */
static void
count_unnamed_rows(GString *refused, unsigned n)
{
    if (n > REFUSED_NAMED) {
        g_string_append_printf(refused, " and %u more", n - REFUSED_NAMED);
    }
}

static void
compare_user(bc_login_t *login, const hashes_t *hashes, const bc_candidate_t *candidate, bool proved,
             bc_proof_t *out)
{
    if (hashes->user_hash[0] == '\0' || candidate->user == NULL || candidate->user[0] == '\0') {
        return;
    }
    const bool same = text_has_hash(candidate->user, hashes->user_hash, hashes);
    if (same) {
        login->user = candidate->user;
        out->user = BC_VERDICT_YES;
    } else if (proved || out->user == BC_VERDICT_NONE) {
        out->user = BC_VERDICT_NO;
    }
}

/* Goes through all candidates up to the first password that has the hash. Returns whether there is one, and
 * gives it to out. */
static bool
find_password(bc_login_t *login, const hashes_t *hashes, const bc_candidates_t *candidates,
              bc_candidate_t *candidate, bc_proof_t *out)
{
    GString *refused = g_string_new(NULL);
    unsigned n_refused = 0;
    bool proved = false;

    memset(out, 0, sizeof *out);
    login->user = NULL;
    for (unsigned i = 0; !proved && candidates->get(candidates->context, i, candidate); i++) {
        if (candidate->password == NULL || !spend_tries(candidate, 1)) {
            continue;
        }
        proved = (hashes->token != NULL) ? token_has_hash(candidate->password, hashes)
                                         : text_has_hash(candidate->password, hashes->password_hash, hashes);
        if (proved) {
            out->user = BC_VERDICT_NONE; /* the row that fits is the one whose user counts */
        }
        compare_user(login, hashes, candidate, proved, out);
        if (!proved && !candidate->fallback) {
            name_refused_row(refused, ++n_refused, candidate->origin);
        }
    }
    count_unnamed_rows(refused, n_refused);
    if (login->user == NULL && hashes->user_hash[0] != '\0' &&
        text_has_hash(USUAL_USER, hashes->user_hash, hashes)) {
        login->user = USUAL_USER;
    }
    if (proved || n_refused > 0) {
        out->password = proved ? BC_VERDICT_YES : BC_VERDICT_NO;
    }
    login->refused = (proved || n_refused == 0) ? NULL : keep_text(login, refused->str);
    out->refused = login->refused;
    g_string_free(refused, TRUE);
    return proved;
}

/* The edition that is tried from now on. Whoever gives candidates need not have several. */
static void
note_edition(bc_login_t *login, const bc_candidates_t *candidates)
{
    if (candidates->edition != NULL) {
        login->edition = candidates->edition(candidates->context);
    }
}

/* Compares the hashes of a modern login with all candidates; the password that has them gives the key. */
static void
prove_by_hashes(bc_login_t *login, const bc_candidates_t *candidates, bc_proof_t *out)
{
    /* Beside tokens the user field is the hash of the first one, and says nothing of a user name. */
    const hashes_t hashes = { login->nonce, login->hash_of_token ? "" : login->user_hash,
                              login->password_hash, false,
                              login->hash_of_token ? login->tokens + BC_TOKEN_SLOT : NULL };
    bc_candidate_t candidate;

    note_edition(login, candidates);
    if (find_password(login, &hashes, candidates, &candidate, out) && login->key == NULL) {
        adopt_password(login, &candidate);
    }
}

void
bc_login_prove_by_hash(bc_login_t *login, const bc_candidates_t *candidates, bc_proof_t *out)
{
    login->hash_of_token = false;
    prove_by_hashes(login, candidates, out);
}

void
bc_login_prove_by_token(bc_login_t *login, const bc_candidates_t *candidates, bc_proof_t *out)
{
    login->hash_of_token = true;
    prove_by_hashes(login, candidates, out);
}

bool
bc_bytes_are_legacy_login(const uint8_t *bytes, size_t len)
{
    for (size_t field = 0; field < 2; field++) {
        const uint8_t *hash = bytes + field * BC_LEGACY_HASH_FIELD;
        for (size_t i = 0; i < BC_LEGACY_HASH_FIELD; i++) {
            if (len < BC_LEGACY_LOGIN || !(g_ascii_isxdigit(hash[i]) || hash[i] == '\0')) {
                return false;
            }
        }
    }
    return true;
}

void
bc_login_prove_legacy(bc_login_t *login, const uint8_t *fields, const bc_candidates_t *candidates,
                      bc_proof_t *out)
{
    char user[BC_LEGACY_HASH_FIELD + 1] = "";
    char password[BC_LEGACY_HASH_FIELD + 1] = "";
    const hashes_t hashes = { "", user, password, true, NULL };
    bc_candidate_t candidate;

    memcpy(user, fields, BC_LEGACY_HASH_FIELD);
    memcpy(password, fields + BC_LEGACY_HASH_FIELD, BC_LEGACY_HASH_FIELD);
    note_edition(login, candidates);
    find_password(login, &hashes, candidates, &candidate, out);
}

/* ---- proof by one block (section 2.6, 3) -------------------------------------------------------------- */

/* Whether bytes can prove a candidate. With the hash at hand, they prove nothing more about a password. */
static bool
is_proved_by_bytes(const bc_login_t *login, const bc_candidate_t *candidate)
{
    return candidate->password == NULL || (login->nonce != NULL && !login->hash_known);
}

/* A candidate's AES, to be freed. NULL if libgcrypt refuses. */
static bc_aes_t *
candidate_aes(const bc_login_t *login, const bc_candidate_t *candidate)
{
    uint8_t key[BC_AES_BLOCK];

    if (candidate->password == NULL) {
        return bc_aes_new(candidate->key, candidate->iv);
    }
    return bc_session_key(login->nonce, candidate->password, key) ? bc_aes_new(key, bc_default_iv) : NULL;
}

/* How candidates are tried on encrypted bytes. */
typedef struct {
    /* Whether a candidate may open them: says no at less cost than */
    bool (*may_open)(const bc_candidate_t *candidate, const uint8_t *bytes);
    /* whether AES makes XML of them. */
    bool (*opens)(const uint8_t *bytes, size_t len, bc_aes_t *aes);
    uint32_t cost; /* in tries, and one more for each TRY_BYTES */
} trial_t;

static bool
may_open_block(const bc_candidate_t *candidate, const uint8_t *part)
{
    uint8_t plain[BC_AES_BLOCK];

    if (candidate->pad == NULL) {
        return true;
    }
    for (size_t i = 0; i < sizeof plain; i++) {
        plain[i] = part[i] ^ candidate->pad[i];
    }
    return bc_bytes_are_xml(plain, sizeof plain);
}

static bool
opens_block(const uint8_t *part, size_t len G_GNUC_UNUSED, bc_aes_t *aes)
{
    return bc_part_xml_cipher(part, BC_AES_BLOCK, 0, aes) == BC_CIPHER_AES;
}

static bool
may_open_tail(const bc_candidate_t *candidate G_GNUC_UNUSED, const uint8_t *bytes G_GNUC_UNUSED)
{
    return true;
}

static bool
opens_tail(const uint8_t *bytes, size_t len, bc_aes_t *aes)
{
    bc_tail_t tail;

    return bc_tail_find_aes(bytes, len, aes, &tail);
}

/* The end of a message is tried at all places where a block may begin. */
static const trial_t by_block = { may_open_block, opens_block, 1 };
static const trial_t by_tail = { may_open_tail, opens_tail, BC_AES_BLOCK };

static bool
candidate_opens(const bc_login_t *login, const bc_candidate_t *candidate, const trial_t *trial,
                const uint8_t *bytes, size_t len)
{
    if (!is_proved_by_bytes(login, candidate) ||
        !spend_tries(candidate, trial->cost + (uint32_t)(len / TRY_BYTES)) ||
        !trial->may_open(candidate, bytes)) {
        return false;
    }
    bc_aes_t *aes = candidate_aes(login, candidate);
    const bool ok = aes != NULL && trial->opens(bytes, len, aes);
    bc_aes_free(aes);
    return ok;
}

/* Adopts the first candidate that opens bytes. False if there are some and none does. */
static bool
prove_by_bytes(bc_login_t *login, const bc_candidates_t *candidates, const trial_t *trial,
               const uint8_t *bytes, size_t len)
{
    bc_candidate_t candidate;
    unsigned i;

    for (i = 0; candidates->get(candidates->context, i, &candidate); i++) {
        if (!candidate_opens(login, &candidate, trial, bytes, len)) {
            continue;
        }
        if (candidate.password == NULL) {
            adopt_key(login, candidate.key, candidate.iv, candidate.origin);
        } else {
            adopt_password(login, &candidate);
        }
        return true;
    }
    return i == 0;
}

static bool
was_tried(const bc_login_t *login, const uint8_t *block)
{
    for (unsigned i = 0; i < MIN(login->n_tried, TRIED_KEPT); i++) {
        if (memcmp(login->tried + i * BC_AES_BLOCK, block, BC_AES_BLOCK) == 0) {
            return true;
        }
    }
    return false;
}

static void
keep_tried(bc_login_t *login, const uint8_t *block)
{
    if (login->tried == NULL) {
        login->tried = g_malloc(TRIED_KEPT * BC_AES_BLOCK);
    }
    memcpy(login->tried + login->n_tried++ % TRIED_KEPT * BC_AES_BLOCK, block, BC_AES_BLOCK);
    login->n_trials++;
}

/* Where there are other candidates than when all of them failed: forgets what was tried, and compares the hashes again,
 * whose login is past. Some trials more are enough: parts begin alike. */
static void
take_other_candidates(bc_login_t *login, const bc_candidates_t *candidates)
{
    const uint32_t before = login->edition;
    bc_proof_t proof;

    note_edition(login, candidates);
    if (login->edition == before) {
        return;
    }
    login->n_tried = 0;
    login->n_trials = MIN(login->n_trials, MAX_TRIALS - TRIALS_AGAIN);
    login->n_tails = MIN(login->n_tails, MAX_TAILS - 1);
    login->raw_refused = NULL;
    if (login->hash_known) {
        prove_by_hashes(login, candidates, &proof);
        login->user = NULL; /* this message does not name it */
    }
}

void
bc_login_prove_by_block(bc_login_t *login, const uint8_t *part, size_t len, const bc_candidates_t *candidates)
{
    if (login->key != NULL || len < BC_AES_BLOCK) {
        return;
    }
    take_other_candidates(login, candidates);
    if (login->key != NULL || login->n_trials == MAX_TRIALS || was_tried(login, part)) {
        return;
    }
    if (!prove_by_bytes(login, candidates, &by_block, part, BC_AES_BLOCK)) {
        keep_tried(login, part);
    }
}

void
bc_login_prove_by_tail(bc_login_t *login, const uint8_t *bytes, size_t len, const bc_candidates_t *candidates)
{
    if (login->key != NULL) {
        return;
    }
    take_other_candidates(login, candidates);
    if (login->key == NULL && login->n_tails < MAX_TAILS &&
        !prove_by_bytes(login, candidates, &by_tail, bytes, len)) {
        login->n_tails++;
    }
}

bc_problem_t
bc_login_problem(const bc_login_t *login, const bc_candidates_t *candidates)
{
    bc_candidate_t candidate;

    if (login->key != NULL) {
        return BC_PROBLEM_NOT_OPENED;
    }
    if (login->hash_known && login->refused != NULL) {
        return BC_PROBLEM_WRONG_PASSWORD;
    }
    if (login->nonce == NULL && !login->key_exchange) {
        return BC_PROBLEM_NO_LOGIN;
    }
    for (unsigned i = 0; candidates->get(candidates->context, i, &candidate); i++) {
        const bool password = candidate.password != NULL;
        if (!password || (!candidate.fallback && !login->key_exchange)) {
            return BC_PROBLEM_WRONG_KEY;
        }
    }
    return login->key_exchange ? BC_PROBLEM_KEY_EXCHANGE : BC_PROBLEM_NO_KEY;
}

const char *
bc_login_refused_keys(bc_login_t *login, const bc_candidates_t *candidates)
{
    if (login->raw_refused != NULL || login->n_trials == 0) {
        return login->raw_refused;
    }
    GString *refused = g_string_new(NULL);
    bc_candidate_t candidate;
    unsigned n = 0;
    for (unsigned i = 0; candidates->get(candidates->context, i, &candidate); i++) {
        if (candidate.password == NULL) {
            name_refused_row(refused, ++n, candidate.origin);
        }
    }
    count_unnamed_rows(refused, n);
    login->raw_refused = (n > 0) ? keep_text(login, refused->str) : NULL;
    g_string_free(refused, TRUE);
    return login->raw_refused;
}
