import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button, Dialog } from '../shared/controls.tsx';

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['Space', 'play or pause'],
  ['Left, Right', 'one step back, one step on'],
  ['Shift+Left, Shift+Right', 'to the previous, the next notification'],
  ['N', 'run to where playing stops'],
  ['Home, End', 'to the start, to the end'],
  ['Up, Down', 'choose the slot before, the slot after'],
  ['1 to 5', 'ring, page bytes, number line, table, handshake'],
  ['B', 'break it'],
  ['C', 'compare two configurations'],
  ['T', 'guided tour'],
  ['?', 'this list'],
];

export function KeysDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table>
        <tbody>
          {KEYS.map(([keys, what]) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

interface PasteProps {
  readonly onImport: (text: string) => void;
  readonly onClose: () => void;
}

export function PasteDialog({ onImport, onClose }: PasteProps): JSX.Element {
  const [text, setText] = useState('');
  return (
    <Dialog title="Import a text" onClose={onClose}>
      <p>
        Paste xenstore-ls -fp, a gdb or crash print of a ring, netback&rsquo;s io_ring_qN,
        blkback&rsquo;s statistics, a ring trace or a scenario. It is recognised by what is in it.
      </p>
      <textarea
        class="textarea mono"
        aria-label="Text to import"
        rows={12}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <p class="row">
        <Button
          label="Import"
          tone="primary"
          disabled={text.trim() === ''}
          onPress={() => onImport(text)}
        />
      </p>
    </Dialog>
  );
}
