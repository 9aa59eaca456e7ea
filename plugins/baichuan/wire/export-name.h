/* export-name.h
 * Names of exported files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What cameras and clients call their files is untrusted text: of it only letters, digits and -._ get into a
 * name, never a folder. No Wireshark header is needed here, so names can be tested alone.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_EXPORT_NAME_H
#define CAMSHARK_BAICHUAN_WIRE_EXPORT_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BC_EXPORT_EXTENSION 6u /* characters, with the NUL */

/* What a name says. Texts may be NULL. */
typedef struct {
    const char *camera;
    const char *stream_type; /* such as "mainStream", which becomes "main" */
    const char *kind;
    const char *file_name; /* of which the last component is taken, without its extension */
    int32_t channel;       /* from 0; negative if the file is of none */
    uint32_t frame;        /* Wireshark's number of the frame in which the file begins */
} bc_export_name_t;

/* "10.0.0.2-ch0-main-snapshot-01_20230518140240-frame65"; to be freed with g_free(). */
char *bc_export_base_name(const bc_export_name_t *name);

/* The extension of a file name, in small letters; usual if it has none that could be one. */
void bc_export_extension(const char *file_name, const char *usual, char out[BC_EXPORT_EXTENSION]);

/* A base name with what makes it a file's: "base-2-incomplete.jpg"; to be freed with g_free().
 *   nth         1 for the first file with this base name */
char *bc_export_file_name(const char *base, unsigned nth, bool incomplete, const char *extension);

#endif
