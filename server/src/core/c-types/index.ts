/**
 * Reading C: one open file, with its headers, for one ABI. The door, in the order in which it is used:
 *
 * - `new HeaderCache()`: lexed headers and what they declare, shared by all files and ABIs of a session.
 * - `parseUnit(text, { path, abi, defines, resolveInclude }, cache?)`: `Unit`. Never throws.
 * - `layoutOf(aggregate, unit.scope)`: `Layout | Unknown`; `sizeOf(type, unit.scope)`: `TypeSize | Unknown`.
 * - `evaluate(expression, unit.scope)` and `constantOf(name, unit.scope)`: `IntegerValue | StringValue | Unknown`.
 * - `aggregatesOf(unit)`: every struct and union of the file with its key (`struct a`, `struct a.b`, `typedef_name`).
 * - `ringsOf(unit)` and `geometryOf(ring, unit.scope)`: shared rings and entries per page.
 * - `spell(type, unit.scope)`: a type as DWARF names it.
 * - `tokenAt(unit, offset)`: what stands there and what it means, in inactive code too.
 * - `documentationOf(declaration.at, unit.scope)`: the comments that belong to a declaration.
 */
export type * from './model.ts';
export { ABIS } from './model.ts';
export type { Catalogued } from './catalogue.ts';
export { aggregatesOf, geometryOf, ringOf, ringsOf, spell } from './catalogue.ts';
export { aggregateOf, constantOf, evaluate, layoutOf, sizeOf } from './constants.ts';
export type { AbiLayout } from './describe.ts';
export { describeLayouts } from './describe.ts';
export type { Documentation } from './documentation.ts';
export { documentationOf, plainText } from './documentation.ts';
export { HeaderCache } from './header-cache.ts';
export { LARGEST_FILE, parseUnit } from './parse.ts';
export { tokenAt } from './token-at.ts';
