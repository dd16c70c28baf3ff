/* A block backend's request loop with two mistakes that became advisories. Not a working driver. */
#include <stdint.h>
#include <string.h>
#include <xen/xen.h>
#include <xen/io/blkif.h>

struct backend {
    blkif_back_ring_t ring;
    uint32_t grefs[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};

extern int start_io(struct backend *back, uint64_t id, uint8_t operation, int segments);

static void take_request(struct backend *back, blkif_request_t *request)
{
    int i;

    /* The frontend may change nr_segments between these two reads. */
    if (request->nr_segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)
        return;
    for (i = 0; i < request->nr_segments; i++)
        back->grefs[i] = request->seg[i].gref;
    start_io(back, request->id, request->operation, i);
}

int serve(struct backend *back)
{
    int work;

    do {
        RING_IDX produced = back->ring.sring->req_prod;

        xen_rmb();
        while (back->ring.req_cons != produced) {
            if (RING_REQUEST_CONS_OVERFLOW(&back->ring, back->ring.req_cons))
                break;
            take_request(back, RING_GET_REQUEST(&back->ring, back->ring.req_cons));
            back->ring.req_cons++;
        }
        RING_FINAL_CHECK_FOR_REQUESTS(&back->ring, work);
    } while (work);
    return 0;
}

void answer(struct backend *back, uint64_t id, uint8_t operation, int16_t status)
{
    blkif_response_t response;
    int notify;

    /* Padding of the structure goes to the frontend with whatever the stack held. */
    response.id = id;
    response.operation = operation;
    response.status = status;
    memcpy(RING_GET_RESPONSE(&back->ring, back->ring.rsp_prod_pvt), &response, sizeof(response));
    back->ring.rsp_prod_pvt++;
    RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&back->ring, notify);
    (void)notify;
}
