import type { MacroDefinition } from './model.ts';
import type { Token, TokenSource } from './tokens.ts';
import { IDENTIFIER, isPunct, P, PUNCTUATION, SPACE_BEFORE, textOf } from './tokens.ts';
import { lex } from './lex.ts';
import type { NameTable } from './names.ts';
import { WORD } from './names.ts';

/** Macros of which the value is the place where they are used. */
export type DynamicMacro = 'line' | 'file' | 'counter' | 'level' | 'query' | 'pragma';

/** A macro as the expander needs it. One object per `#define` of a file, so that equal objects mean equal macros. */
export interface Macro {
  readonly id: number;
  readonly name: string;
  /** Ids of the parameters, `__VA_ARGS__` last; undefined for an object-like macro. */
  readonly parameters: readonly number[] | undefined;
  readonly variadic: boolean;
  readonly body: readonly Token[];
  /** For each body token the index of the parameter that it is, or -1. */
  readonly slots: readonly number[];
  /** Whether the body has `#`, `##` or `__VA_OPT__`. */
  readonly special: boolean;
  readonly dynamic: DynamicMacro | undefined;
  readonly origin: 'text' | 'abi' | 'fallback';
  readonly source: TokenSource;
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** How many expansions it is in the middle of: above 0 its name stays as it is. */
  active: number;
  definition: MacroDefinition | undefined;
}

/** Reads what follows `#define`; undefined when it is not a definition. `end` is the end of the directive's text. */
export function readMacro(
  tokens: readonly Token[],
  from: number,
  to: number,
  place: Place,
): Macro | undefined {
  const name = tokens[from];
  if (name === undefined || from >= to || name.kind !== IDENTIFIER) return undefined;
  let at = from + 1;
  const open = tokens[at];
  let parameters: number[] | undefined;
  let variadic = false;
  if (at < to && isPunct(open, P.openParen) && open?.start === name.end) {
    const list = readParameters(tokens, at + 1, to);
    if (list === undefined) return undefined;
    ({ parameters, variadic } = list);
    at = list.next;
  }
  return new DefinedMacro(name, { parameters, variadic }, { tokens, from: at, to }, place);
}

interface Stretch {
  readonly tokens: readonly Token[];
  readonly from: number;
  readonly to: number;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly origin: Macro['origin'];
}

/** A definition in a text. Its body is looked at when it is first used: few of a header's macros ever are. */
class DefinedMacro implements Macro {
  readonly id: number;
  readonly name: string;
  readonly parameters: readonly number[] | undefined;
  readonly variadic: boolean;
  readonly dynamic: DynamicMacro | undefined = undefined;
  readonly origin: Macro['origin'];
  readonly source: TokenSource;
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  active = 0;
  definition: MacroDefinition | undefined = undefined;
  private readonly stretch: Stretch;
  private knownBody: readonly Token[] | undefined = undefined;
  private knownSlots: readonly number[] | undefined = undefined;
  private isSpecial: boolean | undefined = undefined;

  constructor(
    name: Token,
    signature: Pick<Macro, 'parameters' | 'variadic'>,
    stretch: Stretch,
    place: Place,
  ) {
    this.id = name.id;
    this.name = textOf(name);
    this.parameters = signature.parameters;
    this.variadic = signature.variadic;
    this.origin = place.origin;
    this.source = name.source;
    this.start = place.start;
    this.end = place.end;
    this.nameStart = name.start;
    this.nameEnd = name.end;
    this.stretch = stretch;
  }

  get body(): readonly Token[] {
    const { tokens, from, to } = this.stretch;
    return (this.knownBody ??= tokens.slice(from, to));
  }

  get slots(): readonly number[] {
    return (this.knownSlots ??= this.body.map((token) => slotOf(token, this.parameters)));
  }

  get special(): boolean {
    return (this.isSpecial ??= this.body.some(isSpecial));
  }
}

/** A macro that no file defines: read when it is first used, because most of these never are. */
class BuiltInMacro implements Macro {
  readonly id: number;
  readonly name: string;
  readonly dynamic: DynamicMacro | undefined;
  readonly origin: Macro['origin'];
  active = 0;
  definition: MacroDefinition | undefined = undefined;
  private readonly text: string;
  private readonly names: NameTable;
  private known: Macro | undefined = undefined;

  constructor(
    text: string,
    origin: Macro['origin'],
    names: NameTable,
    dynamic: DynamicMacro | undefined,
  ) {
    this.name = /^\w+/.exec(text)?.[0] ?? '';
    this.id = names.idOf(this.name);
    this.text = text;
    this.origin = origin;
    this.names = names;
    this.dynamic = dynamic;
  }

  private get macro(): Macro {
    return (this.known ??= macroFromText(this.text, this.origin, this.names));
  }

  get parameters(): readonly number[] | undefined {
    return this.macro.parameters;
  }

  get variadic(): boolean {
    return this.macro.variadic;
  }

  get body(): readonly Token[] {
    return this.macro.body;
  }

  get slots(): readonly number[] {
    return this.macro.slots;
  }

  get special(): boolean {
    return this.macro.special;
  }

  get source(): TokenSource {
    return this.macro.source;
  }

  get start(): number {
    return this.macro.start;
  }

  get end(): number {
    return this.macro.end;
  }

  get nameStart(): number {
    return this.macro.nameStart;
  }

  get nameEnd(): number {
    return this.macro.nameEnd;
  }
}

function slotOf(token: Token, parameters: readonly number[] | undefined): number {
  if (parameters === undefined || token.kind !== IDENTIFIER) return -1;
  return parameters.indexOf(token.id);
}

function isSpecial(token: Token): boolean {
  if (token.kind === PUNCTUATION) return token.id === P.hash || token.id === P.paste;
  return token.kind === IDENTIFIER && token.id === WORD.__VA_OPT__;
}

function readParameters(
  tokens: readonly Token[],
  from: number,
  to: number,
): { parameters: number[]; variadic: boolean; next: number } | undefined {
  const parameters: number[] = [];
  let variadic = false;
  for (let at = from; at < to; at++) {
    const token = tokens[at];
    if (token === undefined) return undefined;
    if (isPunct(token, P.closeParen)) return { parameters, variadic, next: at + 1 };
    if (isPunct(token, P.ellipsis)) {
      variadic = true;
      // GNU: `args...` names the rest; plain `...` is __VA_ARGS__.
      const previous = tokens[at - 1];
      if (at === from || isPunct(previous, P.comma)) parameters.push(WORD.__VA_ARGS__);
    } else if (token.kind === IDENTIFIER) parameters.push(token.id);
    else if (!isPunct(token, P.comma)) return undefined;
  }
  return undefined;
}

/** Defines from text that is in no file: `NAME(a) body` after `origin`'s pseudo path. */
export function macroFromText(text: string, origin: Macro['origin'], names: NameTable): Macro {
  const path = origin === 'text' ? '<command line>' : '<built-in>';
  const { tokens } = lex({ path, text, names }, names);
  const macro = readMacro(tokens, 0, tokens.length, { start: 0, end: text.length, origin });
  return macro ?? macroFromText('invalid_macro', origin, names);
}

/** Our own definition, e.g. `__packed __attribute__((packed))`, or a macro that depends on where it is used. */
export function builtInMacro(
  text: string,
  origin: 'abi' | 'fallback',
  names: NameTable,
  dynamic?: DynamicMacro,
): Macro {
  return new BuiltInMacro(text, origin, names, dynamic);
}

/** The macro as the outside sees it. */
export function definitionOf(macro: Macro, names: NameTable): MacroDefinition {
  if (macro.definition !== undefined) return macro.definition;
  const parameters = macro.parameters?.map((id) => names.text(id));
  const file = macro.source.path;
  macro.definition = {
    kind: 'macro',
    name: macro.name,
    ...(parameters === undefined ? {} : { parameters }),
    variadic: macro.variadic,
    body: spellTokens(macro.body),
    at: { file, span: { start: macro.start, end: macro.end } },
    nameAt: { file, span: { start: macro.nameStart, end: macro.nameEnd } },
    builtIn: macro.origin !== 'text',
  };
  return macro.definition;
}

/** Tokens as text, one blank where the original had any. */
export function spellTokens(tokens: readonly Token[]): string {
  let text = '';
  for (const [index, token] of tokens.entries()) {
    if (index > 0 && (token.flags & (SPACE_BEFORE | 1)) !== 0) text += ' ';
    text += textOf(token);
  }
  return text;
}
