import type { LoadedDataConverter, PayloadCodec } from '@temporalio/common';
import { payloadBytesMax, payloadTooLarge } from '../../contract/payload-limit.ts';
import { RingmasterError } from '../../domain/failure/error.ts';

const measure: PayloadCodec = {
  encode: async (payloads) => {
    const bytes = payloads.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
    if (bytes <= payloadBytesMax) return payloads;
    const fault = payloadTooLarge('send a request to Temporal', bytes);
    throw new RingmasterError(fault.code, fault);
  },
  decode: async (payloads) => payloads,
};

/** The data converter of every client of ours. A request that is too large for Temporal fails at once as `limits.payload-too-large`. */
export const measuredConverter = { payloadCodecs: [measure] } satisfies Partial<LoadedDataConverter>;
