/**
 * Runs the Pulumi program without the Pulumi engine, in a child process of `deploy.ts`, which sends one request and
 * receives a message for every resource. The program is loaded by the engine's loader and registers its resources with a
 * monitor that creates them immediately: `aws:*` with the local provider, dynamic resources from their serialised text.
 */
import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs, MockResourceResult } from "@pulumi/pulumi/runtime";
import { createAws } from "./provider/aws";
import { createProvider, type LocalProvider } from "./provider/provider";
import type { Properties } from "./provider/resource";
import { unwrap } from "./provider/values";

export interface DeployRequest {
  readonly program: string;
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  /** Full keys, e.g. `recommender:minProvisionedTPS`; objects as JSON text, as the engine passes them. */
  readonly config: Readonly<Record<string, string>>;
}

export type DeployMessage =
  | {
      readonly kind: "resource";
      readonly type: string;
      readonly name: string;
      readonly id: string;
      readonly milliseconds: number;
    }
  | { readonly kind: "started"; readonly type: string; readonly name: string }
  | { readonly kind: "done"; readonly outputs: Properties }
  | { readonly kind: "failed"; readonly type?: string; readonly name?: string; readonly message: string };

const send = (message: DeployMessage) => process.send?.(message);
const dynamicPrefix = "pulumi-nodejs:dynamic/";

process.once("message", (request: DeployRequest) => {
  run(request).then(
    (outputs) => finish({ kind: "done", outputs }),
    (error: Error) => finish({ kind: "failed", message: error.message }),
  );
});

function finish(message: DeployMessage): void {
  process.send?.(message, () => process.exit(message.kind === "done" ? 0 : 1));
}

async function run({ program, project, stack, region, config }: DeployRequest): Promise<Properties> {
  const provider = createProvider(createAws(region));
  let failed: Error | undefined;
  const createResource = async (args: MockResourceArgs): Promise<MockResourceResult> => {
    const started = performance.now();
    // After the first failure no other resource is created, as with `pulumi up`.
    if (failed) throw failed;
    if (!args.custom) return { id: "", state: args.inputs };
    const { type, name } = args;
    send({ kind: "started", type, name });
    try {
      const result = type.startsWith(dynamicPrefix)
        ? await createDynamic(args, config)
        : await createAwsResource(provider, args);
      send({ kind: "resource", type, name, id: result.id ?? "", milliseconds: performance.now() - started });
      return result;
    } catch (error) {
      if (!failed) {
        failed = error as Error;
        finish({ kind: "failed", type, name, message: messageOf(failed) });
      }
      throw error;
    }
  };
  const call = ({ token, inputs }: { token: string; inputs: Properties }) => provider.invoke(token, inputs);

  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks({ newResource: createResource, call }, project, stack, false);
  const outputs = await loadProgram(program);
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  return outputs;
}

/** Loads index.ts and resolves its exports, the stack's outputs. */
async function loadProgram(program: string): Promise<Properties> {
  const exported: Record<string, pulumi.Input<unknown>> = require(program);
  const outputs = pulumi.output(exported);
  return new Promise((resolve) => {
    outputs.apply((values) => resolve(values as Properties));
  });
}

async function createAwsResource(
  provider: LocalProvider,
  { type, name, inputs }: MockResourceArgs,
): Promise<MockResourceResult> {
  const checked = provider.check(type, name, {}, inputs);
  throwFailures(checked.failures);
  throwFailures(await provider.plan(type, {}, checked.inputs));
  const { id, outs } = await provider.create(type, checked.inputs);
  return { id, state: outs };
}

/** The methods of a dynamic provider that a first deployment calls. */
interface DynamicProvider {
  configure?(request: {
    config: { get(key: string): string | undefined; require(key: string): string };
  }): Promise<void>;
  check?(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs?: Properties; failures?: { property: string; reason: string }[] }>;
  create(inputs: Properties): Promise<{ id: string; outs?: Properties }>;
}

/** Runs a dynamic provider from its serialised text, as the engine does from the text in its state. */
async function createDynamic(
  { inputs }: MockResourceArgs,
  config: DeployRequest["config"],
): Promise<MockResourceResult> {
  const { __provider, ...news } = unwrap(inputs) as Properties & { __provider: string };
  const load: (text: string) => { handler(): DynamicProvider } = require("require-from-string");
  const provider = load(__provider).handler();
  await provider.configure?.({
    config: {
      get: (key) => config[key],
      require: (key) => {
        const value = config[key];
        if (value === undefined)
          throw new Error(`The configuration has no value for ${key}. Set it: pulumi config set ${key} <value>`);
        return value;
      },
    },
  });
  const checked = await provider.check?.({}, { ...news, __provider });
  throwFailures(checked?.failures ?? []);
  const { id, outs = {} } = await provider.create({ __provider, ...(checked?.inputs ?? news) });
  return { id, state: outs };
}

function throwFailures(failures: readonly { property: string; reason: string }[]): void {
  if (failures.length === 0) return;
  throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
}

/** The error of a dynamic resource that failed after its creation started has its message in `reasons`. */
function messageOf(error: Error): string {
  const { reasons } = error as Error & { reasons?: string[] };
  return reasons && reasons.length > 0 ? reasons.join("\n") : error.message;
}
