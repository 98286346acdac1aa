import type { Experiment } from "../../contract";
import {
  listParameters,
  type MetricName,
  metricNamespace,
  prefixes,
  runningKey,
  standardPlacement,
} from "../../names/layout";
import { pulumiCommand } from "../../names/pulumi-command";
import { quoteForShell } from "../../names/shell";
import { completeExperiment, type GivenExperiment } from "../../stacks/config/experiment-forms";
import { readSettledHours } from "../archive/archive-coverage";
import { ignoreNotFound } from "../stack/aws";
import { nameCampaignStatus, readCampaign } from "../stack/campaign";
import { readDecisions } from "../stack/decisions";
import { readMetrics, sum, sumOf } from "../stack/metrics";
import { findModel, type StackReader } from "../stack/stack";
import type { Progress } from "../terminal/progress";
import { analyse, judge } from "./analyse";
import { countVisitors, dayLength, type StartedExperiment } from "./count-visitors";

/** Finds the experiment of a stack. It began when its definition was written to the data bucket. */
export async function findExperiment(stack: StackReader): Promise<StartedExperiment | undefined> {
  const request = stack.call("ssm", "GetParameter", { Name: listParameters(stack.stack).experiment });
  const { Parameter } = (await ignoreNotFound(request, "ParameterNotFound")) ?? {};
  if (Parameter?.Value === undefined) return undefined;
  const experiment = completeExperiment(JSON.parse(Parameter.Value) as GivenExperiment);
  const unreadFunction = await requireServed(stack, experiment);
  const definedAt = await readStart(stack, experiment);
  // The parameter is written after the definition, whose first version S3 deletes some time after
  // another one was written.
  const startedAt = new Date(Math.min(definedAt.getTime(), Parameter.LastModifiedDate?.getTime() ?? Infinity));
  return { ...experiment, startedAt, ...(unreadFunction === undefined ? {} : { unreadFunction }) };
}

/**
 * Throws when the function answers by another experiment or by none, after an `up` that did not
 * end: the visitors that are counted do not get this experiment's variants. Returns why that is not
 * known: without the function, or without the right to decrypt its variables (API reference,
 * GetFunctionConfiguration).
 */
async function requireServed(stack: StackReader, { name }: Experiment): Promise<string | undefined> {
  const { functionName: FunctionName } = findModel(stack, "recommendation");
  const request = stack.call("lambda", "GetFunctionConfiguration", { FunctionName });
  const found = await ignoreNotFound(request, "ResourceNotFoundException");
  if (found === undefined) {
    return `The function ${FunctionName} does not exist. Create it again with \`pulumi up --refresh\``;
  }
  const { Variables, Error: failure } = found.Environment ?? {};
  if (Variables === undefined) {
    const reason = failure?.Message ?? "it has none";
    return `The variables of the function ${FunctionName} cannot be read (${reason}). Allow kms:Decrypt with the stack's key`;
  }
  const { EXPERIMENT } = Variables;
  const served = EXPERIMENT === undefined ? undefined : (JSON.parse(EXPERIMENT) as Experiment).name;
  if (served === name) return undefined;
  const answer = served === undefined ? "no experiment" : `the experiment ${served}`;
  throw new Error(
    `The parameters of the stack "${stack.stack}" name the experiment ${name}, and its function answers by ${answer}: an ` +
      `\`up\` did not end. Run \`${pulumiCommand()} up --stack ${quoteForShell(stack.stack)}\`, then try again.`,
  );
}

/** Reads the time of the oldest version: someone may have written the object again. */
async function readStart({ stack, call, dataBucket: Bucket }: StackReader, { name }: Experiment): Promise<Date> {
  const Prefix = `${prefixes.experiments}${name}/`;
  const { Versions = [] } = await call("s3", "ListObjectVersions", { Bucket, Prefix });
  const times = Versions.flatMap(({ Key, LastModified }) => (Key === runningKey(name) ? [] : (LastModified ?? [])));
  if (times.length > 0) return new Date(Math.min(...times.map(Number)));
  throw new Error(
    `The experiment ${name} of the stack "${stack}" has no definition below s3://${Bucket}/${Prefix}, so its start is ` +
      "unknown. End it, and begin again with a new name (docs/experiments.md).",
  );
}

export type ExperimentReport = Awaited<ReturnType<typeof readExperiment>>;

/**
 * Reads the running experiment of a stack: its verdict, and the results of each day. Throws when
 * there is none.
 */
export async function readExperiment(stack: StackReader, show: Progress["show"]) {
  const experiment = await findExperiment(stack);
  if (!experiment) {
    throw new Error(`The stack "${stack.stack}" has no experiment. docs/experiments.md shows how to begin one.`);
  }
  const { read, totals, goalAges } = await countVisitors(stack, experiment, show);
  const { reason } = await readSettledHours(stack, experiment.startedAt, show);
  const days = analyse(experiment, totals).map((day, index) => {
    const end = experiment.startedAt.getTime() + (index + 1) * dayLength;
    return { until: new Date(Math.min(end, stack.now.getTime())).toISOString(), ...day };
  });
  const last = days.at(-1);
  const readVariant = async ([name, share]: [string, number]) => ({
    name,
    share,
    ...(last?.variants[name] ?? { visitors: 0, settled: 0, goals: 0 }),
    /** The days after a visitor's first event in which nine tenths of the goals came. */
    goalAgeDays: goalAges[name],
    ...(await readAnswers(stack, experiment, name)),
    model: await readModel(stack, experiment, name),
  });
  return {
    stack: stack.stack,
    now: stack.now.toISOString(),
    experiment,
    placements: stack.placements,
    verdict: judge(experiment, last),
    variants: await Promise.all(Object.entries(experiment.variants).map(readVariant)),
    read,
    /** Why the archive may lack events since the start; absent when it has all. */
    ...(reason !== undefined && { incomplete: reason }),
    days,
  };
}

/** Reads how often the fallback answered for a variant since the start. */
async function readAnswers(stack: StackReader, { name, startedAt }: StartedExperiment, variant: string) {
  const dimensions = { Stack: stack.stack, Experiment: name, Variant: variant };
  // CloudWatch keeps points of an hour for 15 months, shorter ones for 63 days (API reference,
  // GetMetricData).
  const query = (metric: MetricName) => ({ ...sum(metricNamespace, metric, dimensions), Period: 3600 });
  const queries = { requests: query("CampaignRequests"), fallbacks: query("FallbackAnswers") };
  const hours = Math.ceil((stack.now.getTime() - startedAt.getTime()) / 3_600_000) + 1;
  const { requests, fallbacks } = await readMetrics(stack, queries, hours);
  return { requests: sumOf(requests), fallbacks: sumOf(fallbacks) };
}

/**
 * Reads the state of a variant's model, and how often each outcome was decided since the start.
 * Undefined for a list.
 */
async function readModel(stack: StackReader, { startedAt }: StartedExperiment, variant: string) {
  const name = variant === standardPlacement ? variant : stack.placements[variant]?.model;
  const model = stack.models.find((each) => each.name === name);
  if (!model) return undefined;
  const campaign = await ignoreNotFound(readCampaign(stack, model), "ResourceNotFoundException");
  const decisions = await readDecisions(stack, model.name, Number.POSITIVE_INFINITY);
  const changes: Record<string, number> = {};
  for (const { outcome, decidedAt } of decisions) {
    if (new Date(decidedAt) >= startedAt) changes[outcome] = (changes[outcome] ?? 0) + 1;
  }
  return { name: model.name, campaign: campaign ? nameCampaignStatus(campaign) : "deleted", changes };
}
