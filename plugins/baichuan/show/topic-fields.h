/* topic-fields.h
 * Elements of documents as fields, by topic: batteries, lights, encoders, recordings and so on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 3.10. Whoever wants one more adds a row to show/topic-rows.h.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_TOPIC_FIELDS_H
#define CAMSHARK_BAICHUAN_SHOW_TOPIC_FIELDS_H

#include <baichuan/show/xml-map.h>

/* Registers the fields, and adds their elements to a map. To be called once, after fields that rows share with others
 * are registered. */
void bc_topic_fields_register(int proto, bc_xml_map_t *map);

#endif
