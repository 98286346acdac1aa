import { z } from "zod";
import type { FaultRule } from "../../account/host/faults/fault-rule";
import type { ServiceName } from "../../account/model/clients";
import { Refused, read } from "./exchange";

const shortText = z.string().min(1).max(1_000);
const message = shortText.default("This failure was injected.");
const status = z.int().min(400).max(599).optional();
const times = z.int().min(1).max(1_000_000).optional();
/** SDK clients and functions have given up long before. */
const longestLatency = 15 * 60_000;

const callEffect = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("error"), code: shortText, message, status }),
  z.strictObject({ kind: z.literal("latency"), milliseconds: z.number().min(0).max(longestLatency) }),
  z.strictObject({ kind: z.literal("drop-before") }),
  z.strictObject({ kind: z.literal("drop-after") }),
  z.strictObject({ kind: z.literal("fail-job"), message }),
]);
const invocationEffect = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("crash-before") }),
  z.strictObject({ kind: z.literal("crash-after") }),
  z.strictObject({ kind: z.literal("hang") }),
]);

const time = z.iso.datetime({ offset: true }).optional();
const selection = {
  share: z.number().gt(0).max(1).optional(),
  seed: z.int().optional(),
  times,
  from: time,
  until: time,
};

/** What a rule may select now. */
interface Selectable {
  readonly operationsOf: (service: ServiceName) => readonly string[];
  readonly functionsOf: () => readonly string[];
}

/**
 * Reads the body of `POST /_local/faults`: a rule for calls, one for invocations, or the short form
 * of an error. A rule that no call could ever meet is refused.
 */
export function createFaultReader(
  services: readonly string[],
  { operationsOf, functionsOf }: Selectable,
): (body: Record<string, unknown>) => FaultRule {
  const known = { error: `must be one of ${services.join(", ")}` };
  const short = z.strictObject({
    service: z.enum(services as ServiceName[], known),
    operation: shortText,
    code: shortText,
    message,
    status,
    times,
  });
  const call = z.strictObject({
    service: z.enum([...(services as ServiceName[]), "*"], known),
    operation: shortText,
    caller: shortText.optional(),
    effect: callEffect,
    ...selection,
  });
  const invocation = z.strictObject({ functionName: shortText, effect: invocationEffect, ...selection });
  const listOperations = (service: ServiceName | "*") =>
    (service === "*" ? (services as ServiceName[]) : [service]).flatMap((each) => operationsOf(each));
  return (body) => {
    if ("functionName" in body) {
      const rule = read(invocation, body) as FaultRule & z.output<typeof invocation>;
      requireKnown("functionName", rule.functionName, functionsOf(), "Deploy it first, or select all with *");
      return rule;
    }
    const rule = read("effect" in body ? call : short, body) as FaultRule & z.output<typeof call>;
    requireKnown("operation", rule.operation, listOperations(rule.service), "* selects all");
    return rule;
  };
}

function requireKnown(field: string, given: string, known: readonly string[], remedy: string): void {
  if (given === "*" || known.includes(given)) return;
  const names = known.length === 0 ? "there are none" : [...known].sort().join(", ");
  throw new Refused(400, `${field}: the account has no ${given} (${names}). ${remedy}.`);
}
