package kontiki.orchestrator.api.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * YAML text to trees and back, as kubectl reads it: {@code yes}, {@code on} and their like are
 * booleans (YAML 1.1), keys become strings, merge keys are followed. Documents that unfold to more
 * than {@link JsonLimits} allow are refused. Stateless; safe on any thread.
 */
public final class Yaml {
  private static final int MAX_ALIASES = 100;

  private Yaml() {}

  /** Reads one document within {@link JsonLimits#REQUEST}; null where there is none. */
  public static @Nullable Object parse(String text) {
    List<@Nullable Object> documents = parseAll(text, JsonLimits.REQUEST, path -> {});
    return documents.isEmpty() ? null : documents.getFirst();
  }

  /** Reads all documents of a stream; empty ones are left out. */
  public static List<@Nullable Object> parseAll(String text) {
    return parseAll(text, JsonLimits.REQUEST, path -> {});
  }

  /**
   * Reads all documents of a stream.
   *
   * @param duplicateField takes the path of each key that a mapping has twice
   * @throws TreeSyntaxException where it is malformed or too large
   */
  public static List<@Nullable Object> parseAll(
      String text, JsonLimits limits, Consumer<String> duplicateField) {
    if (text.length() > limits.bytes()) {
      throw new TreeSyntaxException(
          "the document has %d characters: the limit is %d"
              .formatted(text.length(), limits.bytes()));
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setAllowDuplicateKeys(true)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setCodePointLimit(Integer.MAX_VALUE)
            .setLabel("yaml")
            .build();
    try {
      Composer composer =
          new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)));
      List<@Nullable Object> documents = new ArrayList<>();
      YamlTree tree = new YamlTree(limits, duplicateField);
      while (composer.hasNext()) {
        Object document = tree.value(composer.next(), limits.depth());
        if (document != null) {
          documents.add(document);
        }
      }
      return documents;
    } catch (YamlEngineException malformed) {
      throw new TreeSyntaxException(
          "error converting YAML to JSON: " + oneLine(malformed), malformed);
    } catch (StackOverflowError tooDeep) {
      throw new TreeSyntaxException(
          "the document is nested deeper than %d levels".formatted(limits.depth()), tooDeep);
    }
  }

  private static String oneLine(YamlEngineException malformed) {
    return String.valueOf(malformed.getMessage()).strip().replaceAll("\\s*\n\\s*", ", ");
  }

  /** A tree as YAML in block style, keys sorted, as sigs.k8s.io/yaml writes it. */
  public static String write(@Nullable Object value) {
    StringBuilder text = new StringBuilder();
    new YamlWriter(text).document(value);
    return text.toString();
  }
}
