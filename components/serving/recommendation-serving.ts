import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { recommendPetsFactory } from "../../functions/recommend-pets";
import { rerankPetsFactory } from "../../functions/rerank-pets";
import type { DataStore } from "../ingestion/data-store";
import { CallbackLambda } from "../lambda/lambda-function";
import type { Foundation } from "../platform/foundation";
import type { Network } from "../platform/network";
import { allow, policyDocument, type Statement } from "../support/policy";

export interface RecommendationServingArgs {
  foundation: Foundation;
  network?: Network | undefined;
  data: DataStore;
  recommendationCampaignArn: pulumi.Input<string>;
  /** Absent: no re-ranking. */
  rerankingCampaignArn?: pulumi.Input<string> | undefined;
  /** Name to ARN of the filters that callers may ask for. */
  filterArns: Readonly<Record<string, pulumi.Input<string>>>;
  /** How long a caller waits for the campaign before popular items are answered. */
  deadlineMilliseconds: number;
  /** The most invocations of each function at a time; absent: what the account has left. */
  concurrency?: number | undefined;
}

/**
 * The two functions that other teams invoke, and the policy that lets them.
 * @example
 * new RecommendationServing("serving", { foundation, data, recommendationCampaignArn, filterArns: {},
 *   deadlineMilliseconds: 1_000 })
 */
export class RecommendationServing extends pulumi.ComponentResource {
  readonly recommend: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
  readonly rerank: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> } | undefined;
  /** For roles of other teams: may invoke the functions, nothing else. */
  readonly invokePolicyArn: pulumi.Output<string>;

  constructor(name: string, args: RecommendationServingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("recommender:serving:RecommendationServing", name, {}, opts);
    const { foundation } = args;
    refuseTooManyFilters(name, args);
    this.recommend = new CallbackLambda(
      `${name}-recommend`,
      {
        ...this.common(args, args.recommendationCampaignArn, "personalize:GetRecommendations"),
        part: "recommend-pets",
        description: "Recommends animal groups to a visitor",
        factory: recommendPetsFactory,
      },
      { parent: this },
    );
    this.rerank =
      args.rerankingCampaignArn === undefined
        ? undefined
        : new CallbackLambda(
            `${name}-rerank`,
            {
              ...this.common(args, args.rerankingCampaignArn, "personalize:GetPersonalizedRanking"),
              part: "rerank-pets",
              description: "Puts a list of pets into a visitor's order",
              factory: rerankPetsFactory,
            },
            { parent: this },
          );
    const invoke = new iam.Policy(
      `${name}-invoke`,
      {
        name: foundation.name("invoke"),
        description: "May invoke the recommender's functions",
        policy: policyDocument([
          allow(["lambda:InvokeFunction"], [this.recommend.arn, ...(this.rerank ? [this.rerank.arn] : [])]),
        ]),
        tags: foundation.tags,
      },
      { parent: this },
    );
    this.invokePolicyArn = invoke.arn;
    this.registerOutputs({ recommendArn: this.recommend.arn, invokePolicyArn: this.invokePolicyArn });
  }

  private common(args: RecommendationServingArgs, campaignArn: pulumi.Input<string>, action: string) {
    const { foundation, network, data } = args;
    const filters = Object.values(args.filterArns);
    const permissions: Statement[] = [
      allow([action], anyReplacement(campaignArn)),
      ...(filters.length > 0 ? [allow([action], filters.map(anyReplacement))] : []),
      data.readsPopular(),
    ];
    return {
      foundation,
      network,
      permissions,
      environment: {
        CAMPAIGN_ARN: campaignArn,
        DEADLINE_MILLISECONDS: String(args.deadlineMilliseconds),
        FALLBACK_BUCKET: data.bucketName,
        FALLBACK_KEY: data.popularKey,
        FILTER_ARN_PREFIX: foundation.arn("personalize", filterType),
        // Names only: Lambda's environment is too small for an ARN of each filter.
        FILTERS: pulumi.jsonStringify(pulumi.output(args.filterArns).apply(physicalNames)),
        STACK: foundation.stack,
      },
      // The deadline, one read of the fallback list, and a cold start.
      timeoutSeconds: Math.ceil(args.deadlineMilliseconds / 1_000) + 10,
      // Memory is CPU: the first import of the SDK takes seconds at 128 MB.
      memoryMegabytes: 512,
      reservedConcurrency: args.concurrency,
    };
  }
}

const filterType = "filter/";

/** Filters by the caller's name to the service's. */
function physicalNames(arns: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(arns).map(([name, arn]) => [name, arn.split(filterType)[1] ?? arn]));
}

/** Bytes of a function's environment (Lambda's quotas), and what the other settings and names may take of them. */
const environmentBytes = 4_096;
const otherSettings = 1_000;

/** In a preview, where the filters' own names are not known yet: a name is 9 characters longer than its stem. */
function refuseTooManyFilters(name: string, { foundation, filterArns }: RecommendationServingArgs): void {
  const longest = Object.fromEntries(
    Object.keys(filterArns).map((filter) => [filter, `${foundation.name(filter).slice(0, 54)}-12345678`]),
  );
  const bytes = JSON.stringify(longest).length;
  if (bytes <= environmentBytes - otherSettings) return;
  throw new Error(
    `RecommendationServing "${name}": the names of ${Object.keys(filterArns).length} filters take ${bytes} bytes of the ` +
      `functions' environment, which has room for ${environmentBytes - otherSettings}. Use fewer filters or shorter names ` +
      "(recommender:filters).",
  );
}

/**
 * The ARN with any hash at its end. A replacement has another hash, and the role's policy changes before the function
 * does: without this the function would for a while be refused by the campaign or filter that it still calls.
 */
function anyReplacement(arn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(arn).apply((known) => known.replace(/-[0-9a-f]{8}$/, "-????????"));
}
