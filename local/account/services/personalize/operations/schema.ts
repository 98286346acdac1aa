import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { arnOf, type Context } from "../context";
import { inUse } from "../faults";
import { readSchema } from "../formats/avro-schema";
import { dates, listPage } from "../state/registry";
import type { Schema } from "../state/state";

export function schemaHandlers({ host, store, quotas }: Context) {
  const summary = (schema: Schema) => ({
    name: schema.name,
    schemaArn: schema.arn,
    domain: schema.domain,
    ...dates(schema),
  });

  return {
    CreateSchema({ name = "", schema: text = "", domain }, call) {
      const state = store.of(call);
      const arn = arnOf(call, `schema/${name}`);
      state.schemas.refuseTaken(arn);
      state.schemas.refuseOver(quotas.schemas, "the Region");
      const now = host.clock.now();
      const content = readSchema(text, domain);
      state.schemas.add({ arn, name, domain, text, content, created: now, updated: now });
      return { schemaArn: arn };
    },

    DescribeSchema({ schemaArn }, call) {
      const schema = store.of(call).schemas.find(schemaArn);
      return { schema: { ...summary(schema), schema: schema.text } };
    },

    ListSchemas(input, call) {
      const { items, nextToken } = listPage(store.of(call).schemas.all(), input);
      return { schemas: items.map(summary), nextToken };
    },

    DeleteSchema({ schemaArn }, call) {
      const state = store.of(call);
      const { arn } = state.schemas.find(schemaArn);
      const users = state.datasets.where(
        ({ schemaArn: used, latestUpdate }) =>
          used === arn || (latestUpdate?.schemaArn === arn && latestUpdate.status !== "CREATE FAILED"),
      );
      if (users.length > 0) {
        throw inUse(
          `Schema ${arn} is used by ${users.map((dataset) => dataset.arn).join(", ")}. Delete the datasets first.`,
        );
      }
      state.schemas.delete(arn);
      return {};
    },
  } satisfies Handlers<Clients["personalize"]>;
}
