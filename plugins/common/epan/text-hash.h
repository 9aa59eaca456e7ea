/* text-hash.h
 * A hash of texts that a sender chooses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_EPAN_TEXT_HASH_H
#define CAMSHARK_COMMON_EPAN_TEXT_HASH_H

#include <epan/wmem_scopes.h>

#include <string.h>

/* A GHashFunc for texts, to be used with g_str_equal(). GLib's own one has no secret: a sender could have all texts in one
 * chain. */
static inline guint
camshark_hash_text(gconstpointer text)
{
    return wmem_strong_hash((const guint8 *)text, strlen((const char *)text));
}

#endif
