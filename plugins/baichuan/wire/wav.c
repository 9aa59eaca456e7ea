/* wav.c
 * The header of a WAV file of IMA ADPCM blocks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/wav.h>

#include <glib.h>
#include <string.h>

#define FORMAT_IMA_ADPCM 0x11u
#define FORMAT_CHUNK     20u /* bytes of the chunk's contents */
#define FACT_CHUNK       4u

typedef struct {
    uint8_t *at;
} writer_t;

static void
put_number(writer_t *writer, uint32_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        *writer->at++ = (uint8_t)(value >> (8 * i));
    }
}

static void
put_chunk_tag(writer_t *writer, const char *tag)
{
    memcpy(writer->at, tag, 4);
    writer->at += 4;
}

/* Of a block, which begins with its first sample and then has two a byte; 0 if it is not even that. */
static uint32_t
samples_of_block(uint32_t block)
{
    return (block < BC_WAV_BLOCK_START) ? 0 : (block - BC_WAV_BLOCK_START) * 2 + 1;
}

void
bc_wav_header(uint8_t out[BC_WAV_HEADER], uint32_t rate, uint16_t block, size_t len)
{
    writer_t writer = { out };
    const uint32_t samples = MAX(samples_of_block(block), 1);
    const uint32_t data = (uint32_t)MIN(len, UINT32_MAX - BC_WAV_HEADER - 1);
    const uint64_t all = (uint64_t)data / block * samples + samples_of_block(data % block);

    put_chunk_tag(&writer, "RIFF");
    put_number(&writer, BC_WAV_HEADER - 8 + data + data % 2, 4);
    put_chunk_tag(&writer, "WAVE");
    put_chunk_tag(&writer, "fmt ");
    put_number(&writer, FORMAT_CHUNK, 4);
    put_number(&writer, FORMAT_IMA_ADPCM, 2);
    put_number(&writer, 1, 2); /* channels */
    put_number(&writer, rate, 4);
    put_number(&writer, (uint32_t)((uint64_t)rate * block / samples), 4); /* bytes a second */
    put_number(&writer, block, 2);
    put_number(&writer, 4, 2); /* bits a sample */
    put_number(&writer, 2, 2); /* bytes that follow */
    put_number(&writer, MIN(samples, UINT16_MAX), 2);
    put_chunk_tag(&writer, "fact");
    put_number(&writer, FACT_CHUNK, 4);
    put_number(&writer, (uint32_t)MIN(all, UINT32_MAX), 4);
    put_chunk_tag(&writer, "data");
    put_number(&writer, data, 4);
}
