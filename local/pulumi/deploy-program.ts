/**
 * Runs the Pulumi program without the Pulumi engine, in a child process of `deploy.ts`, which sends
 * one request and receives a message for every resource. The program is loaded by the engine's
 * loader and registers its resources with a monitor that brings each to its wanted state
 * immediately: `aws:*` with the local provider, dynamic resources from their serialised text.
 * Resources of an earlier deployment are compared, as `pulumi up` does.
 */
import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs, MockResourceResult } from "@pulumi/pulumi/runtime";
import {
  awsOperations,
  type DeployedResource,
  dynamicOperations,
  type Operations,
  plainState,
  runStep,
  type Step,
} from "./deploy-resource";
import { createAws } from "./provider/aws";
import { createProvider, type LocalProvider } from "./provider/provider";
import type { Properties } from "./provider/resource";
import { unwrap } from "./provider/values";

export interface DeployRequest {
  readonly program: string;
  readonly project: string;
  readonly stack: string;
  readonly region: string;
  /** Full keys, e.g. `shop:currency`; objects as JSON text, as the engine passes them. */
  readonly config: Readonly<Record<string, string>>;
  /** The resources of the last deployment, in the order of their creation. */
  readonly resources?: readonly DeployedResource[];
  /** True if messages have the states, for a later deployment. */
  readonly withStates?: boolean;
}

export type DeployMessage =
  | {
      readonly kind: "resource";
      readonly type: string;
      readonly name: string;
      readonly id: string;
      readonly step: Step;
      readonly state?: Properties;
      /** The option `retainOnDelete`. */
      readonly retained: boolean;
      readonly milliseconds: number;
    }
  /** A step that changes the account begins. */
  | { readonly kind: "started"; readonly type: string; readonly name: string }
  | { readonly kind: "deleted"; readonly type: string; readonly name: string; readonly replaced: boolean }
  | { readonly kind: "done"; readonly outputs: Properties }
  | { readonly kind: "failed"; readonly type?: string; readonly name?: string; readonly message: string };

const send = (message: DeployMessage) => process.send?.(message);
const dynamicPrefix = "pulumi-nodejs:dynamic/";

// The process that started this one has ended: no one waits for the deployment any more.
process.once("disconnect", () => process.exit(1));
process.once("message", (request: DeployRequest) => {
  run(request).then(
    (outputs) => finish({ kind: "done", outputs }),
    (error: Error) => finish({ kind: "failed", message: error.message }),
  );
});

function finish(message: DeployMessage): void {
  process.send?.(message, () => process.exit(message.kind === "done" ? 0 : 1));
}

async function run({ program, project, stack, region, config, ...request }: DeployRequest): Promise<Properties> {
  const provider = createProvider(createAws(region));
  const old = new Map(request.resources?.map((resource) => [keyOf(resource), resource]));
  const registered = new Set<string>();
  const replaced: DeployedResource[] = [];
  const running = new Set<Promise<unknown>>();
  let failed: Error | undefined;

  const bring = async ({ type, name, inputs }: MockResourceArgs): Promise<MockResourceResult> => {
    const started = performance.now();
    const before = old.get(keyOf({ type, name }));
    const { __provider: text, ...news } = unwrap(inputs) as Properties;
    const operations = await operationsOf(provider, config, { type, name, text });
    const result = await runStep(operations, {
      inputs: before ? keepIgnored(news, before, optionsOf({ type, name }).ignored) : news,
      ...(before ? { old: before } : {}),
      onStep: () => send({ kind: "started", type, name }),
    });
    if (result.replaced) replaced.push(result.replaced);
    const state = request.withStates ? { state: plainState(result.state) } : {};
    const milliseconds = performance.now() - started;
    const { retained } = optionsOf({ type, name });
    send({ kind: "resource", type, name, id: result.id, step: result.step, ...state, retained, milliseconds });
    return { id: result.id, state: result.state };
  };
  const newResource = async (args: MockResourceArgs): Promise<MockResourceResult> => {
    // After the first failure no other resource is created, as with `pulumi up`.
    if (failed) throw failed;
    if (!args.custom) return { id: "", state: args.inputs };
    const { type, name } = args;
    registered.add(keyOf({ type, name }));
    const work = bring(args);
    running.add(work);
    try {
      return await work;
    } catch (error) {
      if (!failed) {
        failed = error as Error;
        // Changes in progress must end first, so that the next deployment knows their resources.
        running.delete(work);
        if (request.withStates) await Promise.allSettled(running);
        finish({ kind: "failed", type, name, message: messageOf(failed) });
      }
      throw error;
    } finally {
      running.delete(work);
    }
  };
  // As of an engine, the text of an error is in its details.
  const call = ({ token, inputs }: { token: string; inputs: Properties }) =>
    provider.invoke(token, inputs).catch((error: Error) => {
      throw Object.assign(error, { details: error.message });
    });

  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks({ newResource, call }, project, stack, false);
  const options = watchOptions();
  const optionsOf = (resource: { type: string; name: string }) =>
    options.get(keyOf(resource)) ?? { ignored: [], retained: false };
  const outputs = await loadProgram(program);
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  const gone = [...old.values()].filter((resource) => !registered.has(keyOf(resource)));
  for (const resource of [...replaced, ...gone].reverse()) {
    const { type, name, id, state } = resource;
    const operations = await operationsOf(provider, config, { type, name, text: state.__provider });
    if (!resource.retained) await operations.delete(id, state);
    send({ kind: "deleted", type, name, replaced: replaced.includes(resource) });
  }
  return outputs;
}

const keyOf = ({ type, name }: { type: string; name: string }) => `${type}::${name}`;

async function operationsOf(
  provider: LocalProvider,
  config: DeployRequest["config"],
  { type, name, text }: { type: string; name: string; text: unknown },
): Promise<Operations> {
  return type.startsWith(dynamicPrefix) ? dynamicOperations(String(text), config) : awsOperations(provider, type, name);
}

/** The monitor as far as this file wraps it. */
interface Monitor {
  registerResource(
    request: {
      getType(): string;
      getName(): string;
      getIgnorechangesList(): string[];
      getRetainondelete(): boolean;
    },
    callback: unknown,
  ): unknown;
}

/** Resource options that the mocks do not pass on. */
interface Options {
  /** `ignoreChanges` */
  readonly ignored: readonly string[];
  /** `retainOnDelete` */
  readonly retained: boolean;
}

/** Notes the options of resources, by type and name. */
function watchOptions(): ReadonlyMap<string, Options> {
  const options = new Map<string, Options>();
  const { getMonitor } = pulumi.runtime as unknown as { getMonitor(): Monitor };
  const monitor = getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const key = keyOf({ type: request.getType(), name: request.getName() });
    options.set(key, { ignored: request.getIgnorechangesList(), retained: request.getRetainondelete() });
    return register(request, callback);
  };
  return options;
}

/** New inputs with the old values of those whose changes are ignored. */
function keepIgnored(news: Properties, { state }: DeployedResource, ignored: readonly string[]): Properties {
  const kept = Object.entries(state).filter(([key]) => ignored.includes(key));
  return { ...news, ...Object.fromEntries(kept) };
}

type Outputs = Record<string, pulumi.Input<unknown>>;

/**
 * Loads a program and resolves its exports, the stack's outputs. A function is called, as Pulumi's
 * SDK does (cmd/run/run.js).
 */
async function loadProgram(program: string): Promise<Properties> {
  const exported: Outputs | (() => Outputs | Promise<Outputs>) = require(program);
  // Awaited here: what follows an output never hears of a refusal.
  const outputs = pulumi.output(typeof exported === "function" ? await exported() : exported);
  return new Promise((resolve) => {
    outputs.apply((values) => resolve(values as Properties));
  });
}

/**
 * The error of a dynamic resource that failed after its creation started has its message in
 * `reasons`.
 */
function messageOf(error: Error): string {
  const { reasons } = error as Error & { reasons?: string[] };
  return reasons && reasons.length > 0 ? reasons.join("\n") : error.message;
}
