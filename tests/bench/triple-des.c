/* triple-des.c
 * How long libgcrypt itself needs for the 3DES of a newcamd capture: every frame of the capture is decrypted
 * once, with one cipher handle, and nothing else is done with it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * triple-des FILE: a pcap file of raw IPv4 as tests/peers/pcap.py writes it, one newcamd frame a segment.
 * Prints the frames and the nanoseconds of processor time of all of them.
 */
#include <gcrypt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FRAME_OVERHEAD 10 /* the length in front and the IV behind */

static uint64_t
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint8_t *
read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(1);
    }
    *len = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*len);
    if (bytes == NULL || fread(bytes, 1, *len, file) != *len) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return bytes;
}

/* Decrypts the frame in the TCP payload of an IPv4 packet. Returns whether there is one. */
static int
decrypt(gcry_cipher_hd_t handle, const uint8_t *packet, size_t len)
{
    static uint8_t plain[0x10000];
    const size_t head = 40;

    if (len < head + FRAME_OVERHEAD || (len - head - FRAME_OVERHEAD) % 8 != 0) {
        return 0;
    }
    const size_t cipher = len - head - FRAME_OVERHEAD;
    memcpy(plain, packet + head + 2, cipher);
    if (gcry_cipher_setiv(handle, packet + len - 8, 8) != 0 ||
        gcry_cipher_decrypt(handle, plain, cipher, NULL, 0) != 0) {
        fprintf(stderr, "3DES failed\n");
        exit(1);
    }
    return 1;
}

int
main(int argc, char **argv)
{
    static const char key[] = "0123456789abcdef01234567"; /* K1, K2, K1: any */
    gcry_cipher_hd_t handle;
    size_t len = 0;
    unsigned frames = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: triple-des FILE\n");
        return 2;
    }
    gcry_check_version(NULL);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    uint8_t *bytes = read_file(argv[1], &len);
    if (gcry_cipher_open(&handle, GCRY_CIPHER_3DES, GCRY_CIPHER_MODE_CBC, 0) != 0 ||
        gcry_cipher_setkey(handle, key, strlen(key)) != 0) {
        fprintf(stderr, "libgcrypt has no 3DES\n");
        return 1;
    }
    const uint64_t start = now();
    for (size_t at = 24; at + 16 <= len;) {
        uint32_t have;
        memcpy(&have, bytes + at + 8, 4); /* of a little-endian machine, like the file */
        at += 16;
        if (have > len - at) {
            break;
        }
        frames += (unsigned)decrypt(handle, bytes + at, have);
        at += have;
    }
    printf("%u %llu\n", frames, (unsigned long long)(now() - start));
    gcry_cipher_close(handle);
    free(bytes);
    return 0;
}
