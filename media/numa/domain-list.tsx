import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Plan, PlannedVm } from '#core/numa';
import { Button } from '../shared/controls.tsx';
import { hueClass, letterOf, mib, nodesName, placeName, vcpuCount } from './labels.ts';
import type { MoveControl } from './use-move.ts';

interface DomainListProps {
  readonly plan: Plan;
  readonly selected: string | undefined;
  readonly moving: MoveControl;
  readonly onSelect: (key: string) => void;
  readonly onNew: () => void;
}

/** All domains, the new ones last; a row is dragged to a node, or moved with M. */
export function DomainList(props: DomainListProps): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (list.current !== null) showSelected(list.current);
  }, [props.selected, props.plan]);
  const { plan, moving } = props;
  const keys = (event: KeyboardEvent, index: number): void => {
    if (moving.key(event)) return;
    const vm = plan.vms[index]!;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const next = plan.vms[(index + step + plan.vms.length) % plan.vms.length]!;
      props.onSelect(next.key);
      focusRow(event, (index + step + plan.vms.length) % plan.vms.length);
    } else if (event.key === 'm' || event.key === 'M') moving.begin(vm);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const firstSelected = plan.vms.some((vm) => vm.key === props.selected);
  return (
    <section class="domains" aria-labelledby="domains-title">
      <div class="section-head">
        <h2 id="domains-title">Domains</h2>
        <Button label="New domain" title="Add a domain to place" onPress={props.onNew}>
          + new
        </Button>
      </div>
      <ul class="domain-rows" ref={list}>
        {plan.vms.map((vm, index) => (
          <li key={vm.key}>
            <button
              type="button"
              class={rowClass(vm, props)}
              aria-pressed={vm.key === props.selected}
              aria-describedby="move-help"
              tabIndex={vm.key === props.selected || (!firstSelected && index === 0) ? 0 : -1}
              data-domain={vm.key}
              onClick={() => props.onSelect(vm.key)}
              onPointerDown={(event) => moving.press(event, vm)}
              onKeyDown={(event) => keys(event, index)}
            >
              <span class={`letter filled-box ${hueClass(index)}`} aria-hidden="true">
                {letterOf(index)}
              </span>
              <span class="domain-name" title={vm.name}>
                {vm.name}
              </span>
              <span class="quiet domain-size">
                {`${vcpuCount(vm.vcpus.length || (vm.guest.maxVcpus ?? 0))} · ${mib(vm.guest.memoryKib)}`}
              </span>
              <Badges vm={vm} />
            </button>
          </li>
        ))}
      </ul>
      <p id="move-help" class="visually-hidden">
        Press M to move the domain to other nodes.
      </p>
    </section>
  );
}

function rowClass(vm: PlannedVm, { selected, moving }: DomainListProps): string {
  const classes = ['domain-row', vm.isNew ? 'new' : ''];
  if (vm.key === selected) classes.push('selected');
  if (moving.move?.key === vm.key) classes.push('moving');
  if (vm.state === 'removed') classes.push('gone');
  return classes.join(' ');
}

function focusRow(event: KeyboardEvent, index: number): void {
  const list = (event.currentTarget as HTMLElement).closest('ul');
  const row = list?.children[index]?.querySelector('button');
  // The row gets its tabindex with the next paint.
  requestAnimationFrame(() => row?.focus());
}

function Badges({ vm }: { readonly vm: PlannedVm }): JSX.Element {
  const traps = vm.traps.length + (vm.problem === undefined ? 0 : 1);
  const verb = vm.isNew && !vm.isMovedByHand && vm.state === 'placed' ? 'to ' : '';
  return (
    <span class="badges">
      {traps > 0 && (
        <span class="badge trap" title={vm.problem ?? vm.traps[0]?.sentence}>
          {`△ ${traps}`}
          <span class="visually-hidden"> {traps === 1 ? 'trap' : 'traps'}</span>
        </span>
      )}
      <span class={`badge ${vm.isMovedByHand ? 'by-hand' : vm.state === 'placed' ? 'placed' : ''}`}>
        {`${vm.isMovedByHand ? '✎ ' : verb}${placeName(vm)}`}
      </span>
      {vm.isMovedByHand && vm.engineNodes !== undefined && (
        <span class="visually-hidden">{`by hand; the engine would take ${nodesName(vm.engineNodes)}`}</span>
      )}
    </span>
  );
}

/** Scrolls the list alone: `scrollIntoView` would move the panel around it too. */
function showSelected(list: HTMLElement): void {
  const row = list.querySelector('.selected')?.getBoundingClientRect();
  if (row === undefined) return;
  const view = list.getBoundingClientRect();
  if (row.top < view.top) list.scrollTop -= view.top - row.top;
  else if (row.bottom > view.bottom) list.scrollTop += row.bottom - view.bottom;
}
