/* records.c
 * The kinds of records and of conversation data that newcamd keeps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/records.h>

camshark_record_store_t *newcamd_records;

void
newcamd_records_register(int proto)
{
    newcamd_records = camshark_record_store_new(proto);
}
