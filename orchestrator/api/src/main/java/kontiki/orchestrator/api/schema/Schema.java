package kontiki.orchestrator.api.schema;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The form of a value. Structs are found on first use, so that types may contain themselves and a
 * group is only read when it is needed. Immutable as seen from outside; safe on any thread.
 */
public final class Schema {
  /** What a value is; each says its form in JSON. */
  public enum Kind {
    /** An object with known fields. */
    STRUCT,
    /** An object with any keys, whose values are alike. */
    MAP,
    LIST,
    STRING,
    /** An integer of 32 bits. */
    INT32,
    /** An integer of 64 bits. */
    INT64,
    DOUBLE,
    BOOLEAN,
    /** A string in base64. */
    BYTES,
    /** A string as of RFC 3339, of whole seconds. */
    TIME,
    /** A string as of RFC 3339, of microseconds. */
    MICRO_TIME,
    /** A string as of Go's durations. */
    DURATION,
    /** A string or a number; see {@link kontiki.orchestrator.api.value.Quantity}. */
    QUANTITY,
    /** A number or a string. */
    INT_OR_STRING,
    /** Any JSON. */
    ANY,
    /** A list of strings, which protobuf wraps in a message. */
    STRINGS,
    /** A JSON schema or a boolean. */
    SCHEMA_OR_BOOL,
    /** A JSON schema or a list of them. */
    SCHEMA_OR_ARRAY,
    /** A JSON schema or a list of strings. */
    SCHEMA_OR_STRINGS
  }

  private final Kind kind;
  private final Merge merge;
  private final @Nullable Schema element;
  private final @Nullable Supplier<StructType> reference;
  private @Nullable StructType struct;

  private Schema(
      Kind kind, Merge merge, @Nullable Schema element, @Nullable Supplier<StructType> reference) {
    this.kind = kind;
    this.merge = merge;
    this.element = element;
    this.reference = reference;
  }

  public static Schema scalar(Kind kind) {
    return new Schema(kind, Merge.PLAIN, null, null);
  }

  public static Schema struct(Supplier<StructType> reference) {
    return new Schema(Kind.STRUCT, Merge.PLAIN, null, reference);
  }

  /** One of the three kinds that are a JSON schema or something else. */
  public static Schema schemaOr(Kind kind, Supplier<StructType> reference) {
    return new Schema(kind, Merge.PLAIN, null, reference);
  }

  public static Schema list(Schema items) {
    return new Schema(Kind.LIST, Merge.PLAIN, items, null);
  }

  public static Schema map(Schema values) {
    return new Schema(Kind.MAP, Merge.PLAIN, values, null);
  }

  public Schema merging(Merge how) {
    return new Schema(kind, how, element, reference);
  }

  public Kind kind() {
    return kind;
  }

  public Merge merge() {
    return merge;
  }

  /** The form of a list's items or a map's values. */
  public Schema element() {
    if (element == null) {
      throw new IllegalStateException(kind + " has no element");
    }
    return element;
  }

  /** The type of a struct, or of the JSON schema where that is one of two choices. */
  public StructType struct() {
    StructType known = struct;
    if (known == null) {
      if (reference == null) {
        throw new IllegalStateException(kind + " has no struct");
      }
      known = reference.get();
      struct = known;
    }
    return known;
  }

  /** Whether server-side apply replaces the value whole. */
  public boolean atomic() {
    return merge.atomic() || kind == Kind.STRUCT && struct().atomic();
  }

  /** The name of its Go type, as in messages: {@code int32}, {@code []string}, {@code v1.Pod}. */
  public String goType() {
    return switch (kind) {
      case STRUCT, SCHEMA_OR_BOOL, SCHEMA_OR_ARRAY, SCHEMA_OR_STRINGS ->
          struct().home().replaceFirst(".*/", "") + "." + struct().name();
      case MAP -> "map[string]" + element().goType();
      case LIST -> "[]" + element().goType();
      case STRING -> "string";
      case INT32 -> "int32";
      case INT64 -> "int64";
      case DOUBLE -> "float64";
      case BOOLEAN -> "bool";
      case BYTES -> "[]byte";
      case TIME -> "v1.Time";
      case MICRO_TIME -> "v1.MicroTime";
      case DURATION -> "v1.Duration";
      case QUANTITY -> "resource.Quantity";
      case INT_OR_STRING -> "intstr.IntOrString";
      case ANY -> "runtime.RawExtension";
      case STRINGS -> "[]string";
    };
  }
}
