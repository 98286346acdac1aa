import { z } from "zod";
import { pulumiCommand } from "../../../names/pulumi-command";
import { quoteForShell } from "../../../names/shell";
import { listAll } from "../../stack/aws";
import type { DeployedStack } from "../../stack/stack";

export type InteractionsDataset = Awaited<ReturnType<typeof findInteractionsDataset>>;

const avroSchema = z.object({ fields: z.array(z.object({ name: z.string() })) });

/**
 * Finds the Interactions dataset in the stack's dataset group. Throws when it does not exist or is
 * not ready.
 */
export async function findInteractionsDataset(stack: DeployedStack) {
  const { call, datasetGroupArn } = stack;
  const datasets = await listAll({ call }, "personalize", "ListDatasets", { datasetGroupArn }, "datasets");
  const found = datasets.find(({ datasetType }) => datasetType?.toUpperCase() === "INTERACTIONS");
  const ofStack = `--stack ${quoteForShell(stack.stack)}`;
  if (!found) {
    throw new Error(
      `The dataset group ${datasetGroupArn} has no Interactions dataset. Create it again first: ` +
        `${pulumiCommand()} refresh ${ofStack} && ${pulumiCommand()} up ${ofStack}`,
    );
  }
  const { dataset } = await call("personalize", "DescribeDataset", { datasetArn: found.datasetArn });
  if (dataset?.status !== "ACTIVE") throw new Error(`The dataset ${found.datasetArn} is ${dataset?.status}.`);
  const { schema } = await call("personalize", "DescribeSchema", { schemaArn: dataset.schemaArn });
  return {
    arn: dataset.datasetArn ?? "",
    name: dataset.name ?? "",
    createdAt: dataset.creationDateTime ?? new Date(0),
    /** The schema's columns, in its order. */
    columns: avroSchema.parse(JSON.parse(schema?.schema ?? "")).fields.map(({ name }) => name),
  };
}

/** Lists the imports into a dataset. */
export const listImportJobs = (stack: DeployedStack, { arn: datasetArn }: InteractionsDataset) =>
  listAll(stack, "personalize", "ListDatasetImportJobs", { datasetArn }, "datasetImportJobs");
