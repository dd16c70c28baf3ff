/** A structure of blkif.h as far as a copy of it is recognised. */
export interface WireStruct {
  readonly name: string;
  /** Bytes of the first fields, in order, and their offsets on x86_64 and arm64. */
  readonly sizes: readonly number[];
  readonly offsets: readonly number[];
  /** A member's name that shows what the struct is meant to be. */
  readonly needs: RegExp;
}

/** Bytes of the integer types by their names in the dialects. */
export const sizes: Readonly<Record<string, number>> = {
  uint8_t: 1,
  u8: 1,
  __u8: 1,
  char: 1,
  'unsigned char': 1,
  u_int8_t: 1,
  UINT8: 1,
  UCHAR: 1,
  int8_t: 1,
  uint16_t: 2,
  u16: 2,
  __u16: 2,
  int16_t: 2,
  short: 2,
  'unsigned short': 2,
  u_int16_t: 2,
  blkif_vdev_t: 2,
  UINT16: 2,
  USHORT: 2,
  uint32_t: 4,
  u32: 4,
  __u32: 4,
  int: 4,
  unsigned: 4,
  'unsigned int': 4,
  u_int32_t: 4,
  grant_ref_t: 4,
  int32_t: 4,
  UINT32: 4,
  ULONG: 4,
  uint64_t: 8,
  u64: 8,
  __u64: 8,
  u_int64_t: 8,
  blkif_sector_t: 8,
  int64_t: 8,
  UINT64: 8,
  ULONG64: 8,
  'unsigned long long': 8,
};

/** Field sizes of the wire structures in order, and their offsets on x86_64 and arm64 (blkif.h). */
export const wireStructs: readonly WireStruct[] = [
  {
    name: 'blkif_request_indirect',
    sizes: [1, 1, 2, 8, 8, 2, 4],
    offsets: [0, 1, 2, 8, 16, 24, 28],
    needs: /grefs?|indirect|segs?/i,
  },
  {
    name: 'blkif_request_discard',
    sizes: [1, 1, 2, 8, 8, 8],
    offsets: [0, 1, 2, 8, 16, 24],
    needs: /sect/i,
  },
  { name: 'blkif_request', sizes: [1, 1, 2, 8, 8], offsets: [0, 1, 2, 8, 16], needs: /sect/i },
  { name: 'blkif_response', sizes: [8, 1, 2], offsets: [0, 8, 10], needs: /status/i },
];
