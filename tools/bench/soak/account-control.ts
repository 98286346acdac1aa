import type { FaultRule } from "../../../local/account/host/fault-rule";

/** The account's JSON for scripts (local/console/README.md). */
export interface AccountControl {
  setSpeed(speed: number): Promise<void>;
  /** Jumps ahead and runs everything that is due on the way. */
  advance(milliseconds: number): Promise<void>;
  inject(rule: FaultRule): Promise<void>;
  clearFaults(): Promise<void>;
}

export function createAccountControl(origin: string): AccountControl {
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(origin + path, {
      method,
      headers: { "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path} returned ${response.status}: ${await response.text()}`);
  };
  return {
    setSpeed: (speed) => send("POST", "/_local/clock", { speed }),
    advance: (advanceMilliseconds) => send("POST", "/_local/clock", { advanceMilliseconds }),
    inject: (rule) => send("POST", "/_local/faults", rule),
    clearFaults: () => send("DELETE", "/_local/faults"),
  };
}

/**
 * One per cent of all calls of the stack's roles, and of all invocations of its functions. Each rule has another seed: with the
 * same one they would select consecutive calls, more than any client repeats.
 */
export function onePercent(stack: string, seed: number): FaultRule[] {
  const calls = { service: "*", operation: "*", caller: `assumed-role/recommender-${stack}-` } as const;
  const functions = { functionName: "*" } as const;
  const throttling = { kind: "error", code: "ThrottlingException", message: "Injected.", status: 429 } as const;
  const failure = { kind: "error", code: "InternalFailure", message: "Injected.", status: 500 } as const;
  const rules: FaultRule[] = [
    { ...calls, share: 0.0025, effect: throttling },
    { ...calls, share: 0.0025, effect: failure },
    { ...calls, share: 0.0025, effect: { kind: "drop-before" } },
    { ...calls, share: 0.0025, effect: { kind: "drop-after" } },
    { ...functions, share: 0.005, effect: { kind: "crash-before" } },
    { ...functions, share: 0.005, effect: { kind: "crash-after" } },
  ];
  return rules.map((rule, place) => ({ ...rule, seed: seed * rules.length + place }));
}
