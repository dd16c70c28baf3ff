import type { JSX } from 'preact';
import type { BytePicture } from '#core/ring';

/** Members take turns in these tints; the name beside the bytes tells them apart without the colour. */
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

/** Tint of every byte: -1 where no member lies. */
function tintsOf(picture: BytePicture): Int8Array {
  const tints = new Int8Array(picture.bytes.length).fill(-1);
  for (const [index, span] of picture.spans.entries()) {
    tints.fill(index % TINTS, span.offsetBytes, span.offsetBytes + span.sizeBytes);
  }
  return tints;
}

/** Bytes in rows with member borders; unnamed bytes are hatched, a cache line's end is underlined. */
export function BytesGrid(props: BytesGridProps): JSX.Element {
  const { picture, perRow, from = 0, to = picture.bytes.length, lineBytes } = props;
  const tints = tintsOf(picture);
  const starts = new Set(picture.spans.map((span) => span.offsetBytes));
  const rows: JSX.Element[] = [];
  for (let row = from; row < to; row += perRow) {
    const cells: JSX.Element[] = [];
    for (let at = row; at < Math.min(to, row + perRow); at++) {
      const tint = tints[at] ?? -1;
      const kind = tint < 0 ? 'unnamed' : `tint-${tint}`;
      cells.push(
        <td key={at} class={`byte ${kind}${starts.has(at) ? ' starts' : ''}`}>
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
