import { main, type Provider } from "@pulumi/pulumi/provider";
import { endWithParent } from "../../terminal/starter";
import { createAws } from "../provider/aws";
import { createProvider, type LocalProvider } from "../provider/provider";
import type { Properties } from "../provider/resource";
import { keepSecrets, packageHash } from "../provider/values";
import { readSettings } from "./settings";

/** Equal to the version of `@pulumi/aws` in package.json: the engine requires the SDK's version of the plugin. */
const version = "7.48.0";

/** The last type of a URN's type chain: `…::shop:store:Archive$aws:s3/bucket:Bucket::…`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").pop() ?? "";
}
const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

/** The plugin's interface to the engine: takes the types from URNs and marks secrets in results. */
class LocalAws implements Provider {
  readonly version = version;
  private opened: Promise<LocalProvider> | undefined;
  /** Files and archives by the engine's hash: `check` gets their contents, `diff` only their hashes. */
  private readonly packages = new Map<string, unknown>();

  /** Created on the first call: an error before it would be reported as a crash of the plugin. */
  private provider(): Promise<LocalProvider> {
    this.opened ??= openProvider();
    return this.opened;
  }

  async check(urn: string, olds: Properties, news: Properties) {
    const provider = await this.provider();
    const { inputs, failures } = provider.check(typeOf(urn), nameOf(urn), olds, news);
    for (const value of Object.values(inputs)) this.packages.set(packageHash(value) ?? "", value);
    if (failures.length > 0) return { inputs: keepSecrets(inputs, news), failures };
    const planned = await provider.plan(typeOf(urn), olds, inputs);
    return { inputs: keepSecrets(inputs, news), failures: [...planned] };
  }
  async diff(_id: string, urn: string, olds: Properties, news: Properties) {
    const provider = await this.provider();
    const whole = Object.entries(news).map(([key, value]) => [
      key,
      this.packages.get(packageHash(value) ?? "") ?? value,
    ]);
    const state = await provider.recognise(typeOf(urn), olds, Object.fromEntries(whole));
    return provider.diff(typeOf(urn), state, news);
  }
  async create(urn: string, inputs: Properties) {
    const { id, outs } = await (await this.provider()).create(typeOf(urn), inputs);
    return { id, outs: keepSecrets(outs, inputs) };
  }
  async read(id: string, urn: string, props: Properties = {}) {
    const provider = await this.provider();
    const found = await provider.read(typeOf(urn), id, props);
    if (!found) return {};
    const inputs = provider.inputsIn(typeOf(urn), found);
    const ownId = provider.idOf(typeOf(urn), id, found);
    return { id: ownId, props: keepSecrets(found, props), inputs: keepSecrets(inputs, props) };
  }
  async update(id: string, urn: string, olds: Properties, news: Properties) {
    const outs = await (await this.provider()).update(typeOf(urn), id, olds, news);
    return { outs: keepSecrets(outs, news) };
  }
  async delete(id: string, urn: string, props: Properties) {
    await (await this.provider()).delete(typeOf(urn), id, props);
  }
  async invoke(token: string, args: Properties) {
    return { outputs: await (await this.provider()).invoke(token, args) };
  }
}

/** Creates the provider from the stack's configuration. Refuses an account that the configuration excludes. */
async function openProvider(): Promise<LocalProvider> {
  const { region, client, defaultTags, ...accounts } = readSettings(process.env);
  const { allowedAccountIds: allowed, forbiddenAccountIds: forbidden } = accounts;
  const aws = createAws(region, client);
  if (allowed.length + forbidden.length > 0) {
    const { Account = "" } = await aws.call("sts", "GetCallerIdentity", {});
    if ((allowed.length > 0 && !allowed.includes(Account)) || forbidden.includes(Account)) {
      throw new Error(`AWS account ID not allowed: ${Account}`);
    }
  }
  return createProvider(aws, defaultTags);
}

// An engine that is killed stops none of its plugins.
endWithParent(() => process.exit());
main(new LocalAws(), process.argv.slice(2));
