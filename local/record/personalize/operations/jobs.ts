import { type Operations, type Suite, testJob, testResource } from "../operation";

/** Jobs that need no model. */
export function jobOperations(suite: Suite): Operations {
  const { world, fixture, making } = suite;
  const { roleArn, place, run } = world;
  const { group, interactions, items } = fixture;
  const busyUsers = async () => making.youngDataset("Users", await making.userSchema());
  const importJob = testJob(
    suite,
    {
      kind: "DatasetImportJob",
      arn: fixture.importJob,
      create: {
        jobName: `${run}-items`,
        datasetArn: items,
        dataSource: { dataLocation: `${place}items.csv` },
        roleArn,
      },
      parent: "datasetArn",
      // Lists one dataset's: the number of the others' imports depends on when IAM knows a new
      // role.
      list: { datasetArn: items },
    },
    busyUsers,
  );
  const exportJob = testJob(
    suite,
    {
      kind: "DatasetExportJob",
      arn: fixture.exportJob,
      create: {
        jobName: run,
        datasetArn: interactions,
        ingestionMode: "ALL",
        jobOutput: { s3DataDestination: { path: `${place}out/` } },
        roleArn,
      },
      parent: "datasetArn",
    },
    busyUsers,
  );
  const deletionJob = testJob(
    suite,
    {
      kind: "DataDeletionJob",
      arn: fixture.deletionJob,
      create: {
        jobName: run,
        datasetGroupArn: group,
        dataSource: { dataLocation: `${place}forget.csv` },
        roleArn,
      },
      parent: "datasetGroupArn",
    },
    making.youngGroup,
  );
  return {
    ...testResource(suite, importJob),
    ...testResource(suite, exportJob),
    ...testResource(suite, deletionJob),
  };
}
