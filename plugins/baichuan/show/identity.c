/* identity.c
 * What a message is and whose, as values of fields.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/tfs.h>

#include <baichuan/record/message-names.h>
#include <baichuan/show/identity.h>

static int hf_baichuan_msg_name = -1;
static int hf_baichuan_from_camera = -1;
static int hf_baichuan_connection = -1;

/* What a column says instead of True and False. */
static const true_false_string senders = { "Camera", "Client" };

/* What was decided about the message, else what its header says. */
static bc_sender_t
sender_of(const bc_header_t *header, const bc_record_t *record)
{
    bool from_client = false;

    if (record != NULL && record->sender != BC_SENDER_UNKNOWN) {
        return (bc_sender_t)record->sender;
    }
    if (!bc_header_direction(header, &from_client)) {
        return BC_SENDER_UNKNOWN;
    }
    return from_client ? BC_SENDER_CLIENT : BC_SENDER_CAMERA;
}

void
bc_identity_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_header_t *header,
                 const bc_record_t *record)
{
    const bc_sender_t sender = sender_of(header, record);

    proto_item_set_generated(proto_tree_add_string(tree, hf_baichuan_msg_name, tvb, offset + 4, 4,
                                                   bc_message_name(pinfo->pool, header->msg_id)));
    if (sender != BC_SENDER_UNKNOWN) {
        proto_item_set_generated(proto_tree_add_boolean(tree, hf_baichuan_from_camera, tvb, offset, 0,
                                                        sender == BC_SENDER_CAMERA));
    }
    if (record != NULL) {
        bc_connection_show(tvb, tree, offset, record->connection);
    }
}

void
bc_connection_show(tvbuff_t *tvb, proto_tree *tree, int offset, uint32_t connection)
{
    if (connection != BC_NO_CONNECTION) {
        proto_item_set_generated(
            proto_tree_add_uint(tree, hf_baichuan_connection, tvb, offset, 0, connection));
    }
}

void
bc_identity_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_msg_name,
          { "Message", "baichuan.msg_name", FT_STRING, BASE_NONE, NULL, 0,
            "Name of the message by its ID, as the Info column has it", HFILL } },
        { &hf_baichuan_from_camera,
          { "Sender", "baichuan.from_camera", FT_BOOLEAN, BASE_NONE, TFS(&senders), 0,
            "Whether the camera (or NVR) sends this; left out where nothing tells who is who", HFILL } },
        { &hf_baichuan_connection,
          { "Connection", "baichuan.connection", FT_UINT32, BASE_DEC, NULL, 0,
            "Number of the TCP connection or BcUdp session in this capture, counted together from 0 on in the order in which "
            "they are recognised", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}
