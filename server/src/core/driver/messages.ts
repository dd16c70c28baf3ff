import type { Expression, Variable } from './model.ts';
import { bare, pathOf, rootOf } from './paths.ts';

export type MessageKind = 'request' | 'response' | 'segments' | 'page';

/** What a variable holds of the conversation between the two ends. */
export interface Message {
  readonly what: MessageKind;
  /** `shared`: memory the peer can still write; `copy`: private; `unknown`: a pointer of which only the type shows. */
  readonly place: 'shared' | 'copy' | 'unknown';
  /** The slot was taken at this side's own producer index: this side fills it. */
  readonly isOwn: boolean;
  /** Type words as far as known. */
  readonly type: string;
}

const wireType =
  /^(?:struct |union )?(?:xen_?)?(?:blkif|netif|net|vscsi(?:if)?|usb(?:if)?|fs(?:if)?|tpm(?:if)?|disp(?:l|if|lif)?|snd(?:if)?|camera(?:if)?|pvcalls|xbf|xnf|xdisk|vbd|pci(?:if)?|xenusb|kbdif|fbif|v4v|p9|9pfs|scsi|gpio|i2c|rpmb|argo|console)\w*?_(request|req|response|resp|rsp)(?:_\w+)?$/i;

/** Request or response by the name of its type; `struct request` of a block layer is neither. */
export function messageOfType(type: string): 'request' | 'response' | undefined {
  const match = wireType.exec(type.replace(/_t$/, ''));
  if (!match) return undefined;
  if (/front|back|ring|queue|state|info|list|pending|handler|entry_t$/i.test(type))
    return undefined;
  return /^req/i.test(match[1] ?? '') ? 'request' : 'response';
}

export const isSegmentType = (type: string): boolean =>
  /(?:request_)?segment(?:_aligned)?(?:_t)?$/i.test(type);

/** A pointer into the ring page: `RING_GET_REQUEST(...)`, `&ring->sring->ring[i].req` and their relatives. */
export function slotOf(expression: Expression): Message | undefined {
  const inner = throughAddress(expression);
  if (inner.kind === 'call') {
    const match = /ring_get_(request|response)$/i.exec(inner.callee);
    if (!match) return undefined;
    const what = /^req/i.test(match[1] ?? '') ? 'request' : 'response';
    const index = inner.args[1] ? pathOf(inner.args[1]) : '';
    const isOwn = what === 'request' ? /req_prod|prod_pvt/.test(index) : /rsp_prod/.test(index);
    return { what, place: 'shared', isOwn, type: '' };
  }
  const match = /\.(?:\w*ring|\w*desc)\[[^[\]]*(?:\[[^\]]*\])?[^[\]]*\]\.(?:\w+_)?(req|rsp)$/.exec(
    pathOf(inner),
  );
  if (!match) return undefined;
  return {
    what: match[1] === 'req' ? 'request' : 'response',
    place: 'shared',
    isOwn: false,
    type: '',
  };
}

/** Whether an expression names memory behind a mapped grant, to be read as segments. */
export function isMappedSegments(variable: Variable, value: Expression): boolean {
  if (variable.pointerDepth !== 1 || !isSegmentType(variable.type)) return false;
  const root = rootOf(bare(value));
  return root.kind === 'call' && /map|vaddr|virt|addr|page/i.test(root.callee);
}

const throughAddress = (expression: Expression): Expression => {
  const inner = bare(expression);
  return inner.kind === 'address' ? bare(inner.operand) : inner;
};
