import { expect, test } from "vitest";
import { datasetKind } from "../../dynamic-providers/dataset.ts";
import { datasetImportJobKind } from "../../dynamic-providers/dataset-import-job.ts";
import { createProvider } from "../../dynamic-providers/resource/provider.ts";
import { arns, common, createException, createNotFound, scriptService } from "./scripted.mts";

const inputs = {
  ...common,
  datasetGroupArn: arns.group,
  datasetType: "Items",
  schemaArn: arns.schema,
  deletionProtection: true,
};
const state = { ...inputs, arn: arns.dataset, physicalName: "pets-1" };
const dataset = (more = {}) => ({
  dataset: {
    name: "pets-1",
    datasetGroupArn: arns.group,
    datasetType: "ITEMS",
    schemaArn: arns.schema,
    status: "ACTIVE",
    creationDateTime: new Date(1000),
    ...more,
  },
});

test("refuses to delete a dataset with imported data, with the remedy", async () => {
  const service = scriptService({ listDatasetImportJobs: [{ datasetImportJobs: [{ status: "ACTIVE" }] }] });

  await expect(createProvider(datasetKind, service.open).delete(arns.dataset, state)).rejects.toThrow(
    `Dataset "pets": ${arns.dataset} contains imported data and is protected. To delete the data, set ` +
      "`deletionProtection` to false, run `pulumi up`, then repeat this command.",
  );
});

test.each([
  ["has no data", state, [{ datasetImportJobs: [{ status: "CREATE FAILED" }] }]],
  ["is not protected", { ...state, deletionProtection: false }, [{ datasetImportJobs: [{ status: "ACTIVE" }] }]],
  ["was deleted already", state, [createNotFound()]],
])("a dataset that %s is deleted", async (_why, props, listDatasetImportJobs) => {
  const service = scriptService({
    listDatasetImportJobs,
    describeDataset: [dataset(), createNotFound()],
    deleteDataset: [{}],
  });

  await createProvider(datasetKind, service.open).delete(arns.dataset, props);

  expect(service.inputs("deleteDataset")).toEqual([{ datasetArn: arns.dataset }]);
});

test("an error while looking for data is an error, not permission to delete", async () => {
  const service = scriptService({
    listDatasetImportJobs: [createException("AccessDeniedException", "no")],
    describeDataset: [dataset(), createNotFound()],
    deleteDataset: [{}],
  });

  await expect(createProvider(datasetKind, service.open).delete(arns.dataset, state)).rejects.toThrow(
    "AccessDeniedException: no",
  );
});

const jobInputs = {
  ...common,
  datasetArn: arns.dataset,
  dataLocation: "s3://seed-data/items.csv",
  dataHash: "1",
  roleArn: arns.role,
};
const job = (status: string, more = {}) => ({
  datasetImportJob: {
    jobName: "pets-1",
    datasetArn: arns.dataset,
    dataSource: { dataLocation: jobInputs.dataLocation },
    roleArn: arns.role,
    importMode: "FULL",
    status,
    ...more,
  },
});
async function jobNameOf(inputs: typeof jobInputs): Promise<string> {
  const service = scriptService({
    describeDataset: [dataset()],
    listDatasetImportJobs: [{ datasetImportJobs: [] }],
    createDatasetImportJob: [{ datasetImportJobArn: arns.job }],
    describeDatasetImportJob: [job("ACTIVE")],
  });
  await createProvider(datasetImportJobKind, service.open).create(inputs);
  return service.inputs("createDatasetImportJob")[0]?.jobName as string;
}
const listed = (jobName: string, status: string, at: number) => ({
  jobName,
  status,
  datasetImportJobArn: `${arns.job}/${jobName}`,
  creationDateTime: new Date(at),
});

test.each([
  ["it failed", (name: string) => [listed(name, "CREATE FAILED", 2000)]],
  ["it belongs to an earlier dataset of the same ARN", (name: string) => [listed(name, "ACTIVE", 500)]],
])("an older import of the same data is repeated under a numbered name when %s", async (_why, jobs) => {
  const name = await jobNameOf(jobInputs);
  const service = scriptService({
    describeDataset: [dataset()],
    listDatasetImportJobs: [{ datasetImportJobs: jobs(name) }],
    createDatasetImportJob: [createException("ResourceAlreadyExistsException"), { datasetImportJobArn: arns.job }],
    describeDatasetImportJob: [job("ACTIVE")],
  });

  await createProvider(datasetImportJobKind, service.open).create(jobInputs);

  expect(service.inputs("createDatasetImportJob").map(({ jobName }) => jobName)).toEqual([name, `${name}-2`]);
});

test.each([
  ["its dataset was deleted", { describeDataset: [createNotFound()] }],
  [
    "its dataset was created again",
    { describeDataset: [dataset()], listDatasetImportJobs: [{ datasetImportJobs: [listed("pets-1", "ACTIVE", 500)] }] },
  ],
])("an import is read as deleted when %s, so that the data are imported again", async (_why, answers) => {
  const service = scriptService({ describeDatasetImportJob: [job("ACTIVE")], ...answers });
  const props = { ...jobInputs, arn: arns.job, physicalName: "pets-1" };

  expect(await createProvider(datasetImportJobKind, service.open).read(arns.job, props)).toEqual({});
});
