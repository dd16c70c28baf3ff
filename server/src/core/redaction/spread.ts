import { isOrdinaryHost, isOrdinaryUser } from './exceptions.ts';
import { isPseudonym } from './find.ts';
import type { PseudonymMap, SecretKind, SecretSpan } from './model.ts';
import { redactionRules } from './rules.ts';

/** Finds the names learnt anywhere wherever else they stand as a word. */
export interface NameSpread {
  find(line: string): readonly SecretSpan[];
}

const spreading: ReadonlySet<string> = new Set(
  redactionRules.filter(({ spreads }) => spreads === true).map(({ id }) => id),
);

/**
 * Words of logs, options and paths. A host or guest that bears one of them is replaced where a rule sees it, and
 * nowhere else: a log in which every `console` is gone helps nobody.
 */
const commonWords: ReadonlySet<string> = new Set(
  (
    'xen dom0 domu domain guest host kernel linux debian ubuntu fedora centos qubes suse server node test lab dev prod' +
    ' root boot disk data image swap home user admin console serial network bridge xenbr0 eth0 vif vbd block backend' +
    ' frontend driver device memory cpu vcpu numa pool credit credit2 sched cluster storage store backup main master' +
    ' slave web mail name type none null true false error warning info debug all any new old tmp log local system' +
    ' machine build builder release version stable unstable testing staging default hypervisor vm vm1 vm2 virtual' +
    ' hardware desktop laptop workstation router gateway firewall nas hvm pvh pv acpi pci usb ping idle crash panic' +
    ' watchdog timer irq init shell work'
  ).split(' '),
);
const firmlyWords = new Set([
  'vm1',
  'vm2',
  'web',
  'mail',
  'prod',
  'lab',
  'laptop',
  'nas',
  'router',
]);

/** Domains, vCPUs, CPUs, devices and registers as logs call them: never a name of somebody's. */
const machineWord =
  /^(?:d\d+(?:v\d+)?|(?:v?cpu|node|dom|apic|irq|lapic|bank|hvc|tty\w?|com|vif|tap|eth|loop|dm-|sr|md|ram)-?\d+|(?:xv|s|h|v)d[a-z]\d*|nvme\w+|e?[abcd]x|r(?:[0-9]{1,2}|[abcd]x|[sd]i|[sb]p|ip)|cr[0-8]|x\d\d?|v?dr\d)$/i;

/** Names worth looking for everywhere: three characters or more, not a number, not a common word. */
function isDistinctive(text: string, kind: SecretKind): boolean {
  const word = text.toLowerCase();
  if (kind === 'secret' && text.length < 6) return false;
  if (text.length < 3 || isPseudonym(text) || /^(?:0x)?[0-9a-f]+$/i.test(text)) return false;
  if (machineWord.test(text)) return false;
  return !commonWords.has(word) || (kind === 'host' && firmlyWords.has(word));
}

/** Collects the names of the spans found by rules that spread, with those of an earlier run. */
export function spreadingNames(spans: readonly SecretSpan[], known: PseudonymMap): NameSpread {
  const kinds = new Map<string, SecretKind>();
  const learn = (text: string, kind: SecretKind): void => {
    if (isDistinctive(text, kind) && !kinds.has(text)) kinds.set(text, kind);
  };
  for (const { rule, kind, text } of spans) {
    if (!spreading.has(rule)) continue;
    learn(text, kind);
    const [builder, machine] = kind === 'builder' ? text.split('@') : [];
    if (builder !== undefined && !isOrdinaryUser(builder)) learn(builder, 'user');
    if (machine !== undefined && !isOrdinaryHost(machine)) learn(machine, 'host');
    const short =
      kind === 'host' && rule !== 'full-name' ? /^([^.]+)\.[a-z]/i.exec(text)?.[1] : undefined;
    if (short !== undefined) learn(short, kind);
  }
  for (const [text, pseudonym] of Object.entries(known)) {
    const kind = kindOfPseudonym(pseudonym);
    if (kind) learn(text, kind);
  }
  if (kinds.size === 0) return { find: () => [] };
  const pattern = wordPattern([...kinds.keys()]);
  return { find: (line) => findNames(line, pattern, kinds) };
}

function kindOfPseudonym(pseudonym: string): SecretKind | undefined {
  const stem = /^<(HOST|USER|GUEST|DISK|BUILDER|SECRET|SERIAL)\b/.exec(pseudonym)?.[1];
  return stem === undefined ? undefined : (stem.toLowerCase() as SecretKind);
}

function wordPattern(names: readonly string[]): RegExp {
  const escaped = [...names]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  // Not inside a word, and not a symbol: `file.c#name`, `name+0x12/0x34`.
  return new RegExp(
    String.raw`(?<![A-Za-z0-9_#])(?:${escaped.join('|')})(?![A-Za-z0-9_#]|\+0x|\.[ch](?:\b|:))`,
    'g',
  );
}

function findNames(
  line: string,
  pattern: RegExp,
  kinds: ReadonlyMap<string, SecretKind>,
): readonly SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const match of line.matchAll(pattern)) {
    const [text] = match;
    const kind = kinds.get(text);
    if (!kind) continue;
    spans.push({
      kind,
      rule: 'same-name',
      start: match.index,
      end: match.index + text.length,
      text,
    });
  }
  return spans;
}
