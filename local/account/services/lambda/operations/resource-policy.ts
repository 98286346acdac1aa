import { randomUUID } from "node:crypto";
import type { AddPermissionRequest } from "@aws-sdk/client-lambda";
import { rootArn } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import type { PolicyDocument, PolicyStatement } from "../../../host/principal";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { conflict, invalidParameter, notFound, staleRevision } from "../faults";
import { type Functions, findTarget, type LambdaFunction, unpublished } from "../state/function";
import { type FunctionReference, qualifierOf } from "../state/function-name";

/** Developer guide, "Lambda quotas": a function's resource-based policy, 20 KB. */
const longestPolicy = 20_480;

/** A policy of the unpublished version is the function's own; its qualifier cannot be named (recorded). */
const isLatest = (reference: FunctionReference) => qualifierOf(reference) === unpublished;

/** The policy of a function for other services and accounts. */
export function policyOf(fn: LambdaFunction, qualifier = unpublished): PolicyDocument | undefined {
  const statements = fn.policies.get(qualifier);
  if (!statements?.size) return undefined;
  return { Version: "2012-10-17", Id: "default", Statement: [...statements.values()] };
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
          ? { AWS: rootArn(account) }
          : principal.startsWith("arn:")
            ? { AWS: principal }
            : { Service: principal },
    Action: input.Action ?? "",
    Resource: arn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

/** Changes and reads the policy of a function, or of one of its versions or aliases. */
export function policyHandlers(functions: Functions) {
  const find = (call: Call, input: FunctionReference & { readonly RevisionId?: string | undefined }) => {
    const target = findTarget(functions, call, input);
    const { fn, version, qualifier = unpublished } = target;
    const revised = fn.aliases.get(qualifier) ?? version;
    if (input.RevisionId !== undefined && input.RevisionId !== revised.revisionId) throw staleRevision("GetPolicy");
    return { ...target, qualifier, revised };
  };

  return {
    AddPermission(input, call) {
      const { fn, arn, qualifier, revised } = find(call, input);
      if (isLatest(input)) throw invalidParameter("We currently do not support adding policies for $LATEST.");
      const statement = statementOf(input, arn);
      const id = statement.Sid ?? "";
      const statements = fn.policies.get(qualifier) ?? new Map<string, PolicyStatement>();
      if (statements.has(id)) {
        throw conflict(
          `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        );
      }
      const policy = { ...policyOf(fn, qualifier), Statement: [...statements.values(), statement] };
      if (Buffer.byteLength(JSON.stringify(policy)) > longestPolicy) {
        const message = `The final policy size is bigger than the limit (${longestPolicy}).`;
        throw new Fault("PolicyLengthExceededException", message, { members: { Type: "User" } });
      }
      fn.policies.set(qualifier, statements.set(id, statement));
      revised.revisionId = randomUUID();
      return { Statement: JSON.stringify(statement) };
    },
    RemovePermission(input, call) {
      const { fn, qualifier, revised } = find(call, input);
      if (!fn.policies.get(qualifier)?.delete(input.StatementId ?? "")) {
        throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
      }
      revised.revisionId = randomUUID();
      return {};
    },
    GetPolicy(input, call) {
      const { fn, qualifier, revised } = find(call, input);
      const policy = policyOf(fn, qualifier);
      if (!policy) throw notFound("The resource you requested does not exist.");
      return { Policy: JSON.stringify(policy), RevisionId: revised.revisionId };
    },
  } satisfies Handlers<Clients["lambda"]>;
}
