import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

interface ButtonProps {
  readonly label: string;
  readonly onPress: () => void;
  /** What is drawn instead of the label, which then stays as the accessible name and tooltip. */
  readonly children?: ComponentChildren;
  readonly tone?: 'primary' | 'secondary';
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly title?: string;
}

export function Button(props: ButtonProps): JSX.Element {
  const { label, children, tone = 'secondary', pressed } = props;
  return (
    <button
      type="button"
      class={tone === 'primary' ? 'button primary' : 'button'}
      aria-label={children === undefined ? undefined : label}
      aria-pressed={pressed}
      title={props.title ?? (children === undefined ? undefined : label)}
      disabled={props.disabled ?? false}
      onClick={props.onPress}
    >
      {children ?? label}
    </button>
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly Choice<T>[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
}

export function Select<T extends string>(props: SelectProps<T>): JSX.Element {
  return (
    <select
      class="select"
      aria-label={props.label}
      title={props.label}
      value={props.value}
      disabled={props.disabled ?? false}
      onChange={(event) => props.onChange(event.currentTarget.value as T)}
    >
      {props.choices.map((choice) => (
        <option key={choice.value} value={choice.value} selected={choice.value === props.value}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
}

/** A whole number within bounds; anything else leaves the last good value. */
export function NumberField(props: NumberFieldProps): JSX.Element {
  const commit = (event: JSX.TargetedEvent<HTMLInputElement>): void => {
    const input = event.currentTarget;
    const value = Math.round(Number(input.value));
    if (input.value !== '' && value >= props.min && value <= props.max) props.onChange(value);
    else input.value = String(props.value);
  };
  return (
    <label class="field">
      <span>{props.label}</span>
      <input
        type="number"
        min={props.min}
        max={props.max}
        step={props.step ?? 1}
        value={props.value}
        onChange={commit}
      />
    </label>
  );
}

interface CheckboxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Checkbox(props: CheckboxProps): JSX.Element {
  return (
    <label class="field checkbox">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}

interface TabsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly tabs: readonly Choice<T>[];
  readonly onChange: (value: T) => void;
  /** The panel of the selected tab. */
  readonly children: ComponentChildren;
}

/** Tabs with roving focus: arrows move, Home and End jump. */
export function Tabs<T extends string>(props: TabsProps<T>): JSX.Element {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = props.tabs.findIndex((tab) => tab.value === props.value);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: props.tabs.length - 1 }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const index = (next + props.tabs.length) % props.tabs.length;
    const tab = props.tabs[index];
    if (tab === undefined) return;
    props.onChange(tab.value);
    (list.current?.children[index] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="tabbed">
      <div class="tabs" role="tablist" aria-label={props.label} ref={list} onKeyDown={move}>
        {props.tabs.map((tab) => (
          <button
            key={tab.value}
            type="button"
            role="tab"
            class="tab"
            id={`${base}-${tab.value}`}
            aria-selected={tab.value === props.value}
            aria-controls={`${base}-panel`}
            tabIndex={tab.value === props.value ? 0 : -1}
            onClick={() => props.onChange(tab.value)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div
        class="tab-panel"
        role="tabpanel"
        tabIndex={0}
        id={`${base}-panel`}
        aria-labelledby={`${base}-${props.value}`}
      >
        {props.children}
      </div>
    </div>
  );
}

export interface MenuItem {
  readonly label: string;
  readonly onChoose: () => void;
}

/** A button that opens a list of actions; arrows move, Escape closes and gives the focus back. */
export function MenuButton(props: {
  readonly label: string;
  readonly items: readonly MenuItem[];
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const entries = (): HTMLElement[] => [
    ...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []),
  ];
  const close = (giveFocusBack: boolean): void => {
    setOpen(false);
    if (giveFocusBack) button.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    entries()[0]?.focus();
    const outside = (event: Event): void => {
      if (!(root.current?.contains(event.target as Node) ?? false)) close(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const keys = (event: KeyboardEvent): void => {
    if (!open) return;
    event.stopPropagation();
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape') close(true);
    else if (event.key === 'Tab') setOpen(false);
    else if (event.key === 'ArrowDown') all[(at + 1) % all.length]?.focus();
    else if (event.key === 'ArrowUp') all[(at - 1 + all.length) % all.length]?.focus();
    else return;
    if (event.key !== 'Tab') event.preventDefault();
  };
  return (
    <div class="menu" ref={root} onKeyDown={keys}>
      <button
        type="button"
        class="button"
        ref={button}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {props.label} <span aria-hidden="true">▾</span>
      </button>
      {open && (
        <div class="menu-list" role="menu" aria-label={props.label}>
          {props.items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close(true);
                item.onChoose();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog over the browser's own element: focus trap, Escape and the return of focus come with it. */
export function Dialog(props: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={title}
      onClose={props.onClose}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h1 id={title} class="dialog-title">
        {props.title}
      </h1>
      {props.children}
      <p class="dialog-actions">
        <Button label="Close" onPress={props.onClose} />
      </p>
    </dialog>
  );
}

/** Groups digits with a narrow no-break space: 1 284, 16 777 216. */
export function grouped(value: number | bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+(?!\d))/gu, '\u202f');
}

/** True when a key press belongs to the control that has the focus, not to the panel. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return target !== null && /^(?:INPUT|SELECT|TEXTAREA)$/u.test(target.tagName);
}
