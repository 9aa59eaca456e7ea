/* export-files.h
 * The files that a listener of the export has been given so far.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A listener is a list of the user's, not part of dissection. Its entries are its own: they may be gone between two
 * calls.
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_EXPORT_FILES_H
#define CAMSHARK_BAICHUAN_TAPS_EXPORT_FILES_H

#include <epan/packet.h>
#include <epan/export_object.h>

#include <baichuan/record/transfers.h>
#include <baichuan/wire/export-name.h>
#include <baichuan/wire/media.h>

/* A file. */
typedef struct {
    export_object_entry_t *entry; /* the list's, which may have freed it since the last call */
    char *base;
    const char *type; /* MIME */
    char extension[BC_EXPORT_EXTENSION];
    unsigned nth;           /* of those with that base name and extension */
    size_t room;            /* bytes that entry->payload_data has room for */
    bool incomplete;        /* as its name says: bytes are missing in it, or have not come yet */
    bool lost;              /* of media: bytes are missing in it for good */
    baichuan_codec_t codec; /* of video */
    uint16_t block;         /* of ADPCM: bytes of a block, */
    size_t data;            /* and of all blocks; */
    bool short_end;         /* the last one has fewer */
} bc_export_file_t;

/* All of one listener. */
typedef struct {
    export_object_list_t *list;
    GHashTable *names; /* base name and extension to how many files have it */
    GPtrArray *files;  /* bc_export_file_t, owned */
} bc_export_files_t;

typedef struct {
    const char *type; /* MIME; static */
    const char *extension;
} bc_export_format_t;

void bc_export_files_init(bc_export_files_t *files, export_object_list_t *list);
void bc_export_files_clear(bc_export_files_t *files);

/* Whether the list is another one than that which was filled. Not every program says that it begins anew: then its
 * list is empty again, or a new one is where the old one was. */
bool bc_export_files_are_stale(const bc_export_files_t *files);

/* Adds an empty file to the list; owned by files.
 *   frame  Wireshark's, in which it begins */
bc_export_file_t *bc_export_file_new(bc_export_files_t *files, const bc_transfer_t *transfer, uint32_t frame,
                                     const bc_export_format_t *format);

void bc_export_file_append(bc_export_file_t *file, const uint8_t *bytes, size_t len);

/* Says whether bytes are missing in a file. file may be NULL. */
void bc_export_file_set_incomplete(bc_export_file_t *file, bool incomplete);

#endif
