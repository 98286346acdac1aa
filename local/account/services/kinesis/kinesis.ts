import type { Host, Service } from "../../endpoint/service";
import { defineService } from "../../endpoint/service";
import { createStreamEncryption } from "./encryption";
import { recordHandlers } from "./operations/records";
import { settingHandlers } from "./operations/settings";
import { shardHandlers } from "./operations/shards";
import { streamHandlers } from "./operations/streams";
import { tagHandlers } from "./operations/tags";
import { permissions } from "./permissions";
import type { Stream } from "./state/stream";

/** Kinesis data streams. */
export function kinesis(host: Host): Service<"kinesis"> {
  const streams = host.store(() => new Map<string, Stream>());
  const encryption = createStreamEncryption(host);
  return defineService({
    name: "kinesis",
    iamPrefix: "kinesis",
    validationError: "ValidationException",
    permissions,
    handlers: {
      ...streamHandlers(host, streams),
      ...settingHandlers(host, streams, encryption),
      ...shardHandlers(host, streams),
      ...recordHandlers(host, streams, encryption),
      ...tagHandlers(streams),
    },
  });
}
