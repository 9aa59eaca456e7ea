/* key-faults.c
 * What is to be said of lines with keys that can not be used, in the tree of a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/key-faults.h>

#include <common/epan/key-sources.h>

void
camshark_key_faults_show(const camshark_key_faults_t *faults, tvbuff_t *tvb, packet_info *pinfo,
                         proto_tree *tree)
{
    const char *sentence = camshark_key_sources_fault(pinfo->num, 0);

    if (sentence == NULL) {
        return;
    }
    proto_item *item = proto_tree_add_protocol_format(tree, faults->proto, tvb, 0, 0, "%s", faults->title);
    for (unsigned nth = 1; sentence != NULL; nth++) {
        expert_add_info_format(pinfo, item, faults->expert, "%s", sentence);
        sentence = camshark_key_sources_fault(pinfo->num, nth);
    }
}
