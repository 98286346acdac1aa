import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ownValue } from "../../account/aws/record";
import type { Deployment, Overview, Stack } from "../messages";
import { readFrom, useConnected, useMessage, useRead } from "./account";
import { useAddress } from "./address";
import { DeploymentRows } from "./deployment";
import { OperationsView } from "./operations";
import { Empty, Failure, Loading } from "./parts";
import { RequestsView } from "./requests";
import { ResourcesView } from "./resources";
import { TimeView } from "./time";
import type { ViewProps } from "./view";

export interface View {
  readonly title: string;
  readonly about: string;
  readonly show: ComponentType<ViewProps>;
}

/** The views that every account has, by their place in the address. */
const ownViews: Readonly<Record<string, View>> = {
  resources: {
    title: "Resources",
    about: "Everything in the account, with properties and policies",
    show: ResourcesView,
  },
  operations: { title: "Operations", about: "Alarms, mails, charts, schedules and logs", show: OperationsView },
  requests: { title: "Requests", about: "Every call, and IAM's decision on it", show: RequestsView },
  time: { title: "Time and faults", about: "The account's clock, and injected failures", show: TimeView },
};

const unknown: Pick<View, "title" | "about"> = { title: "No such view", about: "Choose one of these" };

const nowhere: Stack = { name: "", prefix: "", account: "", region: "" };

/** The additions of a program to the account's page. */
interface ProgramPage {
  /** Views of its stacks, before those that every account has. */
  readonly views: Readonly<Record<string, View>>;
  /** Says what to do when no stack is deployed. */
  readonly NoStack: ComponentType;
}

export function App({ program }: { program?: ProgramPage }) {
  const address = useAddress();
  const views = { ...program?.views, ...ownViews };
  const { data, error, reload } = useRead<Overview>(
    "/_console/api/overview",
    {},
    ({ service, operation }) => service === "ssm" && /Parameter$/.test(operation) && !/^Get/.test(operation),
  );
  const [deployment, setDeployment] = useState<Deployment>();
  useEffect(() => setDeployment(data?.deployment), [data]);
  useMessage("deployment", ({ ended, ...shown }) => {
    setDeployment(ended ? undefined : shown);
    if (ended) reload();
  });
  const isEmpty = data !== undefined && data.stacks.length === 0 && !data.deployment && !deployment;
  // Requests say how to call an account that has nothing yet.
  const [first = ""] = isEmpty ? ["requests"] : Object.keys(views);
  const isUnknown = address.view !== "" && !Object.hasOwn(views, address.view);
  const name = isUnknown || address.view === "" ? first : address.view;
  /** Set while a view of stacks is open. */
  const ofStacks = isUnknown || Object.hasOwn(ownViews, name) ? undefined : program;
  const several = ofStacks && (data?.stacks.length ?? 0) > 1;
  const view = isUnknown ? unknown : (ownValue(views, name) as View);
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${view.title} – local AWS account`;
    // A screen reader continues at the new view's heading; the first one is not jumped to.
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [view]);
  const stack = data?.stacks.find((each) => each.name === address.stack) ?? data?.stacks[0];
  const Show = (ownValue(views, name) as View).show;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to content
      </button>
      <div class="shell">
        <header class="side">
          <p class="brand">
            <span class="logo" aria-hidden="true" />
            Local AWS account
          </p>
          <Navigation views={views} current={isUnknown ? "" : name} />
          <AccountState stacks={data?.stacks ?? []} stack={stack} choose={address.chooseStack} />
        </header>
        <main id="main" tabIndex={-1}>
          <div class="title">
            <h1 ref={heading} tabIndex={-1}>
              {view.title}
              {several && stack && ` of the stack ${stack.name}`}
            </h1>
            <p class="muted">{view.about}</p>
          </div>
          <Failure error={error} />
          {!data && !error && <Loading />}
          {isUnknown && (
            <Empty title={`The address #/${address.view} has no view.`}>
              <ViewLinks views={views} current="" />
            </Empty>
          )}
          {data && ofStacks && deployment && <DeploymentRows deployment={deployment} />}
          {data && ofStacks && !deployment && !stack && <ofStacks.NoStack />}
          {data && !isUnknown && (!ofStacks || (!deployment && stack)) && (
            <Show
              key={`${name} ${stack?.name}`}
              stack={stack ?? nowhere}
              origin={data.origin}
              detail={address.detail}
              selected={address.selected}
            />
          )}
        </main>
      </div>
    </>
  );
}

const Navigation = ({ views, current }: { views: Readonly<Record<string, View>>; current: string }) => (
  <nav aria-label="Views">
    <ViewLinks views={views} current={current} />
  </nav>
);

const ViewLinks = ({ views, current }: { views: Readonly<Record<string, View>>; current: string }) => (
  <ul>
    {Object.entries(views).map(([name, { title }]) => (
      <li key={name}>
        <a href={`#/${name}`} aria-current={name === current ? "page" : undefined}>
          {title}
        </a>
      </li>
    ))}
  </ul>
);

function AccountState({
  stacks,
  stack,
  choose,
}: {
  stacks: readonly Stack[];
  stack: Stack | undefined;
  choose: (name: string) => void;
}) {
  const connected = useConnected();
  return (
    <div class="state">
      {stacks.length > 1 && (
        <label>
          Stack
          <select value={stack?.name} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            {stacks.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {stacks.length === 1 && stack && (
        <p>
          Stack <strong>{stack.name}</strong>
          <br />
          <span class="muted">{stack.region}</span>
        </p>
      )}
      <AccountClock />
      <p class={connected ? "live" : "live off"} role="status">
        {connected ? "live" : "The account does not answer. Is it still running?"}
      </p>
    </div>
  );
}

/** The account's time, running at its own speed. */
function AccountClock() {
  const [base, setBase] = useState<{ now: number; speed: number; at: number }>();
  const [, tick] = useState(0);
  const take = ({ now, speed }: { now: string; speed: number }) =>
    setBase({ now: Date.parse(now), speed, at: performance.now() });
  useMessage("clock", take);
  useEffect(() => {
    readFrom<{ now: string; speed: number }>("/_local/clock").then(take, () => undefined);
    const timer = setInterval(() => tick((before) => before + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (!base) return null;
  const now = new Date(base.now + (performance.now() - base.at) * base.speed);
  return (
    <p>
      <a href="#/time">{now.toISOString().slice(0, 19).replace("T", " ")} UTC</a>
      <br />
      <span class="muted">{base.speed === 0 ? "stopped" : `${base.speed} × real time`}</span>
    </p>
  );
}
