package kontiki.kvstore.cli.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One line about the round that runs, written again and again where standard error is a terminal;
 * and whether Ctrl-C was pressed. Used by the command's thread.
 */
final class Progress {
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream err;
  private final boolean shown;
  private final Interrupt interrupt;
  private String what = "";

  Progress(PrintStream err, boolean shown, Interrupt interrupt) {
    this.err = err;
    this.shown = shown;
    this.interrupt = interrupt;
  }

  /** Whether standard error is a terminal: Java's console only knows of the two other streams. */
  static boolean isTerminal() {
    try {
      String device = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  boolean isInterrupted() {
    return interrupt.isRequested();
  }

  /** What runs from now on. */
  void begin(String phase) {
    what = phase;
    write(phase);
  }

  void show(long operations, double seconds) {
    write(
        String.format(
            Locale.ROOT,
            "%s: %,d in %.1f s, %,.0f/s",
            what,
            operations,
            seconds,
            operations / seconds));
  }

  private void write(String line) {
    if (shown) {
      err.print(ERASE + line);
      err.flush();
    }
  }

  /** Something to know that does not end the benchmark. */
  void warn(String warning) {
    end();
    err.println("warning: " + warning);
  }

  /** Leaves the line empty. */
  void end() {
    write("");
  }
}
