import { expect, test } from 'vitest';
import { decodeSettings } from '#core/protocol';

test('a wrong value falls back to its default and the rest is kept', () => {
  expect(decodeSettings(undefined).hover.enable).toBe(true);
  const settings = decodeSettings({
    includePaths: ['/a'],
    hover: 'yes',
    inlayHints: { layout: true },
  });
  expect(settings).toMatchObject({
    includePaths: ['/a'],
    hover: { enable: true },
    inlayHints: { layout: true },
  });
});
