import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { listProviderCalls } from "../../local/pulumi/terraform-provider-calls.ts";
import { judgeNotebooks } from "../../local/record/tutorials.ts";
import { findCallsInDocument } from "../../tools/operations/calls-in-document.ts";
import { findCallsInSource } from "../../tools/operations/calls-in-source.ts";
import { createOperationsDocument, listOperations, type Operation } from "../../tools/operations/document.ts";

let operations: readonly Operation[];
beforeAll(async () => {
  operations = await listOperations();
});

test("local/OPERATIONS.md is up to date: run `npm run operations`", async () => {
  const file = join(import.meta.dirname, "../../local/OPERATIONS.md");
  expect(readFileSync(file, "utf8")).toBe(await createOperationsDocument(operations));
});

test("something calls each operation of the account: delete one that nothing calls", () => {
  const uncalled = operations.filter(({ callers }) => callers.length === 0);
  expect(uncalled.map(({ service, name }) => `${service} ${name}`)).toEqual([]);
});

test("AWS's notebooks that find here all that their code names", () => {
  const implemented = new Set(operations.map(({ service, name }) => `${service} ${name}`));
  const judged = judgeNotebooks((call) => implemented.has(call));
  const served = judged.filter(({ missing }) => missing.length === 0);
  expect(judged).toHaveLength(51);
  expect(served.map(({ path }) => path)).toEqual([
    "getting_started/notebooks/1.Building_Your_First_Campaign.ipynb",
    "getting_started/notebooks/2.View_Campaign_And_Interactions.ipynb",
    "getting_started/notebooks/99.Cleanup.ipynb",
    "getting_started/notebooks_managed_domains/Building_Your_First_Recommender_Ecommerce.ipynb",
    "getting_started/notebooks_managed_domains/Building_Your_First_Recommender_Video_On_Demand.ipynb",
    "getting_started/notebooks_managed_domains/Clean_Up_Resources.ipynb",
    "next_steps/core_use_cases/automatic_context/notebooks/1.Building_Personalize_Campaign.ipynb",
    "next_steps/core_use_cases/automatic_context/notebooks/3.Cleanup.ipynb",
    "next_steps/core_use_cases/batch_recommendations/user_personalization_batch_recommendations_example.ipynb",
    "next_steps/core_use_cases/filters/promotions/Clean_Up_Resources.ipynb",
    "next_steps/core_use_cases/filters/promotions/Promotions.ipynb",
    "next_steps/core_use_cases/metadata/item-text-unstructured-metadata.ipynb",
    "next_steps/core_use_cases/personalized_ranking/personalize_ranking_example.ipynb",
    "next_steps/core_use_cases/related_items/personalize_aws_similar_items_example.ipynb",
    "next_steps/core_use_cases/trending_now/trending_now_example.ipynb",
    "next_steps/core_use_cases/updating_datasets/update-datasets-user-personalization-example.ipynb",
    "next_steps/core_use_cases/user_personalization/user-personalization-with-exploration.ipynb",
    "next_steps/evaluation/measuring_impact_of_recommendations/Clean_Up_Resources.ipynb",
    "next_steps/evaluation/measuring_impact_of_recommendations/Measure_Impact_of_Recommendations.ipynb",
    "next_steps/generative_ai/personalized_recommender_agent/01_Recommender-Agent_Configure-Personalize-Resources.ipynb",
    "next_steps/generative_ai/personalized_recommender_agent/02_Recommender-Agent_Build-Agent-ConverseAPI.ipynb",
    "next_steps/generative_ai/personalized_recommender_agent/03_Recommender-Agent_CleanUp.ipynb",
    "next_steps/generative_ai/user_personalized_marketing_messaging_with_amazon_personalize_and_gen_ai/02_Train_Personalize_Model_01_Data.ipynb",
    "next_steps/generative_ai/user_personalized_marketing_messaging_with_amazon_personalize_and_gen_ai/03_Train_Personalize_Model_02_Training.ipynb",
    "next_steps/generative_ai/user_personalized_marketing_messaging_with_amazon_personalize_and_gen_ai/04_Personalized_Emails_with_Amazon_Personalize_and_Generative_AI.ipynb",
    "next_steps/generative_ai/user_personalized_marketing_messaging_with_amazon_personalize_and_gen_ai/05_Clean_Up.ipynb",
    "next_steps/operations/lambda_examples/Sending_Events_to_S3.ipynb",
    "next_steps/workshops/POC_in_a_box/01_Validating_and_Importing_User_Item_Interaction_Data.ipynb",
    "next_steps/workshops/POC_in_a_box/02_Validating_and_Importing_Item_Metadata.ipynb",
    "next_steps/workshops/POC_in_a_box/03_Creating_and_Evaluating_Solutions.ipynb",
    "next_steps/workshops/POC_in_a_box/04_Deploying_Campaigns_and_Filters.ipynb",
    "next_steps/workshops/POC_in_a_box/05_Interacting_with_Campaigns_and_Filters.ipynb",
    "next_steps/workshops/POC_in_a_box/06_Clean_Up_Resources.ipynb",
    "next_steps/workshops/POC_in_a_box/completed/01_Validating_and_Importing_User_Item_Interaction_Data.ipynb",
    "next_steps/workshops/POC_in_a_box/completed/02_Validating_and_Importing_Item_Metadata.ipynb",
    "next_steps/workshops/POC_in_a_box/completed/03_Creating_and_Evaluating_Solutions.ipynb",
    "next_steps/workshops/POC_in_a_box/completed/04_Deploying_Campaigns_and_Filters.ipynb",
    "next_steps/workshops/POC_in_a_box/completed/05_Interacting_with_Campaigns_and_Filters.ipynb",
    "next_steps/workshops/POC_in_a_box/completed/06_Clean_Up_Resources.ipynb",
    "next_steps/workshops/magic_movie_machine/notebooks/Building the Magic Movie Machine Recommender.ipynb",
    "next_steps/workshops/magic_movie_machine/notebooks/Clean_Up_Resources.ipynb",
  ]);
});

test("the account has each call of the real provider", () => {
  const implemented = operations.map(({ service, name }) => `${service} ${name}`);
  expect(listProviderCalls().filter((call) => !implemented.includes(call))).toEqual([]);
});

test.each([
  ['aws.call("kms", on ? "EnableKey" : "DisableKey", {})', ["kms EnableKey", "kms DisableKey"]],
  ['listAll(aws, "kms", "ListAliases", {}, "Aliases")', ["kms ListAliases"]],
  ["client.send(new sdk.PutEventsCommand({}))", ["PutEvents"]],
  ["api.createSchema({})", ["CreateSchema"]],
  ['const task = "arn:aws:states:::aws-sdk:s3:putObject"', ["s3 PutObject"]],
])("finds the calls of the source %s", (source, calls) => {
  expect(findCallsInSource(source).map(({ service, operation }) => [service, operation].join(" ").trim())).toEqual(
    expect.arrayContaining(calls),
  );
});

test.each([
  ["aws --endpoint-url http://127.0.0.1:4566 stepfunctions start-execution", "sfn StartExecution"],
  ["aws s3 cp big.csv s3://pets", "s3 UploadPart"],
  ['boto3.client("s3").create_bucket(Bucket="pets")', "s3 CreateBucket"],
])("finds the calls of the document's line %s", (line, call) => {
  expect(findCallsInDocument(line).map(({ service, operation }) => `${service} ${operation}`)).toContain(call);
});
