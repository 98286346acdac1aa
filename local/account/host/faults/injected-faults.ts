import { randomUUID } from "node:crypto";
import { stream } from "../../aws/random";
import type { ServiceName } from "../../model/clients";
import type { Clock } from "../../time/clock";
import { type CallEffect, type FaultRule, type InjectedFault, type InvocationEffect, toRule } from "./fault-rule";

/** A rule that waits for calls. */
type WaitingFault = FaultRule & {
  readonly id: string;
  /** Calls that it can still affect; absent: any number. */
  readonly left?: number;
};

interface CalledOperation {
  readonly service: ServiceName;
  readonly operation: string;
  /** The principal's ARN. */
  readonly caller: string;
}

/** A fault that has affected a request. */
export type MetFault = Pick<WaitingFault, "id" | "effect">;
type Note = (fault: MetFault) => void;

/**
 * The faults that the account has on request. If several rules apply to a call, the first that
 * selects it takes effect.
 */
export interface InjectedFaults {
  inject(rule: FaultRule | InjectedFault): WaitingFault;
  /** In the order in which they were injected. */
  list(): readonly WaitingFault[];
  /** Returns whether there was one with this id. */
  remove(id: string): boolean;
  clear(): void;
  /** The effect on a call that is about to run, if a rule selects it; `note` gets it. */
  onCall(call: CalledOperation, note?: Note): CallEffect | undefined;
  /** The effect on an invocation that is about to begin, if a rule selects it; `note` gets it. */
  onInvocation(functionName: string, note?: Note): InvocationEffect | undefined;
  /** Calls `listener` after each change of the list; returns a function that ends this. */
  onChange(listener: () => void): () => void;
}

interface Waiting {
  readonly rule: FaultRule;
  readonly id: string;
  /** Uniform numbers in [0, 1): one for each call that the rule could affect. */
  readonly draw: () => number;
  left: number;
}

export function createInjectedFaults(clock: Pick<Clock, "now">): InjectedFaults {
  let waiting: readonly Waiting[] = [];
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const keep = (test: (one: Waiting) => boolean) => {
    const kept = waiting.filter(test);
    if (kept.length === waiting.length) return false;
    waiting = kept;
    changed();
    return true;
  };
  const dropEnded = () => {
    if (waiting.some(({ rule }) => rule.until !== undefined)) keep(({ rule }) => clock.now() < endOf(rule));
  };

  /** The effect of the first rule that applies and whose share selects this call. */
  const next = (applies: (rule: FaultRule) => boolean, note?: Note): FaultRule["effect"] | undefined => {
    dropEnded();
    const now = clock.now();
    const found = waiting.find(
      ({ rule, draw }) => applies(rule) && startOf(rule) <= now && (rule.share === undefined || draw() < rule.share),
    );
    if (!found) return undefined;
    note?.({ id: found.id, effect: found.rule.effect });
    found.left--;
    if (!keep((one) => one.left > 0)) changed();
    return found.rule.effect;
  };

  return {
    inject(given) {
      const rule = toRule(given);
      const id = randomUUID();
      const random = stream(`fault/${rule.seed ?? 0}`);
      const one: Waiting = { rule, id, draw: () => random.u(), left: limitOf(rule) };
      waiting = [...waiting, one];
      changed();
      return listed(one);
    },
    list() {
      dropEnded();
      return waiting.map(listed);
    },
    remove: (id) => keep((one) => one.id !== id),
    clear: () => void keep(() => false),
    onCall(call, note) {
      if (waiting.length === 0) return undefined;
      return next((rule) => "service" in rule && selects(rule, call), note) as CallEffect | undefined;
    },
    onInvocation(functionName, note) {
      if (waiting.length === 0) return undefined;
      return next((rule) => "functionName" in rule && isOrAny(rule.functionName, functionName), note) as
        | InvocationEffect
        | undefined;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const isOrAny = (wanted: string, name: string) => wanted === "*" || wanted === name;

function selects(rule: Extract<FaultRule, { service: unknown }>, { service, operation, caller }: CalledOperation) {
  return (
    isOrAny(rule.service, service) &&
    isOrAny(rule.operation, operation) &&
    (rule.caller === undefined || caller.includes(rule.caller))
  );
}

const startOf = ({ from }: FaultRule) => (from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from));
const endOf = ({ until }: FaultRule) => (until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until));

function limitOf({ times, share, until }: FaultRule): number {
  if (times !== undefined) return times;
  return share === undefined && until === undefined ? 1 : Number.POSITIVE_INFINITY;
}

const listed = ({ rule, id, left }: Waiting): WaitingFault => ({
  ...rule,
  id,
  ...(Number.isFinite(left) ? { left } : {}),
});
