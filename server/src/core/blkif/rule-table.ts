import type { Rule } from '#core/findings';

const rule = (
  id: string,
  name: string,
  severity: Rule['severity'],
  text: { readonly summary: string; readonly sources: readonly string[] },
): Rule => ({ id, name, severity, enabledByDefault: true, ...text });

/** The rules for headers, one line each; the message with the figures is made where the rule is checked. */
export const headerRules: readonly Rule[] = [
  rule('layout-abi-differs', 'layout-abi-differs', 'information', {
    summary:
      'A structure in shared memory has another size or other offsets on another ABI; a backend must know which one its guest speaks.',
    sources: ['io/protocols.h of Xen 4.17', 'Linux xen-blkback/common.h'],
  }),
  rule('XR402', 'layout-differs', 'warning', {
    summary:
      'A structure reads like one of the block protocol, but its fields are at other offsets than the protocol has them.',
    sources: ['io/blkif.h of Xen 4.17'],
  }),
  rule('protocol-constant-changed', 'protocol-constant-changed', 'warning', {
    summary: 'A constant of a protocol has another value than the other end relies on.',
    sources: ['io headers of Xen 4.17'],
  }),
  rule('pragma-pack-open', 'pragma-pack-open', 'warning', {
    summary:
      'A #pragma pack is still in force at the end of a header, so it changes the structures of every file that includes it.',
    sources: ['gcc manual, structure-layout pragmas'],
  }),
  rule('packed-ignored', 'packed-ignored', 'warning', {
    summary:
      'A packed attribute stands where the compiler ignores it; the structure is not packed.',
    sources: ['gcc manual, attribute syntax'],
  }),
];
