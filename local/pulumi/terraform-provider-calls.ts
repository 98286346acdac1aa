import { z } from "zod";
import json from "./terraform-provider-calls.json";

const calls = z.array(z.string());
const steps = z.array(z.union([z.string(), z.strictObject({ if: z.string(), calls })]));
const update = z.strictObject({
  inputs: z.union([z.array(z.string()), z.literal("others")]),
  calls,
  back: calls.optional(),
});
const reasons = z.record(z.string(), z.string()).default({});
const type = z.strictObject({
  service: z.string(),
  source: z.string(),
  create: steps,
  read: steps,
  update: z.array(update),
  delete: steps,
  differs: z.strictObject({ more: reasons, less: reasons }).default({ more: {}, less: {} }),
});
const callsByService = z.record(z.string(), calls);

/**
 * The calls of the real aws provider at each type's creation, read, update and deletion; `about`
 * explains the members.
 */
export const providerCalls = z
  .strictObject({
    about: z.array(z.string()),
    configure: callsByService,
    plan: callsByService,
    older: callsByService,
    types: z.record(z.string(), type),
  })
  .parse(json);

export type TypeCalls = z.output<typeof type>;

/** The calls of those steps whose condition is met. */
export const takeCalls = (taken: z.output<typeof steps>, isMet: (condition: string) => boolean): string[] =>
  taken.flatMap((step) => {
    if (typeof step === "string") return step;
    return isMet(step.if) ? step.calls : [];
  });

/** All calls, as `service operation`, without those that the account has no operation for. */
export function listProviderCalls(): string[] {
  const { configure, plan, older, types } = providerCalls;
  const always = [configure, plan, older].flatMap(Object.entries<string[]>);
  const ofTypes = Object.values(types).map((table): [string, string[]] => {
    const made = [table.create, table.read, table.delete].flatMap((each) => takeCalls(each, () => true));
    const changed = table.update.flatMap(({ calls, back = [] }) => [...calls, ...back]);
    return [table.service, [...made, ...changed].filter((call) => !(call in table.differs.less))];
  });
  const named = [...always, ...ofTypes].flatMap(([service, made]) => made.map((call) => `${service} ${call}`));
  return [...new Set(named)];
}
