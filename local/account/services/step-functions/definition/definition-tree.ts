import type { Json } from "./definition";

/**
 * Takes one fault of a definition; `location` is a JSON pointer such as `/States/Train/Arguments`.
 */
export type Report = (message: string, location: string, code?: string) => void;

/** A JSON object of the definition whose members are not known to be right yet. */
export type Raw = Readonly<Record<string, Json>>;
export const isRaw = (value: unknown): value is Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every state of a definition with its location, those inside Parallel and Map included. */
export function* statesOf(machine: Raw, location = ""): Iterable<{ name: string; state: Raw; location: string }> {
  for (const [name, state] of Object.entries(isRaw(machine.States) ? machine.States : {})) {
    if (!isRaw(state)) continue;
    const path = `${location}/States/${name}`;
    yield { name, state, location: path };
    for (const inner of machinesIn(state, path)) yield* statesOf(inner.machine, inner.location);
  }
}

/** The machines inside a Parallel or Map state. */
export function machinesIn(state: Raw, location: string): { machine: Raw; location: string }[] {
  const inner: { machine: Raw; location: string }[] = [];
  if (state.Type === "Parallel" && Array.isArray(state.Branches)) {
    state.Branches.forEach((branch: Json, i) => {
      if (isRaw(branch)) inner.push({ machine: branch, location: `${location}/Branches[${i}]` });
    });
  }
  if (state.Type === "Map" && isRaw(state.ItemProcessor)) {
    inner.push({ machine: state.ItemProcessor, location: `${location}/ItemProcessor` });
  }
  return inner;
}
