/* fuzz-assembler.c
 * Slices of a byte stream in any order, and messages that are begun, shortened and finished, against a model that knows
 * each byte.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: two bytes a choice, as assembler-model.h draws them: where the stream begins; then for each step the slice, the
 * bytes that are looked at, and what becomes of messages.
 */
#include "fuzz.h"

#define MODEL_BYTES 300u /* so that there are more streams a second */
#include "../unit/assembler-model.h"

#define MOST_STEPS 64u

static unsigned
draw_from_input(void *input)
{
    return fuzz_byte(input);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t input = { data, size };

    /* A step takes 30 bytes or so; behind the end of the input every choice is 0. */
    model_run(draw_from_input, &input, (unsigned)MIN(size / 24 + 1, MOST_STEPS));
    return 0;
}
