package kontiki.orchestrator.apiserver.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One media type of an Accept or Content-Type header.
 *
 * @param type in lower case, as {@code application/json}
 * @param parameters without q
 * @param quality from 0 to 1
 */
record MediaRange(String type, Map<String, String> parameters, double quality) {
  /** Types in a header that are looked at. */
  private static final int MAX = 32;

  /** The types of a header, the preferred ones first. */
  static List<MediaRange> parseAll(String header) {
    List<MediaRange> ranges = new ArrayList<>();
    for (String part : header.split(",", MAX + 1)) {
      if (!part.isBlank() && ranges.size() < MAX) {
        ranges.add(parse(part));
      }
    }
    ranges.sort(Comparator.comparing(MediaRange::quality, Comparator.reverseOrder()));
    return ranges;
  }

  static MediaRange parse(String text) {
    String[] parts = text.split(";");
    Map<String, String> parameters = new LinkedHashMap<>();
    double quality = 1;
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) {
        String key = parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT);
        String value = parts[i].substring(equals + 1).strip();
        if (key.equals("q")) {
          quality = quality(value);
        } else {
          parameters.put(key, value.replace("\"", ""));
        }
      }
    }
    return new MediaRange(parts[0].strip().toLowerCase(Locale.ROOT), parameters, quality);
  }

  private static double quality(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  boolean accepts(String mediaType) {
    return type.equals(mediaType)
        || type.equals("*/*")
        || (type.endsWith("/*") && mediaType.startsWith(type.substring(0, type.length() - 1)));
  }
}
