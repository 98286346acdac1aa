import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import grpc, { type ServiceError } from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages, {
  type CheckResponse,
  type ConfigureResponse,
  type CreateResponse,
  type DiffResponse,
  type ReadResponse,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb.js";
import statuses from "@pulumi/pulumi/proto/status_pb.js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { bundleProvider } from "../../dynamic-providers/bundle/provider-bundle.ts";
import { createStoredProvider } from "../../dynamic-providers/bundle/stored-provider.ts";

const load = createRequire(import.meta.url);

export type Properties = Record<string, unknown>;

/** The engine's record of a resource that exists but is not ready. */
export interface InitFailure {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];
}

/** The provider process that the engine starts, driven as the engine drives it. */
export type DynamicProvider = Awaited<ReturnType<typeof startProvider>>;

/** Starts the process with `AWS_ENDPOINT_URL` and the stack's configuration, as the engine does. */
export async function startProvider(
  origin: string,
  config: Properties = {},
  environment: Readonly<Record<string, string>> = {},
) {
  const script = load.resolve("@pulumi/pulumi/cmd/dynamic-provider/index.js");
  const child = spawn(process.execPath, [script, "127.0.0.1:1"], {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: origin,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const client = new provider.ResourceProviderClient(
    `127.0.0.1:${await portOf(child)}`,
    grpc.credentials.createInsecure(),
  );
  const configure = new messages.ConfigureRequest();
  configure.setArgs(toStruct({ "aws:region": "eu-west-1", ...config }));
  await call<ConfigureResponse>((done) => client.configure(configure, done));

  return {
    async check(olds: Properties, news: Properties) {
      const request = new messages.CheckRequest().setOlds(toStruct(olds)).setNews(toStruct(news));
      const response = await call<CheckResponse>((done) => client.check(request, done));
      return {
        inputs: toPlain(response.getInputs()),
        failures: response.getFailuresList().map((failure) => ({
          property: failure.getProperty(),
          reason: failure.getReason(),
        })),
      };
    },
    async diff(id: string, olds: Properties, news: Properties) {
      const request = new messages.DiffRequest().setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
      const response = await call<DiffResponse>((done) => client.diff(request, done));
      return {
        changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    /**
     * Rejects with `initFailure` where the engine would record the resource as created but not
     * initialised.
     */
    async create(inputs: Properties) {
      const request = new messages.CreateRequest().setProperties(toStruct(inputs));
      const response = await call<CreateResponse>((done) => client.create(request, done));
      return { id: response.getId(), properties: toPlain(response.getProperties()) };
    },
    async read(id: string, properties: Properties, inputs: Properties = {}) {
      const request = new messages.ReadRequest()
        .setId(id)
        .setProperties(toStruct(properties))
        .setInputs(toStruct(inputs));
      const response = await call<ReadResponse>((done) => client.read(request, done));
      return {
        id: response.getId(),
        properties: toPlain(response.getProperties()),
        inputs: response.getInputs()?.toJavaScript() as Properties | undefined,
      };
    },
    async update(id: string, olds: Properties, news: Properties) {
      const request = new messages.UpdateRequest().setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
      const response = await call<UpdateResponse>((done) => client.update(request, done));
      return toPlain(response.getProperties());
    },
    async delete(id: string, properties: Properties) {
      const request = new messages.DeleteRequest().setId(id).setProperties(toStruct(properties));
      await call<Empty>((done) => client.delete(request, done));
    },
    /** Ends the process without a warning, as a killed engine would. */
    async kill() {
      client.close();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The text that the engine stores and sends for the provider of a kind. */
export async function textOf(kind: string): Promise<string> {
  const pulumi = load("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
  const provider = createStoredProvider(bundleProvider(kind));
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

/**
 * Sends a request; returns the provider's answer, or throws what the engine would record of its
 * failure.
 */
function call<Response>(send: (done: (error: ServiceError | null, response: Response) => void) => void) {
  return new Promise<Response>((resolve, reject) =>
    send((error, response) => (error ? reject(addInitFailure(error)) : resolve(response))),
  );
}

/** Through JSON, because gRPC has no `undefined`. */
const toStruct = (properties: Properties) => structs.Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
const toPlain = (found: { toJavaScript(): Properties } | undefined): Properties => found?.toJavaScript() ?? {};

function addInitFailure(error: ServiceError): Error {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(packed)) return Object.assign(error, { message: error.details });
  const [detail] = statuses.Status.deserializeBinary(packed).getDetailsList();
  if (!detail) throw new Error("The provider's status has no details.", { cause: error });
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  const initFailure: InitFailure = {
    id: failed.getId(),
    properties: toPlain(failed.getProperties()),
    reasons: failed.getReasonsList(),
  };
  return Object.assign(error, { message: error.details, initFailure });
}
