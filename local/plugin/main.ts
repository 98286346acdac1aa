import { main, type Provider } from "@pulumi/pulumi/provider";
import { createAws } from "../provider/aws";
import { createProvider } from "../provider/provider";
import type { Properties } from "../provider/resource";
import { keepSecrets, packageHash } from "../provider/values";

/** Equal to the version of `@pulumi/aws` in package.json: the engine asks the plugin for the SDK's version. */
const version = "7.48.0";

/** The last type of a URN's type chain: `…::recommender:ingestion:EventIngestion$aws:s3/bucket:Bucket::…`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").pop() ?? "";
}
const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

/** The stack's `aws:` configuration, without the prefix; the protocol's Configure never reaches a Node.js provider. */
function regionFromConfig(): string {
  const config: { region?: string } = JSON.parse(process.env.PULUMI_CONFIG ?? "{}");
  const region = config.region ?? process.env.AWS_REGION;
  if (!region) throw new Error("No Region is set: `pulumi config set aws:region eu-west-1`.");
  return region;
}

/** The engine's door to the local provider: it translates URNs to types, and keeps secrets secret. */
class LocalAws implements Provider {
  readonly version = version;
  private readonly provider = createProvider(createAws(regionFromConfig()));
  /** Files and archives by the engine's hash: `check` gets them whole, `diff` their hashes only. */
  private readonly packages = new Map<string, unknown>();

  async check(urn: string, olds: Properties, news: Properties) {
    const { inputs, failures } = this.provider.check(typeOf(urn), nameOf(urn), olds, news);
    for (const value of Object.values(inputs)) this.packages.set(packageHash(value) ?? "", value);
    if (failures.length > 0) return { inputs: keepSecrets(inputs, news), failures };
    const planned = await this.provider.plan(typeOf(urn), olds, inputs);
    return { inputs: keepSecrets(inputs, news), failures: [...planned] };
  }
  async diff(_id: string, urn: string, olds: Properties, news: Properties) {
    const whole = Object.entries(news).map(([key, value]) => [
      key,
      this.packages.get(packageHash(value) ?? "") ?? value,
    ]);
    const state = await this.provider.recognised(typeOf(urn), olds, Object.fromEntries(whole));
    return this.provider.diff(typeOf(urn), state, news);
  }
  async create(urn: string, inputs: Properties) {
    const { id, outs } = await this.provider.create(typeOf(urn), inputs);
    return { id, outs: keepSecrets(outs, inputs) };
  }
  async read(id: string, urn: string, props: Properties = {}) {
    const found = await this.provider.read(typeOf(urn), id, props);
    if (!found) return {};
    const isImport = Object.keys(props).length === 0;
    const inputs = this.provider.inputsIn(typeOf(urn), found, isImport);
    return { id, props: keepSecrets(found, props), inputs: keepSecrets(inputs, props) };
  }
  async update(id: string, urn: string, olds: Properties, news: Properties) {
    const outs = await this.provider.update(typeOf(urn), id, olds, news);
    return { outs: keepSecrets(outs, news) };
  }
  async delete(id: string, urn: string, props: Properties) {
    await this.provider.delete(typeOf(urn), id, props);
  }
  async invoke(token: string, args: Properties) {
    return { outputs: await this.provider.invoke(token, args) };
  }
}

main(new LocalAws(), process.argv.slice(2));
