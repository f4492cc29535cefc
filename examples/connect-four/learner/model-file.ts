/** Encodes a model as 32-bit little-endian words: "CF4N", the version of the format, the number of weights, then the weights. */
import { noWeights, type Weights } from './network.ts';

const magic = 0x4e_34_46_43; // "CF4N" when its low byte comes first
const version = 1;
const headerBytes = 12;

export function encodeModel(weights: Weights): Uint8Array {
  const bytes = new Uint8Array(headerBytes + 4 * weights.length);
  const view = new DataView(bytes.buffer);
  for (const [word, value] of [magic, version, weights.length].entries()) view.setUint32(4 * word, value, true);
  for (const [at, weight] of weights.entries()) view.setFloat32(headerBytes + 4 * at, weight, true);
  return bytes;
}

/** Returns the weights of a model file. Throws a RangeError that says what is wrong with the bytes. */
export function decodeModel(bytes: Uint8Array): Weights {
  const weights = noWeights();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes || view.getUint32(0, true) !== magic) throw new RangeError('Cannot read the model: it does not begin with "CF4N"');
  if (view.getUint32(4, true) !== version)
    throw new RangeError(`Cannot read the model: it has format ${view.getUint32(4, true)}, and this program reads format ${version}`);
  const wanted = headerBytes + 4 * weights.length;
  if (view.getUint32(8, true) !== weights.length || bytes.length !== wanted) {
    throw new RangeError(
      `Cannot read the model: it has ${view.getUint32(8, true)} weights in ${bytes.length} bytes, and the network has ${weights.length} in ${wanted}`,
    );
  }
  for (let at = 0; at < weights.length; at += 1) {
    const weight = view.getFloat32(headerBytes + 4 * at, true);
    if (!Number.isFinite(weight)) throw new RangeError(`Cannot read the model: weight ${at} is ${weight}`);
    weights[at] = weight;
  }
  return weights;
}
