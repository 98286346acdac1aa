import { Worker } from "node:worker_threads";
import type { Json } from "./definition";
import { isRaw, machinesIn, type Raw } from "./definition-tree";

/** A fault that the validator found. */
export interface Opinion {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly location: string | undefined;
}

/**
 * Limits of what the validator gets: its time doubles with every Parallel or Map inside another, so that three
 * kilobytes would take it minutes. Larger definitions get only the account's own checks.
 */
const deepest = 6;
const mostStates = 500;
/**
 * Real milliseconds, in case a small definition still takes long; on a busy machine the validator alone takes seconds to
 * load.
 */
const longest = 60_000;

/** Runs in the thread: loads the validator, which is slow to load, once. */
const source = `
  const { parentPort, workerData } = require("node:worker_threads");
  const validate = require(workerData);
  parentPort.on("message", ({ id, text }) => {
    const { errors } = validate(JSON.parse(text));
    parentPort.postMessage({
      id,
      opinions: errors.map((error) => ({
        code: error["Error code"],
        message: error.Message ?? error.message,
        location: error.schemaError?.instancePath,
      })),
    });
  });
`;

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, (opinions: readonly Opinion[]) => void>;
}

let thread: Thread | undefined;
let asked = 0;

/** The faults that asl-validator finds in a definition, in a separate thread: it would block the account. */
export async function checkWithLibrary(definition: Raw): Promise<readonly Opinion[]> {
  if (!isSmall(definition)) return [];
  const { worker, waiting } = thread ?? startThread();
  const id = asked++;
  return new Promise((resolve) => {
    const timer = setTimeout(() => worker.terminate(), longest);
    waiting.set(id, (opinions) => {
      clearTimeout(timer);
      waiting.delete(id);
      if (waiting.size === 0) worker.unref();
      resolve(opinions);
    });
    worker.ref();
    worker.postMessage({ id, text: JSON.stringify(withoutTemplates(definition)) });
  });
}

function startThread(): Thread {
  const worker = new Worker(source, { eval: true, workerData: require.resolve("asl-validator"), execArgv: [] });
  const waiting: Thread["waiting"] = new Map();
  worker.on("message", ({ id, opinions }: { id: number; opinions: readonly Opinion[] }) => waiting.get(id)?.(opinions));
  // Ended by the time limit or by an error of the validator: the definition gets no second opinion.
  worker.on("error", () => undefined);
  worker.on("exit", () => {
    if (thread?.worker === worker) thread = undefined;
    for (const answer of [...waiting.values()]) answer([]);
  });
  thread = { worker, waiting };
  return thread;
}

/** Counts no further than the limits. */
function isSmall(definition: Raw): boolean {
  let states = 0;
  const fits = (machine: Raw, depth: number): boolean =>
    depth <= deepest &&
    Object.values((machine.States ?? {}) as Readonly<Record<string, Raw>>).every(
      (state) => ++states <= mostStates && machinesIn(state, "").every((inner) => fits(inner.machine, depth + 1)),
    );
  return fits(definition, 0);
}

/** Fields that take any JSON, of which the validator knows only some forms. */
const templates = new Set(["Output", "Arguments", "Items", "ItemSelector", "Condition", "Assign"]);
const onlyDistributed = new Set(["ToleratedFailureCount", "ToleratedFailurePercentage"]);

/** The definition with an expression in place of each template: the contents of the templates were checked before. */
function withoutTemplates(machine: Raw): Raw {
  if (!isRaw(machine.States)) return machine;
  const states = Object.entries(machine.States).map(([name, state]) => [name, stateWithoutTemplates(state)]);
  return { ...machine, States: Object.fromEntries(states) };
}

function stateWithoutTemplates(state: Json): Json {
  if (!isRaw(state)) return state;
  const kept = Object.entries(state).filter(([name]) => !onlyDistributed.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, fieldWithoutTemplates(name, value)]));
}

function fieldWithoutTemplates(name: string, value: Json): Json {
  if (name === "Assign") return { variable: "{% 1 %}" };
  if (templates.has(name)) return "{% [] %}";
  if (name === "ItemProcessor" && isRaw(value)) return withoutTemplates(value);
  if (!Array.isArray(value)) return value;
  if (name === "Branches") return value.map((branch: Json) => (isRaw(branch) ? withoutTemplates(branch) : branch));
  return name === "Choices" || name === "Catch" ? value.map(stateWithoutTemplates) : value;
}
