// Before there is a stack to show.
import type { Deployment } from "../messages";
import { Badge, Panel } from "./parts";

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
        Data appear here when the stack is complete. <a href="#/requests">Requests</a> shows each call of the
        deployment.
      </p>
    </Panel>
  );
}
