import type { EnumConstant, MacroDefinition } from '#core/c-types';
import type { Finding } from '#core/findings';
import { groupAbis } from './abi-layouts.ts';
import { constantValues } from './describe-constant.ts';
import { isPublicHeader } from './xen-files.ts';
import type { RuleContext } from './rules.ts';

/** `protocol-constant-changed`: the file defines a name of the wire with another value. */
export function findChangedConstants(context: RuleContext): readonly Finding[] {
  const { file, knowledge } = context;
  if (!isPublicHeader(file.path) && !file.path.endsWith('.h')) return [];
  return ownConstants(context).flatMap((constant) => {
    const { name } = constant;
    const expected =
      knowledge.protocols.constants.get(name)?.value ?? knowledge.protocols.wire.get(name);
    if (expected === undefined) return [];
    const wrong = groupAbis(constantValues(file, name)).filter(
      ({ value }) => typeof value === 'bigint' && value !== BigInt(expected),
    );
    const [first] = wrong;
    if (!first || isExtendedProtocol(context, name)) return [];
    return [
      {
        rule: 'protocol-constant-changed',
        severity: 'warning',
        message: `${name} is ${first.value} here and ${expected} in the protocol: the other end relies on ${expected}.`,
        range: context.lines.rangeOf(constant.nameAt.span),
        evidence: [],
      } satisfies Finding,
    ];
  });
}

function ownConstants({ file }: RuleContext): readonly (MacroDefinition | EnumConstant)[] {
  const unit = file.primary;
  const macros = unit.macros.filter(
    (macro) => macro.parameters === undefined && macro.at.file === file.path,
  );
  const enumerators = unit.declarations.flatMap((declaration) =>
    declaration.kind === 'enum' ? declaration.constants : [],
  );
  return [...macros, ...enumerators];
}

/** Headers of 2012 and 2013 raise the number of segments with segment blocks, as FreeBSD's drivers of the time did. */
function isExtendedProtocol({ file }: RuleContext, name: string): boolean {
  return (
    name === 'BLKIF_MAX_SEGMENTS_PER_REQUEST' &&
    file.primary.scope.macro('BLKIF_MAX_SEGMENTS_PER_HEADER_BLOCK') !== undefined
  );
}
