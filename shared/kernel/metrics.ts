import { MetricUnit, Metrics as Emitter } from "@aws-lambda-powertools/metrics";

/** Numbers for dashboards and alarms, written to the log in CloudWatch's embedded metric format. */
export interface Metrics {
  count(name: string, value?: number): void;
  /** A duration in milliseconds. */
  took(name: string, ms: number): void;
  /** What is collected until the next flush counts below this dimension too, beside the function as a whole. Few values only: each is a metric that is paid for. */
  by(dimension: string, value: string): void;
  /** Writes what was collected as one line; call it once at the end of an invocation. */
  flush(): void;
}

/** Namespace and service come from POWERTOOLS_METRICS_NAMESPACE and POWERTOOLS_SERVICE_NAME. */
export const metrics = (): Metrics => {
  const emitter = new Emitter();
  return {
    count: (name, value = 1) => void emitter.addMetric(name, MetricUnit.Count, value),
    took: (name, ms) => void emitter.addMetric(name, MetricUnit.Milliseconds, ms),
    // The empty set stands for the function as a whole.
    by: (dimension, value) => void emitter.addDimension(dimension, value).addDimensions({}),
    flush: () => emitter.hasStoredMetrics() && emitter.publishStoredMetrics(),
  };
};
