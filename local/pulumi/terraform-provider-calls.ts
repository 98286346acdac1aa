import { z } from "zod";
import json from "./terraform-provider-calls.json";

const steps = z.array(z.string());
const type = z.strictObject({
  service: z.string(),
  source: z.string(),
  create: steps,
  read: steps,
  update: z.record(z.string(), z.string()),
  delete: steps,
  differs: z.record(z.string(), z.string()).default({}),
});

/**
 * The calls of the real aws provider at each type's creation, read, update and deletion; `about`
 * explains the notation.
 */
export const providerCalls = z
  .strictObject({
    about: z.array(z.string()),
    configure: z.record(z.string(), z.string()),
    plan: z.record(z.string(), z.string()),
    older: z.record(z.string(), z.string()),
    types: z.record(z.string(), type),
  })
  .parse(json);

export type TypeCalls = z.output<typeof type>;

/** The operations in a step, without its condition. */
export const operationsIn = (step: string): string[] => (step.split(": ").at(-1) ?? "").match(/\w+/g) ?? [];

/** The input, or state, that a step depends on. */
export const conditionOf = (step: string): string | undefined => /^(.+): /.exec(step)?.[1];

/** All calls, as `service operation`, without those that the account has no operation for. */
export function listProviderCalls(): string[] {
  const { configure, plan, older, types } = providerCalls;
  const always = [configure, plan, older].flatMap((calls) => Object.entries(calls));
  const ofTypes = Object.values(types).flatMap(({ service, differs, ...calls }) => {
    const made = [...calls.create, ...calls.read, ...calls.delete, ...Object.values(calls.update)].flatMap(
      operationsIn,
    );
    return made.filter((operation) => differs[`- ${operation}`] === undefined).map((each) => `${service} ${each}`);
  });
  const named = always.flatMap(([service, names]) => operationsIn(names).map((operation) => `${service} ${operation}`));
  return [...new Set([...named, ...ofTypes])];
}
