/** "finance-officer" as people say it within a sentence. */
export const seatWords = (seat: string): string => seat.replaceAll('-', ' ');

/** The same at the beginning: "Finance officer". */
export const seatLabel = (seat: string): string => seat.charAt(0).toUpperCase() + seatWords(seat).slice(1);
