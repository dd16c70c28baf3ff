import { assembleHost, readHostInput, type GuestConfig, type HostView } from '#core/numa';
import type { PanelFile } from '#core/protocol';
import { parseCfg, readGuest } from '#core/xl-cfg';
import { parseXml } from './parse-xml.ts';
import type { SavedInput } from './panel-state.ts';

/** What the inputs come to. */
export interface Imported {
  readonly view: HostView;
  readonly guests: readonly GuestConfig[];
}

const CFG_KEY = /^[ \t]*(?:memory|maxmem|vcpus|maxvcpus|vnuma)[ \t]*\+?=/m;

/** Reads one text, whatever it holds; a configuration stays text because its masks depend on the host. */
export function readFile(file: PanelFile): SavedInput {
  const facts = readHostInput(file.name, file.text, parseXml);
  if (facts.formats.length === 0 && CFG_KEY.test(file.text)) {
    return { kind: 'cfg', name: file.name, text: file.text };
  }
  return { kind: 'facts', facts };
}

/** Joins all inputs into a host, its domains and the guests to create. */
export function assembleInputs(inputs: readonly SavedInput[]): Imported {
  const view = assembleHost(inputs.flatMap((each) => (each.kind === 'facts' ? [each.facts] : [])));
  const fromCfg = inputs.flatMap((each) => {
    if (each.kind !== 'cfg') return [];
    const { guest } = readGuest(parseCfg(each.text), view.host);
    return [{ ...guest, name: guest.name ?? each.name.replace(/\.\w+$/, '') }];
  });
  return { view, guests: [...view.guests, ...fromCfg] };
}
