/* records.c
 * The kinds of records and of conversation data that Baichuan keeps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/record/records.h>

camshark_record_store_t *bc_records;

void
bc_records_register(int proto)
{
    bc_records = camshark_record_store_new(proto);
}

camshark_record_key_t
bc_records_key_in_frame(bc_record_kind_t kind, tvbuff_t *tvb)
{
    return (camshark_record_key_t){
        .kind = (uint8_t)kind,
        .carrier = (kind == BC_RECORD_LONE) ? BC_CARRIER_NONE : BC_CARRIER_UDP,
        .place = (uint32_t)tvb_raw_offset(tvb),
    };
}
