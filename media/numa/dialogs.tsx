import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Button, Dialog, NumberField, Select } from '../shared/controls.tsx';
import type { DomainType } from '#core/numa';

export type OpenDialog = 'none' | 'paste' | 'new' | 'keys';

interface DialogsProps {
  readonly open: OpenDialog;
  readonly onClose: () => void;
  readonly onPasted: (text: string) => void;
  readonly onAdd: (domain: NewDomain) => void;
}

/** The dialog that is open, if any. */
export function Dialogs(props: DialogsProps): JSX.Element | null {
  const { open, onClose } = props;
  if (open === 'paste') return <PasteDialog onClose={onClose} onRead={props.onPasted} />;
  if (open === 'new') return <NewDomainDialog onClose={onClose} onAdd={props.onAdd} />;
  return open === 'keys' ? <KeysDialog onClose={onClose} /> : null;
}

/** Text pasted by hand. */
function PasteDialog(props: {
  readonly onRead: (text: string) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const [text, setText] = useState('');
  return (
    <Dialog title="Paste outputs of a host, or an xl.cfg" onClose={props.onClose}>
      <p class="quiet">
        Several outputs may follow each other: xl info -n, xl list -n, xl vcpu-list, xl
        cpupool-list, debug key u, numactl --hardware, lscpu, hwloc or libvirt XML.
      </p>
      <textarea
        class="textarea paste-area mono"
        aria-label="Text to read"
        rows={14}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Button
        label="Read"
        tone="primary"
        disabled={text.trim() === ''}
        onPress={() => props.onRead(text)}
      />
    </Dialog>
  );
}

/** What a new domain is asked for. */
export interface NewDomain {
  readonly name: string;
  readonly type: DomainType;
  readonly vcpus: number;
  readonly memoryMib: number;
}

function NewDomainDialog(props: {
  readonly onAdd: (domain: NewDomain) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const [domain, setDomain] = useState<NewDomain>({
    name: 'new',
    type: 'pvh',
    vcpus: 2,
    memoryMib: 1024,
  });
  return (
    <Dialog title="New domain" onClose={props.onClose}>
      <p class="dialog-fields">
        <label class="field wide">
          <span>name</span>
          <input
            type="text"
            value={domain.name}
            onInput={(event) => setDomain({ ...domain, name: event.currentTarget.value })}
          />
        </label>
        <Select
          label="Kind of guest"
          value={domain.type}
          choices={[
            { value: 'pvh', label: 'PVH' },
            { value: 'hvm', label: 'HVM' },
            { value: 'pv', label: 'PV' },
          ]}
          onChange={(type) => setDomain({ ...domain, type })}
        />
        <NumberField
          label="vCPUs"
          value={domain.vcpus}
          min={1}
          max={4096}
          onChange={(vcpus) => setDomain({ ...domain, vcpus })}
        />
        <NumberField
          label="MiB"
          value={domain.memoryMib}
          min={1}
          max={64 * 1024 * 1024}
          onChange={(memoryMib) => setDomain({ ...domain, memoryMib })}
        />
      </p>
      <Button
        label="Place it"
        tone="primary"
        disabled={domain.name.trim() === ''}
        onPress={() => props.onAdd(domain)}
      />
    </Dialog>
  );
}

const KEYS: readonly (readonly [string, string])[] = [
  ['Space', 'play or pause the scheduler'],
  ['Left, Right', 'one millisecond back or on'],
  ['Shift+Left, Shift+Right', 'to the previous or next stretch on a remote node'],
  ['Home, End', 'start or end of the simulation'],
  ['Up, Down', 'previous or next domain (in the list)'],
  ['M', 'move the domain; arrows choose a node, Space adds it, Enter drops, Escape cancels'],
  ['T', 'the pictures as tables, and back'],
  ['Ctrl+V', 'read the clipboard: outputs of a host or an xl.cfg'],
  ['?', 'this list'],
];

function KeysDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table class="grid-table">
        <tbody>
          {KEYS.map(([key, what]) => (
            <tr key={key}>
              <th scope="row" class="mono">
                {key}
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
