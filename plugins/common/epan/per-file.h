/* per-file.h
 * An object that all of a capture file shares and that is not made of wmem memory: a parser, cipher handles.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Needs epan. Such an object may only save work: what is shown must be the same with a new one for each
 * packet.
 */
#ifndef CAMSHARK_COMMON_EPAN_PER_FILE_H
#define CAMSHARK_COMMON_EPAN_PER_FILE_H

#include <glib.h>

typedef struct camshark_per_file camshark_per_file_t;

/* To be called when a protocol registers, once an object. make() gives a new one, release() takes it back
 * when the file is closed. The result lives as long as the program. */
camshark_per_file_t *camshark_per_file_new(void *(*make)(void), void (*release)(void *object));

/* The same for a hash table whose keys and values are in file scope and go with the file. */
camshark_per_file_t *camshark_per_file_new_hash_table(GHashFunc hash, GEqualFunc equal);

/* The object of the file at hand, made when it is first asked for. */
void *camshark_per_file_get(camshark_per_file_t *per_file);

#endif
