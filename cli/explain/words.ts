import { countOf } from "../../names/printable";
import type { StackReader } from "../stack/stack";

const day = 86_400_000;

/** Days of the archive and the quarantine that are read unless the user says how many. */
export const usualDays = 30;

/** Says which part of the archive was read. */
export const describeRange = ({ now }: Pick<StackReader, "now">, from: Date): string =>
  `in the last ${countOf(Math.round((now.getTime() - from.getTime()) / day), "day")}`;
