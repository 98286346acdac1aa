import { arnMember } from "../fixture";
import { type Operations, type Suite, tags, test, testArn, testList, testResource } from "../operation";
import { userFields, writeSchema } from "../pets";

/** Dataset groups, their schemas, datasets, filters and tags. */
export function dataOperations(suite: Suite): Operations {
  const { world, fixture, making } = suite;
  const { run } = world;
  const { group, users, schema } = fixture;
  const busyUsers = async () => making.youngDataset("Users", await making.userSchema());
  const filterExpression = 'INCLUDE ItemID WHERE Items.SPECIES IN ("dog")';
  const filter = { datasetGroupArn: group, filterExpression };
  const youngFilter = async () => ({ filterArn: await making.create("Filter", filter) });
  return {
    ...testResource(suite, {
      kind: "DatasetGroup",
      arn: group,
      create: { name: run },
      errors: { InvalidInputException: { name: "no name!" } },
      inUse: {},
    }),
    ...testResource(suite, {
      kind: "Schema",
      arn: schema,
      create: { name: `${run}-Users`, schema: writeSchema("Users", userFields) },
      errors: { InvalidInputException: () => ({ name: making.fresh(), schema: "{}" }) },
      inUse: {},
    }),
    ...testResource(suite, {
      kind: "Dataset",
      arn: users,
      create: { name: run, datasetGroupArn: group, datasetType: "Interactions", schemaArn: schema },
      parent: "datasetGroupArn",
      list: { datasetGroupArn: group },
      errors: {
        ResourceInUseException: async () => ({ datasetGroupArn: await making.youngGroup() }),
        TooManyTagsException: async () => ({ datasetGroupArn: await making.group(), tags: tags(51) }),
      },
      inUse: async () => ({ datasetArn: await busyUsers() }),
    }),
    UpdateDataset: test(
      suite,
      "UpdateDataset",
      async () => ({ datasetArn: users, schemaArn: await making.userSchema() }),
      { ...testArn("datasetArn", users), ResourceInUseException: async () => ({ datasetArn: await busyUsers() }) },
    ),
    ...testResource(suite, {
      kind: "Filter",
      arn: fixture.filter,
      create: { name: run, ...filter },
      parent: "datasetGroupArn",
      errors: { InvalidInputException: () => ({ name: making.fresh(), filterExpression: "INCLUDE everything" }) },
      inUse: youngFilter,
    }),
    ...tagOperations(suite),
  };
}

function tagOperations(suite: Suite): Operations {
  const resourceArn = suite.fixture.group;
  const errors = {
    ...testArn("resourceArn", resourceArn),
    ResourceInUseException: async () => ({ resourceArn: await suite.making.dyingGroup() }),
  };
  const tagKeys = tags(51).map(({ tagKey }) => tagKey);
  return {
    TagResource: test(
      suite,
      "TagResource",
      { resourceArn, tags: tags(1) },
      { ...errors, TooManyTagsException: { tags: tags(51) } },
    ),
    UntagResource: test(
      suite,
      "UntagResource",
      { resourceArn, tagKeys: ["key-0"] },
      { ...errors, TooManyTagKeysException: { tagKeys } },
    ),
    ListTagsForResource: test(suite, "ListTagsForResource", { resourceArn }, errors),
  };
}

/** Event trackers, events, items and users, and metric attributions. */
export function eventOperations(suite: Suite): Operations {
  const { world, fixture, making } = suite;
  const { roleArn, run } = world;
  const { group, tracker, attribution, items, users } = fixture;
  const views = { eventType: "View", metricName: "views", expression: "SAMPLECOUNT()" };
  const inYoungGroup = async () => ({ name: making.fresh(), datasetGroupArn: await making.youngGroup() });
  const metrics = { metrics: [views], metricsOutputConfig: { roleArn } };
  const young = (kind: string, request: object) => async () => {
    const datasetGroupArn = await making.groupWithInteractions();
    return { [arnMember(kind)]: await making.create(kind, { ...request, datasetGroupArn }) };
  };
  const youngAttribution = young("MetricAttribution", metrics);
  return {
    ...testResource(suite, {
      kind: "EventTracker",
      arn: tracker,
      create: { name: run, datasetGroupArn: group },
      parent: "datasetGroupArn",
      errors: {
        // One of a group, which the fixture has.
        LimitExceededException: {},
        ResourceInUseException: inYoungGroup,
        TooManyTagsException: async () => ({ datasetGroupArn: await making.groupWithInteractions(), tags: tags(51) }),
      },
      inUse: young("EventTracker", {}),
    }),
    PutEvents: test(
      suite,
      "PutEvents",
      () => ({
        trackingId: fixture.trackingId,
        sessionId: "visit",
        eventList: [{ eventType: "View", itemId: "cat-1", sentAt: world.now() }],
      }),
      { InvalidInputException: { trackingId: "unknown" } },
    ),
    PutItems: test(
      suite,
      "PutItems",
      { datasetArn: items, items: [{ itemId: "owl", properties: '{"species":"bird"}' }] },
      {
        ...testArn("datasetArn", items),
        InvalidInputException: { items: [{ itemId: "owl", properties: '{"colour":"red"}' }] },
        ResourceInUseException: async () => ({
          datasetArn: await making.youngDataset("Items", await making.itemSchema()),
        }),
      },
    ),
    PutUsers: test(
      suite,
      "PutUsers",
      { datasetArn: users, users: [{ userId: "user-0", properties: '{"home":"house"}' }] },
      {
        ...testArn("datasetArn", users),
        InvalidInputException: { users: [{ userId: "user-0", properties: '{"colour":"red"}' }] },
        ResourceInUseException: async () => ({
          datasetArn: await making.youngDataset("Users", await making.userSchema()),
        }),
      },
    ),
    ...testResource(suite, {
      kind: "MetricAttribution",
      arn: attribution,
      create: { name: run, datasetGroupArn: group, ...metrics },
      parent: "datasetGroupArn",
      errors: {
        // One of a group, which the fixture has.
        LimitExceededException: () => ({ name: making.fresh() }),
        ResourceInUseException: inYoungGroup,
      },
      inUse: youngAttribution,
    }),
    ListMetricAttributionMetrics: testList(suite, "ListMetricAttributionMetrics", {
      metricAttributionArn: attribution,
    }),
    UpdateMetricAttribution: test(
      suite,
      "UpdateMetricAttribution",
      { metricAttributionArn: attribution, metricsOutputConfig: { roleArn } },
      {
        ...testArn("metricAttributionArn", attribution),
        // The name of a metric exists already: an attribution keeps its own.
        ResourceAlreadyExistsException: { addMetrics: [views] },
        ResourceInUseException: youngAttribution,
      },
    ),
  };
}
