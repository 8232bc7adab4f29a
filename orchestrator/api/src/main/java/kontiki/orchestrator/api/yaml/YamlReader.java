package kontiki.orchestrator.api.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import kontiki.orchestrator.api.tree.JsonArray;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.tree.TreeSyntaxException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads the documents of one text from the parser's events. Used once, by one thread. */
final class YamlReader {
  private final JsonLimits limits;
  private final Consumer<String> duplicateField;
  private final Map<Anchor, @Nullable Object> anchors = new HashMap<>();
  private long keys;

  YamlReader(JsonLimits limits, Consumer<String> duplicateField) {
    this.limits = limits;
    this.duplicateField = duplicateField;
  }

  List<@Nullable Object> read(String text) {
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
    List<@Nullable Object> documents = new ArrayList<>();
    try {
      Iterator<Event> events = new Parse(settings).parseString(text).iterator();
      while (events.hasNext()) {
        Event event = events.next();
        if (event instanceof NodeEvent node) {
          Object document = value(node, events, "", 0);
          if (document != null) {
            documents.add(document);
          }
        } else if (event.getEventId() == Event.ID.DocumentStart) {
          anchors.clear();
        }
      }
    } catch (YamlEngineException e) {
      throw new TreeSyntaxException("error converting YAML to JSON: yaml: " + oneLine(e), e);
    }
    return documents;
  }

  private static String oneLine(YamlEngineException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s*\\n\\s*", " ").strip();
  }

  private @Nullable Object value(NodeEvent event, Iterator<Event> events, String path, int depth) {
    if (depth > limits.depth()) {
      throw new TreeSyntaxException("the document is nested more than " + limits.depth() + " deep");
    }
    return switch (event) {
      case AliasEvent alias -> copy(alias);
      case ScalarEvent scalar -> remembered(scalar, scalar(scalar));
      case SequenceStartEvent start -> remembered(start, list(events, path, depth));
      case MappingStartEvent start -> remembered(start, object(events, path, depth));
      default -> throw new IllegalStateException("a node is expected, not " + event.getEventId());
    };
  }

  private @Nullable Object remembered(NodeEvent event, @Nullable Object value) {
    Optional<Anchor> anchor = event.getAnchor();
    if (anchor.isPresent()) {
      anchors.put(anchor.get(), value);
    }
    return value;
  }

  private @Nullable Object copy(AliasEvent alias) {
    if (!anchors.containsKey(alias.getAlias())) {
      throw new TreeSyntaxException(
          "error converting YAML to JSON: yaml: unknown anchor '"
              + alias.getAlias().getValue()
              + "' referenced");
    }
    Object original = anchors.get(alias.getAlias());
    count(sizeOf(original));
    return JsonObject.deepCopyOf(original);
  }

  private static long sizeOf(@Nullable Object value) {
    long size = 1;
    if (value instanceof JsonObject object) {
      for (int i = 0; i < object.size(); i++) {
        size += sizeOf(object.valueAt(i));
      }
    } else if (value instanceof JsonArray list) {
      for (Object item : list) {
        size += sizeOf(item);
      }
    }
    return size;
  }

  private void count(long more) {
    keys += more;
    if (keys > limits.keys()) {
      throw new TreeSyntaxException("the document has more than " + limits.keys() + " keys");
    }
  }

  private static @Nullable Object scalar(ScalarEvent event) {
    String tag = event.getTag().orElse("");
    if (tag.endsWith(":str") || tag.equals("!")) {
      return event.getValue();
    }
    boolean plain = event.getScalarStyle() == ScalarStyle.PLAIN;
    return plain || !tag.isEmpty() ? YamlScalar.resolve(event.getValue()) : event.getValue();
  }

  private JsonArray list(Iterator<Event> events, String path, int depth) {
    JsonArray out = new JsonArray();
    while (events.next() instanceof NodeEvent node) {
      count(1);
      out.append(value(node, events, path + "[" + out.size() + "]", depth + 1));
    }
    return out;
  }

  private JsonObject object(Iterator<Event> events, String path, int depth) {
    JsonObject out = new JsonObject();
    List<JsonObject> merged = new ArrayList<>();
    while (events.next() instanceof NodeEvent node) {
      count(1);
      boolean merge =
          node instanceof ScalarEvent scalar
              && scalar.getScalarStyle() == ScalarStyle.PLAIN
              && scalar.getValue().equals("<<");
      String key = key(value(node, events, path, depth + 1));
      String below = path.isEmpty() ? key : path + "." + key;
      if (!(events.next() instanceof NodeEvent next)) {
        throw new IllegalStateException("a key without a value at " + below);
      }
      Object value = value(next, events, below, depth + 1);
      if (merge) {
        merged.addAll(mergeSources(value));
      } else {
        if (out.has(key)) {
          duplicateField.accept(below);
        }
        out.put(key, value);
      }
    }
    for (JsonObject source : merged) {
      source.forEach((key, value) -> {
        if (!out.has(key)) {
          out.put(key, value);
        }
      });
    }
    return out;
  }

  private static List<JsonObject> mergeSources(@Nullable Object value) {
    if (value instanceof JsonObject object) {
      return List.of(object);
    }
    if (value instanceof JsonArray list && list.objects().size() == list.size()) {
      return list.objects();
    }
    throw new TreeSyntaxException(
        "error converting YAML to JSON: yaml: map merge requires map or sequence of maps as the"
            + " value");
  }

  private static String key(@Nullable Object key) {
    return switch (key) {
      case null -> "null";
      case JsonObject object -> throw noKey();
      case JsonArray list -> throw noKey();
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          String.valueOf(number.longValue());
      default -> key.toString();
    };
  }

  private static TreeSyntaxException noKey() {
    return new TreeSyntaxException("error converting YAML to JSON: a key must be a scalar");
  }
}
