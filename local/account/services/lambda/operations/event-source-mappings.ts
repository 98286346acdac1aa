import { randomUUID } from "node:crypto";
import { arnIn } from "../../../aws/arn";
import { Fault, notImplemented } from "../../../aws/fault";
import { page } from "../../../host/page";
import type { Call, Caller, Handlers, Host } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import { describeMapping, type StreamMappings } from "../event-source/stream-mapping";
import { conflict, notFound } from "../faults";
import { type Functions, findFunction, type LambdaFunction } from "../state/function";
import { functionArn, parseOwnName } from "../state/function-name";
import type { MappingStore, StreamMapping } from "../state/stream-mapping";
import { checkDestination, checkSource } from "./mapping-access";
import { readMappingSettings, readStart } from "./mapping-settings";
import { createTags } from "./tags";

/** Creates, changes, lists and deletes event source mappings. */
export function mappingHandlers(
  host: Host,
  functions: Functions,
  store: MappingStore,
  mappings: StreamMappings,
  callerFor: (fn: LambdaFunction) => Caller,
) {
  const describe = (mapping: StreamMapping) =>
    describeMapping(mapping, functionArn(mapping, mapping.settings.functionName));

  return {
    async CreateEventSourceMapping(input, call) {
      const streamArn = input.EventSourceArn ?? "";
      refuseOtherSources(streamArn);
      const fn = findFunction(functions, call, input);
      const settings = readMappingSettings("CreateEventSourceMapping", fn, input);
      const start = readStart(input);
      await checkSource(host, callerFor(fn), streamArn);
      checkDestination(host, callerFor(fn), settings.onFailure);
      refuseSecond(store, call, streamArn, fn);
      const mapping = createMapping(
        call,
        streamArn,
        { start, settings, tags: createTags(input.Tags) },
        host.clock.now(),
      );
      store.of(call).set(mapping.id, mapping);
      mappings.settle(mapping, "Creating", { becomes: input.Enabled === false ? "Disabled" : "Enabled" });
      return describe(mapping);
    },

    GetEventSourceMapping: (input, call) => describe(findMapping(store, call, input.UUID)),

    UpdateEventSourceMapping(input, call) {
      const mapping = findMapping(store, call, input.UUID);
      requireSettled(mapping);
      const FunctionName = input.FunctionName ?? mapping.settings.functionName;
      const fn = findFunction(functions, call, { FunctionName });
      const settings = readMappingSettings("UpdateEventSourceMapping", fn, input, mapping.settings);
      if (settings.onFailure !== mapping.settings.onFailure) checkDestination(host, callerFor(fn), settings.onFailure);
      const enabled = input.Enabled ?? mapping.state === "Enabled";
      const state = enabled === (mapping.state === "Enabled") ? "Updating" : enabled ? "Enabling" : "Disabling";
      mappings.stop(mapping);
      mappings.settle(mapping, state, { settings, becomes: enabled ? "Enabled" : "Disabled" });
      return describe({ ...mapping, settings });
    },

    DeleteEventSourceMapping(input, call) {
      const mapping = findMapping(store, call, input.UUID);
      mappings.stop(mapping);
      mappings.settle(mapping, "Deleting", { becomes: "deleted" });
      return describe(mapping);
    },

    ListEventSourceMappings(input, call) {
      const { EventSourceArn: streamArn, FunctionName, Marker: token, MaxItems: limit = 100 } = input;
      const name = FunctionName === undefined ? undefined : parseOwnName(call, FunctionName).name;
      const matching = [...store.of(call).values()].filter(
        (mapping) =>
          (streamArn === undefined || mapping.streamArn === streamArn) &&
          (name === undefined || mapping.settings.functionName === name),
      );
      const { items, next } = page(matching, ({ id }) => id, { token, limit });
      return { EventSourceMappings: items.map(describe), NextMarker: next };
    },
  } satisfies Handlers<Clients["lambda"]>;
}

function refuseOtherSources(arn: string): void {
  if (arn.includes(":kinesis:") && arn.includes(":stream/")) return;
  throw notImplemented(`lambda:CreateEventSourceMapping with EventSourceArn ${arn}`);
}

function findMapping(store: MappingStore, call: Call, id: string | undefined): StreamMapping {
  const mapping = store.of(call).get(id ?? "");
  if (mapping) return mapping;
  throw notFound("The resource you requested does not exist.");
}

function createMapping(
  { account, region }: Call,
  streamArn: string,
  parts: Pick<StreamMapping, "start" | "settings" | "tags">,
  now: number,
): StreamMapping {
  const id = randomUUID();
  return {
    id,
    arn: arnIn({ account, region }, "lambda", `event-source-mapping:${id}`),
    account,
    region,
    streamArn,
    checkpoints: new Map(),
    ...parts,
    state: "Creating",
    lastModified: now,
    lastResult: "No records processed",
  };
}

function refuseSecond(
  store: MappingStore,
  call: Call,
  streamArn: string,
  { name: functionName }: LambdaFunction,
): void {
  for (const other of store.of(call).values()) {
    if (other.streamArn !== streamArn || other.settings.functionName !== functionName) continue;
    // Recorded on AWS: localstack's snapshot test_duplicate_event_source_mappings.
    throw conflict(
      `The event source arn (" ${streamArn} ") and function (" ${functionName} ") provided mapping already exists. ` +
        `Please update or delete the existing mapping with UUID ${other.id}`,
    );
  }
}

function requireSettled(mapping: StreamMapping): void {
  if (mapping.state === "Enabled" || mapping.state === "Disabled") return;
  throw new Fault(
    "ResourceInUseException",
    `Cannot update the event source mapping because it is in use: its state is ${mapping.state}.`,
    { members: { Type: "User" } },
  );
}
