import type { DatasetSchema } from "@aws-sdk/client-personalize";
import type * as pulumi from "@pulumi/pulumi";
import { checkAvroSchema, checkSchemaChange } from "./checks/avro-schema";
import { isUnknown } from "./checks/unknown";
import type { Described, Inputs, Kind } from "./resource/kind";
import { toCanonicalJson } from "./resource/names";
import { type CommonArgs, PersonalizeResource } from "./resource/resource";
import { listAll } from "./service/session";

export interface SchemaArgs extends Omit<CommonArgs, "tags"> {
  /**
   * Avro schema as JSON text; white space and order of keys do not matter. The service never
   * changes a schema, so changing this replaces it. For Items and Users the dataset then takes the
   * new one in place, if it keeps every column and new ones allow null; for Interactions a change
   * is refused.
   */
  schema: pulumi.Input<string>;
}

export const schemaKind = (): Kind<Inputs<SchemaArgs>, DatasetSchema & Described> => {
  const normalise = (text = "") => {
    try {
      return toCanonicalJson(JSON.parse(text));
    } catch {
      return text;
    }
  };
  return {
    kind: "Schema",
    check({ schema: before }, { schema: after }) {
      if (isUnknown(after)) return [];
      const wrong = checkAvroSchema(after);
      const reasons = wrong.length > 0 || !before || isUnknown(before) ? wrong : checkSchemaChange(before, after);
      return reasons.map((reason) => ({ property: "schema", reason }));
    },
    identity: ({ name, schema }) => ({ name, schema: normalise(schema) }),
    async find({ api }, _inputs, name) {
      const schemas = await listAll((nextToken) => api.listSchemas({ nextToken }), "schemas");
      return schemas.find((each) => each.name === name)?.schemaArn;
    },
    create: async ({ api }, { schema }, name) => (await api.createSchema({ name, schema })).schemaArn,
    describe: async ({ api }, schemaArn) => (await api.describeSchema({ schemaArn })).schema ?? {},
    delete: ({ api }, schemaArn) => api.deleteSchema({ schemaArn }),
    // A schema has no tags. The same name with the same content is as good as the stack's own.
    matches: (seen, { schema }) => normalise(seen.schema) === normalise(schema),
    readInputs: (seen, { schema }) => ({
      schema: normalise(seen.schema) === normalise(schema) ? schema : (seen.schema ?? ""),
    }),
  };
};

/** The columns of a dataset, as an Avro schema. */
export class Schema extends PersonalizeResource {
  constructor(name: string, args: SchemaArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "Schema", timeoutSeconds: 300, hasTags: false }, name, args, opts);
  }
}
