import type { Recorded } from "./record";

/** A statement of an IAM document; lists with one member are that member. */
export interface ReadStatement {
  Sid?: string;
  Effect: string;
  Action: string[];
  Resource: string | string[];
  Principal?: unknown;
  Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** The statements of a recorded policy. */
export function statementsOf({ inputs }: Recorded): ReadStatement[] {
  return (JSON.parse(String(inputs.policy)) as { Statement: ReadStatement[] }).Statement;
}

/**
 * Lists a role's permissions: `action -> resources`, sorted, `|` between resources; for a key also
 * the services through which it may be used: `via s3, sns`.
 */
export function listGrants(policy: Recorded): string[] {
  return statementsOf(policy)
    .flatMap(({ Action, Resource, Condition }) => {
      const services = [Condition?.StringEquals?.["kms:ViaService"] ?? []].flat();
      const via = services.length > 0 ? ` via ${services.map((name) => name.split(".")[0]).join(", ")}` : "";
      return Action.map((action) => `${action} -> ${[Resource].flat().join(" | ")}${via}`);
    })
    .sort();
}
