#!/usr/bin/env node
// lspbench: drives one or two language servers over stdio as an editor would
// and times what a user waits for. No dependencies; Node 20 or later; Linux for
// the memory and CPU figures (it reads /proc). `lspbench.mjs --help` for usage.

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync, existsSync } from 'node:fs';
import { resolve, basename, extname } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { cpus, loadavg } from 'node:os';

const HELP = `usage: lspbench.mjs --a 'COMMAND ...' [--b 'COMMAND ...'] --file FILE [options]
       lspbench.mjs --job job.json            (same names as the options, camelCase)

servers (A and B run in turn, A B A B, each round in a fresh process)
  --a CMD, --b CMD        command line, split on blanks; quotes "..." and '...' group
  --name-a N, --name-b N  names for the report (default: the command's base name)
  --init JSON             initializationOptions for both
  --config JSON           settings answered to workspace/configuration, by section
documents
  --root DIR              workspace folder (default: the first file's folder)
  --file FILE             may be given several times; opened one after the other
  --lang ID               languageId (default: from the file's ending)
what is asked
  --rounds N              rounds per server (5)
  --hovers N|all          hovers per file, spread evenly over its identifiers (200)
  --hover-at FILE         JSON [[line,character],...], zero-based, instead of identifiers
  --say A,B,...           identifiers whose hover text is kept in the JSON ("texts")
  --methods LIST          extra requests, timed --repeat times each
                          (documentSymbol,semanticTokens,foldingRange,definition,
                           completion,documentLink,codeLens,inlayHint; default the first two)
  --repeat N              repeats of each extra request (5)
  --keys N                keystrokes of the typing session (60; 0: none)
  --key-ms N              milliseconds between keystrokes (80)
  --type-at L:C           where to type, zero-based (default: after a ';' line at 60 %)
  --type-text TEXT        what to type (default: a C declaration on its own line)
  --error-text TEXT       text that makes an error, typed and removed to time
                          diagnostics one by one (default '@@ '; '' for none)
  --toggles N             how many such error on/off edits (10)
limits
  --timeout MS            per request (15000)   --diag-timeout MS  (5000)
  --settle MS             quiet time awaited after 'initialized' for servers
                          that register capabilities dynamically (400)
output
  --out FILE              full JSON here (default: standard output)
  --quiet                 no table on standard error
`;

// ---------------------------------------------------------------- small tools

const now = () => Number(process.hrtime.bigint()) / 1e6;
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const round2 = (x) => (typeof x === 'number' ? Math.round(x * 100) / 100 : x);

export function percentile(sorted, p) {
  if (!sorted.length) return null;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))];
}
export function spread(values) {
  const s = values.filter((v) => typeof v === 'number' && Number.isFinite(v)).sort((a, b) => a - b);
  if (!s.length) return null;
  const m = s.length % 2 ? s[(s.length - 1) / 2] : (s[s.length / 2 - 1] + s[s.length / 2]) / 2;
  return { min: round2(s[0]), median: round2(m), max: round2(s[s.length - 1]), n: s.length };
}
function distribution(values) {
  const s = [...values].sort((a, b) => a - b);
  if (!s.length) return null;
  return {
    n: s.length,
    min: round2(s[0]),
    p50: round2(percentile(s, 50)),
    p95: round2(percentile(s, 95)),
    p99: round2(percentile(s, 99)),
    max: round2(s[s.length - 1]),
    mean: round2(s.reduce((a, b) => a + b, 0) / s.length),
  };
}
export function splitCommand(line) {
  const words = [];
  const re = /"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+)/g;
  let m,
    last = -1;
  while ((m = re.exec(line))) {
    const w = m[1] !== undefined ? m[1].replace(/\\(.)/g, '$1') : (m[2] ?? m[3]);
    if (last === m.index && words.length) words[words.length - 1] += w;
    else words.push(w);
    last = re.lastIndex;
  }
  return words;
}
const LANG = {
  '.c': 'c',
  '.h': 'c',
  '.S': 'asm',
  '.s': 'asm',
  '.cc': 'cpp',
  '.cpp': 'cpp',
  '.json': 'json',
  '.sh': 'shellscript',
  '.ts': 'typescript',
  '.js': 'javascript',
  '.log': 'log',
  '.md': 'markdown',
};

// Positions of identifiers outside C comments, strings and #include lines.
export function identifiers(text) {
  const masked = text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, (s) =>
      s.replace(/[^\n]/g, ' '),
    )
    .replace(/^[ \t]*#[ \t]*include[^\n]*/gm, (s) => ' '.repeat(s.length));
  const out = [];
  const lines = masked.split('\n');
  for (let line = 0; line < lines.length; line++) {
    for (const m of lines[line].matchAll(/[A-Za-z_]\w*/g)) {
      if (
        /^(?:if|else|for|while|do|return|switch|case|break|continue|goto|static|const|struct|union|enum|void|sizeof|typedef|define|ifdef|ifndef|endif|undef|elif|include|defined|unsigned|signed|int|char|long|short|extern|inline|volatile|default|pragma)$/.test(
          m[0],
        )
      )
        continue;
      out.push({ line, character: m.index, word: m[0] });
    }
  }
  return out;
}
function spreadOver(list, n) {
  if (n === 'all' || n >= list.length) return list;
  const out = [];
  for (let i = 0; i < n; i++) out.push(list[Math.floor((i * list.length) / n)]);
  return out;
}

// ------------------------------------------------------------ /proc accounting

const TICK_MS = 10; // USER_HZ is 100 on Linux whatever the kernel's HZ

function procStat(pid) {
  try {
    const s = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const f = s.slice(s.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      ppid: +f[1],
      cpuMs: (+f[11] + +f[12]) * TICK_MS,
      reapedMs: (+f[13] + +f[14]) * TICK_MS,
    };
  } catch {
    return null;
  }
}
function processTree(root) {
  const all = new Map();
  try {
    for (const d of readdirSync('/proc'))
      if (/^\d+$/.test(d)) {
        const s = procStat(d);
        if (s) all.set((s.pid = +d), s);
      }
  } catch {
    return [];
  }
  const out = [],
    queue = [root];
  while (queue.length) {
    const pid = queue.pop(),
      s = all.get(pid);
    if (!s) continue;
    out.push(s);
    for (const c of all.values()) if (c.ppid === pid) queue.push(c.pid);
  }
  return out;
}
function usage(root) {
  const tree = processTree(root);
  if (!tree.length) return null;
  let cpuMs = 0,
    hwmSum = 0,
    hwmMax = 0,
    rss = 0;
  for (const p of tree) {
    cpuMs += p.cpuMs + p.reapedMs;
    try {
      const s = readFileSync(`/proc/${p.pid}/status`, 'latin1');
      const h = +(/VmHWM:\s+(\d+)/.exec(s)?.[1] ?? 0);
      hwmSum += h;
      hwmMax = Math.max(hwmMax, h);
      rss += +(/VmRSS:\s+(\d+)/.exec(s)?.[1] ?? 0);
    } catch {
      /* gone meanwhile */
    }
  }
  return {
    cpuMs,
    peakRssMb: round2(hwmMax / 1024),
    peakRssTreeMb: round2(hwmSum / 1024),
    rssMb: round2(rss / 1024),
    processes: tree.length,
  };
}
function machineCpu() {
  try {
    const f = readFileSync('/proc/stat', 'latin1')
      .split('\n')[0]
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return {
      idle: (f[3] + f[4]) * TICK_MS,
      steal: f[7] * TICK_MS,
      total: f.slice(0, 8).reduce((a, b) => a + b, 0) * TICK_MS,
    };
  } catch {
    return null;
  }
}

// ------------------------------------------------------------------- JSON-RPC

export class Server {
  constructor(argv, { cwd, env, timeoutMs = 15000, settings = null, folders = [] } = {}) {
    this.timeoutMs = timeoutMs;
    this.settings = settings;
    this.folders = folders;
    this.pending = new Map();
    this.nextId = 1;
    this.parts = [];
    this.have = 0;
    this.need = -1;
    this.listeners = new Set();
    this.dynamic = new Map();
    this.registrations = new Map();
    this.progress = new Set();
    this.seen = {};
    this.stderrTail = '';
    this.exit = null;
    this.spawnedAt = now();
    this.child = spawn(argv[0], argv.slice(1), {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.ended = new Promise((done) => {
      const over = (why) => {
        if (this.exit) return;
        this.exit = why;
        for (const p of this.pending.values()) {
          clearTimeout(p.timer);
          p.reject(new Error(`server ended: ${why}`));
        }
        this.pending.clear();
        done(why);
      };
      this.child.on('error', (e) => over(e.message));
      this.child.on('close', (code, sig) => over(sig ? `signal ${sig}` : `exit ${code}`));
    });
    this.child.stdin.on('error', () => {});
    this.child.stdout.on('data', (b) => this.#bytes(b));
    this.child.stderr.on('data', (b) => {
      this.stderrTail = (this.stderrTail + b.toString()).slice(-4000);
    });
  }
  #bytes(chunk) {
    this.parts.push(chunk);
    this.have += chunk.length;
    for (;;) {
      if (this.need < 0) {
        let buf = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
        this.parts = [buf];
        const end = buf.indexOf('\r\n\r\n');
        if (end < 0) return;
        const m = /content-length:\s*(\d+)/i.exec(buf.latin1Slice(0, end));
        buf = buf.subarray(end + 4);
        this.parts = [buf];
        this.have = buf.length;
        if (!m) continue;
        this.need = +m[1];
      }
      if (this.have < this.need) return;
      const buf = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
      const at = now();
      const body = buf.subarray(0, this.need),
        rest = buf.subarray(this.need);
      this.parts = rest.length ? [rest] : [];
      this.have = rest.length;
      this.need = -1;
      let msg = null;
      try {
        msg = JSON.parse(body.toString('utf8'));
      } catch {
        this.seen.badJson = (this.seen.badJson ?? 0) + 1;
      }
      if (msg) this.#message(msg, at, body.length);
      if (!this.have) return;
    }
  }
  #message(msg, at, bytes) {
    if (msg.method === undefined) {
      const p = this.pending.get(msg.id);
      if (!p) return;
      this.pending.delete(msg.id);
      clearTimeout(p.timer);
      if (msg.error)
        p.reject(
          Object.assign(new Error(msg.error.message), { code: msg.error.code, ms: at - p.at }),
        );
      else p.resolve({ result: msg.result ?? null, ms: at - p.at, at, bytes });
      return;
    }
    this.seen[msg.method] = (this.seen[msg.method] ?? 0) + 1;
    if (msg.id !== undefined && msg.id !== null) return this.#answer(msg);
    if (msg.method === '$/progress') {
      const k = msg.params?.value?.kind;
      if (k === 'begin') this.progress.add(msg.params.token);
      if (k === 'end') this.progress.delete(msg.params.token);
    }
    for (const l of Array.from(this.listeners)) l(msg.method, msg.params, at);
  }
  #answer(msg) {
    let result = null,
      error;
    switch (msg.method) {
      case 'workspace/configuration':
        result = (msg.params?.items ?? []).map(
          (i) => (i.section ? this.settings?.[i.section] : this.settings) ?? null,
        );
        break;
      case 'workspace/workspaceFolders':
        result = this.folders;
        break;
      case 'client/registerCapability':
        for (const r of msg.params?.registrations ?? []) {
          this.registrations.set(r.id, r.method);
          this.dynamic.set(r.method, r.registerOptions ?? {});
        }
        break;
      case 'client/unregisterCapability':
        for (const r of msg.params?.unregisterations ?? msg.params?.unregistrations ?? []) {
          this.dynamic.delete(this.registrations.get(r.id) ?? r.method);
        }
        break;
      case 'workspace/applyEdit':
        result = { applied: false };
        break;
      case 'window/showDocument':
        result = { success: false };
        break;
      case 'window/workDoneProgress/create':
      case 'window/showMessageRequest':
        break;
      default:
        if (!/^workspace\/\w+\/refresh$/.test(msg.method))
          error = { code: -32601, message: `lspbench does not answer ${msg.method}` };
    }
    this.#send(
      error ? { jsonrpc: '2.0', id: msg.id, error } : { jsonrpc: '2.0', id: msg.id, result },
    );
  }
  #send(o) {
    if (this.exit) return;
    const body = Buffer.from(JSON.stringify(o));
    this.child.stdin.write(
      Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'latin1'), body]),
    );
  }
  notify(method, params) {
    this.#send({ jsonrpc: '2.0', method, params });
  }
  request(method, params, timeoutMs = this.timeoutMs) {
    if (this.exit) return Promise.reject(new Error(`server ended: ${this.exit}`));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        this.notify('$/cancelRequest', { id });
        reject(
          Object.assign(new Error(`${method}: no answer in ${timeoutMs} ms`), { timedOut: true }),
        );
      }, timeoutMs);
      this.pending.set(id, { resolve, reject, timer, at: now() });
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
  }
  // First notification for which test(method, params) is true, or null in time.
  next(test, timeoutMs) {
    return new Promise((resolve) => {
      const done = (v) => {
        clearTimeout(t);
        this.listeners.delete(l);
        resolve(v);
      };
      const l = (method, params, at) => {
        if (test(method, params)) done({ params, at });
      };
      const t = setTimeout(() => done(null), timeoutMs);
      this.listeners.add(l);
      void this.ended.finally(() => done(null));
    });
  }
  can(cap, method) {
    const v = this.capabilities?.[cap];
    return (v !== undefined && v !== null && v !== false) || this.dynamic.has(method);
  }
  async stop() {
    let shutdownMs = null;
    try {
      shutdownMs = (await this.request('shutdown', undefined, 5000)).ms;
    } catch {
      /* killed below */
    }
    this.notify('exit');
    if (!(await Promise.race([this.ended, sleep(3000)]))) {
      for (const p of processTree(this.child.pid).reverse()) {
        try {
          process.kill(p.pid, 'SIGKILL');
        } catch {
          /* gone */
        }
      }
      await Promise.race([this.ended, sleep(2000)]);
      return { shutdownMs, killed: true, exit: this.exit };
    }
    return { shutdownMs, killed: false, exit: this.exit };
  }
}

const CLIENT = {
  general: { positionEncodings: ['utf-16'] },
  window: { workDoneProgress: true, showMessage: {}, showDocument: { support: false } },
  workspace: {
    applyEdit: true,
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    semanticTokens: { refreshSupport: true },
    symbol: {},
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
  },
  textDocument: {
    synchronization: { dynamicRegistration: true, didSave: true },
    hover: { dynamicRegistration: true, contentFormat: ['markdown', 'plaintext'] },
    completion: {
      dynamicRegistration: true,
      completionItem: { snippetSupport: true, documentationFormat: ['markdown'] },
    },
    definition: { dynamicRegistration: true, linkSupport: true },
    references: { dynamicRegistration: true },
    documentSymbol: { dynamicRegistration: true, hierarchicalDocumentSymbolSupport: true },
    documentLink: { dynamicRegistration: true },
    codeLens: { dynamicRegistration: true },
    foldingRange: { dynamicRegistration: true, lineFoldingOnly: true },
    inlayHint: { dynamicRegistration: true },
    publishDiagnostics: { versionSupport: true, relatedInformation: true },
    diagnostic: { dynamicRegistration: true },
    semanticTokens: {
      dynamicRegistration: true,
      formats: ['relative'],
      requests: { full: { delta: true }, range: true },
      tokenTypes: [
        'namespace',
        'type',
        'class',
        'enum',
        'struct',
        'typeParameter',
        'parameter',
        'variable',
        'property',
        'enumMember',
        'function',
        'method',
        'macro',
        'keyword',
        'modifier',
        'comment',
        'string',
        'number',
        'operator',
      ],
      tokenModifiers: ['declaration', 'definition', 'readonly', 'static', 'deprecated'],
    },
  },
};

// ------------------------------------------------------------------ one round

const EXTRA = {
  documentSymbol: ['documentSymbolProvider', (d) => ({ textDocument: d })],
  foldingRange: ['foldingRangeProvider', (d) => ({ textDocument: d })],
  documentLink: ['documentLinkProvider', (d) => ({ textDocument: d })],
  codeLens: ['codeLensProvider', (d) => ({ textDocument: d })],
  inlayHint: [
    'inlayHintProvider',
    (d, p, n) => ({
      textDocument: d,
      range: { start: { line: 0, character: 0 }, end: { line: n, character: 0 } },
    }),
  ],
  definition: ['definitionProvider', (d, p) => ({ textDocument: d, position: p })],
  completion: [
    'completionProvider',
    (d, p) => ({ textDocument: d, position: p, context: { triggerKind: 1 } }),
  ],
  semanticTokens: ['semanticTokensProvider', (d) => ({ textDocument: d })],
};

function hoverText(h) {
  if (!h || !h.contents) return '';
  const one = (c) => (typeof c === 'string' ? c : (c.value ?? ''));
  return Array.isArray(h.contents) ? h.contents.map(one).join('\n') : one(h.contents);
}

class Document {
  constructor(file, lang) {
    this.file = file;
    this.uri = pathToFileURL(file).href;
    this.lang = lang ?? LANG[extname(file)] ?? 'plaintext';
    this.text = readFileSync(file, 'utf8');
    this.version = 1;
    this.sentAt = new Map();
    this.lines = this.text.split('\n');
  }
  get id() {
    return { uri: this.uri };
  }
  offset(line, ch) {
    let o = 0;
    for (let i = 0; i < line; i++) o += this.lines[i].length + 1;
    return o + ch;
  }
}

function change(server, doc, start, end, text) {
  doc.version++;
  const s = doc.offset(start.line, start.character),
    e = doc.offset(end.line, end.character);
  doc.text = doc.text.slice(0, s) + text + doc.text.slice(e);
  doc.lines = doc.text.split('\n');
  const sync = server.capabilities?.textDocumentSync;
  const kind =
    typeof sync === 'number'
      ? sync
      : (sync?.change ?? server.dynamic.get('textDocument/didChange')?.syncKind ?? 0);
  const contentChanges = kind === 2 ? [{ range: { start, end }, text }] : [{ text: doc.text }];
  const at = now();
  doc.sentAt.set(doc.version, at);
  server.notify('textDocument/didChange', {
    textDocument: { uri: doc.uri, version: doc.version },
    contentChanges,
  });
  return at;
}

async function benchDocument(server, doc, o, shared) {
  const r = { file: doc.file, bytes: doc.text.length, lines: doc.lines.length };
  const ids = identifiers(doc.text);
  const places = o.hoverAt ?? spreadOver(ids, o.hovers);
  const notes = (r.notes = []);
  const hasHover = server.can('hoverProvider', 'textDocument/hover');
  const pulls = server.can('diagnosticProvider', 'textDocument/diagnostic');
  r.diagnosticsMode = pulls ? 'pull' : 'push';
  const ours = (m, p) => m === 'textDocument/publishDiagnostics' && p?.uri === doc.uri;
  const hover = (p) =>
    server.request('textDocument/hover', {
      textDocument: doc.id,
      position: { line: p.line, character: p.character },
    });

  // open; the first hover goes out at once, as it does when a user's mouse already rests on a word
  const firstPush = pulls ? null : server.next(ours, o.diagTimeout);
  const openAt = now();
  server.notify('textDocument/didOpen', {
    textDocument: { uri: doc.uri, languageId: doc.lang, version: 1, text: doc.text },
  });
  doc.sentAt.set(1, openAt);
  const firstPull = pulls
    ? server
        .request('textDocument/diagnostic', { textDocument: doc.id })
        .catch((e) => ({ error: e }))
    : null;
  if (hasHover && places.length) {
    try {
      const h = await hover(places[0]);
      r.firstHoverMs = h.at - openAt;
      if (shared.first) r.spawnToFirstHoverMs = h.at - server.spawnedAt;
      if (!hoverText(h.result)) notes.push('first hover was empty');
    } catch (e) {
      notes.push(`first hover: ${e.message}`);
    }
  } else notes.push(hasHover ? 'no place to hover' : 'no hover capability');
  if (pulls) {
    const d = await firstPull;
    if (d.error) notes.push(`first pull diagnostics: ${d.error.message}`);
    else {
      r.firstDiagnosticsMs = d.at - openAt;
      r.diagnostics = d.result?.items?.length ?? 0;
    }
  } else {
    const d = await firstPush;
    if (d) {
      r.firstDiagnosticsMs = d.at - openAt;
      r.diagnostics = d.params.diagnostics?.length ?? 0;
    } else notes.push('no diagnostics in time');
  }
  shared.first = false;

  // hover sweep
  if (hasHover && places.length) {
    const ms = [];
    let empty = 0,
      failed = 0,
      bytes = 0;
    for (const p of places) {
      try {
        const h = await hover(p);
        ms.push(h.ms);
        bytes += h.bytes;
        if (!hoverText(h.result)) empty++;
      } catch (e) {
        failed++;
        if (server.exit) throw e;
      }
    }
    r.hover = {
      ...distribution(ms),
      empty,
      failed,
      answered: ms.length - empty,
      meanBytes: Math.round(bytes / Math.max(1, ms.length)),
    };
    if (o.say?.length && shared.texts) {
      for (const word of o.say) {
        const [w, nth] = word.split('#');
        const p = ids.filter((i) => i.word === w)[(nth ?? 1) - 1];
        if (!p) continue;
        try {
          shared.texts[`${basename(doc.file)}:${word}`] = {
            line: p.line,
            character: p.character,
            text: hoverText((await hover(p)).result),
          };
        } catch (e) {
          shared.texts[`${basename(doc.file)}:${word}`] = { error: e.message };
        }
      }
    }
  }

  // extra requests
  for (const name of o.methods) {
    const e = EXTRA[name];
    if (!e) {
      notes.push(`unknown method ${name}`);
      continue;
    }
    const method =
      name === 'semanticTokens' ? 'textDocument/semanticTokens/full' : `textDocument/${name}`;
    if (!server.can(e[0], name === 'semanticTokens' ? 'textDocument/semanticTokens' : method)) {
      r[name] = null;
      continue;
    }
    const ms = [];
    let size = 0;
    for (let i = 0; i < o.repeat; i++) {
      const p = places.length
        ? places[Math.floor((i * places.length) / o.repeat)]
        : { line: 0, character: 0 };
      try {
        const a = await server.request(
          method,
          e[1](doc.id, { line: p.line, character: p.character }, doc.lines.length),
        );
        ms.push(a.ms);
        size =
          name === 'semanticTokens'
            ? (a.result?.data?.length ?? 0) / 5
            : ((a.result?.items ?? a.result)?.length ?? (a.result ? 1 : 0));
      } catch (err) {
        notes.push(`${name}: ${err.message}`);
        if (server.exit) throw err;
        break;
      }
    }
    r[name] = ms.length ? { firstMs: round2(ms[0]), ...distribution(ms), items: size } : null;
  }

  // typing
  const anchor =
    o.typeAt ??
    (() => {
      const from = Math.floor(doc.lines.length * 0.6);
      for (let i = 0; i < doc.lines.length; i++) {
        const k = (from + i) % doc.lines.length;
        if (/;\s*$/.test(doc.lines[k]))
          return { line: k, character: doc.lines[k].replace(/\r$/, '').length };
      }
      return { line: doc.lines.length - 1, character: doc.lines[doc.lines.length - 1].length };
    })();
  const before = places.find((p) => p.line < anchor.line) ?? places[0];

  if (o.keys > 0) {
    // paced: keystrokes keep coming whatever the server does
    const diagMs = [],
      hoverMs = [],
      pullMs = [],
      refused = {};
    let versionless = 0,
      lastSeen = doc.version,
      asked = 0,
      empty = 0;
    const owed = [];
    const listen = (m, p, at) => {
      if (!ours(m, p)) return;
      let v = p.version;
      if (v === undefined || v === null) {
        versionless++;
        v = doc.version;
      }
      for (let k = lastSeen + 1; k <= v; k++)
        if (doc.sentAt.has(k)) diagMs.push(at - doc.sentAt.get(k));
      lastSeen = Math.max(lastSeen, v);
    };
    server.listeners.add(listen);
    const text = o.typeText;
    let at = { ...anchor };
    const typed = [];
    const keys = Math.min(o.keys, text.length * 2);
    const t0 = now();
    for (let i = 0; i < keys; i++) {
      const wait = t0 + i * o.keyMs - now();
      if (wait > 0) await sleep(wait);
      if (i < text.length) {
        const c = text[i];
        change(server, doc, at, at, c);
        typed.push({ ...at });
        at =
          c === '\n'
            ? { line: at.line + 1, character: 0 }
            : { line: at.line, character: at.character + 1 };
      } else {
        const to = typed.pop();
        change(server, doc, to, at, '');
        at = to;
      }
      if (pulls)
        owed.push(
          server.request('textDocument/diagnostic', { textDocument: doc.id }).then(
            (d) => {
              if (d.result?.kind) pullMs.push(d.ms);
            },
            () => {},
          ),
        );
      if (hasHover && before && i % 4 === 3) {
        asked++;
        owed.push(
          hover(before).then(
            (h) => {
              hoverMs.push(h.ms);
              if (!hoverText(h.result)) empty++;
            },
            (e) => {
              const why = e.code !== undefined ? `${e.code} ${e.message}` : e.message;
              refused[why] = (refused[why] ?? 0) + 1;
            },
          ),
        );
      }
      if (server.exit) throw new Error(`server ended: ${server.exit}`);
    }
    while (typed.length) {
      const to = typed.pop();
      change(server, doc, to, at, '');
      at = to;
    }
    if (!pulls) {
      const want = doc.version;
      const until = now() + o.diagTimeout;
      for (;;) {
        if (lastSeen >= want || now() >= until || server.exit) break;
        await sleep(10);
      }
    }
    await Promise.all(owed);
    server.listeners.delete(listen);
    r.typing = {
      keys,
      keyMs: o.keyMs,
      hoverWhileTyping: distribution(hoverMs),
      hoverAsked: asked,
      hoverAnsweredPct: asked ? round2((100 * (hoverMs.length - empty)) / asked) : null,
      hoverRefused: refused,
      keyToDiagnostics: distribution(pulls ? pullMs : diagMs),
      versionless,
      neverReported: Math.max(0, doc.version - lastSeen),
    };
    if (!pulls && lastSeen < doc.version)
      notes.push('diagnostics for the last keystrokes never came');

    // one error on, one error off, each awaited
    if (o.errorText && o.toggles > 0) {
      const ms = [];
      let missed = 0;
      for (let i = 0; i < o.toggles && missed < 3; i++) {
        const to = { line: anchor.line, character: anchor.character + o.errorText.length };
        const heard = pulls
          ? null
          : server.next(
              (m, p) =>
                ours(m, p) &&
                (p.version === undefined || p.version === null || p.version >= doc.version),
              o.diagTimeout,
            );
        const t =
          i % 2 === 0
            ? change(server, doc, anchor, anchor, o.errorText)
            : change(server, doc, anchor, to, '');
        let got = null;
        if (pulls) {
          try {
            got = await server.request(
              'textDocument/diagnostic',
              { textDocument: doc.id },
              o.diagTimeout,
            );
          } catch {
            /* counted */
          }
        } else got = await heard;
        if (got) ms.push(got.at - t);
        else missed++;
        await sleep(30);
      }
      r.editToDiagnostics = ms.length ? { ...distribution(ms), missed } : { n: 0, missed };
    }
  }
  server.notify('textDocument/didClose', { textDocument: doc.id });
  return r;
}

async function runRound(spec, o, roundNo, texts) {
  const docs = o.files.map((f) => new Document(resolve(f), o.lang));
  const root = resolve(o.root ?? resolve(docs[0].file, '..'));
  const folders = [{ uri: pathToFileURL(root).href, name: basename(root) }];
  const m0 = machineCpu();
  const server = new Server(spec.argv, {
    cwd: root,
    env: spec.env,
    timeoutMs: o.timeout,
    settings: spec.config ?? o.config,
    folders,
  });
  const out = { server: spec.name, round: roundNo, load1: loadavg()[0], documents: [] };
  try {
    const init = await server.request('initialize', {
      processId: process.pid,
      clientInfo: { name: 'lspbench', version: '1' },
      locale: 'en',
      rootPath: root,
      rootUri: folders[0].uri,
      workspaceFolders: folders,
      capabilities: CLIENT,
      initializationOptions: spec.init ?? o.init ?? {},
      trace: 'off',
    });
    out.coldStartMs = init.at - server.spawnedAt;
    server.capabilities = init.result?.capabilities ?? {};
    out.serverInfo = init.result?.serverInfo ?? null;
    server.notify('initialized', {});
    if (
      server.capabilities.hoverProvider === undefined ||
      server.capabilities.textDocumentSync === undefined
    ) {
      const until = now() + o.settle;
      while (now() < until && !server.dynamic.has('textDocument/hover')) await sleep(5);
    }
    const u0 = usage(server.child.pid);
    out.rssAfterStartMb = u0?.rssMb ?? null;
    out.cpuAtStartMs = u0?.cpuMs ?? null;
    const shared = { first: true, texts };
    for (const d of docs) out.documents.push(await benchDocument(server, d, o, shared));
    const u = usage(server.child.pid);
    Object.assign(out, {
      peakRssMb: u?.peakRssMb ?? null,
      peakRssTreeMb: u?.peakRssTreeMb ?? null,
      processes: u?.processes ?? null,
      serverCpuMs: u?.cpuMs ?? null,
    });
    out.heard = server.seen;
    out.dynamic = [...server.dynamic.keys()];
  } catch (e) {
    out.error = e.message;
    out.stderr = server.stderrTail;
  }
  out.stop = await server.stop();
  const m1 = machineCpu();
  if (m0 && m1 && out.serverCpuMs !== undefined) {
    const total = m1.total - m0.total;
    out.machine = {
      busyPct: round2(100 * (1 - (m1.idle - m0.idle) / total)),
      stealPct: round2((100 * (m1.steal - m0.steal)) / total),
      othersPct: round2(
        Math.max(0, 100 * ((total - (m1.idle - m0.idle) - (out.serverCpuMs ?? 0)) / total)),
      ),
    };
  }
  return out;
}

// -------------------------------------------------------------------- summary

export function figures(roundResult) {
  const f = {};
  const put = (k, v) => {
    if (typeof v === 'number') f[k] = round2(v);
  };
  put('coldStartMs', roundResult.coldStartMs);
  put('peakRssMb', roundResult.peakRssTreeMb);
  put('serverCpuMs', roundResult.serverCpuMs);
  const many = roundResult.documents.length > 1;
  for (const d of roundResult.documents) {
    const k = (n) => (many ? `${basename(d.file)}/${n}` : n);
    put(k('spawnToFirstHoverMs'), d.spawnToFirstHoverMs);
    put(k('openToFirstHoverMs'), d.firstHoverMs);
    put(k('openToDiagnosticsMs'), d.firstDiagnosticsMs);
    for (const p of ['p50', 'p95', 'p99', 'max']) put(k(`hover.${p}`), d.hover?.[p]);
    put(k('hover.answered'), d.hover?.answered);
    for (const m of Object.keys(EXTRA)) {
      put(k(`${m}.first`), d[m]?.firstMs);
      put(k(`${m}.p50`), d[m]?.p50);
    }
    put(k('typing.hover.answeredPct'), d.typing?.hoverAnsweredPct);
    for (const p of ['p50', 'p99', 'max'])
      put(k(`typing.hover.${p}`), d.typing?.hoverWhileTyping?.[p]);
    for (const p of ['p50', 'p99'])
      put(k(`typing.keyToDiagnostics.${p}`), d.typing?.keyToDiagnostics?.[p]);
    for (const p of ['p50', 'p99']) put(k(`edit.toDiagnostics.${p}`), d.editToDiagnostics?.[p]);
  }
  return f;
}
export function summarise(rounds, names) {
  const by = Object.fromEntries(
    names.map((n) => [n, rounds.filter((r) => r.server === n && !r.error).map(figures)]),
  );
  const keys = [...new Set(Object.values(by).flat().flatMap(Object.keys))];
  const out = { servers: {}, failedRounds: rounds.filter((r) => r.error).length };
  for (const n of names) {
    out.servers[n] = {};
    for (const k of keys) {
      const s = spread(by[n].map((f) => f[k]));
      if (s) out.servers[n][k] = s;
    }
  }
  if (names.length === 2) {
    out.ratio = {};
    const [a, b] = names;
    for (const k of keys) {
      const pairs = [];
      for (let i = 0; i < Math.min(by[a].length, by[b].length); i++)
        if (by[b][i][k] && by[a][i][k] !== undefined) pairs.push(by[a][i][k] / by[b][i][k]);
      const s = spread(pairs);
      if (s) out.ratio[k] = s;
    }
  }
  return out;
}
function table(summary, names) {
  const cell = (s) => (s ? `${s.median} [${s.min}..${s.max}]` : '-');
  const keys = [...new Set(names.flatMap((n) => Object.keys(summary.servers[n])))];
  const rows = [['figure', ...names, ...(names.length === 2 ? [`${names[0]}/${names[1]}`] : [])]];
  for (const k of keys)
    rows.push([
      k,
      ...names.map((n) => cell(summary.servers[n][k])),
      ...(names.length === 2 ? [cell(summary.ratio?.[k])] : []),
    ]);
  const w = rows[0].map((_, i) => Math.max(...rows.map((r) => r[i].length)));
  return rows
    .map((r) =>
      r
        .map((c, i) => c.padEnd(w[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

// ----------------------------------------------------------------------- main

const DEFAULTS = {
  rounds: 5,
  hovers: 200,
  methods: ['documentSymbol', 'semanticTokens'],
  repeat: 5,
  keys: 60,
  keyMs: 80,
  typeText: '\nextern unsigned int lspbench;',
  errorText: '@@ ',
  toggles: 10,
  timeout: 15000,
  diagTimeout: 5000,
  settle: 400,
};

export function parseArgs(argv) {
  const o = { ...DEFAULTS, files: [], servers: [] };
  const pos = (s) => {
    const [l, c] = s.split(':').map(Number);
    return { line: l, character: c };
  };
  const side = { a: null, b: null },
    name = {};
  for (let i = 0; i < argv.length; i++) {
    const k = argv[i];
    const v = () => {
      if (i + 1 >= argv.length) throw new Error(`${k} wants a value`);
      return argv[++i];
    };
    switch (k) {
      case '--help':
      case '-h':
        o.help = true;
        break;
      case '--job':
        Object.assign(o, JSON.parse(readFileSync(v(), 'utf8')));
        break;
      case '--a':
        side.a = v();
        break;
      case '--b':
        side.b = v();
        break;
      case '--name-a':
        name.a = v();
        break;
      case '--name-b':
        name.b = v();
        break;
      case '--init':
        o.init = JSON.parse(v());
        break;
      case '--config':
        o.config = JSON.parse(v());
        break;
      case '--root':
        o.root = v();
        break;
      case '--file':
        o.files.push(v());
        break;
      case '--lang':
        o.lang = v();
        break;
      case '--rounds':
        o.rounds = +v();
        break;
      case '--hovers': {
        const n = v();
        o.hovers = n === 'all' ? 'all' : +n;
        break;
      }
      case '--hover-at':
        o.hoverAt = JSON.parse(readFileSync(v(), 'utf8')).map(([line, character]) => ({
          line,
          character,
        }));
        break;
      case '--say':
        o.say = v().split(',');
        break;
      case '--methods':
        o.methods = v().split(',').filter(Boolean);
        break;
      case '--repeat':
        o.repeat = +v();
        break;
      case '--keys':
        o.keys = +v();
        break;
      case '--key-ms':
        o.keyMs = +v();
        break;
      case '--type-at':
        o.typeAt = pos(v());
        break;
      case '--type-text':
        o.typeText = v().replace(/\\n/g, '\n');
        break;
      case '--error-text':
        o.errorText = v();
        break;
      case '--toggles':
        o.toggles = +v();
        break;
      case '--timeout':
        o.timeout = +v();
        break;
      case '--diag-timeout':
        o.diagTimeout = +v();
        break;
      case '--settle':
        o.settle = +v();
        break;
      case '--out':
        o.out = v();
        break;
      case '--quiet':
        o.quiet = true;
        break;
      default:
        throw new Error(`unknown option ${k}`);
    }
  }
  if (o.help) return o;
  for (const s of ['a', 'b']) if (side[s]) o.servers.push({ command: side[s], name: name[s] });
  o.servers = o.servers.map((s, i) => {
    const words = s.argv ?? splitCommand(s.command);
    return {
      ...s,
      argv: words,
      name:
        s.name ??
        `${'AB'[i]}:${basename(words[0] === 'node' || words[0] === process.execPath ? (words.find((w, j) => j && !w.startsWith('-')) ?? words[0]) : words[0])}`,
    };
  });
  if (!o.servers.length) throw new Error('no server: give --a');
  if (o.servers.length > 2) throw new Error('two servers at most');
  if (o.servers.length === 2 && o.servers[0].name === o.servers[1].name) {
    o.servers[0].name += ' (A)';
    o.servers[1].name += ' (B)';
  }
  if (!o.files.length) throw new Error('no document: give --file');
  const missing = o.files.find((file) => !existsSync(String(file)));
  if (missing !== undefined) throw new Error(`no such file: ${String(missing)}`);
  return o;
}

export async function bench(o, log = () => {}) {
  const rounds = [],
    texts = {};
  for (let n = 1; n <= o.rounds; n++) {
    for (const s of o.servers) {
      const t = n === 1 && o.say?.length ? (texts[s.name] = {}) : null;
      const r = await runRound(s, o, n, t);
      rounds.push(r);
      log(
        `round ${n} ${s.name}: ${r.error ? `FAILED ${r.error}` : `start ${round2(r.coldStartMs)} ms, others' CPU ${r.machine?.othersPct ?? '?'} %`}`,
      );
    }
  }
  const names = o.servers.map((s) => s.name);
  return {
    bench: 'lspbench',
    version: 1,
    when: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      node: process.version,
      load: loadavg().map(round2),
    },
    options: { ...o, servers: o.servers.map((s) => ({ name: s.name, argv: s.argv })) },
    summary: summarise(rounds, names),
    texts,
    rounds,
  };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  let o;
  try {
    o = parseArgs(process.argv.slice(2));
  } catch (e) {
    process.stderr.write(`lspbench: ${e.message}\n`);
    process.exit(2);
  }
  if (o.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const say = o.quiet ? () => {} : (s) => process.stderr.write(`${s}\n`);
  const result = await bench(o, say);
  if (!o.quiet)
    say(
      `\n${table(
        result.summary,
        o.servers.map((s) => s.name),
      )}`,
    );
  const json = JSON.stringify(result, null, 1);
  if (o.out) writeFileSync(o.out, `${json}\n`);
  else process.stdout.write(`${json}\n`);
  process.exit(result.summary.failedRounds ? 1 : 0);
}
