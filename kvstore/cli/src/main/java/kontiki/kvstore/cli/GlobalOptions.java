package kontiki.kvstore.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The flags of every command, with etcdctl's names and environment variables. */
final class GlobalOptions {

  @Option(
      names = "--endpoints",
      split = ",",
      scope = ScopeType.INHERIT,
      paramLabel = "HOST:PORT",
      defaultValue = "${env:ETCDCTL_ENDPOINTS:-127.0.0.1:2379}",
      description = "The members to ask (ETCDCTL_ENDPOINTS; default: 127.0.0.1:2379).")
  List<String> endpoints = List.of();

  @Option(
      names = "--cacert",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      defaultValue = "${env:ETCDCTL_CACERT}",
      description = "The authorities of the members' certificates (ETCDCTL_CACERT).")
  @Nullable Path cacert;

  @Option(
      names = "--cert",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      defaultValue = "${env:ETCDCTL_CERT}",
      description = "The client's certificate (ETCDCTL_CERT).")
  @Nullable Path cert;

  @Option(
      names = "--key",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      defaultValue = "${env:ETCDCTL_KEY}",
      description = "The client's key (ETCDCTL_KEY).")
  @Nullable Path key;

  @Option(
      names = "--data-dir",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      defaultValue = "${env:KONTIKI_DATA_DIR:-/var/lib/kontiki}",
      description =
          "The local cluster whose certificates are used where none are given (default:"
              + " /var/lib/kontiki).")
  Path dataDirectory = Path.of("/var/lib/kontiki");

  @Option(
      names = "--dial-timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "TIME",
      defaultValue = "${env:ETCDCTL_DIAL_TIMEOUT:-2s}",
      converter = GoDuration.class,
      description = "How long to wait for a connection (ETCDCTL_DIAL_TIMEOUT; default: 2s).")
  Duration dialTimeout = Duration.ofSeconds(2);

  @Option(
      names = "--command-timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "TIME",
      defaultValue = "${env:ETCDCTL_COMMAND_TIMEOUT:-5s}",
      converter = GoDuration.class,
      description = "How long to wait for an answer (ETCDCTL_COMMAND_TIMEOUT; default: 5s).")
  Duration commandTimeout = Duration.ofSeconds(5);

  @Option(
      names = {"-w", "--write-out"},
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      defaultValue = "${env:ETCDCTL_WRITE_OUT:-simple}",
      description = "simple, fields, json, table or protobuf (ETCDCTL_WRITE_OUT).")
  String format = "simple";

  @Option(
      names = "--hex",
      scope = ScopeType.INHERIT,
      defaultValue = "${env:ETCDCTL_HEX:-false}",
      description = "Print keys and values as hexadecimal.")
  boolean hex;

  /** Reads 5s, 200ms, 1m30s. */
  static final class GoDuration implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return GoText.parseDuration(text);
    }
  }

  Printer printer(Format.Answer answer, Output out) {
    return Format.named(format).printer(answer, hex, false, out);
  }

  Connection connection() {
    return Connection.of(this);
  }
}
