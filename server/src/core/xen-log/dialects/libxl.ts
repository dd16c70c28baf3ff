import type { DialectRule } from './rule.ts';

const line =
  /^(?:libxl: |libxl_\w{1,40}: (?:debug|verbose|detail|info|notice|warning|error)|xl: libxl_)/;

/** libxl, as xl prints it and as libvirt's driver log keeps it. */
export const libxl: DialectRule = {
  dialect: 'libxl',
  claims: (payload) => line.test(payload),
};
