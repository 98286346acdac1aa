import { isView } from "../console/server/caller";
import { createConsole } from "../console/server/console";
import { noViews, type Views } from "../console/server/views";
import { failAfter } from "./host/fail-after";
import { type AccountHost, createHost } from "./host/host";
import { createInjectedFaults, type InjectedFaults } from "./host/injected-faults";
import { createRequestLog, type RequestLog } from "./host/request-log";
import { type Keep, type KeptState, openKeep } from "./keep/keeper";
import { cloudwatch } from "./services/cloudwatch/cloudwatch";
import { cloudwatchLogs } from "./services/cloudwatch-logs/cloudwatch-logs";
import { eventbridge } from "./services/eventbridge/eventbridge";
import { firehose } from "./services/firehose/firehose";
import { iam } from "./services/iam/iam";
import { kinesis } from "./services/kinesis/kinesis";
import { kms } from "./services/kms/kms";
import { lambda } from "./services/lambda/lambda";
import { personalize } from "./services/personalize/personalize";
import type { Undocumented } from "./services/personalize/undocumented";
import { s3 } from "./services/s3/s3";
import { scheduler } from "./services/scheduler/scheduler";
import { sns } from "./services/sns/sns";
import { ssm } from "./services/ssm/ssm";
import { sfn } from "./services/step-functions/step-functions";
import { sts } from "./services/sts/sts";
import { type Clock, type ClockOptions, createClock, machineTime } from "./time/clock";
import { createBarrier } from "./wire/barrier";
import { createRequestHandler } from "./wire/request-handler";
import { listen } from "./wire/server";

export interface AccountOptions {
  /** @default 0: any free port */
  readonly port?: number;
  /** Virtual milliseconds per real one; at 0 only `clock.advance` moves the clock. @default 1 */
  readonly speed?: number;
  /** The clock's start, in epoch milliseconds. @default now */
  readonly start?: number;
  /**
   * A folder in which the state is kept. If it has state of an earlier account, this one continues from there. Its clock
   * has the kept speed and continues from the kept time, or from now if that is later; `speed` and `start` are not used.
   */
  readonly keep?: string;
  /** The console's views of a program's stacks. @default none */
  readonly views?: Views;
  /** Behaviour that the guide of Amazon Personalize leaves open; for tests of code that must not depend on it. */
  readonly undocumented?: Undocumented;
}

/** A running local AWS account. */
export interface Account {
  /** The value for `AWS_ENDPOINT_URL`. */
  readonly origin: string;
  readonly clock: Clock;
  readonly host: AccountHost;
  readonly log: RequestLog;
  /** Faults for tests: `faults.inject({ service: "personalize", operation: "*", effect: { kind: "drop-after" } })`. */
  readonly faults: InjectedFaults;
  /** Mail that the account's topics sent. */
  readonly sns: ReturnType<typeof sns>;
  readonly personalize: ReturnType<typeof personalize>;
  /** The name of the stack that `npm start` deployed, as a part of the state: the Pulumi CLI does not know its resources. */
  readonly tourStack: { name?: string };
  /** Does what a button of the console does. */
  act(name: string, body: Record<string, unknown>): Promise<unknown>;
  /** The folder of the state, and the state that was found there; absent without `keep`. */
  readonly keep: Keep | undefined;
  /** Ends the account; its state is saved if it is kept. */
  close(): Promise<void>;
}

/**
 * Starts an account on 127.0.0.1. Its data are in this process, large objects in a deleted file that it keeps open. They
 * are lost when the process ends, unless `keep` names a folder.
 */
export async function startAccount({ keep: folder, ...options }: AccountOptions = {}): Promise<Account> {
  const keep = folder === undefined ? undefined : await openKeep(folder);
  try {
    return await start(options, keep);
  } catch (error) {
    return failAfter(error, () => keep?.close());
  }
}

async function start(
  { port = 0, undocumented = {}, views = noViews, ...time }: AccountOptions,
  keep: Keep | undefined,
): Promise<Account> {
  const kept = keep?.found?.state;
  const clock = createClock(kept ? clockAfter(kept.clock) : time);
  const log = createRequestLog({ leavesOut: isView });
  let origin = "";
  const faults = createInjectedFaults(clock);
  const host = createHost({ clock, log, faults, origin: () => origin, ...(kept && { kept: kept.stores }) });

  const { services, functions, mail, models } = createServices(host, faults, undocumented);
  const names = services.map(({ name }) => name).sort();
  const tourStack = host
    .store("start/stack", (): Account["tourStack"] => ({}), "partition")
    .of({ account: "", region: "" });
  const parts = { host, clock, log, faults, services: names, sns: mail, personalize: models, tourStack, keep };
  const page = createConsole(parts, views);
  const handler = createRequestHandler(host);
  const barrier = createBarrier(handler.answer);
  const server = await listen(port, { ...handler, answer: barrier.answer, takes: page.takes });
  origin = `http://127.0.0.1:${server.port}`;
  const close = async () => {
    clock.stop();
    try {
      await keep?.close();
    } finally {
      page.close();
      await functions.close();
      await server.close();
    }
  };
  try {
    if (keep) await goOn(host, keep);
  } catch (error) {
    await close();
    throw error;
  }
  keep?.start(parts);
  barrier.open();
  return {
    origin,
    clock,
    host,
    log,
    faults,
    sns: mail,
    personalize: models,
    tourStack,
    act: page.act,
    keep,
    async close() {
      if (keep) await barrier.close();
      await close();
    },
  };
}

function createServices(host: AccountHost, faults: InjectedFaults, undocumented: Undocumented) {
  const authority = iam(host);
  host.setAuthority(authority);
  const functions = lambda(host, faults);
  const mail = sns(host);
  const models = personalize(host, undocumented);
  const services = [
    authority,
    cloudwatch(host),
    cloudwatchLogs(host),
    eventbridge(host),
    firehose(host),
    functions,
    kinesis(host),
    kms(host),
    mail,
    models.control,
    models.events,
    models.runtime,
    s3(host),
    scheduler(host),
    sfn(host),
    ssm(host),
    sts(host, authority),
  ];
  for (const service of services) host.register(service);
  return { services, functions, mail, models };
}

/** Resumes what was in progress. */
async function goOn(host: AccountHost, { folder, found }: Keep): Promise<void> {
  if (!found) return;
  try {
    await host.resume();
    host.state.timers.resume(found.state.timers);
  } catch (cause) {
    throw new Error(
      `The account cannot continue from the state in ${folder}: ${(cause as Error).message} ` +
        "Choose another folder with --keep to begin empty.",
      { cause },
    );
  }
}

/** The clock never goes back, even if the kept time is ahead of real time. */
const clockAfter = ({ now, speed }: KeptState["clock"]): ClockOptions => ({
  start: Math.max(now, machineTime()),
  speed,
});
