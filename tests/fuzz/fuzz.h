/* fuzz.h
 * What the fuzzers share: reading pieces off the input, and saying what must never be.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A fuzzer is one function, which libFuzzer calls with whatever bytes it has thought of. What the input means
 * is said in the comment of each; seeds.py writes inputs of that form, so both have to agree.
 */
#ifndef CAMSHARK_FUZZ_H
#define CAMSHARK_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the fuzzer, which keeps the input, if a promise of a header file is broken. */
#define FUZZ_CHECK(promise)                                                                                  \
    do {                                                                                                     \
        if (!(promise)) {                                                                                    \
            fprintf(stderr, "%s:%d: broken promise: %s\n", __FILE__, __LINE__, #promise);                    \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/* What is left of the input. */
typedef struct {
    const uint8_t *at;
    size_t left;
} fuzz_input_t;

/* The next len bytes; NULL, and nothing taken, if there are fewer. */
static inline const uint8_t *
fuzz_take(fuzz_input_t *input, size_t len)
{
    const uint8_t *taken = input->at;

    if (input->left < len) {
        return NULL;
    }
    input->at += len;
    input->left -= len;
    return taken;
}

/* The next byte; 0 at the end. */
static inline uint8_t
fuzz_byte(fuzz_input_t *input)
{
    const uint8_t *byte = fuzz_take(input, 1);

    return (byte != NULL) ? *byte : 0;
}

/* The next two bytes, the high one first; 0 at the end. */
static inline unsigned
fuzz_u16(fuzz_input_t *input)
{
    const unsigned high = fuzz_byte(input);

    return high << 8 | fuzz_byte(input);
}

/* A copy of len bytes in a block of its own, so that the sanitizer sees who reads behind its end. To be freed
 * with g_free(). Never NULL, not even of nothing. */
static inline uint8_t *
fuzz_copy(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = g_malloc(len > 0 ? len : 1);

    if (len > 0) {
        memcpy(copy, bytes, len);
    }
    return copy;
}

#endif
