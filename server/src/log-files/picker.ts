import {
  LinePicker,
  type DecodeBytes,
  type LeftOut,
  type LogKnowledge,
  type PickedBlock,
} from '#core/xen-log';
import { BlockFile } from './block-file.ts';

/** What a thread is asked: one block, or the end. */
export type PickRequest =
  { readonly type: 'block'; readonly block: number } | { readonly type: 'end' };

export type PickAnswer =
  | { readonly type: 'block'; readonly block: number; readonly picked: PickedBlock }
  | { readonly type: 'end'; readonly leftOut: readonly LeftOut[] };

export const decodeUtf8: DecodeBytes = (bytes, start, end) =>
  (bytes as Buffer).toString('utf8', start, end);

/** Answers requests for one file; the same in a thread of its own and in the caller's. */
export class FilePicker {
  private readonly file: BlockFile;
  private readonly picker: LinePicker;

  constructor(path: string, knowledge: LogKnowledge, threadCount: number) {
    this.file = new BlockFile(path);
    this.picker = new LinePicker(knowledge, decodeUtf8, threadCount);
  }

  answer(request: PickRequest): PickAnswer {
    if (request.type === 'end') {
      this.file.close();
      return { type: 'end', leftOut: this.picker.leftOut() };
    }
    const { bytes, from, to } = this.file.read(request.block);
    const picked = this.picker.pick(bytes, from, to, request.block);
    return { type: 'block', block: request.block, picked };
  }
}
