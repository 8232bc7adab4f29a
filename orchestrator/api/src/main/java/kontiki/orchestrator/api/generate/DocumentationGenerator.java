package kontiki.orchestrator.api.generate;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import kontiki.orchestrator.api.catalog.ResourceCatalog;
import kontiki.orchestrator.api.catalog.ResourceType;
import kontiki.orchestrator.api.openapi.Documentation;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Runs in the build: takes what the published Java model says of types and fields (descriptions,
 * and which fields are required) and writes it as resources for {@link Documentation}. The model's
 * classes are read as class files from the class path, never loaded.
 */
public final class DocumentationGenerator {
  private static final String MODELS = "io/kubernetes/client/openapi/models/";
  private static final String PROPERTY = "Lio/swagger/annotations/ApiModelProperty;";
  private static final String MODEL = "Lio/swagger/annotations/ApiModel;";
  private static final String NAME = "Lcom/google/gson/annotations/SerializedName;";

  private DocumentationGenerator() {}

  /** Takes the folder that the resources go to. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]).resolve(Documentation.class.getPackageName().replace('.', '/'));
    Files.createDirectories(folder);
    TreeSet<String> homes = new TreeSet<>(List.of("meta/v1"));
    for (ResourceType type : ResourceCatalog.builtin().types()) {
      homes.add(BuiltinSchemas.home(type.group()) + "/" + type.version());
    }
    for (String home : homes) {
      Files.writeString(folder.resolve(Documentation.fileName(home)), document(home));
    }
  }

  private static String document(String home) throws IOException {
    StringBuilder text = new StringBuilder();
    for (StructType type : BuiltinSchemas.all(home).values()) {
      ClassModel model = model(home, type.name());
      if (model != null) {
        describe(type, model, text);
      }
    }
    return text.toString();
  }

  /** The model of a type: named with its group where types of several groups share a name. */
  private static @Nullable ClassModel model(String home, String type) throws IOException {
    String group = home.substring(0, home.indexOf('/'));
    String version = capital(home.substring(home.indexOf('/') + 1));
    for (String name : new String[] {capital(group) + version + type, version + type}) {
      try (InputStream in =
          DocumentationGenerator.class
              .getClassLoader()
              .getResourceAsStream(MODELS + name + ".class")) {
        if (in != null) {
          return ClassFile.of().parse(in.readAllBytes());
        }
      }
    }
    return null;
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private static void describe(StructType type, ClassModel model, StringBuilder text) {
    text.append(type.name()).append('\t').append(value(model, MODEL, "description")).append('\n');
    Map<String, String> jsonNames = new HashMap<>();
    for (FieldModel field : model.fields()) {
      String json = value(field, NAME, "value");
      if (!json.isEmpty()) {
        jsonNames.put(field.fieldName().stringValue().toLowerCase(Locale.ROOT), json);
      }
    }
    for (MethodModel method : model.methods()) {
      String name = method.methodName().stringValue();
      Annotation property = annotation(method, PROPERTY);
      if (property == null || !name.startsWith("get")) {
        continue;
      }
      String json = jsonNames.get(name.substring(3).toLowerCase(Locale.ROOT));
      if (json != null) {
        text.append('\t').append(json).append('\t');
        text.append(element(property, "required").equals("true") ? "required" : "");
        text.append('\t').append(element(property, "value")).append('\n');
      }
    }
  }

  private static String value(AttributedElement element, String type, String key) {
    Annotation found = annotation(element, type);
    return found == null ? "" : element(found, key);
  }

  private static @Nullable Annotation annotation(AttributedElement element, String type) {
    return element
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .flatMap(all ->
            all.annotations().stream()
                .filter(one -> one.className().stringValue().equals(type))
                .findFirst())
        .orElse(null);
  }

  private static String element(Annotation annotation, String key) {
    for (AnnotationElement element : annotation.elements()) {
      if (element.name().stringValue().equals(key)) {
        return switch (element.value()) {
          case AnnotationValue.OfString text -> oneLine(text.stringValue());
          case AnnotationValue.OfBoolean truth -> Boolean.toString(truth.booleanValue());
          default -> "";
        };
      }
    }
    return "";
  }

  private static String oneLine(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('\t', ' ').replace("\r", "");
  }
}
