/** The verbs of an operator about the delivery of events. */
export const deliveryVerbs = ['redrive', 'drop', 'replay'] as const;
export type DeliveryVerb = (typeof deliveryVerbs)[number];

/** The input of the workflow `steerDelivery`, which docs/temporal-cli.md documents. */
export interface SteerDelivery {
  readonly verb: DeliveryVerb;
  readonly subscriber: string;
  /** The operator, as `user@host`. */
  readonly by: string;
  /** `redrive` and `drop`: the ids of the events. Absent: all dead letters of the subscriber. */
  readonly events?: readonly string[];
  /** `drop`: why. */
  readonly reason?: string;
  /** `replay`: the first and the last position. */
  readonly from?: number;
  readonly to?: number;
}

export interface SteeredDelivery {
  readonly verb: DeliveryVerb;
  readonly subscriber: string;
  /** How many events were changed. */
  readonly count: number;
}

/** Returns the fields that the verb lacks, each as one clause. The input of the activity is checked before. */
export const steeringFaults = ({ verb, reason = '', from, to }: SteerDelivery): readonly string[] => [
  ...(verb === 'drop' && reason.trim() === '' ? ['`reason` must say why the dead letters are dropped'] : []),
  ...(verb === 'replay' && (from === undefined || to === undefined) ? ['`from` and `to` must be positions in the log'] : []),
];
