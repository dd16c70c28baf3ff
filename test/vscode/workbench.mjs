// The workbench as a person sees it: selectors and gestures, none of them ours.
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
/** How long one hover may take until its last part is there, before the mouse tries again. */
const HOVER_MS = 6000;

export class Workbench {
  constructor(page) {
    this.page = page;
    this.quickInput = page.locator('.quick-input-widget');
  }

  /** The text editor of a file, by the end of its URI. */
  editor(name) {
    return this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`).first();
  }

  async focusEditor(name) {
    await this.editor(name).locator('.native-edit-context, textarea.inputarea').first().focus();
  }

  /** Runs a command by its full title from the palette, which is asked again until it knows the command. */
  async run(title) {
    await this.choose('F1', `>${title}`, title);
  }

  /** Opens a file of the workspace, or any absolute path, in its text editor. */
  async open(file, name = file.split('/').pop()) {
    await this.pick(file, name);
    await this.editor(name).waitFor();
  }

  /** Opens a file in whatever editor it has, through quick open, which is asked again until it lists the file. */
  async pick(file, name = file.split('/').pop()) {
    await this.choose('Control+p', file, name);
  }

  /** Brings up the quick input by a key, types, and takes the row with a text. */
  async choose(key, typed, text) {
    const row = this.quickInput.locator('.monaco-list-row', { hasText: text }).first();
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      await this.page.keyboard.press(key);
      const listed = await this.quickInput
        .locator('input')
        .fill(typed, { timeout: 3000 })
        .then(() => row.waitFor({ timeout: 3000 }))
        .then(
          () => true,
          () => false,
        );
      if (listed) return row.click();
      if (Date.now() > deadline) throw new Error(`the quick input has no "${text}" for ${typed}`);
      await this.page.keyboard.press('Escape');
    }
  }

  /** Takes a colour theme by its label. */
  async theme(label) {
    await this.run('Preferences: Color Theme');
    const row = (text) => this.quickInput.locator('.monaco-list-row', { hasText: text }).first();
    await row('Dark Modern').waitFor();
    await this.quickInput.locator('input').fill(label);
    await row(label).click();
  }

  /** Puts the caret at a one-based line and column of the active editor. */
  async goTo(line, column = 1) {
    await this.page.keyboard.press('Control+g');
    await this.quickInput.waitFor();
    await this.quickInput.locator('input').fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** The popup of a hover that shows. */
  hover() {
    return this.page.locator('.monaco-hover:not(.hidden)').first();
  }

  /**
   * Hovers a word of a line with the mouse, moving away and back until a popup holds each of the texts:
   * the layout may still be moving, and the parts of a hover (problems, types, rules) arrive one by one.
   * Answers the whole popup's text.
   */
  async hoverWord(name, lineText, word, ...texts) {
    const line = this.editor(name).locator('.view-line', { hasText: lineText }).first();
    const deadline = Date.now() + PATIENCE_MS;
    let shown = '';
    while (Date.now() < deadline) {
      const at = await line.evaluate(placeOfWord, word);
      if (!at) throw new Error(`no "${word}" in the line "${lineText}"`);
      await this.page.mouse.move(at.away, at.y);
      await this.page.mouse.move(at.x - 2, at.y);
      await this.page.mouse.move(at.x, at.y);
      const settled = Date.now() + HOVER_MS;
      do {
        shown = await this.hover()
          .innerText({ timeout: 500 })
          .then(
            (text) => text.replaceAll('\u00a0', ' '),
            () => '',
          );
        if (shown && texts.every((text) => shown.includes(text))) {
          await this.hover().evaluate(fadedIn);
          return shown;
        }
        await pause(100);
      } while (Date.now() < settled);
    }
    throw new Error(`no hover with ${texts.join(', ')} over "${word}"; last seen: ${shown}`);
  }

  /** Shows the Problems panel and waits for a row with that text; answers the rows as a screen reader hears them. */
  async problems(text = '') {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) await this.page.keyboard.press('Control+Shift+m');
    await panel.waitFor();
    await panel.locator('.monaco-list-row', { hasText: text }).first().waitFor();
    return panel
      .locator('.monaco-list-row')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')));
  }

  /** Opens the menu of code actions at the caret, again until it offers one with that text; answers the menu. */
  async codeActions(text) {
    const menu = this.page.locator('.action-widget');
    const wanted = menu.locator('.monaco-list-row', { hasText: text }).first();
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      await this.page.keyboard.press('Control+.');
      const isThere = await wanted.waitFor({ timeout: HOVER_MS }).then(
        () => true,
        () => false,
      );
      if (isThere) return menu;
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`no code action with "${text}"`);
  }

  notification(text) {
    return this.page.locator('.notification-toast .notification-list-item-message', {
      hasText: text,
    });
  }

  /** A panel's own document: the visible webview frame in which the selector is found. */
  async webview(selector) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      for (const frame of this.page.frames()) {
        // A stand-in page that the webview's service worker serves.
        if (!/\/fake\.html\?/.test(frame.url()) || frame.isDetached()) continue;
        const visible = await frame
          .locator(selector)
          .first()
          .isVisible()
          .catch(() => false);
        if (visible) return frame;
      }
      if (Date.now() > deadline) throw new Error(`no webview shows ${selector}`);
      await pause(100);
    }
  }
}

/** Runs in the page: the middle of a word of a line, and a place beside the line's text. */
function placeOfWord(line, word) {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const start = node.data.indexOf(word);
    if (start < 0) continue;
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, start + word.length);
    const box = range.getBoundingClientRect();
    const away = line.getBoundingClientRect().right - 5;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2, away };
  }
  return undefined;
}

/** Runs in the page: waits for the animations of an element and of what it stands in. */
async function fadedIn(element) {
  const ours = document.getAnimations().filter(({ effect }) => effect?.target?.contains(element));
  await Promise.allSettled(ours.map((animation) => animation.finished));
}
