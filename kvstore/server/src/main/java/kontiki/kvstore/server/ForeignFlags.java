package kontiki.kvstore.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Flags that are no options of {@link EtcdCommand}: accepted, warned of or refused, by name. */
final class ForeignFlags {
  private final TreeMap<String, EtcdFlags.Flag> known = EtcdFlags.all();
  private final List<String> warnings = new ArrayList<>();

  /** {@code ETCD_LISTEN_CLIENT_URLS} is {@code --listen-client-urls}. */
  static String variable(String flag) {
    return "ETCD_" + flag.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /**
   * What to warn of.
   *
   * @param arguments that no option took
   * @throws StartException a flag is unknown, or asks for what this server does not do
   */
  static List<String> check(List<String> arguments, Map<String, String> environment) {
    ForeignFlags flags = new ForeignFlags();
    flags.arguments(arguments);
    flags.environment(new TreeMap<>(environment));
    return flags.warnings;
  }

  private void arguments(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      EtcdFlags.Flag flag = known.get(name);
      if (flag == null) {
        throw new StartException("unknown flag " + name + "; see kontiki etcd --help");
      }
      if (equals >= 0) {
        check(flag, name, argument.substring(equals + 1));
      } else if (flag.toggle()) {
        check(flag, name, "true");
      } else if (i + 1 < arguments.size()) {
        check(flag, name, arguments.get(++i));
      } else {
        throw new StartException("flag " + name + " needs a value");
      }
    }
  }

  private void environment(TreeMap<String, String> environment) {
    Map<String, EtcdFlags.Flag> variables = new TreeMap<>();
    known.values().forEach(flag -> variables.put(variable(flag.name()), flag));
    environment.forEach((name, value) -> {
      EtcdFlags.@Nullable Flag flag = variables.get(name);
      if (flag != null) {
        check(flag, name, value);
      } else if (name.startsWith("ETCD_")) {
        warnings.add(name + " in the environment is no flag of etcd");
      }
    });
  }

  private void check(EtcdFlags.Flag flag, String name, String value) {
    switch (flag.treatment()) {
      case HONOURED -> {}
      case FIXED -> {
        if (!flag.values().contains(value)) {
          throw new StartException(
              "etcd's flag " + name + " is not offered with \"" + value + "\": " + flag.reason());
        }
      }
      case WARNED -> warnings.add(name + " changes nothing here: " + flag.reason());
    }
  }
}
