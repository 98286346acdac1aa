import { type ComponentChild, render } from "preact";
import { connect } from "./account";
import "uplot/dist/uPlot.min.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/views.css";
import "./styles/phone.css";

/** Shows the page, with its styles and live messages. */
export function show(app: ComponentChild): void {
  connect();
  render(app, document.getElementById("app") ?? document.body);
}
