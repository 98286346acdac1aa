import { Empty, Lines } from "../../../local/console/page/parts";

/** The commands find an account at the usual port by themselves. */
const variable = location.port === "4566" ? "" : `PORT=${location.port} `;

export const NoStack = () => (
  <Empty title="No stack is deployed to this account yet.">
    <p>
      Deploy the recommender to see data here. For an account of <code>npm run account</code>, use the Pulumi CLI:
    </p>
    <Lines label="Commands">
      {variable}npx recommender pulumi stack init dev{"\n"}
      {variable}npx recommender pulumi up
    </Lines>
    <p>
      <code>npm start</code> deploys everything itself, each time that you start it. The views from{" "}
      <a href="#/resources">Resources</a> on work without a stack.
    </p>
  </Empty>
);
