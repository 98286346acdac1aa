import type { DatasetSchema } from "@aws-sdk/client-personalize";
import * as pulumi from "@pulumi/pulumi";
import { avroProblems, incompatibilities } from "./checks/avro-schema";
import { aName, checked } from "./checks/rules";
import { isUnknown } from "./checks/unknown";
import type { CommonInputs, Described, Kind } from "./resource/kind";
import { canonical } from "./resource/names";
import { awsAccount } from "./resource/owner";
import { lifecycle } from "./resource/provider";
import { listAll, type Open, openSession } from "./service/session";

/** The columns of a dataset. */
export interface SchemaArgs {
  /** Stem of the name in the service, which a hash of the schema completes. Changing this replaces the schema. */
  name: pulumi.Input<string>;
  /**
   * Avro schema as JSON text; white space and order of keys do not matter. The service never changes a schema, so
   * changing this replaces it. For Items and Users the dataset then takes the new one in place, if it keeps every
   * column and new ones allow null; for Interactions a change is refused.
   */
  schema: pulumi.Input<string>;
  /** ARN of an existing resource to take over; its replacing inputs must agree. Take it out after one `pulumi up`. */
  importArn?: pulumi.Input<string>;
  /** How long one create or delete may take. @default 300 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** The resolved inputs. */
export interface SchemaInputs extends CommonInputs {
  schema: string;
}

const schema = (): Kind<SchemaInputs, DatasetSchema & Described> => {
  const meaning = (text = "") => {
    try {
      return canonical(JSON.parse(text));
    } catch {
      return text;
    }
  };
  return {
    kind: "Schema",
    identity: ({ name, schema: text }) => ({ name, schema: meaning(text) }),
    async find({ api }, _inputs, name) {
      const schemas = await listAll(
        (nextToken) => api.listSchemas({ nextToken }),
        (page) => page.schemas,
      );
      return schemas.find((each) => each.name === name)?.schemaArn;
    },
    make: async ({ api }, { schema: text }, name) => (await api.createSchema({ name, schema: text })).schemaArn,
    describe: async ({ api }, schemaArn) => (await api.describeSchema({ schemaArn })).schema ?? {},
    destroy: ({ api }, schemaArn) => api.deleteSchema({ schemaArn }),
    // A schema carries no tags; the same name with the same content serves this stack as well as its own would.
    recognise: (seen, { schema: text }) => meaning(seen.schema) === meaning(text),
    observed: (seen, { schema: text }) => ({
      schema: meaning(seen.schema) === meaning(text) ? text : (seen.schema ?? ""),
    }),
    nameOf: (seen) => seen.name,
  };
};

/** The provider over any way to open a session. */
export function schemaProviderOn(open: Open) {
  return lifecycle(schema, open, async (olds, news) => {
    const { inputs, failures } = checked(news, { name: aName(), schema: avroProblems });
    if (failures.length === 0 && olds.schema && !isUnknown(olds.schema) && !isUnknown(news.schema)) {
      const reasons = incompatibilities(olds.schema, news.schema);
      failures.push(...reasons.map((reason) => ({ property: "schema", reason })));
    }
    return { inputs, failures };
  });
}

const schemaProvider = schemaProviderOn(openSession);

/** The columns of a dataset, as an Avro schema. */
export class Schema extends pulumi.dynamic.Resource {
  /** The id, which stays known in the preview of an update; the output of that name would not. */
  readonly arn: pulumi.Output<string>;
  /** The name in the service. */
  declare readonly physicalName: pulumi.Output<string>;

  constructor(name: string, args: SchemaArgs, opts?: pulumi.CustomResourceOptions) {
    const { timeoutSeconds = 300 } = args;
    const outputs = { physicalName: undefined };
    super(
      schemaProvider,
      name,
      { ...args, timeoutSeconds, account: awsAccount(opts), providerVersion: "2", ...outputs },
      opts,
      "personalize",
      "Schema",
    );
    this.arn = this.id;
  }
}
