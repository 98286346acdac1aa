import {
  interactionFields,
  itemFields,
  writeCatalogue,
  writeSchema,
  writeViews,
} from "../../local/record/personalize/pets.ts";
import { type Stage, startStage } from "../../local/tests/personalize/stage.mts";
import { type DynamicProvider, type Properties, startProvider, textOf } from "./dynamic-provider.mts";

const kinds = [
  "Schema",
  "DatasetGroup",
  "Dataset",
  "DatasetImportJob",
  "Solution",
  "SolutionVersion",
  "Campaign",
  "EventTracker",
  "Filter",
  "MetricAttribution",
] as const;
export type Kind = (typeof kinds)[number];

/** A resource as the engine keeps it between two runs. */
export interface Stored {
  readonly id: string;
  readonly properties: Properties & { arn: string };
}

/** Serialised once in a process. */
let texts: Promise<(readonly [Kind, string])[]> | undefined;

/**
 * The provider process against a local account, and inputs as the resource classes create them.
 * `name` is the logical name, `stack` the environment.
 */
export async function openStack(stackName = "dev", on?: Stage) {
  const shared = on !== undefined;
  const service = on ?? (await startStage());
  // Fast enough that a training is over within a second, slow enough that every state is seen.
  service.account.clock.setSpeed(600);
  let provider = await startProvider(service.account.origin);
  texts ??= Promise.all(kinds.map(async (kind) => [kind, await textOf(kind)] as const));
  const textByKind = new Map(await texts);

  const createInputs = (kind: Kind, name: string, args: Properties): Properties => ({
    name: `recommender-${stackName}-${name}`,
    timeoutSeconds: 1_200,
    providerVersion: "1",
    tags: {},
    ...(kind !== "Schema" &&
      kind !== "MetricAttribution" && {
        ownerTags: { "pulumi:project": "recommender", "pulumi:stack": stackName, "pulumi:resource": name },
      }),
    ...args,
    __provider: textByKind.get(kind),
  });

  return {
    service,
    get provider(): DynamicProvider {
      return provider;
    },
    inputs: createInputs,
    /** `check` and `create`, as `up` does them for a new resource. */
    async create(kind: Kind, name: string, args: Properties): Promise<Stored> {
      const news = createInputs(kind, name, args);
      const { failures } = await provider.check({}, news);
      if (failures.length > 0) throw new Error(JSON.stringify(failures));
      return (await provider.create(news)) as Stored;
    },
    /** Ends the process as a killed engine would, and starts the next one. */
    async restart(): Promise<void> {
      await provider.kill();
      provider = await startProvider(service.account.origin);
    },
    async close(): Promise<void> {
      await provider.kill();
      if (!shared) await service.account.close();
    },
  };
}
export type TestStack = Awaited<ReturnType<typeof openStack>>;

/** The inputs of a small recommender, each from the ARNs that it needs. */
export const args = {
  items: () => ({ schema: writeSchema("Items", itemFields) }),
  interactions: () => ({ schema: writeSchema("Interactions", interactionFields) }),
  dataset: (group: Stored, schema: Stored, datasetType: "Interactions" | "Items") => ({
    datasetGroupArn: group.properties.arn,
    datasetType,
    schemaArn: schema.properties.arn,
    deletionProtection: false,
  }),
  job: ({ service }: TestStack, dataset: Stored, key: string, dataHash = "1") => ({
    datasetArn: dataset.properties.arn,
    dataLocation: `s3://${service.bucket}/${key}`,
    dataHash,
    roleArn: service.roleArn,
  }),
  solution: (group: Stored, recipe = "aws-user-personalization") => ({
    datasetGroupArn: group.properties.arn,
    recipeArn: `arn:aws:personalize:::recipe/${recipe}`,
    algorithmHyperParameters: {},
  }),
  version: (solution: Stored) => ({ solutionArn: solution.properties.arn }),
  campaign: (version: Stored) => ({ solutionVersionArn: version.properties.arn, minProvisionedTPS: 1 }),
  tracker: (group: Stored) => ({ datasetGroupArn: group.properties.arn }),
  attribution: ({ service }: TestStack, group: Stored, ...metricNames: string[]) => ({
    datasetGroupArn: group.properties.arn,
    roleArn: service.roleArn,
    metrics: metricNames.map((metricName) => ({ eventType: "View", metricName, expression: "SAMPLECOUNT()" })),
  }),
  filter: (group: Stored) => ({
    datasetGroupArn: group.properties.arn,
    filterExpression: 'EXCLUDE ItemID WHERE Items.STATUS IN ("adopted")',
  }),
};

/** Everything up to the imported data: what a training needs. */
export async function createFilledGroup(stack: TestStack, name = "pets") {
  await stack.service.put("interactions.csv", writeViews());
  await stack.service.put("items.csv", writeCatalogue());
  const group = await stack.create("DatasetGroup", name, {});
  const interactionsSchema = await stack.create("Schema", `${name}-interactions`, args.interactions());
  const itemsSchema = await stack.create("Schema", `${name}-items`, args.items());
  const interactions = await stack.create(
    "Dataset",
    `${name}-interactions`,
    args.dataset(group, interactionsSchema, "Interactions"),
  );
  const items = await stack.create("Dataset", `${name}-items`, args.dataset(group, itemsSchema, "Items"));
  const jobs = [
    await stack.create("DatasetImportJob", `${name}-interactions`, args.job(stack, interactions, "interactions.csv")),
    await stack.create("DatasetImportJob", `${name}-items`, args.job(stack, items, "items.csv")),
  ];
  return { group, interactionsSchema, itemsSchema, interactions, items, jobs };
}
