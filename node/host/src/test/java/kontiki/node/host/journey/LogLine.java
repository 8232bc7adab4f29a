package kontiki.node.host.journey;

import java.util.Arrays;
import java.util.List;

/** One line of a log in the form {@code word key=value key=value}. */
record LogLine(String text) {
  static boolean hasWords(String text, String... words) {
    return Arrays.asList(text.split(" ")).containsAll(List.of(words));
  }

  /** The value of a key, without quotes. */
  String value(String key) {
    return Arrays.stream(text.split(" "))
        .filter(word -> word.startsWith(key + "="))
        .map(word -> word.substring(key.length() + 1).replace("\"", ""))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + key + " in: " + text));
  }
}
