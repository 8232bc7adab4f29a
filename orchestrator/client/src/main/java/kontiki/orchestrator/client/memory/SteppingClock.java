package kontiki.orchestrator.client.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that moves only when told to. Thread-safe. */
public final class SteppingClock implements InstantSource {
  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  /** Moves on by a duration. */
  public synchronized void advance(Duration by) {
    now = now.plus(by);
  }

  /** Moves on to a time; never back. */
  public synchronized void advanceTo(Instant time) {
    if (time.isAfter(now)) {
      now = time;
    }
  }
}
