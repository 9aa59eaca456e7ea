/* baichuan-sealing.h
 * BC messages that come out of a fuzzer in plain text and go onto the wire encrypted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_FUZZ_CONVERSATION_BAICHUAN_SEALING_H
#define CAMSHARK_FUZZ_CONVERSATION_BAICHUAN_SEALING_H

#include <stddef.h>
#include <stdint.h>

/* Bits of the byte that begins a stretch. */
#define SEAL_SIDE   1u /* from the camera */
#define SEAL_HOW    6u
#define SEAL_XOR    2u
#define SEAL_AES    4u
#define SEAL_FULL   6u /* the Extension, and the first SEAL_FULL_LEN bytes of the payload, as AES */
#define SEAL_LENGTH 8u /* the length of the header is set right */

/* And what is the same for both fuzzers: whom an Exported PDU calls, and who carried it. */
#define CALL_OTHER    64u
#define CARRIER_OTHER 128u

#define SEAL_FULL_LEN 32u

/* A copy of a message of len bytes, header first, as kind says; to be freed with g_free(). Its Extension is what the
 * header's payload offset says. What is no header is copied as it is. */
uint8_t *seal_baichuan(unsigned kind, const uint8_t *message, size_t len);

#endif
