import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../../contract";
import { listFilterParameters, listNeededParameters } from "../../dynamic-providers/checks/filter-parameters";
import { type Environment as RecommendEnvironment, recommendPetsFactory } from "../../functions/recommend-pets";
import { type Environment as RerankEnvironment, rerankPetsFactory } from "../../functions/rerank-pets";
import type { ServedPlacement } from "../../functions/serving/placements";
import { functionParts } from "../../names/layout";
import { Refusal } from "../../names/refusal";
import type { DataStore } from "../ingestion/data-store";
import { LambdaFunction, type VariableInputs } from "../lambda/lambda-function";
import type { RecommendationModels } from "../models/recommendation-models";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { limitOf } from "../support/limits";
import { allow, createPolicy, type Statement } from "../support/policy";
import type { ExperimentDefinition } from "./experiment-definition";

/** The keys of the stack's configuration that this component uses. */
export interface ServingConfig {
  servingDeadlineMilliseconds: number;
  servingConcurrency: number | "none";
  /** Answers with the fallback, without a call of a campaign. */
  asleep: boolean;
  /** Name to filter expression. */
  filters: Readonly<Record<string, string>>;
}

export interface RecommendationServingArgs {
  foundation: Foundation;
  network?: Network | undefined;
  data: DataStore;
  /** Without the model `reranking` there is no re-ranking. */
  models: Pick<RecommendationModels, "models" | "recommendation" | "filterArns" | "availabilityFilterArn">;
  /** Places by name, with the standard one, which answers requests that name none. */
  placements: Readonly<Record<string, Placement>>;
  experiment?: ExperimentDefinition | undefined;
  config: ServingConfig;
}

/**
 * The two functions that other teams invoke, and the policy that allows it.
 * @example
 * ```ts
 * import { RecommendationServing, type RecommendationServingArgs } from "./recommendation-serving";
 *
 * type Parts = Pick<RecommendationServingArgs, "foundation" | "data" | "models" | "placements">;
 *
 * export const serve = (parts: Parts) =>
 *   new RecommendationServing("serving", {
 *     ...parts,
 *     config: {
 *       servingDeadlineMilliseconds: 5000,
 *       servingConcurrency: "none",
 *       asleep: false,
 *       filters: {},
 *     },
 *   });
 * ```
 */
export class RecommendationServing extends pulumi.ComponentResource {
  readonly recommend: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
  readonly rerank: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> } | undefined;
  /** For roles of other teams: allows to invoke the functions, nothing else. */
  readonly invokePolicyArn: pulumi.Output<string>;

  constructor(name: string, args: RecommendationServingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:serving:RecommendationServing", name, {}, opts);
    const { foundation } = args;
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
    const reranking = findCampaign(args, "reranking");
    this.rerank =
      reranking &&
      new LambdaFunction<RerankEnvironment>(
        `${name}-rerank`,
        {
          ...this.createCommonArgs(args, reranking, "personalize:GetPersonalizedRanking"),
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
        // Also names a re-ranking that is not there: a change of the document is a new version,
        // which a deploy role with a permissions boundary may not create.
        policy: createPolicy([
          allow(
            ["lambda:InvokeFunction"],
            [functionParts.recommend, functionParts.rerank].map((part) =>
              args.foundation.arn("lambda", `function:${args.foundation.name(part)}`),
            ),
          ),
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
    const { experiment, models, placements } = args;
    const { recommendation, availabilityFilterArn: filter } = models;
    const common = this.createCommonArgs(args, recommendation.campaignArn, action);
    const shown = Object.values(placements).map(({ model }) => model);
    const others = models.models
      .filter((model) => model !== recommendation && shown.includes(model.name))
      .map(({ campaignArn }) => matchReplacements(campaignArn));
    const environment: VariableInputs<RecommendEnvironment> = {
      ...common.environment,
      AVAILABILITY_FILTER: filter?.apply(pickPhysicalName),
      PLACEMENTS: writePlacements(args),
      EXPERIMENT: experiment?.text,
    };
    return {
      ...common,
      environment,
      permissions: [
        ...common.permissions,
        ...(filter === undefined ? [] : [allow([action], matchReplacements(filter))]),
        ...(others.length > 0 ? [allow([action], others)] : []),
      ],
    };
  }

  private createCommonArgs(args: RecommendationServingArgs, campaignArn: pulumi.Output<string>, action: string) {
    const { foundation, network, data, config } = args;
    const { filterArns } = args.models;
    const filters = Object.values(filterArns);
    const permissions: Statement[] = [
      allow([action], matchReplacements(campaignArn)),
      ...(filters.length > 0 ? [allow([action], filters.map(matchReplacements))] : []),
      data.allowReadingFallback(),
      foundation.key.allow(["kms:Decrypt"], "s3"),
    ];
    const environment: VariableInputs<RerankEnvironment> = {
      ASLEEP: config.asleep ? "true" : undefined,
      CAMPAIGN_ARN: campaignArn,
      DEADLINE_MILLISECONDS: String(config.servingDeadlineMilliseconds),
      FALLBACK_BUCKET: data.bucketName,
      FALLBACK_KEY: data.fallbackKey,
      FILTER_ARN_PREFIX: foundation.arn("personalize", filterType),
      // Names only: Lambda's environment is too small for an ARN of each filter.
      FILTER_PARAMETERS: JSON.stringify(listParameters(config)),
      FILTERS: pulumi.jsonStringify(pulumi.output(filterArns).apply(pickPhysicalNames)),
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

const findCampaign = ({ models: { models } }: RecommendationServingArgs, wanted: string | undefined) =>
  models.find(({ name }) => name === wanted)?.campaignArn;

/** Writes the placements by name, with the end of each campaign's ARN. */
function writePlacements(args: RecommendationServingArgs): pulumi.Output<string> {
  const served = Object.entries(args.placements).map(([name, placement]) => {
    const campaign = findCampaign(args, placement.model)?.apply((arn) => arn.split("/").at(-1));
    return [name, { campaign, ...describeServed(placement, args.config) }];
  });
  return pulumi.jsonStringify(Object.fromEntries(served));
}

/** Describes a placement as the function needs it, without its campaign. */
function describeServed(
  { needsItem, filter, promotion, columns }: Placement,
  { filters }: ServingConfig,
): Omit<ServedPlacement, "campaign"> {
  const needed = listNeededParameters(new Map(Object.entries(filters)).get(promotion?.filter ?? "") ?? "");
  return { needsItem, filter, promotion, columns, ...(needed.length > 0 && { neededValues: needed }) };
}

/** Lists the parameters of the filters that have some, by the filter's name. */
function listParameters({ filters }: ServingConfig): Record<string, string[]> {
  const listed = Object.entries(filters).map(([name, expression]) => [name, listFilterParameters(expression)] as const);
  return Object.fromEntries(listed.filter(([, parameters]) => parameters.length > 0));
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
  const { config, experiment, foundation, placements } = args;
  const toLongest = (part: string) => `${foundation.name(part).slice(0, 54)}-12345678`;
  const filters = Object.keys(config.filters).map((filter) => [filter, toLongest(filter)]);
  const placed = Object.entries(placements).map(([part, each]) => {
    return { name: part, campaign: toLongest(part), ...describeServed(each, config) };
  });
  const bytes = JSON.stringify([
    Object.fromEntries(filters),
    listParameters(config),
    placed,
    experiment?.definition,
  ]).length;
  const space = limitOf("aws:lambda/function:Function", "environment") - otherSettings;
  if (bytes <= space) return;
  throw new Refusal(
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
function matchReplacements(arn: pulumi.Output<string>): pulumi.Output<string> {
  return arn.apply((known) => known.replace(/-[0-9a-f]{8}$/, "-????????"));
}
