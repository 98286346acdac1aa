import "./stacks/node-version";
import * as pulumi from "@pulumi/pulumi";
import { requireNetwork } from "./components/platform/network";
import { describeLeftOut } from "./stacks/config/event-weights";
import { readStack } from "./stacks/config/read-stack";
import { readSettings } from "./stacks/config/settings";
import { describeCosts } from "./stacks/costs/estimate";
import { openAccess, requireCredentials } from "./stacks/credentials";
import { requireOwnNames } from "./stacks/name-owner";
import { requireOwnParameters } from "./stacks/parameter-owner";
import { type FoundInAccount, Recommender } from "./stacks/recommender";
import { readServingVersions } from "./stacks/serving-versions";
import { endWithEngine, withoutTraces } from "./stacks/user-error";

// The stack's outputs: RecommenderContract in contract/index.d.ts.
export = withoutTraces(() => {
  // Without an engine, as in `doctor`, the program runs without AWS.
  const access = pulumi.runtime.hasEngine() ? openAccess() : undefined;
  const given = readSettings();
  const { config, data } = readStack({ ...given, checks: [...given.checks, ...(access ? [access.check] : [])] });
  const create = (found: FoundInAccount = {}) => {
    const { outputs, alarmMetrics } = new Recommender("recommender", config, data, found);
    const notes = [describeCosts(config, alarmMetrics), describeLeftOut(data.eventTypes, config)];
    for (const note of notes) if (note) pulumi.log.info(note);
    return outputs;
  };
  if (!access) return create();
  return requireCredentials(access)
    .then(() => requireOwnNames(access.access, given))
    .then(() => requireOwnParameters(access.access, given, config))
    .then(async (ownParameters) => {
      await requireNetwork(config.network);
      return { ownParameters, servingVersions: await readServingVersions(access.access, given, config) };
    })
    .catch(endWithEngine)
    .then((found) => withoutTraces(() => create(found)));
});
