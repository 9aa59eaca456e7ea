/* udp-documents.c
 * The messages inside BcUdp discovery packets: their names, and the values that people filter on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <string.h>

#include <common/pure/secrets.h>

#include <baichuan/udp/udp-documents.h>
#include <baichuan/show/xml-fields.h>
#include <baichuan/wire/xml-read.h>
#include <baichuan/wire/xml-secrets.h>

/* ---- Names -------------------------------------------------------------------------------------------- */

/* clang-format off */
static const bc_udp_message_t messages[] = {
    { "C2D_S", "client asks the LAN who is there", BC_UDP_BETWEEN },
    { "D2C_S_R", "device says that it is there", BC_UDP_BETWEEN },
    { "C2D_C", "connect request", BC_UDP_BETWEEN | BC_UDP_ASKS },
    { "D2C_C_R", "connect reply", BC_UDP_BETWEEN | BC_UDP_BEGINS | BC_UDP_ANSWERS },
    { "D2C_T", "device offers a path", BC_UDP_BETWEEN | BC_UDP_BEGINS | BC_UDP_ANSWERS | BC_UDP_OFFERS },
    { "C2D_T", "client accepts a path", BC_UDP_BETWEEN | BC_UDP_ACCEPTS },
    { "C2D_A", "client accepts a mapped path", BC_UDP_BETWEEN | BC_UDP_BEGINS | BC_UDP_ACCEPTS },
    { "D2C_CFM", "device confirms the path", BC_UDP_BETWEEN | BC_UDP_BEGINS },
    { "C2D_HB", "heartbeat of the client", BC_UDP_BETWEEN | BC_UDP_REPEATS | BC_UDP_LIVES },
    { "D2C_HB", "heartbeat of the device", BC_UDP_BETWEEN | BC_UDP_REPEATS },
    { "C2D_DISC", "client disconnects", BC_UDP_BETWEEN | BC_UDP_ENDS },
    { "D2C_DISC", "device disconnects", BC_UDP_BETWEEN | BC_UDP_ENDS },
    { "C2M_Q", "client asks where a UID is", 0 },
    { "M2C_Q_R", "servers for a UID", 0 },
    { "C2R_C", "client asks for a connection", BC_UDP_ASKS },
    { "R2C_C_R", "addresses of the device", 0 },
    { "R2C_T", "client is told to try now", BC_UDP_FROM_SERVER },
    { "C2R_CFM", "result of the client", 0 },
    { "C2R_HB", "heartbeat of the client to the server", BC_UDP_REPEATS },
    { "R2C_DISC", "server gives up", 0 },
    { "D2M_Q", "device asks for its servers", 0 },
    { "M2D_Q_R", "servers for a device", 0 },
    { "D2R_R", "device registers", 0 },
    { "R2D_R_R", "answer to the registration", 0 },
    { "D2R_HB", "heartbeat of the device to the server", BC_UDP_REPEATS },
    { "R2D_HB_R", "answer to the heartbeat", BC_UDP_REPEATS },
    { "R2D_C", "device is woken: a client wants it", 0 },
    { "D2R_C_R", "device answers the wake-up", 0 },
    { "D2R_DISC", "device reports the end", 0 },
    { "R2D_DC_R", "answer to the report", 0 },
};
/* clang-format on */

const bc_udp_message_t *
bc_udp_message_find(const char *name)
{
    for (unsigned i = 0; i < array_length(messages); i++) {
        if (strcmp(messages[i].name, name) == 0) {
            return &messages[i];
        }
    }
    return NULL;
}

typedef struct {
    wmem_allocator_t *scope;
    const char *name;
} root_t;

static bool
visit_root(void *context, const bc_xml_element_t *element)
{
    root_t *root = context;

    if (strcmp(element->parent, "P2P") == 0) {
        root->name = wmem_strdup(root->scope, element->name);
        return false;
    }
    return true;
}

const char *
bc_udp_message_root(wmem_allocator_t *scope, tvbuff_t *document)
{
    const int len = (int)tvb_captured_length(document);
    root_t root = { scope, NULL };

    bc_xml_walk(NULL, tvb_get_ptr(document, 0, len), (size_t)len, visit_root, &root);
    return root.name;
}

void
bc_udp_mask_secrets(uint8_t *text, size_t len)
{
    static const char tag[] = "<token>";
    const size_t tag_len = strlen(tag);

    bc_xml_mask_secrets(text, len, false);
    for (size_t i = 0; i + tag_len <= len; i++) {
        if (memcmp(text + i, tag, tag_len) == 0) {
            const uint8_t *end = memchr(text + i + tag_len, '<', len - i - tag_len);
            camshark_mask(text + i + tag_len,
                          (end != NULL) ? (size_t)(end - text) - i - tag_len : len - i - tag_len);
        }
    }
}

/* ---- Values ------------------------------------------------------------------------------------------- */

static int hf_baichuan_cli_ip = -1;
static int hf_baichuan_cli_port = -1;
static int hf_baichuan_cmap_ip = -1;
static int hf_baichuan_cmap_port = -1;
static int hf_baichuan_dev_ip = -1;
static int hf_baichuan_dev_port = -1;
static int hf_baichuan_dmap_ip = -1;
static int hf_baichuan_dmap_port = -1;
static int hf_baichuan_log_ip = -1;
static int hf_baichuan_log_port = -1;
static int hf_baichuan_nat_ip = -1;
static int hf_baichuan_nat_port = -1;
static int hf_baichuan_reg_ip = -1;
static int hf_baichuan_reg_port = -1;
static int hf_baichuan_relay_ip = -1;
static int hf_baichuan_relay_port = -1;
static int hf_baichuan_relayt_ip = -1;
static int hf_baichuan_relayt_port = -1;
static int hf_baichuan_t_ip = -1;
static int hf_baichuan_t_port = -1;
static int hf_baichuan_other_port = -1;
static int hf_baichuan_cid = -1;
static int hf_baichuan_conn = -1;
static int hf_baichuan_did = -1;
static int hf_baichuan_mtu = -1;
static int hf_baichuan_nonce = -1;
static int hf_baichuan_rsp = -1;
static int hf_baichuan_sid = -1;
static int hf_baichuan_uid = -1;
static int hf_baichuan_ac = -1;
static int hf_baichuan_needrsp = -1;
static int hf_baichuan_lver = -1;
static int hf_baichuan_pl = -1;
static int hf_baichuan_timer_def = -1;
static int hf_baichuan_timer_hb = -1;
static int hf_baichuan_timer_hbt = -1;

static const bc_xml_row_t rows[] = {
    { "ac", NULL, &hf_baichuan_ac },
    { "cid", NULL, &hf_baichuan_cid },
    { "conn", NULL, &hf_baichuan_conn },
    { "def", "timer", &hf_baichuan_timer_def },
    { "did", NULL, &hf_baichuan_did },
    { "hb", "timer", &hf_baichuan_timer_hb },
    { "hbt", "timer", &hf_baichuan_timer_hbt },
    { "ip", "cli", &hf_baichuan_cli_ip },
    { "ip", "cmap", &hf_baichuan_cmap_ip },
    { "ip", "dev", &hf_baichuan_dev_ip },
    { "ip", "dmap", &hf_baichuan_dmap_ip },
    { "ip", "log", &hf_baichuan_log_ip },
    { "ip", "nat", &hf_baichuan_nat_ip },
    { "ip", "reg", &hf_baichuan_reg_ip },
    { "ip", "relay", &hf_baichuan_relay_ip },
    { "ip", "relayt", &hf_baichuan_relayt_ip },
    { "ip", "t", &hf_baichuan_t_ip },
    { "lver", NULL, &hf_baichuan_lver },
    { "mtu", NULL, &hf_baichuan_mtu },
    { "nc", NULL, &hf_baichuan_nonce },
    { "needrsp", NULL, &hf_baichuan_needrsp },
    { "pl", NULL, &hf_baichuan_pl },
    { "port", "cli", &hf_baichuan_cli_port },
    { "port", "cmap", &hf_baichuan_cmap_port },
    { "port", "dev", &hf_baichuan_dev_port },
    { "port", "dmap", &hf_baichuan_dmap_port },
    { "port", "log", &hf_baichuan_log_port },
    { "port", "nat", &hf_baichuan_nat_port },
    { "port", "reg", &hf_baichuan_reg_port },
    { "port", "relay", &hf_baichuan_relay_port },
    { "port", "relayt", &hf_baichuan_relayt_port },
    { "port", "t", &hf_baichuan_t_port },
    { "port", NULL, &hf_baichuan_other_port },
    { "rsp", NULL, &hf_baichuan_rsp },
    { "sid", NULL, &hf_baichuan_sid },
    { "uid", NULL, &hf_baichuan_uid },
};
static bc_xml_map_t *map;

void
bc_udp_fields_show(tvbuff_t *document, packet_info *pinfo, proto_tree *tree)
{
    bc_xml_fields_show(document, pinfo, tree, map);
}

static void
register_element_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_ac,
          { "Code that has to match (ac)", "baichuan.udp.ac", FT_STRING, BASE_NONE, NULL, 0,
            "That of M2D_Q_R has to be that of R2D_R_R; one source only", HFILL } },
        { &hf_baichuan_needrsp,
          { "Answer wanted", "baichuan.udp.needrsp", FT_UINT32, BASE_DEC, NULL, 0,
            "Whether the sender of a heartbeat wants an answer (needrsp); one source only", HFILL } },
        { &hf_baichuan_lver,
          { "Login version", "baichuan.udp.lver", FT_UINT32, BASE_DEC, NULL, 0,
            "3: the client logs in with an account (lver); one source only", HFILL } },
        { &hf_baichuan_pl,
          { "Kind of key", "baichuan.udp.pl", FT_STRING, BASE_NONE, NULL, 0,
            "P4: the key of the camera (pl); one source only", HFILL } },
        { &hf_baichuan_timer_def,
          { "Default timer", "baichuan.udp.timer.def", FT_UINT32, BASE_DEC, NULL, 0,
            "Milliseconds that the device waits where nothing else is said (timer/def)", HFILL } },
        { &hf_baichuan_timer_hb,
          { "Heartbeat timer", "baichuan.udp.timer.hb", FT_UINT32, BASE_DEC, NULL, 0,
            "Milliseconds between heartbeats, as the sender sets them (timer/hb)", HFILL } },
        { &hf_baichuan_timer_hbt,
          { "Heartbeat timeout", "baichuan.udp.timer.hbt", FT_UINT32, BASE_DEC, NULL, 0,
            "Milliseconds without a heartbeat after which the sender gives up (timer/hbt)", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}

void
bc_udp_messages_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_cli_ip,
          { "Client address", "baichuan.udp.cli.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of the client, as it sees itself", HFILL } },
        { &hf_baichuan_cli_port,
          { "Client port", "baichuan.udp.cli.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of the client, as it sees itself", HFILL } },
        { &hf_baichuan_cmap_ip,
          { "Client's mapped address", "baichuan.udp.cmap.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of the client, as the server sees it", HFILL } },
        { &hf_baichuan_cmap_port,
          { "Client's mapped port", "baichuan.udp.cmap.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of the client, as the server sees it", HFILL } },
        { &hf_baichuan_dev_ip,
          { "Device address", "baichuan.udp.dev.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of the device, as it sees itself", HFILL } },
        { &hf_baichuan_dev_port,
          { "Device port", "baichuan.udp.dev.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of the device, as it sees itself", HFILL } },
        { &hf_baichuan_dmap_ip,
          { "Device's mapped address", "baichuan.udp.dmap.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of the device, as the server sees it", HFILL } },
        { &hf_baichuan_dmap_port,
          { "Device's mapped port", "baichuan.udp.dmap.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of the device, as the server sees it", HFILL } },
        { &hf_baichuan_log_ip,
          { "Log server address", "baichuan.udp.log.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of the server that collects reports", HFILL } },
        { &hf_baichuan_log_port,
          { "Log server port", "baichuan.udp.log.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of the server that collects reports", HFILL } },
        { &hf_baichuan_nat_ip,
          { "Translated address", "baichuan.udp.nat.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of a side behind an address translation", HFILL } },
        { &hf_baichuan_nat_port,
          { "Translated port", "baichuan.udp.nat.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of a side behind an address translation", HFILL } },
        { &hf_baichuan_reg_ip,
          { "Register address", "baichuan.udp.reg.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of the server that knows the device", HFILL } },
        { &hf_baichuan_reg_port,
          { "Register port", "baichuan.udp.reg.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of the server that knows the device", HFILL } },
        { &hf_baichuan_relay_ip,
          { "Relay address", "baichuan.udp.relay.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of the server that hands on packets", HFILL } },
        { &hf_baichuan_relay_port,
          { "Relay port", "baichuan.udp.relay.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of the server that hands on packets", HFILL } },
        { &hf_baichuan_relayt_ip,
          { "Second relay address", "baichuan.udp.relayt.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of another server that hands on packets", HFILL } },
        { &hf_baichuan_relayt_port,
          { "Second relay port", "baichuan.udp.relayt.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of another server that hands on packets", HFILL } },
        { &hf_baichuan_t_ip,
          { "T server address", "baichuan.udp.t.ip", FT_STRING, BASE_NONE, NULL, 0,
            "IP address of a server that the documents call t", HFILL } },
        { &hf_baichuan_t_port,
          { "T server port", "baichuan.udp.t.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port of a server that the documents call t", HFILL } },
        { &hf_baichuan_other_port,
          { "Port", "baichuan.udp.port", FT_UINT32, BASE_DEC, NULL, 0,
            "UDP port for the answer, or of a device without address", HFILL } },
        { &hf_baichuan_cid,
          { "Client's connection ID", "baichuan.udp.cid", FT_INT32, BASE_DEC, NULL, 0,
            "Stands in packets to the client (cid)", HFILL } },
        { &hf_baichuan_did,
          { "Device's connection ID", "baichuan.udp.did", FT_INT32, BASE_DEC, NULL, 0,
            "Stands in packets to the device (did)", HFILL } },
        { &hf_baichuan_sid,
          { "Session ID", "baichuan.udp.sid", FT_UINT32, BASE_DEC, NULL, 0,
            "Given by the server (sid)", HFILL } },
        { &hf_baichuan_uid,
          { "UID of the device", "baichuan.udp.uid", FT_STRING, BASE_NONE, NULL, 0,
            "Under which the vendor's servers know it", HFILL } },
        { &hf_baichuan_conn,
          { "Kind of path", "baichuan.udp.conn", FT_STRING, BASE_NONE, NULL, 0,
            "How client and device reach each other: local, map, relay", HFILL } },
        { &hf_baichuan_mtu,
          { "MTU", "baichuan.udp.mtu", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes that a datagram may have at most, header included", HFILL } },
        { &hf_baichuan_rsp,
          { "Result", "baichuan.udp.rsp", FT_INT32, BASE_DEC, NULL, 0,
            "0 good, -1 and -3 failure (-3: no such UID here), -4 for information (rsp)", HFILL } },
        { &hf_baichuan_nonce,
          { "Nonce of a cloud login", "baichuan.udp.nonce", FT_STRING, BASE_NONE, NULL, 0,
            "Takes the place of the nonce reply where a login has no negotiation (nc)", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    register_element_fields(proto);
    map = bc_xml_map_new();
    bc_xml_map_add_rows(map, rows, array_length(rows));
}
