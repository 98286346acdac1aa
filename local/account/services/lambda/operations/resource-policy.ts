import type { AddPermissionRequest } from "@aws-sdk/client-lambda";
import { Fault, notImplemented } from "../../../endpoint/fault";
import type { PolicyDocument, PolicyStatement } from "../../../endpoint/principal";
import type { Call, Clients, Handlers } from "../../../endpoint/service";
import { findFunction, type LambdaFunction } from "../state/function";
import type { Functions } from "./functions";

/** Developer guide, "Lambda quotas": a function's resource-based policy, 20 KB. */
const longestPolicy = 20_480;

/** Who else may use a function: other services and accounts. */
export function policyOf(fn: LambdaFunction): PolicyDocument | undefined {
  if (fn.policy.size === 0) return undefined;
  return { Version: "2012-10-17", Id: "default", Statement: [...fn.policy.values()] };
}

function statementOf(input: AddPermissionRequest, arn: string): PolicyStatement {
  for (const member of [
    "EventSourceToken",
    "FunctionUrlAuthType",
    "PrincipalOrgID",
    "InvokedViaFunctionUrl",
  ] as const) {
    if (input[member] !== undefined) throw notImplemented(`lambda:AddPermission with ${member}`);
  }
  const principal = input.Principal ?? "";
  const account = /^(\d{12})$/.exec(principal)?.[1];
  const condition = {
    ...(input.SourceAccount !== undefined && { StringEquals: { "AWS:SourceAccount": input.SourceAccount } }),
    ...(input.SourceArn !== undefined && { ArnLike: { "AWS:SourceArn": input.SourceArn } }),
  };
  return {
    Sid: input.StatementId ?? "",
    Effect: "Allow",
    Principal:
      principal === "*"
        ? "*"
        : account !== undefined
          ? { AWS: `arn:aws:iam::${account}:root` }
          : principal.startsWith("arn:")
            ? { AWS: principal }
            : { Service: principal },
    Action: input.Action ?? "",
    Resource: arn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

const missing = (message = "The resource you requested does not exist.") =>
  new Fault("ResourceNotFoundException", message, { members: { Type: "User" } });

export function policyHandlers(functions: Functions) {
  const find = (call: Call, input: { FunctionName?: string | undefined; Qualifier?: string | undefined }) =>
    findFunction(functions.of(call), call, input);

  return {
    AddPermission(input, call) {
      const fn = find(call, input);
      const statement = statementOf(input, fn.arn);
      const id = statement.Sid ?? "";
      if (fn.policy.has(id)) {
        throw new Fault(
          "ResourceConflictException",
          `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          { members: { Type: "User" } },
        );
      }
      const policy = { ...policyOf(fn), Statement: [...fn.policy.values(), statement] };
      if (Buffer.byteLength(JSON.stringify(policy)) > longestPolicy) {
        const message = `The final policy size is bigger than the limit (${longestPolicy}).`;
        throw new Fault("PolicyLengthExceededException", message, { members: { Type: "User" } });
      }
      fn.policy.set(id, statement);
      return { Statement: JSON.stringify(statement) };
    },
    RemovePermission(input, call) {
      const fn = find(call, input);
      if (fn.policy.delete(input.StatementId ?? "")) return {};
      throw missing(`Statement ${input.StatementId} is not found in resource policy.`);
    },
    GetPolicy(input, call) {
      const fn = find(call, input);
      const policy = policyOf(fn);
      if (!policy) throw missing();
      return { Policy: JSON.stringify(policy), RevisionId: fn.revisionId };
    },
  } satisfies Handlers<Clients["lambda"]>;
}
