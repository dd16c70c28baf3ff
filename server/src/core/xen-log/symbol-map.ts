import type { CallFrame } from './model.ts';
import { splitSymbol } from './frames.ts';

/** A text symbol with its extent, which reaches to the next one. */
export interface MapSymbol {
  /** As the map spells it, `file.c#name` for local ones. */
  readonly name: string;
  readonly file?: string;
  readonly symbol: string;
  readonly address: bigint;
  readonly sizeBytes: number;
}

/** A place inside a symbol. */
export interface MapPlace extends MapSymbol {
  readonly offsetBytes: number;
}

/** Whether a map belongs to the build that printed a log. */
export type MapVerdict =
  | { readonly kind: 'fits'; readonly checked: number }
  | { readonly kind: 'wrong'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

const line = /^(?:0x)?([0-9a-fA-F]{6,16}) ([a-zA-Z?]) (\S{1,500})/;
const isText = (type: string): boolean => /[tTwW]/.test(type);

/** The symbols of a `xen-syms.map` or `System.map`, by address. */
export class SymbolMap {
  /** Start addresses of text, rising. */
  private readonly addresses: readonly bigint[];
  /** All names at each address. */
  private readonly names: readonly (readonly string[])[];
  private readonly byName: Map<string, number> = new Map();

  constructor(entries: readonly (readonly [bigint, string])[]) {
    const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const addresses: bigint[] = [];
    const names: string[][] = [];
    for (const [address, name] of sorted) {
      if (addresses.at(-1) === address) names.at(-1)?.push(name);
      else {
        addresses.push(address);
        names.push([name]);
      }
    }
    this.addresses = addresses;
    this.names = names;
    names.forEach((group, index) => {
      for (const name of group) {
        if (!this.byName.has(name)) this.byName.set(name, index);
        const { symbol } = splitSymbol(name);
        if (!this.byName.has(symbol)) this.byName.set(symbol, index);
      }
    });
  }

  get size(): number {
    return this.addresses.length;
  }

  /** The symbol around an address; undefined outside all text. */
  lookup(address: bigint): MapPlace | undefined {
    let low = 0;
    let high = this.addresses.length - 1;
    if (high < 0 || address < (this.addresses[0] ?? 0n)) return undefined;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.addresses[middle] ?? 0n) <= address) low = middle;
      else high = middle - 1;
    }
    const symbol = this.symbolAt(low);
    if (symbol === undefined) return undefined;
    const offset = address - symbol.address;
    if (offset > BigInt(symbol.sizeBytes)) return undefined;
    return { ...symbol, offsetBytes: Number(offset) };
  }

  /** A symbol by its name, with or without its file. */
  find(name: string): MapSymbol | undefined {
    const index = this.byName.get(name);
    return index === undefined ? undefined : this.symbolAt(index);
  }

  /** Compares the offsets and sizes that frames print with the map's own. */
  verify(frames: readonly CallFrame[]): MapVerdict {
    let checked = 0;
    for (const frame of frames) {
      if (
        frame.symbol === undefined ||
        frame.sizeBytes === undefined ||
        frame.payload !== undefined
      )
        continue;
      const place = this.lookup(frame.address);
      const printed = `${frame.symbol}+0x${(frame.offsetBytes ?? 0).toString(16)}/0x${frame.sizeBytes.toString(16)}`;
      if (place === undefined)
        return {
          kind: 'wrong',
          why: `The map has no text at the address of ${printed}: it belongs to another build.`,
        };
      const names = this.namesAt(place.address);
      const isSame = names.some((name) => splitSymbol(name).symbol === frame.symbol);
      if (!isSame || place.offsetBytes !== frame.offsetBytes || place.sizeBytes !== frame.sizeBytes)
        return {
          kind: 'wrong',
          why: `The log prints ${printed}, the map says ${place.symbol}+0x${place.offsetBytes.toString(16)}/0x${place.sizeBytes.toString(16)} there: it belongs to another build.`,
        };
      checked++;
    }
    return checked > 0
      ? { kind: 'fits', checked }
      : { kind: 'unknown', why: 'The log has no frame with a symbol to compare.' };
  }

  private namesAt(address: bigint): readonly string[] {
    const index = this.addresses.indexOf(address);
    return this.names[index] ?? [];
  }

  private symbolAt(index: number): MapSymbol | undefined {
    const address = this.addresses[index];
    const name = this.names[index]?.[0];
    if (address === undefined || name === undefined) return undefined;
    const next = this.addresses[index + 1];
    const size = next === undefined ? 0x1000n : next - address;
    return {
      name,
      ...splitSymbol(name),
      address,
      sizeBytes: Number(size > 0x10000000n ? 0x1000n : size),
    };
  }
}

/** Reads a map; undefined when the text is none. Lines that are no symbols are passed over. */
export function parseSymbolMap(text: string): SymbolMap | undefined {
  const entries: [bigint, string][] = [];
  for (const each of text.split('\n')) {
    const match = line.exec(each.trimStart());
    if (match !== null && isText(match[2] ?? ''))
      entries.push([BigInt(`0x${match[1]}`), match[3] ?? '']);
  }
  return entries.length === 0 ? undefined : new SymbolMap(entries);
}

/** Whether a log's build-id is that of the hypervisor file the map lies beside, where both are known. */
export function compareBuildIds(logged: string | undefined, found: string | undefined): MapVerdict {
  if (logged === undefined || found === undefined)
    return { kind: 'unknown', why: 'One of the two build-ids is not known.' };
  if (logged.toLowerCase() === found.toLowerCase()) return { kind: 'fits', checked: 1 };
  return { kind: 'wrong', why: `The log's build-id is ${logged}, the file's is ${found}.` };
}
