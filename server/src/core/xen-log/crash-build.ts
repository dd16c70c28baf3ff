import {
  framesOf,
  frameText,
  type CrashDraft,
  type CrashSurroundings,
  type Verdict,
} from './crash-draft.ts';
import { judgeLinux } from './linux-cause.ts';
import type { CallFrame, Crash, CrashEvidence, SourcePlace } from './model.ts';
import { fieldOf, kindOf, numberField, vcpuOf } from './read-line.ts';
import { securityOf } from './crash-security.ts';
import { judge } from './verdict.ts';

function evidenceOf(draft: CrashDraft, verdict: Verdict): readonly CrashEvidence[] {
  const evidence: CrashEvidence[] = draft.reasons
    .filter((reason) => (reason.match?.kind.rootCauseRank ?? 0) >= 15)
    .slice(-8)
    .map((reason) => ({
      line: reason.number,
      text: reason.payload.trim(),
      why: reason.match?.kind.title ?? '',
    }));
  draft.panic?.text.forEach((text, index) =>
    evidence.push({
      line: draft.panic?.lines.at(-(draft.panic.text.length - index) - 1) ?? draft.first.number,
      text,
      why: 'Panic text',
    }),
  );
  for (const above of draft.panic?.above ?? [])
    evidence.push({ line: above.number, text: above.payload.trim(), why: 'Printed just before' });
  if (verdict.culprit !== undefined && verdict.culprit.line > 0)
    evidence.push({
      line: verdict.culprit.line,
      text: frameText(verdict.culprit),
      why: 'The function to look at first',
    });
  if (draft.hostEnd !== undefined)
    evidence.push({
      line: draft.hostEnd.number,
      text: draft.hostEnd.payload,
      why: 'What it led to',
    });
  return evidence.toSorted((a, b) => a.line - b.line);
}

function signatureOf(verdict: Verdict, frames: readonly CallFrame[]): string {
  const at = verdict.culprit === undefined ? -1 : frames.indexOf(verdict.culprit);
  const next = at < 0 ? frames : frames.slice(at + 1);
  const names = next.filter((frame) => frame.symbol !== undefined).map((frame) => frame.symbol);
  const parts = [
    verdict.kind,
    verdict.place?.file ?? verdict.culprit?.file ?? '',
    verdict.culprit?.symbol ?? '',
    names[0] ?? '',
    names[1] ?? '',
  ];
  return parts.join('|');
}

function linesOf(draft: CrashDraft): readonly number[] {
  const lines = new Set<number>([draft.first.number, ...(draft.dump?.lines ?? [])]);
  for (const reason of draft.reasons)
    if (Math.abs(draft.first.number - reason.number) <= 40) lines.add(reason.number);
  for (const line of draft.panic?.lines ?? []) lines.add(line);
  for (const line of draft.linux?.lines ?? []) lines.add(line);
  if (draft.endLine !== undefined) lines.add(draft.endLine);
  if (draft.hostEnd !== undefined) lines.add(draft.hostEnd.number);
  return [...lines].sort((a, b) => a - b);
}

function domainOf(draft: CrashDraft): { domain?: number; vcpu?: number } {
  if (draft.linux !== undefined) {
    if (draft.linux.source >= 0) return { domain: draft.linux.source };
    return draft.hostEnd === undefined ? {} : { domain: 0 };
  }
  for (const reason of draft.reasons) {
    const domain = numberField(reason, 'domid');
    const vcpu = numberField(reason, 'vcpu');
    if (domain !== undefined && kindOf(reason).startsWith('xen.domcrash'))
      return { domain, ...(vcpu === undefined ? {} : { vcpu }) };
  }
  const context =
    draft.dump?.vcpu ?? vcpuOf(draft.reasons.map((each) => fieldOf(each, 'vcpu')).find(Boolean));
  if (context !== undefined) return context;
  return draft.hostEnd === undefined
    ? {}
    : { domain: Number(fieldOf(draft.hostEnd, 'domid') ?? 0) };
}

/** Judges a draft; undefined when it is a dump that nobody has to worry about. */
export function crashOf(draft: CrashDraft, around: CrashSurroundings): Crash | undefined {
  const frames = framesOf(draft);
  const verdict =
    draft.linux === undefined ? judge(draft, frames, around) : judgeLinux(draft, draft.linux);
  if (verdict === undefined) return undefined;
  const lines = linesOf(draft);
  const dump = draft.dump;
  const cpu =
    dump?.cpu ?? draft.panic?.cpu ?? numberField(draft.reasons.at(-1) ?? draft.first, 'cpu');
  const version = dump?.version ?? around.xenVersion;
  return {
    kind: verdict.kind,
    outcome: verdict.outcome,
    line: lines[0] ?? draft.line,
    endLine: lines.at(-1) ?? draft.line,
    keyLine: verdict.keyLine,
    lines,
    ...optional('time', draft.first.time),
    ...optional('cpu', cpu),
    ...domainOf(draft),
    ...optional('context', draft.linux === undefined ? dump?.context : 'linux'),
    ...optional('xenVersion', version),
    ...optional('architecture', dump?.architecture),
    ...optional('isDebugBuild', dump?.isDebugBuild),
    ...optional('taint', dump?.taint),
    registers: draft.linux?.registers ?? dump?.registers ?? {},
    callTrace: frames,
    ...(dump?.codeBytes === undefined
      ? {}
      : { codeBytes: { beforeCount: 8, bytes: dump.codeBytes } }),
    pageWalk: dump?.pageWalk ?? [],
    ...optional('faultAddress', verdict.faultAddress),
    ...optional('errorCode', verdict.errorCode),
    ...optional('vector', verdict.vector),
    panicText: draft.panic?.text ?? [],
    ...optional('culprit', verdict.culprit),
    ...optional('place', verdict.place ?? placeOfFrame(verdict.culprit)),
    cause: verdict.cause,
    evidence: evidenceOf(draft, verdict),
    nextSteps: verdict.nextSteps,
    securityRelevant: securityOf(draft, verdict, frames),
    signature: signatureOf(verdict, frames),
  };
}

function placeOfFrame(frame: CallFrame | undefined): SourcePlace | undefined {
  if (frame?.symbol === undefined) return undefined;
  return frame.file === undefined ? undefined : { file: frame.file, symbol: frame.symbol };
}

function optional<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });
}
