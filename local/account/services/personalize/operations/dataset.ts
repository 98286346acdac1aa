import { notImplemented } from "../../../aws/fault";
import type { Call, Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { arnOf, type Context, type Input } from "../context";
import { alreadyExists, inUse, invalidInput } from "../faults";
import type { DatasetSchema, Field } from "../formats/avro-schema";
import type { DatasetType } from "../formats/schema-rules";
import { InteractionsData } from "../state/interactions";
import type { Begin } from "../state/lifecycle";
import { RecordsData } from "../state/records";
import { dates, notBegun, progress, refuseBusy, requireActive } from "../state/registry";
import type { Dataset, DatasetGroup, PersonalizeState, RecordsDataset, Schema } from "../state/state";
import { addTagged } from "./tags";

const implemented: readonly string[] = ["INTERACTIONS", "ITEMS", "USERS"];
const known: readonly string[] = [...implemented, "ACTIONS", "ACTION_INTERACTIONS"];

/** Accepts the type's name in upper or lower case, as the service does. */
function typeOf(given: string): DatasetType {
  const type = given.toUpperCase();
  if (!known.includes(type)) throw invalidInput(`datasetType is "${given}"; it must be Interactions, Items or Users.`);
  if (!implemented.includes(type)) throw notImplemented(`personalize: datasets of type ${given}`);
  return type as DatasetType;
}

function emptyData({ datasetType, fields }: DatasetSchema) {
  if (datasetType === "INTERACTIONS") return { type: datasetType, data: new InteractionsData(fields) } as const;
  const idField = datasetType === "ITEMS" ? "ITEM_ID" : "USER_ID";
  return { type: datasetType, data: new RecordsData(fields, idField) } as const;
}

export function datasetHandlers(context: Context) {
  const { store, lifecycle } = context;
  const create = lifecycle.step<undefined>({ takes: "dataset" });
  const update = lifecycle.step<NewSchema>({
    takes: "dataset",
    finish({ dataset, schema }) {
      dataset.data.extend(schema.content.fields);
      dataset.schemaArn = schema.arn;
      lifecycle.move(dataset, dataset.status);
    },
  });
  const remove = lifecycle.removal<{ state: PersonalizeState; arn: string }>(({ state, arn }) => {
    state.datasets.delete(arn);
    // Jobs have no delete operation; that they are deleted with their dataset is inferred.
    for (const jobs of [state.importJobs, state.exportJobs]) {
      for (const job of jobs.all()) if (job.datasetArn === arn) jobs.delete(job.arn);
    }
    state.tags.delete(arn);
  });
  const summary = (dataset: Dataset) => ({
    name: dataset.name,
    datasetArn: dataset.arn,
    datasetType: dataset.type,
    status: dataset.status,
    ...dates(dataset),
  });

  return {
    CreateDataset: (input, call) => createDataset(context, create, input, call),

    DescribeDataset({ datasetArn }, call) {
      const dataset = store.of(call).datasets.find(datasetArn);
      const { latestUpdate } = dataset;
      return {
        dataset: {
          ...summary(dataset),
          datasetGroupArn: dataset.groupArn,
          schemaArn: dataset.schemaArn,
          ...(latestUpdate && {
            latestDatasetUpdate: {
              schemaArn: latestUpdate.schemaArn,
              ...progress(latestUpdate),
            },
          }),
        },
      };
    },

    ListDatasets(input, call) {
      const { datasets, groups } = store.of(call);
      const group = groups.narrowing(input.datasetGroupArn);
      const { items, nextToken } = datasets.page(input, group, ({ groupArn }) => groupArn);
      return { datasets: items.map(summary), nextToken };
    },

    UpdateDataset: (input, call) => updateDataset(context, update, input, call),

    DeleteDataset({ datasetArn }, call) {
      const state = store.of(call);
      const dataset = state.datasets.find(datasetArn);
      refuseBusy(dataset, "Dataset");
      refuseUsed(state, dataset);
      remove(dataset, `dataset ${dataset.name}`, { state, arn: dataset.arn });
      return {};
    },
  } satisfies Handlers<Clients["personalize"]>;
}

interface NewSchema {
  readonly dataset: RecordsDataset;
  readonly schema: Schema;
}

function createDataset(
  { host, store }: Context,
  create: Begin<undefined>,
  { name = "", schemaArn, datasetGroupArn, datasetType = "", tags }: Input<"CreateDataset">,
  call: Call,
) {
  const type = typeOf(datasetType);
  const state = store.of(call);
  const group = requireActive(state.groups.find(datasetGroupArn), "DatasetGroup");
  const schema = state.schemas.find(schemaArn);
  if (schema.content.datasetType !== type) {
    throw invalidInput(`Schema ${schema.arn} is for ${schema.content.datasetType} datasets, not for ${type}.`);
  }
  refuseOtherDomain(schema, group);
  const arn = arnOf(call, `dataset/${group.name}/${type}`);
  state.datasets.refuseTaken(arn);
  if (state.datasets.all().some((dataset) => dataset.name === name && dataset.groupArn === group.arn)) {
    throw alreadyExists(`DatasetGroup ${group.arn} already has a dataset named ${name}.`);
  }
  const dataset = addTagged(state, tags, state.datasets, {
    arn,
    name,
    groupArn: group.arn,
    schemaArn: schema.arn,
    ...notBegun(host),
    ...emptyData(schema.content),
  });
  create(dataset, `dataset ${name}`, undefined);
  return { datasetArn: arn };
}

function updateDataset(
  { host, store }: Context,
  begin: Begin<NewSchema>,
  { datasetArn, schemaArn }: Input<"UpdateDataset">,
  call: Call,
) {
  const state = store.of(call);
  const dataset = requireActive(state.datasets.find(datasetArn), "Dataset");
  const schema = state.schemas.find(schemaArn);
  if (dataset.latestUpdate && isRunning(dataset.latestUpdate.status)) {
    throw inUse(`Dataset ${dataset.arn} is being updated; wait until its latest update has ended.`);
  }
  if (dataset.type === "INTERACTIONS") {
    throw invalidInput(
      "The schema of an Interactions dataset cannot be replaced; only Items and Users datasets take a new one.",
    );
  }
  refuseOtherDomain(schema, state.groups.find(dataset.groupArn));
  refuseIncompatible(state.schemas.find(dataset.schemaArn), schema);
  const now = host.clock.now();
  const update = { schemaArn: schema.arn, status: "", created: now, updated: now };
  dataset.latestUpdate = update;
  begin(update, `the new schema of dataset ${dataset.name}`, { dataset, schema });
  return { datasetArn: dataset.arn };
}

/**
 * A schema has the domain of its dataset's group (API reference, CreateSchema; the error is
 * inferred).
 */
function refuseOtherDomain(schema: Schema, group: DatasetGroup): void {
  if (schema.domain === group.domain) return;
  const nameDomain = (domain: string | undefined) => (domain === undefined ? "no domain" : `the domain ${domain}`);
  throw invalidInput(
    `Schema ${schema.arn} has ${nameDomain(schema.domain)}, and DatasetGroup ${group.arn} has ${nameDomain(group.domain)}.`,
  );
}

const isRunning = (status: string) => status === "CREATE PENDING" || status === "CREATE IN_PROGRESS";

/**
 * The new schema keeps every field as it is, and what it adds may be missing (guide, "Replacing a
 * dataset's schema").
 */
function refuseIncompatible(old: Schema, next: Schema): void {
  if (next.content.datasetType !== old.content.datasetType) {
    throw invalidInput(
      `Schema ${next.arn} is for ${next.content.datasetType} datasets, not for ${old.content.datasetType}.`,
    );
  }
  const before = new Map(old.content.fields.map((field) => [field.name, field]));
  const after = new Map(next.content.fields.map((field) => [field.name, field]));
  const lost = [...before.values()]
    .filter((field) => !isSameField(field, after.get(field.name)))
    .map(({ name }) => name);
  if (lost.length > 0) {
    throw invalidInput(`Schema ${next.arn} must keep the fields ${lost.join(", ")} with type and attributes.`);
  }
  const strict = [...after.values()]
    .filter(({ name, nullable }) => !before.has(name) && !nullable)
    .map(({ name }) => name);
  if (strict.length > 0) throw invalidInput(`Schema ${next.arn}: the new fields ${strict.join(", ")} must allow null.`);
}

const isSameField = (a: Field, b: Field | undefined) =>
  b !== undefined &&
  a.type === b.type &&
  a.nullable === b.nullable &&
  a.categorical === b.categorical &&
  a.textual === b.textual;

/**
 * No job may be writing and no training reading (API reference, DeleteDataset; of recommenders:
 * guide, "Cleaning up domain-based resources"); a tracker needs its Interactions.
 */
function refuseUsed(state: PersonalizeState, dataset: Dataset): void {
  const jobs = state.importJobs.where(({ datasetArn, status }) => datasetArn === dataset.arn && isRunning(status));
  const solutions = new Set(
    state.solutions.where(({ groupArn }) => groupArn === dataset.groupArn).map(({ arn }) => arn),
  );
  const versions = state.versions.where(({ solutionArn, status }) => solutions.has(solutionArn) && isRunning(status));
  const trackers =
    dataset.type === "INTERACTIONS" ? state.trackers.where(({ groupArn }) => groupArn === dataset.groupArn) : [];
  const recommenders = state.recommenders.where(
    ({ groupArn, status }) => groupArn === dataset.groupArn && isRunning(status),
  );
  const users = [...jobs, ...versions, ...recommenders, ...trackers].map(({ arn }) => arn);
  if (users.length > 0) throw inUse(`Dataset ${dataset.arn} is used by ${users.join(", ")}.`);
}
