import type { RecordedCall, RecordedStep, Recording } from "./recording";

/** A member of a step that another account answers differently. */
export interface Difference {
  readonly step: string;
  /** Empty for a fact of the step. */
  readonly operation: string;
  readonly member: string;
  readonly recorded: string;
  readonly local: string;
  /** The open questions that the step settles, and so explain the difference. */
  readonly settles?: readonly string[];
}

/**
 * Members that say nothing about the service: a listing goes on only in an account with many
 * resources.
 */
const ignored = new Set(["nextToken"]);

/**
 * Compares the steps that are in both recordings: the members of answers and their types, statuses,
 * errors, states, the order of listings, and facts. Never ids, times, scores or texts of errors.
 * `services`: whose calls are compared.
 */
export function compareRecordings(
  recorded: Recording,
  local: Recording,
  services: (service: string) => boolean,
): Difference[] {
  return recorded.flatMap((theirs) => {
    const ours = local.find(({ step }) => step === theirs.step);
    return ours ? compareSteps(theirs, ours, services) : [];
  });
}

function compareSteps(theirs: RecordedStep, ours: RecordedStep, services: (service: string) => boolean): Difference[] {
  const { step, settles } = theirs;
  const differ = (operation: string, member: string, recorded: unknown, local: unknown): Difference[] => {
    const a = toText(recorded);
    const b = toText(local);
    // The fact of one question explains itself; anything else may be due to each of the step's
    // questions.
    const reasons = operation === "" && settles?.includes(member) ? [member] : settles;
    return a === b ? [] : [{ step, operation, member, recorded: a, local: b, ...(reasons && { settles: reasons }) }];
  };
  const facts = Object.keys({ ...theirs.facts, ...ours.facts }).flatMap((name) => {
    const recorded = theirs.facts?.[name];
    const here = ours.facts?.[name];
    // A fact that one of the accounts cannot tell is not a difference.
    return recorded === notRecorded || here === notRecorded ? [] : differ("", name, recorded, here);
  });
  const both = [groupCalls(theirs, services), groupCalls(ours, services)] as const;
  const calls = [...new Set(both.flatMap((group) => [...group.keys()]))].flatMap((operation) => {
    const [recorded = [], here = []] = both.map((group) => group.get(operation));
    if (recorded.length !== here.length) return differ(operation, "calls", recorded.length, here.length);
    return recorded.flatMap((call, i) => {
      const other = here[i] as RecordedCall;
      return describePairs(call, other).flatMap(([member, a, b]) => differ(operation, member, a, b));
    });
  });
  return [...facts, ...calls];
}

/** The fact of an account that cannot tell it. */
export const notRecorded = "not recorded";

function groupCalls({ calls }: RecordedStep, services: (service: string) => boolean): Map<string, RecordedCall[]> {
  const groups = new Map<string, RecordedCall[]>();
  for (const call of calls) {
    if (services(call.service)) groups.set(call.operation, [...(groups.get(call.operation) ?? []), call]);
  }
  return groups;
}

type Pair = readonly [member: string, recorded: unknown, local: unknown];

/** Everything that is compared of two calls. */
function describePairs(theirs: RecordedCall, ours: RecordedCall): Pair[] {
  const ends: Pair[] = [
    ["status", theirs.status, ours.status],
    ["error", theirs.error?.name, ours.error?.name],
  ];
  const states = compareStates(theirs, ours);
  const shapes = [shapeOf(theirs.response), shapeOf(ours.response)] as const;
  const members = [...new Set(shapes.flatMap((shape) => [...shape.keys()]))].sort();
  const orders = [namesIn(theirs.response), namesIn(ours.response)] as const;
  return [
    ...ends,
    ...states,
    ...members.map((member): Pair => [member, shapes[0].get(member), shapes[1].get(member)]),
    ["names", orders[0].join(", "), orders[1].join(", ")],
  ];
}

/**
 * A look may miss a short state: so the recorded ones must be among the local ones, in their order,
 * and end alike.
 */
function compareStates(theirs: RecordedCall, ours: RecordedCall): Pair[] {
  const [recorded, local] = [theirs, ours].map(({ states = [] }) => states.map(({ state }) => state)) as [
    string[],
    string[],
  ];
  let at = 0;
  for (const state of local) if (state === recorded[at]) at++;
  const isSame = at === recorded.length && recorded.at(-1) === local.at(-1);
  return isSame ? [] : [["states", recorded.join(" > "), local.join(" > ")]];
}

/** The members of a value by their path, with their types; the entries of a list share one path. */
function shapeOf(value: unknown, path = "", shape = new Map<string, string>()): Map<string, string> {
  const kind = kindOf(value);
  const known = shape.get(path);
  if (path !== "") shape.set(path, known === undefined || known === kind ? kind : [known, kind].sort().join(" or "));
  if (Array.isArray(value)) for (const entry of value) shapeOf(entry, `${path}[]`, shape);
  else if (typeof value === "object" && value !== null) {
    for (const [member, inner] of Object.entries(value)) {
      if (!ignored.has(member)) shapeOf(inner, path === "" ? member : `${path}.${member}`, shape);
    }
  }
  return shape;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (!Array.isArray(value)) return typeof value;
  return value.length === 0 ? "empty list" : "list";
}

/** The names in a listing, in its order. */
function namesIn(response: unknown): string[] {
  if (typeof response !== "object" || response === null) return [];
  return Object.values(response).flatMap((list) =>
    Array.isArray(list) ? list.flatMap((entry) => entry?.name ?? entry?.jobName ?? entry?.metricName ?? []) : [],
  );
}

const toText = (value: unknown) =>
  value === undefined ? "absent" : typeof value === "string" ? value : JSON.stringify(value);

/** Writes a difference as one line. */
export const writeDifference = ({ step, operation, member, recorded, local, settles }: Difference) =>
  `${step}: ${operation}${operation && " "}${member}: recorded ${recorded}, here ${local}${settles ? ` (${settles.join(", ")})` : ""}`;
