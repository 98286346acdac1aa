/**
 * Runs the Pulumi program without an engine and without a call to AWS, in a child process of
 * `plan.ts`: resources get the ARNs that they will have. A child, because an error in the program
 * ends the process.
 */
import * as pulumi from "@pulumi/pulumi";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime";
import type { Plan, PlanMessage, PlannedResource, PlanRequest } from "./plan";
import { findArn, type Place } from "./resource-arns";

type Properties = Record<string, unknown>;

process.once("message", (request: PlanRequest) => {
  run(request).then((plan) => send({ plan }), fail);
});
// An output that fails is reported more than once.
process.on("uncaughtException", fail);

function fail(error: Error): void {
  send({ problem: error.message });
}

function send(message: PlanMessage): void {
  process.send?.(message, () => process.exit());
}

async function run({ project, stack, config, ...place }: PlanRequest): Promise<Plan> {
  const resources: PlannedResource[] = [];
  const warnings: string[] = [];
  // Without an engine `pulumi.log.warn` prints.
  console.warn = (text: string) => warnings.push(text.replace("warning: [runtime] ", ""));
  const newResource = async ({ type, name, inputs: given }: MockResourceArgs) => {
    const { __provider: _provider, ...inputs } = given as Properties;
    const arn = findArn(place, type, inputs)?.arn ?? "*";
    // A message has no promises: the content of files and archives stays here.
    resources.push({ type, name, inputs });
    return {
      id: type.startsWith("pulumi-nodejs:") ? arn : `${name}-id`,
      state: { ...inputs, ...toOutputs(type, arn) },
    };
  };
  const call = async ({ token, inputs }: MockCallArgs) => ({ ...inputs, ...answer(place, token, inputs) });
  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks({ newResource, call }, project, stack, false);
  const run = require("../../../index") as typeof import("../../../stacks/run").run;
  await run();
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  // Node.js reports outputs that failed after the tasks of this turn.
  await new Promise(setImmediate);
  return { resources, warnings };
}

/** Outputs that the program uses, in addition to the inputs. */
function toOutputs(type: string, arn: string): Properties {
  const own = { arn, keyId: "*", trackingId: "*", uuid: "*" };
  if (type !== "awsx:ec2:Vpc") return own;
  return { ...own, vpcId: "*", isolatedSubnetIds: ["subnet-a", "subnet-b"], routeTables: [] };
}

/**
 * Answers for the program's data sources: each zone has each service, and a VPC that exists has
 * what it is asked for.
 */
function answer(place: Place, token: string, inputs: Properties): Properties {
  const name = token.split(":").at(-1);
  if (name === "getSubnets" || name === "getSecurityGroups") return { ids: filteredIds(inputs) ?? ["subnet-planned"] };
  if (name === "getObjects") return { keys: [] };
  if (name === "getRouteTables") return { ids: ["rtb-planned"] };
  if (name === "getRouteTable") return { routes: [], associations: [] };
  if (name === "getCallerIdentity") return { accountId: place.account };
  if (name === "getRegion") return { region: place.region };
  return { availabilityZones: [`${place.region}a`], availabilityZone: `${place.region}a` };
}

const filteredIds = ({ filters = [] }: { filters?: { name: string; values: string[] }[] }) =>
  filters.find(({ name }) => name.endsWith("-id") && name !== "vpc-id")?.values;
