#include <common/ws-compat.h>
#include "media-stats.h"
void
bc_media_stats_register(void)
{
}
