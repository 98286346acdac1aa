// Before there is a stack to show.
import type { Deployment } from "../messages";
import { Badge, Empty, Lines, Panel } from "./parts";

export function DeploymentRows({ deployment: { stack, rows } }: { deployment: Deployment }) {
  return (
    <Panel title={`The stack ${stack} is being deployed`}>
      <ul class="deployment" role="status">
        {rows.map(({ label, state, detail }) => (
          <li key={label}>
            <Badge tone={state === "done" ? "good" : state === "failed" ? "bad" : "warn"}>{state}</Badge> {label}
            {detail !== undefined && <span class="muted"> {detail}</span>}
          </li>
        ))}
      </ul>
      <p class="muted">
        This view fills by itself when the stack is complete. <a href="#/requests">Requests</a> shows each call of the
        deployment.
      </p>
    </Panel>
  );
}

export const NoStack = () => (
  <Empty title="No stack is deployed to this account yet.">
    <p>
      To an account of <code>npm run account</code>, deploy the recommender with the Pulumi CLI. Then this view fills by
      itself:
    </p>
    <Lines label="Commands">npx recommender pulumi stack init dev{"\n"}npx recommender pulumi up</Lines>
    <p>
      <code>npm start</code> deploys everything itself, and again when you stop it and start it. The views{" "}
      <a href="#/resources">Resources</a>, <a href="#/requests">Requests</a> and <a href="#/time">Time and faults</a>{" "}
      work without a stack.
    </p>
  </Empty>
);
