import { endWithParent } from "../../terminal/starter";
import { createAws } from "../provider/aws";
import { shownFailure } from "../provider/failures";
import { createProvider, type LocalProvider } from "../provider/provider";
import type { Properties } from "../provider/resource";
import { keepSecrets, packageHash, unwrap } from "../provider/values";
import { type Plugin, serve } from "./server";
import { readSettings } from "./settings";

/**
 * Equal to the version of `@pulumi/aws` in package.json: the engine requires the SDK's version of
 * the plugin.
 */
const version = "7.48.0";

/** The last type of a URN's type chain: `…::shop:store:Archive$aws:s3/bucket:Bucket::…`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").pop() ?? "";
}
const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

/** The plugin's interface to the engine: takes the types from URNs and marks secrets in results. */
class LocalAws implements Plugin {
  readonly version = version;
  private opened: LocalProvider | undefined;
  /**
   * Files and archives by the engine's hash: `check` gets their contents, `diff` only their hashes.
   */
  private readonly packages = new Map<string, unknown>();

  private get provider(): LocalProvider {
    if (!this.opened) throw new Error("The engine called the provider before it configured it.");
    return this.opened;
  }

  async configure(settings: Properties) {
    this.opened = await openProvider(settings);
  }
  async check(urn: string, olds: Properties, news: Properties) {
    const { inputs, failures } = this.provider.check(typeOf(urn), nameOf(urn), olds, news);
    for (const value of Object.values(inputs)) this.packages.set(packageHash(value) ?? "", value);
    const found = failures.length > 0 ? failures : await this.provider.plan(typeOf(urn), olds, inputs);
    return { inputs: keepSecrets(inputs, news), failures: found.map((failure) => shownFailure(inputs, failure)) };
  }
  async diff(urn: string, olds: Properties, news: Properties) {
    const whole = Object.entries(news).map(([key, value]) => [
      key,
      this.packages.get(packageHash(value) ?? "") ?? value,
    ]);
    const state = await this.provider.recognise(typeOf(urn), olds, Object.fromEntries(whole));
    return this.provider.diff(typeOf(urn), state, news);
  }
  async preview(urn: string, olds: Properties | undefined, news: Properties) {
    return keepSecrets(this.provider.preview(typeOf(urn), olds, news), news);
  }
  async create(urn: string, inputs: Properties) {
    const { id, outs } = await this.provider.create(typeOf(urn), inputs);
    return { id, outs: keepSecrets(outs, inputs) };
  }
  async read(id: string, urn: string, state: Properties) {
    const found = await this.provider.read(typeOf(urn), id, state);
    if (!found) return undefined;
    const inputs = this.provider.inputsIn(typeOf(urn), found);
    const ownId = this.provider.idOf(typeOf(urn), id, found);
    return { id: ownId, outs: keepSecrets(found, state), inputs: keepSecrets(inputs, state) };
  }
  async update(id: string, urn: string, olds: Properties, news: Properties) {
    return keepSecrets(await this.provider.update(typeOf(urn), id, olds, news), news);
  }
  async delete(id: string, urn: string, state: Properties) {
    await this.provider.delete(typeOf(urn), id, state);
  }
  invoke(token: string, args: Properties) {
    return this.provider.invoke(token, args);
  }
}

/** Creates the provider from its settings. Refuses an account that they exclude. */
async function openProvider(settings: Properties): Promise<LocalProvider> {
  const { region, client, defaultTags, ...accounts } = readSettings(unwrap(settings), process.env);
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

// An engine that is killed stops none of its plugins. The script beside this file names it.
endWithParent(() => process.exit(), Number(process.env.LOCAL_AWS_ENGINE ?? process.ppid));
void serve(new LocalAws());
