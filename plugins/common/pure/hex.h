/* hex.h
 * Hexadecimal text as people type it into preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_PURE_HEX_H
#define CAMSHARK_COMMON_PURE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads exactly len bytes of hexadecimal text. Spaces and colons between digits are skipped, upper and lower
 * case are alike.
 *   what  names the thing in the sentence, for example "A DESKEY"; its first letter is a capital.
 *   out   len bytes, in the order of the text; not written on error.
 *   err   on error a sentence for the user in UTF-8, to be freed with g_free(); NULL if nobody wants it.
 * Returns false if a character is no digit or the number of digits is not 2 * len. */
bool camshark_hex_parse(const char *text, const char *what, uint8_t *out, size_t len, char **err);

#endif
