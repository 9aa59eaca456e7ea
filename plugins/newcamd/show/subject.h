/* subject.h
 * What an ECM or EMM request is about, shown in the request and in its replies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_SUBJECT_H
#define CAMSHARK_NEWCAMD_SHOW_SUBJECT_H

#include <newcamd/show/message.h>

/* Adds the id of a request's ECM, and its hops; nothing if it has none. */
void newcamd_subject_show_request(const newcamd_message_t *message);

/* Adds what a reply answers; nothing if its request is not known. */
void newcamd_subject_show_reply(const newcamd_message_t *message);

/* The same for the reply's sentence, with the time that it took: " for 0B00:0001, 1.07 ms". Empty if the request is not
 * known. Lives as long as the packet. */
const char *newcamd_subject_phrase(const newcamd_message_t *message);

void newcamd_subject_register(int proto);

#endif
