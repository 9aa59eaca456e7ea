/* newcamd-vectors.h
 * The frames of docs/newcamd.md sections 4.6 and 4.7, and their keys.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_TEST_NEWCAMD_VECTORS_H
#define CAMSHARK_TEST_NEWCAMD_VECTORS_H

#include <glib.h>
#include <string.h>

#include <common/pure/hex.h>
#include <newcamd/wire/frame.h>

#define DESKEY     "0102030405060708091011121314"
#define GREETING_A "779dcc5dd20d592edcedb817c1ab"
#define SESSION_A  "233f32507a392a005c4234671b0d"
#define SESSION_B  "3831266940792427053933662a1c"

#define A_CRYPT    "2431246162636465666768246e70534554517372496d33354d516669554941646e2e00"
#define B_CRYPT    "243124616263646566676824544e7a6164764b33474a6a4e4a506d466763657a6c2f00"
#define USER_DUMMY "64756d6d7900"
#define NAME_E5    "00000000000000000000 e50008 617474696300 3aca" /* "attic", 15050; section 8.3 */

/* key: a session key, or greeting for the login key that DESKEY makes of it. */
typedef struct {
    const char *name;
    const char *session_key, *greeting;
    unsigned header;
    uint8_t tag;
    bool from_server;
    const char *frame, *plain;
} frame_vector_t;

static const frame_vector_t frame_vectors[] = {
    { "1", NULL, GREETING_A, 10, 0xe0, false,
      "0040809e548c73806aa3688da764cc5cb2d944a991df689765cbaf9e9b4a93dd41b89eff09b24b9afbf04062220d9487ba31cc"
      "d63e574"
      "ac9d7971011121314151617",
      "00016d67000000000011 e00029" USER_DUMMY A_CRYPT "a1 43" },
    { "2", NULL, GREETING_A, 6, 0xe0, false,
      "004056b12c04b1f2d0d4cbb45d5c868bf69cbe2f33cc45dbb92cc472e9c63ebcda2ad34d5c1bffceea6378d752db01ed31b882"
      "f799ec2"
      "b8485081011121314151617",
      "000100005644 e00029" USER_DUMMY A_CRYPT "a1a2a3a4a5 4a" },
    { "3", NULL, GREETING_A, 10, 0xe1, true, "001823bdcb06a5d363916bc9b28c678c400e1011121314151617",
      "00010000000000000000 e10000 a1a2 e3" },
    { "4", SESSION_A, NULL, 10, 0xe3, false, "00185374e44c298cb3f982a6ad243566ea301011121314151617",
      "00020000000000000000 e30000 a1a2 e2" },
    { "5", SESSION_A, NULL, 10, 0xe4, true,
      "00305374e44c298cb3f995788ef44a9277c80f27632616d899b6f853e0748a3ef3d4f15604f0b26d2a8c1011121314151617",
      "00020000000000000000 e40017 01 0500 0000000102030405 01 030600 00000000aabbcc00 a1a2a3 8d" },
    { "6", SESSION_A, NULL, 6, 0xfd, false, "0018f4b60e8b635a6e95092f4040132f05011011121314151617",
      "000300000000 fd0000 a1a2a3a4a5a6 f9" },
    { "R1", NULL, "0cfcc196e07fc6258f5b3e802b2b", 10, 0xe0, false,
      "0040929c4f85f3e239498d926570c3eb76954f9efcd9c5fd623926165c35417b3b338d0b8f508c2def7ef1f65ddfcd8c87fdad"
      "36810f9"
      "0b8f50097e5b69e1325f4da",
      "00017878000000000000 e00029" USER_DUMMY B_CRYPT "f4 62" },
    { "R2", NULL, "0cfcc196e07fc6258f5b3e802b2b", 10, 0xe1, true,
      "0018a08d7c9f0cf0de5396060a6465d732c8dfdcf4e0588a33a9", "0001 6e73 0000 000000 14 e10000 8218 73" },
    { "R3", SESSION_B, NULL, 10, 0xe4, true,
      "0038de9b3c55cbe76e5aff1393b9930fd806dacadc19aa6d7756d702ab07dfd5e2f7bfd9bbc3930eb828ab7116d5d707881eec"
      "431a193"
      "d143818",
      "00000000000000000000 e40022 0b 0b00 0000000000000000 02 000000 0000000000000000 000001 "
      "0000000000000000 c5" },
    { "R4", SESSION_B, NULL, 10, 0x80, true,
      "0028f82bafee9c5df3b53a2697b80d9c7cf4bbf81e3dd218c914c5742bf116fa6078539e1da45387fb12",
      "0002 0000000000000000 801010 11223366445566ff 2122236631323396 7d72 83" },
    { "R5", SESSION_B, NULL, 10, 0xd6, true,
      "0020b46145281e8204d31955b26ba6a7907ac237cdcc094cafda80ab43e84b95cc66",
      "00020000000000000000 d60004 312e3637 20d41e38e6f0 0a" },
    { "R6", SESSION_B, NULL, 10, 0xd3, true, "00186bf9d7bbf224563d8b203793674c17820ee43e8f2698f7b0",
      "0001 61da 0b00 000001 00 d30000 00da b9" },
    { "R7", SESSION_B, NULL, 10, 0xd7, true,
      "002080ab80a45bbb4b004383dd6b8ef900e4bcd98c331a1f24be98214daf215b62f5",
      "0001 1001 61e4 000001 14 d70009 100201 100301 abcd01 54 6c" },
    { "R8", SESSION_B, NULL, 10, 0x82, true, "0018b088cae127d1b6e5e7909e0336dd88d0e08bf7b1998cb7c9",
      "00020000000000000000 821000 85cf da" },
    { "R9", NULL, "913bc2c11e0fd860b9282e0526c6", 10, 0xe2, true,
      "00180d3ee48e4dab26e0c06b20aa326c1cb435cc025f6ed90068", "00010000000000000000 e20000 96c6 b3" },
    /* The 524 defect (section 5.3): the first three message bytes are overwritten. */
    { "R10", SESSION_B, NULL, 6, 0, true,
      "0038d1b55b08314db2ecc39521acbffbaaf28e9d5c37d044d44c05d3e39c4d219bbd18bcdc5970bbac0c3183d3306ac4a36ecc"
      "347a131"
      "67c9746",
      "0001 00000000 000000 0b 0b00 0000000000000000 02 000000 0000000000000000 000001 0000000000000000 "
      "9480da03 cf" },
    { "R11", NULL, "f13bcb0191aec2363948a5d959f9", 6, 0xe0, false,
      "00409abe67a87354bda3e7a9cd330c9bee9dc4acd496638852acd4bf26ae27568c3dcb3cfc7c01afa24eb17a7c1f519df41329"
      "ee7984f"
      "6997e2e1a8324281e05bb8e",
      "0000 00008888 e00029" USER_DUMMY B_CRYPT "a3f30ea79f f1" },
};

typedef struct {
    uint8_t bytes[256];
    size_t len;
} bytes_t;

static inline bytes_t
unhex(const char *text)
{
    bytes_t b = { .len = 0 };

    for (const char *p = text; *p != '\0'; p++) {
        b.len += *p != ' ';
    }
    b.len /= 2;
    g_assert_cmpuint(b.len, <=, sizeof b.bytes);
    g_assert_true(camshark_hex_parse(text, "A test vector", b.bytes, b.len, NULL));
    return b;
}

static inline const frame_vector_t *
vector(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(frame_vectors); i++) {
        if (strcmp(frame_vectors[i].name, name) == 0) {
            return &frame_vectors[i];
        }
    }
    g_assert_not_reached();
}

#endif
