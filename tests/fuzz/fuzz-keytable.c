/* fuzz-keytable.c
 * Text that people type into key tables: hexadecimal keys, addresses, ports, passwords.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: the text of a cell.
 */
#include "fuzz.h"

#include <common/pure/address-rule.h>
#include <common/pure/hex.h>
#include <newcamd/wire/crypto.h>

static void
check_error(bool ok, char *error)
{
    FUZZ_CHECK(ok == (error == NULL));
    FUZZ_CHECK(ok || g_utf8_validate(error, -1, NULL));
    g_free(error);
}

static void
look_at_rule(const char *text)
{
    camshark_address_rule_t rule;
    char *error = NULL;
    const bool ok = camshark_address_rule_parse(text, &rule, &error);

    check_error(ok, error);
    if (ok) {
        FUZZ_CHECK(rule.len == 0 || rule.len == 4 || rule.len == 16);
        FUZZ_CHECK(rule.prefix <= 8 * rule.len);
        FUZZ_CHECK(camshark_address_rule_matches(&rule, rule.bytes, rule.len ? rule.len : 4));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    char *text = g_strndup((const char *)data, size);
    char *error = NULL;
    uint16_t port;
    uint8_t key[16];
    char crypt[NEWCAMD_CRYPT_LEN + 1];

    if (!ready) {
        gcry_check_version(NULL);
        gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
        ready = true;
    }
    look_at_rule(text);
    check_error(camshark_port_parse(text, &port, &error), error);
    error = NULL;
    check_error(camshark_hex_parse(text, "A key", key, sizeof key, &error), error);
    error = NULL;
    check_error(camshark_hex_parse(text, "A DESKEY", key, NEWCAMD_KEY14_LEN, &error), error);
    /* A thousand MD5: now and then is enough. */
    if (size % 16 == 7 && newcamd_md5_crypt(text, crypt)) {
        FUZZ_CHECK(strlen(crypt) == NEWCAMD_CRYPT_LEN);
    }
    g_free(text);
    return 0;
}
