/* word-history.h
 * Whether the control words of a service go on, stand still or go back.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_WORD_HISTORY_H
#define CAMSHARK_NEWCAMD_RECORD_WORD_HISTORY_H

#include <newcamd/record/message-history.h>
#include <newcamd/record/subject.h>

/* Notes the control words of the first reply to an ECM, and writes subject->words. First pass only.
 *   histories  of the connection; may be NULL: it is made in file scope
 *   message    the reply, whose data fit it */
void newcamd_words_note(wmem_map_t **histories, const newcamd_noted_t *message, newcamd_subject_t *subject);

#endif
