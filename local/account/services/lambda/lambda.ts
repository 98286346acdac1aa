import { Fault } from "../../aws/fault";
import type { InjectedFaults } from "../../host/faults/injected-faults";
import { completeQuotas, type Quotas } from "../../host/quotas";
import type { Host, Service } from "../../host/service";
import { defineService } from "../../host/service";
import { createStore } from "../../host/store";
import type { Violation } from "../../model/validate";
import { createEventQueue } from "./asynchronous/event-queue";
import { createCodeBucket } from "./code/code-bucket";
import { createCodeSource } from "./code/code-source";
import { createCodeStore } from "./code/code-store";
import { createStreamMappings } from "./event-source/stream-mapping";
import { createRoleCallers } from "./execution/role";
import { createRunner } from "./execution/runner";
import { createWorkspace } from "./execution/workspace";
import { notFound } from "./faults";
import { accountSettingsHandlers } from "./operations/account-settings";
import { concurrencyHandlers } from "./operations/concurrency";
import { mappingHandlers } from "./operations/event-source-mappings";
import { functionDeletionHandlers } from "./operations/function-deletion";
import { functionUpdateHandlers } from "./operations/function-updates";
import { functionHandlers } from "./operations/functions";
import { invokeHandlers } from "./operations/invoke";
import { tagHandlers } from "./operations/tags";
import { lambdaPermissions } from "./permissions";
import type { LambdaFunction } from "./state/function";
import { functionArn } from "./state/function-name";
import { requireActive } from "./state/preconditions";
import type { StreamMapping } from "./state/stream-mapping";

/**
 * Lambda: Node.js functions from zips, event source mappings of Kinesis streams. `close` stops
 * every function; `listNames` lists those of all accounts and Regions.
 */
export function lambda(
  host: Host,
  faults: InjectedFaults,
  { concurrentExecutions }: Quotas = completeQuotas(),
): Service<"lambda"> & { close(): Promise<void>; listNames(): string[] } {
  const functions = createStore(() => new Map<string, LambdaFunction>());
  const mappingStore = createStore(() => new Map<string, StreamMapping>());
  const workspace = createWorkspace();
  const codes = createCodeStore(workspace);
  const source = createCodeSource(host, codes);
  const bucket = createCodeBucket(host);
  const runner = createRunner(host, { workspace, codes }, faults);
  const callerFor = createRoleCallers(host);
  const queue = createEventQueue(host, runner);
  const functionOf = (mapping: StreamMapping) => {
    const { functionName } = mapping.settings;
    const fn = functions.of(mapping).get(functionName);
    if (!fn) throw notFound(`Function not found: ${functionArn(mapping, functionName)}`);
    requireActive(fn);
    return fn;
  };
  const mappings = createStreamMappings(host, mappingStore, runner, functionOf, callerFor);

  const parts = { host, functions, source, bucket, runner };
  const service = defineService({
    name: "lambda",
    iamPrefix: "lambda",
    validationError: "ValidationException",
    violationFault: lambdaViolation,
    permissions: lambdaPermissions(mappingStore),
    handlers: {
      ...functionHandlers(parts),
      ...functionUpdateHandlers(parts),
      ...functionDeletionHandlers(functions, runner),
      ...concurrencyHandlers(functions, concurrentExecutions),
      ...accountSettingsHandlers(functions, concurrentExecutions),
      ...invokeHandlers(functions, runner, queue),
      ...tagHandlers(functions, mappingStore),
      ...mappingHandlers(host, functions, mappingStore, mappings, callerFor),
    },
  });
  return {
    ...service,
    listNames: () => [...functions.all()].flatMap(([, of]) => [...of.keys()]),
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
 * A runtime that does not exist is an InvalidParameterValueException in other words (recorded on
 * AWS: localstack's snapshot test_create_lambda_exceptions).
 */
function lambdaViolation({ path, value, rule }: Violation): Fault | undefined {
  if (path !== "Runtime") return undefined;
  return new Fault(
    "InvalidParameterValueException",
    `Value ${String(value)} at 'runtime' failed to satisfy constraint: ${rule} or be a valid ARN`,
    { members: { Type: "User" } },
  );
}
