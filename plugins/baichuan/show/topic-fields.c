/* topic-fields.c
 * Elements of documents as fields, by topic: batteries, lights, encoders, recordings and so on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <string.h>

#include <baichuan/show/topic-fields.h>

typedef struct {
    const char *element;
    const char *parents;
    const char *field;
    const char *label; /* NULL if another row, or another file, has registered the field */
    enum ftenum type;
    bc_xml_kind_t kind;
    const char *blurb;
} topic_row_t;

typedef struct {
    const char *field; /* of which it is a bit */
    uint32_t mask;
    const char *bit;
    const char *label;
    const char *blurb;
} topic_bit_t;

#include <baichuan/show/topic-rows.h>

#define N_ROWS array_length(topic_rows)
#define N_BITS array_length(topic_bits)

static int row_hf[N_ROWS];
static int bit_hf[N_BITS];
static int *bits_of_row[N_ROWS][N_BITS + 1]; /* up to NULL */

static void
register_topic_row(int proto, size_t i)
{
    static hf_register_info registered[N_ROWS];
    const topic_row_t *row = &topic_rows[i];

    registered[i] = (hf_register_info){
        &row_hf[i],
        { row->label, row->field, row->type, (row->type == FT_STRING) ? BASE_NONE : BASE_DEC, NULL, 0,
          row->blurb, HFILL },
    };
    row_hf[i] = -1;
    proto_register_field_array(proto, &registered[i], 1);
}

/* The rows of a field have the number that the first of them, or another file, got for it. */
static void
find_topic_field(size_t i)
{
    row_hf[i] = proto_registrar_get_id_byname(topic_rows[i].field);
    DISSECTOR_ASSERT_HINT(row_hf[i] > 0, topic_rows[i].field);
}

static void
register_topic_bits(int proto)
{
    static hf_register_info registered[N_BITS];

    for (size_t i = 0; i < N_BITS; i++) {
        const topic_bit_t *bit = &topic_bits[i];
        bit_hf[i] = -1;
        registered[i] = (hf_register_info){
            &bit_hf[i],
            { bit->label, bit->bit, FT_BOOLEAN, 32, NULL, bit->mask, bit->blurb, HFILL },
        };
    }
    proto_register_field_array(proto, registered, N_BITS);
}

/* The bits of a row's field; NULL if it has none. */
static int *const *
find_topic_bits(size_t row)
{
    unsigned n = 0;

    for (size_t i = 0; i < N_BITS; i++) {
        if (strcmp(topic_bits[i].field, topic_rows[row].field) == 0) {
            bits_of_row[row][n++] = &bit_hf[i];
        }
    }
    return (n > 0) ? bits_of_row[row] : NULL;
}

void
bc_topic_fields_register(int proto, bc_xml_map_t *map)
{
    register_topic_bits(proto);
    for (size_t i = 0; i < N_ROWS; i++) {
        const topic_row_t *row = &topic_rows[i];
        if (row->label != NULL) {
            register_topic_row(proto, i);
        } else {
            find_topic_field(i);
        }
        const bc_xml_target_t target = { &row_hf[i], row->kind, find_topic_bits(i) };
        bc_xml_map_add(map, row->element, row->parents, &target);
    }
}
