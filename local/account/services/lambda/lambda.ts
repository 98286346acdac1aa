import { parseArn } from "../../aws/arn";
import { Fault } from "../../aws/fault";
import type { InjectedFaults } from "../../host/injected-faults";
import type { Host, Service } from "../../host/service";
import { defineService } from "../../host/service";
import type { Violation } from "../../model/validate";
import { createEventQueue } from "./asynchronous/event-queue";
import { createCodeBucket } from "./code/code-bucket";
import { createCodeSource } from "./code/code-source";
import { createCodeStore } from "./code/code-store";
import { createStreamMappings } from "./event-source/stream-mapping";
import { createRoleCallers } from "./execution/role";
import { createRunner } from "./execution/runner";
import { createWorkspace } from "./execution/workspace";
import { accountSettingsHandlers } from "./operations/account-settings";
import { aliasHandlers } from "./operations/aliases";
import { concurrencyHandlers } from "./operations/concurrency";
import { eventInvokeHandlers } from "./operations/event-invoke-configs";
import { mappingHandlers } from "./operations/event-source-mappings";
import { functionDeletionHandlers } from "./operations/function-deletion";
import { functionUpdateHandlers } from "./operations/function-updates";
import { functionHandlers } from "./operations/functions";
import { invokeHandlers } from "./operations/invoke";
import { policyHandlers, policyOf } from "./operations/resource-policy";
import { tagHandlers } from "./operations/tags";
import { versionHandlers } from "./operations/versions";
import { lambdaPermissions } from "./permissions";
import { findTarget, type LambdaFunction } from "./state/function";
import { functionArn } from "./state/function-name";
import { requireActive } from "./state/preconditions";
import { createPublisher } from "./state/publish";
import type { StreamMapping } from "./state/stream-mapping";

/** Lambda: Node.js functions from zips, event source mappings of Kinesis streams. `close` stops every function. */
export function lambda(host: Host, faults: InjectedFaults): Service<"lambda"> & { close(): Promise<void> } {
  const functions = host.store("lambda/functions", () => new Map<string, LambdaFunction>());
  const mappingStore = host.store("lambda/mappings", () => new Map<string, StreamMapping>());
  const workspace = createWorkspace();
  const codes = createCodeStore(workspace);
  const source = createCodeSource(host, codes);
  const bucket = createCodeBucket(host);
  const publisher = createPublisher(host);
  const runner = createRunner(host, { workspace, codes }, faults);
  const callerFor = createRoleCallers(host);
  const queue = createEventQueue(host, runner, callerFor);
  const targetOf = (mapping: StreamMapping) => {
    const principal = { kind: "service", service: "lambda.amazonaws.com", account: mapping.account, arn: mapping.arn };
    const { functionName, qualifier } = mapping.settings;
    const FunctionName = functionArn(mapping, functionName, qualifier);
    const target = findTarget(
      functions,
      { ...mapping, principal: { ...principal, kind: "service" } },
      { FunctionName },
    );
    requireActive(target.version);
    return target;
  };
  const mappings = createStreamMappings(host, mappingStore, runner, targetOf, callerFor);

  const parts = { host, functions, source, bucket, runner, publisher };
  const service = defineService({
    name: "lambda",
    iamPrefix: "lambda",
    validationError: "ValidationException",
    violationFault: lambdaViolation,
    permissions: lambdaPermissions(mappingStore),
    resourcePolicy(arn) {
      const { account = "", region = "", resource = "" } = parseArn(arn) ?? {};
      const [, name = "", qualifier] = resource.split(":");
      const fn = functions.of({ account, region }).get(name);
      return fn && policyOf(fn, qualifier);
    },
    handlers: {
      ...functionHandlers(parts),
      ...functionUpdateHandlers(parts),
      ...functionDeletionHandlers(functions, runner),
      ...versionHandlers(functions, publisher),
      ...aliasHandlers(functions),
      ...concurrencyHandlers(functions),
      ...accountSettingsHandlers(functions),
      ...invokeHandlers(functions, runner, queue),
      ...policyHandlers(functions),
      ...eventInvokeHandlers(host, functions),
      ...tagHandlers(functions, mappingStore),
      ...mappingHandlers(host, functions, mappingStore, mappings, callerFor),
    },
  });
  return {
    ...service,
    async close() {
      const all = [...mappingStore.all()].flatMap(([, of]) => [...of.values()]);
      const drained = all.map((mapping) => mappings.stop(mapping));
      await runner.close();
      await Promise.all(drained);
      await workspace.close(codes.written);
    },
  };
}

/**
 * A runtime that does not exist is an InvalidParameterValueException in other words (recorded on AWS: localstack's
 * snapshot test_create_lambda_exceptions).
 */
function lambdaViolation({ path, value, rule }: Violation): Fault | undefined {
  if (path !== "Runtime") return undefined;
  return new Fault(
    "InvalidParameterValueException",
    `Value ${String(value)} at 'runtime' failed to satisfy constraint: ${rule} or be a valid ARN`,
    { members: { Type: "User" } },
  );
}
