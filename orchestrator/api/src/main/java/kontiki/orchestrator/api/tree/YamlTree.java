package kontiki.orchestrator.api.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** One stream's YAML nodes being unfolded into trees; counts what they unfold to. */
final class YamlTree {
  /** What the parser takes for a number by itself: as text it can only be by an explicit tag. */
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]*)?([eE][-+]?[0-9]+)?|true|false|null");

  private final JsonLimits limits;
  private final Consumer<String> duplicateField;
  private final StringBuilder path = new StringBuilder();
  private long left;

  YamlTree(JsonLimits limits, Consumer<String> duplicateField) {
    this.limits = limits;
    this.duplicateField = duplicateField;
    this.left = limits.keys();
  }

  @Nullable Object value(Node node, int depth) {
    if (depth < 0) {
      throw new TreeSyntaxException(
          "the document is nested deeper than %d levels".formatted(limits.depth()));
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode sequence -> list(sequence, depth - 1);
      case MappingNode mapping -> object(mapping, depth - 1);
      default -> throw new TreeSyntaxException("unexpected YAML node " + node.getNodeType());
    };
  }

  private static @Nullable Object scalar(ScalarNode scalar) {
    String tag = scalar.getTag().getValue();
    if (tag.equals("tag:yaml.org,2002:binary")) {
      return scalar.getValue().replaceAll("\\s", "");
    }
    boolean text = scalar.getScalarStyle() != ScalarStyle.PLAIN || tag.equals("!");
    if (text || tag.equals(Tag.STR.getValue()) && NUMBER.matcher(scalar.getValue()).matches()) {
      return scalar.getValue();
    }
    return YamlScalars.resolve(scalar.getValue());
  }

  private JsonArray list(SequenceNode sequence, int depth) {
    JsonArray list = new JsonArray();
    int length = path.length();
    for (Node item : sequence.getValue()) {
      count();
      path.append('[').append(list.size()).append(']');
      list.append(value(item, depth));
      path.setLength(length);
    }
    return list;
  }

  private JsonObject object(MappingNode mapping, int depth) {
    JsonObject object = new JsonObject();
    List<JsonObject> merged = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      count();
      if (isMerge(tuple.getKeyNode())) {
        merged(tuple.getValueNode(), depth, merged);
        continue;
      }
      String key = key(tuple.getKeyNode());
      int length = path.length();
      path.append(length == 0 ? "" : ".").append(key);
      if (object.has(key)) {
        duplicateField.accept(path.toString());
      }
      object.put(key, value(tuple.getValueNode(), depth));
      path.setLength(length);
    }
    for (JsonObject other : merged) {
      other.forEach((key, value) -> {
        if (!object.has(key)) {
          object.put(key, JsonObject.deepCopyOf(value));
        }
      });
    }
    return object;
  }

  private static boolean isMerge(Node key) {
    return key instanceof ScalarNode scalar
        && scalar.getScalarStyle() == ScalarStyle.PLAIN
        && scalar.getValue().equals("<<");
  }

  private void merged(Node node, int depth, List<JsonObject> into) {
    switch (value(node, depth)) {
      case JsonObject object -> into.add(object);
      case JsonArray array -> into.addAll(array.objects());
      case null, default ->
          throw new TreeSyntaxException("map merge requires map or sequence of maps as the value");
    }
  }

  private static String key(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw new TreeSyntaxException("error converting YAML to JSON: a key is no scalar");
    }
    Object key = scalar(scalar);
    return switch (key) {
      case null -> "null";
      case String text -> text;
      default -> Json.writeText(key);
    };
  }

  private void count() {
    if (--left < 0) {
      throw new TreeSyntaxException(
          "the document has more than %d keys and items".formatted(limits.keys()));
    }
  }
}
