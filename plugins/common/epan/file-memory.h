/* file-memory.h
 * Memory for small things that live as long as the file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * wmem puts 16 bytes before each piece of file scope and rounds its size up to 16. That is much for records and sessions:
 * there are as many of them as messages, or as anybody likes to begin connections, and none is given back before the file
 * is closed. Here such pieces are cut from blocks, with nothing between them.
 */
#ifndef CAMSHARK_COMMON_EPAN_FILE_MEMORY_H
#define CAMSHARK_COMMON_EPAN_FILE_MEMORY_H

#include <stddef.h>

/* size bytes, all zero, aligned for anything but long double. They go with the file, as wmem_file_scope() does, and must
 * not be given to wmem_free() or wmem_realloc(). */
void *camshark_file_alloc0(size_t size);

/* One of a type. */
#define camshark_file_new0(type) ((type *)camshark_file_alloc0(sizeof(type)))

#endif
