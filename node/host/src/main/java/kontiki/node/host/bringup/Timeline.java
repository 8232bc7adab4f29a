package kontiki.node.host.bringup;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Prints what was done and when, counted from the start of the command. Any thread. */
public final class Timeline {

  private final PrintWriter out;
  private final Instant start;

  public Timeline(PrintWriter out) {
    this.out = out;
    this.start = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
  }

  /** Prints one line. */
  public synchronized void step(String what) {
    out.println(String.format(Locale.ROOT, "%6.1f s  %s", seconds(), what));
    out.flush();
  }

  public double seconds() {
    return Duration.between(start, Instant.now()).toMillis() / 1000.0;
  }
}
