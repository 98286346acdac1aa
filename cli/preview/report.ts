/** What `pulumi preview --json` prints, as far as the summary reads it. */
export interface PreviewReport {
  readonly steps?: readonly PreviewStep[];
  readonly diagnostics?: readonly { readonly severity?: string; readonly message?: string }[];
  readonly changeSummary?: Readonly<Record<string, number>>;
}

export interface PreviewStep {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: PreviewState;
  readonly newState?: PreviewState;
}

export interface PreviewState {
  readonly inputs?: Readonly<Record<string, unknown>>;
}
