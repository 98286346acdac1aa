import * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM document; ARNs may be outputs. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | { Service: pulumi.Input<string> } | { AWS: pulumi.Input<string> };
  Action: string | string[];
  Resource?: Values;
  Condition?: Condition;
}

export type Condition = Record<string, Record<string, Values>>;

/** One or several texts; ARNs are often outputs. */
type Values = pulumi.Input<string> | pulumi.Input<string>[];

/** Creates the statement that a role may do `actions` on `resources`. */
export function allow(actions: string[], resources: Values, condition?: Condition): Statement {
  return { Effect: "Allow", Action: actions, Resource: resources, ...(condition ? { Condition: condition } : {}) };
}

/** Creates the statement of a resource's policy that a service may do `actions` on `resources`. */
export function allowService(
  service: pulumi.Input<string>,
  actions: string[],
  resources: Values,
  condition?: Condition,
): Statement {
  return { ...allow(actions, resources, condition), Principal: { Service: service } };
}

/** Creates an IAM policy as JSON text. */
export function createPolicy(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}
