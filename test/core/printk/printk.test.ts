import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printkFormatsOf, PrintkTable, type PrintkFormat } from '#core/printk';
import { cases } from '../../effort.ts';

const sample = String.raw`
#define pr_fmt(fmt) "xen:" KBUILD_MODNAME ": " fmt
/* printk("not this one\n"); */
static void __init probe_pool(struct pool *pool)
{
    // printk("nor this\n");
    printk(XENLOG_WARNING "pool %u: only %lu of %lu pages left\n",
           pool->id, pool->left, pool->all);
    if ( bad )
        panic("pool %u is broken: %s\n", pool->id, why(pool, ")"));
    gprintk(XENLOG_ERR, "bad frame %" PRI_mfn " in %pd\n", mfn_x(mfn), d);
    gdprintk(XENLOG_G_INFO, "two lines:\n  second %#x\n", x);
}

int report(void)
{
    pr_err("cannot map ring (%d)\n", rc);
    dev_warn(&dev->dev, "slow link, " "%d Mb/s\n", speed);
    LOGD(ERROR, domid, "unable to add %s", what);
    printk(rc ? "went well\n" : "went badly\n");
    printk("%s", text);
    printk(KERN_WARNING PREFIX "table %4.4s is short\n", name);
    snprintf(buffer, sizeof(buffer), "not printed %d", 1);
    return IS_ERR(p) ? PTR_ERR(p) : 0;
}
`;

describe('formats of a C file', () => {
  const formats = printkFormatsOf(sample, 'common/pool.c');

  test.each([
    ['pool %u: only %lu of %lu pages left', 'warning', 'probe_pool', 'printk', 7],
    ['pool %u is broken: %s', 'panic', 'probe_pool', 'panic', 10],
    ['bad frame %05lx in %pd', 'error', 'probe_pool', 'gprintk', 11],
    ['two lines:', 'info', 'probe_pool', 'gdprintk', 12],
    ['  second %#x', 'info', 'probe_pool', 'gdprintk', 12],
    ['xen:%?: cannot map ring (%d)', 'error', 'report', 'pr_err', 17],
    ['slow link, %d Mb/s', 'warning', 'report', 'dev_warn', 18],
    ['unable to add %s', 'error', 'report', 'LOGD', 19],
    ['went well', 'unknown', 'report', 'printk', 20],
    ['went badly', 'unknown', 'report', 'printk', 20],
    ['%s', 'unknown', 'report', 'printk', 21],
    ['%?table %4.4s is short', 'warning', 'report', 'printk', 22],
  ] as const)('%s', (format, level, functionName, call, line) => {
    expect(formats).toContainEqual(
      expect.objectContaining({ format, level, functionName, call, line, path: 'common/pool.c' }),
    );
  });

  test('and no other', () => expect(formats).toHaveLength(12));
});

describe('payloads', () => {
  const table = new PrintkTable(printkFormatsOf(sample, 'common/pool.c'));
  const lineOf = (payload: string, starts?: readonly number[]): number | undefined =>
    table.match(payload, starts)?.format.line;

  test.each([
    ['pool 7: only 12 of 4096 pages left', 7],
    ['pool 7: only 12 of 4096 pages left  ', 7],
    ['pool 7: only twelve of 4096 pages left', undefined],
    ['pool 3 is broken: no memory at all', 10],
    ['bad frame 0012f in d3', 11],
    ['xen:xen_netback: cannot map ring (-12)', 17],
    ['slow link, 10 Mb/s', 18],
    ['unable to add a vif: Permission denied', 19],
    ['ACPI: table MADT is short', 22],
    ['anything else', undefined],
    ['', undefined],
  ])('%s', (payload, line) => expect(lineOf(payload)).toBe(line));

  test('behind what gprintk puts in front', () =>
    expect(lineOf('d1v0 bad frame 0012f in d3', [0, 5])).toBe(11));

  test('the format with most text of its own wins', () => {
    const formats = printkFormatsOf(
      'void f(void)\n{\nprintk("pool %s\\n", a);\nprintk("pool %s left\\n", b);\n}\n',
      'a.c',
    );
    expect(new PrintkTable(formats).match('pool pages left')?.format.line).toBe(4);
  });

  test('calls that print the same are told', () => {
    const formats = printkFormatsOf(
      'void f(void)\n{\nprintk("no memory\\n");\nprintk("no memory\\n");\n}\n',
      'a.c',
    );
    expect(new PrintkTable(formats).match('no memory')?.others).toHaveLength(1);
  });
});

/** What the C library would print for a conversion. */
const valueOf = (conversion: string): fc.Arbitrary<string> => {
  if (conversion.endsWith('d')) return fc.integer().map(String);
  if (conversion.endsWith('u')) return fc.nat().map(String);
  if (/[xp]$/.test(conversion)) return fc.nat().map((value) => value.toString(16));
  return fc.stringMatching(/^[a-z][a-z_0-9-]{0,12}$/);
};
const literal = fc.stringMatching(/^[A-Z][a-z]{3,9}(?: [a-z]{1,8}){0,2}[:,]? $/);
const message = fc
  .array(fc.tuple(literal, fc.constantFrom('%d', '%u', '%#x', '%lx', '%s', '%pd')), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((parts) =>
    fc.tuple(...parts.map(([, conversion]) => valueOf(conversion))).map((values) => ({
      format: parts.map(([text, conversion]) => text + conversion).join(' '),
      printed: parts.map(([text], index) => text + (values[index] ?? '')).join(' '),
    })),
  );

test('what a format prints leads back to its call', () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 12 }), (messages) => {
      const text = messages.map(({ format }) => `printk("${format}\\n", a);`).join('\n');
      const table = new PrintkTable(printkFormatsOf(`void f(void)\n{\n${text}\n}\n`, 'a.c'));
      for (const { format, printed } of messages) {
        const match = table.match(printed);
        const found = [match?.format, ...(match?.others ?? [])].map((each) => each?.format);
        // Another format may fit as well and have as much text.
        expect(found.includes(format) || (match?.literalCount ?? 0) > 0).toBe(true);
        expect(match).toBeDefined();
      }
    }),
    { numRuns: cases(2000) },
  );
});

test('any text gives no throw, and lines that exist', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string(), (noise, payload) => {
      const text = `printk("${noise}`;
      const formats = printkFormatsOf(text, 'x.c');
      const count = text.split('\n').length;
      for (const { line } of formats) expect(line).toBeLessThanOrEqual(count);
      new PrintkTable(formats).match(payload);
    }),
    { numRuns: cases(4000) },
  );
});

const drivers = '/usr/src/linux-source-6.1/drivers/xen';

describe.skipIf(!existsSync(drivers) && process.env['CI'] !== 'true')("Linux's Xen drivers", () => {
  const formats: readonly PrintkFormat[] = readdirSync(drivers)
    .filter((name) => name.endsWith('.c'))
    .flatMap((name) => printkFormatsOf(readFileSync(join(drivers, name), 'utf8'), name));

  test('every pr_err of a plain string is found, by its line', () => {
    const found = new Set(formats.map(({ path, line }) => `${path}:${line}`));
    const missing = readdirSync(drivers)
      .filter((name) => name.endsWith('.c'))
      .flatMap((name) =>
        readFileSync(join(drivers, name), 'utf8')
          .split('\n')
          .flatMap((text, index) =>
            /^\s*(?:pr_(?:err|warn|info)|printk)\((?:KERN_\w+ )?"[^"]*[A-Za-z][^"]*"/.test(text)
              ? [`${name}:${index + 1}`]
              : [],
          ),
      )
      .filter((place) => !found.has(place));
    expect(missing).toEqual([]);
  });

  test('nearly all know their function', () => {
    const named = formats.filter(({ functionName }) => functionName !== undefined);
    expect(named.length / formats.length).toBeGreaterThan(0.98);
  });
});
