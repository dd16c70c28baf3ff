import type { FunctionFacts } from './facts.ts';
import type { Role } from './model.ts';
import type { DriverView, FunctionView } from './view.ts';

const frontendCall =
  /RING_HAS_UNCONSUMED_RESPONSES|RING_FINAL_CHECK_FOR_RESPONSES|RING_PUSH_REQUESTS|FRONT_RING_|RING_FULL|RING_FREE_REQUESTS|RING_(?:GET|COPY)_RESPONSE|RING_RESPONSE_PROD_OVERFLOW|_ring_get_response$/;
const backendCall =
  /RING_HAS_UNCONSUMED_REQUESTS|RING_FINAL_CHECK_FOR_REQUESTS|RING_PUSH_RESPONSES|BACK_RING_|RING_(?:GET|COPY)_REQUEST|RING_REQUEST_(?:CONS|PROD)_OVERFLOW|_ring_push_response$/;
const frontendPath = /(?:^|\.)(?:req_prod_pvt|rsp_cons)\b/;
const backendPath = /(?:^|\.)(?:rsp_prod_pvt|req_cons)\b/;
const frontendType = /front_?ring|frontend|_front\b|front_info|netfront|blkfront/i;
const backendType = /back_?ring|backend|_back\b|xen_blkif|blkback|netback|xenvif/i;

/** Gives every function the side it serves: by its own macros, its types, its callers and callees, then the file. */
export function assignRoles(file: DriverView): void {
  for (const view of file.functions) view.role = roleOfBody(view.facts);
  for (let round = 0; round < 2; round++)
    for (const view of file.functions)
      if (view.role === 'either') view.role = roleOfNeighbours(view, file);
  const roles = new Set(file.functions.map((view) => view.role));
  roles.delete('either');
  const only = roles.size === 1 ? [...roles][0] : undefined;
  if (only) for (const view of file.functions) view.role = only;
}

const rolesOfBodies = new WeakMap<FunctionFacts, Role>();

function roleOfBody(facts: FunctionFacts): Role {
  const known = rolesOfBodies.get(facts) ?? readRole(facts);
  rolesOfBodies.set(facts, known);
  return known;
}

function readRole(facts: FunctionFacts): Role {
  let front = 0;
  let back = 0;
  for (const call of facts.calls) {
    const ownIndex = call.args.some((arg) =>
      /_prod/.test(facts.body.text.slice(arg.start, arg.end)),
    );
    if (/RING_GET_RE(?:QUEST|SPONSE)$/.test(call.callee) && ownIndex) {
      if (call.callee.endsWith('REQUEST')) front++;
      else back++;
    } else if (frontendCall.test(call.callee)) front++;
    else if (backendCall.test(call.callee)) back++;
  }
  for (const access of facts.accesses) {
    if (frontendPath.test(access.path)) front++;
    if (backendPath.test(access.path)) back++;
  }
  if (front === 0 && back === 0)
    for (const variable of facts.variables.values()) {
      if (frontendType.test(variable.type)) front++;
      if (backendType.test(variable.type)) back++;
    }
  if (front > 2 * back) return 'frontend';
  if (back > 2 * front) return 'backend';
  return 'either';
}

function roleOfNeighbours(view: FunctionView, file: DriverView): Role {
  const roles = new Set<Role>();
  for (const caller of view.callers) roles.add(caller.view.role);
  if (roles.size === 0)
    for (const call of view.facts.calls) {
      const callee = file.byName.get(call.callee);
      if (callee) roles.add(callee.role);
    }
  roles.delete('either');
  return roles.size === 1 ? ([...roles][0] ?? 'either') : 'either';
}
