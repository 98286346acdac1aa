import "./stacks/node-version";
import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "./stacks/config";
import { describeCosts } from "./stacks/costs";
import { requireCredentials } from "./stacks/credentials";
import { Recommender } from "./stacks/recommender";
import { readSettings } from "./stacks/settings";
import { withoutTraces } from "./stacks/user-error";

// The stack's outputs: RecommenderContract in contract/index.d.ts.
export = withoutTraces(() => {
  const config = parseConfig(readSettings(), pulumi.getStack());
  const costs = describeCosts(config);
  if (costs) pulumi.log.info(costs);
  const create = () => new Recommender("recommender", config).outputs;
  // Without an engine, as in `doctor`, the program runs without AWS.
  return pulumi.runtime.hasEngine() ? requireCredentials().then(() => withoutTraces(create)) : create();
});
