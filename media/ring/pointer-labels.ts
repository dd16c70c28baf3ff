import type { Pointer } from '#core/ring';

/** Pointers at the same index, which share one label. */
export interface PointerGroup {
  readonly pointers: readonly Pointer[];
  readonly index: number;
  readonly slot: number;
}

/** A label beside the circle. Coordinates of its first baseline; `lines` runs downwards. */
export interface PlacedLabel extends PointerGroup {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
  /** Where on the circle it points. */
  readonly tipX: number;
  readonly tipY: number;
}

export interface Circle {
  readonly centreX: number;
  readonly centreY: number;
  readonly radius: number;
  readonly width: number;
  readonly height: number;
}

export const LINE_HEIGHT = 13;
const GAP = 6;
const MARGIN = 4;

export function groupPointers(pointers: readonly Pointer[]): readonly PointerGroup[] {
  const groups = new Map<number, PointerGroup>();
  for (const pointer of pointers) {
    const group = groups.get(pointer.index);
    groups.set(pointer.index, {
      pointers: [...(group?.pointers ?? []), pointer],
      index: pointer.index,
      slot: pointer.slot,
    });
  }
  return [...groups.values()];
}

/** Angle of the edge before a slot: slot 0 begins at the top, slots run clockwise. */
export function slotAngle(slot: number, entryCount: number): number {
  return (slot / entryCount) * 2 * Math.PI - Math.PI / 2;
}

const heightOf = (group: PointerGroup): number => (group.pointers.length + 1) * LINE_HEIGHT;

interface Wanted {
  readonly group: PointerGroup;
  readonly tipX: number;
  readonly tipY: number;
  y: number;
}

/** Moves labels of one side apart until none overlaps: downwards first, then back up from the bottom edge. */
function spread(labels: Wanted[], height: number): void {
  labels.sort((a, b) => a.tipY - b.tipY);
  let floor = MARGIN;
  for (const label of labels) {
    label.y = Math.max(label.y, floor);
    floor = label.y + heightOf(label.group) + GAP;
  }
  let ceiling = height - MARGIN;
  for (const label of labels.toReversed()) {
    label.y = Math.min(label.y, ceiling - heightOf(label.group));
    ceiling = label.y - GAP;
  }
}

/** Places the labels left and right of the circle so that none touches another, whatever the indices are. */
export function placeLabels(
  groups: readonly PointerGroup[],
  entryCount: number,
  circle: Circle,
): readonly PlacedLabel[] {
  const wanted = groups.map((group): Wanted & { readonly right: boolean } => {
    const angle = slotAngle(group.slot, entryCount);
    const tipX = circle.centreX + Math.cos(angle) * circle.radius;
    const tipY = circle.centreY + Math.sin(angle) * circle.radius;
    return { group, tipX, tipY, y: tipY - heightOf(group) / 2, right: Math.cos(angle) >= -1e-9 };
  });
  const sides = [wanted.filter((label) => label.right), wanted.filter((label) => !label.right)];
  return sides.flatMap((labels, left) => {
    spread(labels, circle.height);
    return labels.map((label): PlacedLabel => ({
      ...label.group,
      tipX: label.tipX,
      tipY: label.tipY,
      x: left === 1 ? MARGIN + LABEL_WIDTH : circle.width - MARGIN - LABEL_WIDTH,
      y: label.y + LINE_HEIGHT - 3,
      anchor: left === 1 ? 'end' : 'start',
    }));
  });
}

/** Room for the longest name, `req_prod_pvt`, and for ten digits in groups. */
const LABEL_WIDTH = 96;
