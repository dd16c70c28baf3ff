import type { Abi, MacroDefinition } from './model.ts';
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
  place: { readonly start: number; readonly end: number; readonly origin: Macro['origin'] },
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
  const body = tokens.slice(at, to);
  return {
    id: name.id,
    name: textOf(name),
    parameters,
    variadic,
    body,
    slots: body.map((token) => slotOf(token, parameters)),
    special: body.some(isSpecial),
    dynamic: undefined,
    origin: place.origin,
    source: name.source,
    start: place.start,
    end: place.end,
    nameStart: name.start,
    nameEnd: name.end,
    active: 0,
    definition: undefined,
  };
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

export function dynamicMacro(name: string, dynamic: DynamicMacro, names: NameTable): Macro {
  return { ...macroFromText(name, 'abi', names), dynamic };
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

const GNU = [
  '__GNUC__ 12',
  '__GNUC_MINOR__ 2',
  '__GNUC_PATCHLEVEL__ 0',
  '__STDC__ 1',
  '__STDC_VERSION__ 201112L',
  '__STDC_HOSTED__ 1',
  '__STDC_UTF_16__ 1',
  '__STDC_UTF_32__ 1',
  '__VERSION__ "12.2.0"',
  '__GNUC_STDC_INLINE__ 1',
  '__CHAR_BIT__ 8',
  '__SIZEOF_INT__ 4',
  '__SIZEOF_SHORT__ 2',
  '__SIZEOF_LONG_LONG__ 8',
  '__SIZEOF_FLOAT__ 4',
  '__SIZEOF_DOUBLE__ 8',
  '__SCHAR_MAX__ 0x7f',
  '__SHRT_MAX__ 0x7fff',
  '__INT_MAX__ 0x7fffffff',
  '__LONG_LONG_MAX__ 0x7fffffffffffffffLL',
  '__ORDER_LITTLE_ENDIAN__ 1234',
  '__ORDER_BIG_ENDIAN__ 4321',
  '__ORDER_PDP_ENDIAN__ 3412',
  '__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__',
  '__FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__',
  '__ELF__ 1',
  '__linux__ 1',
  '__linux 1',
  '__gnu_linux__ 1',
  '__unix__ 1',
  '__unix 1',
  '__USER_LABEL_PREFIX__',
  '__INT8_TYPE__ signed char',
  '__INT16_TYPE__ short int',
  '__INT32_TYPE__ int',
  '__UINT8_TYPE__ unsigned char',
  '__UINT16_TYPE__ short unsigned int',
  '__UINT32_TYPE__ unsigned int',
  '__CHAR16_TYPE__ short unsigned int',
  '__CHAR32_TYPE__ unsigned int',
  '__GCC_HAVE_DWARF2_CFI_ASM 1',
  '__OPTIMIZE__ 1',
];

const LP64 = [
  '__LP64__ 1',
  '_LP64 1',
  '__SIZEOF_LONG__ 8',
  '__SIZEOF_POINTER__ 8',
  '__SIZEOF_SIZE_T__ 8',
  '__SIZEOF_PTRDIFF_T__ 8',
  '__SIZEOF_INT128__ 16',
  '__SIZEOF_LONG_DOUBLE__ 16',
  '__LONG_MAX__ 0x7fffffffffffffffL',
  '__SIZE_TYPE__ long unsigned int',
  '__PTRDIFF_TYPE__ long int',
  '__INTPTR_TYPE__ long int',
  '__UINTPTR_TYPE__ long unsigned int',
  '__INTMAX_TYPE__ long int',
  '__UINTMAX_TYPE__ long unsigned int',
  '__INT64_TYPE__ long int',
  '__UINT64_TYPE__ long unsigned int',
];

const ILP32 = [
  '__SIZEOF_LONG__ 4',
  '__SIZEOF_POINTER__ 4',
  '__SIZEOF_SIZE_T__ 4',
  '__SIZEOF_PTRDIFF_T__ 4',
  '__LONG_MAX__ 0x7fffffffL',
  '__SIZE_TYPE__ unsigned int',
  '__PTRDIFF_TYPE__ int',
  '__INTPTR_TYPE__ int',
  '__UINTPTR_TYPE__ unsigned int',
  '__INTMAX_TYPE__ long long int',
  '__UINTMAX_TYPE__ long long unsigned int',
  '__INT64_TYPE__ long long int',
  '__UINT64_TYPE__ long long unsigned int',
];

/** Figures that gcc 12 predefines for each ABI (`gcc -dM -E`), as far as headers ask for them. */
const PREDEFINED: Readonly<Record<Abi, readonly string[]>> = {
  x86_64: [
    '__x86_64__ 1',
    '__x86_64 1',
    '__amd64__ 1',
    '__amd64 1',
    '__BIGGEST_ALIGNMENT__ 16',
    '__SIZEOF_FLOAT128__ 16',
    '__SIZEOF_FLOAT80__ 16',
    '__SSE__ 1',
    '__SSE2__ 1',
    '__k8 1',
    '__WCHAR_TYPE__ int',
    '__SIZEOF_WCHAR_T__ 4',
    '__WINT_TYPE__ unsigned int',
    ...LP64,
  ],
  i386: [
    '__i386__ 1',
    '__i386 1',
    'i386 1',
    '__BIGGEST_ALIGNMENT__ 16',
    '__i686__ 1',
    '__SIZEOF_FLOAT128__ 16',
    '__SIZEOF_FLOAT80__ 12',
    '__SIZEOF_LONG_DOUBLE__ 12',
    '__WCHAR_TYPE__ long int',
    '__SIZEOF_WCHAR_T__ 4',
    '__WINT_TYPE__ unsigned int',
    ...ILP32,
  ],
  arm64: [
    '__aarch64__ 1',
    '__AARCH64EL__ 1',
    '__ARM_ARCH 8',
    '__ARM_64BIT_STATE 1',
    '__ARM_ARCH_8A 1',
    '__BIGGEST_ALIGNMENT__ 16',
    '__CHAR_UNSIGNED__ 1',
    '__ARM_ARCH_ISA_A64 1',
    '__WCHAR_TYPE__ unsigned int',
    '__SIZEOF_WCHAR_T__ 4',
    '__WINT_TYPE__ unsigned int',
    ...LP64,
  ],
  armv7: [
    '__arm__ 1',
    '__ARMEL__ 1',
    '__ARM_EABI__ 1',
    '__ARM_ARCH 7',
    '__ARM_ARCH_7A__ 1',
    '__ARM_32BIT_STATE 1',
    '__thumb__ 1',
    '__thumb2__ 1',
    '__BIGGEST_ALIGNMENT__ 8',
    '__CHAR_UNSIGNED__ 1',
    '__SIZEOF_LONG_DOUBLE__ 8',
    '__ARM_PCS_VFP 1',
    '__VFP_FP__ 1',
    '__WCHAR_TYPE__ unsigned int',
    '__SIZEOF_WCHAR_T__ 4',
    '__WINT_TYPE__ unsigned int',
    ...ILP32,
  ],
};

/** `#define` bodies that a compiler for the ABI starts with. */
export function predefined(abi: Abi): readonly string[] {
  return [...GNU, ...PREDEFINED[abi]];
}

/** Names and parameters as after `#define`. */
export const DYNAMIC: Readonly<Record<string, DynamicMacro>> = {
  __LINE__: 'line',
  __FILE__: 'file',
  __BASE_FILE__: 'file',
  __COUNTER__: 'counter',
  __INCLUDE_LEVEL__: 'level',
  '__has_include(name)': 'query',
  '__has_include_next(name)': 'query',
  '__has_attribute(name)': 'query',
  '__has_builtin(name)': 'query',
  '_Pragma(text)': 'pragma',
  '__pragma(text)': 'pragma',
};
