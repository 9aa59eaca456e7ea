#include <common/ws-compat.h>

#include <epan/packet.h>

#include "packet-baichuan.h"

static int proto_baichuan = -1;

void
proto_register_baichuan(void)
{
    proto_baichuan = proto_register_protocol("Baichuan IP camera protocol", "BC", "baichuan");
}

void
proto_reg_handoff_baichuan(void)
{
}
