import { ownValue } from "../../../aws/record";
import { isRaw, machinesIn, type Raw, type Report, statesOf } from "./definition-tree";

/**
 * Checks that transitions lead to states that exist, that every state can be reached, and that the
 * machine can end.
 */
export function checkGraph(definition: Raw, report: Report): void {
  checkTransitions(definition, "", report);
  const names = new Set<string>();
  for (const { name, location } of statesOf(definition)) {
    if (names.has(name)) report(`Duplicate state name: ${name}`, location, "DUPLICATE_STATE_NAME");
    names.add(name);
  }
  checkVariables(definition, "", new Set(), report);
}

function checkTransitions(machine: Raw, location: string, report: Report): void {
  const states = machine.States as Readonly<Record<string, Raw>>;
  const reached = new Set<string>();
  // A list and not recursion: a definition of a megabyte can have ten thousand states in one row.
  const open: [target: unknown, path: string][] = [[machine.StartAt, `${location}/StartAt`]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [target, path] = next;
    if (typeof target !== "string") continue;
    const state = ownValue(states, target);
    if (!state) {
      const field = path.slice(path.lastIndexOf("/") + 1);
      report(`Missing '${field}' target: ${target}`, path, "MISSING_TRANSITION_TARGET");
      continue;
    }
    if (reached.has(target)) continue;
    reached.add(target);
    open.push(...targetsOf(state, `${location}/States/${target}`).reverse());
  }
  for (const [name, state] of Object.entries(states)) {
    const path = `${location}/States/${name}`;
    if (!reached.has(name)) report(`State "${name}" is not reachable`, path, "MISSING_TRANSITION_TARGET");
    for (const inner of machinesIn(state, path)) checkTransitions(inner.machine, inner.location, report);
  }
  const ends = [...reached].some((name) => {
    const state = ownValue(states, name);
    return state?.End === true || state?.Type === "Succeed" || state?.Type === "Fail";
  });
  if (!ends) report("No terminal state defined", location || "/", "MISSING_END_STATE");
}

function targetsOf(state: Raw, location: string): [unknown, string][] {
  const targets: [unknown, string][] = [
    [state.Next, `${location}/Next`],
    [state.Default, `${location}/Default`],
  ];
  for (const list of ["Choices", "Catch"]) {
    const items = ownValue(state, list);
    if (!Array.isArray(items)) continue;
    items.forEach((item: unknown, i) => {
      if (isRaw(item)) targets.push([item.Next, `${location}/${list}[${i}]/Next`]);
    });
  }
  return targets;
}

/**
 * A variable of an outer machine cannot be set inside a Parallel or Map, nor can its name be used
 * again there (AWS Developer Guide, "Variable scope").
 */
function checkVariables(machine: Raw, location: string, outer: ReadonlySet<string>, report: Report): void {
  const own = new Set(outer);
  const states = Object.entries(machine.States as Readonly<Record<string, Raw>>);
  for (const [name, state] of states) {
    for (const [variable, path] of assignedIn(state, `${location}/States/${name}`)) {
      if (outer.has(variable)) {
        report(`The variable '${variable}' belongs to an outer scope: choose another name`, path);
      }
      own.add(variable);
    }
  }
  for (const [name, state] of states) {
    for (const inner of machinesIn(state, `${location}/States/${name}`)) {
      checkVariables(inner.machine, inner.location, own, report);
    }
  }
}

function* assignedIn(state: Raw, location: string): Iterable<[variable: string, location: string]> {
  const holders: [unknown, string][] = [[state, location]];
  for (const list of ["Choices", "Catch"]) {
    const items = ownValue(state, list);
    if (!Array.isArray(items)) continue;
    for (const [i, item] of items.entries()) holders.push([item, `${location}/${list}[${i}]`]);
  }
  for (const [holder, path] of holders) {
    if (!isRaw(holder) || !isRaw(holder.Assign)) continue;
    for (const variable of Object.keys(holder.Assign)) yield [variable, `${path}/Assign/${variable}`];
  }
}
