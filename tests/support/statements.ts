import type { Recorded } from "./record";

/** A statement of an IAM document; lists with one member are that member. */
export interface ReadStatement {
  Sid?: string;
  Effect: string;
  Action: string[];
  Resource: string | string[];
  Principal?: unknown;
  Condition?: unknown;
}

/** The statements of a recorded policy. */
export function statementsOf({ inputs }: Recorded): ReadStatement[] {
  return (JSON.parse(String(inputs.policy)) as { Statement: ReadStatement[] }).Statement;
}

/** What a role may do: `action -> resources`, sorted, `|` between resources. */
export function listGrants(policy: Recorded): string[] {
  return statementsOf(policy)
    .flatMap(({ Action, Resource }) => Action.map((action) => `${action} -> ${[Resource].flat().join(" | ")}`))
    .sort();
}
