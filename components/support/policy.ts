import * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM document; ARNs may be outputs. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | { Service: pulumi.Input<string> } | { AWS: pulumi.Input<string> };
  Action: string | string[];
  Resource?: pulumi.Input<string> | pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string>>>;
}

type Resources = pulumi.Input<string> | pulumi.Input<string>[];

/** Creates the statement that a role may do `actions` on `resources`. */
export function allow(actions: string[], resources: Resources, condition?: Statement["Condition"]): Statement {
  return { Effect: "Allow", Action: actions, Resource: resources, ...(condition ? { Condition: condition } : {}) };
}

/** Creates the statement of a resource's policy that a service may do `actions` on `resources`. */
export function allowService(
  service: pulumi.Input<string>,
  actions: string[],
  resources: Resources,
  condition?: Statement["Condition"],
): Statement {
  return { ...allow(actions, resources, condition), Principal: { Service: service } };
}

/** Creates an IAM policy as JSON text. */
export function createPolicy(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/**
 * Creates the trust policy of a role that one service assumes, for this account only: otherwise another account could make
 * the service act with our role (IAM guide, "The confused deputy problem"). Firehose sends the account as external id
 * (Firehose guide, "Controlling access"), the other services as `aws:SourceAccount`.
 */
export function createTrustPolicy(service: string, accountId: pulumi.Input<string>): pulumi.Output<string> {
  const source = service === "firehose.amazonaws.com" ? "sts:ExternalId" : "aws:SourceAccount";
  return createPolicy([
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { [source]: accountId } },
    },
  ]);
}
