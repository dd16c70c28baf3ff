import { decodeFromPanel, decodeToPanel } from '#core/protocol';
import { describe, expect, it } from 'vitest';

describe('panel messages', () => {
  it.each([
    {
      type: 'open',
      files: [{ name: 'a.xenring.json', text: '{}' }],
      parameters: { schedule: 'XR302' },
    },
    { type: 'open', files: [] },
    { type: 'answer', id: 3, outcome: 'cancelled' },
    { type: 'answer', id: 4, outcome: 'failed', message: 'The disk is full.' },
  ])('reads $type from the host', (message) => {
    expect(decodeToPanel(structuredClone(message))).toEqual(message);
  });

  it.each([
    { type: 'ready' },
    { type: 'pickFiles', id: 1, title: 'Import' },
    { type: 'export', id: 2, name: 'ring.svg', encoding: 'utf8', data: '<svg/>' },
    { type: 'openText', id: 3, language: 'plaintext', text: '' },
    { type: 'revealSymbol', id: 4, name: 'RING_FULL' },
    { type: 'copy', id: 5, text: 'x' },
    { type: 'edit', text: '{}' },
    { type: 'problem', message: 'unreadable' },
  ])('reads $type from a panel', (message) => {
    expect(decodeFromPanel(structuredClone(message))).toEqual(message);
  });

  it.each([
    null,
    42,
    'ready',
    {},
    { type: 'reset' },
    { type: 'open' },
    { type: 'open', files: [{ name: 'a' }] },
    { type: 'answer', id: 1.5, outcome: 'done' },
    { type: 'answer', id: 1, outcome: 'perhaps' },
    { type: 'export', id: 1, name: 'x', encoding: 'latin1', data: '' },
  ])('knows nothing of %j', (value) => {
    expect(decodeToPanel(value)).toBeUndefined();
    expect(decodeFromPanel(value)).toBeUndefined();
  });
});
