import { arnIn } from "../../endpoint/arn";
import type { Clients } from "../../endpoint/clients";
import type { Caller, Handlers } from "../../endpoint/service";
import { pageOf } from "../scheduler/page";
import { checkBus } from "./rule";

/** The default bus as it is described; CreateEventBus answers 501, so there is no other. */
export function busOperations() {
  return {
    DescribeEventBus({ Name }, call) {
      checkBus(call, Name);
      return defaultBus(call);
    },

    ListEventBuses({ NamePrefix = "", NextToken, Limit }, call) {
      const found = [defaultBus(call)].filter((bus) => bus.Name.startsWith(NamePrefix));
      const { page, ...rest } = pageOf(found, (bus) => bus.Name, NextToken, Limit);
      return { EventBuses: page, ...rest };
    },
  } satisfies Handlers<Clients["eventbridge"]>;
}

const defaultBus = (call: Caller) => ({ Name: "default", Arn: arnIn(call, "events", "event-bus/default") });
