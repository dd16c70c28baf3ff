// stands in for @vscode/spdlog's native binding: same exports, plain append to the file
const fs = require('fs'),
  path = require('path');
const NAMES = ['trace', 'debug', 'info', 'warn', 'error', 'critical', 'off'];
class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = 2;
    this.raw = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.fd = fs.openSync(file, 'a');
  }
  _w(i, m) {
    if (i < this.level || this.fd === undefined) return;
    try {
      fs.writeSync(
        this.fd,
        this.raw
          ? m
          : `${new Date().toISOString().replace('T', ' ').slice(0, 23)} [${NAMES[i] === 'warn' ? 'warning' : NAMES[i]}] ${m}\n`,
      );
    } catch {}
  }
  setLevel(l) {
    this.level = l;
  }
  getLevel() {
    return this.level;
  }
  setPattern() {}
  clearFormatters() {
    this.raw = true;
  }
  flush() {}
  flushOn() {}
  drop() {
    if (this.fd !== undefined) fs.closeSync(this.fd);
    this.fd = undefined;
  }
}
NAMES.slice(0, 6).forEach((n, i) => {
  Logger.prototype[n] = function (m) {
    this._w(i, m);
  };
});
const make = (t) => async (n, f) => new Logger(t, n, f);
// one assignment a line: VS Code does import('@vscode/spdlog'), and Node finds a CommonJS module's names only in this form
exports.version = 'shim';
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = make('rotating');
exports.createAsyncRotatingLogger = make('rotating_async');
