import { arnIn } from "../../../aws/arn";
import { Fault } from "../../../aws/fault";
import type { Caller } from "../../../host/service";

/** The default bus; CreateEventBus returns 501, so there is no other. */
export interface Bus {
  readonly created: number;
  readonly tags: Map<string, string>;
}

export const busArn = (call: Caller) => arnIn(call, "events", "event-bus/default");

export function isDefaultBus(call: Caller, name: string | undefined): boolean {
  return name === undefined || name === "default" || name === busArn(call);
}

/** Refuses every bus but the default one. */
export function checkBus(call: Caller, name: string | undefined): void {
  if (!isDefaultBus(call, name)) throw noSuchBus(name);
}

export const noSuchBus = (name: string | undefined) =>
  new Fault("ResourceNotFoundException", `Event bus ${name} does not exist.`);
