import { itemFields, schemaText, userFields } from "../../local/personalize/stage.ts";
import { type Fixture, settled } from "./fixture.ts";
import type { World } from "./world.ts";

/** Members that a case adds to a request or puts in the place of its own. */
type Changes = Readonly<Record<string, unknown>>;

/** How one operation is asked, and what makes it fail. */
export interface Operation {
  /** Sends a request that succeeds unless `changes` spoil it. */
  send(changes?: Changes): Promise<object>;
  /** Whether the fixture's making or the suite's end is its success, so that it is not sent again. */
  readonly once?: true;
  /** By name of the exception: a request that it answers. */
  readonly errors: Readonly<Record<string, () => Promise<unknown>>>;
}

/** An ARN of the same form that nothing has. */
const absent = (arn: string) => `${arn}-absent`;
const tags = (count: number) => Array.from({ length: count }, (_, i) => ({ tagKey: `key-${i}`, tagValue: "x" }));

type Send = Operation["send"];

/** Wrong form and nothing there, for the member that names the resource. */
const byArn = (send: Send, member: string, arn: string) => ({
  InvalidInputException: () => send({ [member]: "no ARN" }),
  ResourceNotFoundException: () => send({ [member]: absent(arn) }),
});
const describing = (send: Send, member: string, arn: string): Operation => ({ send, errors: byArn(send, member, arn) });

const listing = (send: Send): Operation => ({
  send,
  errors: {
    InvalidInputException: () => send({ maxResults: 101 }),
    InvalidNextTokenException: () => send({ nextToken: "nobody gave this out" }),
  },
});

/** For those that the fixture sent already: the name is taken now. */
const creating = (send: Send, member: string, arn: string, errors: Operation["errors"]): Operation => ({
  send,
  once: true,
  errors: {
    ...byArn((changes) => send({ name: "not-made", jobName: "not-made", ...changes }), member, arn),
    ResourceAlreadyExistsException: () => send(),
    TooManyTagsException: () => send({ name: "tagged", jobName: "tagged", tags: tags(51) }),
    ...errors,
  },
});

/** Every operation of the three services that the local account has, over the resources of a fixture. */
export function operations(world: World, f: Fixture): Readonly<Record<string, Operation>> {
  const { personalize: p, events, runtime, roleArn, place } = world;
  let count = 0;
  const fresh = () => `${f.run}-${++count}`;

  // Resources in the making: what depends on them has to wait.
  const youngGroup = async () => (await p.createDatasetGroup({ name: fresh() })).datasetGroupArn ?? "";
  const youngSolution = async () => (await create.solution({ name: fresh() })).solutionArn ?? "";
  const youngVersion = async () =>
    (await p.createSolutionVersion({ solutionArn: f.solution })).solutionVersionArn ?? "";
  const youngDataset = async (datasetType: string, schemaArn: string) => {
    const datasetGroupArn = await settledGroup();
    return (await p.createDataset({ name: fresh(), datasetGroupArn, datasetType, schemaArn })).datasetArn ?? "";
  };
  const settledGroup = async () => {
    const datasetGroupArn = await youngGroup();
    await settled(world, datasetGroupArn, async () => (await p.describeDatasetGroup({ datasetGroupArn })).datasetGroup);
    return datasetGroupArn;
  };
  /** A second group that may have a tracker. */
  const trackableGroup = async () => {
    const datasetArn = await youngDataset("Interactions", f.schema);
    await settled(world, datasetArn, async () => (await p.describeDataset({ datasetArn })).dataset);
    return (await p.describeDataset({ datasetArn })).dataset?.datasetGroupArn;
  };
  const userSchema = async () =>
    (await p.createSchema({ name: fresh(), schema: schemaText("Users", userFields) })).schemaArn ?? "";
  const itemSchema = async () =>
    (await p.createSchema({ name: fresh(), schema: schemaText("Items", itemFields) })).schemaArn ?? "";

  const group = f.group;
  const data = { dataLocation: `${place}interactions.csv` };
  const output = { s3DataDestination: { path: `${place}out/` } };
  const recipeArn = "arn:aws:personalize:::recipe/aws-user-personalization";
  const expression = 'INCLUDE ItemID WHERE Items.SPECIES IN ("dog")';
  const create = {
    group: (c: Changes = {}) => p.createDatasetGroup({ name: f.run, ...c }),
    schema: (c: Changes = {}) =>
      p.createSchema({ name: `${f.run}-Users`, schema: schemaText("Users", userFields), ...c }),
    dataset: (c: Changes = {}) =>
      p.createDataset({ name: f.run, datasetGroupArn: group, datasetType: "Interactions", schemaArn: f.schema, ...c }),
    importJob: (c: Changes = {}) =>
      p.createDatasetImportJob({
        jobName: `${f.run}-items`,
        datasetArn: f.interactions,
        dataSource: data,
        roleArn,
        ...c,
      }),
    exportJob: (c: Changes = {}) =>
      p.createDatasetExportJob({ jobName: f.run, datasetArn: f.interactions, jobOutput: output, roleArn, ...c }),
    deletionJob: (c: Changes = {}) =>
      p.createDataDeletionJob({ jobName: f.run, datasetGroupArn: group, dataSource: data, roleArn, ...c }),
    tracker: (c: Changes = {}) => p.createEventTracker({ name: f.run, datasetGroupArn: group, ...c }),
    filter: (c: Changes = {}) =>
      p.createFilter({ name: f.run, datasetGroupArn: group, filterExpression: expression, ...c }),
    attribution: (c: Changes = {}) =>
      p.createMetricAttribution({
        name: f.run,
        datasetGroupArn: group,
        metrics: [],
        metricsOutputConfig: { roleArn },
        ...c,
      }),
    solution: (c: Changes = {}) =>
      p.createSolution({
        name: `${f.run}-personal`,
        datasetGroupArn: group,
        recipeArn,
        performAutoTraining: false,
        ...c,
      }),
    campaign: (c: Changes = {}) =>
      p.createCampaign({ name: `${f.run}-personal`, solutionVersionArn: f.version, minProvisionedTPS: 1, ...c }),
    batchJob: (c: Changes = {}) =>
      p.createBatchInferenceJob({
        jobName: f.run,
        solutionVersionArn: f.version,
        roleArn,
        jobInput: { s3DataSource: { path: `${place}batch/in.json` } },
        jobOutput: output,
        ...c,
      }),
  };
  const version: Send = (c = {}) => p.createSolutionVersion({ solutionArn: f.solution, ...c });

  const describe = {
    group: (c: Changes = {}) => p.describeDatasetGroup({ datasetGroupArn: group, ...c }),
    schema: (c: Changes = {}) => p.describeSchema({ schemaArn: f.schema, ...c }),
    dataset: (c: Changes = {}) => p.describeDataset({ datasetArn: f.items, ...c }),
    importJob: (c: Changes = {}) => p.describeDatasetImportJob({ datasetImportJobArn: f.importJob, ...c }),
    exportJob: (c: Changes = {}) => p.describeDatasetExportJob({ datasetExportJobArn: f.exportJob, ...c }),
    deletionJob: (c: Changes = {}) => p.describeDataDeletionJob({ dataDeletionJobArn: f.deletionJob, ...c }),
    batchJob: (c: Changes = {}) => p.describeBatchInferenceJob({ batchInferenceJobArn: f.batchJob, ...c }),
    tracker: (c: Changes = {}) => p.describeEventTracker({ eventTrackerArn: f.tracker, ...c }),
    filter: (c: Changes = {}) => p.describeFilter({ filterArn: f.filter, ...c }),
    attribution: (c: Changes = {}) => p.describeMetricAttribution({ metricAttributionArn: f.attribution, ...c }),
    solution: (c: Changes = {}) => p.describeSolution({ solutionArn: f.solution, ...c }),
    version: (c: Changes = {}) => p.describeSolutionVersion({ solutionVersionArn: f.version, ...c }),
    campaign: (c: Changes = {}) => p.describeCampaign({ campaignArn: f.campaign, ...c }),
    recipe: (c: Changes = {}) => p.describeRecipe({ recipeArn, ...c }),
    algorithm: async (c: Changes = {}) =>
      p.describeAlgorithm({ algorithmArn: (await p.describeRecipe({ recipeArn })).recipe?.algorithmArn, ...c }),
    transformation: async (c: Changes = {}) => {
      const { recipe } = await p.describeRecipe({ recipeArn });
      return p.describeFeatureTransformation({
        featureTransformationArn: recipe?.featureTransformationArn,
        ...c,
      });
    },
  };

  const metrics: Send = (c = {}) => p.getSolutionMetrics({ solutionVersionArn: f.version, ...c });
  const update = {
    campaign: (c: Changes = {}) => p.updateCampaign({ campaignArn: f.campaign, minProvisionedTPS: 2, ...c }),
    dataset: async (c: Changes = {}) => p.updateDataset({ datasetArn: f.users, schemaArn: await userSchema(), ...c }),
    attribution: (c: Changes = {}) =>
      p.updateMetricAttribution({ metricAttributionArn: f.attribution, metricsOutputConfig: { roleArn }, ...c }),
    solution: (c: Changes = {}) => p.updateSolution({ solutionArn: f.solution, performAutoTraining: false, ...c }),
  };
  const stop: Send = async (c) => {
    const solutionVersionArn = c === undefined ? await youngVersion() : f.version;
    return p.stopSolutionVersionCreation({ solutionVersionArn, ...c });
  };

  const remove = {
    campaign: (c: Changes = {}) => p.deleteCampaign({ campaignArn: f.campaign, ...c }),
    solution: (c: Changes = {}) => p.deleteSolution({ solutionArn: f.solution, ...c }),
    filter: (c: Changes = {}) => p.deleteFilter({ filterArn: f.filter, ...c }),
    tracker: (c: Changes = {}) => p.deleteEventTracker({ eventTrackerArn: f.tracker, ...c }),
    attribution: (c: Changes = {}) => p.deleteMetricAttribution({ metricAttributionArn: f.attribution, ...c }),
    dataset: (c: Changes = {}) => p.deleteDataset({ datasetArn: f.users, ...c }),
    schema: (c: Changes = {}) => p.deleteSchema({ schemaArn: f.schema, ...c }),
    group: (c: Changes = {}) => p.deleteDatasetGroup({ datasetGroupArn: group, ...c }),
  };
  const removing = (
    send: Send,
    member: string,
    arn: string,
    ResourceInUseException: () => Promise<unknown>,
  ): Operation => ({
    send,
    once: true,
    errors: { ...byArn(send, member, arn), ResourceInUseException },
  });

  const putEvents: Send = (c = {}) =>
    events.putEvents({
      trackingId: f.trackingId,
      sessionId: "visit",
      eventList: [{ eventType: "View", itemId: "cat-1", sentAt: world.now() }],
      ...c,
    });
  const putItems: Send = (c = {}) =>
    events.putItems({ datasetArn: f.items, items: [{ itemId: "owl", properties: '{"species":"bird"}' }], ...c });
  const putUsers: Send = (c = {}) => events.putUsers({ datasetArn: f.users, users: [{ userId: "ann" }], ...c });
  const recommend: Send = (c = {}) => runtime.getRecommendations({ campaignArn: f.campaign, userId: "user-1", ...c });
  const rank: Send = (c = {}) =>
    runtime.getPersonalizedRanking({
      campaignArn: f.ranking.campaign,
      userId: "user-1",
      inputList: ["cat-1", "dog-1"],
      ...c,
    });
  const tag: Send = (c = {}) => p.tagResource({ resourceArn: group, tags: tags(1), ...c });
  const untag: Send = (c = {}) => p.untagResource({ resourceArn: group, tagKeys: ["key-0"], ...c });

  return {
    CreateDatasetGroup: {
      send: create.group,
      once: true,
      errors: {
        InvalidInputException: () => create.group({ name: "no name!" }),
        ResourceAlreadyExistsException: () => create.group(),
        TooManyTagsException: () => create.group({ name: fresh(), tags: tags(51) }),
      },
    },
    CreateSchema: {
      send: create.schema,
      once: true,
      errors: {
        InvalidInputException: () => create.schema({ name: fresh(), schema: "{}" }),
        ResourceAlreadyExistsException: () => create.schema(),
      },
    },
    CreateDataset: creating(create.dataset, "datasetGroupArn", group, {
      ResourceInUseException: async () => create.dataset({ datasetGroupArn: await youngGroup() }),
      TooManyTagsException: async () => create.dataset({ datasetGroupArn: await settledGroup(), tags: tags(51) }),
    }),
    CreateDatasetImportJob: creating(create.importJob, "datasetArn", f.interactions, {
      ResourceInUseException: async () =>
        create.importJob({ jobName: fresh(), datasetArn: await youngDataset("Users", await userSchema()) }),
    }),
    CreateDatasetExportJob: creating(create.exportJob, "datasetArn", f.interactions, {
      ResourceInUseException: async () =>
        create.exportJob({ jobName: fresh(), datasetArn: await youngDataset("Users", await userSchema()) }),
    }),
    CreateDataDeletionJob: creating(create.deletionJob, "datasetGroupArn", group, {
      ResourceInUseException: async () => create.deletionJob({ jobName: fresh(), datasetGroupArn: await youngGroup() }),
    }),
    CreateEventTracker: {
      send: create.tracker,
      once: true,
      errors: {
        ...byArn((c) => create.tracker({ name: fresh(), ...c }), "datasetGroupArn", group),
        LimitExceededException: () => create.tracker({ name: fresh() }),
        ResourceInUseException: async () => create.tracker({ name: fresh(), datasetGroupArn: await youngGroup() }),
        TooManyTagsException: async () =>
          create.tracker({ name: fresh(), datasetGroupArn: await trackableGroup(), tags: tags(51) }),
      },
    },
    CreateFilter: creating(create.filter, "datasetGroupArn", group, {
      InvalidInputException: () => create.filter({ name: fresh(), filterExpression: "INCLUDE everything" }),
    }),
    CreateMetricAttribution: {
      send: create.attribution,
      once: true,
      errors: {
        ...byArn((c) => create.attribution({ name: fresh(), ...c }), "datasetGroupArn", group),
        ResourceAlreadyExistsException: () => create.attribution(),
        ResourceInUseException: async () => create.attribution({ name: fresh(), datasetGroupArn: await youngGroup() }),
      },
    },
    CreateSolution: creating(create.solution, "datasetGroupArn", group, {
      ResourceInUseException: async () => create.solution({ name: fresh(), datasetGroupArn: await youngGroup() }),
    }),
    CreateSolutionVersion: {
      send: version,
      once: true,
      errors: {
        ...byArn(version, "solutionArn", f.solution),
        ResourceInUseException: async () => version({ solutionArn: await youngSolution() }),
        TooManyTagsException: () => version({ tags: tags(51) }),
      },
    },
    CreateCampaign: creating(create.campaign, "solutionVersionArn", f.version, {
      ResourceInUseException: async () => create.campaign({ name: fresh(), solutionVersionArn: await youngVersion() }),
    }),
    CreateBatchInferenceJob: creating(create.batchJob, "solutionVersionArn", f.version, {
      ResourceInUseException: async () =>
        create.batchJob({ jobName: fresh(), solutionVersionArn: await youngVersion() }),
    }),

    DescribeDatasetGroup: describing(describe.group, "datasetGroupArn", group),
    DescribeSchema: describing(describe.schema, "schemaArn", f.schema),
    DescribeDataset: describing(describe.dataset, "datasetArn", f.items),
    DescribeDatasetImportJob: describing(describe.importJob, "datasetImportJobArn", f.importJob),
    DescribeDatasetExportJob: describing(describe.exportJob, "datasetExportJobArn", f.exportJob),
    DescribeDataDeletionJob: describing(describe.deletionJob, "dataDeletionJobArn", f.deletionJob),
    DescribeBatchInferenceJob: describing(describe.batchJob, "batchInferenceJobArn", f.batchJob),
    DescribeEventTracker: describing(describe.tracker, "eventTrackerArn", f.tracker),
    DescribeFilter: describing(describe.filter, "filterArn", f.filter),
    DescribeMetricAttribution: describing(describe.attribution, "metricAttributionArn", f.attribution),
    DescribeSolution: describing(describe.solution, "solutionArn", f.solution),
    DescribeSolutionVersion: describing(describe.version, "solutionVersionArn", f.version),
    DescribeCampaign: describing(describe.campaign, "campaignArn", f.campaign),
    DescribeRecipe: describing(describe.recipe, "recipeArn", recipeArn),
    DescribeAlgorithm: describing(describe.algorithm, "algorithmArn", "arn:aws:personalize:::algorithm/aws"),
    DescribeFeatureTransformation: describing(
      describe.transformation,
      "featureTransformationArn",
      "arn:aws:personalize:::feature-transformation/aws",
    ),

    ListDatasetGroups: listing((c) => p.listDatasetGroups({ ...c })),
    ListSchemas: listing((c) => p.listSchemas({ ...c })),
    ListDatasets: listing((c) => p.listDatasets({ datasetGroupArn: group, ...c })),
    ListDatasetImportJobs: listing((c) => p.listDatasetImportJobs({ ...c })),
    ListDatasetExportJobs: listing((c) => p.listDatasetExportJobs({ ...c })),
    ListDataDeletionJobs: listing((c) => p.listDataDeletionJobs({ ...c })),
    ListBatchInferenceJobs: listing((c) => p.listBatchInferenceJobs({ ...c })),
    ListEventTrackers: listing((c) => p.listEventTrackers({ ...c })),
    ListFilters: listing((c) => p.listFilters({ ...c })),
    ListMetricAttributions: listing((c) => p.listMetricAttributions({ ...c })),
    ListMetricAttributionMetrics: listing((c) =>
      p.listMetricAttributionMetrics({ metricAttributionArn: f.attribution, ...c }),
    ),
    ListRecipes: listing((c) => p.listRecipes({ ...c })),
    ListSolutions: listing((c) => p.listSolutions({ ...c })),
    ListSolutionVersions: {
      ...listing((c) => p.listSolutionVersions({ ...c })),
      errors: {
        ...listing((c) => p.listSolutionVersions({ ...c })).errors,
        ResourceNotFoundException: () => p.listSolutionVersions({ solutionArn: absent(f.solution) }),
      },
    },
    ListCampaigns: listing((c) => p.listCampaigns({ ...c })),
    ListTagsForResource: describing((c) => p.listTagsForResource({ resourceArn: group, ...c }), "resourceArn", group),
    TagResource: {
      send: tag,
      errors: { ...byArn(tag, "resourceArn", group), TooManyTagsException: () => tag({ tags: tags(51) }) },
    },
    UntagResource: {
      send: untag,
      errors: {
        ...byArn(untag, "resourceArn", group),
      },
    },

    GetSolutionMetrics: {
      send: metrics,
      errors: {
        ...byArn(metrics, "solutionVersionArn", f.version),
        ResourceInUseException: async () => metrics({ solutionVersionArn: await youngVersion() }),
      },
    },
    StopSolutionVersionCreation: {
      send: stop,
      errors: { ...byArn(stop, "solutionVersionArn", f.version), ResourceInUseException: () => stop({}) },
    },
    UpdateCampaign: {
      send: update.campaign,
      errors: {
        ...byArn(update.campaign, "campaignArn", f.campaign),
        ResourceInUseException: async () => {
          await update.campaign({ minProvisionedTPS: 3 });
          return update.campaign();
        },
      },
    },
    UpdateDataset: {
      send: update.dataset,
      errors: {
        ...byArn(update.dataset, "datasetArn", f.users),
        ResourceInUseException: async () => {
          const schemaArn = await userSchema();
          return update.dataset({ datasetArn: await youngDataset("Users", schemaArn), schemaArn });
        },
      },
    },
    UpdateMetricAttribution: {
      send: update.attribution,
      errors: byArn(update.attribution, "metricAttributionArn", f.attribution),
    },
    UpdateSolution: {
      send: update.solution,
      errors: {
        ...byArn(update.solution, "solutionArn", f.solution),
        ResourceInUseException: async () => update.solution({ solutionArn: await youngSolution() }),
      },
    },

    PutEvents: { send: putEvents, errors: { InvalidInputException: () => putEvents({ trackingId: "unknown" }) } },
    PutItems: {
      send: putItems,
      errors: {
        ...byArn(putItems, "datasetArn", f.items),
        InvalidInputException: () => putItems({ items: [{ itemId: "owl", properties: '{"colour":"red"}' }] }),
        ResourceInUseException: async () => putItems({ datasetArn: await youngDataset("Items", await itemSchema()) }),
      },
    },
    PutUsers: {
      send: putUsers,
      errors: {
        ...byArn(putUsers, "datasetArn", f.users),
        ResourceInUseException: async () => putUsers({ datasetArn: await youngDataset("Users", await userSchema()) }),
      },
    },
    GetRecommendations: { send: recommend, errors: byArn(recommend, "campaignArn", f.campaign) },
    GetPersonalizedRanking: { send: rank, errors: byArn(rank, "campaignArn", f.ranking.campaign) },

    // In the order of the removal: what stands on others goes first.
    DeleteCampaign: removing(remove.campaign, "campaignArn", f.campaign, async () => {
      const { campaignArn } = await create.campaign({ name: fresh() });
      return remove.campaign({ campaignArn });
    }),
    DeleteSolution: removing(remove.solution, "solutionArn", f.solution, () => remove.solution()),
    DeleteFilter: removing(remove.filter, "filterArn", f.filter, async () => {
      const { filterArn } = await create.filter({ name: fresh() });
      return remove.filter({ filterArn });
    }),
    DeleteEventTracker: removing(remove.tracker, "eventTrackerArn", f.tracker, async () => {
      const { eventTrackerArn } = await create.tracker({ name: fresh(), datasetGroupArn: await trackableGroup() });
      return remove.tracker({ eventTrackerArn });
    }),
    DeleteMetricAttribution: {
      send: remove.attribution,
      once: true,
      errors: byArn(remove.attribution, "metricAttributionArn", f.attribution),
    },
    DeleteDataset: removing(remove.dataset, "datasetArn", f.users, async () =>
      remove.dataset({ datasetArn: await youngDataset("Users", await userSchema()) }),
    ),
    DeleteSchema: removing(remove.schema, "schemaArn", f.schema, () => remove.schema()),
    DeleteDatasetGroup: removing(remove.group, "datasetGroupArn", group, () => remove.group()),
  };
}
