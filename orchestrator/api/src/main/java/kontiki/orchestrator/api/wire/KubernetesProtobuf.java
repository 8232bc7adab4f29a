package kontiki.orchestrator.api.wire;

import java.util.Arrays;
import kontiki.orchestrator.api.schema.BuiltinSchemas;
import kontiki.orchestrator.api.schema.StructType;
import kontiki.orchestrator.api.tree.JsonObject;
import kontiki.orchestrator.api.tree.TreeSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Objects in {@code application/vnd.kubernetes.protobuf}: four bytes {@code k8s\0}, then a
 * runtime.Unknown that says the kind and holds the message. Only built-in kinds have this form;
 * custom resources have none. Stateless; safe on any thread.
 */
public final class KubernetesProtobuf {
  public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

  private static final byte[] MAGIC = {'k', '8', 's', 0};

  private KubernetesProtobuf() {}

  /** What an envelope holds. */
  public record Envelope(String apiVersion, String kind, int bodyFrom, int bodyTo) {}

  /** Whether bytes begin as an object in this form does. */
  public static boolean matches(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** Reads the envelope only. Throws {@link TreeSyntaxException} on malformed bytes. */
  public static Envelope envelope(byte[] bytes) {
    if (!matches(bytes)) {
      throw new TreeSyntaxException("invalid protobuf: the bytes do not begin with k8s\\0");
    }
    ProtoReader in = new ProtoReader(bytes, MAGIC.length);
    String[] type = {"", ""};
    int from = 0;
    int to = 0;
    while (in.position() < bytes.length) {
      int tag = in.tag();
      switch (tag >>> 3) {
        case 1 -> typeMeta(in, in.end(bytes.length), type);
        case 2 -> {
          in.expect(tag, ProtoReader.LENGTH);
          to = in.end(bytes.length);
          from = in.position();
          in.seek(to);
        }
        default -> in.skip(tag & 7, bytes.length);
      }
    }
    return new Envelope(type[0], type[1], from, to);
  }

  private static void typeMeta(ProtoReader in, int end, String[] type) {
    while (in.position() < end) {
      int tag = in.tag();
      int number = tag >>> 3;
      if (number == 1 || number == 2) {
        in.expect(tag, ProtoReader.LENGTH);
        type[number - 1] = in.string(end);
      } else {
        in.skip(tag & 7, end);
      }
    }
  }

  /**
   * Reads an object of a built-in kind into a canonical tree. Throws {@link TreeSyntaxException} on
   * malformed bytes and on a kind that has no schema.
   */
  public static JsonObject decode(byte[] bytes) {
    Envelope envelope = envelope(bytes);
    StructType type = BuiltinSchemas.forKind(envelope.apiVersion(), envelope.kind());
    if (type == null) {
      throw new TreeSyntaxException(
          "no kind \"%s\" is registered for version \"%s\""
              .formatted(envelope.kind(), envelope.apiVersion()));
    }
    return decode(bytes, envelope, type);
  }

  /** Reads the message of an envelope as an object of the given type. */
  public static JsonObject decode(byte[] bytes, Envelope envelope, StructType type) {
    JsonObject object = new JsonObject(type.size() + 2);
    if (!envelope.kind().isEmpty()) {
      object.append("kind", envelope.kind());
    }
    if (!envelope.apiVersion().isEmpty()) {
      object.append("apiVersion", envelope.apiVersion());
    }
    ProtoReader in = new ProtoReader(bytes, envelope.bodyFrom());
    new MessageDecoder(in).struct(type, envelope.bodyTo(), object);
    return object;
  }

  /** Whether objects of a kind can be written in this form. */
  public static boolean supports(String apiVersion, String kind) {
    return BuiltinSchemas.forKind(apiVersion, kind) != null;
  }

  /**
   * Writes an object of a built-in kind. Throws IllegalArgumentException where it has no schema.
   */
  public static byte[] encode(JsonObject object) {
    String apiVersion = object.string("apiVersion", "");
    String kind = object.string("kind", "");
    StructType type = BuiltinSchemas.forKind(apiVersion, kind);
    if (type == null) {
      throw new IllegalArgumentException("no protobuf form of " + apiVersion + " " + kind);
    }
    return encode(object, type, apiVersion, kind);
  }

  public static byte[] encode(JsonObject object, StructType type, String apiVersion, String kind) {
    ProtoWriter out = new ProtoWriter(2048);
    out.string("");
    out.tag(4, ProtoReader.LENGTH);
    out.string("");
    out.tag(3, ProtoReader.LENGTH);
    int mark = out.mark();
    new MessageEncoder(out).struct(type, object);
    out.finish(mark, 2);
    mark = out.mark();
    out.string(kind);
    out.tag(2, ProtoReader.LENGTH);
    out.string(apiVersion);
    out.tag(1, ProtoReader.LENGTH);
    out.finish(mark, 1);
    out.raw(MAGIC);
    return out.toByteArray();
  }

  /** The message of an object without an envelope, as it stands inside of a list. */
  public static byte[] encodeMessage(JsonObject object, StructType type) {
    ProtoWriter out = new ProtoWriter(2048);
    new MessageEncoder(out).struct(type, object);
    return out.toByteArray();
  }

  /** The bytes of the message inside of an envelope. */
  public static byte[] message(byte[] bytes) {
    Envelope envelope = envelope(bytes);
    return Arrays.copyOfRange(bytes, envelope.bodyFrom(), envelope.bodyTo());
  }

  /**
   * A watch event, without the length that goes before it in a stream: meta.v1's WatchEvent, whose
   * object is a whole envelope.
   *
   * @param type ADDED, MODIFIED, DELETED, BOOKMARK or ERROR
   * @param object the object's bytes in this form, envelope and all
   */
  public static byte[] watchEvent(String type, byte @Nullable [] object) {
    ProtoWriter out = new ProtoWriter((object == null ? 0 : object.length) + 64);
    int mark = out.mark();
    if (object != null) {
      out.bytes(object);
      out.tag(1, ProtoReader.LENGTH);
    }
    out.finish(mark, 2);
    out.string(type);
    out.tag(1, ProtoReader.LENGTH);
    return out.toByteArray();
  }
}
