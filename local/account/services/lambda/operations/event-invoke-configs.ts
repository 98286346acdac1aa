import type { DestinationConfig, FunctionEventInvokeConfig } from "@aws-sdk/client-lambda";
import { notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { notFound } from "../faults";
import { type Functions, findFunction, findTarget, fullArn, type Target, unpublished } from "../state/function";
import { functionArn, parseOwnName } from "../state/function-name";

type Change = Pick<
  FunctionEventInvokeConfig,
  "MaximumRetryAttempts" | "MaximumEventAgeInSeconds" | "DestinationConfig"
>;

/** Settings of asynchronous invocation, of a function, a version or an alias. */
export function eventInvokeHandlers(host: Host, functions: Functions) {
  const configOf = (target: Target): FunctionEventInvokeConfig => {
    const config = target.fn.eventInvoke.get(target.qualifier ?? unpublished);
    if (!config) throw notConfigured(fullArn(target));
    return config;
  };
  const set = (target: Target, known: Change, change: Change) => {
    checkDestinations(change.DestinationConfig);
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = { ...known, ...change };
    const config = {
      LastModified: new Date(host.clock.now()),
      FunctionArn: fullArn(target),
      DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...DestinationConfig },
      ...(MaximumRetryAttempts !== undefined && { MaximumRetryAttempts }),
      ...(MaximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds }),
    };
    target.fn.eventInvoke.set(target.qualifier ?? unpublished, config);
    return config;
  };

  return {
    PutFunctionEventInvokeConfig: (input, call) => set(findTarget(functions, call, input), {}, input),
    UpdateFunctionEventInvokeConfig(input, call) {
      const target = findTarget(functions, call, input);
      return set(target, configOf(target), input);
    },
    GetFunctionEventInvokeConfig(input, call) {
      const { name, qualifier = input.Qualifier ?? unpublished } = parseOwnName(call, input.FunctionName);
      const config = functions.of(call).get(name)?.eventInvoke.get(qualifier);
      // In these words too when the function does not exist (recorded on AWS: test_ops_on_nonexisting_fn).
      if (!config) throw notConfigured(functionArn(call, name, qualifier));
      return config;
    },
    ListFunctionEventInvokeConfigs(input, call) {
      const { eventInvoke } = findFunction(functions, call, input);
      const { items, next } = page(eventInvoke, ([qualifier]) => qualifier, {
        token: input.Marker,
        limit: input.MaxItems ?? 50,
      });
      return { FunctionEventInvokeConfigs: items.map(([, config]) => config), ...(next && { NextMarker: next }) };
    },
    DeleteFunctionEventInvokeConfig(input, call) {
      const target = findTarget(functions, call, input);
      configOf(target);
      target.fn.eventInvoke.delete(target.qualifier ?? unpublished);
      return {};
    },
  } satisfies Handlers<Clients["lambda"]>;
}

const notConfigured = (arn: string) => notFound(`The function ${arn} doesn't have an EventInvokeConfig`);

function checkDestinations(config: DestinationConfig = {}): void {
  for (const target of [config.OnSuccess?.Destination, config.OnFailure?.Destination]) {
    if (target && !target.includes(":sns:")) throw notImplemented(`lambda: asynchronous destination ${target}`);
  }
}
