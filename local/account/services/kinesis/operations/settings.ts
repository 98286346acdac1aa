import type { Clients } from "../../../endpoint/clients";
import { Fault, notImplemented } from "../../../endpoint/fault";
import type { Handlers } from "../../../endpoint/service";
import type { createStreamEncryption } from "../encryption";
import { findActive, type Streams } from "../state/find-stream";
import type { ChangeLater } from "../state/transition";

/** In hours (API reference, IncreaseStreamRetentionPeriod). */
const retention = { shortest: 24, longest: 8760 };

/** Changes the retention, the encryption and the mode of streams. */
export function settingHandlers(
  streams: Streams,
  changeLater: ChangeLater,
  encryption: ReturnType<typeof createStreamEncryption>,
) {
  return {
    IncreaseStreamRetentionPeriod(input, call) {
      const stream = findActive(streams, call, input);
      const hours = input.RetentionPeriodHours ?? 0;
      if (hours < stream.retentionHours || hours > retention.longest) {
        throw new Fault(
          "InvalidArgumentException",
          `Requested retention period (${hours} hours) for stream ${stream.name} must be at least the current ` +
            `${stream.retentionHours} hours and at most ${retention.longest}.`,
        );
      }
      changeLater(stream, "UPDATING", { settings: { retentionHours: hours } });
      return {};
    },

    DecreaseStreamRetentionPeriod(input, call) {
      const stream = findActive(streams, call, input);
      const hours = input.RetentionPeriodHours ?? 0;
      if (hours > stream.retentionHours || hours < retention.shortest) {
        throw new Fault(
          "InvalidArgumentException",
          `Requested retention period (${hours} hours) for stream ${stream.name} must be at least ` +
            `${retention.shortest} hours and at most the current ${stream.retentionHours}.`,
        );
      }
      changeLater(stream, "UPDATING", { settings: { retentionHours: hours } });
      return {};
    },

    async StartStreamEncryption(input, call) {
      const stream = findActive(streams, call, input);
      const keyId = input.KeyId ?? "";
      await encryption.checkKey(call, keyId);
      changeLater(stream, "UPDATING", { settings: { encryption: "KMS", keyId } });
      return {};
    },

    StopStreamEncryption(input, call) {
      const stream = findActive(streams, call, input);
      changeLater(stream, "UPDATING", { settings: { encryption: "NONE" } });
      return {};
    },

    UpdateStreamMode(input, call) {
      if (input.WarmThroughputMiBps !== undefined) {
        throw notImplemented("kinesis:UpdateStreamMode with WarmThroughputMiBps");
      }
      const stream = findActive(streams, call, input);
      const mode = input.StreamModeDetails?.StreamMode ?? stream.mode;
      changeLater(stream, "UPDATING", { settings: { mode } });
      return {};
    },
  } satisfies Handlers<Clients["kinesis"]>;
}
