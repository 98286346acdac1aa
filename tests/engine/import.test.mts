// One stack with a resource of every type that the local provider realises: the tests run in their order.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Account, startAccount } from "../../local/account.ts";
import { createAws } from "../../local/pulumi/provider/aws.ts";
import { catalogue } from "../../local/pulumi/provider/catalogue.ts";
import { createProvider } from "../../local/pulumi/provider/provider.ts";
import { setStage } from "../../local/tests/pulumi/provider/stage.mts";
import { type Engine, openEngine, pulumiIsThere, type StoredResource } from "../support/engine.ts";
import { hurriedSpeed } from "../support/hurried-speed.ts";
import { useAccount } from "../support/use-account.mts";

const types = Object.keys(catalogue);

describe.skipIf(!pulumiIsThere)("A resource of every type of the local provider", () => {
  let account: Account;
  let engine: Engine;
  beforeAll(async () => {
    account = await startAccount({ speed: hurriedSpeed });
    useAccount(account);
    const stage = await setStage(createProvider(createAws("eu-west-1")));
    engine = await openEngine({
      account,
      stack: "imports",
      project: "imports",
      program: "tests/engine/programs/catalogue.ts",
      config: { stage: JSON.stringify(stage) },
    });
    await engine.up();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    engine?.forget();
    await account?.close();
  });

  const ofCatalogue = ({ type }: StoredResource) => types.includes(type);
  /** Replaces the resources of the state. */
  const leaveBehind = (resources: readonly StoredResource[]) => {
    const file = join(engine.folder, "backend/.pulumi/stacks/imports/imports.json");
    const { checkpoint, ...rest } = JSON.parse(readFileSync(file, "utf8"));
    const latest = { ...checkpoint.latest, resources };
    writeFileSync(file, JSON.stringify({ ...rest, checkpoint: { ...checkpoint, latest } }));
  };

  test("a refresh finds nothing to do", async () => {
    const { resources } = await engine.state();
    expect(new Set(resources.map(({ type }) => type).filter((type) => types.includes(type)))).toEqual(new Set(types));
    expect(await engine.refresh({ expectNoChanges: true })).toEqual({});
  });

  test("`pulumi import` of all that was forgotten, by the ids, leaves nothing to change", async () => {
    const { resources } = await engine.state();
    const forgotten = resources.filter(ofCatalogue);
    leaveBehind(resources.filter((resource) => !ofCatalogue(resource)));

    const file = join(engine.folder, "import.json");
    const listed = forgotten.map(({ type, id }) => ({ type, name: "sample", id }));
    writeFileSync(file, JSON.stringify({ resources: listed }));
    await engine.run("import", "--yes", "--file", file, "--generate-code=false", "--protect=false", "--skip-preview");

    expect((await engine.state()).resources.filter(ofCatalogue)).toHaveLength(types.length);
    expect(await engine.preview({ expectNoChanges: true })).toEqual({});
    expect(await engine.refresh({ expectNoChanges: true })).toEqual({});
  });

  test("an `up` after the imports changes nothing in the account, and `destroy` removes all of it", async () => {
    expect(await engine.up()).toEqual({});
    await engine.destroy();
    expect((await engine.state()).resources ?? []).toEqual([]);
  });
});
