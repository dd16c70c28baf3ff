import { open, stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** How much of a file is read at first, and how much of what is appended at once. */
const TAIL_BYTES = 512 * 1024;
/** When the text has grown to the larger number of lines, it is cut to the smaller. */
const MOST_LINES = 6000;
const KEPT_LINES = 4000;
const POLL_MS = 400;

/** The end of a file that grows, as text of bounded length. Truncation and rotation start it anew. */
export class FollowedFile {
  private readonly path: string;
  private readonly onChange: () => void;
  private decoder = new StringDecoder('utf8');
  private position = -1;
  private content = '';
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(path: string, onChange: () => void) {
    this.path = path;
    this.onChange = onChange;
  }

  get text(): string {
    return this.content;
  }

  /** Reads the end of the file, then what is appended until `stop`. */
  async start(): Promise<void> {
    await this.poll(false);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async poll(tells: boolean): Promise<void> {
    const hasChanged = await this.readNew().catch(() => false);
    if (this.isStopped) return;
    if (hasChanged && tells) this.onChange();
    this.timer = setTimeout(() => void this.poll(true), POLL_MS);
  }

  private async readNew(): Promise<boolean> {
    const { size } = await stat(this.path);
    const isShorter = size < this.position;
    if (isShorter) {
      this.content = '';
      this.decoder = new StringDecoder('utf8');
      this.position = 0;
    }
    const isFar = this.position < 0 || size - this.position > TAIL_BYTES;
    const from = isFar ? Math.max(0, size - TAIL_BYTES) : this.position;
    if (from === size) {
      this.position = size;
      return isShorter;
    }
    const bytes = await readRange(this.path, from, size);
    const text = this.decoder.write(bytes);
    // The first line of a tail is a part of one.
    this.content = isFar ? fromNextLine(text, from) : this.content + text;
    this.position = from + bytes.length;
    this.cut();
    return true;
  }

  private cut(): void {
    if (!this.isLong()) return;
    let at = this.content.length;
    for (let i = 0; i <= KEPT_LINES; i++) at = this.content.lastIndexOf('\n', at - 1);
    this.content = this.content.slice(at + 1);
  }

  private isLong(): boolean {
    let lines = 0;
    for (let at = this.content.indexOf('\n'); at >= 0; at = this.content.indexOf('\n', at + 1))
      if (++lines > MOST_LINES) return true;
    return false;
  }
}

const fromNextLine = (text: string, from: number): string =>
  from === 0 ? text : text.slice(text.indexOf('\n') + 1);

async function readRange(path: string, from: number, until: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(until - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
