/* A block frontend's hot path, small enough to read. Not a working driver. */
#include <stdint.h>
#include <string.h>
#include <xen/xen.h>
#include <xen/io/blkif.h>

struct frontend {
    blkif_front_ring_t ring;
    grant_ref_t descriptor_page;
    uint64_t next_id;
    evtchn_port_t port;
};

extern void notify_backend(evtchn_port_t port);

int submit_indirect_read(struct frontend *front, blkif_sector_t sector, uint16_t segments)
{
    blkif_request_indirect_t *request;
    int notify;

    if (RING_FULL(&front->ring))
        return -1;

    request = (void *)RING_GET_REQUEST(&front->ring, front->ring.req_prod_pvt);
    memset(request, 0, sizeof(*request));
    request->operation = BLKIF_OP_INDIRECT;
    request->indirect_op = BLKIF_OP_READ;
    request->nr_segments = segments;
    request->id = front->next_id++;
    request->sector_number = sector;
    request->indirect_grefs[0] = front->descriptor_page;
    front->ring.req_prod_pvt++;

    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&front->ring, notify);
    if (notify)
        notify_backend(front->port);
    return 0;
}
