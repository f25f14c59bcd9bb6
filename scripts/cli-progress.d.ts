/** The part of cli-progress that is used; the package brings no types. */
declare module "cli-progress" {
  export class SingleBar {
    constructor(options: {
      readonly format: string;
      readonly clearOnComplete?: boolean;
      readonly hideCursor?: boolean;
      readonly stream?: NodeJS.WritableStream;
    });
    start(total: number, startValue: number, payload?: object): void;
    update(value: number, payload?: object): void;
    stop(): void;
  }
}
