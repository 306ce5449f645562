export { FirstTables1782086400000 } from './1782086400000-FirstTables.js';
