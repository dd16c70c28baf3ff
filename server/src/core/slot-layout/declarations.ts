/**
 * What a block ring's page is made of, declared in C for the layout engine. Members and types are those of
 * xen/include/public/io/blkif.h and ring.h; every size and offset is computed from this text, ABI by ABI.
 */
export const DECLARATIONS = `
typedef uint32_t RING_IDX;
typedef uint32_t grant_ref_t;
struct blkif_request_segment {
  grant_ref_t gref;
  uint8_t first_sect, last_sect;
};
struct blkif_request {
  uint8_t operation;
  uint8_t nr_segments;
  uint16_t handle;
  uint64_t id;
  uint64_t sector_number;
  struct blkif_request_segment seg[11];
};
struct blkif_request_discard {
  uint8_t operation;
  uint8_t flag;
  uint16_t handle;
  uint64_t id;
  uint64_t sector_number;
  uint64_t nr_sectors;
};
struct blkif_request_indirect {
  uint8_t operation;
  uint8_t indirect_op;
  uint16_t nr_segments;
  uint64_t id;
  uint64_t sector_number;
  uint16_t handle;
  grant_ref_t indirect_grefs[8];
#ifdef __i386__
  uint64_t pad;
#endif
};
struct blkif_response {
  uint64_t id;
  uint8_t operation;
  int16_t status;
};
union blkif_sring_entry {
  struct blkif_request req;
  struct blkif_response rsp;
};
struct blkif_sring {
  RING_IDX req_prod, req_event;
  RING_IDX rsp_prod, rsp_event;
  union {
    struct {
      uint8_t msg;
    } tapif_user;
    uint8_t pvt_pad[4];
  } pvt;
  uint8_t __pad[44];
  union blkif_sring_entry ring[1];
};
`;
