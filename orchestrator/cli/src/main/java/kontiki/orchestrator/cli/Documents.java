package kontiki.orchestrator.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kontiki.orchestrator.api.tree.JsonLimits;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.tree.TreeSyntaxException;
import kontiki.orchestrator.api.yaml.Yaml;

/** The objects in the files that a user names: YAML or JSON, several in one file, or a List. */
final class Documents {
  private static final JsonLimits LIMITS = new JsonLimits(500, 64L << 20, 10_000_000);

  private Documents() {}

  /**
   * Reads files, folders (their .yaml, .yml and .json files in order of name) and {@code -} for
   * standard input.
   *
   * @throws IOException when one cannot be read or is no YAML; the message names it
   */
  static List<JsonObject> read(List<String> names) throws IOException {
    List<JsonObject> out = new ArrayList<>();
    for (String name : names) {
      if (name.equals("-")) {
        try (InputStream input = System.in) {
          addAll(out, "standard input", input.readAllBytes());
        }
        continue;
      }
      for (Path file : filesOf(Path.of(name))) {
        addAll(out, file.toString(), bytesOf(file));
      }
    }
    return out;
  }

  private static byte[] bytesOf(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException absent) {
      throw new IOException("the path \"" + file + "\" does not exist", absent);
    }
  }

  private static List<Path> filesOf(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(yaml|yml|json)"))
          .sorted()
          .toList();
    }
  }

  private static void addAll(List<JsonObject> out, String source, byte[] text) throws IOException {
    List<Object> documents = new ArrayList<>();
    try {
      documents.addAll(Yaml.parseAll(text, LIMITS));
    } catch (TreeSyntaxException malformed) {
      throw new IOException("error parsing " + source + ": " + malformed.getMessage(), malformed);
    }
    for (Object document : documents) {
      if (!(document instanceof JsonObject object)) {
        throw new IOException("error parsing " + source + ": an object is expected");
      }
      if (object.string("kind", "").endsWith("List") && object.list("items") != null) {
        out.addAll(object.objects("items"));
      } else {
        out.add(object);
      }
    }
  }

  /** The name that an object gives itself; empty for none. */
  static String name(JsonObject document) {
    String name = document.stringAt("metadata", "name");
    return name == null ? "" : name;
  }

  /**
   * The kind of an object.
   *
   * @throws IllegalArgumentException when it has none, or the server does not serve it
   */
  static Discovery.Resource resource(Session session, JsonObject document) {
    String apiVersion = document.string("apiVersion", "");
    String kind = document.string("kind", "");
    if (apiVersion.isEmpty() || kind.isEmpty()) {
      throw new IllegalArgumentException(
          "an object must have apiVersion and kind; \"" + name(document) + "\" has not");
    }
    return session.discovery().kind(apiVersion, kind);
  }

  /**
   * The namespace that an object goes to: its own, or the session's.
   *
   * @throws IllegalArgumentException when the user named another than the object does
   */
  static String namespace(
      Session session, JsonObject document, Discovery.Resource resource, boolean named) {
    if (!resource.namespaced()) {
      return "";
    }
    String own = document.stringAt("metadata", "namespace");
    if (own == null || own.isEmpty()) {
      return session.namespace();
    }
    if (named && !own.equals(session.namespace())) {
      throw new IllegalArgumentException(
          "the namespace from the provided object \""
              + own
              + "\" does not match the namespace \""
              + session.namespace()
              + "\". You must pass '--namespace="
              + own
              + "' to perform this operation.");
    }
    return own;
  }

  /** An object as YAML. */
  static String yaml(JsonObject document) {
    return Yaml.write(document);
  }
}
