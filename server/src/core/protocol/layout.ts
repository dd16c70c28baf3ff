import * as v from 'valibot';

/** Client → server: the layout of a struct or union as text. */
export const STRUCT_LAYOUT_REQUEST = 'xen/structLayout';

/** Which one: by its tag, or by a place in an open document. */
export interface StructLayoutParams {
  readonly uri: string;
  readonly position?: { readonly line: number; readonly character: number };
  /** Tag of a struct or union that the document declares or includes. */
  readonly tag?: string;
}

/** The answer, or null when there is no struct or union at the place. */
export interface StructLayout {
  /** e.g. `struct blkif_request`. */
  readonly title: string;
  /** In the manner of pahole, each ABI; C comments and declarations. */
  readonly text: string;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const params: v.GenericSchema<unknown, StructLayoutParams> = v.object({
  uri: v.string(),
  position: v.exactOptional(v.object({ line: count, character: count })),
  tag: v.exactOptional(v.string()),
}) as v.GenericSchema<unknown, StructLayoutParams>;

/** Decodes the parameters of `xen/structLayout`; undefined when they are not such. */
export function decodeStructLayoutParams(value: unknown): StructLayoutParams | undefined {
  const result = v.safeParse(params, value);
  return result.success ? result.output : undefined;
}
