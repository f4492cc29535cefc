const ms = () => Number(process.hrtime.bigint()) / 1e6;
export const quantile = (values, part) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];
export const round = (value) => Math.round(value * 10) / 10;
export const roundRatio = (value) => Math.round(value * 100) / 100;
export async function timed(work) {
  const from = ms();
  const result = await work();
  return { took: ms() - from, result };
}
