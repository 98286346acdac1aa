import type { Deployment, Stack } from "../messages";
import { type Calls, createViewCalls, type Place, readAllPages } from "./caller";
import { Refused } from "./exchange";
import type { Parts } from "./parts";

/** The deployed stacks: each has its SSM parameters below `/animal-recommender/<stack>/` (docs/contract.md). */
export interface Stacks {
  list(): Promise<Stack[]>;
  /** Every account and Region that was called. */
  places(): readonly Place[];
  /** Returns how far a deployment is, while one runs. */
  deployment(): Deployment | undefined;
  /** Throws when there is no such stack. */
  find(name: string | undefined): Promise<Stack>;
}

const root = "/animal-recommender";
/** Places whose parameters are looked through. */
const mostPlaces = 100;

/** Looks in every account and Region that was called since the account runs. */
export function createStacks({ host, log }: Pick<Parts, "host" | "log">): Stacks & { close(): void } {
  const places = new Map<string, Place>();
  const end = log.listen(({ account, region }) => {
    const key = `${account}/${region}`;
    if (!places.has(key) && places.size < mostPlaces) places.set(key, { account, region });
  });
  let deployment: Deployment | undefined;
  const endDeployment = host.on("deployment", ({ ended, ...shown }) => {
    deployment = ended ? undefined : shown;
  });
  const list = async () => {
    const found = await Promise.all(
      Array.from(places.values(), (place) => findStacks(place, createViewCalls(host, place))),
    );
    return found.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  return {
    list,
    places: () => [...places.values()],
    deployment: () => deployment,
    async find(name) {
      const stacks = await list();
      const stack = name === undefined ? stacks[0] : stacks.find((each) => each.name === name);
      if (!stack)
        throw new Refused(
          404,
          deployment
            ? `The stack "${deployment.stack}" is being deployed. Wait until it is complete.`
            : `${name === undefined ? "No stack" : `No stack "${name}"`} is deployed here. Start with "npm start", or deploy to an account of "npm run account" with "npx recommender pulumi up".`,
        );
      return stack;
    },
    close() {
      end();
      endDeployment();
    },
  };
}

async function findStacks(place: Place, call: Calls): Promise<Stack[]> {
  const parameters = await readAllPages(async (NextToken) => {
    const page = await call("ssm", "GetParametersByPath", { Path: root, Recursive: true, MaxResults: 10, NextToken });
    return { items: page.Parameters, next: page.NextToken };
  });
  const values = new Map(parameters.map(({ Name = "", Value = "" }) => [Name, Value]));
  const names = new Set(Array.from(values.keys(), (name) => name.split("/")[2] ?? ""));
  return [...names].flatMap((name) => {
    const at = (leaf: string) => values.get(`${root}/${name}/${leaf}`) ?? "";
    const models = ["recommendation", "reranking"].flatMap((model) => {
      const campaignArn = at(`personalize/${model}/campaign/id`);
      const functionName = at(`personalize/${model}/function-name`);
      return campaignArn === "" ? [] : [{ name: model, campaignArn, functionName }];
    });
    // Parameters are among the last things that a deployment creates and the first that it deletes.
    const streamName = at("kinesis-stream/name");
    const isComplete = models.length > 0 && models.every(({ functionName }) => functionName !== "");
    if (streamName === "" || !isComplete) return [];
    return [
      { name, ...place, streamName, archiveBucket: at("s3/name"), dataBucket: at("s3-seed-bucket/name"), models },
    ];
  });
}
