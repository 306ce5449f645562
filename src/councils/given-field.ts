import { CellFault, type ReadCell } from '../web/cells.js';
import { badField } from '../web/problems.js';

/** A field of a form read as a cell of a file is. Throws a 400 that names the field. */
export function readField(pointer: string, text: string | undefined, cell: ReadCell): unknown {
  try {
    return cell(text ?? '');
  } catch (error) {
    if (error instanceof CellFault) throw badField(pointer, error.message);
    throw error;
  }
}
