/** The limits of the event log. An event that is over either limit is removed. */
export interface EventRetention {
  readonly ageMs: number;
  readonly eventsMax: number;
}

/** A quarter of a year is as long as transitions of nodes and summaries of tries are kept. 500,000 events take about 350 MB. */
export const eventRetentionDefaults: EventRetention = { ageMs: 90 * 24 * 3_600_000, eventsMax: 500_000 };

/** Returns the limits of a running cluster. A cluster.json of an older release has none. */
export const eventRetentionOf = ({ events }: { readonly events?: EventRetention }): EventRetention => events ?? eventRetentionDefaults;
