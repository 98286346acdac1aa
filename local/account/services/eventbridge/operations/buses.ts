import { arnIn } from "../../../endpoint/arn";
import type { Clients } from "../../../endpoint/clients";
import { page } from "../../../endpoint/page";
import type { Caller, Handlers } from "../../../endpoint/service";
import { checkBus } from "../state/rule";

/** Describes the default bus. CreateEventBus returns 501, so there is no other. */
export function busHandlers() {
  return {
    DescribeEventBus({ Name }, call) {
      checkBus(call, Name);
      return describeDefaultBus(call);
    },

    ListEventBuses({ NamePrefix = "", NextToken: token, Limit: limit = 100 }, call) {
      const found = [describeDefaultBus(call)].filter((bus) => bus.Name.startsWith(NamePrefix));
      const { items, next } = page(found, ({ Name }) => Name, { token, limit });
      return { EventBuses: items, NextToken: next };
    },
  } satisfies Handlers<Clients["eventbridge"]>;
}

const describeDefaultBus = (call: Caller) => ({ Name: "default", Arn: arnIn(call, "events", "event-bus/default") });
