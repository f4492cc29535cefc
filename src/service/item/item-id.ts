export { isItemId } from '../../domain/ids.ts';
