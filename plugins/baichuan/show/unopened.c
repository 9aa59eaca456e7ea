/* unopened.c
 * Why a message, or a part of it, was not opened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A sentence begins with what helps: the window cuts its end.
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>

#include <baichuan/show/unopened.h>

static int hf_baichuan_opened = -1;
static expert_field ei_baichuan_no_login = EI_INIT;
static expert_field ei_baichuan_no_key = EI_INIT;
static expert_field ei_baichuan_wrong_password = EI_INIT;
static expert_field ei_baichuan_wrong_key = EI_INIT;
static expert_field ei_baichuan_key_exchange = EI_INIT;
static expert_field ei_baichuan_not_opened = EI_INIT;

/* What is said of each bc_problem_t. */
static const struct {
    const char *reason; /* value of baichuan.opened */
    const char *note;   /* in the Info column */
    expert_field *ei;
} problems[] = {
    [BC_PROBLEM_NONE] = { NULL, NULL, NULL },
    [BC_PROBLEM_NO_LOGIN] = { "login not in the capture", "[login not in the capture]",
                              &ei_baichuan_no_login },
    [BC_PROBLEM_NO_KEY] = { "no password", "[not opened: no password]", &ei_baichuan_no_key },
    [BC_PROBLEM_WRONG_PASSWORD] = { "wrong password", "[wrong password]", &ei_baichuan_wrong_password },
    [BC_PROBLEM_WRONG_KEY] = { "wrong key", "[wrong key]", &ei_baichuan_wrong_key },
    [BC_PROBLEM_KEY_EXCHANGE] = { "keys were exchanged", "[not opened: keys were exchanged]",
                                  &ei_baichuan_key_exchange },
    [BC_PROBLEM_NOT_OPENED] = { "key does not open this", "[not opened: key does not open this]",
                                &ei_baichuan_not_opened },
};

static void
add_unopened_expert(packet_info *pinfo, proto_item *item, const bc_decision_t *decision)
{
    switch ((bc_problem_t)decision->problem) {
    case BC_PROBLEM_NO_LOGIN:
        expert_add_info_format(
            pinfo, item, &ei_baichuan_no_login, "%s%s%s%s", expert_get_summary(&ei_baichuan_no_login),
            decision->refused ? "; the raw keys of " : "", decision->refused ? decision->refused : "",
            decision->refused ? " do not fit" : "");
        break;
    case BC_PROBLEM_WRONG_PASSWORD:
        expert_add_info_format(pinfo, item, &ei_baichuan_wrong_password,
                               "Check the password in %s: the login's hash does not match it",
                               decision->refused != NULL ? decision->refused : "the key table");
        break;
    default:
        expert_add_info(pinfo, item, problems[decision->problem].ei);
        break;
    }
}

void
bc_unopened_explain(packet_info *pinfo, proto_item *item, const bc_decision_t *decision)
{
    if (decision->problem != BC_PROBLEM_NONE) {
        add_unopened_expert(pinfo, item, decision);
    }
}

/* A login that no password fits is text all the same. */
static bool
is_login_text(const bc_header_t *header, const bc_decision_t *decision)
{
    return header->msg_id == BC_MSG_LOGIN && decision->kind != BC_PAYLOAD_UNREADABLE;
}

void
bc_unopened_show(tvbuff_t *tvb, proto_tree *tree, int offset, const bc_header_t *header,
                 const bc_decision_t *decision)
{
    if (decision->problem != BC_PROBLEM_NONE && !is_login_text(header, decision)) {
        proto_item_set_generated(proto_tree_add_string(tree, hf_baichuan_opened, tvb, offset, 0,
                                                       problems[decision->problem].reason));
    }
}

const char *
bc_unopened_note(const bc_header_t *header, const bc_decision_t *decision)
{
    if (is_login_text(header, decision) && decision->problem != BC_PROBLEM_WRONG_PASSWORD) {
        return NULL;
    }
    return problems[decision->problem].note;
}

void
bc_unopened_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_opened,
          { "Not opened", "baichuan.opened", FT_STRING, BASE_NONE, NULL, 0,
            "Why this was not opened: no password, wrong password, wrong key, login not in the capture, keys were exchanged, "
            "key does not open this", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_baichuan_no_login,
          { "baichuan.expert.no_login", PI_DECRYPTION, PI_WARN,
            "Add the raw AES key to Keys (baichuan_keys): the login with its nonce is not in the capture, so no password can "
            "open this", EXPFILL } },
        { &ei_baichuan_no_key,
          { "baichuan.expert.no_key", PI_DECRYPTION, PI_WARN,
            "Add the camera's password to Keys: none is known for this camera (baichuan_keys, baichuan.password); each "
            "profile has Keys of its own", EXPFILL } },
        { &ei_baichuan_wrong_password,
          { "baichuan.expert.wrong_password", PI_DECRYPTION, PI_WARN,
            "Check the passwords in Keys: the login's hash does not match any of them (baichuan_keys, baichuan.password)",
            EXPFILL } },
        { &ei_baichuan_wrong_key,
          { "baichuan.expert.wrong_key", PI_DECRYPTION, PI_WARN,
            "Check the rows of Keys for this camera: no password or key in baichuan_keys or baichuan.password opens this",
            EXPFILL } },
        { &ei_baichuan_key_exchange,
          { "baichuan.expert.key_exchange", PI_DECRYPTION, PI_WARN,
            "Add the AES key and IV to Keys (baichuan_keys): client and camera have exchanged keys in this login (sigV3), so "
            "no password opens it", EXPFILL } },
        { &ei_baichuan_not_opened,
          { "baichuan.expert.not_opened", PI_DECRYPTION, PI_NOTE,
            "The key of this login is known, but does not open this part", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
