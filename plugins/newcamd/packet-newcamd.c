#include <common/ws-compat.h>

#include <epan/packet.h>

#include "packet-newcamd.h"

static int proto_newcamd = -1;

void
proto_register_newcamd(void)
{
    proto_newcamd = proto_register_protocol("newcamd card server protocol", "newcamd", "newcamd");
}

void
proto_reg_handoff_newcamd(void)
{
}
