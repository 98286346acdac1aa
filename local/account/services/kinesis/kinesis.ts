import type { Host, Service } from "../../host/service";
import { defineService } from "../../host/service";
import { createStore } from "../../host/store";
import { createStreamEncryption } from "./encryption";
import { recordHandlers } from "./operations/records";
import { settingHandlers } from "./operations/settings";
import { shardHandlers } from "./operations/shards";
import { streamHandlers } from "./operations/streams";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";
import type { Stream } from "./state/stream";
import { createTransitions } from "./state/transition";

/** Kinesis data streams. */
export function kinesis(host: Host): Service<"kinesis"> {
  const streams = createStore(() => new Map<string, Stream>());
  const encryption = createStreamEncryption(host);
  const changeLater = createTransitions(host);
  return defineService({
    name: "kinesis",
    iamPrefix: "kinesis",
    validationError: "ValidationException",
    permissions,
    handlers: {
      ...streamHandlers(host, streams, changeLater),
      ...settingHandlers(streams, changeLater, encryption),
      ...shardHandlers(streams),
      ...recordHandlers(host, streams, encryption),
      ...tagHandlers(streams),
    },
  });
}
