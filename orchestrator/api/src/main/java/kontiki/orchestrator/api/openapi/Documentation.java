package kontiki.orchestrator.api.openapi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the published API says of the types of a version of a group: descriptions, and which fields
 * are required. Read from a resource that the build makes; empty where there is none.
 */
public final class Documentation {
  private final Map<String, String> types = new HashMap<>();
  private final Map<String, Map<String, String>> fields = new HashMap<>();
  private final Map<String, Set<String>> required = new HashMap<>();

  private Documentation() {}

  /** Where it lies, beside this class. */
  public static String fileName(String home) {
    return home.replace('/', '_') + ".docs";
  }

  static Documentation read(String home) {
    Documentation documentation = new Documentation();
    try (InputStream in = Documentation.class.getResourceAsStream(fileName(home))) {
      if (in != null) {
        documentation.lines(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(fileName(home), unreadable);
    }
    return documentation;
  }

  private void lines(String text) {
    String type = "";
    for (String line : text.split("\n")) {
      String[] cells = line.split("\t", -1);
      if (cells[0].isEmpty() && cells.length == 4) {
        fields.computeIfAbsent(type, key -> new HashMap<>()).put(cells[1], plain(cells[3]));
        if (cells[2].equals("required")) {
          required.computeIfAbsent(type, key -> new HashSet<>()).add(cells[1]);
        }
      } else if (cells.length == 2) {
        type = cells[0];
        types.put(type, plain(cells[1]));
      }
    }
  }

  private static String plain(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        plain.append(next == 'n' ? '\n' : next);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  /** What a type is for; empty where nothing is said. */
  String type(String name) {
    return types.getOrDefault(name, "");
  }

  String field(String type, String field) {
    return fields.getOrDefault(type, Map.of()).getOrDefault(field, "");
  }

  boolean required(String type, String field) {
    return required.getOrDefault(type, Set.of()).contains(field);
  }
}
