package kontiki.orchestrator.api.yaml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.tree.TreeSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * YAML text to trees and back, as kubectl reads and writes it (sigs.k8s.io/yaml): plain scalars
 * mean what YAML 1.1 says ({@code yes}, {@code on} and {@code 0777} among them), keys become text,
 * written keys are sorted. Aliases are copied, and what they copy counts against the limits, so
 * that a small document cannot become a large tree. Stateless.
 */
public final class Yaml {
  private Yaml() {}

  /**
   * Reads all documents; empty ones are left out.
   *
   * @throws TreeSyntaxException when the text is no YAML or over a limit; the message has the line
   */
  public static List<@Nullable Object> parseAll(byte[] text, JsonLimits limits) {
    return parseAll(text, limits, path -> {});
  }

  /** Reads all documents, and tells the path of every key that a mapping has twice. */
  public static List<@Nullable Object> parseAll(
      byte[] text, JsonLimits limits, Consumer<String> duplicateField) {
    if (text.length > limits.bytes()) {
      throw new TreeSyntaxException(
          "the document has " + text.length + " bytes, more than " + limits.bytes());
    }
    return new YamlReader(limits, duplicateField).read(decode(text));
  }

  /**
   * Reads the first document, which must be a mapping.
   *
   * @throws TreeSyntaxException when it is not
   */
  public static JsonObject parseObject(
      byte[] text, JsonLimits limits, Consumer<String> duplicateField) {
    List<@Nullable Object> documents = new ArrayList<>(parseAll(text, limits, duplicateField));
    if (!documents.isEmpty() && documents.getFirst() instanceof JsonObject object) {
      return object;
    }
    throw new TreeSyntaxException("a YAML mapping is expected");
  }

  /** A tree as one YAML document with sorted keys, ending in a newline. */
  public static String write(@Nullable Object tree) {
    return YamlWriter.write(tree);
  }

  private static String decode(byte[] text) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new TreeSyntaxException("the document is not UTF-8", e);
    }
  }
}
