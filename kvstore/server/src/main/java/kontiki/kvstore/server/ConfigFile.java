package kontiki.kvstore.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * etcd's configuration file, as the flags that say the same. Its keys are the flags' names; those
 * of certificates stand under {@code client-transport-security} and {@code
 * peer-transport-security}.
 */
final class ConfigFile {
  private static final Map<String, String> CLIENT =
      Map.of("allowed-hostname", "client-cert-allowed-hostname");
  private static final Map<String, String> PEER =
      Map.of(
          "allowed-cn", "peer-cert-allowed-cn", "allowed-hostname", "peer-cert-allowed-hostname");
  private static final Map<String, String> SOCKET =
      Map.of("reuse-port", "socket-reuse-port", "reuse-address", "socket-reuse-address");

  private final Path file;
  private final TreeMap<String, EtcdFlags.Flag> known = EtcdFlags.all();
  private final List<String> arguments = new ArrayList<>();

  private ConfigFile(Path file) {
    this.file = file;
  }

  /**
   * Each as {@code --name=value}.
   *
   * @throws StartException the file cannot be read, or has a key that is none of etcd's
   */
  static List<String> arguments(Path file) {
    Object content;
    try {
      content =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Files.readString(file));
    } catch (IOException e) {
      throw new StartException("--config-file " + file + " cannot be read: " + e, e);
    } catch (YamlEngineException e) {
      String where = String.valueOf(e.getMessage()).replaceAll("\\s*\\n\\s*", " ").strip();
      throw new StartException("--config-file " + file + " is no YAML: " + where, e);
    }
    ConfigFile config = new ConfigFile(file);
    if (content instanceof Map<?, ?> keys) {
      keys.forEach((key, value) -> config.add(String.valueOf(key), value));
    } else if (content != null) {
      throw new StartException("--config-file " + file + " must be a mapping of keys to values");
    }
    return config.arguments;
  }

  private void add(String key, @Nullable Object value) {
    switch (key) {
      case "client-transport-security" -> section(key, value, "", CLIENT);
      case "peer-transport-security" -> section(key, value, "peer-", PEER);
      case "socket-options" -> section(key, value, "socket-", SOCKET);
      default -> flag(key, key, value);
    }
  }

  private void section(
      String name, @Nullable Object content, String prefix, Map<String, String> names) {
    if (content instanceof Map<?, ?> keys) {
      keys.forEach((key, value) -> {
        String plain = String.valueOf(key);
        flag(names.getOrDefault(plain, prefix + plain), name + "." + plain, value);
      });
    } else if (content != null) {
      throw new StartException("--config-file " + file + ": " + name + " must be a mapping");
    }
  }

  private void flag(String name, String key, @Nullable Object value) {
    if (!known.containsKey("--" + name) || name.equals("config-file") || name.equals("version")) {
      throw new StartException(
          "--config-file " + file + ": unknown key " + key + "; keys are etcd's flags, without --");
    }
    if (value instanceof Map) {
      throw new StartException("--config-file " + file + ": " + key + " must not be a mapping");
    }
    if (value != null) {
      arguments.add("--" + name + "=" + text(value));
    }
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(value);
  }
}
