/* printable.h
 * Texts that go to a terminal, of whatever somebody sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark escapes the values of fields, and neither the Info column, nor sentences of items and expert infos, nor flow graphs.
 */
#ifndef CAMSHARK_COMMON_PURE_PRINTABLE_H
#define CAMSHARK_COMMON_PURE_PRINTABLE_H

#include <stdbool.h>

/* Whether a text is UTF-8 and has no control character: none of C0 and C1, no separator of lines (U+2028, U+2029), none that turns the
 * order of what follows (U+202A to U+202E, U+2066 to U+2069). */
bool camshark_text_prints(const char *text);

/* Puts a question mark in place of each byte of a control character, and of each that is no UTF-8. */
void camshark_text_make_printable(char *text);

#endif
