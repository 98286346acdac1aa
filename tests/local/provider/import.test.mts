import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startAccount } from "../../../local/account.ts";
import { createAws } from "../../../local/provider/aws.ts";
import { catalogue } from "../../../local/provider/catalogue.ts";
import { createProvider, type LocalProvider } from "../../../local/provider/provider.ts";
import type { Properties } from "../../../local/provider/resource.ts";
import { type Stage, samples } from "./samples.ts";
import { setStage } from "./stage.mts";

const environment = { ...process.env };
let account: Account;
let provider: LocalProvider;
let stage: Stage;
beforeAll(async () => {
  account = await startAccount({ speed: 300 });
  // The provider's clients know the account as the plugin's do: by the environment.
  process.env.AWS_ENDPOINT_URL = account.origin;
  process.env.AWS_ACCESS_KEY_ID = "000000000000";
  process.env.AWS_SECRET_ACCESS_KEY = "local";
  provider = createProvider(createAws("eu-west-1"));
  stage = await setStage(provider);
});
afterAll(async () => {
  process.env = environment;
  await account.close();
});

/** Creates a resource as the engine does: checked inputs first. */
async function make(type: string, name: string, news: Properties) {
  const { inputs, failures } = provider.check(type, name, {}, news);
  expect(failures).toEqual([]);
  expect(await provider.plan(type, {}, inputs)).toEqual([]);
  return { inputs, ...(await provider.create(type, inputs)) };
}

describe.each(Object.keys(catalogue))("%s", (type) => {
  describe.each(["fewest", "most"] as const)("with the %s inputs", (size) => {
    let made: Awaited<ReturnType<typeof make>>;
    let sample: Properties;
    beforeAll(async () => {
      const inputsOf = samples[type]?.[size];
      if (!inputsOf) throw new Error(`tests/local/provider/samples.ts has no ${type}.`);
      sample = inputsOf(stage);
      made = await make(type, `sample-${size}`, sample);
    });
    afterAll(() => provider.delete(type, made.id, made.outs));

    test("an import by id has everything that the resource was created with, and the next preview no change", async () => {
      const imported = await provider.read(type, made.id, {});
      if (!imported) throw new Error(`${made.id} was not found.`);
      const inputs = provider.inputsIn(type, imported, true);

      const next = provider.check(type, `sample-${size}`, inputs, sample);
      expect(next.failures).toEqual([]);
      const state = await provider.recognised(type, imported, next.inputs);
      expect(Object.keys(state)).toEqual(expect.arrayContaining(Object.keys(made.outs)));
      expect(provider.diff(type, state, next.inputs)).toEqual({
        changes: false,
        replaces: [],
        deleteBeforeReplace: catalogue[type]?.deleteBeforeReplace ?? false,
      });
      expect(await provider.plan(type, inputs, next.inputs)).toEqual([]);
    });

    test("a refresh changes nothing, in the state or in the inputs", async () => {
      const refreshed = (await provider.read(type, made.id, made.outs)) ?? {};
      expect(refreshed).toEqual(made.outs);
      expect(provider.diff(type, refreshed, made.inputs)).toMatchObject({ changes: false });
    });
  });
});
