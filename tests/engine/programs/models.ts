// A recommender without its surroundings: what Personalize needs from data to campaign, and no
// resource of `@pulumi/aws`, so that the engine is through with it within seconds. Bucket and role
// are the test's.
import * as pulumi from "@pulumi/pulumi";
import { Campaign } from "../../../dynamic-providers/campaign";
import { Dataset } from "../../../dynamic-providers/dataset";
import { DatasetGroup } from "../../../dynamic-providers/dataset-group";
import { DatasetImportJob } from "../../../dynamic-providers/dataset-import-job";
import { Schema } from "../../../dynamic-providers/schema";
import { Solution } from "../../../dynamic-providers/solution";
import { SolutionVersion } from "../../../dynamic-providers/solution-version";

const config = new pulumi.Config();
const name = `${pulumi.getProject()}-${pulumi.getStack()}`;

const group = new DatasetGroup("group", { name });
const schema = new Schema("schema", { name, schema: config.require("schema") });
const dataset = new Dataset("dataset", {
  name,
  datasetGroupArn: group.arn,
  datasetType: "Interactions",
  schemaArn: schema.arn,
  deletionProtection: false,
});
const job = new DatasetImportJob("import", {
  name,
  datasetArn: dataset.arn,
  dataLocation: config.require("dataLocation"),
  dataHash: config.require("dataHash"),
  roleArn: config.require("roleArn"),
});
const solution = new Solution(
  "solution",
  {
    name,
    datasetGroupArn: group.arn,
    recipeArn: "arn:aws:personalize:::recipe/aws-user-personalization",
    algorithmHyperParameters: {},
  },
  { dependsOn: [dataset, job] },
);
const version = new SolutionVersion("version", { solutionArn: solution.arn });
const campaign = new Campaign("campaign", {
  name,
  solutionVersionArn: version.arn,
  minProvisionedTPS: 1,
  asleep: config.getBoolean("asleep") ?? false,
});

export const campaignArn = campaign.arn;
