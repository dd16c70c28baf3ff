import type { SlotField, SlotLayout, SlotStructure } from '#core/slot-layout';
import type { RingState } from './macros.ts';
import type { RingRequest, SlotContent } from './model.ts';
import {
  DIRECT_SEGMENTS,
  MAX_INDIRECT_PAGES,
  PAGE_BYTES,
  SECTOR_BYTES,
  SEGMENTS_PER_INDIRECT_PAGE,
} from './sizes.ts';

/** BLKIF_OP_* (xen/include/public/io/blkif.h). */
export const OPERATION_CODE = { read: 0, write: 1, flush: 3, discard: 5, indirect: 6 } as const;

const OPERATION_NAME: Readonly<Record<number, string>> = {
  0: 'BLKIF_OP_READ',
  1: 'BLKIF_OP_WRITE',
  2: 'BLKIF_OP_WRITE_BARRIER',
  3: 'BLKIF_OP_FLUSH_DISKCACHE',
  5: 'BLKIF_OP_DISCARD',
  6: 'BLKIF_OP_INDIRECT',
};

/** xvda as Linux numbers it: what goes into `handle`. */
const HANDLE = 51712;
const SECTORS_PER_PAGE = PAGE_BYTES / SECTOR_BYTES;

/** A run of bytes that belongs to one member. */
export interface ByteSpan {
  readonly name: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** The value as a reader wants it. */
  readonly value: string;
  readonly structure: string;
}

/** Bytes and the members in them; what no span covers is padding or left over. */
export interface BytePicture {
  readonly bytes: Uint8Array;
  readonly spans: readonly ByteSpan[];
}

interface Writer {
  readonly bytes: Uint8Array;
  readonly spans: ByteSpan[];
  readonly structure: SlotStructure;
}

function writeNumber(bytes: Uint8Array, offset: number, sizeBytes: number, value: bigint): void {
  let rest = BigInt.asUintN(64, value);
  for (let i = 0; i < sizeBytes; i++) {
    bytes[offset + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

function put(writer: Writer, name: string, value: bigint, text?: string): void {
  const field = writer.structure.fields.find((one) => one.name === name);
  if (field === undefined) return;
  writeNumber(writer.bytes, field.offsetBytes, field.sizeBytes, value);
  writer.spans.push({
    name,
    offsetBytes: field.offsetBytes,
    sizeBytes: field.sizeBytes,
    value: text ?? value.toString(),
    structure: writer.structure.name,
  });
}

function elementOffset(field: SlotField, index: number): number {
  return field.offsetBytes + index * field.sizeBytes;
}

export function hexReference(reference: number): string {
  return `0x${reference.toString(16).padStart(8, '0')}`;
}

/** First and last sector of one segment of a request. */
export function segmentSectors(
  request: RingRequest,
  index: number,
): readonly [first: number, last: number] {
  if (request.backwards === true && index === 0) return [5, 2];
  const first = index === 0 ? request.firstSector : 0;
  if (index < request.segments - 1) return [first, SECTORS_PER_PAGE - 1];
  const sectors = request.bytes / SECTOR_BYTES + request.firstSector;
  return [
    first,
    Math.max(first, (((sectors - 1) % SECTORS_PER_PAGE) + SECTORS_PER_PAGE) % SECTORS_PER_PAGE),
  ];
}

function putSegments(writer: Writer, layout: SlotLayout, request: RingRequest): void {
  const array = writer.structure.fields.find((field) => field.name === 'seg');
  if (array === undefined) return;
  for (let i = 0; i < Math.min(request.segments, DIRECT_SEGMENTS); i++) {
    putSegment(writer, layout, {
      request,
      index: i,
      at: elementOffset(array, i),
      name: `seg[${i}]`,
    });
  }
}

function putSegment(
  writer: { readonly bytes: Uint8Array; readonly spans: ByteSpan[] },
  layout: SlotLayout,
  segment: {
    readonly request: RingRequest;
    readonly index: number;
    readonly at: number;
    readonly name: string;
  },
): void {
  const [first, last] = segmentSectors(segment.request, segment.index);
  const reference = segment.request.grants[segment.index] ?? 0;
  const values: Readonly<Record<string, readonly [number, string]>> = {
    gref: [reference, hexReference(reference)],
    first_sect: [first, String(first)],
    last_sect: [last, String(last)],
  };
  for (const field of layout.segment.fields) {
    const value = values[field.name];
    if (value === undefined) continue;
    writeNumber(writer.bytes, segment.at + field.offsetBytes, field.sizeBytes, BigInt(value[0]));
    writer.spans.push({
      name: `${segment.name}.${field.name}`,
      offsetBytes: segment.at + field.offsetBytes,
      sizeBytes: field.sizeBytes,
      value: value[1],
      structure: layout.segment.name,
    });
  }
}

function operationText(code: number): string {
  return `${code} ${OPERATION_NAME[code] ?? 'unknown'}`;
}

function putDirect(
  bytes: Uint8Array,
  spans: ByteSpan[],
  layout: SlotLayout,
  request: RingRequest,
): void {
  const writer = { bytes, spans, structure: layout.request };
  const code = OPERATION_CODE[request.operation];
  put(writer, 'operation', BigInt(code), operationText(code));
  put(writer, 'nr_segments', BigInt(request.claimedSegments ?? request.segments));
  put(writer, 'handle', BigInt(HANDLE), `${HANDLE} (xvda)`);
  put(writer, 'id', BigInt(request.id));
  put(writer, 'sector_number', BigInt(request.sector));
  putSegments(writer, layout, request);
}

function putIndirect(
  bytes: Uint8Array,
  spans: ByteSpan[],
  layout: SlotLayout,
  request: RingRequest,
): void {
  const writer = { bytes, spans, structure: layout.indirectRequest };
  const inner = OPERATION_CODE[request.operation];
  put(writer, 'operation', BigInt(OPERATION_CODE.indirect), operationText(OPERATION_CODE.indirect));
  put(writer, 'indirect_op', BigInt(inner), operationText(inner));
  put(writer, 'nr_segments', BigInt(request.claimedSegments ?? request.segments));
  put(writer, 'id', BigInt(request.id));
  put(writer, 'sector_number', BigInt(request.sector));
  put(writer, 'handle', BigInt(HANDLE), `${HANDLE} (xvda)`);
  const array = writer.structure.fields.find((field) => field.name === 'indirect_grefs');
  if (array === undefined) return;
  for (let i = 0; i < Math.min(request.indirectPages, MAX_INDIRECT_PAGES); i++) {
    const reference = request.grants[request.segments + i] ?? 0;
    const offsetBytes = elementOffset(array, i);
    writeNumber(bytes, offsetBytes, array.sizeBytes, BigInt(reference));
    spans.push({
      name: `indirect_grefs[${i}]`,
      offsetBytes,
      sizeBytes: array.sizeBytes,
      value: hexReference(reference),
      structure: writer.structure.name,
    });
  }
}

function putDiscard(
  bytes: Uint8Array,
  spans: ByteSpan[],
  layout: SlotLayout,
  request: RingRequest,
): void {
  const writer = { bytes, spans, structure: layout.discardRequest };
  put(writer, 'operation', BigInt(OPERATION_CODE.discard), operationText(OPERATION_CODE.discard));
  put(writer, 'flag', 0n);
  put(writer, 'handle', BigInt(HANDLE), `${HANDLE} (xvda)`);
  put(writer, 'id', BigInt(request.id));
  put(writer, 'sector_number', BigInt(request.sector));
  put(writer, 'nr_sectors', BigInt(request.bytes / SECTOR_BYTES));
}

function putRequest(
  bytes: Uint8Array,
  spans: ByteSpan[],
  layout: SlotLayout,
  request: RingRequest,
): void {
  if (request.indirectPages > 0) putIndirect(bytes, spans, layout, request);
  else if (request.operation === 'discard') putDiscard(bytes, spans, layout, request);
  else putDirect(bytes, spans, layout, request);
}

/** What an uncleared stack looks like in the padding of a response. */
const STACK_BYTE = 0xd5;

/** One slot as bytes. A response covers its first bytes only; the request that was there before shows behind it. */
export function slotPicture(layout: SlotLayout, content: SlotContent): BytePicture {
  const bytes = new Uint8Array(layout.entryBytes);
  const spans: ByteSpan[] = [];
  if (content.kind === 'request') putRequest(bytes, spans, layout, content.request);
  if (content.kind !== 'response') return { bytes, spans };
  if (content.under !== undefined) putRequest(bytes, [], layout, content.under);
  const code = OPERATION_CODE[content.request.operation];
  const status = content.failed ? -1 : 0;
  bytes.fill(content.leaky ? STACK_BYTE : 0, 0, layout.response.sizeBytes);
  const writer = { bytes, spans, structure: layout.response };
  put(writer, 'id', BigInt(content.id));
  put(writer, 'operation', BigInt(code), operationText(code));
  put(
    writer,
    'status',
    BigInt(status),
    `${status} ${content.failed ? 'BLKIF_RSP_ERROR' : 'BLKIF_RSP_OKAY'}`,
  );
  return { bytes, spans };
}

/** One descriptor page of an indirect request. */
export function indirectPagePicture(
  layout: SlotLayout,
  request: RingRequest,
  page: number,
): BytePicture {
  const bytes = new Uint8Array(PAGE_BYTES);
  const spans: ByteSpan[] = [];
  const first = page * SEGMENTS_PER_INDIRECT_PAGE;
  const end = Math.min(request.segments, first + SEGMENTS_PER_INDIRECT_PAGE);
  for (let index = first; index < end; index++) {
    const at = (index - first) * layout.segment.sizeBytes;
    putSegment({ bytes, spans }, layout, { request, index, at, name: `[${index}]` });
  }
  return { bytes, spans };
}

/** One page of the shared ring as bytes. Spans of slots carry the slot's number in their structure. */
export function ringPagePicture(
  layout: SlotLayout,
  ring: RingState,
  slots: readonly SlotContent[],
  page: number,
): BytePicture {
  const bytes = new Uint8Array(PAGE_BYTES);
  const spans: ByteSpan[] = [];
  const start = page * PAGE_BYTES;
  const paint = (picture: BytePicture, at: number, structure: string): void => {
    for (const [i, byte] of picture.bytes.entries()) {
      if (at + i >= start && at + i < start + PAGE_BYTES) bytes[at + i - start] = byte;
    }
    for (const span of picture.spans) {
      const offset = at + span.offsetBytes - start;
      if (offset >= 0 && offset < PAGE_BYTES)
        spans.push({ ...span, structure, offsetBytes: offset });
    }
  };
  if (page === 0) paint(headerPicture(layout, ring), 0, layout.sharedRing.name);
  const firstSlot = Math.max(0, Math.floor((start - layout.ringOffsetBytes) / layout.entryBytes));
  for (let slot = firstSlot; slot < ring.entryCount; slot++) {
    const at = layout.ringOffsetBytes + slot * layout.entryBytes;
    if (at >= start + PAGE_BYTES) break;
    paint(slotPicture(layout, slots[slot] ?? { kind: 'empty' }), at, `slot ${slot}`);
  }
  return { bytes, spans };
}

function headerPicture(layout: SlotLayout, ring: RingState): BytePicture {
  const bytes = new Uint8Array(layout.ringOffsetBytes);
  const spans: ByteSpan[] = [];
  const writer = { bytes, spans, structure: layout.sharedRing };
  put(writer, 'req_prod', BigInt(ring.reqProd));
  put(writer, 'req_event', BigInt(ring.reqEvent));
  put(writer, 'rsp_prod', BigInt(ring.rspProd));
  put(writer, 'rsp_event', BigInt(ring.rspEvent));
  return { bytes, spans };
}
