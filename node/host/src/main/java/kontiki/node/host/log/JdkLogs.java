package kontiki.node.host.log;

import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK itself logs: warnings and errors, one line each on standard error. Found by the JDK
 * through {@link java.util.ServiceLoader}; without it the JDK sets up java.util.logging for the
 * first certificate that a command reads, which takes longer than reading it. Any thread.
 */
public final class JdkLogs extends System.LoggerFinder {

  /** Made by {@link java.util.ServiceLoader}. */
  public JdkLogs() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new Lines(name);
  }

  private record Lines(String name) implements System.Logger {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      return level.compareTo(Level.WARNING) >= 0 && level != Level.OFF;
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (isLoggable(level)) {
        String why = thrown == null ? "" : " error=" + thrown;
        System.err.println(level + " " + name + " " + message + why);
      }
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... parameters) {
      if (isLoggable(level)) {
        String with = parameters == null ? "" : " " + Arrays.toString(parameters);
        System.err.println(
            level.getName().toUpperCase(Locale.ROOT) + " " + name + " " + format + with);
      }
    }
  }
}
