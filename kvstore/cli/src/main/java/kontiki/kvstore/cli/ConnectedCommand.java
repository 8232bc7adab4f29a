package kontiki.kvstore.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;

/**
 * What a command in a package of its own has of {@code kontiki kv}: the global flags, the output
 * and errors of one line.
 */
public abstract class ConnectedCommand extends StoreCommand {

  /** Does the work; a store's refusal may be thrown as it is. */
  protected abstract void perform() throws Exception;

  @Override
  final void ask() throws Exception {
    perform();
  }

  /** Where the global flags lead, and as whom. */
  protected final Connection connection() {
    return options().connection();
  }

  /** Other members, with other files where they are given. */
  protected final Connection connection(
      List<String> endpoints, @Nullable Path cacert, @Nullable Path cert, @Nullable Path key) {
    var mine = connection().to(endpoints);
    return new Connection(
            mine.endpoints(),
            cacert == null ? mine.cacert() : cacert,
            cert == null ? mine.cert() : cert,
            key == null ? mine.key() : key,
            mine.dial(),
            mine.command(),
            mine.login())
        .readable();
  }

  /** What {@code -w} says. */
  protected final String format() {
    return options().format();
  }

  /** Writes and flushes. */
  protected final void print(String text) {
    out().text(text);
    out().flush();
  }

  /** Arguments that make no sense; exit code 128 as etcdctl's. */
  protected static RuntimeException badArguments(String message) {
    return KvFailure.badArguments(message);
  }

  /** A format that the command does not have; exit code 4 as etcdctl's. */
  protected static RuntimeException unsupported(String message) {
    return new KvFailure(KvFailure.Exit.BAD_FEATURE, message);
  }

  /** The command did not succeed; exit code 1. */
  protected static RuntimeException failed(String message) {
    return new KvFailure(KvFailure.Exit.ERROR, message);
  }

  /** Reads 5s, 200ms, 1m30s. */
  public static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return GoText.parseDuration(text);
    }
  }
}
