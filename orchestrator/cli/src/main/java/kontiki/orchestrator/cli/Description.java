package kontiki.orchestrator.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kontiki.orchestrator.api.table.HumanDuration;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * An object as indented text: what identifies it first, then its fields in their own order with
 * readable names, then its events, oldest first. Bookkeeping (managedFields) is left out. Pure.
 */
final class Description {
  private static final int WIDTH = 18;

  private final StringBuilder out = new StringBuilder();

  private Description() {}

  static String of(JsonObject object, List<JsonObject> events, Instant now) {
    Description text = new Description();
    JsonObject metadata = object.object("metadata");
    JsonObject known = metadata == null ? new JsonObject() : metadata;
    text.line(0, "Name", known.string("name", ""));
    if (known.has("namespace")) {
      text.line(0, "Namespace", known.string("namespace", ""));
    }
    text.pairs("Labels", known.object("labels"));
    text.pairs("Annotations", known.object("annotations"));
    object.forEach((key, value) -> {
      if (!key.equals("metadata")) {
        text.field(0, key, value);
      }
    });
    text.field(0, "metadata", rest(known));
    text.events(events, now);
    return text.out.toString();
  }

  private static JsonObject rest(JsonObject metadata) {
    JsonObject rest = metadata.deepCopy();
    for (String told : List.of("name", "namespace", "labels", "annotations", "managedFields")) {
      rest.remove(told);
    }
    return rest;
  }

  private void pairs(String title, @Nullable JsonObject map) {
    if (map == null || map.isEmpty()) {
      line(0, title, "<none>");
      return;
    }
    List<String> keys = new ArrayList<>(map.keys());
    keys.sort(null);
    String name = title;
    for (String key : keys) {
      String label = name.isEmpty() ? "" : name + ":";
      out.append(label)
          .append(" ".repeat(Math.max(1, WIDTH - label.length())))
          .append(key)
          .append('=')
          .append(map.get(key))
          .append('\n');
      name = "";
    }
  }

  private void field(int depth, String key, @Nullable Object value) {
    String title = title(key);
    switch (value) {
      case null -> line(depth, title, "<none>");
      case JsonObject object -> {
        if (!object.isEmpty()) {
          out.append("  ".repeat(depth)).append(title).append(":\n");
          object.forEach((name, inner) -> field(depth + 1, name, inner));
        }
      }
      case JsonArray list -> list(depth, title, list);
      default -> line(depth, title, String.valueOf(value));
    }
  }

  private void list(int depth, String title, JsonArray list) {
    if (list.objects().isEmpty()) {
      line(depth, title, String.join(", ", list.strings()));
      return;
    }
    out.append("  ".repeat(depth)).append(title).append(":\n");
    int position = 0;
    for (JsonObject item : list.objects()) {
      if (position++ > 0) {
        out.append("  ".repeat(depth + 1)).append("--\n");
      }
      item.forEach((name, inner) -> field(depth + 1, name, inner));
    }
  }

  private void line(int depth, String title, String value) {
    String label = "  ".repeat(depth) + title + ":";
    String shown =
        value.strip().replace("\n", "\n" + " ".repeat(Math.max(WIDTH, label.length() + 1)));
    out.append(label)
        .append(" ".repeat(Math.max(1, WIDTH - label.length())))
        .append(shown)
        .append('\n');
  }

  /** {@code restartPolicy} as {@code Restart Policy}. */
  static String title(String field) {
    if (field.isEmpty() || field.indexOf('.') >= 0 || field.indexOf('/') >= 0) {
      return field;
    }
    String spaced = field.replaceAll("([a-z0-9])([A-Z])", "$1 $2");
    return Character.toUpperCase(spaced.charAt(0)) + spaced.substring(1);
  }

  private void events(List<JsonObject> events, Instant now) {
    if (events.isEmpty()) {
      line(0, "Events", "<none>");
      return;
    }
    List<JsonObject> sorted = new ArrayList<>(events);
    sorted.sort(Comparator.comparing(Description::lastSeen));
    out.append("Events:\n");
    out.append(
        String.format("  %-8s %-20s %-8s %-24s %s%n", "Type", "Reason", "Age", "From", "Message"));
    for (JsonObject event : sorted) {
      String from = event.stringAt("source", "component");
      out.append(
          String.format(
              "  %-8s %-20s %-8s %-24s %s%n",
              event.string("type", ""),
              event.string("reason", ""),
              HumanDuration.since(lastSeen(event), now),
              from == null ? event.string("reportingComponent", "") : from,
              event.string("message", "").strip()));
    }
  }

  private static String lastSeen(JsonObject event) {
    String last = event.string("lastTimestamp", "");
    return last.isEmpty() ? event.string("eventTime", "") : last;
  }
}
