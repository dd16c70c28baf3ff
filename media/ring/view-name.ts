/** The pictures of one state. */
export type ViewName = 'ring' | 'bytes' | 'line' | 'table' | 'handshake';

export const VIEWS: readonly { readonly value: ViewName; readonly label: string }[] = [
  { value: 'ring', label: 'Ring' },
  { value: 'bytes', label: 'Page bytes' },
  { value: 'line', label: 'Number line' },
  { value: 'table', label: 'Table' },
  { value: 'handshake', label: 'Handshake' },
];
