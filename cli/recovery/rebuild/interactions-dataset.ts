import {
  DescribeDatasetCommand,
  DescribeSchemaCommand,
  type PersonalizeClient,
  paginateListDatasets,
} from "@aws-sdk/client-personalize";
import { z } from "zod";
import { pulumiCommand } from "../../../components/support/pulumi-command";
import type { DeployedStack } from "../../stack/find-stack";

/** The Interactions dataset of a stack. */
export interface InteractionsDataset {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: Date;
  /** The schema's columns, in its order. */
  readonly columns: readonly string[];
}

const avroSchema = z.object({ fields: z.array(z.object({ name: z.string() })) });

/** Finds the Interactions dataset in the stack's dataset group. Throws when it does not exist or is not ready. */
export async function findInteractionsDataset(
  client: PersonalizeClient,
  { datasetGroupArn, stack }: DeployedStack,
): Promise<InteractionsDataset> {
  for await (const { datasets = [] } of paginateListDatasets({ client }, { datasetGroupArn })) {
    const found = datasets.find(({ datasetType }) => datasetType?.toUpperCase() === "INTERACTIONS");
    if (!found) continue;
    const { dataset } = await client.send(new DescribeDatasetCommand({ datasetArn: found.datasetArn }));
    if (dataset?.status !== "ACTIVE") throw new Error(`The dataset ${found.datasetArn} is ${dataset?.status}.`);
    const { schema } = await client.send(new DescribeSchemaCommand({ schemaArn: dataset.schemaArn }));
    return {
      arn: dataset.datasetArn ?? "",
      name: dataset.name ?? "",
      createdAt: dataset.creationDateTime ?? new Date(0),
      columns: avroSchema.parse(JSON.parse(schema?.schema ?? "")).fields.map(({ name }) => name),
    };
  }
  throw new Error(
    `The dataset group ${datasetGroupArn} has no Interactions dataset. Create it again first: ` +
      `${pulumiCommand()} refresh --stack ${stack} && ${pulumiCommand()} up --stack ${stack}`,
  );
}
