import type { MetricDatum } from "@aws-sdk/client-cloudwatch";
import { Fault, notImplemented } from "../../../aws/fault";
import { createSample, type Sample } from "./metric-store";

const hour = 3_600_000;
const day = 24 * hour;
const maxValues = 150;

/** Checks a datum and reads its sample (API reference, MetricDatum). `path` names it in errors. */
export function readDatum(datum: MetricDatum, path: string, now: number): { time: number; sample: Sample } {
  if (datum.StorageResolution === 1) throw notImplemented("cloudwatch:PutMetricData with StorageResolution 1");
  const time = datum.Timestamp?.getTime() ?? now;
  if (time < now - 14 * day || time > now + 2 * hour) {
    throw invalid(
      `The parameter ${path}.Timestamp must be between two weeks before and two hours after the present time.`,
    );
  }
  return { time, sample: readSample(datum, path) };
}

function readSample({ Value, Values, Counts, StatisticValues }: MetricDatum, path: string): Sample {
  const given = [Value, Values, StatisticValues].filter((value) => value !== undefined);
  // Values together with StatisticValues are taken (recorded: the same test).
  if (given.length === 0 || (Value !== undefined && given.length > 1)) {
    const names = Object.entries({ Value, StatisticValues, Values }).filter(([, value]) => value !== undefined);
    const [first = "Value", second = "StatisticValues"] = names.map(([name]) => name);
    throw new Fault(
      "InvalidParameterCombinationException",
      // Recorded with two of them: localstack's snapshot test_put_metric_data_validation.
      given.length === 0
        ? `At least one of the parameters ${path}.Value, ${path}.Values and ${path}.StatisticValues must be specified.`
        : `The parameters ${path}.${first} and ${path}.${second} are mutually exclusive and you have specified both.`,
    );
  }
  if (Value !== undefined) return createSample([finite(Value, `${path}.Value`)]);
  if (StatisticValues) {
    const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = StatisticValues;
    return {
      count: finite(SampleCount, `${path}.StatisticValues.SampleCount`),
      sum: finite(Sum, `${path}.StatisticValues.Sum`),
      minimum: finite(Minimum, `${path}.StatisticValues.Minimum`),
      maximum: finite(Maximum, `${path}.StatisticValues.Maximum`),
    };
  }
  const values = Values ?? [];
  if (values.length === 0 || values.length > maxValues) {
    throw invalid(`The collection ${path}.Values must have a size between 1 and ${maxValues}.`);
  }
  if (Counts && Counts.length !== values.length) {
    throw invalid(`The parameters ${path}.Values and ${path}.Counts must be of the same size.`);
  }
  for (const value of values) finite(value, `${path}.Values`);
  return createSample(values, Counts);
}

/** Values lie within ±2^360; NaN and infinity are refused. */
function finite(value: number, path: string): number {
  if (Number.isFinite(value) && Math.abs(value) <= 2 ** 360) return value;
  throw invalid(`The value ${value} for parameter ${path} is invalid.`);
}

const invalid = (message: string) => new Fault("InvalidParameterValueException", message);
