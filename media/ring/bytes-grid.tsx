import type { JSX } from 'preact';
import type { BytePicture } from '#core/ring';

/** Members take turns in these tints; the name in the list and in the tooltip tells them apart without the colour. */
const TINTS = 5;

interface BytesGridProps {
  readonly picture: BytePicture;
  readonly label: string;
  readonly perRow: number;
  /** First and past-the-last byte to draw. */
  readonly from?: number;
  readonly to?: number;
  /** Draw a border every so many bytes. */
  readonly lineBytes?: number;
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** The member of every byte with its tint; members of one name in many elements share it. */
function membersOf(picture: BytePicture): readonly (Member | undefined)[] {
  const members: (Member | undefined)[] = [];
  const tints = new Map<string, number>();
  for (const span of picture.spans) {
    const leaf = span.name.replaceAll(/\[\d+\]/gu, '').replace(/^.*[. ]/u, '');
    const tint = tints.get(leaf) ?? tints.size % TINTS;
    tints.set(leaf, tint);
    const member = { tint, title: `${span.name} ${span.value}` };
    for (let i = 0; i < span.sizeBytes; i++) members[span.offsetBytes + i] = member;
  }
  return members;
}

interface Member {
  readonly tint: number;
  readonly title: string;
}

/** Bytes in rows with member borders; unnamed bytes are hatched, a cache line's end is underlined. */
export function BytesGrid(props: BytesGridProps): JSX.Element {
  const { picture, perRow, from = 0, to = picture.bytes.length, lineBytes } = props;
  const members = membersOf(picture);
  const starts = new Set(picture.spans.map((span) => span.offsetBytes));
  const rows: JSX.Element[] = [];
  for (let row = from; row < to; row += perRow) {
    const cells: JSX.Element[] = [];
    for (let at = row; at < Math.min(to, row + perRow); at++) {
      const member = members[at];
      const kind = member === undefined ? 'unnamed' : `tint-${member.tint}`;
      cells.push(
        <td
          key={at}
          class={`byte ${kind}${starts.has(at) ? ' starts' : ''}`}
          title={member?.title ?? 'no member'}
        >
          {hex(picture.bytes[at] ?? 0)}
        </td>,
      );
    }
    const ends =
      lineBytes !== undefined &&
      Math.floor(row / lineBytes) !== Math.floor((row + perRow) / lineBytes);
    rows.push(
      <tr key={row} class={ends ? 'line-end' : ''}>
        <th scope="row">{row}</th>
        {cells}
      </tr>,
    );
  }
  return (
    <table class="bytes mono" aria-label={props.label}>
      <tbody>{rows}</tbody>
    </table>
  );
}
