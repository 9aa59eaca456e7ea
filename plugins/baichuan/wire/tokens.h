/* tokens.h
 * The tokens of a login with getAccesskey and authLogin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 2.7, which rests on one implementation: the camera sends two slots,
 * each the base64 text of an encrypted token, filled up with NULs. No Wireshark header is needed here.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_TOKENS_H
#define CAMSHARK_BAICHUAN_WIRE_TOKENS_H

#include <baichuan/wire/crypto.h>

#define BC_TOKEN_SLOT 64u /* bytes */
#define BC_TOKENS     2u
#define BC_TOKEN_MAX  48u /* bytes of a token */

/* Whether bytes are two such slots. len: any. */
bool bc_bytes_are_tokens(const uint8_t *bytes, size_t len);

/* Opens the token in a slot of BC_TOKEN_SLOT bytes. False if that gives no ASCII text. */
bool bc_token_open(const uint8_t *slot, bc_aes_t *aes, char out[BC_TOKEN_MAX + 1]);

#endif
