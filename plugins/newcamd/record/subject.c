/* subject.c
 * What an ECM or EMM request is about: service, CAID, provider, and the ECM itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/subject.h>

#include <newcamd/wire/frame.h>

/* The length and the flags beside it are left out: programs that hand an ECM on write them anew. */
static uint64_t
ecm_hash(const newcamd_noted_t *message)
{
    const uint8_t *tag = message->bytes + message->header_len;
    const unsigned data_len = newcamd_data_len(message->bytes, message->len, message->header_len);
    GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
    uint8_t digest[32];
    gsize digest_len = sizeof digest;
    uint64_t hash = 0;

    g_checksum_update(sum, tag, 1);
    g_checksum_update(sum, tag + NEWCAMD_MESSAGE_HEAD_LEN, (gssize)data_len);
    g_checksum_get_digest(sum, digest, &digest_len);
    g_checksum_free(sum);
    for (unsigned i = 0; i < sizeof hash; i++) {
        hash = hash << 8 | digest[i];
    }
    return hash;
}

static uint16_t
header_word(const newcamd_noted_t *message, unsigned at)
{
    return (uint16_t)(message->bytes[at] << 8 | message->bytes[at + 1]);
}

/* A provider of 0 is one where the header has a CAID, and nothing where it has not. */
static void
read_long_header(const newcamd_noted_t *message, newcamd_subject_t *subject)
{
    const uint8_t *provider = message->bytes + NEWCAMD_LONG_PROVIDER_AT;

    subject->sid = header_word(message, NEWCAMD_LONG_SID_AT);
    subject->caid = header_word(message, NEWCAMD_LONG_CAID_AT);
    subject->provider = (uint32_t)(provider[0] << 16 | provider[1] << 8 | provider[2]);
    subject->has_provider = subject->caid != 0 || subject->provider != 0;
}

void
newcamd_subject_note(const newcamd_noted_t *message, const newcamd_card_t *card,
                     camshark_exchange_t *exchange)
{
    const unsigned tag = message->bytes[message->header_len];

    if (message->damaged != 0 || tag < NEWCAMD_ECM_EVEN || tag > NEWCAMD_EMM_LAST_WIDE) {
        return;
    }
    newcamd_subject_t *subject = wmem_new0(wmem_file_scope(), newcamd_subject_t);
    subject->is_ecm = tag <= NEWCAMD_ECM_ODD;
    subject->ecm_hash = subject->is_ecm ? ecm_hash(message) : 0;
    if (message->header_len == NEWCAMD_HEADER_525) {
        read_long_header(message, subject);
    } else {
        subject->sid = header_word(message, NEWCAMD_SHORT_SID_AT);
    }
    subject->has_sid = subject->is_ecm || subject->sid != 0;
    if (subject->caid == 0 && card != NULL) {
        subject->caid = card->caid;
    }
    exchange->subject = subject;
}

const char *
newcamd_subject_name(wmem_allocator_t *scope, const newcamd_subject_t *subject)
{
    if (subject->caid == 0) {
        return subject->has_sid ? wmem_strdup_printf(scope, "SID %04X", subject->sid) : "";
    }
    return subject->has_sid ? wmem_strdup_printf(scope, "%04X:%04X", subject->caid, subject->sid)
                            : wmem_strdup_printf(scope, "%04X", subject->caid);
}
