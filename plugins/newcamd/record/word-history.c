/* word-history.c
 * Whether the control words of a service go on, stand still or go back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A service gets a new control word in turn for even and odd, and an ECM for each. So the reply to another ECM has one word
 * that the reply before had, and one that is new. A service with several streams of ECMs has more than one such row, and its
 * replies still bring a new word each. Words are kept as fingerprints, which are others in each run.
 */
#include <newcamd/record/word-history.h>

#include <string.h>

#include <common/pure/hash.h>

#include <newcamd/wire/frame.h>

/* Replies of a service that are remembered. */
#define REPLIES_REMEMBERED 8

#define HALVES             2

typedef struct {
    uint64_t key; /* of the map */
    unsigned count;
    uint64_t ecm_hash[REPLIES_REMEMBERED];
    uint32_t word[REPLIES_REMEMBERED][HALVES]; /* 0: not known yet */
} word_history_t;

static word_history_t *
history_of(wmem_map_t **histories, const newcamd_subject_t *subject)
{
    const uint64_t key = (uint64_t)subject->has_provider << 56 | (uint64_t)subject->provider << 32 |
                         (uint64_t)subject->caid << 16 | subject->sid;

    if (*histories == NULL) {
        *histories = wmem_map_new(wmem_file_scope(), camshark_hash_u64, g_int64_equal);
    }
    word_history_t *history = wmem_map_lookup(*histories, &key);
    if (history == NULL) {
        history = wmem_new0(wmem_file_scope(), word_history_t);
        history->key = key;
        wmem_map_insert(*histories, &history->key, history);
    }
    return history;
}

static bool
ecm_came_before(const word_history_t *history, uint64_t ecm_hash)
{
    for (unsigned i = 0; i < MIN(history->count, REPLIES_REMEMBERED); i++) {
        if (history->ecm_hash[i] == ecm_hash) {
            return true;
        }
    }
    return false;
}

static bool
word_came_before(const word_history_t *history, unsigned half, uint32_t word)
{
    for (unsigned i = 0; i < MIN(history->count, REPLIES_REMEMBERED); i++) {
        if (history->word[i][half] == word) {
            return true;
        }
    }
    return false;
}

/* A word of zeros stands for the one that was there; 0 if none was. */
static uint32_t
fingerprint_of_word(const uint8_t *word, unsigned len, uint32_t before)
{
    for (unsigned i = 0; i < len; i++) {
        if (word[i] != 0) {
            return MAX(wmem_strong_hash(word, len), 1);
        }
    }
    return before;
}

static newcamd_words_t
compare_words(const word_history_t *history, const uint32_t word[HALVES])
{
    const uint32_t *before = history->word[(history->count - 1) % REPLIES_REMEMBERED];

    for (unsigned half = 0; half < HALVES; half++) {
        if (!word_came_before(history, half, word[half])) {
            return NEWCAMD_WORDS_NEW;
        }
    }
    return (memcmp(word, before, sizeof history->word[0]) == 0) ? NEWCAMD_WORDS_REPEATED
                                                                : NEWCAMD_WORDS_BACKWARDS;
}

void
newcamd_words_note(wmem_map_t **histories, const newcamd_noted_t *message, newcamd_subject_t *subject)
{
    static const uint32_t none[HALVES];
    const unsigned len = newcamd_data_len(message->bytes, message->len, message->header_len);
    const unsigned word_len = len / HALVES;
    const uint8_t *data = message->bytes + message->header_len + NEWCAMD_MESSAGE_HEAD_LEN;
    word_history_t *history = history_of(histories, subject);
    uint32_t word[HALVES];

    if ((len != 16 && len != 32) || ecm_came_before(history, subject->ecm_hash)) {
        return;
    }
    const uint32_t *before =
        (history->count > 0) ? history->word[(history->count - 1) % REPLIES_REMEMBERED] : none;
    for (unsigned half = 0; half < HALVES; half++) {
        word[half] = fingerprint_of_word(data + half * word_len, word_len, before[half]);
    }
    subject->words = (uint8_t)((history->count > 0) ? compare_words(history, word) : NEWCAMD_WORDS_NEW);
    const unsigned at = history->count++ % REPLIES_REMEMBERED;
    history->ecm_hash[at] = subject->ecm_hash;
    memcpy(history->word[at], word, sizeof word);
}
