import { App } from "../../../local/console/page/app";
import { show } from "../../../local/console/page/show";
import { ModelsView } from "./models";
import { NoStack } from "./no-stack";
import { PipelineView } from "./pipeline";
import { VisitorsView } from "./visitors";
import "./styles.css";

const views = {
  visitors: {
    title: "Visitors",
    about: "Recommendations for each visitor, and how events change them",
    show: VisitorsView,
  },
  pipeline: { title: "Pipeline", about: "The event pipeline, with live counts", show: PipelineView },
  models: { title: "Models", about: "Versions, metrics, the gate and its decisions", show: ModelsView },
};

show(<App program={{ views, NoStack }} />);
