import { Empty, Lines } from "../../../local/console/page/parts";

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
