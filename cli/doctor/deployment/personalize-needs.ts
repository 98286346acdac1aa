// The calls of the dynamic providers in dynamic-providers/ for each kind. Lists have no resource types. A create action of most
// kinds needs a permission on two resources (Service Authorization Reference): its own, and the one that it belongs to.
import { anywhere, type Need, type Needs, on, passes } from "./need";

const readTags = "ListTagsForResource";
const tags = { create: "TagResource", read: readTags, update: "UntagResource" };

/** A kind with tags, by the start of its ARN's last part. */
const kind = (resource: string, kind: string, { update = "" } = {}): Need[] => [
  on("personalize", resource, {
    create: `Create${kind} ${tags.create}`,
    read: `Describe${kind} ${tags.read}`,
    update: [update, tags.update].filter(Boolean).join(" "),
    delete: `Delete${kind}`,
  }),
  anywhere("personalize", { read: `List${kind}s` }),
];

/** The resource that a new one belongs to. */
const of = (input: string, kind: string): Need => on("personalize", `{${input}}`, { create: `Create${kind}` });

const named = (type: string) => `{place}:${type}/{physicalName}`;

export const personalizeNeeds: Needs = {
  DatasetGroup: [...kind(named("dataset-group"), "DatasetGroup"), passes("roleArn", "personalize")],
  Schema: [
    on("personalize", named("schema"), { create: "CreateSchema", read: "DescribeSchema", delete: "DeleteSchema" }),
    anywhere("personalize", { read: "ListSchemas" }),
  ],
  Dataset: [
    ...kind("{place}:dataset/{groupName}/{collection}", "Dataset", { update: "UpdateDataset" }),
    of("datasetGroupArn", "Dataset"),
    // A dataset with data is not deleted without permission, and the imports say whether it has data.
    anywhere("personalize", { delete: "ListDatasetImportJobs" }),
  ],
  DatasetImportJob: [
    on("personalize", named("dataset-import-job"), {
      create: "CreateDatasetImportJob TagResource",
      read: `DescribeDatasetImportJob ${readTags}`,
      update: tags.update,
    }),
    on("personalize", "{datasetArn}", { create: "CreateDatasetImportJob", read: "DescribeDataset" }),
    anywhere("personalize", { read: "ListDatasetImportJobs" }),
    passes("roleArn", "personalize"),
  ],
  Solution: [
    ...kind(named("solution"), "Solution", { update: "UpdateSolution" }),
    of("datasetGroupArn", "Solution"),
    // Trainings are stopped before their solution is deleted.
    on("personalize", `${named("solution")}/*`, { delete: "DescribeSolutionVersion StopSolutionVersionCreation" }),
    anywhere("personalize", { delete: "ListSolutionVersions" }),
  ],
  SolutionVersion: [
    // IAM has no type for versions, whose ARNs end in generated digits.
    on("personalize", "{solutionArn}/*", {
      create: "TagResource",
      read: `DescribeSolutionVersion ${readTags}`,
      update: tags.update,
      delete: "StopSolutionVersionCreation",
    }),
    on("personalize", "{solutionArn}", { create: "CreateSolutionVersion TagResource" }),
    anywhere("personalize", { read: "ListSolutionVersions" }),
  ],
  Campaign: [
    ...kind(named("campaign"), "Campaign", { update: "UpdateCampaign" }),
    of("solutionVersionArn", "Campaign"),
  ],
  // An event tracker's ARN ends in generated digits.
  EventTracker: [...kind("{place}:event-tracker/*", "EventTracker"), of("datasetGroupArn", "EventTracker")],
  Filter: [...kind(named("filter"), "Filter"), of("datasetGroupArn", "Filter")],
  MetricAttribution: [
    on("personalize", named("metric-attribution"), {
      create: "CreateMetricAttribution",
      read: "DescribeMetricAttribution",
      update: "UpdateMetricAttribution",
      delete: "DeleteMetricAttribution",
    }),
    of("datasetGroupArn", "MetricAttribution"),
    anywhere("personalize", { read: "ListMetricAttributions ListMetricAttributionMetrics" }),
    passes("roleArn", "personalize"),
  ],
};
