import { page } from "../../../host/page";
import type { Caller, Handlers, Store } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { type Bus, busArn, checkBus } from "../state/bus";

/** Describes the default bus. */
export function busHandlers(buses: Store<Bus>) {
  const describe = (call: Caller) => {
    const created = new Date(buses.of(call).created);
    return { Name: "default", Arn: busArn(call), CreationTime: created, LastModifiedTime: created };
  };
  return {
    DescribeEventBus({ Name }, call) {
      checkBus(call, Name);
      return describe(call);
    },

    ListEventBuses({ NamePrefix = "", NextToken: token, Limit: limit = 100 }, call) {
      const found = [describe(call)].filter((bus) => bus.Name.startsWith(NamePrefix));
      const { items, next } = page(found, ({ Name }) => Name, { token, limit });
      return { EventBuses: items, NextToken: next };
    },
  } satisfies Handlers<Clients["eventbridge"]>;
}
