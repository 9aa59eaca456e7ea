/* credentials.c
 * Tools > Credentials and `-z credentials`: who logged in, in which packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/credentials.h>

#include <epan/tap.h>

#include <common/pure/printable.h>

/* What listeners of Wireshark's tap "credentials" take, in all versions; its header is not installed. */
typedef struct {
    unsigned num;
    unsigned username_num;
    int password_hf_id;
    char *username;
    const char *proto;
    char *info;
} credential_t;

static int credentials_tap = -1;

void
camshark_credentials_queue(packet_info *pinfo, const camshark_login_t *login)
{
    if (!have_tap_listener(credentials_tap)) {
        return;
    }
    credential_t *credential = wmem_new0(pinfo->pool, credential_t);
    credential->num = pinfo->num;
    credential->username_num = pinfo->num;
    credential->password_hf_id = login->password_hf;
    credential->username = wmem_strdup(pinfo->pool, login->user);
    camshark_text_make_printable(credential->username); /* the list is printed as it is */
    credential->proto = login->protocol;
    credential->info = wmem_strdup(pinfo->pool, login->info);
    tap_queue_packet(credentials_tap, pinfo, credential);
}

void
camshark_credentials_register(void)
{
    credentials_tap = register_tap("credentials");
}
