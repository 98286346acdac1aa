import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// Pulumi ships the protocol's messages as CommonJS without types for `status_pb`; they are named here by their shape.
const load = createRequire(import.meta.url);
const grpc = load("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
const { ResourceProviderClient } = load("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = load("@pulumi/pulumi/proto/provider_pb");
const { Status } = load("@pulumi/pulumi/proto/status_pb");
const { Struct } = load("google-protobuf/google/protobuf/struct_pb");

export type Properties = Record<string, unknown>;

/** What the engine keeps when a resource exists but is not ready. */
export interface InitFailure {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];
}

/** The provider process that the engine starts, driven as the engine drives it. */
export interface DynamicProvider {
  check(
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }>;
  /** Rejects with `initFailure` where the engine would record the resource as created but not initialised. */
  create(inputs: Properties): Promise<{ id: string; properties: Properties }>;
  read(
    id: string,
    properties: Properties,
    inputs?: Properties,
  ): Promise<{ id: string; properties: Properties; inputs: Properties | undefined }>;
  update(id: string, olds: Properties, news: Properties): Promise<Properties>;
  delete(id: string, properties: Properties): Promise<void>;
  /** Ends the process without a warning, as a killed engine would. */
  kill(): Promise<void>;
}

/** Starts the process with `AWS_ENDPOINT_URL` and the stack's configuration, as the engine does. */
export async function startProvider(origin: string, config: Properties = {}): Promise<DynamicProvider> {
  const script = load.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");
  const child = spawn(process.execPath, [script, "127.0.0.1:1"], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: origin,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const client = new ResourceProviderClient(`127.0.0.1:${await portOf(child)}`, grpc.credentials.createInsecure());
  const call = <T extends object>(method: string, request: T) =>
    // biome-ignore lint/suspicious/noExplicitAny: generated messages have no common type.
    new Promise<any>((resolve, reject) => {
      client[method](request, (error: Error | null, response: unknown) =>
        error ? reject(withInitFailure(error)) : resolve(response),
      );
    });
  const configure = new messages.ConfigureRequest();
  configure.setArgs(Struct.fromJavaScript({ "aws:region": "eu-west-1", ...config }));
  await call("configure", configure);

  return {
    async check(olds, news) {
      const response = await call("check", filled(new messages.CheckRequest(), { Olds: olds, News: news }));
      return {
        inputs: response.getInputs().toJavaScript(),
        failures: response.getFailuresList().map((failure: { getProperty(): string; getReason(): string }) => ({
          property: failure.getProperty(),
          reason: failure.getReason(),
        })),
      };
    },
    async diff(id, olds, news) {
      const response = await call("diff", filled(new messages.DiffRequest(), { Olds: olds, News: news }, id));
      return {
        changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    async create(inputs) {
      const response = await call("create", filled(new messages.CreateRequest(), { Properties: inputs }));
      return { id: response.getId(), properties: response.getProperties().toJavaScript() };
    },
    async read(id, properties, inputs = {}) {
      const response = await call(
        "read",
        filled(new messages.ReadRequest(), { Properties: properties, Inputs: inputs }, id),
      );
      return {
        id: response.getId(),
        properties: response.getProperties().toJavaScript(),
        inputs: response.getInputs()?.toJavaScript(),
      };
    },
    async update(id, olds, news) {
      const response = await call("update", filled(new messages.UpdateRequest(), { Olds: olds, News: news }, id));
      return response.getProperties().toJavaScript();
    },
    async delete(id, properties) {
      await call("delete", filled(new messages.DeleteRequest(), { Properties: properties }, id));
    },
    async kill() {
      client.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The text that the engine would store and send for a provider. */
export async function textOf(provider: object): Promise<string> {
  const pulumi = load("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
  const { text } = await pulumi.runtime.serializeFunction(() => provider, { allowSecrets: true });
  return text;
}

async function portOf(child: ChildProcess): Promise<string> {
  const printed: string[] = [];
  child.stderr?.on("data", (text) => printed.push(String(text)));
  if (!child.stdout) throw new Error("The provider process has no output.");
  for await (const line of createInterface({ input: child.stdout })) return line.trim();
  throw new Error(`The provider process ended before it named its port: ${printed.join("")}`);
}

// biome-ignore lint/suspicious/noExplicitAny: generated messages have no common type.
function filled(message: any, structs: Record<string, Properties>, id?: string): object {
  for (const [name, value] of Object.entries(structs)) message[`set${name}`](Struct.fromJavaScript(defined(value)));
  if (id !== undefined) message.setId(id);
  return message;
}

/** The wire knows no `undefined`. */
function defined(properties: Properties): Properties {
  return JSON.parse(JSON.stringify(properties));
}

function withInitFailure(error: Error & { details?: string; metadata?: import("@grpc/grpc-js").Metadata }): Error {
  const [packed] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!packed) return Object.assign(error, { message: error.details ?? error.message });
  const [detail] = Status.deserializeBinary(packed).getDetailsList();
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue());
  const initFailure: InitFailure = {
    id: failed.getId(),
    properties: failed.getProperties().toJavaScript(),
    reasons: failed.getReasonsList(),
  };
  return Object.assign(error, { message: error.details ?? error.message, initFailure });
}
