/* key-faults.c
 * Lines with keys that can not be used: of the key log file, and of the capture itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <common/epan/key-faults.h>

#include <baichuan/show/key-faults.h>

static int proto_baichuan = -1;
static expert_field ei_baichuan_key_line = EI_INIT;

void
bc_key_faults_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const camshark_key_faults_t faults = { proto_baichuan, "Baichuan keys", &ei_baichuan_key_line };

    camshark_key_faults_show(&faults, tvb, pinfo, tree);
}

void
bc_key_faults_register(int proto)
{
    static ei_register_info ei[] = {
        { &ei_baichuan_key_line,
          { "baichuan.expert.key_line", PI_DECRYPTION, PI_WARN,
            "A line with a key can not be used: of the key log file, a secrets block or a comment",
            EXPFILL } },
    };

    proto_baichuan = proto;
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
