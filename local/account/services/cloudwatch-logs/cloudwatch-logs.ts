import { defineService, type Host, type Service } from "../../host/service";
import { encryptionHandlers } from "./operations/encryption";
import { logEventHandlers } from "./operations/log-events";
import { logGroupHandlers } from "./operations/log-groups";
import { logStreamHandlers } from "./operations/log-streams";
import { retentionHandlers } from "./operations/retention";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";
import { createLogGroups } from "./state/log-groups";

/** CloudWatch Logs: groups, streams, events, and the metrics embedded in them. */
export function cloudwatchLogs(host: Host): Service<"cloudwatch-logs"> {
  const groups = createLogGroups(host);
  return defineService({
    name: "cloudwatch-logs",
    iamPrefix: "logs",
    validationError: "InvalidParameterException",
    permissions,
    handlers: {
      ...logGroupHandlers(host, groups),
      ...retentionHandlers(groups),
      ...encryptionHandlers(host, groups),
      ...logStreamHandlers(host, groups),
      ...logEventHandlers(host, groups),
      ...tagHandlers(groups),
    },
  });
}
