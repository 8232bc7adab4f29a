package kontiki.node.host.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * Where logs go and what they look like: one line an event on standard error, so that standard
 * output stays the answer of a command. Found by logback through {@link java.util.ServiceLoader};
 * written in code because reading an XML file costs a short command a tenth of a second.
 *
 * <p>{@code KONTIKI_LOG} sets levels, for example {@code info} or {@code
 * warn,kontiki.kvstore=debug}; {@code KONTIKI_LOG_FORMAT=json} writes JSON lines.
 */
public final class LogConfiguration extends ContextAwareBase implements Configurator {
  /** System property that holds the default level of this process; {@code warn} if absent. */
  public static final String LEVEL_PROPERTY = "kontiki.log";

  private static final String PATTERN =
      "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'\", UTC} %-5level %logger{0} %msg %kvp%n";

  /** Libraries whose information is noise to an operator. */
  private static final Map<String, Level> LIBRARIES =
      Map.of(
          "org.apache.ratis", Level.ERROR,
          "io.netty", Level.WARN,
          "io.grpc", Level.WARN,
          "io.fabric8", Level.WARN);

  /** Made by {@link java.util.ServiceLoader}. */
  public LogConfiguration() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("standard-error");
    console.setTarget("System.err");
    console.setEncoder(encoder(context));
    console.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    LIBRARIES.forEach((name, level) -> context.getLogger(name).setLevel(level));
    String levels = System.getenv("KONTIKI_LOG");
    apply(context, System.getProperty(LEVEL_PROPERTY, "warn"));
    if (levels != null) {
      apply(context, levels);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Sets levels from a list such as {@code info,org.apache.ratis=debug}; a bare word is the root's.
   */
  static void apply(LoggerContext context, String levels) {
    for (String entry : levels.split(",", -1)) {
      int equals = entry.indexOf('=');
      String logger = equals < 0 ? Logger.ROOT_LOGGER_NAME : entry.substring(0, equals).strip();
      String level = entry.substring(equals + 1).strip();
      context.getLogger(logger).setLevel(Level.toLevel(level, Level.INFO));
    }
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
    if ("json".equals(System.getenv("KONTIKI_LOG_FORMAT"))) {
      JsonEncoder encoder = new JsonEncoder();
      encoder.setContext(context);
      encoder.start();
      return encoder;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }
}
