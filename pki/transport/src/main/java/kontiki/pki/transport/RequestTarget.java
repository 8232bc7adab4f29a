package kontiki.pki.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request target in origin form (RFC 9112, 3.2.1), taken apart. A percent sign that begins no
 * escape stands for itself. Immutable.
 */
record RequestTarget(
    String path, String rawPath, String rawQuery, Map<String, List<String>> query) {

  static RequestTarget parse(String target) {
    String origin = withoutAuthority(target);
    int mark = origin.indexOf('?');
    String rawPath = mark < 0 ? origin : origin.substring(0, mark);
    String rawQuery = mark < 0 ? "" : origin.substring(mark + 1);
    return new RequestTarget(decode(rawPath, false), rawPath, rawQuery, parameters(rawQuery));
  }

  /** A proxy's client sends the absolute form: {@code https://host/path}. */
  private static String withoutAuthority(String target) {
    int scheme = target.indexOf("://");
    if (scheme < 0 || target.startsWith("/")) {
      return target;
    }
    int path = target.indexOf('/', scheme + 3);
    return path < 0 ? "/" : target.substring(path);
  }

  private static Map<String, List<String>> parameters(String query) {
    if (query.isEmpty()) {
      return Map.of();
    }
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
        parameters.computeIfAbsent(name, n -> new ArrayList<>(1)).add(value);
      }
    }
    return Collections.unmodifiableMap(parameters);
  }

  private static String decode(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
      return text;
    }
    ByteBuffer bytes = ByteBuffer.allocate(text.length() * 3);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
      if (low >= 0) {
        bytes.put((byte) (high << 4 | low));
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        bytes.put((byte) ' ');
      } else {
        bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }
}
