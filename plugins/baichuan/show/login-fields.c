/* login-fields.c
 * What logins and logouts show: nonce, hashes, whether they are those of the user's key table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <common/epan/credentials.h>
#include <common/pure/secrets.h>

#include <baichuan/show/login-fields.h>

static int hf_baichuan_auth_type = -1;
static int hf_baichuan_auth_types = -1;
static int hf_baichuan_nonce = -1;
static int hf_baichuan_password = -1;
static int hf_baichuan_password_ok = -1;
static int hf_baichuan_signature_version = -1;
static int hf_baichuan_token = -1;
static int hf_baichuan_user_ok = -1;
static int hf_baichuan_username = -1;
static int hf_baichuan_device_channels = -1;
static int hf_baichuan_device_firmware = -1;
static int hf_baichuan_device_resolution = -1;
static int hf_baichuan_device_software = -1;
static int hf_baichuan_device_type = -1;
static int hf_baichuan_device_type_info = -1;

static const bc_xml_row_t rows[] = {
    { "authCode", "AuthInfo", &hf_baichuan_password },
    { "authType", "LoginUser", &hf_baichuan_auth_type },
    { "authTypeList", "Encryption", &hf_baichuan_auth_types },
    { "channelNum", "DeviceInfo", &hf_baichuan_device_channels },
    { "firmVersion", "DeviceInfo", &hf_baichuan_device_firmware },
    { "nonce", NULL, &hf_baichuan_nonce },
    { "password", "LoginUser", &hf_baichuan_password },
    { "password", "User", &hf_baichuan_password },
    { "resolutionName", "resolution", &hf_baichuan_device_resolution },
    { "sigVer", "Encryption", &hf_baichuan_signature_version },
    { "softVer", "DeviceInfo", &hf_baichuan_device_software },
    { "type", "DeviceInfo", &hf_baichuan_device_type },
    { "typeInfo", "DeviceInfo", &hf_baichuan_device_type_info },
    { "userName", NULL, &hf_baichuan_username },
};

void
bc_login_fields_map(bc_xml_map_t *map)
{
    bc_xml_map_add_rows(map, rows, array_length(rows));
}

static void
add_verdict(tvbuff_t *tvb, proto_tree *tree, int hf, uint8_t verdict)
{
    if (verdict != BC_VERDICT_NONE) {
        proto_item *item = proto_tree_add_boolean(tree, hf, tvb, 0, 0, verdict == BC_VERDICT_YES);
        proto_item_set_generated(item);
    }
}

void
bc_login_fields_verdict(tvbuff_t *tvb, proto_tree *tree, const bc_decision_t *decision)
{
    add_verdict(tvb, tree, hf_baichuan_user_ok, decision->user_ok);
    add_verdict(tvb, tree, hf_baichuan_password_ok, decision->password_ok);
}

const char *
bc_login_phrase(packet_info *pinfo, const char *user, bool hide)
{
    return (user != NULL && !hide) ? wmem_strdup_printf(pinfo->pool, "Login %.64s", user) : NULL;
}

void
bc_login_list_user(packet_info *pinfo, const char *user, const bc_decision_t *decision, bool hide)
{
    static const char *const verdicts[] = {
        [BC_VERDICT_NONE] = "hash of a password",
        [BC_VERDICT_NO] = "hash of a password that is not in the key table",
        [BC_VERDICT_YES] = "hash of a password of the key table",
    };

    if (user != NULL) {
        const camshark_login_t login = {
            .protocol = "Baichuan",
            .user = hide ? CAMSHARK_MASKED_TEXT : user,
            .info = verdicts[decision->password_ok],
            .password_hf = hf_baichuan_password,
        };
        camshark_credentials_queue(pinfo, &login);
    }
}

void
bc_login_fields_legacy(tvbuff_t *tvb, proto_tree *tree)
{
    const int hfs[] = { hf_baichuan_username, hf_baichuan_password };
    const unsigned len = tvb_captured_length(tvb);

    for (unsigned i = 0; i < array_length(hfs) && len >= (i + 1) * BC_LEGACY_HASH_FIELD; i++) {
        proto_tree_add_item(tree, hfs[i], tvb, (int)(i * BC_LEGACY_HASH_FIELD), BC_LEGACY_HASH_FIELD,
                            ENC_UTF_8);
    }
}

void
bc_login_fields_tokens(tvbuff_t *tvb, proto_tree *tree, const bc_decision_t *decision, bool hide)
{
    if (decision->key == NULL || tvb_captured_length(tvb) < BC_TOKENS * BC_TOKEN_SLOT) {
        return;
    }
    for (unsigned i = 0; i < BC_TOKENS; i++) {
        const int slot = (int)(i * BC_TOKEN_SLOT);
        char token[BC_TOKEN_MAX + 1];
        if (bc_token_open(tvb_get_ptr(tvb, slot, BC_TOKEN_SLOT), decision->key->aes, token)) {
            proto_item *item = proto_tree_add_string(tree, hf_baichuan_token, tvb, slot, BC_TOKEN_SLOT,
                                                     hide ? CAMSHARK_MASKED_TEXT : token);
            proto_item_set_generated(item);
        }
    }
}

void
bc_login_fields_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_nonce,
          { "Nonce", "baichuan.nonce", FT_STRING, BASE_NONE, NULL, 0,
            "Random text of the camera, which goes into the key and the login's hashes", HFILL } },
        { &hf_baichuan_username,
          { "User name", "baichuan.username", FT_STRING, BASE_NONE, NULL, 0,
            "In a login 31 hexadecimal digits of MD5(user name + nonce), in a legacy one without nonce; in other "
            "messages the name itself", HFILL } },
        { &hf_baichuan_password,
          { "Password", "baichuan.password", FT_STRING, BASE_NONE, NULL, 0,
            "In a login 31 hexadecimal digits of MD5(password + nonce), in a legacy one without nonce; in a logout and "
            "in user lists it may be the password itself", HFILL } },
        { &hf_baichuan_password_ok,
          { "Password is known", "baichuan.login.password_ok", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Whether a password of the key table or of baichuan.password has the hash of this login", HFILL } },
        { &hf_baichuan_user_ok,
          { "User name is known", "baichuan.login.user_ok", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Whether the user of the key table's row has the hash of this login; without a row that fits, whether "
            "any user in the table has", HFILL } },
        { &hf_baichuan_auth_type,
          { "Login method", "baichuan.login.auth_type", FT_STRING, BASE_NONE, NULL, 0,
            "Of this login request; absent where it is the password. Other methods are known from one "
            "implementation only", HFILL } },
        { &hf_baichuan_auth_types,
          { "Login methods of the camera", "baichuan.login.auth_types", FT_STRING, BASE_NONE, NULL, 0,
            "What the nonce reply offers; known from one implementation only", HFILL } },
        { &hf_baichuan_signature_version,
          { "Signature version", "baichuan.login.signature_version", FT_STRING, BASE_NONE, NULL, 0,
            "Of account logins, in the nonce reply; known from one implementation only", HFILL } },
        { &hf_baichuan_token,
          { "Token", "baichuan.login.token", FT_STRING, BASE_NONE, NULL, 0,
            "Of the camera's answer to getAccesskey, decrypted; the login that follows shows its hash. Known from one "
            "implementation only", HFILL } },
        { &hf_baichuan_device_type,
          { "Device type", "baichuan.login.device.type", FT_STRING, BASE_NONE, NULL, 0,
            "Class of the camera, in the answer to the login", HFILL } },
        { &hf_baichuan_device_type_info,
          { "Device kind", "baichuan.login.device.type_info", FT_STRING, BASE_NONE, NULL, 0,
            "Such as IPC or NVR, in the answer to the login", HFILL } },
        { &hf_baichuan_device_channels,
          { "Channels", "baichuan.login.device.channels", FT_UINT32, BASE_DEC, NULL, 0,
            "How many channels the device has", HFILL } },
        { &hf_baichuan_device_resolution,
          { "Resolution", "baichuan.login.device.resolution", FT_STRING, BASE_NONE, NULL, 0,
            "Largest picture, width*height in pixels", HFILL } },
        { &hf_baichuan_device_firmware,
          { "Firmware number", "baichuan.login.device.firmware", FT_STRING, BASE_NONE, NULL, 0,
            "As the answer to the login gives it; the usual spelling is in message 80", HFILL } },
        { &hf_baichuan_device_software,
          { "Software number", "baichuan.login.device.software", FT_STRING, BASE_NONE, NULL, 0,
            "As the answer to the login gives it, one number for all of the version", HFILL } },
    };
    /* clang-format on */

    camshark_credentials_register();
    proto_register_field_array(proto, hf, array_length(hf));
}
