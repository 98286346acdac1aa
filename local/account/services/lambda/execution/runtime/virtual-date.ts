import type { ClockState } from "../protocol";

/** Makes `Date` show the account's time. Returns a function that sets it. */
export function replaceDate(): (state: ClockState) => void {
  const RealDate = Date;
  let clock = { virtual: 0, real: performance.now(), speed: 0 };
  const now = () => Math.floor(clock.virtual + (performance.now() - clock.real) * clock.speed);
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
  });
  return (state) => {
    clock = { virtual: state.now, real: performance.now(), speed: state.speed };
  };
}
