import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { type Environment as RecommendEnvironment, recommendPetsFactory } from "../../functions/recommend-pets";
import { type Environment as RerankEnvironment, rerankPetsFactory } from "../../functions/rerank-pets";
import type { ServedPlacement } from "../../functions/serving/placements";
import { functionParts } from "../../names/layout";
import { fieldsOf } from "../../seed/import-files/schema-fields";
import type { DataStore } from "../ingestion/data-store";
import { LambdaFunction, type VariableInputs } from "../lambda/lambda-function";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { limitOf } from "../support/limits";
import { allow, createPolicy, type Statement } from "../support/policy";
import type { ExperimentDefinition } from "./experiment-definition";

/** The keys of the stack's configuration that this component uses. */
export interface ServingConfig {
  servingDeadlineMilliseconds: number;
  servingConcurrency: number | "none";
}

/** A placement that callers can name in a request. */
export interface PlacementArgs extends Omit<ServedPlacement, "campaign"> {
  name: string;
  /** Absent: the list of popular items answers. */
  campaignArn?: pulumi.Input<string> | undefined;
}

export interface RecommendationServingArgs {
  foundation: Foundation;
  network?: Network | undefined;
  data: DataStore;
  recommendationCampaignArn: pulumi.Input<string>;
  /** Absent: no re-ranking. */
  rerankingCampaignArn?: pulumi.Input<string> | undefined;
  /** ARNs of the filters, by the name that callers use. */
  filterArns: Readonly<Record<string, pulumi.Input<string>>>;
  /** The filter of recommendations for callers that choose none. Absent: no filter. */
  availabilityFilterArn?: pulumi.Input<string> | undefined;
  /** With the standard one, which is that of requests that name none. */
  placements: readonly PlacementArgs[];
  experiment?: ExperimentDefinition | undefined;
  config: ServingConfig;
}

/**
 * The two functions that other teams invoke, and the policy that allows it.
 * @example new RecommendationServing("serving", { foundation, data, recommendationCampaignArn,
 * filterArns: {}, config, … })
 */
export class RecommendationServing extends pulumi.ComponentResource {
  readonly recommend: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
  readonly rerank: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> } | undefined;
  /** For roles of other teams: allows to invoke the functions, nothing else. */
  readonly invokePolicyArn: pulumi.Output<string>;

  constructor(name: string, args: RecommendationServingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:serving:RecommendationServing", name, {}, opts);
    const { foundation } = args;
    requireColumns(args);
    requireSpace(name, args);
    this.recommend = new LambdaFunction<RecommendEnvironment>(
      `${name}-recommend`,
      {
        ...this.createRecommendArgs(args),
        part: functionParts.recommend,
        description: "Recommends pet groups to a visitor",
        factory: recommendPetsFactory,
      },
      { parent: this },
    );
    this.rerank =
      args.rerankingCampaignArn === undefined
        ? undefined
        : new LambdaFunction<RerankEnvironment>(
            `${name}-rerank`,
            {
              ...this.createCommonArgs(args, args.rerankingCampaignArn, "personalize:GetPersonalizedRanking"),
              part: functionParts.rerank,
              description: "Ranks a list of pets for a visitor",
              factory: rerankPetsFactory,
            },
            { parent: this },
          );
    const invoke = new iam.Policy(
      `${name}-invoke`,
      {
        name: foundation.name("invoke"),
        description: "May invoke the recommender's functions",
        policy: createPolicy([
          allow(["lambda:InvokeFunction"], [this.recommend.arn, ...(this.rerank ? [this.rerank.arn] : [])]),
        ]),
        tags: foundation.tags,
      },
      { parent: this },
    );
    this.invokePolicyArn = invoke.arn;
    this.registerOutputs({ recommendArn: this.recommend.arn, invokePolicyArn: this.invokePolicyArn });
  }

  /**
   * The default filter is for recommendations only: a caller of the re-ranking has chosen its list
   * itself.
   */
  private createRecommendArgs(args: RecommendationServingArgs) {
    const action = "personalize:GetRecommendations";
    const common = this.createCommonArgs(args, args.recommendationCampaignArn, action);
    const { availabilityFilterArn: filter, experiment, placements } = args;
    const campaigns = new Set(placements.map(({ campaignArn }) => campaignArn));
    const others = [...campaigns]
      .filter((arn) => arn !== undefined)
      .filter((arn) => arn !== args.recommendationCampaignArn);
    const environment: VariableInputs<RecommendEnvironment> = {
      ...common.environment,
      AVAILABILITY_FILTER: filter && pulumi.output(filter).apply(pickPhysicalName),
      PLACEMENTS: writePlacements(placements),
      EXPERIMENT: experiment?.text,
    };
    return {
      ...common,
      environment,
      permissions: [
        ...common.permissions,
        ...(filter === undefined ? [] : [allow([action], matchReplacements(filter))]),
        ...(others.length > 0 ? [allow([action], others.map(matchReplacements))] : []),
      ],
    };
  }

  private createCommonArgs(args: RecommendationServingArgs, campaignArn: pulumi.Input<string>, action: string) {
    const { foundation, network, data, config } = args;
    const filters = Object.values(args.filterArns);
    const permissions: Statement[] = [
      allow([action], matchReplacements(campaignArn)),
      ...(filters.length > 0 ? [allow([action], filters.map(matchReplacements))] : []),
      data.allowReadingFallback(),
      foundation.allowKey(["kms:Decrypt"], "s3"),
    ];
    const environment: VariableInputs<RerankEnvironment> = {
      CAMPAIGN_ARN: campaignArn,
      DEADLINE_MILLISECONDS: String(config.servingDeadlineMilliseconds),
      FALLBACK_BUCKET: data.bucketName,
      FALLBACK_KEY: data.fallbackKey,
      FILTER_ARN_PREFIX: foundation.arn("personalize", filterType),
      // Names only: Lambda's environment is too small for an ARN of each filter.
      FILTERS: pulumi.jsonStringify(pulumi.output(args.filterArns).apply(pickPhysicalNames)),
      STACK: foundation.stack,
    };
    return {
      foundation,
      network,
      permissions,
      environment,
      // The deadline, one read of the fallback, and a cold start.
      timeoutSeconds: Math.ceil(config.servingDeadlineMilliseconds / 1_000) + 10,
      // CPU grows with memory: the first import of the SDK takes seconds with 128 MB.
      memoryMegabytes: 512,
      reservedConcurrentExecutions: config.servingConcurrency === "none" ? undefined : config.servingConcurrency,
    };
  }
}

const filterType = "filter/";

/** Writes the placements by name, with the end of each campaign's ARN. */
function writePlacements(placements: readonly PlacementArgs[]): pulumi.Output<string> {
  const served = placements.map(({ name, campaignArn, ...placement }) =>
    pulumi.output(campaignArn).apply((arn) => [name, { campaign: arn?.split("/").at(-1), ...placement }] as const),
  );
  return pulumi.jsonStringify(pulumi.all(served).apply((entries) => Object.fromEntries(entries)));
}

/** Throws in a preview when an answer would have columns that the items do not have. */
export function requireColumns({
  data,
  placements,
}: {
  data: { items: { schema: string; from: string } };
  placements: readonly Pick<PlacementArgs, "name" | "columns">[];
}): void {
  const known = fieldsOf(data.items.schema).flatMap(({ name }) => (name === "ITEM_ID" ? [] : name));
  const problems = placements.flatMap(({ name, columns = [] }) =>
    columns
      .filter((column) => !known.includes(column))
      .map((column) => `recommender:placements.${name}.columns: the items have no column ${column}`),
  );
  if (problems.length > 0) {
    throw new Error(
      `${problems.join("\n")}\nThe items are those of ${data.items.from}; they have ${known.join(", ")}.`,
    );
  }
}

/** Picks the names in the service from the ARNs. */
function pickPhysicalNames(arns: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(arns).map(([name, arn]) => [name, pickPhysicalName(arn)]));
}

const pickPhysicalName = (arn: string): string => arn.split(filterType)[1] ?? arn;

/** The part of a function's environment that is kept for the other variables. */
const otherSettings = 1_000;

/**
 * Throws in a preview, where physical names are not known yet: a name ends in `-` and 8 hex digits.
 */
function requireSpace(name: string, args: RecommendationServingArgs): void {
  const { experiment, foundation, filterArns, placements } = args;
  const toLongest = (part: string) => `${foundation.name(part).slice(0, 54)}-12345678`;
  const filters = Object.keys(filterArns).map((filter) => [filter, toLongest(filter)]);
  const placed = placements.map(({ campaignArn, ...each }) => ({ ...each, campaign: toLongest(each.name) }));
  const bytes = JSON.stringify([Object.fromEntries(filters), placed, experiment?.definition]).length;
  const space = limitOf("aws:lambda/function:Function", "environment") - otherSettings;
  if (bytes <= space) return;
  throw new Error(
    `RecommendationServing "${name}": the names of ${filters.length} filters and ${placed.length} placements need ` +
      `${bytes} bytes in the functions' environment, which has ${space}. Use fewer, or shorter names ` +
      "(recommender:filters, recommender:placements).",
  );
}

/**
 * Returns the ARN with any hash at its end. A replacement has another hash, and the role's policy
 * changes before the function: with the exact ARN, calls to the old campaign or filter would be
 * denied for a while.
 */
function matchReplacements(arn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(arn).apply((known) => known.replace(/-[0-9a-f]{8}$/, "-????????"));
}
