import { Clock } from '../../src/database/clock.js';

/** A clock that goes by the system's until a test sets it; then it stands where it was put. */
export class TestClock extends Clock {
  private at: Date | null = null;

  override now(): Date {
    return this.at ?? new Date();
  }

  /** Puts it to an instant; null lets it go on by itself. */
  set(at: Date | null): void {
    this.at = at;
  }

  /** So many days from now, and it stands there. */
  forward(days: number): Date {
    this.at = new Date(this.now().getTime() + days * 86_400_000);
    return this.at;
  }
}
