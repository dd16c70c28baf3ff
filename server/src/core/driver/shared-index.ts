import type { DriverView, FunctionView } from './view.ts';

/** Shared pages with their own pair of indices: console, xenstore, keyboard, sound and display events, 9pfs, pvcalls, vchan. */
const pageType =
  /(?:xencons_interface|xenstore_domain_interface|xenkbd_page|xenfb_page|_event_page|_data_intf|vchan_interface|_ring_shared|xen_9pfs_data_intf)\b/;

/** Whether a path is an index in shared memory, and whose: `sring->x`, or a field of a shared page. */
export function sharedIndex(
  path: string,
  view: FunctionView,
  file: DriverView,
): 'prod' | 'cons' | undefined {
  const match = /(?:^|\.)(?:\w*_)?(prod|cons)$/.exec(path);
  if (!match) return undefined;
  const kind = match[1] === 'prod' ? 'prod' : 'cons';
  if (isRingIndex(path, view, file)) return kind;
  const root = /^[A-Za-z_]\w*/.exec(path)?.[0] ?? '';
  const base = path.slice(0, path.lastIndexOf('.'));
  if (base === '' || base === path) return undefined;
  if (base !== root) return hasMember(lastPart(base), pageType, file) ? kind : undefined;
  const type = view.facts.variables.get(root)?.type ?? '';
  return pageType.test(file.source.typedefs.get(type) ?? type) ? kind : undefined;
}

/**
 * Whether a path is an index of a ring of slots: below an `sring`, by its name or by the type of the variable or
 * member, or of the rings of the oldest protocols.
 */
export function isRingIndex(path: string, view: FunctionView, file: DriverView): boolean {
  if (/(?:^|\.)x[rn]_?\w*\.\w*_?(?:req|rsp)_prod$/.test(path)) return true;
  const match = /^(.*)\.(?:req|rsp)_(?:prod|cons)$/.exec(path);
  if (!match) return false;
  const base = lastPart(match[1] ?? '');
  if (/sring$|^shared(?:_?ring)?$/i.test(base)) return true;
  const variable = base === match[1] ? view.facts.variables.get(base) : undefined;
  return variable ? /sring/.test(variable.type) : hasMember(base, /sring/, file);
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

const hasMember = (name: string, type: RegExp, file: DriverView): boolean =>
  file.source.structs.some((struct) =>
    struct.members.some((member) => member.name === name && type.test(member.type)),
  );
