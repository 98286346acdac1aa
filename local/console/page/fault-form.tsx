import { useState } from "preact/hooks";
import type { FaultEffect, FaultRule, Health } from "../messages";
import { send, useAction, useRead } from "./account";
import { Failure } from "./parts";

type Kind = FaultEffect["kind"];

const kinds: readonly { readonly kind: Kind; readonly name: string; readonly of: "call" | "function" }[] = [
  { kind: "error", name: "The call fails with an error", of: "call" },
  { kind: "latency", name: "The call is slow", of: "call" },
  { kind: "drop-before", name: "The connection is closed before the call runs", of: "call" },
  { kind: "drop-after", name: "The connection is closed after the call has run", of: "call" },
  { kind: "fail-job", name: "The job that the call starts in Personalize fails later", of: "call" },
  { kind: "crash-before", name: "A function crashes before its handler runs", of: "function" },
  { kind: "crash-after", name: "A function crashes after its handler has run", of: "function" },
  { kind: "hang", name: "A function does nothing until its timeout", of: "function" },
];

/** Everything that the form has; `ruleOf` takes what belongs to the kind. */
interface Fields {
  readonly kind: Kind;
  readonly service: string;
  readonly operation: string;
  readonly caller: string;
  readonly functionName: string;
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly milliseconds: number;
  readonly times: number;
  /** In percent. */
  readonly share: number;
}

const empty: Fields = {
  kind: "error",
  service: "kinesis",
  operation: "PutRecord",
  caller: "",
  functionName: "*",
  code: "InternalFailure",
  message: "Internal failure",
  milliseconds: 2_000,
  times: 1,
  share: 100,
};

const presets: readonly { readonly name: string; readonly fields: Fields }[] = [
  {
    name: "The campaign is throttled (fallback answers)",
    fields: {
      ...empty,
      service: "personalize-runtime",
      operation: "GetRecommendations",
      code: "ThrottlingException",
      message: "Rate exceeded",
      status: 429,
      times: 10,
    },
  },
  {
    name: "The campaign is slow (fallback answers)",
    fields: { ...empty, kind: "latency", service: "personalize-runtime", operation: "GetRecommendations", times: 10 },
  },
  {
    name: "PutEvents fails (the batch is retried)",
    fields: {
      ...empty,
      service: "personalize-events",
      operation: "PutEvents",
      code: "InternalServerException",
      message: "Internal failure",
      status: 500,
      times: 3,
    },
  },
  {
    name: "The training is refused",
    fields: {
      ...empty,
      service: "personalize",
      operation: "CreateSolutionVersion",
      code: "LimitExceededException",
      message: "Too many solution versions.",
    },
  },
  {
    name: "The campaign's update fails (the old version stays)",
    fields: {
      ...empty,
      kind: "fail-job",
      service: "personalize",
      operation: "UpdateCampaign",
      message: "The campaign was not updated.",
    },
  },
  {
    name: "The stream is full",
    fields: {
      ...empty,
      code: "ProvisionedThroughputExceededException",
      message: "Rate exceeded for shard.",
      times: 5,
    },
  },
];

function effectOf({ kind, code, message, status, milliseconds }: Fields): FaultEffect {
  if (kind === "error") return { kind, code, message, ...(status === undefined ? {} : { status }) };
  if (kind === "fail-job") return { kind, message };
  return kind === "latency" ? { kind, milliseconds } : { kind };
}

const isOfFunction = (kind: Kind) => kinds.some((one) => one.kind === kind && one.of === "function");

function ruleOf(fields: Fields): FaultRule {
  const { kind, service, operation, caller, functionName, times, share } = fields;
  return {
    ...(isOfFunction(kind) ? { functionName } : { service, operation, ...(caller === "" ? {} : { caller }) }),
    effect: effectOf(fields),
    times,
    ...(share < 100 ? { share: share / 100 } : {}),
  };
}

interface FieldProps<T> {
  readonly label: string;
  readonly value: T;
  onValue(value: T): void;
}

function TextField({ label, required, value, onValue }: FieldProps<string> & { readonly required: boolean }) {
  return (
    <label class="field">
      {label}
      <input required={required} value={value} onInput={({ currentTarget }) => onValue(currentTarget.value)} />
    </label>
  );
}

/** A whole number from 1 to `max`. */
function CountField({ label, max, value, onValue }: FieldProps<number> & { readonly max: number }) {
  return (
    <label class="field">
      {label}
      <input
        type="number"
        min={1}
        max={max}
        value={value}
        onInput={({ currentTarget }) => onValue(Number(currentTarget.value))}
      />
    </label>
  );
}

export function AddFault() {
  const { data } = useRead<Health>("/_local/health");
  const { busy, error, run } = useAction();
  const [fields, setFields] = useState<Fields>(presets[0]?.fields ?? empty);
  const set = (change: Partial<Fields>) => setFields({ ...fields, ...change });
  const text = (name: "operation" | "caller" | "functionName" | "code" | "message", label: string) => (
    <TextField
      label={label}
      required={name !== "caller"}
      value={fields[name]}
      onValue={(value) => set({ [name]: value })}
    />
  );
  const count = (name: "milliseconds" | "times" | "share", label: string, max: number) => (
    <CountField label={label} max={max} value={fields[name]} onValue={(value) => set({ [name]: value })} />
  );
  const submit = (event: Event) => {
    event.preventDefault();
    run(() => send("POST", "/_local/faults", ruleOf(fields)));
  };
  const { kind } = fields;
  return (
    <form class="fault-form" onSubmit={submit}>
      <h3>Add a fault</h3>
      <label class="field wide">
        Begin with
        <select onChange={({ currentTarget }) => setFields(presets[Number(currentTarget.value)]?.fields ?? fields)}>
          {presets.map(({ name }, place) => (
            <option key={name} value={place}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field wide">
        What happens
        <select value={kind} onChange={({ currentTarget }) => set({ kind: currentTarget.value as Kind })}>
          {kinds.map((one) => (
            <option key={one.kind} value={one.kind}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      {isOfFunction(kind) ? (
        text("functionName", "Function (* for all)")
      ) : (
        <>
          <label class="field">
            Service
            <select value={fields.service} onChange={({ currentTarget }) => set({ service: currentTarget.value })}>
              {data?.services.map((service) => (
                <option key={service}>{service}</option>
              ))}
            </select>
          </label>
          {text("operation", "Operation (* for all)")}
          {text("caller", "Caller (part of the ARN)")}
        </>
      )}
      {kind === "error" && text("code", "Error code")}
      {(kind === "error" || kind === "fail-job") && text("message", "Message")}
      {kind === "latency" && count("milliseconds", "Milliseconds", 900_000)}
      {count("times", "Calls", 1_000_000)}
      {count("share", "Share in %", 100)}
      <Failure error={error} />
      <button type="submit" class="primary" disabled={busy}>
        Add the fault
      </button>
    </form>
  );
}
