const groups = new Map<string, string>();

/** Names the group of a controller's operations in the API document, where it is not the controller's own: so that names that clients know stay. */
export const OperationsOf =
  (group: string): ClassDecorator =>
  (controller) => {
    groups.set(controller.name, group);
  };

/** How an operation is called in the API document. */
export const operationId = (controller: string, method: string): string =>
  `${groups.get(controller) ?? controller.replace('Api', '')}_${method}`;
