import { type handleUnaryCall, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Failure, Properties } from "../provider/resource";

/** What the engine asks of a provider, with the properties as they are on the wire. */
export interface Plugin {
  readonly version: string;
  /**
   * The provider's own arguments: for the default one the stack's configuration. Called before all
   * others.
   */
  configure(settings: Properties): Promise<void>;
  check(urn: string, olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: readonly Failure[] }>;
  diff(
    urn: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }>;
  /**
   * Returns the outputs that are known before the resource is created, or updated from `olds`.
   * Changes nothing.
   */
  preview(urn: string, olds: Properties | undefined, news: Properties): Promise<Properties>;
  create(urn: string, inputs: Properties): Promise<{ id: string; outs: Properties }>;
  /** Undefined when the resource does not exist. */
  read(
    id: string,
    urn: string,
    state: Properties,
  ): Promise<{ id: string; outs: Properties; inputs: Properties } | undefined>;
  update(id: string, urn: string, olds: Properties, news: Properties): Promise<Properties>;
  delete(id: string, urn: string, state: Properties): Promise<void>;
  invoke(token: string, args: Properties): Promise<Properties>;
}

/**
 * Serves a provider to the engine, and prints the port, which the engine reads. The SDK's own
 * server (provider/server.js) does not say that a provider supports previews: the engine then takes
 * all outputs of an updated resource as unknown, and announces the replacement of whatever depends
 * on its ARN. Nor does it pass the provider's arguments on.
 */
export async function serve(plugin: Plugin): Promise<void> {
  const size = 400 * 1024 * 1024;
  const server = new Server({ "grpc.max_receive_message_length": size, "grpc.max_send_message_length": size });
  // Methods that are missing here answer UNIMPLEMENTED, which the engine expects of older
  // providers.
  server.addService(ResourceProviderService, { ...aboutProvider(plugin), ...aboutResources(plugin) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  console.log(String(port));
}

const aboutProvider = (plugin: Plugin) => ({
  getPluginInfo: answer(async () => new PluginInfo().setVersion(plugin.version)),
  configure: answer(async (request: messages.ConfigureRequest) => {
    await plugin.configure(read(request.getArgs()));
    const response = new messages.ConfigureResponse();
    // Where a program gives a resource, such as `role: lambdaRole`, the engine then sends its id.
    return response.setAcceptsecrets(true).setAcceptresources(false).setAcceptoutputs(true).setSupportspreview(true);
  }),
  invoke: answer(async (request: messages.InvokeRequest) =>
    new messages.InvokeResponse().setReturn(write(await plugin.invoke(request.getTok(), read(request.getArgs())))),
  ),
  cancel: answer(async () => new Empty()),
});

const aboutResources = (plugin: Plugin) => ({
  check: answer(async (request: messages.CheckRequest) => {
    const { inputs, failures } = await plugin.check(request.getUrn(), read(request.getOlds()), read(request.getNews()));
    const list = failures.map(({ property, reason }) =>
      new messages.CheckFailure().setProperty(property).setReason(reason),
    );
    return new messages.CheckResponse().setInputs(write(inputs)).setFailuresList(list);
  }),
  diff: answer(async (request: messages.DiffRequest) => {
    const found = await plugin.diff(request.getUrn(), read(request.getOlds()), read(request.getNews()));
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    return new messages.DiffResponse()
      .setChanges(found.changes ? DIFF_SOME : DIFF_NONE)
      .setReplacesList(found.replaces)
      .setDeletebeforereplace(found.deleteBeforeReplace);
  }),
  create: answer(async (request: messages.CreateRequest) => {
    const urn = request.getUrn();
    const inputs = read(request.getProperties());
    if (request.getPreview()) {
      return new messages.CreateResponse().setProperties(write(await plugin.preview(urn, undefined, inputs)));
    }
    const { id, outs } = await plugin.create(urn, inputs);
    return new messages.CreateResponse().setId(id).setProperties(write(outs));
  }),
  read: answer(async (request: messages.ReadRequest) => {
    const found = await plugin.read(request.getId(), request.getUrn(), read(request.getProperties()));
    if (!found) return new messages.ReadResponse();
    const { id, outs, inputs } = found;
    return new messages.ReadResponse().setId(id).setProperties(write(outs)).setInputs(write(inputs));
  }),
  update: answer(async (request: messages.UpdateRequest) => {
    const urn = request.getUrn();
    const olds = read(request.getOlds());
    const news = read(request.getNews());
    const outs = request.getPreview()
      ? await plugin.preview(urn, olds, news)
      : await plugin.update(request.getId(), urn, olds, news);
    return new messages.UpdateResponse().setProperties(write(outs));
  }),
  delete: answer(async (request: messages.DeleteRequest) => {
    await plugin.delete(request.getId(), request.getUrn(), read(request.getProperties()));
    return new Empty();
  }),
});

const read = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};
const write = (properties: Properties): Struct => Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);

/** An error ends the step with its message. A trace would say nothing to users. */
const answer =
  <Request, Response>(work: (request: Request) => Promise<Response>): handleUnaryCall<Request, Response> =>
  ({ request }, callback) => {
    work(request).then(
      (response) => callback(null, response),
      (error: Error) => callback({ code: status.UNKNOWN, details: error.message }),
    );
  };
