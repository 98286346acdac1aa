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

/** The statement that a role may do `actions` on `resources`. */
export function allow(actions: string[], resources: Resources, condition?: Statement["Condition"]): Statement {
  return { Effect: "Allow", Action: actions, Resource: resources, ...(condition ? { Condition: condition } : {}) };
}

/** The statement of a resource's own policy that a service may do `actions` on `resources`. */
export function allowService(
  service: pulumi.Input<string>,
  actions: string[],
  resources: Resources,
  condition?: Statement["Condition"],
): Statement {
  return { ...allow(actions, resources, condition), Principal: { Service: service } };
}

/** An IAM policy document as JSON text. */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/**
 * The trust policy of a role that one service assumes, for this account only: otherwise the service could be made to
 * act with our role for somebody else (the confused deputy of the IAM guide). Firehose says for whom it acts by an
 * external id (Firehose guide, "Controlling access"), the others by `aws:SourceAccount`.
 */
export function assumedBy(service: string, accountId: pulumi.Input<string>): pulumi.Output<string> {
  const source = service === "firehose.amazonaws.com" ? "sts:ExternalId" : "aws:SourceAccount";
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { [source]: accountId } },
    },
  ]);
}
