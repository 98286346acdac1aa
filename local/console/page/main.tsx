import { render } from "preact";
import { connect } from "./account";
import { App } from "./app";
import "uplot/dist/uPlot.min.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/views.css";
import "./styles/phone.css";

connect();
render(<App />, document.getElementById("app") ?? document.body);
