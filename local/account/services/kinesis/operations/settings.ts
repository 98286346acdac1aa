import { Fault } from "../../../aws/fault";
import type { Handlers } from "../../../host/service";
import type { Clients } from "../../../model/clients";
import type { createStreamEncryption } from "../encryption";
import { findActive, type Streams } from "../state/find-stream";
import type { Stream } from "../state/stream";
import type { ChangeLater } from "../state/transition";

/** In hours (API reference, IncreaseStreamRetentionPeriod). */
const retention = { shortest: 24, longest: 8760 };

/** Changes the retention and the encryption of streams. */
export function settingHandlers(
  streams: Streams,
  changeLater: ChangeLater,
  encryption: ReturnType<typeof createStreamEncryption>,
) {
  return {
    IncreaseStreamRetentionPeriod(input, call) {
      const stream = findActive(streams, call, input);
      const hours = input.RetentionPeriodHours ?? 0;
      checkRetention(hours);
      if (hours < stream.retentionHours) throw wrongDirection(stream, hours, "shorter", "DecreaseRetentionPeriod");
      changeLater(stream, "UPDATING", { retentionHours: hours });
      return {};
    },

    DecreaseStreamRetentionPeriod(input, call) {
      const stream = findActive(streams, call, input);
      const hours = input.RetentionPeriodHours ?? 0;
      checkRetention(hours);
      if (hours > stream.retentionHours) throw wrongDirection(stream, hours, "longer", "IncreaseRetentionPeriod");
      changeLater(stream, "UPDATING", { retentionHours: hours });
      return {};
    },

    async StartStreamEncryption(input, call) {
      const stream = findActive(streams, call, input);
      const keyId = input.KeyId ?? "";
      await encryption.checkKey(call, keyId);
      changeLater(stream, "UPDATING", { encryption: "KMS", keyId });
      return {};
    },

    StopStreamEncryption(input, call) {
      const stream = findActive(streams, call, input);
      changeLater(stream, "UPDATING", { encryption: "NONE" });
      return {};
    },
  } satisfies Handlers<Clients["kinesis"]>;
}

const invalid = (message: string) => new Fault("InvalidArgumentException", message);

/** The texts are answers of AWS in getmoto/moto, tests/test_kinesis. */
function checkRetention(hours: number): void {
  const requested = `Requested retention period (${hours} hours) is too`;
  if (hours < retention.shortest) {
    throw invalid(`Minimum allowed retention period is ${retention.shortest} hours. ${requested} short.`);
  }
  if (hours > retention.longest) {
    throw invalid(`Maximum allowed retention period is ${retention.longest} hours. ${requested} long.`);
  }
}

const wrongDirection = ({ name, retentionHours }: Stream, hours: number, than: "longer" | "shorter", other: string) =>
  invalid(
    `Requested retention period (${hours} hours) for stream ${name} can not be ${than} than existing retention period (${retentionHours} hours). Use ${other} API.`,
  );
