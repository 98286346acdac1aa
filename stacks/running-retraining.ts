// Keeps a retraining from losing its campaigns: a training is paid for, and could not be promoted.
import * as pulumi from "@pulumi/pulumi";
import { type Access, createRoleCredentials, fetchPlace } from "../dynamic-providers/service/access";
import { parts } from "../names/layout";
import { physicalName, type StackName } from "../names/physical-names";
import type { StackConfig } from "./config/config";
import { explainAccessError } from "./explain-access-error";

/**
 * Throws when the stack is to be asleep while a retraining or a rollback runs. `done` says what was
 * changed before.
 */
export async function requireNoRetraining(
  access: Access,
  name: StackName,
  { asleep }: StackConfig,
  done = "Nothing was changed.",
): Promise<void> {
  if (!asleep) return;
  const { SFN } = await import("@aws-sdk/client-sfn");
  const sfn = new SFN({ ...access.clients?.sfn, ...createRoleCredentials(access) });
  const place = await fetchPlace(access, sfn);
  const stateMachineArn = `arn:aws:states:${place}:stateMachine:${physicalName(name, parts.stateMachine)}`;
  const request = { stateMachineArn, statusFilter: "RUNNING", maxResults: 1 } as const;
  const { executions = [] } = await sfn.listExecutions(request).catch((error: Error) => {
    // Before the first `up`.
    if (error.name === "StateMachineDoesNotExist") return { executions: [] };
    throw new pulumi.RunError(
      explainAccessError(error) ?? `The executions of ${stateMachineArn} cannot be read: ${error.message}`,
    );
  });
  const [running] = executions;
  if (running === undefined) return;
  throw new pulumi.RunError(
    `recommender:asleep: cannot be true while a retraining or a rollback runs (${running.executionArn}). ${done} ` +
      "Run this again when it has ended, which the command `status` shows; `aws stepfunctions stop-execution` " +
      "stops it, but not a training that it has started.",
  );
}
