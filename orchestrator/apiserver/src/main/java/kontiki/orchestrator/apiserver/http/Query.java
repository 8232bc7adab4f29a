package kontiki.orchestrator.apiserver.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kontiki.orchestrator.apiserver.status.Failures;
import org.jspecify.annotations.Nullable;

/** The query of a request, decoded. Immutable. */
public final class Query {
  private static final String NAME_SELECTOR = "metadata.name=";

  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final String raw;

  private Query(String raw) {
    this.raw = raw;
  }

  /**
   * @param raw what follows the question mark, or null
   */
  public static Query parse(@Nullable String raw) {
    Query query = new Query(raw == null ? "" : raw);
    if (raw == null || raw.isEmpty()) {
      return query;
    }
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      query.values.computeIfAbsent(key, name -> new ArrayList<>()).add(value);
    }
    return query;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Failures.badRequest("the query is not well encoded: " + e.getMessage());
    }
  }

  public String raw() {
    return raw;
  }

  /** The first value of a key, empty where there is none. */
  public String get(String key) {
    List<String> all = values.get(key);
    return all == null ? "" : all.getFirst();
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  public List<String> all(String key) {
    return values.getOrDefault(key, List.of());
  }

  /** Whether a key is there and neither "false" nor "0". */
  public boolean isTrue(String key) {
    if (!has(key)) {
      return false;
    }
    String value = get(key);
    return !value.equalsIgnoreCase("false") && !value.equals("0");
  }

  /** A key's number, or null where it is absent. */
  public @Nullable Long number(String key) {
    String value = get(key);
    if (value.isEmpty()) {
      return null;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw Failures.badRequest(
          "query parameter " + key + ": \"" + value + "\" is not a whole number");
    }
  }

  /** The name that a field selector asks for, empty where it does not ask for one. */
  String nameInFieldSelector() {
    for (String term : get("fieldSelector").split(",", -1)) {
      if (term.startsWith(NAME_SELECTOR)) {
        String name = term.substring(NAME_SELECTOR.length());
        return name.startsWith("=") ? name.substring(1) : name;
      }
    }
    return "";
  }
}
