package kontiki.orchestrator.client.memory;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of an API path: {@code /apis/GROUP/VERSION/namespaces/NS/PLURAL/NAME/SUB?query}. */
record MemoryPath(
    String group,
    String version,
    @Nullable String namespace,
    String plural,
    @Nullable String name,
    @Nullable String subresource,
    Map<String, String> query) {

  static MemoryPath parse(String path) {
    int question = path.indexOf('?');
    String plain = question < 0 ? path : path.substring(0, question);
    List<String> parts = new ArrayList<>();
    for (String part : plain.substring(1).split("/", -1)) {
      parts.add(URLDecoder.decode(part, StandardCharsets.UTF_8));
    }
    int at = 0;
    String group = "";
    if (parts.get(at++).equals("apis")) {
      group = parts.get(at++);
    }
    String version = parts.get(at++);
    String namespace = null;
    boolean scoped = parts.get(at).equals("namespaces") && parts.size() > at + 2;
    if (scoped && !List.of("finalize", "status").contains(parts.get(at + 2))) {
      namespace = parts.get(at + 1);
      at += 2;
    }
    String plural = parts.get(at++);
    String name = at < parts.size() ? parts.get(at++) : null;
    String subresource = at < parts.size() ? parts.get(at) : null;
    return new MemoryPath(
        group, version, namespace, plural, name, subresource, query(path, question));
  }

  private static Map<String, String> query(String path, int question) {
    Map<String, String> out = new LinkedHashMap<>();
    if (question >= 0) {
      for (String pair : path.substring(question + 1).split("&")) {
        int equals = pair.indexOf('=');
        out.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return out;
  }

  String collection() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }
}
