// The calls of the dynamic providers in dynamic-providers/ for each kind. Lists have no resource types. A create action of most
// kinds needs a permission on two resources (Service Authorization Reference): its own, and the one that it belongs to.
import { anywhere, type Need, type Needs, on, passes } from "./need";

/** A kind without tags, by the start of its ARN's last part. */
const untagged = (resource: string, kind: string, update?: string): Need[] => [
  on("personalize", resource, {
    create: `Create${kind}`,
    read: `Describe${kind}`,
    ...(update !== undefined && { update }),
    delete: `Delete${kind}`,
  }),
  anywhere("personalize", { read: `List${kind}s` }),
];

const tags = (resource: string): Need =>
  on("personalize", resource, { create: "TagResource", read: "ListTagsForResource", update: "UntagResource" });

const kind = (resource: string, kind: string, update?: string): Need[] => [
  ...untagged(resource, kind, update),
  tags(resource),
];

/** The resource that a new one belongs to. */
const of = (input: string, kind: string): Need => on("personalize", `{${input}}`, { create: `Create${kind}` });

const named = (type: string) => `{place}:${type}/{physicalName}`;

export const personalizeNeeds: Needs = {
  DatasetGroup: [...kind(named("dataset-group"), "DatasetGroup"), passes("roleArn", "personalize")],
  Schema: untagged(named("schema"), "Schema"),
  Dataset: [
    ...kind("{place}:dataset/{groupName}/{collection}", "Dataset", "UpdateDataset"),
    of("datasetGroupArn", "Dataset"),
    // A dataset with data is not deleted without permission, and the imports say whether it has data.
    anywhere("personalize", { delete: "ListDatasetImportJobs" }),
  ],
  DatasetImportJob: [
    on("personalize", named("dataset-import-job"), {
      create: "CreateDatasetImportJob",
      read: "DescribeDatasetImportJob",
    }),
    tags(named("dataset-import-job")),
    on("personalize", "{datasetArn}", { create: "CreateDatasetImportJob", read: "DescribeDataset" }),
    anywhere("personalize", { read: "ListDatasetImportJobs" }),
    passes("roleArn", "personalize"),
  ],
  Solution: [
    ...kind(named("solution"), "Solution", "UpdateSolution"),
    of("datasetGroupArn", "Solution"),
    // Trainings are stopped before their solution is deleted.
    on("personalize", `${named("solution")}/*`, { delete: "DescribeSolutionVersion StopSolutionVersionCreation" }),
    anywhere("personalize", { delete: "ListSolutionVersions" }),
  ],
  SolutionVersion: [
    // IAM has no type for versions, whose ARNs end in generated digits.
    on("personalize", "{solutionArn}/*", { read: "DescribeSolutionVersion", delete: "StopSolutionVersionCreation" }),
    tags("{solutionArn}/*"),
    on("personalize", "{solutionArn}", { create: "CreateSolutionVersion TagResource" }),
    anywhere("personalize", { read: "ListSolutionVersions" }),
  ],
  Campaign: [...kind(named("campaign"), "Campaign", "UpdateCampaign"), of("solutionVersionArn", "Campaign")],
  // An event tracker's ARN ends in generated digits.
  EventTracker: [...kind("{place}:event-tracker/*", "EventTracker"), of("datasetGroupArn", "EventTracker")],
  Filter: [...kind(named("filter"), "Filter"), of("datasetGroupArn", "Filter")],
  MetricAttribution: [
    ...untagged(named("metric-attribution"), "MetricAttribution", "UpdateMetricAttribution"),
    of("datasetGroupArn", "MetricAttribution"),
    anywhere("personalize", { read: "ListMetricAttributionMetrics" }),
    passes("roleArn", "personalize"),
  ],
};
