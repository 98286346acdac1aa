import { ownValue } from "../../aws/record";
import { onAny, passRole } from "../../host/permission";
import type { Call, Caller, Permission, Permissions } from "../../host/service";
import type { Clients } from "../../model/clients";
import { arnOf } from "./context";
import { servicePrincipal } from "./s3/data-role";

type Control = Clients["personalize"];
type Tagged = { tags?: readonly unknown[] | undefined };

/** On the resource that a member of the input names by its ARN. */
function on<K extends string>(operation: string, member: K) {
  return (input: { [M in K]?: string | undefined }): Permission[] => [
    { action: `personalize:${operation}`, resource: ownValue(input, member) ?? "*" },
  ];
}

/** On the resource to be created, with the permission to tag it when tags are given. */
function allowCreate<I extends Tagged>(operation: string, tail: (input: I) => string) {
  return (input: I, call: Caller): Permission[] => {
    const resource = arnOf(call, tail(input));
    const tagging = { action: "personalize:TagResource", resource };
    return [{ action: `personalize:${operation}`, resource }, ...((input.tags?.length ?? 0) > 0 ? [tagging] : [])];
  };
}

/** Passing a role needs a separate permission (IAM guide, "Passing a role to an AWS service"). */
function passing<I extends { roleArn?: string | undefined }>(needed: (input: I, call: Call) => readonly Permission[]) {
  return (input: I, call: Call): Permission[] => [...needed(input, call), ...passRole(input.roleArn, servicePrincipal)];
}

const nameOfGroup = (arn = "") => arn.slice(arn.lastIndexOf("/") + 1);

/**
 * Actions and resources as the Service Authorization Reference lists them; listings have no
 * resource.
 */
export const permissions = {
  CreateDatasetGroup: passing(allowCreate("CreateDatasetGroup", ({ name }) => `dataset-group/${name}`)),
  DescribeDatasetGroup: on("DescribeDatasetGroup", "datasetGroupArn"),
  DeleteDatasetGroup: on("DeleteDatasetGroup", "datasetGroupArn"),
  CreateSchema: allowCreate("CreateSchema", ({ name }: Tagged & { name?: string | undefined }) => `schema/${name}`),
  DescribeSchema: on("DescribeSchema", "schemaArn"),
  DeleteSchema: on("DeleteSchema", "schemaArn"),
  CreateDataset: allowCreate(
    "CreateDataset",
    ({ datasetGroupArn, datasetType = "" }) => `dataset/${nameOfGroup(datasetGroupArn)}/${datasetType.toUpperCase()}`,
  ),
  DescribeDataset: on("DescribeDataset", "datasetArn"),
  UpdateDataset: on("UpdateDataset", "datasetArn"),
  DeleteDataset: on("DeleteDataset", "datasetArn"),
  CreateDatasetImportJob: passing(
    allowCreate("CreateDatasetImportJob", ({ jobName }) => `dataset-import-job/${jobName}`),
  ),
  DescribeDatasetImportJob: on("DescribeDatasetImportJob", "datasetImportJobArn"),
  CreateDatasetExportJob: passing(
    allowCreate("CreateDatasetExportJob", ({ jobName }) => `dataset-export-job/${jobName}`),
  ),
  DescribeDatasetExportJob: on("DescribeDatasetExportJob", "datasetExportJobArn"),
  CreateDataDeletionJob: passing(allowCreate("CreateDataDeletionJob", ({ jobName }) => `data-deletion-job/${jobName}`)),
  DescribeDataDeletionJob: on("DescribeDataDeletionJob", "dataDeletionJobArn"),
  CreateBatchInferenceJob: passing(
    allowCreate("CreateBatchInferenceJob", ({ jobName }) => `batch-inference-job/${jobName}`),
  ),
  DescribeBatchInferenceJob: on("DescribeBatchInferenceJob", "batchInferenceJobArn"),
  CreateMetricAttribution: (input, call) => [
    { action: "personalize:CreateMetricAttribution", resource: arnOf(call, `metric-attribution/${input.name}`) },
    ...passRole(input.metricsOutputConfig?.roleArn, servicePrincipal),
  ],
  DescribeMetricAttribution: on("DescribeMetricAttribution", "metricAttributionArn"),
  UpdateMetricAttribution: (input) => [
    ...on("UpdateMetricAttribution", "metricAttributionArn")(input),
    ...passRole(input.metricsOutputConfig?.roleArn, servicePrincipal),
  ],
  DeleteMetricAttribution: on("DeleteMetricAttribution", "metricAttributionArn"),
  // A tracker's ARN ends in generated digits, so no narrower resource can be named before it
  // exists.
  CreateEventTracker: allowCreate("CreateEventTracker", () => "event-tracker/*"),
  DescribeEventTracker: on("DescribeEventTracker", "eventTrackerArn"),
  DeleteEventTracker: on("DeleteEventTracker", "eventTrackerArn"),
  CreateFilter: allowCreate("CreateFilter", ({ name }) => `filter/${name}`),
  DescribeFilter: on("DescribeFilter", "filterArn"),
  DeleteFilter: on("DeleteFilter", "filterArn"),
  ListRecipes: onAny("personalize:ListRecipes"),
  DescribeRecipe: on("DescribeRecipe", "recipeArn"),
  CreateSolution: allowCreate("CreateSolution", ({ name }) => `solution/${name}`),
  DescribeSolution: on("DescribeSolution", "solutionArn"),
  UpdateSolution: on("UpdateSolution", "solutionArn"),
  DeleteSolution: on("DeleteSolution", "solutionArn"),
  // A version is a part of its solution, for which IAM has the only type.
  CreateSolutionVersion: (input) => [
    ...on("CreateSolutionVersion", "solutionArn")(input),
    ...((input.tags?.length ?? 0) > 0 ? on("TagResource", "solutionArn")(input) : []),
  ],
  DescribeSolutionVersion: on("DescribeSolutionVersion", "solutionVersionArn"),
  StopSolutionVersionCreation: on("StopSolutionVersionCreation", "solutionVersionArn"),
  GetSolutionMetrics: on("GetSolutionMetrics", "solutionVersionArn"),
  CreateCampaign: allowCreate("CreateCampaign", ({ name }) => `campaign/${name}`),
  DescribeCampaign: on("DescribeCampaign", "campaignArn"),
  UpdateCampaign: on("UpdateCampaign", "campaignArn"),
  DeleteCampaign: on("DeleteCampaign", "campaignArn"),
  CreateRecommender: allowCreate("CreateRecommender", ({ name }) => `recommender/${name}`),
  DescribeRecommender: on("DescribeRecommender", "recommenderArn"),
  UpdateRecommender: on("UpdateRecommender", "recommenderArn"),
  StartRecommender: on("StartRecommender", "recommenderArn"),
  StopRecommender: on("StopRecommender", "recommenderArn"),
  DeleteRecommender: on("DeleteRecommender", "recommenderArn"),
  TagResource: on("TagResource", "resourceArn"),
  UntagResource: on("UntagResource", "resourceArn"),
  ListTagsForResource: on("ListTagsForResource", "resourceArn"),
  ListDatasetGroups: onAny("personalize:ListDatasetGroups"),
  ListSchemas: onAny("personalize:ListSchemas"),
  ListDatasets: onAny("personalize:ListDatasets"),
  ListDatasetImportJobs: onAny("personalize:ListDatasetImportJobs"),
  ListDatasetExportJobs: onAny("personalize:ListDatasetExportJobs"),
  ListDataDeletionJobs: onAny("personalize:ListDataDeletionJobs"),
  ListEventTrackers: onAny("personalize:ListEventTrackers"),
  ListFilters: onAny("personalize:ListFilters"),
  ListSolutions: onAny("personalize:ListSolutions"),
  ListSolutionVersions: onAny("personalize:ListSolutionVersions"),
  ListCampaigns: onAny("personalize:ListCampaigns"),
  ListRecommenders: onAny("personalize:ListRecommenders"),
  ListBatchInferenceJobs: onAny("personalize:ListBatchInferenceJobs"),
  ListMetricAttributions: onAny("personalize:ListMetricAttributions"),
  ListMetricAttributionMetrics: onAny("personalize:ListMetricAttributionMetrics"),
} satisfies Partial<Permissions<Control>>;
