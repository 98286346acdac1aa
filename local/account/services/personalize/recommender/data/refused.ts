/**
 * The data or the configuration do not allow a training; the reason becomes the version's
 * `failureReason`.
 */
export class TrainingRefused extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = "TrainingRefused";
  }
}
