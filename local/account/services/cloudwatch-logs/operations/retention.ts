import { Fault } from "../../../aws/fault";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { LogGroups } from "../state/log-groups";

/** API reference, PutRetentionPolicy. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Sets and removes how long a log group keeps its events. */
export function retentionHandlers(groups: LogGroups) {
  return {
    PutRetentionPolicy(input, call) {
      const group = groups.find(call, input);
      const days = input.retentionInDays ?? 0;
      if (!retentions.includes(days)) {
        throw new Fault(
          "InvalidParameterException",
          `retentionInDays must be one of [${retentions.join(", ")}], not ${days}.`,
        );
      }
      group.retentionDays = days;
      return {};
    },
    DeleteRetentionPolicy(input, call) {
      delete groups.find(call, input).retentionDays;
      return {};
    },
  } satisfies Handlers<Clients["cloudwatch-logs"]>;
}
