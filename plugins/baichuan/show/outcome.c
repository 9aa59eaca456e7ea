/* outcome.c
 * How a session went, in the tree of its last packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <baichuan/record/elapsed.h>
#include <baichuan/record/findings.h>
#include <baichuan/show/outcome.h>

static int hf_baichuan_outcome = -1;
static int hf_baichuan_finding = -1;
static int hf_baichuan_duration = -1;

static int ett_baichuan_outcome = -1;

static expert_field ei_baichuan_end = EI_INIT;
static expert_field ei_baichuan_odd = EI_INIT;

static void
show_findings(const bc_findings_t *findings, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
              proto_item *packet)
{
    for (unsigned i = 0; i < findings->n; i++) {
        const bc_finding_t *finding = &findings->list[i];
        proto_item *item = proto_tree_add_string(tree, hf_baichuan_finding, tvb, 0, 0, finding->text);
        proto_item_set_generated(item);
        if (i == 0) {
            expert_add_info_format(pinfo, packet, &ei_baichuan_end, "%s", finding->text);
        } else if (finding->odd) {
            expert_add_info_format(pinfo, item, &ei_baichuan_odd, "%s", finding->text);
        }
    }
}

bool
bc_outcome_is_due(const bc_outcome_t *outcome, const void *record, const packet_info *pinfo)
{
    return outcome != NULL && PINFO_FD_VISITED(pinfo) && outcome->last == record;
}

void
bc_outcome_show(const bc_outcome_t *outcome, const bc_tcp_end_t *tcp, tvbuff_t *tvb, packet_info *pinfo,
                proto_tree *tree)
{
    bc_findings_t *findings = wmem_new0(pinfo->pool, bc_findings_t);
    bc_findings_of(pinfo->pool, outcome, tcp, findings);
    const nstime_t duration = bc_elapsed_time(bc_findings_duration(outcome));
    proto_item *heading = proto_tree_add_string(tree, hf_baichuan_outcome, tvb, 0, 0,
                                                bc_findings_end(pinfo->pool, outcome, tcp));
    proto_tree *subtree = proto_item_add_subtree(heading, ett_baichuan_outcome);

    proto_item_set_generated(heading);
    proto_item_set_generated(proto_tree_add_time(subtree, hf_baichuan_duration, tvb, 0, 0, &duration));
    show_findings(findings, tvb, pinfo, subtree, proto_tree_get_parent(tree));
}

void
bc_outcome_show_udp(const bc_outcome_t *outcome, const void *record, tvbuff_t *tvb, packet_info *pinfo,
                    proto_tree *tree)
{
    if (bc_outcome_is_due(outcome, record, pinfo)) {
        bc_outcome_show(outcome, NULL, tvb, pinfo, tree);
    }
}

void
bc_outcome_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_outcome,
          { "Session ended by", "baichuan.outcome", FT_STRING, BASE_NONE, NULL, 0,
            "Who ended the session and how, as far as the capture tells; in its last packet", HFILL } },
        { &hf_baichuan_finding,
          { "Finding", "baichuan.outcome.finding", FT_STRING, BASE_NONE, NULL, 0,
            "What was counted or timed in the session", HFILL } },
        { &hf_baichuan_duration,
          { "Duration", "baichuan.outcome.duration", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds from the first packet of the session to its last one", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_baichuan_end,
          { "baichuan.expert.session_end", PI_SEQUENCE, PI_NOTE,
            "The last packet of a session: how it ended", EXPFILL } },
        { &ei_baichuan_odd,
          { "baichuan.expert.session_odd", PI_SEQUENCE, PI_NOTE,
            "Something in the session that is known to cost sessions", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_outcome };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
