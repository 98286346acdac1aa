import { type Operations, type Suite, testArn, testDelete, testDescribe, testList } from "../operation.ts";

export function metricAttributionOperations({ world, fixture, making }: Suite): Operations {
  const { personalize: p, roleArn, run } = world;
  const { group, attribution } = fixture;
  const views = { eventType: "View", metricName: "views", expression: "SAMPLECOUNT()" };
  const create = (c: object) =>
    p.createMetricAttribution({
      name: run,
      datasetGroupArn: group,
      metrics: [],
      metricsOutputConfig: { roleArn },
      ...c,
    });
  const young = async () => {
    const datasetGroupArn = await making.groupWithInteractions();
    const { metricAttributionArn } = await create({ name: making.fresh(), datasetGroupArn });
    return { metricAttributionArn };
  };
  return {
    CreateMetricAttribution: {
      send: (c = {}) => create(c),
      once: true,
      errors: {
        ...testArn("datasetGroupArn", group),
        ResourceAlreadyExistsException: {},
        // One of a group, which the fixture has.
        LimitExceededException: () => ({ name: making.fresh() }),
        ResourceInUseException: async () => ({
          name: making.fresh(),
          datasetGroupArn: await making.youngGroup(),
        }),
      },
    },
    DescribeMetricAttribution: testDescribe(
      (c) => p.describeMetricAttribution({ metricAttributionArn: attribution, ...c }),
      "metricAttributionArn",
      attribution,
    ),
    ListMetricAttributions: testList((c) => p.listMetricAttributions({ ...c })),
    ListMetricAttributionMetrics: testList((c) =>
      p.listMetricAttributionMetrics({ metricAttributionArn: attribution, ...c }),
    ),
    UpdateMetricAttribution: {
      send: (c) =>
        p.updateMetricAttribution({ metricAttributionArn: attribution, metricsOutputConfig: { roleArn }, ...c }),
      errors: {
        ...testArn("metricAttributionArn", attribution),
        // The name of a metric exists already: an attribution keeps its own.
        ResourceAlreadyExistsException: { addMetrics: [views] },
        ResourceInUseException: young,
      },
    },
    DeleteMetricAttribution: testDelete(
      (c) => p.deleteMetricAttribution({ metricAttributionArn: attribution, ...c }),
      "metricAttributionArn",
      attribution,
      young,
    ),
  };
}
