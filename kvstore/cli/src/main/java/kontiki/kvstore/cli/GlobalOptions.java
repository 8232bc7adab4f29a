package kontiki.kvstore.cli;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;

/** The flags of every command, with etcdctl's names and environment variables. */
final class GlobalOptions {
  private final Supplier<List<String>> endpoints;
  private final Supplier<@Nullable Path> cacert;
  private final Supplier<@Nullable Path> cert;
  private final Supplier<@Nullable Path> key;
  private final Supplier<Path> dataDirectory;
  private final Supplier<Duration> dialTimeout;
  private final Supplier<Duration> commandTimeout;
  private final Supplier<String> format;
  private final Supplier<Boolean> hex;
  private final Supplier<@Nullable String> user;
  private final Supplier<@Nullable String> password;
  private InputStream in = InputStream.nullInputStream();
  private @Nullable Login login;
  private boolean loginRead;

  GlobalOptions(Words words) {
    endpoints =
        words.shared(
            OptionSpec.builder("--endpoints")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .splitRegex(",")
                .paramLabel("HOST:PORT")
                .defaultValue("${env:ETCDCTL_ENDPOINTS:-127.0.0.1:2379}"),
            "The members to ask (ETCDCTL_ENDPOINTS; default: 127.0.0.1:2379).");
    cacert =
        words.shared(
            file("--cacert", "${env:ETCDCTL_CACERT}"),
            "The authorities of the members' certificates (ETCDCTL_CACERT).");
    cert =
        words.shared(
            file("--cert", "${env:ETCDCTL_CERT}"), "The client's certificate (ETCDCTL_CERT).");
    key = words.shared(file("--key", "${env:ETCDCTL_KEY}"), "The client's key (ETCDCTL_KEY).");
    dataDirectory =
        words.shared(
            file("--data-dir", "${env:KONTIKI_DATA_DIR:-/var/lib/kontiki}").paramLabel("DIR"),
            "The local cluster whose certificates are used where none are given (default:"
                + " /var/lib/kontiki).");
    dialTimeout =
        words.shared(
            time("--dial-timeout", "${env:ETCDCTL_DIAL_TIMEOUT:-2s}"),
            "How long to wait for a connection (ETCDCTL_DIAL_TIMEOUT; default: 2s).");
    commandTimeout =
        words.shared(
            time("--command-timeout", "${env:ETCDCTL_COMMAND_TIMEOUT:-5s}"),
            "How long to wait for an answer (ETCDCTL_COMMAND_TIMEOUT; default: 5s).");
    format =
        words.shared(
            OptionSpec.builder("-w", "--write-out")
                .type(String.class)
                .paramLabel("FORMAT")
                .defaultValue("${env:ETCDCTL_WRITE_OUT:-simple}"),
            "simple, fields, json, table or protobuf (ETCDCTL_WRITE_OUT).");
    hex =
        words.shared(
            OptionSpec.builder("--hex")
                .type(boolean.class)
                .defaultValue("${env:ETCDCTL_HEX:-false}"),
            "Print keys and values as hexadecimal.");
    user =
        words.shared(
            text("--user", "NAME[:PASSWORD]", "${env:ETCDCTL_USER}"),
            "Log in; a password that is not given is asked for, or is a line of standard input"
                + " (ETCDCTL_USER).");
    password =
        words.shared(
            text("--password", "PASSWORD", "${env:ETCDCTL_PASSWORD}"),
            "The user's password; others can see it here (ETCDCTL_PASSWORD).");
  }

  private static OptionSpec.Builder file(String name, String value) {
    return OptionSpec.builder(name).type(Path.class).paramLabel("FILE").defaultValue(value);
  }

  private static OptionSpec.Builder text(String name, String label, String value) {
    return OptionSpec.builder(name).type(String.class).paramLabel(label).defaultValue(value);
  }

  private static OptionSpec.Builder time(String name, String value) {
    return OptionSpec.builder(name)
        .type(Duration.class)
        .paramLabel("TIME")
        .converters(new GoDuration())
        .defaultValue(value);
  }

  /** Where a password that is not given is read, unless there is a terminal. */
  void readsFrom(InputStream input) {
    in = input;
  }

  /** Null where nobody wants to log in. A password is asked for once. */
  @Nullable Login login() {
    if (!loginRead) {
      loginRead = true;
      login = readLogin();
    }
    return login;
  }

  private @Nullable Login readLogin() {
    String name = user.get();
    if (name == null || name.isEmpty()) {
      return null;
    }
    String given = password.get();
    if (given != null && !given.isEmpty()) {
      return new Login(name, given);
    }
    int colon = name.indexOf(':');
    return colon >= 0
        ? new Login(name.substring(0, colon), name.substring(colon + 1))
        : new Login(name, PasswordInput.read("Password: ", in));
  }

  List<String> endpoints() {
    return endpoints.get();
  }

  @Nullable Path cacert() {
    return cacert.get();
  }

  @Nullable Path cert() {
    return cert.get();
  }

  @Nullable Path key() {
    return key.get();
  }

  Path dataDirectory() {
    return dataDirectory.get();
  }

  Duration dialTimeout() {
    return dialTimeout.get();
  }

  Duration commandTimeout() {
    return commandTimeout.get();
  }

  String format() {
    return format.get();
  }

  boolean hex() {
    return hex.get();
  }

  /** Reads 5s, 200ms, 1m30s. */
  static final class GoDuration implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return GoText.parseDuration(text);
    }
  }

  Printer printer(Format.Answer answer, Output out) {
    return Format.named(format()).printer(answer, hex(), false, out);
  }

  Connection connection() {
    return Connection.of(this);
  }
}
