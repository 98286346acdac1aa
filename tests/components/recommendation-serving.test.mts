import { output } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { usual } from "../stacks/recorded-stacks.mts";
import { account, record, waitForRegistrations } from "../support/record.ts";
import { listGrants } from "../support/statements.ts";

const recorder = record();
const { DataStore } = await import("../../components/ingestion/data-store.ts");
const { readData } = await import("../../seed/import-files/read-data.ts");
const { Foundation } = await import("../../components/platform/foundation.ts");
const { RecommendationServing } = await import("../../components/serving/recommendation-serving.ts");

const foundation = new Foundation("base", { logRetentionDays: 30, deletionProtection: false, tags: {} });
const { interactionsFile } = usual;
const read = readData({ interactionsFile, interactionsSchemaFile: "seed/interactions.schema.json" });
const data = new DataStore("data", { foundation, data: read });
const config = { servingDeadlineMilliseconds: 1_500, servingConcurrency: "none" as const, asleep: false, filters: {} };
const modelOf = (name: string, campaignArn: string) => ({
  name,
  recipe: "aws-user-personalization" as const,
  solutionArn: output("arn:solution"),
  campaignArn: output(campaignArn),
  servingVersionArn: output("arn:version"),
});
const recommendation = modelOf("recommendation", "arn:campaign/a");
const single = { models: [recommendation], recommendation, filterArns: {}, availabilityFilterArn: undefined };
const common = {
  foundation,
  data,
  config,
  models: single,
  placements: { recommendation: { model: "recommendation", needsItem: false } },
};
new RecommendationServing("pets", {
  ...common,
  models: {
    models: [recommendation, modelOf("reranking", "arn:campaign/b")],
    recommendation,
    filterArns: { adoptable: output("arn:filter/adoptable") },
    availabilityFilterArn: output("arn:aws:personalize:eu-west-1:1:filter/available-0badcafe"),
  },
});
new RecommendationServing("single", common);
const campaign = "arn:aws:personalize:eu-west-1:123456789012:campaign";
const home = modelOf("recommendation", `${campaign}/home-0badcafe`);
new RecommendationServing("placed", {
  ...common,
  models: { ...single, models: [home, modelOf("similar", `${campaign}/similar-0badcafe`)], recommendation: home },
  placements: {
    recommendation: { model: "recommendation", needsItem: false },
    similar: { model: "similar", needsItem: true },
    cards: { model: "recommendation", needsItem: false, columns: ["ANIMAL_TYPE"] },
    popular: { needsItem: false },
  },
});
await waitForRegistrations();

const of = (name: string) => recorder.one("aws:lambda/function:Function", name).inputs;

test("each may ask its own campaign, with the stack's filters and, for recommendations, the one for unavailable items, and read the fallback list", () => {
  const granted = (name: string) =>
    listGrants(recorder.one("aws:iam/rolePolicy:RolePolicy", name)).filter((grant) => /^(personalize|s3)/.test(grant));
  const list = `s3:GetObject -> arn:aws:s3:::recommender-test-data-${account}/fallback/popular.json`;
  expect(granted("pets-recommend-policy")).toEqual([
    "personalize:GetRecommendations -> arn:aws:personalize:eu-west-1:1:filter/available-????????",
    "personalize:GetRecommendations -> arn:campaign/a",
    "personalize:GetRecommendations -> arn:filter/adoptable",
    list,
  ]);
  expect(granted("pets-rerank-policy")).toEqual([
    "personalize:GetPersonalizedRanking -> arn:campaign/b",
    "personalize:GetPersonalizedRanking -> arn:filter/adoptable",
    list,
  ]);
  expect(granted("single-recommend-policy")).toEqual(["personalize:GetRecommendations -> arn:campaign/a", list]);
});

test("other teams get a policy to invoke these functions, and nothing else; it does not change with the re-ranking", () => {
  const lambda = `arn:aws:lambda:eu-west-1:${account}:function:recommender-test`;
  for (const name of ["pets-invoke", "single-invoke"]) {
    expect(listGrants(recorder.one("aws:iam/policy:Policy", name))).toEqual([
      `lambda:InvokeFunction -> ${lambda}-recommend-pets | ${lambda}-rerank-pets`,
    ]);
  }
});

test("more filters than the functions' environment has room for are refused in a preview", () => {
  const filters = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`filter-number-${i}`, "INCLUDE …"]));
  expect(() => new RecommendationServing("full", { ...common, config: { ...config, filters } })).toThrow(
    /^RecommendationServing "full": the names of 60 filters and \d placements need \d+ bytes .+ which has 3096\. Use fewer, or shorter names \(recommender:filters, recommender:placements\)\.$/,
  );
});

test("placements are in the environment; each campaign may be asked once, and its replacement, whose name ends in another hash", () => {
  const { variables } = of("placed-recommend-function").environment as { variables: { PLACEMENTS: string } };
  expect(JSON.parse(variables.PLACEMENTS)).toEqual({
    recommendation: { campaign: "home-0badcafe", needsItem: false },
    similar: { campaign: "similar-0badcafe", needsItem: true },
    cards: { campaign: "home-0badcafe", needsItem: false, columns: ["ANIMAL_TYPE"] },
    popular: { needsItem: false },
  });
  const grants = listGrants(recorder.one("aws:iam/rolePolicy:RolePolicy", "placed-recommend-policy"));
  expect(grants.filter((grant) => grant.startsWith("personalize"))).toEqual([
    `personalize:GetRecommendations -> ${campaign}/home-????????`,
    `personalize:GetRecommendations -> ${campaign}/similar-????????`,
  ]);
});
