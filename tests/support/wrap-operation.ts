import type { Account } from "../../local/account.ts";

type Handlers = Account["personalize"]["events"]["handlers"];

/** Replaces an operation of personalize-events by one that may call it as `pass`. */
export function wrapOperation<Name extends "PutEvents" | "PutItems" | "PutUsers">(
  { host, personalize: { events } }: Account,
  name: Name,
  wrap: (pass: NonNullable<Handlers[Name]>) => NonNullable<Handlers[Name]>,
): void {
  const pass = events.handlers[name];
  if (!pass) throw new Error(`The account has no ${name}.`);
  // Another operation may be wrapped already.
  Object.assign(events.handlers, { [name]: wrap(pass) });
  host.register(events);
}
