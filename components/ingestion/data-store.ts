import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { fallbackLength, toFallbackText } from "../../functions/serving/fallback";
import { availabilityColumn, unavailableStatus } from "../../functions/support/availability";
import { type DatasetName, linesKey, parts, prefixes, schemaKey, seedKey } from "../../names/layout";
import { type CsvFile, placeOf, rankItemsByUsers } from "../../seed/import-files/csv-file";
import { listEventColumns } from "../../seed/import-files/event-columns";
import type { ReadSource, StackData } from "../../seed/import-files/read-data";
import { writeRowLines } from "../../seed/import-files/row-lines";
import { writeTemporaryFile } from "../../seed/import-files/temporary-file";
import type { Field } from "../../values/columns";
import type { Foundation } from "../platform/foundation";
import { PrivateBucket } from "../platform/private-bucket";
import { allow, allowService, type Statement } from "../support/policy";

/** The uploaded data of a dataset. */
export interface DatasetObject {
  /** Avro schema as JSON text. */
  schema: string;
  /** The source of the data, for messages: a file or another setting. */
  from: string;
  /** `s3://bucket/key` */
  location: pulumi.Output<string>;
  /** Changes with the data. */
  hash: string;
}

export interface DataStoreArgs {
  foundation: Foundation;
  data: StackData;
}

const json = "application/json";

/**
 * The bucket of everything that is not an event: seed data, schemas, the fallback list, the
 * retraining's decisions.
 * @example
 * ```ts
 * import type { StackData } from "../../seed/import-files/read-data";
 * import type { Foundation } from "../platform/foundation";
 * import { DataStore } from "./data-store";
 *
 * export const upload = (foundation: Foundation, data: StackData) =>
 *   new DataStore("data", { foundation, data });
 * ```
 */
export class DataStore extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly interactions: DatasetObject;
  readonly items: DatasetObject;
  readonly users: DatasetObject | undefined;
  readonly eventTypes: readonly string[];
  /** Columns of the interactions, which events fill. */
  readonly eventColumns: readonly Field[];
  readonly fallbackKey = "fallback/popular.json";

  constructor(name: string, args: DataStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:data:DataStore", name, {}, opts);
    const { interactions, items, users, eventTypes, notes, warnings } = args.data;
    if (notes.length > 0) pulumi.log.info(notes.join("\n"), this);
    this.eventTypes = eventTypes;
    this.eventColumns = listEventColumns(interactions.schema);
    for (const warning of warnings) void pulumi.log.warn(warning, this);
    const bucket = new PrivateBucket(
      name,
      {
        foundation: args.foundation,
        part: parts.data,
        // Personalize reads with the import's role, and also as the service itself (guide, "Giving
        // Personalize access").
        policy: (bucketArn) => allowPersonalizeToRead(bucketArn, args.foundation),
      },
      { parent: this },
    );
    this.bucketName = bucket.name;
    this.bucketArn = bucket.arn;
    this.interactions = this.uploadDataset(`${name}-interactions`, "interactions", interactions);
    this.items = this.uploadDataset(`${name}-items`, "items", items);
    this.uploadRows(`${name}-catalogue`, linesKey("items"), items, "ITEM_ID");
    this.users = users && this.uploadDataset(`${name}-users`, "users", users);
    if (users) this.uploadRows(`${name}-user-rows`, linesKey("users"), users, "USER_ID");
    const popular = rankItemsByUsers(interactions.file, fallbackLength, findUnavailable(items.file));
    // The retraining rewrites the list after each promotion.
    const rewritten = { ignoreChanges: ["content"] };
    this.upload(`${name}-popular`, this.fallbackKey, json, { content: toFallbackText(popular) }, rewritten);
    this.registerOutputs({ bucketName: this.bucketName });
  }

  allowReadingJobData(): Statement[] {
    return [allow(["s3:GetObject"], listJobData(this.bucketArn)), allow(["s3:ListBucket"], this.bucketArn)];
  }

  allowReadingFallback(): Statement {
    return allow(["s3:GetObject"], this.within(this.fallbackKey));
  }

  /** Allows reading decisions, or items or users that were changed after the import. */
  allowReading(objects: "decisions" | "items" | "users"): Statement[] {
    return [
      allow(["s3:GetObject"], this.within(`${prefixes[objects]}*`)),
      // Without it S3 returns AccessDenied for an object that does not exist.
      allow(["s3:ListBucket"], this.bucketArn),
    ];
  }

  allowWritingFallback(): Statement {
    return allow(["s3:PutObject"], this.within(this.fallbackKey));
  }

  /** Allows reading items or users, and storing changed ones. */
  allowChanging(dataset: "items" | "users"): Statement[] {
    return [
      ...this.allowReading(dataset),
      allow(["s3:GetObject"], [this.within(linesKey(dataset)), this.within(schemaKey(dataset))]),
      allow(["s3:PutObject"], this.within(`${prefixes[dataset]}*`)),
    ];
  }

  private within(key: string): pulumi.Output<string> {
    return pulumi.interpolate`${this.bucketArn}/${key}`;
  }

  private upload(
    name: string,
    key: string,
    contentType: string,
    content: Pick<s3.BucketObjectv2Args, "content" | "source" | "sourceHash">,
    opts: pulumi.CustomResourceOptions = {},
  ): s3.BucketObjectv2 {
    const object = { bucket: this.bucketName, key, contentType, ...content };
    return new s3.BucketObjectv2(name, object, { parent: this, ...opts });
  }

  private uploadRows(name: string, key: string, { file, schema, hash }: ReadSource, idColumn: "ITEM_ID" | "USER_ID") {
    const lines = toFile("rows.jsonl", writeRowLines(file, schema, idColumn));
    this.upload(name, key, "application/x-ndjson", { ...lines, sourceHash: hash });
  }

  private uploadDataset(name: string, dataset: DatasetName, { csv, schema, from, hash }: ReadSource): DatasetObject {
    const data = { ...toFile("data.csv", csv), sourceHash: hash };
    const { key } = this.upload(`${name}-csv`, seedKey(dataset), "text/csv", data);
    this.upload(`${name}-schema`, schemaKey(dataset), json, { content: schema });
    return { schema, from, location: pulumi.interpolate`s3://${this.bucketName}/${key}`, hash };
  }
}

/**
 * Lists the objects that jobs of Personalize read: the seed, and the files of `recommender rebuild`
 * and `recommender forget`.
 */
function listJobData(bucketArn: pulumi.Output<string>): pulumi.Output<string>[] {
  return ["seed/", prefixes.rebuild, prefixes.forget].map((prefix) => pulumi.interpolate`${bucketArn}/${prefix}*`);
}

function allowPersonalizeToRead(bucketArn: pulumi.Output<string>, foundation: Foundation): Statement[] {
  const forThisAccount = foundation.forPersonalizeIfNamed();
  const service = "personalize.amazonaws.com";
  return [
    { Sid: "PersonalizeLists", ...allowService(service, ["s3:ListBucket"], bucketArn, forThisAccount) },
    {
      Sid: "PersonalizeReads",
      ...allowService(service, ["s3:GetObject"], listJobData(bucketArn), forThisAccount),
    },
  ];
}

/** Finds the items that the campaigns leave out too. */
function findUnavailable(file: CsvFile): Set<string> {
  const item = placeOf(file, "ITEM_ID");
  const status = placeOf(file, availabilityColumn);
  return new Set(file.rows.flatMap((row) => (row[status] === unavailableStatus ? (row[item] ?? []) : [])));
}

/**
 * Data are uploaded as a file, never as a text: the engine writes texts into the state, twice, at
 * every step.
 */
function toFile(name: string, text: string): { source: pulumi.asset.Asset } {
  return { source: new pulumi.asset.FileAsset(writeTemporaryFile(name, text)) };
}
