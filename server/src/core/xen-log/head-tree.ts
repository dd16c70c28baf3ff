interface Branch {
  readonly edges: Map<number, Branch>;
  readonly members: number[];
}

const ALPHABET = 128;

/** A tree over texts' first characters that answers which members a text may belong to. */
export class HeadTree {
  private root: Branch = { edges: new Map(), members: [] };
  /** After `freeze`: next node by node and character; 0 is nowhere, the root is 1. */
  private next: Int32Array = new Int32Array(0);
  private members: readonly (readonly number[])[] = [];

  add(head: string, member: number): void {
    let branch = this.root;
    for (let i = 0; i < head.length; i++) {
      const code = head.charCodeAt(i);
      if (code >= ALPHABET) break;
      let edge = branch.edges.get(code);
      if (edge === undefined) branch.edges.set(code, (edge = { edges: new Map(), members: [] }));
      branch = edge;
    }
    if (!branch.members.includes(member)) branch.members.push(member);
  }

  /** Turns the tree into tables, which a loop over characters or bytes walks without objects. */
  freeze(): void {
    const order: Branch[] = [this.root];
    for (let i = 0; i < order.length; i++) order.push(...(order[i]?.edges.values() ?? []));
    const numberOf = new Map(order.map((branch, index) => [branch, index + 1]));
    this.next = new Int32Array((order.length + 1) * ALPHABET);
    order.forEach((branch, index) => {
      for (const [code, edge] of branch.edges)
        this.next[(index + 1) * ALPHABET + code] = numberOf.get(edge) ?? 0;
    });
    this.members = [[], ...order.map((branch) => branch.members)];
  }

  /** Adds to `found` every member whose head stands in `text` at `at`. */
  collect(text: string, at: number, found: number[]): void {
    if (this.next.length === 0) {
      this.collectSlowly(text, at, found);
      return;
    }
    let node = 1;
    for (let i = at; node !== 0; i++) {
      const members = this.members[node];
      if (members !== undefined && members.length > 0) found.push(...members);
      const code = text.charCodeAt(i);
      node = code < ALPHABET ? (this.next[node * ALPHABET + code] ?? 0) : 0;
    }
  }

  /** Whether any head stands in the bytes at `at`; `end` is the end of the line. */
  hasHeadAt(bytes: Uint8Array, at: number, end: number): boolean {
    let node = 1;
    for (let i = at; i < end; i++) {
      const code = bytes[i] ?? 255;
      node = code < ALPHABET ? (this.next[node * ALPHABET + code] ?? 0) : 0;
      if (node === 0) return false;
      if ((this.members[node]?.length ?? 0) > 0) return true;
    }
    return false;
  }

  private collectSlowly(text: string, at: number, found: number[]): void {
    let branch: Branch | undefined = this.root;
    for (let i = at; branch !== undefined; i++) {
      found.push(...branch.members);
      branch = branch.edges.get(text.charCodeAt(i));
    }
  }
}
