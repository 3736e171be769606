/** How one thing that the product depends on is doing, for `check`, `readyz` and metrics. */
export interface ComponentHealth {
  /** Such as `clamd`, `yara`, `store`. */
  readonly name: string;
  /** `absent`: not there, and nobody asked for it. */
  readonly state: "up" | "down" | "absent";
  /** Whether it was named in the configuration, so that being down makes the process not ready. */
  readonly required: boolean;
  /** For people: version, address, or what is wrong and what to do. */
  readonly detail: string;
}
