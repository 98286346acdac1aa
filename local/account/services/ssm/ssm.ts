import { defineService, type Host, type Service } from "../../host/service";
import { createStore } from "../../host/store";
import { describeHandlers } from "./operations/describe-parameters";
import { readHandlers } from "./operations/read-parameters";
import { tagHandlers } from "./operations/tags";
import { writeHandlers } from "./operations/write-parameters";
import { permissions } from "./permissions";
import type { Parameters } from "./state/parameter";

/**
 * Parameter Store. Everything else of Systems Manager, and labels and parameter policies, return
 * 501.
 */
export function ssm(host: Host): Service<"ssm"> {
  const stores = createStore((): Parameters => new Map());
  return defineService({
    name: "ssm",
    iamPrefix: "ssm",
    validationError: "ValidationException",
    permissions,
    handlers: {
      ...writeHandlers(host, stores.of),
      ...readHandlers(host, stores.of),
      ...describeHandlers(stores.of),
      ...tagHandlers(stores.of),
    },
  });
}
