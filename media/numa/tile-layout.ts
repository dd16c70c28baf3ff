import type { HostCpu } from '#core/numa';

/** A rectangle in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the tiles of the nodes stand. */
export interface TileLayout {
  readonly tiles: readonly Box[];
  readonly columns: number;
  readonly width: number;
  readonly height: number;
  /** Small tiles leave words out. */
  readonly isCompact: boolean;
  readonly hasLinks: boolean;
}

const LINK_GAP = { x: 60, y: 38 };
const PLAIN_GAP = 10;
const COMFORTABLE_HEIGHT = 164;
const COMPACT = { width: 128, height: 104 };
/** Up to so many nodes links between neighbours are drawn; of more the heat map tells. */
const LINKED_NODES = 4;

/** Lays the nodes out in rows; few nodes get large tiles with links between them. */
export function layoutTiles(count: number, width: number): TileLayout {
  const hasLinks = count > 1 && count <= LINKED_NODES && width >= 380;
  const isCompact = count > 6 || width < 380;
  const least = isCompact ? COMPACT.width : 160;
  const gapX = hasLinks ? LINK_GAP.x : PLAIN_GAP;
  const gapY = hasLinks ? LINK_GAP.y : PLAIN_GAP;
  const fitting = Math.max(1, Math.floor((width + gapX) / (least + gapX)));
  // Wider than high, as the area is; two columns make links of four nodes a square.
  const wanted = hasLinks ? 2 : Math.ceil(Math.sqrt(count * 1.4));
  const columns = Math.max(1, Math.min(count, fitting, wanted));
  const widest = isCompact ? 190 : 400;
  const tileWidth = Math.min(widest, Math.floor((width - gapX * (columns - 1)) / columns));
  const tileHeight = isCompact ? COMPACT.height : COMFORTABLE_HEIGHT;
  const tiles = Array.from({ length: count }, (_, i) => ({
    x: (i % columns) * (tileWidth + gapX) + 1,
    y: Math.floor(i / columns) * (tileHeight + gapY) + 1,
    width: tileWidth - 2,
    height: tileHeight - 2,
  }));
  const rows = Math.ceil(count / columns);
  return {
    tiles,
    columns,
    width: columns * tileWidth + (columns - 1) * gapX,
    height: rows * tileHeight + (rows - 1) * gapY,
    isCompact,
    hasLinks,
  };
}

/** One CPU's square. */
export interface CpuSquare extends Box {
  readonly cpu: HostCpu;
  readonly isNumbered: boolean;
}

/** Squares of a node's CPUs, threads of a core side by side, a gap between cores. */
export function layoutCpus(cpus: readonly HostCpu[], area: Box): readonly CpuSquare[] {
  const ordered = [...cpus].sort(
    (a, b) =>
      (a.socket ?? 0) - (b.socket ?? 0) || (a.core ?? a.id) - (b.core ?? b.id) || a.id - b.id,
  );
  const size = squareSize(ordered.length, area);
  const gap = size >= 16 ? 5 : 3;
  const perRow = Math.max(1, Math.floor((area.width + gap) / (size + gap)));
  return ordered.map((cpu, i) => ({
    cpu,
    x: area.x + (i % perRow) * (size + gap),
    y: area.y + Math.floor(i / perRow) * (size + gap),
    width: size,
    height: size,
    isNumbered: size >= 18,
  }));
}

/** The largest square of which all fit. */
function squareSize(count: number, area: Box): number {
  for (let size = 26; size > 4; size--) {
    const gap = size >= 16 ? 5 : 3;
    const perRow = Math.floor((area.width + gap) / (size + gap));
    const rows = Math.floor((area.height + gap) / (size + gap));
    if (perRow * rows >= count) return size;
  }
  return 4;
}
