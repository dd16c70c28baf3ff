import type { Span } from '#core/text';
import type { GuestReading } from './guest.ts';
import type { HostKnowledge } from './host-knowledge.ts';
import type { CfgDocument } from './model.ts';

/** A replacement of a stretch of the file. */
export interface SpanEdit {
  readonly span: Span;
  readonly newText: string;
}

export interface SpanFix {
  readonly title: string;
  readonly preferred: boolean;
  readonly edits: readonly SpanEdit[];
}

/** Something a rule found, in offsets. */
export interface Found {
  readonly rule: string;
  readonly span: Span;
  readonly message: string;
  readonly evidence?: readonly { readonly span: Span; readonly message: string }[];
  readonly fixes?: readonly SpanFix[];
}

/** What the checks look at. */
export interface CheckInput {
  readonly document: CfgDocument;
  readonly reading: GuestReading;
  readonly host: HostKnowledge | undefined;
}
